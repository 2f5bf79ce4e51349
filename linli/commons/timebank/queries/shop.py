"""Read the shop: what stands on the shelf and costs what, orders, deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Sum

from linli.commons.timebank.choices import OrderState
from linli.commons.timebank.models import Delivery, Good, Member, Order, Price, Programme
from linli.commons.timebank.queries.records import start_of
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.queries import accounts_of
from linli.ground.places.queries import within
from linli.kit.clock import local_day

ORDER_PARTS = (
    "good",
    "payment__member__person",
    "payment__programme",
    "payment__made_by",
    "payment__transfer",
    "handed_by",
)
NOT_HAD = (OrderState.CANCELLED, OrderState.LAPSED)


@dataclass(frozen=True)
class Shelf:
    """A good with its price on a day, how many are on hand, how many of them are set aside."""

    good: Good
    price: int | None
    stock: int = 0
    held: int = 0

    @property
    def free(self) -> int:
        """How many can be ordered."""
        return self.stock - self.held

    @property
    def low(self) -> bool:
        """Whether it is time to buy more."""
        return self.free <= self.good.low_at


def price_on(good: Good, day: date) -> int | None:
    """What a good costs on a day; None where no price was set."""
    rows = Price.objects.filter(good=good, valid_from__lte=day).order_by("-valid_from")
    return rows.values_list("points", flat=True).first()


def prices_of(good: Good) -> QuerySet[Price]:
    """Every price, the latest first."""
    return Price.objects.filter(good=good).order_by("-valid_from")


def shelves(goods: Iterable[Good], day: date) -> list[Shelf]:
    """Goods with price and stock: three queries however many."""
    rows = list(goods)
    prices = Price.objects.filter(good__in=rows, valid_from__lte=day).order_by("valid_from")
    cost = dict(prices.values_list("good", "points"))
    stocks: dict[str, Any] = {}
    if rows:
        wanted = (accounts_of(book=row.community, unit=row.unit, kinds=[Kind.STOCK]) for row in rows)
        stocks = {account.unit: account.balance for account in reduce(or_, wanted)}
    found = []
    for row in rows:
        kept = stocks.get(row.unit)
        found.append(Shelf(row, cost.get(row.pk), kept.posted if kept else 0, kept.held if kept else 0))
    return found


def shelf_of(good: Good, day: date) -> Shelf:
    """One of them."""
    return shelves([good], day)[0]


def goods_of(programme: Programme, *, offered: bool = False) -> QuerySet[Good]:
    """The goods of a programme, those that are offered or all."""
    rows = (
        Good.objects.filter(programme=programme)
        .select_related("programme", "area")
        .order_by("-offered", "id")
    )
    return rows.filter(offered=True) if offered else rows


def goods_under(stems: Iterable[str]) -> QuerySet[Good]:
    """Goods under the stems."""
    return Good.objects.filter(within(stems)).select_related("programme", "area")


def deliveries_of(good: Good) -> QuerySet[Delivery]:
    """What came in and what went bad, newest first."""
    return Delivery.objects.filter(good=good).select_related("by").order_by("-id")


def orders_of(member: Member) -> QuerySet[Order]:
    """Somebody's orders, newest first."""
    return Order.objects.filter(payment__member=member).select_related(*ORDER_PARTS).order_by("-id")


def orders_in(programme: Programme) -> QuerySet[Order]:
    """A programme's orders, newest first."""
    return Order.objects.filter(good__programme=programme).select_related(*ORDER_PARTS).order_by("-id")


def had(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that count against a limit: waiting or picked up, not brought back."""
    kept = Q(payment__transfer=None) | Q(payment__transfer__reversed_by=None)
    return orders.exclude(state__in=NOT_HAD).filter(kept)


def had_this_month(member: Member, day: date) -> dict[int, int]:
    """How many of each good somebody ordered in the month of a day."""
    first = day.replace(day=1)
    until = start_of((first + timedelta(days=32)).replace(day=1))
    rows = had(Order.objects.filter(payment__member=member)).filter(
        payment__made_at__gte=start_of(first), payment__made_at__lt=until
    )
    return dict(rows.values_list("good").annotate(many=Sum("count")).order_by("good"))


def days_of_orders(member: Member, kind: str, day: date) -> list[date]:
    """The days of a year on which somebody ordered goods of a kind."""
    first = start_of(day.replace(month=1, day=1))
    rows = had(Order.objects.filter(payment__member=member, good__kind=kind)).filter(
        payment__made_at__gte=first
    )
    return [local_day(at) for at in rows.values_list("payment__made_at", flat=True)]
