"""What the honesty checks saw, what was cut, where a record stands: in words, the same for everybody who reads them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank.queries.members import hours_words

FOUND = {
    "household": gettext_lazy("Both live in one household."),
    "relative": gettext_lazy("They are close relatives."),
    "overlap": gettext_lazy("It overlaps with another visit of hers by {minutes} minutes."),
    "travel": gettext_lazy("From the visit before it was {metres} m in {minutes} minutes: hardly possible."),
    "pair": gettext_lazy("The same two for the {times}th time this month; above {limit} somebody asks."),
    "ring": gettext_lazy("They serve each other in the same month."),
    "day": gettext_lazy("{minutes} minutes on one day; {limit} count."),
    "session": gettext_lazy("{minutes} minutes at one go; {limit} is usual."),
    "night": gettext_lazy("{minutes} minutes of it at night."),
    "door": gettext_lazy("Signed in {metres} m from the door; above {limit} m somebody asks."),
    "sign_out": gettext_lazy("The times were put right afterwards."),
    "evidence": gettext_lazy("Missing: {missing}."),
}
EVIDENCE = {
    "signin": gettext_lazy("signing in"),
    "signout": gettext_lazy("signing out"),
    "photo": gettext_lazy("a photo"),
    "checklist": gettext_lazy("the checklist"),
}
CUTS = {
    "rating": gettext_lazy("rated too low to count"),
    "session": gettext_lazy("above the limit of one visit"),
    "day": gettext_lazy("above the limit of a day"),
    "month": gettext_lazy("above the limit of a month"),
    "step": gettext_lazy("a step that was only begun"),
}


def finding_words(code: str, facts: dict[str, Any]) -> str:
    """A finding in a sentence."""
    given = dict(facts)
    if "missing" in given:
        given["missing"] = "、".join(str(EVIDENCE.get(one, one)) for one in given["missing"])
    try:
        return str(FOUND[code]).format(**given)
    except (KeyError, IndexError):
        return code


def cut_words(cuts: Iterable[Any]) -> list[str]:
    """What was cut from a record's minutes, and why."""
    return [_("{n} min {why}").format(n=minutes, why=CUTS.get(what, what)) for what, minutes in cuts]


def hours(minutes: int) -> str:
    """Minutes as hours with their unit."""
    return _("{hours} h").format(hours=hours_words(minutes))
