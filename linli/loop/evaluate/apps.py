"""The Django app ``linli.loop.evaluate``."""

from django.apps import AppConfig


class EvaluateConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.loop.evaluate"
    label = "evaluate"
    default_auto_field = "django.db.models.BigAutoField"
