"""Addresses of residents, families, riders and volunteers."""

from linli.web.home import (
    ask,
    care,
    certificate,
    disputes,
    give,
    home,
    inbox,
    own_need,
    passbook,
    record,
    shop,
    tokens,
)

app_name = "home"
urlpatterns = [
    *home.urlpatterns,
    *ask.urlpatterns,
    *certificate.urlpatterns,
    *care.urlpatterns,
    *own_need.urlpatterns,
    *inbox.urlpatterns,
    *record.urlpatterns,
    *tokens.urlpatterns,
    *passbook.urlpatterns,
    *shop.urlpatterns,
    *give.urlpatterns,
    *disputes.urlpatterns,
]
