"""Read the fifth step: what to ask today, the three rates and the rows behind each number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from linli.ground.journal.queries import tallies, tallies_by
from linli.ground.places.models import Area
from linli.ground.places.queries import within
from linli.loop.ask.models import Need
from linli.loop.evaluate.choices import FollowUpState, Rate
from linli.loop.evaluate.models import FollowUp

# rate -> the kept counts of its numerator, denominator and exclusions
MEASURES = {
    Rate.RESPONSE: ("response_yes", "response_all", "response_excluded"),
    Rate.RESOLUTION: ("solved_yes", "rated_all", "rated_excluded"),
    Rate.SATISFACTION: ("satisfied_yes", "rated_all", "rated_excluded"),
}


@dataclass(frozen=True)
class Share:
    """One rate of an area in a period: how many, of how many, and how many were left out."""

    rate: str
    yes: int
    all: int
    excluded: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where nobody was asked."""
        return self.yes / self.all if self.all else None

    @property
    def percent(self) -> str:
        """Two decimals, as reports want them."""
        return f"{self.value * 100:.2f}%" if self.value is not None else "—"

    @property
    def label(self) -> str:
        """The rate's name."""
        return str(Rate(self.rate).label)


def due_follow_ups(stems: Iterable[str], *, on: date) -> QuerySet[FollowUp]:
    """Follow-ups under the stems that are due, oldest first."""
    rows = FollowUp.objects.filter(within(stems), state=FollowUpState.WAITING, due_on__lte=on)
    return rows.select_related("need__asker", "need__category", "need__building").order_by("due_on", "id")


def follow_ups_of(need: Need) -> QuerySet[FollowUp]:
    """Every lap's follow-up of a need."""
    return FollowUp.objects.filter(need=need).select_related("by").order_by("lap")


def shares(counts: dict[str, int]) -> list[Share]:
    """The three rates from kept counts."""
    return [Share(rate, *(counts.get(measure, 0) for measure in MEASURES[rate])) for rate in Rate]


def rates(stem: str, first: date, last: date) -> list[Share]:
    """The three rates of an area in a period, both days included, from the kept counts."""
    return shares(tallies(stem, first, last))


def rates_by_area(areas: Iterable[Area], first: date, last: date) -> list[tuple[Area, list[Share]]]:
    """The same for several areas, in one query."""
    rows = list(areas)
    counts = tallies_by([area.stem for area in rows], first, last)
    return [(area, shares(counts[area.stem])) for area in rows]


def rows_behind(
    stem: str, rate: str, part: str, first: date, last: date
) -> QuerySet[Need] | QuerySet[FollowUp]:
    """The rows behind one number: ``part`` is yes, no, all or excluded. Their count equals the number."""
    if rate == Rate.RESPONSE:
        needs = Need.objects.filter(within([stem]), counted_on__range=(first, last))
        if part == "excluded":
            return needs.filter(excluded=True)
        needs = needs.filter(excluded=False)
        return needs.filter(in_time=part == "yes") if part in {"yes", "no"} else needs
    rows = FollowUp.objects.filter(
        within([stem]), answered_on__range=(first, last), state=FollowUpState.ANSWERED
    )
    rows = rows.select_related("need__asker", "need__category", "need__building", "by")
    if part == "excluded":
        return rows.filter(need__excluded=True)
    rows = rows.filter(need__excluded=False)
    column = "solved" if rate == Rate.RESOLUTION else "satisfied"
    return rows.filter(**{column: part == "yes"}) if part in {"yes", "no"} else rows
