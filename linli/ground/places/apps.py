"""The Django app ``linli.ground.places``."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.ground.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
