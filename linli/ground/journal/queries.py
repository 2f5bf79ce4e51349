"""Read the journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from linli.engine.chain import GENESIS, link_hash
from linli.ground.journal.choices import Channel
from linli.ground.journal.models import Event, Look, Outbox, Seal, Tally


@dataclass(frozen=True)
class Walk:
    """What a walk along the chain found: how many events, how many wait for their seal, and the first broken row."""

    events: int
    unsealed: int
    broken: int | None
    why: str = ""


def verify() -> Walk:
    """Recompute every hash of the chain and name the first event that was changed, removed or slipped in."""
    prev, count, expected = GENESIS, 0, 0
    seals = Seal.objects.order_by("seq").iterator(chunk_size=2000)
    chunk: list[Seal] = []

    def check(part: list[Seal]) -> Walk | None:
        nonlocal prev, count, expected
        events = Event.objects.in_bulk([seal.event for seal in part])
        for seal in part:
            expected += 1
            event = events.get(seal.event)
            if seal.seq != expected or seal.prev != prev:
                return Walk(count, 0, seal.event, "the chain has a gap here")
            if event is None:
                return Walk(count, 0, seal.event, "the event is gone")
            if link_hash(prev, event.body()) != seal.hash:
                return Walk(count, 0, seal.event, "the event was changed")
            prev, count = seal.hash, count + 1
        return None

    for seal in seals:
        chunk.append(seal)
        if len(chunk) == 2000:
            if found := check(chunk):
                return found
            chunk = []
    if found := check(chunk):
        return found
    total = Event.objects.count()
    return Walk(count, total - count, None)


def head() -> str:
    """The newest hash of the chain: publish it, and nobody can rewrite what lies before."""
    last = Seal.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or GENESIS


def events_of_need(need: int) -> QuerySet[Event]:
    """Everything that happened to a need, oldest first."""
    return Event.objects.filter(need=need).order_by("id")


def events_of(kind: str, subject: int) -> QuerySet[Event]:
    """Everything that happened to one thing, oldest first."""
    return Event.objects.filter(subject_kind=kind, subject=subject).order_by("id")


def looks_at(person: int) -> QuerySet[Look]:
    """Who read this person's private columns, newest first."""
    return Look.objects.filter(person=person).order_by("-id")


def inbox_of(person: int) -> QuerySet[Outbox]:
    """Messages that reached this person's page, newest first."""
    return Outbox.objects.filter(to_person=person, channel=Channel.INBOX).order_by("-id")


def to_tell(area_codes: Iterable[str]) -> QuerySet[Outbox]:
    """Messages a worker must bring in person or by phone, oldest first."""
    return Outbox.objects.filter(channel=Channel.CALL, read_at=None, area_code__in=list(area_codes)).order_by(
        "id"
    )


def stuck_messages() -> QuerySet[Outbox]:
    """Messages that failed at least once and have not left, newest first."""
    return Outbox.objects.filter(sent_at=None).exclude(failure="").order_by("-id")


def tallies(code: str, first: date, last: date) -> dict[str, int]:
    """The kept counts of every measure under an area in a period, both days included."""
    rows = (
        Tally.objects.filter(code=code, day__range=(first, last))
        .values("measure")
        .annotate(total=Sum("count"))
    )
    return {row["measure"]: row["total"] for row in rows}


def tallies_by(codes: Iterable[str], first: date, last: date) -> dict[str, dict[str, int]]:
    """The same for several areas in one query: {code: {measure: count}}."""
    found: dict[str, dict[str, int]] = {code: {} for code in codes}
    rows = Tally.objects.filter(code__in=list(found), day__range=(first, last))
    for row in rows.values("code", "measure").annotate(total=Sum("count")):
        found[row["code"]][row["measure"]] = row["total"]
    return found


def tallies_by_day(code: str, measures: Iterable[str], first: date, last: date) -> list[Tally]:
    """Daily counts of some measures, for a line over time."""
    rows = Tally.objects.filter(code=code, measure__in=list(measures), day__range=(first, last))
    return list(rows.order_by("day", "measure"))
