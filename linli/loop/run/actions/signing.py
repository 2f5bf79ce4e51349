"""At the door: signed in and out, put right by somebody else where that was forgotten, confirmed by the elder's side."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.base import key_of
from linli.commons.timebank.actions.payments import care_price, take_payment
from linli.commons.timebank.choices import ClaimState, PaymentState, SignHow
from linli.commons.timebank.models import Claim, Record
from linli.engine.geo import Point
from linli.engine.transitions import VISIT
from linli.ground.journal.choices import Notice
from linli.ground.journal.queries import events_of
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn
from linli.loop.run.actions import visit_base as base
from linli.loop.run.actions.bookings import end_if_over
from linli.loop.run.choices import VisitState
from linli.loop.run.models import Visit
from linli.loop.run.queries.visits import card_of, end_of, home_of, metres_to

EARLY = timedelta(minutes=60)  # before the start
OUT_UNTIL = timedelta(hours=2)  # after the planned end; later somebody else puts it right
LONGEST = timedelta(hours=12)
MISSES, MISSES_IN = 5, timedelta(minutes=10)
OPEN_CLAIMS = (ClaimState.WAITING, ClaimState.FROZEN)
AT_ONCE = 200


def visit_key(visit: Visit) -> UUID:
    """The key of a visit's service record: one visit, one record."""
    return key_of("visit", visit.pk)


# --- who stands at the door ---------------------------------------------------------------------------


def check_proof(visit: Visit, how: str, code: str, by: Person, now: datetime) -> None:
    """Whether the card or the code is the right one; a worker's mark is never her own."""
    hers = visit.member is not None and by.pk == visit.member.person_id
    if how == SignHow.WORKER:
        if hers:
            raise Refused(_("Please scan the card or type the code; a worker's mark is a colleague's."))
        return
    if not hers:
        raise Refused(_("This visit is not yours."))
    if how == SignHow.QR:
        card = card_of(visit.receiver)
        right = card is not None and compare_digest(card.code.encode(), code.strip().upper().encode())
        if not right:
            raise Refused(_("This is not the card of this door."), field="code")
    elif how == SignHow.CODE:
        check_code(visit, code, by, now)
    else:
        raise Refused(_("Please say how you were let in."), field="how")


def check_code(visit: Visit, code: str, by: Person, now: datetime) -> None:
    """The six digits the elder's side was told. A few wrong ones, and there is a pause: misses are written down."""
    missed = events_of("visit", visit.pk).filter(verb="visit.code_missed", at__gt=now - MISSES_IN).count()
    if missed >= MISSES:
        raise Refused(
            _("That was wrong too often. Please wait ten minutes, or call the office."), field="code"
        )
    digits = "".join(char for char in code if char.isdecimal())
    if not (visit.code and compare_digest(visit.code.encode(), digits.encode())):
        base.note_visit(visit, "code_missed", by, now)
        raise Refused(_("This is not the code. Please ask for it once more."), field="code")


def sign_in(
    *, visit: Visit, how: str, by: Person, now: datetime, code: str = "", position: Point | None = None
) -> Visit:
    """Arrived: by the card (``code`` is what it says), the six digits, or a worker's mark.

    Not earlier than an hour before, not after the planned end. Of ``position`` only the distance to the building
    is kept.
    """
    check_proof(visit, how, code, by, now)
    with turn():
        row = base.locked_visit(visit)
        if row.state == VisitState.STARTED:
            return row
        if now < row.starts_at - EARLY:
            raise Refused(_("You can sign in from an hour before."))
        if now > end_of(row):
            raise Refused(_("This visit should be over already; please call the office."))
        base.step(VISIT, row, "start")
        metres = metres_to(home_of(row.receiver), position)
        row.in_at, row.in_how, row.distance_m = now, how, None if metres is None else round(metres)
        row.save(update_fields=["state", "in_at", "in_how", "distance_m"])
        base.note_visit(row, "started", by, now, how=how)
    return row


def sign_out(
    *,
    visit: Visit,
    how: str,
    by: Person,
    now: datetime,
    ticks: Iterable[int],
    said: str,
    code: str = "",
    photos: Sequence[int] = (),
) -> Visit:
    """Done: which steps, in a sentence what was done, a photo if one likes. Makes the service record, once."""
    if len(said.strip()) < 2:
        raise Refused(_("Please say in a sentence what you did."), field="said")
    if visit.state != VisitState.ENDED:
        check_proof(visit, how, code, by, now)
    with turn():
        row = base.locked_visit(visit)
        if row.state == VisitState.ENDED:
            return row
        if row.in_at and now > end_of(row) + OUT_UNTIL:
            raise Refused(
                _("This was to be over long ago. A worker puts the time right with you: please call.")
            )
        base.step(VISIT, row, "end")
        row.out_at, row.out_how, row.said = now, how, said.strip()[:500]
        row.ticks = sorted({rank for rank in ticks if 0 < rank <= len(row.service.steps)})
        row.save(update_fields=["state", "out_at", "out_how", "said", "ticks"])
        base.note_visit(row, "ended", by, now, how=how, ticks=row.ticks)
        keep_record(row, by, now, photos)
    return row


def evidence_of(visit: Visit, photos: Sequence[int]) -> list[str]:
    """What shows that it took place."""
    found = {
        "signin": visit.in_how != SignHow.RIGHTED,
        "signout": visit.out_how != SignHow.RIGHTED,
        "checklist": bool(visit.service.steps) and len(visit.ticks) == len(visit.service.steps),
        "photo": bool(photos),
    }
    return [name for name, there in found.items() if there]


