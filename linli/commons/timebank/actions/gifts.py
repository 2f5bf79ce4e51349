"""Give points away: to a friend who takes part, to an elder in need of care, to the common pool."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, key_of, locked, note, step, tell_with_family, who
from linli.commons.timebank.actions.credit import months_later
from linli.commons.timebank.actions.members import enrol_receiver
from linli.commons.timebank.choices import GiftTo, MemberState, PaymentKind
from linli.commons.timebank.models import Lot, Member, Payment
from linli.commons.timebank.queries.allowed import check_authority, check_member, in_hardship, not_enough
from linli.commons.timebank.queries.members import member_of
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import purse_of
from linli.engine.transitions import PAYMENT
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, OtherBody, post
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

GONE = (MemberState.LEFT, MemberState.REFUSED)


def give(
    *,
    key: UUID,
    member: Member,
    gift_to: str,
    points: int,
    by: Person,
    authority: str,
    now: datetime,
    receiver: Person | None = None,
    words: str = "",
) -> Payment:
    """Give earned points away in one transfer; the same ``key`` twice is one gift.

    Only earned points can be given: what was granted is for one's own care. They arrive as earned points, so whoever
    gets them can spend them on anything, or give them on. An elder in need of care who has no place yet gets one.
    """
    if gift_to not in GiftTo.values:
        raise Refused(_("Please say who shall have them."), field="gift_to")
    if points <= 0:
        raise Refused(_("Please give a number above zero."), field="points")
    with turn():
        row: Member = locked(member)
        if known := Payment.objects.filter(key=key).first():
            return same_gift(known, row, gift_to, points, receiver)
        check_authority(row, by, authority, now)
        check_member(row, PaymentKind.GIFT, local_day(now))
        to = None if gift_to == GiftTo.POOL else taker(row, gift_to, receiver, by, now)
        free = purse_of(row).earned_free
        if free < points:
            raise Refused(not_enough(free, points), field="points")
        payment = Payment(
            **row.area.location, programme=row.programme, key=key, member=row, kind=PaymentKind.GIFT, points=points,
            receiver=to.person if to else None, gift_to=gift_to, rule=rule_on(row.programme, local_day(now)),
            made_by=by, authority=authority, made_at=now, words=words.strip()[:200],
        )  # fmt: skip
        payment.save(force_insert=True)
        given(payment, to, now)
    return payment


def same_gift(known: Payment, member: Member, gift_to: str, points: int, receiver: Person | None) -> Payment:
    """The gift that this key made before; with other contents it is refused."""
    whom = receiver.pk if receiver and gift_to != GiftTo.POOL else None
    if (known.member_id, known.gift_to, known.points, known.receiver_id) != (
        member.pk,
        gift_to,
        points,
        whom,
    ):
        raise OtherBody()
    return known


def taker(member: Member, gift_to: str, receiver: Person | None, by: Person, now: datetime) -> Member:
    """The place of whoever gets it; refused where it cannot be theirs."""
    if receiver is None or receiver.erased_at:
        raise Refused(_("Please say who shall have them."), field="receiver")
    if receiver.pk == member.person_id:
        raise Refused(_("These are their own points already."), field="receiver")
    programme = member.programme
    if gift_to == GiftTo.ELDER:
        if receiver.community != programme.community or not in_hardship(receiver):
            raise Refused(_("They are not among the elders in need of care."), field="receiver")
        place = member_of(programme, receiver) or enrol_receiver(
            programme=programme, person=receiver, by=by, now=now
        )
    else:
        found = member_of(programme, receiver)
        if found is None:
            raise Refused(_("They do not take part; points need a place to stand on."), field="receiver")
        place = found
    if place.state in GONE:
        raise Refused(_("They no longer take part."), field="receiver")
    return place


def given(payment: Payment, to: Member | None, now: datetime) -> None:
    """The transfer, its lot and the word to whoever gets it: call inside a transaction."""
    member, programme = payment.member, payment.programme
    account = to.account if to else accounts(programme, now).gifts
    by = payment.made_by
    step(PAYMENT, payment, "take")
    order = Order(
        uid=key_of("gift", payment.key), book=programme.book, kind="gift",
        legs=[Leg(member.account, -payment.points), Leg(account, payment.points)],
        who=who(by, payment.authority, member.person), cause=Cause("payment", payment.pk, payment.rule_id),
    )  # fmt: skip
    payment.transfer_id = post(order=order, now=now).transfer
    payment.ended_at = now
    payment.save()
    note(payment, "points.given", "payment", payment.pk, by, now, member=member.no, points=payment.points)
    if to is None:
        return
    months = payment.rule.terms.expiry_months
    Lot.objects.create(
        transfer_id=payment.transfer_id, account=account, amount=payment.points,
        expires_on=months_later(local_day(now), months) if months else None,
    )  # fmt: skip
    tell_with_family(to.person, Notice.GIFT, now, key=f"gift:{payment.pk}", link="/home/passbook/")
