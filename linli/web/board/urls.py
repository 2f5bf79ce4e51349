"""Addresses of the board."""

from linli.web.board import exclusions, rates

app_name = "board"
urlpatterns = [*rates.urlpatterns, *exclusions.urlpatterns]