def keep_record(visit: Visit, by: Person, now: datetime, photos: Sequence[int] = ()) -> None:
    """The service record of a visit that has ended. What an honesty check stops is left to a worker. In a transaction."""
    assert visit.member and visit.in_at and visit.out_at
    own = by.pk == visit.member.person_id
    try:
        with transaction.atomic():
            record = timebank.record_service(
                uid=visit_key(visit), member=visit.member, receiver=visit.receiver, service=visit.service.code,
                service_name=visit.service.name, started_at=visit.in_at, ended_at=visit.out_at, in_how=visit.in_how,
                out_how=visit.out_how, by=by, authority=Authority.SELF if own else Authority.WORKER, now=now,
                building=home_of(visit.receiver), distance_m=visit.distance_m, evidence=evidence_of(visit, photos),
                source=("visit", visit.pk),
            )  # fmt: skip
    except Refused as refusal:
        visit.ended_why = str(refusal)[:200]
        visit.save(update_fields=["ended_why"])
        base.note_visit(visit, "unrecorded", by, now)
        base.tell_workers(visit, Notice.LOOK, now, mark=base.stamp(now))
        return
    attach_photos(
        photo_ids=photos, subject_type="record", subject_id=record.pk, by_id=by.pk, area_code=visit.stem
    )
    visit.record, visit.ended_why = record, ""
    visit.save(update_fields=["record", "ended_why"])


def right_visit(
    *, visit: Visit, started_at: datetime, ended_at: datetime, why: str, by: Person, now: datetime
) -> Visit:
    """The signing was forgotten, or cannot be booked as it is: somebody else than who served says when it was, and why."""
    why = base.wrote_why(why, "why")
    if visit.member and by.pk == visit.member.person_id:
        raise Refused(_("Whoever served does not put the times right; please let a colleague do it."))
    if not started_at < ended_at <= now or ended_at - started_at > LONGEST:
        raise Refused(_("These times cannot be right; please check begin and end."), field="ended_at")
    with turn():
        row = base.locked_visit(visit)
        if local_day(started_at) != local_day(row.starts_at):
            raise Refused(_("It was planned for another day."), field="started_at")
        again = row.state == VisitState.ENDED and row.record_id is None
        if not again:
            base.step(VISIT, row, "right")
        if row.in_at is None or minute(row.in_at) != minute(started_at):
            row.in_at, row.in_how = started_at, SignHow.RIGHTED
        if row.out_at is None or minute(row.out_at) != minute(ended_at):
            row.out_at, row.out_how = ended_at, SignHow.RIGHTED
        row.righted_by, row.righted_why = by, why[:300]
        row.save()
        base.note_visit(row, "righted", by, now)
        keep_record(row, by, now)
    return row


def minute(at: datetime) -> datetime:
    """A time to the minute, as a form gives it back."""
    return timezone.localtime(at).replace(second=0, microsecond=0)


# --- confirmed ----------------------------------------------------------------------------------------


def latest(record: Record) -> Record:
    """The record as it stands now, after whatever corrected it."""
    rows = Record.objects.select_related("claim")
    while later := rows.filter(corrects=record).first():
        record = later
    return record


def confirm_visit(
    *, visit: Visit, by: Person, role: str, now: datetime, rating: int | None = None, words: str = ""
) -> Visit:
    """It took place: by the elder, her family, or a worker who asked. Points set aside are taken for what was had."""
    with turn():
        row = base.locked_visit(visit)
        if row.state == VisitState.CONFIRMED:
            return row
        if row.record is None and row.state == VisitState.ENDED:
            raise Refused(_("The times must be put right first: {why}").format(why=row.ended_why))
        base.step(VISIT, row, "confirm")
        assert row.record
        record = latest(row.record)
        if is_frozen(row) or record.claim.state == ClaimState.FROZEN:
            raise Refused(base.IN_DISPUTE)
        if record.claim.state == ClaimState.WAITING:
            timebank.confirm_record(record=record, by=by, role=role, now=now, rating=rating, words=words)
        settle(row, record, by, now)
    return row


def is_frozen(visit: Visit) -> bool:
    """Whether its points are in dispute."""
    return visit.payment is not None and visit.payment.state == PaymentState.FROZEN


def settle(visit: Visit, record: Record, by: Person | None, now: datetime) -> None:
    """Take the points for what was had, never more than was set aside, and close the visit. In a transaction."""
    payment, booking = visit.payment, visit.booking
    visit.save(update_fields=["state"])
    if payment and payment.state == PaymentState.HELD:
        void = record.claim.state == ClaimState.REFUSED
        day = local_day(booking.asked_at)
        had = 0 if void else care_price(booking.programme, record.service, record.minutes, day)
        take_payment(
            payment=payment, by=by, authority=base.authority_over(payment.member.person, by), now=now,
            points=min(payment.points, had),
        )  # fmt: skip
    base.note_visit(visit, "confirmed", by, now)
    end_if_over(base.locked_booking(booking), now)


def confirm_due(*, now: datetime) -> int:
    """Close what was confirmed or decided elsewhere and what nobody objected to in time; disputes wait. How many."""
    timebank.auto_confirm(now=now)
    rows = Visit.objects.filter(state=VisitState.ENDED, record__isnull=False)
    rows = rows.exclude(record__claim__state__in=OPEN_CLAIMS).order_by("starts_at", "id")
    done = 0
    for number in list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        with turn():
            row = base.locked_visit(Visit(pk=number))
            record = latest(row.record) if row.record else None
            if record is None or row.state != VisitState.ENDED or is_frozen(row):
                continue
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=record.pk)
            if claim.state in OPEN_CLAIMS:
                continue
            base.step(VISIT, row, "confirm")
            settle(row, record, None, now)
            done += 1
    return done
