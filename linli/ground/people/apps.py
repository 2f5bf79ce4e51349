"""The Django app ``linli.ground.people``."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the room under its short name."""

    name = "linli.ground.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
