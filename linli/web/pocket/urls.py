"""Addresses of a volunteer's phone."""

from linli.web.pocket import apply, home, visit

app_name = "pocket"
urlpatterns = [*home.urlpatterns, *apply.urlpatterns, *visit.urlpatterns]
