"""The Django app ``linli.loop.run``."""

from django.apps import AppConfig


class RunConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.loop.run"
    label = "run"
    default_auto_field = "django.db.models.BigAutoField"
