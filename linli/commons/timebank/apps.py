"""The Django app ``linli.commons.timebank``."""

from django.apps import AppConfig


class TimebankConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.commons.timebank"
    label = "timebank"
    default_auto_field = "django.db.models.BigAutoField"
