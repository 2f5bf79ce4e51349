"""Read the second step: candidates for a need with their reasons, what is free, what was agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from linli.engine.match import Ask, Candidate, Offer, Reason, rank
from linli.loop.ask.models import Need
from linli.loop.link.choices import BLOCKERS, REASONS, MatchState, Period
from linli.loop.link.models import Match, Resource, Slot

ENDLESS = date(2000, 1, 1)


def period_begins(period: str, day: date) -> date:
    """The first day of the period a day lies in; one fixed day where capacity is there once."""
    if period == Period.DAY:
        return day
    if period == Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == Period.MONTH else ENDLESS


def taken_of(resources: Iterable[Resource], day: date) -> dict[int, int]:
    """How much of each resource is taken in the period of the day, in one query."""
    wanted = Q(pk__in=[])
    for resource in resources:
        wanted |= Q(resource=resource, begins=period_begins(resource.period, day))
    return dict(Slot.objects.filter(wanted).values_list("resource", "taken"))


def offers_around(need: Need, *, size: int = 200) -> list[Resource]:
    """Resources of the need's street (or above) that could be meant, including those that will not fit."""
    rows = Resource.objects.filter(
        Q(street=need.street) if need.street else Q(district=need.district)
    ) | Resource.objects.filter(district=need.district, street="")
    return list(rows.select_related("area", "facility").prefetch_related("categories").order_by("id")[:size])


@dataclass(frozen=True)
class Proposal:
    """A resource, what the engine thinks of it, and both in words."""

    resource: Resource
    candidate: Candidate
    reasons: list[str]
    against: list[str]
    free: int

    @property
    def percent(self) -> int:
        """The score from 0 to 100."""
        return round(self.candidate.score * 100)


def candidates(need: Need, *, on: date, wanted_on: date | None = None, amount: int = 1) -> list[Proposal]:
    """Resources ranked for a need: fitting ones first, the others with the reasons why they do not fit."""
    day = wanted_on or on
    resources = {row.pk: row for row in offers_around(need)}
    taken = taken_of(resources.values(), day)
    ask = Ask(
        category=need.category.code if need.category else "",
        tags=frozenset(),
        lon=need.lon,
        lat=need.lat,
        area=need.stem.ljust(15, "0"),
        wanted_on=day,
        amount=amount,
    )
    offers = [offer_of(row, max(0, row.capacity - taken.get(row.pk, 0))) for row in resources.values()]
    free = {offer.key: offer.free for offer in offers}
    return [
        Proposal(
            resources[hit.key],
            hit,
            in_words(hit.reasons, REASONS),
            in_words(hit.blockers, BLOCKERS),
            free[hit.key],
        )
        for hit in rank(ask, offers, today=on)
    ]


def offer_of(row: Resource, free: int) -> Offer:
    """A resource as the engine sees it."""
    return Offer(
        key=row.pk,
        name=row.name,
        kind=row.kind,
        categories=frozenset(category.code for category in row.categories.all()),
        area=row.stem,
        lon=row.lon,
        lat=row.lat,
        free=free,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        score_history=row.satisfied / row.rated if row.rated else None,
        load=1 - free / row.capacity if row.capacity else 1.0,
    )


def in_words(reasons: Sequence[Reason], table: Mapping[str, Any]) -> list[str]:
    """Reasons as sentences for people."""
    return [str(table[reason.code]).format(**reason.params) for reason in reasons if reason.code in table]


def matches_of(need: Need) -> QuerySet[Match]:
    """What was agreed for a need, oldest first."""
    rows = Match.objects.filter(need=need).select_related("resource", "slot", "override", "by")
    return rows.order_by("id")


def agreed(need: Need) -> QuerySet[Match]:
    """Matches of the present lap that stand."""
    return matches_of(need).filter(state=MatchState.ACCEPTED, lap=need.lap)


def matches_with(resource: Resource) -> QuerySet[Match]:
    """Needs that a resource answers or answered, newest first."""
    return Match.objects.filter(resource=resource).select_related("need", "slot").order_by("-id")


@dataclass(frozen=True)
class Load:
    """How full a resource is in the period of a day."""

    resource: Resource
    taken: int

    @property
    def free(self) -> int:
        """What is left."""
        return max(0, self.resource.capacity - self.taken)


def loads(resources: Iterable[Resource], *, on: date) -> list[Load]:
    """How full each resource is in the period of the day, in one query."""
    rows = list(resources)
    taken = taken_of(rows, on)
    return [Load(row, taken.get(row.pk, 0)) for row in rows]
