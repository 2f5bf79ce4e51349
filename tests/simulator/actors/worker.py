"""What runs by itself, and the clock that jumps: none of it may ever be refused, and done twice it is done once."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.queries.programmes import rule_on
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Who
from linli.ground.ledger.choices import Authority
from linli.ground.ledger.models import Close
from linli.kit.clock import local_day
from linli.loop.run import actions as run
from tests.simulator.actors.members import people_of, programmes, side
from tests.simulator.acts import Act, step
from tests.simulator.world import World

RULE = Who(None, Authority.RULE)


def job(words: str, do: Any, *, whole: bool = False) -> Act:
    """Something that runs by itself."""
    return Act(words, do, whole=whole, must="done")


@step(1.2)
def time_is_up(_world: World) -> Act:
    """Nobody objected in time."""
    return job("confirm_due", lambda now: run.confirm_due(now=now))


@step(0.6)
def auto_confirm(_world: World) -> Act:
    """The same for records without a visit."""
    return job("auto_confirm", lambda now: timebank.auto_confirm(now=now))


@step(1)
def take_due(_world: World) -> Act:
    """Points for care nobody objected to."""
    return job("take_due", lambda now: timebank.take_due(now=now))


@step(0.8)
def lapse(_world: World) -> Act:
    """What was not picked up."""
    return job("lapse_orders", lambda now: timebank.lapse_orders(now=now))


@step(0.8)
def nobody_came(_world: World) -> Act:
    """Visits that nobody took."""
    return job("miss_due", lambda now: run.miss_due(now=now))


@step(0.8)
def plan(_world: World) -> Act:
    """Weekly visits of the days ahead."""
    return job("plan_visits", lambda now: run.plan_visits(now=now))


@step(1.2)
def pay_waiting(world: World) -> Act:
    """What waited for the pool."""
    pk = side(world)
    return job(
        f"programme {pk}", lambda now: timebank.pay_waiting(programme=world.programme(pk), by=None, now=now)
    )


@step(1.5)
def expire(_world: World) -> Act:
    """Points run out, and are announced before."""

    def do(now: datetime) -> None:
        for one in programmes():
            timebank.expire_points(programme=one, day=local_day(now), now=now)
            timebank.warn_expiry(programme=one, day=local_day(now), now=now)

    return job("both programmes", do)


@step(1)
def grant(world: World) -> Act | None:
    """This month's points for elders in need; last month's too, where they were forgotten."""
    pk = side(world)
    month = world.today.replace(day=1)
    if world.one_in(3):
        month = (month - timedelta(days=1)).replace(day=1)
    if not rule_on(world.programme(pk), world.today).terms.grants:
        return None
    director = people_of(world, pk)[1]
    return job(
        f"programme {pk}, {month:%Y-%m}",
        lambda now: timebank.run_grants(
            programme=world.programme(pk), month=month, by=world.who(director), now=now
        ),
    )


@step(1.5)
def seal(_world: World) -> Act:
    """The chain."""
    return job("seal", lambda _now: ledger.seal_ledger(), whole=True)


@step(0.4)
def publish(_world: World) -> Act:
    """The head of the day."""
    return job("publish", lambda now: ledger.publish_head(now=now))


@step(0.3)
def close(world: World) -> Act | None:
    """A month of the books is closed."""
    book = world.programme(side(world)).book
    first = timezone.localtime(world.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    month = (first.date() - timedelta(days=1)).replace(day=1)
    if world.now < first + timedelta(hours=2) or Close.objects.filter(book=book, month=month).exists():
        return None
    return Act(
        f"{book} {month:%Y-%m}",
        lambda now: ledger.close_month(book=book, month=month, ends_at=first, by=None, now=now),
    )


@step(0.5)
def reserve(world: World) -> Act:
    """Something is reserved on the common pool for a few hours, and runs out by itself."""
    key, amount, until = (
        world.key(),
        world.dice.choice((1, 10, 50)),
        world.now + timedelta(hours=world.dice.randint(1, 30)),
    )
    return Act(
        f"{amount} until {until:%m-%d %H:%M}",
        lambda now: ledger.hold(
            uid=key,
            account=timebank.accounts(world.programme(), now).pool,
            amount=amount,
            who=RULE,
            now=now,
            expires_at=until,
        ),
        keyed=True,
    )


@step(0.8)
def run_out(_world: World) -> Act:
    """What was reserved too long is free again."""
    return job("expire_holds", lambda now: ledger.expire_holds(now=now, who=RULE))


@step(1.2)
def sleep(world: World) -> Act:
    """The clock jumps: hours, days, weeks, over whatever was to run out."""
    hours = world.dice.choice((5, 30, 80, 300, 750))
    return Act(f"{hours} hours", lambda _now: None, hours=hours)
