"""Care that is booked: somebody takes it, comes, goes, and the elder's side says how it was."""

from datetime import datetime, timedelta
from typing import Any

from linli.commons.timebank.models import Member
from linli.loop.run import actions as run
from linli.loop.run.access import VISIT_PARTS
from linli.loop.run.models import Booking, Service, Visit
from tests.simulator.actors.records import FEW
from tests.simulator.acts import Act, step
from tests.simulator.world import World


def visit_of(pk: int) -> Visit:
    """A visit as a page reads it."""
    return Visit.objects.select_related(*VISIT_PARTS).get(pk=pk)


def some(world: World, **filters: Any) -> Visit | None:
    """One of the visits that are like this."""
    return world.pick(
        Visit.objects.filter(**filters).select_related("member", "booking").order_by("-starts_at", "pk")[:FEW]
    )


@step(2.5)
def book(world: World) -> Act | None:
    """A worker writes down what an elder asked for, free or with somebody's points; once or every week."""
    elder = world.pick(
        Member.objects.filter(programme=world.here, state="receives")
        .order_by("pk")
        .values_list("person", flat=True)
    )
    code = world.dice.choice(("company", "clean", "meals"))
    if elder is None:
        return None
    begins = world.now.replace(second=0, microsecond=0) + timedelta(minutes=15 * world.dice.randint(2, 12))
    weekly, key, minutes = world.one_in(3), world.key(), world.dice.choice((30, 60, 90))
    pays = world.dice.choice(("points", "points", "free"))
    payer = world.chosen(programme=world.here) if pays == "points" else None

    def do(now: datetime) -> Any:
        owner = world.member(payer) if payer else None
        return run.book_care(
            key=key, receiver=world.who(elder), service=Service.objects.get(code=code), first_at=begins, minutes=minutes,
            by=world.who("zhao"), authority="worker", how="电话里说的", weekly=weekly, pays=pays, payer=owner,
            relation="" if owner is None or owner.person_id == elder else "friend", now=now,
        )  # fmt: skip

    return Act(
        f"{code} for {elder} at {begins:%m-%d %H:%M}, {minutes} min, weekly: {weekly}, payer {payer}",
        do,
        keyed=True,
    )


@step(6)
def take(world: World) -> Act | None:
    """Somebody takes a visit."""
    soon = (world.now - timedelta(minutes=30), world.now + timedelta(hours=4))
    row = some(world, state="open", starts_at__range=soon)
    pk = world.chosen("admitted", programme=world.here)
    if row is None or pk is None:
        return None
    return Act(
        f"visit {row.pk} by member {pk}",
        lambda now: run.take_visit(
            visit=visit_of(row.pk), member=world.member(pk), by=world.member(pk).person, now=now
        ),
    )


@step(0.4)
def give_back(world: World) -> Act | None:
    """Cannot come after all."""
    row = some(world, state="taken")
    if row is None:
        return None
    return Act(
        f"visit {row.pk}",
        lambda now: run.give_back(visit=visit_of(row.pk), by=helper(row.pk, world), reason="发烧了", now=now),
    )


def helper(pk: int, world: World) -> Any:
    """Whoever comes; a worker where that is nobody any more."""
    member = visit_of(pk).member
    return member.person if member else world.who("zhao")


@step(12)
def come_in(world: World) -> Act | None:
    """At the door, with the six digits or a worker's mark; now and then with wrong ones."""
    soon = (world.now - timedelta(hours=2), world.now + timedelta(minutes=58))
    row = some(world, state="taken", starts_at__range=soon)
    if row is None:
        return None
    pk, marked, wrong = row.pk, world.one_in(4), world.one_in(15)

    def do(now: datetime) -> Any:
        mine = visit_of(pk)
        by = world.who("zhou") if marked else helper(pk, world)
        code = "0" if wrong else mine.code
        return run.sign_in(visit=mine, how="worker" if marked else "code", code=code, by=by, now=now)

    return Act(f"visit {pk}, worker's mark: {marked}, wrong: {wrong}", do)


@step(8)
def go_out(world: World) -> Act | None:
    """Done."""
    row = some(world, state="started")
    if row is None:
        return None
    pk, marked = row.pk, world.one_in(4)

    def do(now: datetime) -> Any:
        mine = visit_of(pk)
        by = world.who("zhou") if marked else helper(pk, world)
        return run.sign_out(
            visit=mine, how="worker" if marked else "code", code=mine.code, by=by, ticks=[1, 2, 3], said="陪着走了走", now=now
        )  # fmt: skip

    return Act(f"visit {pk}, worker's mark: {marked}", do)


@step(1.5)
def put_right(world: World) -> Act | None:
    """The signing was forgotten, or could not be booked: somebody else says when it was."""
    late = world.now - timedelta(minutes=20)
    row = some(world, state__in=("taken", "started", "ended"), record=None, starts_at__lt=late)
    if row is None:
        return None
    ended = min(world.now, row.starts_at + timedelta(minutes=row.minutes))
    by = world.worker().pk
    return Act(
        f"visit {row.pk} until {ended:%H:%M} by {by}",
        lambda now: run.right_visit(
            visit=visit_of(row.pk),
            started_at=row.starts_at,
            ended_at=ended,
            why="忘了签退",
            by=world.who(by),
            now=now,
        ),
    )


@step(4)
def say(world: World) -> Act | None:
    """A worker asked by phone, or the elder or her family says so."""
    row = some(world, state="ended")
    if row is None:
        return None
    pk, role = row.pk, world.dice.choice(("worker", "elder", "family"))
    by = {"elder": row.receiver_id, "family": world.pks["sun"]}.get(role) or world.worker().pk
    stars = world.dice.choice((None, 2, 4, 5))
    return Act(
        f"visit {pk} by {by} as {role}, {stars} stars",
        lambda now: run.confirm_visit(visit=visit_of(pk), by=world.who(by), role=role, rating=stars, now=now),
    )


@step(0.8)
def call_off(world: World) -> Act | None:
    """One visit, or all that are to come."""
    row = some(world, state__in=("open", "taken"))
    if row is None:
        return None
    if world.one_in(2):
        return Act(
            f"visit {row.pk}",
            lambda now: run.cancel_visit(
                visit=visit_of(row.pk), by=world.who("zhao"), reason="住院了", now=now
            ),
        )
    booking = row.booking_id
    return Act(
        f"booking {booking}",
        lambda now: run.cancel_booking(
            booking=Booking.objects.get(pk=booking), by=world.who("zhao"), reason="住院了", now=now
        ),
    )


@step(0.8)
def miss(world: World) -> Act | None:
    """Nobody came; perhaps there is a second time."""
    row = some(world, state__in=("open", "taken"), starts_at__lt=world.now - timedelta(minutes=20))
    if row is None:
        return None
    again = world.now.replace(second=0, microsecond=0) + timedelta(hours=3) if world.one_in(2) else None
    return Act(
        f"visit {row.pk}, again {again}",
        lambda now: run.miss_visit(
            visit=visit_of(row.pk), by=world.who("zhao"), reason="没有来", again_at=again, now=now
        ),
    )
