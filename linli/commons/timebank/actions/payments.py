"""Points on their way out: set aside, taken when the thing was had, free again when it was not, frozen in a dispute.

Granted points are used first, then earned ones.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, key_of, locked, note, step, who
from linli.commons.timebank.choices import PaymentKind, PaymentState, Relation
from linli.commons.timebank.models import Member, Payment, Programme
from linli.commons.timebank.queries.allowed import (
    check_authority,
    check_care,
    check_member,
    not_enough,
    obstacles,
    redeem_words,
)
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import purse_of
from linli.engine.points import care_price as price_of_care
from linli.engine.transitions import PAYMENT
from linli.ground.ledger.actions import (
    Cause,
    Closed,
    Leg,
    Order,
    OtherBody,
    Take,
    free_hold,
    hold,
    post,
    reverse,
)
from linli.ground.ledger.choices import Authority, Reversal
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

AT_ONCE = 200


def care_price(programme: Programme, service: str, minutes: int, on: date) -> int:
    """What so much care costs by the rule of a day."""
    return price_of_care(rule_on(programme, on).terms, service, minutes)


def same(known: Payment, member: Member, kind: str, points: int) -> Payment:
    """The payment that this key made before; with other contents it is refused."""
    taken_for_less = known.state == PaymentState.TAKEN and points >= known.points
    if (known.member_id, known.kind) != (member.pk, kind) or not (known.points == points or taken_for_less):
        raise OtherBody()
    return known


def set_aside(
    *,
    key: UUID,
    member: Member,
    kind: str,
    points: int,
    by: Person,
    authority: str,
    now: datetime,
    receiver: Person | None = None,
    relation: str = "",
    gift_to: str = "",
    source: tuple[str, int | None] = ("", None),
    words: str = "",
    auto_at: datetime | None = None,
    on: date | None = None,
) -> Payment:
    """Set points aside for care or goods, after everything the rule asks; the same ``key`` twice is one payment.

    ``on`` is the day whose rule counts (today where none is given). For care, ``receiver`` and ``relation`` say who
    is cared for; nobody named is the member. Gifts need nothing set aside: see ``gifts.give``.
    """
    day = on or local_day(now)
    if kind == PaymentKind.GIFT:
        raise ValueError("a gift is one transfer: actions.gifts.give")
    with turn():
        row: Member = locked(member)
        if known := Payment.objects.filter(key=key).first():
            return same(known, row, kind, points)
        check_authority(row, by, authority, now)
        check_member(row, kind, day)
        if kind == PaymentKind.CARE:
            whom = receiver or row.person
            relation = relation or (Relation.SELF if whom.pk == row.person_id else "")
            check_care(row, whom, relation, points, day)
        else:
            whom = receiver or row.person
            found = obstacles(row, "goods", points, day, days=())
            if found:
                raise Refused(" ".join(redeem_words(one) for one in found))
        return put_aside(
            key=key, member=row, kind=kind, points=points, by=by, authority=authority, now=now, receiver=whom,
            relation=relation, gift_to=gift_to, source=source, words=words, auto_at=auto_at, day=day,
        )  # fmt: skip


def put_aside(
    *, key: UUID, member: Member, kind: str, points: int, by: Person, authority: str, now: datetime, day: date,
    receiver: Person | None, source: tuple[str, int | None] = ("", None), words: str = "", relation: str = "",
    gift_to: str = "", auto_at: datetime | None = None,
) -> Payment:  # fmt: skip
    """The payment with its holds, after every check: call inside a transaction, the member's row locked."""
    if points <= 0:
        raise Refused(_("Please give a number above zero."), field="points")
    purse = purse_of(member)
    if purse.free < points:
        raise Refused(not_enough(purse.free, points), field="points")
    row = Payment(
        **member.area.location, programme=member.programme, key=key, member=member, kind=kind, points=points,
        receiver=receiver, relation=relation, gift_to=gift_to, rule=rule_on(member.programme, day),
        source_kind=source[0], source=source[1], made_by=by, authority=authority, made_at=now, auto_at=auto_at,
        words=words.strip()[:200],
    )  # fmt: skip
    row.save(force_insert=True)
    granted = min(purse.granted_free, points)
    actor, cause = who(by, authority, member.person), Cause("payment", row.pk, row.rule_id)
    if points > granted:  # the accounts in the order in which transfers lock them
        row.hold = hold(
            uid=key_of("hold", key), account=member.account, amount=points - granted, who=actor, now=now, cause=cause
        )  # fmt: skip
    if granted and member.granted:
        row.granted_hold = hold(
            uid=key_of("granted", key), account=member.granted, amount=granted, who=actor, now=now, cause=cause
        )  # fmt: skip
    row.save(update_fields=["hold", "granted_hold"])
    note(row, "payment.set_aside", "payment", row.pk, by, now, member=member.no, points=points, what=kind)
    return row


def opened(payment: Payment, authority: str) -> Payment:
    """The payment under a row lock; what is frozen moves by a decision only."""
    row: Payment = locked(payment)
    if row.state == PaymentState.FROZEN and authority != Authority.DECISION:
        raise Refused(_("There is a dispute about this; it waits for the decision."))
    return row


