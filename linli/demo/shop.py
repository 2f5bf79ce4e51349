"""The shop of the time bank through the year: goods and their prices, exchange day on the 15th, grants, gifts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import GiftTo, GoodKind, OrderState
from linli.commons.timebank.models import Good, Member, Order
from linli.commons.timebank.queries.members import member_of
from linli.commons.timebank.queries.purses import purse_of
from linli.commons.timebank.queries.shop import price_on, shelf_of
from linli.demo.world import World, moment, pick
from linli.ground.ledger.choices import Authority
from linli.ground.people.choices import Reach
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused

EXCHANGE_DAY = 15


@dataclass(frozen=True)
class Thing:
    """Something in the shop."""

    code: str
    name: str
    measure: str
    points: int
    cost: int  # yuan
    stock: int
    low: int
    month_max: int
    kind: str = GoodKind.GOODS


SHELF = (
    Thing("rice", "大米", "5 公斤", 60, 32, 30, 6, 1),
    Thing("oil", "菜籽油", "1.8 升", 50, 28, 24, 5, 1),
    Thing("detergent", "洗衣液", "2 公斤", 30, 16, 24, 5, 2),
    Thing("towel", "毛巾", "2 条", 15, 9, 40, 8, 2),
    Thing("haircut", "理发一次", "社区理发室", 15, 10, 60, 10, 1, GoodKind.BENEFIT),
)


def open_shop(world: World, until: datetime) -> None:
    """Goods, prices, the first delivery; what happens every month is planned to the end."""
    care, by = world.care, world.care.town.director
    for thing in SHELF:
        good = timebank.keep_good(
            programme=care.programme, code=thing.code, name=thing.name, measure=thing.measure, kind=thing.kind,
            month_max=thing.month_max, low_at=thing.low, cost_fen=thing.cost * 100, by=by, now=world.now,
        )  # fmt: skip
        timebank.set_price(good=good, points=thing.points, valid_from=world.today, by=by, now=world.now)
        deliver(world, good, thing.stock)
    go_on(world, until)


def go_on(world: World, until: datetime) -> None:
    """The months that a demo has missed."""
    day = world.today.replace(day=1)
    while day <= local_day(until):
        plan_month(world, day)
        day = (day + timedelta(days=32)).replace(day=1)


def plan_month(world: World, first: date) -> None:
    """Grants on the 2nd, orders around the 10th, exchange on the 15th, a gift now and then."""
    last = world.rng.randint(18, 26)
    for day, hour, what in (
        (2, 9, grant),
        (EXCHANGE_DAY, 9, exchange),
        (last, 15, give_away),
        (28, 16, refill),
    ):
        when = moment(first.replace(day=day), hour, world.rng.randint(0, 40))
        if when > world.now:
            world.plan(when, what)


def deliver(world: World, good: Good, count: int) -> None:
    """Goods come in with their slip."""
    timebank.receive_goods(
        key=world.key(),
        good=good,
        count=count,
        voucher="社区超市送货单",
        by=world.care.town.director,
        now=world.now,
    )


def refill(world: World) -> None:
    """What runs low is bought again."""
    for thing in SHELF:
        good = Good.objects.get(programme=world.care.programme, code=thing.code)
        if shelf_of(good, world.today).free <= thing.low + 4:
            deliver(world, good, thing.stock // 2)


def grant(world: World) -> None:
    """The month's points for elders who live alone."""
    care = world.care
    done = timebank.run_grants(
        programme=care.programme, month=world.today.replace(day=1), by=care.town.director, now=world.now
    )
    world.counts["grants"] += len(done.given)


def exchange(world: World) -> None:
    """The 15th: whoever has enough takes something home; for those who cannot come a worker orders."""
    care, rng = world.care, world.rng
    members = [one for one in care.volunteers if one is not care.chen]
    members += [row for who in care.receivers if (row := member_of(care.programme, who))]
    for member in members:
        if not world.chance(0.3):
            continue
        when = moment(world.today, 9, 30) + timedelta(minutes=rng.randint(0, 380))
        world.plan(max(when, world.now + timedelta(minutes=1)), order, member)


def order(world: World, member: Member) -> None:
    """Something that the points reach for."""
    care = world.care
    free = purse_of(member).free
    goods = []
    for thing in SHELF:
        good = Good.objects.get(programme=care.programme, code=thing.code)
        price = price_on(good, world.today)
        if price is not None and price <= free and shelf_of(good, world.today).free > 0:
            goods.append(good)
    if not goods:
        return
    by, authority = hands_of(world, member.person)
    try:
        placed = timebank.place_order(
            key=world.key(), member=member, good=pick(world.rng, goods), count=1, by=by, authority=authority,
            now=world.now,
        )  # fmt: skip
    except Refused:  # the month's limit: then next month
        return
    world.counts["orders"] += 1
    if world.chance(0.93):
        world.plan(world.now + timedelta(minutes=world.rng.randint(15, 200)), hand_over, placed)


def hands_of(world: World, who: Person) -> tuple[Person, str]:
    """Who sends it: themselves, or the worker they asked."""
    if who.reach == Reach.APP:
        return who, Authority.SELF
    return world.care.town.workers.get(who.grid, world.care.town.director), Authority.WORKER


def hand_over(world: World, placed: Order) -> None:
    """Picked up with the code, signed for."""
    placed = Order.objects.select_related("payment__member__person").get(pk=placed.pk)
    if placed.state != OrderState.HELD:
        return
    person = placed.payment.member.person
    by = world.care.town.colleague(person.pk)
    timebank.collect(order=placed, code=placed.code, by=by, signed_by=person.name, now=world.now)
    world.counts["orders collected"] += 1


def give_away(world: World) -> None:
    """Somebody gives points to an elder in need of care, or to the common pool."""
    care, rng = world.care, world.rng
    givers = [one for one in care.volunteers if one is not care.chen and purse_of(one).free >= 20]
    if not givers:
        return
    giver = pick(rng, givers)
    receiver = next((who for who in care.receivers if who.note == "王奶奶"), None)
    to = GiftTo.ELDER if receiver is not None and world.chance(0.6) else GiftTo.POOL
    by, authority = hands_of(world, giver.person)
    timebank.give(
        key=world.key(), member=giver, gift_to=to, points=10, by=by, authority=authority, now=world.now,
        receiver=receiver if to == GiftTo.ELDER else None, words="一点心意",
    )  # fmt: skip
    world.counts["gifts"] += 1
