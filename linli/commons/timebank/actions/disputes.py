"""Disputes: somebody says that a record or a payment is wrong; it is frozen, answered, and decided by a third person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import locked, note, step, tell
from linli.commons.timebank.actions.credit import take_back
from linli.commons.timebank.actions.payments import (
    free_payment,
    freeze_payment,
    give_back,
    take_payment,
    thaw_payment,
)
from linli.commons.timebank.actions.records import claim_of, correct_record
from linli.commons.timebank.actions.shop import let_go, open_order
from linli.commons.timebank.choices import ClaimState, PaymentKind, PaymentState, Verdict
from linli.commons.timebank.models import Approval, Claim, Confirmation, Dispute, Payment, Record
from linli.engine.transitions import CLAIM, DISPUTE
from linli.ground.journal.choices import Notice
from linli.ground.ledger.choices import Authority
from linli.ground.people.access import bond_between, may, workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

FREEZABLE = frozenset(
    {ClaimState.WAITING, ClaimState.CONFIRMED, ClaimState.APPROVED, ClaimState.PAID, ClaimState.HONOUR}
)
NOT_YOURS = _("This is not yours to dispute.")


def parties(dispute: Dispute) -> set[int]:
    """The people on both sides: who served, who was served, whose points it is."""
    if dispute.record:
        return {dispute.record.member.person_id, dispute.record.receiver_id}
    assert dispute.payment is not None
    return {one for one in (dispute.payment.member.person_id, dispute.payment.receiver_id) if one}


def side_of(dispute: Dispute, person: Person) -> set[int]:
    """The parties for whom somebody speaks: themselves, or elders bound to them."""
    people = Person.objects.filter(pk__in=parties(dispute))
    return {one.pk for one in people if one.pk == person.pk or bond_between(one, person)}


def check_opener(record: Record | None, payment: Payment | None, by: Person, now: datetime) -> None:
    """Both sides, their family and workers there may say that something is wrong."""
    people = [record.member.person, record.receiver] if record else []
    people += [one for one in (payment.member.person, payment.receiver) if one] if payment else []
    row: Any = record or payment
    mine = any(one.pk == by.pk or bond_between(one, by) for one in people)
    if not mine and not may(by, "record.confirm", row.stem, on=local_day(now)):
        raise Refused(NOT_YOURS)


def open_dispute(
    *,
    key: UUID,
    words: str,
    by: Person,
    now: datetime,
    record: Record | None = None,
    payment: Payment | None = None,
    photos: Sequence[int] = (),
) -> Dispute:
    """Say what is wrong, with evidence where there is some; points stay as they are until somebody has decided."""
    if (record is None) == (payment is None):
        raise ValueError("a dispute is about a record or about a payment")
    if len(words.strip()) < 4:
        raise Refused(_("Please say what is wrong, in a sentence."), field="words")
    check_opener(record, payment, by, now)
    row: Any = record or payment
    with turn():
        if known := Dispute.objects.filter(key=key).first():
            return known
        freeze(record, payment, by, now)
        made = Dispute.objects.create(
            **row.area.location, programme=row.programme, key=key, record=record, payment=payment, opened_by=by,
            opened_at=now, words=words.strip()[:1000],
        )  # fmt: skip
        attach_photos(photo_ids=photos, subject_type="dispute", subject_id=made.pk, by_id=by.pk)
        note(made, "dispute.opened", "dispute", made.pk, by, now)
        others = [pk for pk in parties(made) if pk != by.pk]
        for person in Person.objects.filter(pk__in=others):
            tell(
                person,
                Notice.DISPUTE,
                now,
                key=f"dispute:{made.pk}:{person.pk}",
                link=f"/home/disputes/{made.pk}/",
                stem=made.stem,
            )
        tell_director(made, now)
    return made


def tell_director(dispute: Dispute, now: datetime) -> None:
    """Whoever decides hears of it."""
    for person in workers_at(dispute.community, kinds=[RoleKind.DIRECTOR], on=local_day(now)):
        tell(
            person, Notice.DISPUTE, now, key=f"dispute:{dispute.pk}:{dispute.state}:{person.pk}",
            link=f"/desk/disputes/{dispute.pk}/", stem=dispute.stem,
        )  # fmt: skip


def freeze(record: Record | None, payment: Payment | None, by: Person, now: datetime) -> None:
    """Nothing moves until it is decided."""
    if payment:
        if payment.state != PaymentState.HELD:
            raise Refused(_("These points are spent or free already; please speak to the community."))
        freeze_payment(payment=payment, by=by, now=now)
        return
    assert record is not None
    claim = claim_of(record)
    if claim.state not in FREEZABLE:
        raise Refused(_("This is “{state}”.").format(state=claim.get_state_display()))
    claim.before = claim.state
    step(CLAIM, claim, "freeze")
    claim.save(update_fields=["state", "before"])


def answer_dispute(*, dispute: Dispute, words: str, by: Person, now: datetime) -> Dispute:
    """The other side, or a worker who asked them, says how it was."""
    if len(words.strip()) < 2:
        raise Refused(_("Please say how it was, in a sentence."), field="answer")
    mine = side_of(dispute, by)
    if by.pk == dispute.opened_by_id or mine & side_of(dispute, dispute.opened_by):
        raise Refused(_("The answer is the other side's."))
    if not mine and not may(by, "record.confirm", dispute.stem, on=local_day(now)):
        raise Refused(NOT_YOURS)
    with turn():
        row: Dispute = locked(dispute)
        step(DISPUTE, row, "answer")
        row.answer, row.answered_by, row.answered_at = words.strip()[:1000], by, now
        row.save()
        note(row, "dispute.answered", "dispute", row.pk, by, now)
        tell_director(row, now)
    return row


def withdraw_dispute(*, dispute: Dispute, by: Person, now: datetime) -> Dispute:
    """Whoever opened it takes it back; everything goes on as before."""
    if by.pk != dispute.opened_by_id:
        raise Refused(NOT_YOURS)
    with turn():
        row: Dispute = locked(dispute)
        step(DISPUTE, row, "withdraw")
        row.save(update_fields=["state"])
        thaw(row, by, now)
        note(row, "dispute.withdrawn", "dispute", row.pk, by, now)
    return row


def thaw(dispute: Dispute, by: Person, now: datetime) -> None:
    """What was frozen goes on from where it stood."""
    if dispute.payment:
        thaw_payment(payment=dispute.payment, by=by, now=now)
        return
    assert dispute.record is not None
    claim = claim_of(dispute.record)
    step(CLAIM, claim, f"thaw_{claim.before}")
    claim.before = ""
    claim.save(update_fields=["state", "before"])


def involved(dispute: Dispute) -> set[int]:
    """Everybody with a part in it: both sides, who spoke for them, who confirmed or approved the record."""
    found = parties(dispute) | {one for one in (dispute.opened_by_id, dispute.answered_by_id) if one}
    if dispute.record_id:
        found |= set(Approval.objects.filter(record=dispute.record_id).values_list("by", flat=True))
        said = Confirmation.objects.filter(record=dispute.record_id).values_list("by", flat=True)
        found |= {one for one in said if one}
    return found


def check_judge(dispute: Dispute, by: Person, now: datetime) -> None:
    """A third person who may decide there: no party, no opener, nobody who confirmed or approved it."""
    if not may(by, "dispute.decide", dispute.stem, on=local_day(now)):
        raise Refused(NOT_YOURS)
    if by.pk in involved(dispute):
        raise Refused(_("Whoever had a part in it does not decide; please ask somebody else."))


def decide_dispute(
    *, dispute: Dispute, verdict: str, grounds: str, by: Person, now: datetime, minutes: int | None = None, points: int | None = None
) -> Dispute:  # fmt: skip
    """Decide, with grounds both sides can read: it stands, counts for less (``minutes`` or ``points``), or is void."""
    if verdict not in Verdict.values:
        raise Refused(_("Please choose a decision."), field="verdict")
    if len(grounds.strip()) < 4:
        raise Refused(_("Please give the grounds, in words both sides understand."), field="grounds")
    check_judge(dispute, by, now)
    with turn():
        row: Dispute = locked(dispute)
        step(DISPUTE, row, "decide")
        row.verdict, row.grounds, row.decided_by, row.decided_at = verdict, grounds.strip()[:1000], by, now
        row.save()
        if row.record:
            judge_record(row.record, verdict, row.grounds, minutes, by, now)
        else:
            assert row.payment is not None
            judge_payment(row.payment, verdict, points, by, now)
        note(row, "dispute.decided", "dispute", row.pk, by, now, verdict=verdict)
        for person in Person.objects.filter(pk__in=parties(row) | {row.opened_by_id}):
            tell(
                person, Notice.DISPUTE, now, key=f"dispute:{row.pk}:decided:{person.pk}",
                link=f"/home/disputes/{row.pk}/", stem=row.stem,
            )  # fmt: skip
    return row


def judge_record(
    record: Record, verdict: str, grounds: str, minutes: int | None, by: Person, now: datetime
) -> None:
    """What the decision does to a record."""
    claim = claim_of(record)
    step(CLAIM, claim, f"thaw_{claim.before}")
    before, claim.before = claim.before, ""
    claim.save(update_fields=["state", "before"])
    if verdict == Verdict.LESS:
        if minutes is None or not 0 < minutes < record.minutes:
            raise Refused(_("Please say how many minutes count: fewer than recorded."), field="minutes")
        correct_record(
            record=record, minutes=minutes, why=grounds, by=by, now=now, authority=Authority.DECISION
        )
    elif verdict == Verdict.VOID:
        void(claim, record, before, grounds, by, now)


def void(claim: Claim, record: Record, before: str, grounds: str, by: Person, now: datetime) -> None:
    """It does not count: what was credited is taken back by a record of nothing; else it is refused."""
    if before in {ClaimState.PAID, ClaimState.HONOUR, ClaimState.APPROVED}:
        correct_record(record=record, minutes=0, why=grounds, by=by, now=now, authority=Authority.DECISION)
        return
    take_back(claim, record, by, now)
    give_back(source=(record.source_kind, record.source), by=by, now=now)
    step(CLAIM, claim, "refuse")
    claim.settled_at = now
    claim.save(update_fields=["state", "settled_at"])


def judge_payment(payment: Payment, verdict: str, points: int | None, by: Person, now: datetime) -> None:
    """What the decision does to points set aside: taken, taken in part, or free again. An order: see ``judge_order``."""
    if payment.kind == PaymentKind.GOODS:
        judge_order(payment, verdict, by, now)
        return
    if verdict == Verdict.VOID:
        free_payment(payment=payment, by=by, authority=Authority.DECISION, now=now)
        return
    if verdict == Verdict.LESS and (points is None or not 0 < points < payment.points):
        raise Refused(_("Please say how many points are taken: fewer than set aside."), field="points")
    taken = points if verdict == Verdict.LESS else payment.points
    take_payment(payment=payment, by=by, authority=Authority.DECISION, now=now, points=taken)


def judge_order(payment: Payment, verdict: str, by: Person, now: datetime) -> None:
    """Points and goods of an order move together: it waits to be picked up again, or both are free."""
    if verdict == Verdict.LESS:
        raise Refused(_("An order stands or is void; there is no part of it."), field="verdict")
    if verdict == Verdict.VOID:
        let_go(open_order(payment.order), "cancel", by, Authority.DECISION, now)
        return
    thaw_payment(payment=payment, by=by, now=now)


__all__ = [
    "answer_dispute",
    "decide_dispute",
    "involved",
    "open_dispute",
    "parties",
    "side_of",
    "withdraw_dispute",
]
