"""Addresses of the parts."""

from django.urls import path
from django.views.generic import TemplateView

from linli.web.parts.gallery import gallery
from linli.web.parts.prefer import prefer

app_name = "parts"
urlpatterns = [
    path("prefer/", prefer, name="prefer"),
    path("offline/", TemplateView.as_view(template_name="parts/offline.html"), name="offline"),
    path("gallery/", gallery, name="gallery"),
    path("gallery/<slug:page>/", gallery, name="gallery_page"),
]
