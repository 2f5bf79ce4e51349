"""Words and measures of the fifth step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How somebody was asked."""

    CALL = "call", _("Phone call")
    VISIT = "visit", _("At the door")
    LINK = "link", _("By link")


class FollowUpState(models.TextChoices):
    """Where a follow-up stands."""

    WAITING = "waiting", _("To be asked")
    ANSWERED = "answered", _("Answered")
    UNREACHED = "unreached", _("Could not be reached")


class ExclusionReason(models.TextChoices):
    """Why a case is taken out of the rates; somebody else must approve it."""

    NOT_OURS = "not_ours", _("Another authority answers for this")
    UNREACHED = "unreached", _("The person could not be reached")
    BASELESS = "baseless", _("Asked again without ground")
    FORCE = "force", _("Force majeure")


class Rate(models.TextChoices):
    """The three rates."""

    RESPONSE = "response", _("Response rate")
    RESOLUTION = "resolution", _("Resolution rate")
    SATISFACTION = "satisfaction", _("Satisfaction rate")


FOLLOW_UP_DAYS = 3
LINK_DAYS = 14
MAX_TRIES = 3
LEVELS = {"street": 9, "community": 12, "grid": 15}
