"""Addresses that need no login."""

from linli.web.public import entrance, rate, walk_in

app_name = "public"
urlpatterns = [*walk_in.urlpatterns, *entrance.urlpatterns, *rate.urlpatterns]
