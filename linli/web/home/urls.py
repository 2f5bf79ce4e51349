"""Addresses of residents, families, riders and volunteers."""

from linli.web.home import ask, home, inbox, own_need, record, tokens

app_name = "home"
urlpatterns = [
    *home.urlpatterns,
    *ask.urlpatterns,
    *own_need.urlpatterns,
    *inbox.urlpatterns,
    *record.urlpatterns,
    *tokens.urlpatterns,
]
