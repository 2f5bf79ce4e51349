"""What stands on the shelf: goods, prices, deliveries, what went bad, and a word to the director when it runs low."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import key_of, locked, note, tell, who
from linli.commons.timebank.choices import GoodKind
from linli.commons.timebank.models import Delivery, Good, Price, Programme
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, OtherBody, Short, open_account, post
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.ledger.queries import balances_of
from linli.ground.people.access import workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

MOST = 100_000


def at_shelf(good: Good, kind: str, now: datetime) -> Any:
    """One of a good's accounts, opened the first time."""
    return open_account(book=good.programme.book, unit=good.unit, kind=kind, now=now)


def stock_of(good: Good, now: datetime) -> Any:
    """The account of what is on hand."""
    return at_shelf(good, Kind.STOCK, now)


def keep_good(
    *,
    programme: Programme,
    name: str,
    by: Person,
    now: datetime,
    good: Good | None = None,
    code: str = "",
    kind: str = GoodKind.GOODS,
    measure: str = "",
    month_max: int | None = None,
    low_at: int = 0,
    cost_fen: int = 0,
    cash_like: bool = False,
    offered: bool = True,
) -> Good:
    """Put something into the shop, or change what the shop says about it; its stock and prices have verbs of their own."""
    if not name.strip() or kind not in GoodKind.values:
        raise Refused(_("Please give it a name."), field="name")
    if month_max is not None and month_max < 1:
        raise Refused(_("Please give a number above zero."), field="month_max")
    with turn():
        row: Good = locked(good) if good else Good(**programme.area.location, programme=programme)
        if good is None:
            row.code = slugify(code)[:20] or f"g{Good.objects.filter(programme=programme).count() + 1}"
            if Good.objects.filter(programme=programme, code=row.code).exists():
                raise Refused(_("This code is taken."), field="code")
        row.name, row.kind, row.measure = name.strip()[:40], kind, measure.strip()[:20]
        row.month_max, row.low_at, row.cost_fen = month_max, low_at, cost_fen
        row.cash_like, row.offered = cash_like, offered
        row.save()
        stock_of(row, now)
        note(row, "good.kept", "good", row.pk, by, now, code=row.code, offered=offered)
    return row


def set_price(*, good: Good, points: int, valid_from: date, by: Person, now: datetime) -> Price:
    """What it costs from a day on, today at the earliest; orders placed before keep their price."""
    if points < 1:
        raise Refused(_("Please give a number above zero."), field="points")
    if valid_from < local_day(now):
        raise Refused(_("A price holds from today on at the earliest."), field="valid_from")
    with turn():
        row, _made = Price.objects.update_or_create(
            good=good, valid_from=valid_from, defaults={"points": points}
        )
        note(good, "good.priced", "good", good.pk, by, now, points=points, valid_from=valid_from.isoformat())
    return row


def receive_goods(
    *,
    key: UUID,
    good: Good,
    count: int,
    by: Person,
    now: datetime,
    voucher: str = "",
    best_before: date | None = None,
) -> Delivery:
    """Goods came in, with what the voucher says; the same ``key`` twice is one delivery."""
    return moved(key, good, count, Kind.SUPPLIER, voucher, by, now, best_before)


def spoil(*, key: UUID, good: Good, count: int, reason: str, by: Person, now: datetime) -> Delivery:
    """Goods went bad or missing, with the reason; what is set aside for somebody is not touched."""
    if len(reason.strip()) < 2:
        raise Refused(_("Please say what happened to it."), field="reason")
    with turn():
        row = moved(key, good, count, Kind.SPOILED, reason, by, now, None)
        stock_runs_low(good, count, now)
    return row


def moved(
    key: UUID,
    good: Good,
    count: int,
    kind: str,
    words: str,
    by: Person,
    now: datetime,
    best_before: date | None,
) -> Delivery:
    """One transfer between the shelf and outside, with its row."""
    if not 1 <= count <= MOST:
        raise Refused(_("Please give a number above zero."), field="count")
    signed = count if kind == Kind.SUPPLIER else -count
    with turn():
        Good.objects.select_for_update(of=("self",)).get(pk=good.pk)
        if known := Delivery.objects.filter(key=key).first():
            if (known.good_id, known.count) != (good.pk, signed):
                raise OtherBody()
            return known
        legs = [Leg(stock_of(good, now), signed), Leg(at_shelf(good, kind, now), -signed)]
        order = Order(
            uid=key_of("shelf", key), book=good.programme.book, kind="delivery" if signed > 0 else "spoiled", legs=legs,
            who=who(by, Authority.WORKER), cause=Cause("good", good.pk),
        )  # fmt: skip
        try:
            done = post(order=order, now=now)
        except Short as error:
            raise Refused(_("Only {free} are free.").format(free=error.free), field="count") from error
        row = Delivery.objects.create(
            good=good, key=key, count=signed, note=words.strip()[:200], best_before=best_before,
            transfer_id=done.transfer, by=by, at=now,
        )  # fmt: skip
        note(good, "good.delivered" if signed > 0 else "good.spoiled", "good", good.pk, by, now, count=count)
    return row


def stock_runs_low(good: Good, less: int, now: datetime) -> None:
    """The last ``less`` took the shelf down to its mark: one word to the director until something comes in again."""
    free = balances_of([stock_of(good, now).pk])
    left = next(iter(free.values())).free
    if not left <= good.low_at < left + less:
        return
    last = (
        Delivery.objects.filter(good=good, count__gt=0).order_by("-id").values_list("pk", flat=True).first()
    )
    for person in workers_at(good.community, kinds=[RoleKind.DIRECTOR], on=local_day(now)):
        tell(
            person, Notice.STOCK, now, key=f"stock:{good.pk}:{last or 0}:{person.pk}", link="/desk/shop/", stem=good.stem
        )  # fmt: skip
