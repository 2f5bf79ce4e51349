"""The shop: goods and their prices, orders with a pick-up code, handing over, bringing back."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import key_of, locked, note, step, tell, who
from linli.commons.timebank.actions.payments import free_payment, put_aside, take_payment
from linli.commons.timebank.actions.stock import at_shelf, stock_of, stock_runs_low
from linli.commons.timebank.choices import (
    PICKUP_CHARS,
    PICKUP_DAYS,
    OrderState,
    PaymentKind,
    PaymentState,
)
from linli.commons.timebank.models import Good, Member, Order, Payment, Programme
from linli.commons.timebank.queries.allowed import check_authority, check_member, order_obstacles
from linli.commons.timebank.queries.shop import ORDER_PARTS, price_on
from linli.engine.transitions import ORDER
from linli.ground.journal.actions import next_numbers, record
from linli.ground.journal.choices import Notice
from linli.ground.journal.queries import events_of
from linli.ground.ledger.actions import (
    Cause,
    Leg,
    OtherBody,
    Short,
    Take,
    free_hold,
    hold,
    reverse,
)
from linli.ground.ledger.choices import Authority, Kind, Reversal
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.secret import blind, blinds
from linli.kit.turns import turn

LETTERS = "34679ACDEFHJKMNPQRTUVWXY"  # nothing that looks or sounds like another
MISSES, MISS_MINUTES = 10, 10
AT_ONCE = 200


def typed_code(text: str) -> str:
    """A code as it was made, however it was typed."""
    return "".join(char for char in text.upper() if char in LETTERS)


def new_code() -> str:
    """A pick-up code that no open order has."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _place in range(PICKUP_CHARS))
        if not Order.objects.filter(code_blind__in=blinds(code, "pickup"), state=OrderState.HELD).exists():
            return code


def place_order(
    *, key: UUID, member: Member, good: Good, count: int, by: Person, authority: str, now: datetime
) -> Order:
    """Set goods and points aside in one go, with a code to pick them up; the same ``key`` twice is one order."""
    day = local_day(now)
    if count < 1:
        raise Refused(_("Please give a number above zero."), field="count")
    with turn():
        row: Member = locked(member)
        if known := Payment.objects.filter(key=key).first():
            return same_order(known, row, good, count)
        check_authority(row, by, authority, now)
        check_member(row, PaymentKind.GOODS, day)
        price = price_on(good, day)
        if good.programme_id != row.programme_id or not good.offered or price is None:
            raise Refused(_("This is not in the shop just now."), field="good")
        words = order_obstacles(row, good, price * count, count, day)
        if words:
            raise Refused(" ".join(words), field="count")
        payment = put_aside(
            key=key, member=row, kind=PaymentKind.GOODS, points=price * count, by=by, authority=authority, now=now,
            day=day, receiver=row.person, source=("order", None),
        )  # fmt: skip
        return ordered(payment, good, count, by, now)


def same_order(known: Payment, member: Member, good: Good, count: int) -> Order:
    """The order that this key made before; with other contents it is refused."""
    row = Order.objects.filter(payment=known).select_related(*ORDER_PARTS).first()
    if row is None or (known.member_id, row.good_id, row.count) != (member.pk, good.pk, count):
        raise OtherBody()
    return row


def ordered(payment: Payment, good: Good, count: int, by: Person, now: datetime) -> Order:
    """The order with its goods set aside: call inside a transaction."""
    actor, stock = who(by, payment.authority, payment.member.person), stock_of(good, now)
    try:
        kept = hold(
            uid=key_of("stock", payment.key), account=stock, amount=count, who=actor, now=now,
            cause=Cause("payment", payment.pk),
        )  # fmt: skip
    except Short as error:
        raise Refused(_("Only {free} are left.").format(free=error.free), field="count") from error
    (serial,) = next_numbers(kind="order", day=local_day(now))
    code = new_code()
    row = Order.objects.create(
        payment=payment, no=f"D{local_day(now):%Y%m%d}-{serial:03d}", good=good, count=count, stock_hold=kept, code=code,
        code_blind=blind(code, "pickup"), pick_up_by=now + timedelta(days=PICKUP_DAYS),
    )  # fmt: skip
    Payment.objects.filter(pk=payment.pk).update(source=row.pk)
    note(payment, "order.placed", "order", row.pk, by, now, no=row.no, good=good.code, count=count)
    person = payment.member.person
    tell(person, Notice.PICK_UP, now, key=f"pickup:{row.pk}", link="/home/shop/", number=row.no)
    stock_runs_low(good, count, now)
    return row


def open_order(order: Order) -> Order:
    """The order under a row lock, with what its verbs read."""
    Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    return Order.objects.select_related(*ORDER_PARTS).get(pk=order.pk)


def ended(row: Order, verb: str) -> None:
    """One step along the table; the code opens nothing any more."""
    step(ORDER, row, verb)
    row.code = row.code_blind = ""


