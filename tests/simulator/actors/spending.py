"""Points go out: care booked without a visit, the shop, gifts; goods come in and go bad."""

from datetime import datetime, timedelta
from typing import Any

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Member, Order, Payment
from linli.commons.timebank.queries.shop import ORDER_PARTS
from tests.simulator.actors.records import FEW, payment_of
from tests.simulator.acts import Act, step
from tests.simulator.world import World

RELATIONS = ("self", "self", "spouse", "friend", "elder_in_need")


def spender(world: World) -> tuple[int, int, str] | None:
    """A member of this community, who acts for them, and on what ground."""
    pk = world.chosen(programme=world.here)
    if pk is None:
        return None
    owner = Member.objects.values_list("person", flat=True).get(pk=pk)
    if owner == world.pks["wang"] and world.one_in(2):
        return pk, world.pks["sun"], "family"
    if world.one_in(2):
        return pk, world.pks[world.dice.choice(("zhao", "zhou"))], "worker"
    return pk, owner, "self"


@step(4)
def order(world: World) -> Act | None:
    """Something from the shop."""
    found, good = spender(world), world.pick(sorted(goods(world)))
    if found is None or good is None:
        return None
    pk, by, ground = found
    key, count = world.key(), world.dice.choice((1, 1, 1, 2))
    return Act(
        f"good {good} × {count} for member {pk} by {by} ({ground})",
        lambda now: timebank.place_order(
            key=key,
            member=world.member(pk),
            good=world.good(good),
            count=count,
            by=world.who(by),
            authority=ground,
            now=now,
        ),
        keyed=True,
    )


def goods(world: World) -> list[int]:
    """What the shop has."""
    return list(world.programme().goods.order_by("pk").values_list("pk", flat=True))


def some_order(world: World, state: str) -> Order | None:
    """An order in this state."""
    return world.pick(
        Order.objects.filter(state=state).select_related("payment__member").order_by("-pk")[:FEW]
    )


def order_of(pk: int) -> Order:
    """An order as a page reads it."""
    return Order.objects.select_related(*ORDER_PARTS).get(pk=pk)


@step(4)
def collect(world: World) -> Act | None:
    """It is picked up: with its code, or by somebody the worker knows."""
    row = some_order(world, "held")
    if row is None:
        return None
    pk, by, known = row.pk, world.worker("zhao", "zhou", "qian").pk, world.one_in(2)
    wrong = world.one_in(12)

    def do(now: datetime) -> Any:
        mine = order_of(pk)
        code = "WRONG" if wrong else mine.code
        if mine.state == "held" and not known and code:
            mine = timebank.find_order(programme=world.programme(), code=code, by=world.who(by), now=now)
        return timebank.collect(
            order=mine, by=world.who(by), signed_by="本人", code=code, known=known, now=now
        )

    return Act(f"order {pk} by {by}, known: {known}, wrong code: {wrong}", do)


@step(1)
def cancel(world: World) -> Act | None:
    """Not wanted after all."""
    row = some_order(world, "held")
    if row is None:
        return None
    pk, by = row.pk, row.payment.member.person_id
    return Act(
        f"order {pk}",
        lambda now: timebank.cancel_order(order=order_of(pk), by=world.who(by), authority="self", now=now),
    )


@step(0.7)
def bring_back(world: World) -> Act | None:
    """The bag was torn."""
    row = some_order(world, "collected")
    if row is None:
        return None
    pk, by = row.pk, world.worker("zhao", "zhou", "qian").pk
    return Act(
        f"order {pk} by {by}",
        lambda now: timebank.return_goods(order=order_of(pk), reason="袋子破了", by=world.who(by), now=now),
    )


@step(1)
def deliver(world: World) -> Act | None:
    """Goods come in, or go bad."""
    good, key, count = world.pick(goods(world)), world.key(), world.dice.choice((1, 3, 6))
    if good is None:
        return None
    if world.one_in(3):
        return Act(
            f"good {good}: {count} went bad",
            lambda now: timebank.spoil(
                key=key, good=world.good(good), count=count, reason="受潮", by=world.who("zhou"), now=now
            ),
            keyed=True,
        )
    return Act(
        f"good {good}: {count} came in",
        lambda now: timebank.receive_goods(
            key=key, good=world.good(good), count=count, by=world.who("zhou"), now=now
        ),
        keyed=True,
    )


@step(0.3)
def price(world: World) -> Act | None:
    """Rice costs more from a day on."""
    good, points = world.pick(goods(world)), world.dice.randint(10, 70)
    day = world.today + timedelta(days=world.dice.choice((0, 2)))
    if good is None:
        return None
    return Act(
        f"good {good}: {points} from {day}",
        lambda now: timebank.set_price(
            good=world.good(good), points=points, valid_from=day, by=world.who("zhou"), now=now
        ),
    )


@step(3)
def set_aside(world: World) -> Act | None:
    """Points for care that is agreed on without a visit here."""
    found = spender(world)
    if found is None:
        return None
    pk, by, ground = found
    key, points, relation = world.key(), world.dice.choice((5, 10, 10, 25, 60)), world.dice.choice(RELATIONS)
    whom = world.member(pk).person_id if relation == "self" else world.pks[world.dice.choice(("wang", "li"))]
    auto = world.now + timedelta(days=world.dice.randint(1, 9)) if world.one_in(2) else None
    return Act(
        f"{points} of member {pk} for {whom} ({relation}) by {by} ({ground})",
        lambda now: timebank.set_aside(
            key=key, member=world.member(pk), kind="care", points=points, receiver=world.who(whom), relation=relation,
            by=world.who(by), authority=ground, now=now, auto_at=auto,
        ),
        keyed=True,
    )  # fmt: skip


def held(world: World) -> Payment | None:
    """A payment of care that is not a visit's."""
    rows = Payment.objects.filter(kind="care", state__in=("held", "frozen"), source=None).order_by("-pk")
    return world.pick(rows.select_related("member")[:FEW])


@step(2)
def take(world: World) -> Act | None:
    """It was had, or part of it."""
    row = held(world)
    if row is None:
        return None
    pk, points = row.pk, world.dice.choice((None, None, max(1, row.points // 2), 0))
    return Act(
        f"payment {pk}: {points}",
        lambda now: timebank.take_payment(
            payment=payment_of(pk), by=world.who("zhao"), authority="worker", points=points, now=now
        ),
    )


@step(1)
def free(world: World) -> Act | None:
    """It was not had."""
    row = held(world)
    if row is None:
        return None
    pk = row.pk
    return Act(
        f"payment {pk}",
        lambda now: timebank.free_payment(
            payment=payment_of(pk), by=world.who("zhao"), authority="worker", now=now
        ),
    )


@step(2.5)
def give(world: World) -> Act | None:
    """Points to a friend, to an elder in need, to the common pool."""
    found = spender(world)
    if found is None:
        return None
    pk, by, ground = found
    key, points, to = (
        world.key(),
        world.dice.choice((1, 5, 10, 30)),
        world.dice.choice(("friend", "elder", "pool")),
    )
    other = world.chosen(programme=world.here)
    whom = world.member(other).person_id if other and to != "pool" else None
    return Act(
        f"{points} of member {pk} to {to} {whom} by {by} ({ground})",
        lambda now: timebank.give(
            key=key, member=world.member(pk), gift_to=to, points=points, receiver=world.who(whom) if whom else None,
            by=world.who(by), authority=ground, now=now,
        ),
        keyed=True,
    )  # fmt: skip
