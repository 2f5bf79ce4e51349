"""The Django app ``linli.loop.ask``."""

from django.apps import AppConfig


class AskConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.loop.ask"
    label = "ask"
    default_auto_field = "django.db.models.BigAutoField"
