"""Read bookings and visits: what a volunteer may take, who could come, what waits for somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.commons.timebank.choices import STRENGTH_ORDER, MemberState
from linli.commons.timebank.models import Member
from linli.commons.timebank.queries.programmes import rule_on
from linli.engine.geo import Point, distance_m
from linli.engine.points import worth
from linli.ground.people.models import Bond, Person
from linli.ground.places.models import Building
from linli.ground.places.queries import within
from linli.kit.calendar import official
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.run.access import VISIT_PARTS
from linli.loop.run.choices import BookingState, VisitState
from linli.loop.run.models import Booking, DoorCard, Visit

COMING = (VisitState.OPEN, VisitState.TAKEN, VisitState.STARTED)
HERS = (VisitState.TAKEN, VisitState.STARTED)
READ = 500  # of open visits of a community, of its members: more than one looks at
STEP_M = 50  # how exactly a distance is told before somebody has taken a visit
LATE = timedelta(minutes=60)  # so long after its planned end a visit under way is asked about


@dataclass(frozen=True)
class Offer:
    """A visit somebody could take: how far from them, in steps of 50 m (None: not known), and what it earns."""

    visit: Visit
    metres: int | None
    points: int


@dataclass(frozen=True)
class Unsettled:
    """Visits that should be over: not signed in, or not signed out."""

    unsigned: list[Visit]
    too_long: list[Visit]
    under_way: list[Visit]


def visits() -> QuerySet[Visit]:
    """Every visit with what a row shows."""
    return Visit.objects.select_related(*VISIT_PARTS)


def end_of(visit: Visit) -> datetime:
    """When it should be over."""
    return visit.starts_at + timedelta(minutes=visit.minutes)


def holiday(day: date) -> bool:
    """Whether it is a public holiday: visits take place all the same, and are marked."""
    return day in official(day.year)[0]


def time_code(at: datetime) -> str:
    """Day of the week and half of the day, as members say when they have time: "3a"."""
    local = timezone.localtime(at)
    half = "a" if local.hour < 12 else "p" if local.hour < 18 else "e"
    return f"{local.isoweekday()}{half}"


# --- who fits which visit -----------------------------------------------------------------------------


def strong_enough(member: Member, wanted: str) -> bool:
    """Whether somebody can lift what is asked for."""
    order = [str(one) for one in STRENGTH_ORDER]
    return order.index(member.strength) >= order.index(wanted)


def skilled(member: Member, visit: Visit) -> bool:
    """Whether it is something they said they do, and not too heavy."""
    return visit.service.code in member.skills and strong_enough(member, visit.booking.strength)


def has_time(member: Member, visit: Visit) -> bool:
    """Whether they said that they have time then; nothing said is any time."""
    return not member.times or time_code(visit.starts_at) in member.times


def kin_of(people: Iterable[int]) -> dict[int, set[int]]:
    """Who is bound to whom as family, in one query, both ways."""
    wanted = list(people)
    found: dict[int, set[int]] = {}
    rows = Bond.objects.filter(Q(elder__in=wanted) | Q(helper__in=wanted), ended_at=None)
    for elder, helper in rows.values_list("elder", "helper"):
        found.setdefault(elder, set()).add(helper)
        found.setdefault(helper, set()).add(elder)
    return found


def is_own(one: Person, other: Person, kin: Mapping[int, set[int]]) -> bool:
    """Whether two are the same, live behind one door or are bound as family."""
    if one.pk == other.pk or other.pk in kin.get(one.pk, ()):
        return True
    return one.household_id is not None and one.household_id == other.household_id


def overlap(visit: Visit, others: Iterable[Visit]) -> bool:
    """Whether a visit falls into the time of another."""
    return any(
        one.pk != visit.pk and visit.starts_at < end_of(one) and one.starts_at < end_of(visit)
        for one in others
    )


def taken_around(members: Iterable[int], first: datetime, last: datetime) -> dict[int, list[Visit]]:
    """What members have taken on between two times, in one query."""
    found: dict[int, list[Visit]] = {}
    day = timedelta(days=1)
    rows = Visit.objects.filter(
        member__in=list(members), state__in=HERS, starts_at__range=(first - day, last + day)
    )
    for one in rows:
        found.setdefault(one.member_id or 0, []).append(one)
    return found


def metres_to(building: Building | None, point: Point | None) -> float | None:
    """From a point to a building, as the crow flies; None where one of them is not known."""
    if building is None or point is None or building.lon is None or building.lat is None:
        return None
    return distance_m(point[0], point[1], building.lon, building.lat)


def home_of(person: Person) -> Building | None:
    """The building somebody lives in."""
    return person.household.building if person.household else None


def point_of(person: Person) -> Point | None:
    """Where somebody lives, to the building."""
    home = home_of(person)
    return (home.lon, home.lat) if home and home.lon is not None and home.lat is not None else None


def in_steps(metres: float | None) -> int | None:
    """A distance told roughly, so that it gives no door away."""
    return None if metres is None else max(STEP_M, int(-(-metres // STEP_M)) * STEP_M)


def points_for(member: Member, code: str, minutes: int, day: date) -> int:
    """What a visit of this length earns by the rule of the day; 0 where no rule is in force."""
    try:
        terms = rule_on(member.programme, day).terms
    except Refused:
        return 0
    return worth(terms, terms.rates, code, minutes)


def open_visits_for(
    member: Member, *, now: datetime, near: Point | None = None, limit: int = 40
) -> list[Offer]:
    """What a member could take: it fits her skills, strength and times, is not her own people's, and she is free.

    Those who asked for her come first, then the nearest to ``near`` (else to her home), then the soonest.
    """
    if member.state != MemberState.ADMITTED:
        return []
    rows = visits().filter(
        community=member.programme.community, state=VisitState.OPEN, starts_at__gt=now, receiver__erased_at=None
    )  # fmt: skip
    fitting = [one for one in rows.order_by("starts_at", "id")[:READ] if skilled(member, one)]
    fitting = [one for one in fitting if has_time(member, one) or one.booking.wanted_id == member.pk]
    if not fitting:
        return []
    kin = kin_of([member.person_id])
    hers = taken_around([member.pk], fitting[0].starts_at, fitting[-1].starts_at).get(member.pk, [])
    fitting = [
        one for one in fitting if not is_own(member.person, one.receiver, kin) and not overlap(one, hers)
    ]
    here, day = near or point_of(member.person), local_day(now)
    told = [(metres_to(home_of(one.receiver), here), one) for one in fitting]
    told.sort(
        key=lambda pair: (
            pair[1].booking.wanted_id != member.pk, pair[0] is None, in_steps(pair[0]), pair[1].starts_at, pair[1].pk,
        )
    )  # fmt: skip
    return [
        Offer(one, in_steps(metres), points_for(member, one.service.code, one.minutes, day))
        for metres, one in told[:limit]
    ]


def who_could(rows: Iterable[Visit]) -> dict[int, list[Member]]:
    """For each visit the members who fit it and are free, those the elder wishes for first. Three queries."""
    wanted = list(rows)
    if not wanted:
        return {}
    places = {one.community for one in wanted}
    members = list(
        Member.objects.filter(programme__community__in=places, state=MemberState.ADMITTED)
        .select_related("person__household__building", "programme")
        .order_by("id")[:READ]
    )
    starts = [one.starts_at for one in wanted]
    busy = taken_around([one.pk for one in members], min(starts), max(starts))
    kin = kin_of(one.receiver_id for one in wanted)
    return {
        visit.pk: sorted(
            (one for one in members if could(one, visit, busy.get(one.pk, []), kin)),
            key=lambda one: (
                one.pk != visit.booking.wanted_id,
                in_steps(metres_to(home_of(visit.receiver), point_of(one.person))) or 10**6,
                one.pk,
            ),
        )
        for visit in wanted
    }


def could(member: Member, visit: Visit, hers: Iterable[Visit], kin: Mapping[int, set[int]]) -> bool:
    """Whether this member fits this visit and is free."""
    fits = member.programme.community == visit.community and skilled(member, visit)
    if not fits or not (has_time(member, visit) or visit.booking.wanted_id == member.pk):
        return False
    return not is_own(member.person, visit.receiver, kin) and not overlap(visit, hers)


# --- lists --------------------------------------------------------------------------------------------


def visits_of_member(member: Member) -> QuerySet[Visit]:
    """Everything a member has taken, newest first."""
    return visits().filter(member=member).order_by("-starts_at", "-id")


def next_of_member(member: Member) -> QuerySet[Visit]:
    """What a member has still before her, the soonest first."""
    return visits().filter(member=member, state__in=HERS).order_by("starts_at", "id")


def visits_of_receiver(person: Person) -> QuerySet[Visit]:
    """Everything for somebody, newest first."""
    return visits().filter(receiver=person).order_by("-starts_at", "-id")


def bookings_of(person: Person) -> QuerySet[Booking]:
    """What is booked for somebody and goes on, newest first."""
    rows = Booking.objects.filter(receiver=person, state=BookingState.OPEN)
    return rows.select_related("service", "programme", "asked_by", "payer__person").order_by("-id")


def between(stems: Iterable[str], first: datetime, last: datetime) -> QuerySet[Visit]:
    """Visits under the stems that start in a span of time, in order; those called off left out."""
    rows = visits().filter(within(stems), starts_at__gte=first, starts_at__lt=last)
    return rows.exclude(state=VisitState.CANCELLED).order_by("starts_at", "id")


def nobody_yet(stems: Iterable[str], *, now: datetime, until: datetime) -> QuerySet[Visit]:
    """Open visits under the stems that start before a time, the soonest first."""
    rows = visits().filter(within(stems), state=VisitState.OPEN, starts_at__gt=now, starts_at__lt=until)
    return rows.order_by("starts_at", "id")


def to_confirm(stems: Iterable[str]) -> QuerySet[Visit]:
    """Visits under the stems that are done and that nobody confirmed yet, the oldest first."""
    return visits().filter(within(stems), state=VisitState.ENDED).order_by("starts_at", "id")


def unsettled(stems: Iterable[str], *, now: datetime, limit: int = READ) -> Unsettled:
    """What has begun or should have: under way, under way too long, never signed in."""
    rows = visits().filter(within(stems), state__in=HERS, starts_at__lte=now).order_by("starts_at", "id")
    found = Unsettled([], [], [])
    for one in rows[:limit]:
        if one.state == VisitState.STARTED:
            (found.too_long if now > end_of(one) + LATE else found.under_way).append(one)
        elif now > end_of(one):
            found.unsigned.append(one)
    return found


def card_of(person: Person) -> DoorCard | None:
    """The card at somebody's door that is in use."""
    return DoorCard.objects.filter(person=person, ended_at=None).first()


def with_card(people: Iterable[Person]) -> set[int]:
    """Which of these people have a card at the door."""
    rows = DoorCard.objects.filter(person__in=[one.pk for one in people], ended_at=None)
    return set(rows.values_list("person", flat=True))
