"""The Django app ``linli.ground.journal``."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.ground.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
