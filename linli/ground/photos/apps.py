"""The Django app ``linli.ground.photos``."""

from django.apps import AppConfig


class PhotosConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.ground.photos"
    label = "photos"
    default_auto_field = "django.db.models.BigAutoField"
