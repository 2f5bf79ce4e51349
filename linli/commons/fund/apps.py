"""The Django app ``linli.commons.fund``."""

from django.apps import AppConfig


class FundConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.commons.fund"
    label = "fund"
    default_auto_field = "django.db.models.BigAutoField"
