"""Words of the second step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResourceKind(models.TextChoices):
    """What a resource is."""

    PERSON = "person", _("Person")
    CRAFTSMAN = "craftsman", _("Craftsman")
    ORGANISATION = "organisation", _("Organisation")
    VENUE = "venue", _("Venue")
    GOODS = "goods", _("Goods")
    FUND = "fund", _("Fund")
    DONATION = "donation", _("Donation")
    SERVICE = "service", _("Service")


class Period(models.TextChoices):
    """How often a capacity is there anew."""

    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    ONCE = "once", _("in all")


class MatchState(models.TextChoices):
    """Where a match stands."""

    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Agreed")
    DECLINED = "declined", _("Declined")
    RELEASED = "released", _("Given back")
    KEPT = "kept", _("Kept")


# What the matching engine says, in words for people. The code is the engine's, the text takes its numbers.
REASONS = {
    "category": _("does exactly this"),
    "near": _("{metres} m away"),
    "near_area": _("in the same grid"),
    "same_community": _("in the same community"),
    "satisfied": _("{percent}% were satisfied before"),
    "spare": _("{free} places free"),
    "idle": _("little to do at present"),
}
BLOCKERS = {
    "category": _("does not do this"),
    "area": _("does not come here"),
    "not_yet": _("not before {day}"),
    "over": _("ended on {day}"),
    "full": _("no place free in this period"),
    "too_small": _("only {free} left, {amount} needed"),
}
