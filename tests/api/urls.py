"""The REST face alone, where linli/urls.py mounts it."""

from django.urls import path

from linli.api.api import api

urlpatterns = [path("api/v1/", api.urls)]
