"""The Django app ``linli.loop.launch``."""

from django.apps import AppConfig


class LaunchConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.loop.launch"
    label = "launch"
    default_auto_field = "django.db.models.BigAutoField"
