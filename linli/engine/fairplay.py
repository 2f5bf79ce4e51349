"""Honesty checks of a time bank: what stops a record, what a person should look at, and which records to visit.

A check accuses nobody: ``stop`` means that the record cannot be booked as it is, ``look`` that somebody asks.
Codes with facts, which callers turn into words:

``self``       the volunteer is the receiver                          stop
``household``  one household                                          by ``same_household``
``relative``   {relation}  spouse, or of the direct line              by ``same_household``
``overlap``    {other, minutes}  two jobs at one time                 by ``overlap``
``travel``     {other, metres, minutes, kmh_max}  too far for the time between two jobs   look
``pair``       {times, limit}  the same two in the calendar month     look
``ring``       {others}  the receiver also serves the volunteer in that month             look
``day``        {minutes, limit}  of the volunteer on that day         look (points are cut by points.earned)
``session``    {minutes, limit}  too long for one session             look
``night``      {minutes}  between the hours of the night              look
``door``       {metres, limit}  signed in far from the door           look
``sign_out``   the end was put right by somebody else                 look

Limits are the rule's (presets.Honesty). A month, a day and the night are those of the time zone of the job's
start, and a job belongs to the day on which it starts. Mutual aid makes small rings honestly, hence only a look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from linli.engine.geo import distance_m
from linli.engine.points import Key, Rule

STOP, LOOK = "stop", "look"
CLOSE: Final = frozenset({"self", "spouse", "parent", "child", "direct"})
WEIGHT: Final = 3  # how much likelier a record of a volunteer with findings is to be drawn
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Job:
    """One job as recorded. Times are aware; a point is (lon, lat) in degrees, one system for all jobs.

    ``relation`` is the receiver's to the volunteer (codes of presets.Relation), "" for none or not known. Raises
    ``ValueError`` for naive times and for an end before the start.
    """

    id: Key
    volunteer: Key
    receiver: Key
    service: str
    started_at: datetime
    ended_at: datetime
    lon: float | None = None
    lat: float | None = None
    volunteer_household: Key | None = None
    receiver_household: Key | None = None
    relation: str = ""
    sign_in_distance_m: int | None = None
    signed_out_by_self: bool = True

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError("a datetime without time zone")
        if self.ended_at < self.started_at:
            raise ValueError("a job that ends before it starts")

    @property
    def minutes(self) -> int:
        """Whole minutes from start to end."""
        return (self.ended_at - self.started_at) // MINUTE


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, ``stop`` or ``look``, and what its words need."""

    code: str
    severity: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sampled:
    """A record that may be drawn for a spot check, with the number of findings it had."""

    id: Key
    volunteer: Key
    findings: int = 0


def check(job: Job, others: Sequence[Job], rule: Rule) -> list[Finding]:
    """What there is to say about a job, stops first, then by code.

    ``others`` are the jobs of both people around it (the calendar month and the day before and after), in any
    order; the job itself among them (same id) does not count, nor do jobs of strangers.
    """
    rest = sorted((one for one in others if one.id != job.id), key=lambda one: (one.started_at, str(one.id)))
    mine = [one for one in rest if one.volunteer == job.volunteer]
    found = [
        *closeness(job, rule),
        *overlaps(job, mine, rule),
        *travel(job, mine, rule),
        *company(job, rest, rule),
        *length(job, mine, rule),
        *traces(job, rule),
    ]
    return sorted(found, key=lambda one: (one.severity == LOOK, one.code))


def closeness(job: Job, rule: Rule) -> Iterator[Finding]:
    """Points for helping oneself or one's own."""
    severity = severe(rule.honesty.same_household)
    if job.volunteer == job.receiver:
        yield Finding("self", STOP)
    elif job.volunteer_household is not None and job.volunteer_household == job.receiver_household:
        yield Finding("household", severity)
    if job.relation in CLOSE and job.volunteer != job.receiver:
        yield Finding("relative", severity, {"relation": job.relation})


def severe(choice: str) -> str:
    """The severity of a rule's choice."""
    return STOP if choice == "refuse" else LOOK


