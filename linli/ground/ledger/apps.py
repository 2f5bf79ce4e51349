"""The Django app ``linli.ground.ledger``."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.ground.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