def collect(
    *,
    order: Order,
    by: Person,
    signed_by: str,
    now: datetime,
    code: str = "",
    known: bool = False,
    photos: Sequence[int] = (),
) -> Order:
    """Hand over: one transfer takes the points and the goods. With the code, or to somebody the worker ``known``.

    Never to oneself; with the name of whoever signed, and a photo of the signature where there is one. Handed over
    once; a second time is refused.
    """
    if not signed_by.strip():
        raise Refused(_("Please write down who signed."), field="signed_by")
    with turn():
        row = open_order(order)
        if row.payment.member.person_id == by.pk:
            raise Refused(_("This is your own; please let a colleague hand it over."))
        if row.state == OrderState.HELD and not known and not hmac.compare_digest(row.code, typed_code(code)):
            raise Refused(_("The code does not fit this order."), field="code")
        kept = row.stock_hold_id
        ended(row, "collect")
        stock, gone = stock_of(row.good, now), at_shelf(row.good, Kind.GONE_OUT, now)
        take_payment(
            payment=row.payment, by=by, authority=Authority.WORKER, now=now,
            extra_legs=[Leg(stock, -row.count), Leg(gone, row.count)], extra_takes=[Take(kept, row.count)],
        )  # fmt: skip
        row.collected_at, row.handed_by, row.signed_by = now, by, signed_by.strip()[:40]
        row.save()
        attach_photos(
            photo_ids=photos, subject_type="order", subject_id=row.pk, by_id=by.pk, area_code=row.payment.stem
        )
        note(row.payment, "order.collected", "order", row.pk, by, now, no=row.no, known=known)
    return Order.objects.select_related(*ORDER_PARTS).get(pk=row.pk)


def let_go(row: Order, verb: str, by: Person | None, authority: str, now: datetime) -> None:
    """Both holds are free again: call inside a transaction."""
    ended(row, verb)
    free_payment(payment=row.payment, by=by, authority=authority, now=now)
    free_hold(hold=row.stock_hold_id, who=who(by, authority, row.payment.member.person), now=now)
    row.save()
    note(row.payment, f"order.{row.state}", "order", row.pk, by, now, no=row.no)


def cancel_order(*, order: Order, by: Person, authority: str, now: datetime) -> Order:
    """Not wanted after all: points and goods are free again."""
    with turn():
        row = open_order(order)
        check_authority(row.payment.member, by, authority, now)
        let_go(row, "cancel", by, authority, now)
    return row


def lapse_orders(*, now: datetime) -> int:
    """Free what was not picked up in time, and say so. What is in dispute waits. Returns how many."""
    due = Order.objects.filter(state=OrderState.HELD, pick_up_by__lt=now).order_by("pick_up_by")
    done = 0
    for waiting in due[:AT_ONCE]:
        with turn():
            row = open_order(waiting)
            if row.state != OrderState.HELD or row.payment.state != PaymentState.HELD:
                continue
            let_go(row, "lapse", None, Authority.RULE, now)
            person = row.payment.member.person
            tell(person, Notice.LAPSED, now, key=f"lapsed:{row.pk}", link="/home/shop/", number=row.no)
            done += 1
    return done


def return_goods(*, order: Order, reason: str, by: Person, now: datetime) -> Order:
    """Goods came back: points and goods return by the opposite transfer. Somebody else than who handed them over."""
    if len(reason.strip()) < 2:
        raise Refused(_("Please say why, in words they would understand."), field="reason")
    with turn():
        row = open_order(order)
        if row.state != OrderState.COLLECTED or row.payment.transfer_id is None:
            raise Refused(_("This is “{state}”.").format(state=row.get_state_display()))
        if by.pk in {row.handed_by_id, row.payment.member.person_id}:
            raise Refused(_("Whoever handed it over does not take it back; please ask a colleague."))
        done = reverse(
            uid=key_of("return", row.payment.key), transfer=row.payment.transfer_id, reason=Reversal.RETURNED,
            who=who(by, Authority.WORKER, row.payment.member.person), now=now, cause=Cause("payment", row.payment_id),
        )  # fmt: skip
        if done.fresh:
            note(
                row.payment,
                "order.returned",
                "order",
                row.pk,
                by,
                now,
                no=row.no,
                reason=reason.strip()[:100],
            )
    return Order.objects.select_related(*ORDER_PARTS).get(pk=row.pk)


def find_order(*, programme: Programme, code: str, by: Person, now: datetime) -> Order:
    """The open order of a code. After too many wrong codes one waits a while: nobody guesses a code."""
    since = now - timedelta(minutes=MISS_MINUTES)
    missed = events_of("pickup", by.pk).filter(verb="order.missed", at__gt=since)
    if missed.count() >= MISSES:
        raise Refused(_("Too many wrong codes; please wait ten minutes, or find the person."), field="code")
    typed = typed_code(code)
    rows = Order.objects.filter(state=OrderState.HELD, good__programme=programme).select_related(*ORDER_PARTS)
    found = (
        rows.filter(code_blind__in=blinds(typed, "pickup")).first() if len(typed) == PICKUP_CHARS else None
    )
    if found is None:
        record(
            verb="order.missed", at=now, by=by.pk, subject_kind="pickup", subject=by.pk, area_code=programme.stem
        )  # fmt: skip
        raise Refused(_("No order waits for this code. Please look again, letter by letter."), field="code")
    return found
