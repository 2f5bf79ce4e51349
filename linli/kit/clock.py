"""The one place that asks what time it is; actions are told."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The current time, aware."""
    return timezone.now()


def local_day(when: datetime) -> date:
    """The calendar day of ``when`` in the neighbourhood's own time zone."""
    return timezone.localtime(when).date()