def overlaps(job: Job, mine: Sequence[Job], rule: Rule) -> Iterator[Finding]:
    """Jobs of the volunteer at the same time; one that starts as the other ends is fine."""
    for one in mine:
        shared = min(job.ended_at, one.ended_at) - max(job.started_at, one.started_at)
        if shared > timedelta():
            facts = {"other": one.id, "minutes": -(-shared // MINUTE)}
            yield Finding("overlap", severe(rule.honesty.overlap), facts)


def travel(job: Job, mine: Sequence[Job], rule: Rule) -> Iterator[Finding]:
    """The job before and the one after: whether the way between can be made, as the crow flies.

    The slack is given on top of the time between, for clocks and doors.
    """
    before = max(
        (one for one in mine if one.ended_at <= job.started_at), key=lambda one: one.ended_at, default=None
    )
    after = next((one for one in mine if one.started_at >= job.ended_at and one is not before), None)
    for other, gap in (
        (before, job.started_at - before.ended_at if before else None),
        (after, after.started_at - job.ended_at if after else None),
    ):
        if other is None or gap is None or None in (job.lon, job.lat, other.lon, other.lat):
            continue
        metres = distance_m(job.lon, job.lat, other.lon, other.lat)  # type: ignore[arg-type]
        minutes = gap / MINUTE
        if metres > rule.honesty.travel_kmh * 1000 / 60 * (minutes + rule.honesty.travel_slack_minutes):
            facts = {"other": other.id, "metres": round(metres), "minutes": int(minutes)}
            yield Finding("travel", LOOK, facts | {"kmh_max": rule.honesty.travel_kmh})


def company(job: Job, rest: Sequence[Job], rule: Rule) -> Iterator[Finding]:
    """The same two too often, or each for the other, in the calendar month."""
    zone = job.started_at.tzinfo
    month = (job.started_at.year, job.started_at.month)
    starts = ((one, one.started_at.astimezone(zone)) for one in rest)
    within = [one for one, start in starts if (start.year, start.month) == month]
    two = (job.volunteer, job.receiver)
    times = 1 + sum((one.volunteer, one.receiver) == two for one in within)
    limit = rule.honesty.pair_month_max
    if limit is not None and times > limit:
        yield Finding("pair", LOOK, {"times": times, "limit": limit})
    back = [one.id for one in within if (one.receiver, one.volunteer) == two]
    if back and job.volunteer != job.receiver:
        yield Finding("ring", LOOK, {"others": back})


def length(job: Job, mine: Sequence[Job], rule: Rule) -> Iterator[Finding]:
    """Too long for one session, or too much for the day."""
    limit = rule.session_max_minutes or rule.honesty.long_session_minutes
    if limit is not None and job.minutes > limit:
        yield Finding("session", LOOK, {"minutes": job.minutes, "limit": limit})
    zone, day = job.started_at.tzinfo, job.started_at.date()
    minutes = job.minutes + sum(one.minutes for one in mine if one.started_at.astimezone(zone).date() == day)
    if rule.day_max_minutes is not None and minutes > rule.day_max_minutes:
        yield Finding("day", LOOK, {"minutes": minutes, "limit": rule.day_max_minutes})


def traces(job: Job, rule: Rule) -> Iterator[Finding]:
    """What the hour, the place and the signatures say."""
    minutes = night_minutes(job, rule.honesty.night_from, rule.honesty.night_until)
    if minutes:
        yield Finding("night", LOOK, {"minutes": minutes})
    metres, limit = job.sign_in_distance_m, rule.honesty.distance_look_m
    if metres is not None and metres > limit:
        yield Finding("door", LOOK, {"metres": metres, "limit": limit})
    if not job.signed_out_by_self:
        yield Finding("sign_out", LOOK)


def night_minutes(job: Job, begins: int, ends: int) -> int:
    """Started minutes of the job that lie in the night from one hour until another."""
    zone, total = job.started_at.tzinfo, timedelta()
    day = job.started_at.date() - timedelta(days=1)
    last = job.ended_at.astimezone(zone).date()
    while begins != ends and day <= last:
        dusk = datetime.combine(day, time(begins), zone)
        dawn = datetime.combine(day + timedelta(days=begins > ends), time(ends), zone)
        total += max(min(dawn, job.ended_at) - max(dusk, job.started_at), timedelta())
        day += timedelta(days=1)
    return -(-total // MINUTE)


def sample(records: Sequence[Sampled], share: int, seed: Key, minimum: int = 1) -> list[Key]:
    """The ids to visit for a spot check: ``share`` per cent of the records, rounded up, at least ``minimum``.

    Two draws: up to half of the visits (rounded up) go to volunteers with findings, one record with findings each;
    the rest to all that are left, where any record of such a volunteer weighs ``WEIGHT`` times as much. Drawn by the
    rank of hashes of seed and id: the same for the same seed, whatever the order of the records. The largest of w
    hashes is a draw of weight w (Efraimidis and Spirakis, 2006, for whole weights). ``ValueError`` for an id
    twice or a share outside 0 to 100.
    """
    if len({one.id for one in records}) < len(records):
        raise ValueError("an id twice")
    if not 0 <= share <= 100:
        raise ValueError("a share is 0 to 100 per cent")
    number = min(len(records), max(minimum, -(-len(records) * share // 100)))
    suspects = {one.volunteer for one in records if one.findings}
    first: dict[Key, Key] = {}
    for one in ranked([one for one in records if one.findings], f"{seed}:first", suspects):
        first.setdefault(one.volunteer, one.id)
    drawn = list(first.values())[: -(-number // 2)]
    taken = set(drawn)
    drawn += [one.id for one in ranked(records, f"{seed}:rest", suspects) if one.id not in taken]
    return drawn[:number]


def ranked(records: Sequence[Sampled], seed: str, suspects: set[Key]) -> list[Sampled]:
    """The records in the order of a draw by weight."""

    def rank(one: Sampled) -> tuple[bytes, str]:
        turns = range(WEIGHT if one.volunteer in suspects else 1)
        return max(sha256(f"{seed}:{one.id}:{turn}".encode()).digest() for turn in turns), str(one.id)

    return sorted(records, key=rank, reverse=True)
