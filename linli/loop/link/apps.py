"""The Django app ``linli.loop.link``."""

from django.apps import AppConfig


class LinkConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.loop.link"
    label = "link"
    default_auto_field = "django.db.models.BigAutoField"
