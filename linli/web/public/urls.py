"""Addresses that need no login."""

from linli.web.public import bill, certificate, entrance, rate, sign, walk_in

app_name = "public"
urlpatterns = [
    *certificate.urlpatterns,
    *bill.urlpatterns,
    *walk_in.urlpatterns,
    *entrance.urlpatterns,
    *rate.urlpatterns,
    *sign.urlpatterns,
]