def take_payment(
    *,
    payment: Payment,
    by: Person | None,
    authority: str,
    now: datetime,
    points: int | None = None,
    extra_legs: Sequence[Leg] = (),
    extra_takes: Sequence[Take] = (),
) -> Payment:
    """The thing was had: one transfer takes what was set aside, with whatever goods go with it.

    Fewer points than were set aside may be taken; the rest is free again. None at all frees the payment. Taken once;
    a second time changes nothing.
    """
    if points == 0 and not extra_legs:
        return free_payment(payment=payment, by=by, authority=authority, now=now)
    with turn():
        row = opened(payment, authority)
        if row.state == PaymentState.TAKEN:
            return row
        wanted = row.points if points is None else points
        if not 0 < wanted <= row.points:
            raise Refused(
                _("At most {points} points were set aside.").format(points=row.points), field="points"
            )
        step(PAYMENT, row, "take")
        legs, takes = spent(row, wanted)
        own, member = accounts(row.programme, now), row.member
        actor = who(by, authority, member.person)
        order = Order(
            uid=key_of("take", row.key), book=row.programme.book, kind=row.kind,
            legs=[*legs, Leg(own.redeemed, wanted), *extra_legs], who=actor, cause=Cause("payment", row.pk, row.rule_id),
            takes=[*takes, *extra_takes],
        )  # fmt: skip
        row.transfer_id = post(order=order, now=now).transfer
        if row.hold_id and row.hold_id not in {take.hold for take in takes}:
            free_hold(hold=row.hold_id, who=actor, now=now)
        row.points, row.ended_at = wanted, now
        row.save()
        note(row, "payment.taken", "payment", row.pk, by, now, member=member.no, points=wanted)
    return row


def spent(row: Payment, wanted: int) -> tuple[list[Leg], list[Take]]:
    """The legs that leave the member's accounts, granted points first, and the holds they take."""
    member, left = row.member, wanted
    legs, takes = [], []
    for kept, account in ((row.granted_hold, member.granted), (row.hold, member.account)):
        part = min(left, kept.amount) if kept else 0
        if kept and account and part:
            legs.append(Leg(account, -part))
            takes.append(Take(kept.pk, part))
            left -= part
    return legs, takes


def free_payment(*, payment: Payment, by: Person | None, authority: str, now: datetime) -> Payment:
    """The thing was not had: what was set aside is free again. Freed once; a second time changes nothing."""
    with turn():
        row = opened(payment, authority)
        if row.state == PaymentState.FREED:
            return row
        step(PAYMENT, row, "free")
        actor = who(by, authority, row.member.person)
        for number in (row.hold_id, row.granted_hold_id):
            if number:
                free_hold(hold=number, who=actor, now=now)
        row.ended_at = now
        row.save(update_fields=["state", "ended_at"])
        note(row, "payment.freed", "payment", row.pk, by, now, member=row.member.no, points=row.points)
    return row


def give_back(*, source: tuple[str, int | None], by: Person, now: datetime) -> int:
    """The service did not take place: whoever paid for it has the points again. Returns how many points came back.

    What is still set aside is free; what was taken returns by the opposite transfer. What is in dispute waits for its own
    decision; what somebody paid who has left since stays where it is, in the open. In a transaction.
    """
    kind, number = source
    if not kind or number is None:
        return 0
    rows, back = Payment.objects.filter(kind=PaymentKind.CARE, source_kind=kind, source=number), 0
    for row in rows.filter(state__in=(PaymentState.HELD, PaymentState.TAKEN)).select_related(
        "member__person"
    ):
        if row.state == PaymentState.HELD or row.transfer_id is None:
            free_payment(payment=row, by=by, authority=Authority.DECISION, now=now)
        elif not returned(row, by, now):
            continue
        back += row.points
    return back


def returned(row: Payment, by: Person, now: datetime) -> bool:
    """The opposite of what a payment took; False where the account it came from is closed."""
    try:
        done = reverse(
            uid=key_of("return", row.key), transfer=row.transfer_id or 0, reason=Reversal.NOT_DONE,
            who=who(by, Authority.DECISION, row.member.person), now=now, cause=Cause("payment", row.pk),
        )  # fmt: skip
    except Closed:
        note(row, "payment.lost", "payment", row.pk, by, now, member=row.member.no, points=row.points)
        return False
    if done.fresh:
        note(row, "payment.returned", "payment", row.pk, by, now, member=row.member.no, points=row.points)
    return True


def freeze_payment(*, payment: Payment, by: Person, now: datetime) -> Payment:
    """Somebody says it is wrong: nothing is taken by itself until it is decided."""
    return turned(payment, "freeze", by, now)


def thaw_payment(*, payment: Payment, by: Person, now: datetime) -> Payment:
    """The dispute is over: the payment stands as it stood."""
    return turned(payment, "thaw", by, now)


def turned(payment: Payment, verb: str, by: Person, now: datetime) -> Payment:
    """Freeze or thaw."""
    with turn():
        row: Payment = locked(payment)
        step(PAYMENT, row, verb)
        row.save(update_fields=["state"])
        note(row, f"payment.{verb}", "payment", row.pk, by, now, member=row.member.no)
    return row


def take_due(*, now: datetime) -> int:
    """Take what nobody objected to in time; what is frozen waits. Returns how many."""
    due = Payment.objects.filter(kind=PaymentKind.CARE, state=PaymentState.HELD, auto_at__lte=now)
    done = 0
    for row in due.order_by("auto_at")[:AT_ONCE]:
        with suppress(Refused), turn():  # one that cannot be taken does not keep the others waiting
            fresh: Any = locked(row)
            if fresh.state == PaymentState.HELD:
                take_payment(payment=fresh, by=None, authority=Authority.RULE, now=now)
                done += 1
    return done
