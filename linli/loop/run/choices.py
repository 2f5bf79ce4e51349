"""Words of the fourth step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where a task stands."""

    GIVEN = "given", _("Given")
    STARTED = "started", _("Begun")
    DONE = "done", _("Done, to be checked")
    CHECKED = "checked", _("Checked")
    CANCELLED = "cancelled", _("Called off")


class BookingState(models.TextChoices):
    """Where a booking of care stands."""

    OPEN = "open", _("Goes on")
    ENDED = "ended", _("Over")
    CANCELLED = "cancelled", _("Called off")


class VisitState(models.TextChoices):
    """Where a visit stands."""

    OPEN = "open", _("Looks for somebody")
    TAKEN = "taken", _("Somebody comes")
    STARTED = "started", _("Under way")
    ENDED = "ended", _("Done, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Called off")
    MISSED = "missed", _("Nobody came")


class Pays(models.TextChoices):
    """How care is paid for."""

    FREE = "free", _("Free of points")
    POINTS = "points", _("With points")


VISITS_AHEAD_DAYS = 14
VISIT_CODE_DIGITS = 6
