"""Care is asked for, once or every week, by the elder, her family or a worker; bookings become visits."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.payments import care_price, set_aside
from linli.commons.timebank.choices import PaymentKind, Relation, Strength
from linli.commons.timebank.models import Member, Programme
from linli.commons.timebank.queries.programmes import programme_of
from linli.engine.transitions import BOOKING, VISIT
from linli.ground.journal.actions import next_numbers
from linli.ground.journal.choices import Notice
from linli.ground.ledger.choices import Authority
from linli.ground.people.access import bond_between
from linli.ground.people.actions import give_consent
from linli.ground.people.choices import Purpose
from linli.ground.people.models import Person
from linli.ground.people.queries import consents_of, tags_of
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn
from linli.loop.ask.models import Need
from linli.loop.run.actions import visit_base as base
from linli.loop.run.choices import VISITS_AHEAD_DAYS, BookingState, Pays, VisitState
from linli.loop.run.models import Booking, Service, Visit
from linli.loop.run.queries.visits import COMING, holiday, is_own, kin_of

WEEK = timedelta(days=7)
LEAST_MINUTES, MOST_MINUTES = 15, 480
FARTHEST_DAYS = 90
ON_SITE = _("Booked on this site")
FREE_FOR = _("Care free of points is for elders who need a closer look; please ask your grid worker.")


@dataclass(frozen=True)
class Payer:
    """Whose points pay, and what the receiver is to them; nobody where it is free."""

    member: Member | None = None
    relation: str = ""


def book_care(
    *,
    key: UUID,
    receiver: Person,
    service: Service,
    first_at: datetime,
    minutes: int,
    by: Person,
    authority: str,
    now: datetime,
    weekly: bool = False,
    until: date | None = None,
    need: Need | None = None,
    pays: str = Pays.FREE,
    payer: Member | None = None,
    relation: str = "",
    strength: str = Strength.USUAL,
    note: str = "",
    wanted: Member | None = None,
    how: str = "",
) -> Booking:
    """Book care for somebody and plan its visits; points are set aside for each. The same ``key`` twice is one booking.

    By the elder with her own points ("self"), family bound to her ("family"), or a worker whom she asked
    ("worker": ``how`` says how). Where points do not reach for the first visit nothing is booked.
    """
    if known := Booking.objects.filter(key=key).first():
        return known
    programme = programme_of(receiver.stem)
    if programme is None:
        raise Refused(_("There is no time bank in this community yet."))
    check_time(first_at, minutes, weekly, until, now)
    paying = payer_of(programme, receiver, pays, payer, relation)
    check_asker(receiver, paying, by, authority, how, local_day(now))
    check_wanted(wanted, programme, receiver)
    if service.valid_until and service.valid_until < local_day(first_at):
        raise Refused(_("This service is no longer offered."), field="service")
    asked = Booking(
        **receiver.area.location, key=key, programme=programme, need=need, receiver=receiver, service=service,
        first_at=first_at, minutes=minutes, weekly=weekly, until=until if weekly else None, strength=strength,
        note=note.strip()[:300], pays=pays, payer=paying.member, relation=paying.relation, wanted=wanted, asked_by=by,
        authority=authority, how=how.strip()[:100], asked_at=now,
    )  # fmt: skip
    with turn():
        return written(asked, by, now)


def written(asked: Booking, by: Person, now: datetime) -> Booking:
    """Keep a booking with its consent and its first visits. In a transaction."""
    day = local_day(now)
    (number,) = next_numbers(
        kind="booking", day=day
    )  # one at a time from here on: the key is asked once more
    if known := Booking.objects.filter(key=asked.key).first():
        return known
    consented(asked.receiver, by, asked.authority, asked.how, now)
    asked.no = f"B{day:%Y%m%d}-{number:03d}"
    asked.save(force_insert=True)
    base.note_booking(asked, "made", by, now, authority=asked.authority, weekly=asked.weekly, pays=asked.pays)
    made = plan(asked, by, now, first=True)
    if asked.wanted:
        base.tell_helper(made[0], asked.wanted.person, Notice.VISIT, now)
    return asked


# --- what is checked before ---------------------------------------------------------------------------


def check_time(first_at: datetime, minutes: int, weekly: bool, until: date | None, now: datetime) -> None:
    """A time to come, not too far; a length somebody can serve."""
    if first_at <= now:
        raise Refused(_("This time has passed."), field="first_at")
    if first_at > now + timedelta(days=FARTHEST_DAYS):
        raise Refused(
            _("Please choose a day within the next {days} days.").format(days=FARTHEST_DAYS), field="first_at"
        )
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise Refused(
            _("Between {least} minutes and {most} hours, please.").format(least=LEAST_MINUTES, most=8),
            field="minutes",
        )
    if weekly and until and until < local_day(first_at):
        raise Refused(_("The last day lies before the first."), field="until")


def payer_of(programme: Programme, receiver: Person, pays: str, payer: Member | None, relation: str) -> Payer:
    """Whose points it is, and what the receiver is to them."""
    if pays != Pays.POINTS:
        return Payer()
    if payer is None:
        raise Refused(_("Please say whose points are used."), field="payer")
    if payer.programme_id != programme.pk:
        raise Refused(_("These points belong to another community."), field="payer")
    if payer.person_id == receiver.pk:
        return Payer(payer, Relation.SELF)
    if relation not in Relation.values or relation == Relation.SELF:
        raise Refused(_("Please say what they are to each other."), field="relation")
    return Payer(payer, relation)


def check_asker(receiver: Person, paying: Payer, by: Person, authority: str, how: str, today: date) -> None:
    """Whether this person may ask in this way, for this elder and with these points."""
    owner = paying.member.person if paying.member else receiver
    if authority == Authority.WORKER:
        if len(how.strip()) < 2:
            raise Refused(_("Please note how they asked: by phone, at the door."), field="how")
        return
    mine = owner.pk in {receiver.pk, by.pk} or bond_between(owner, by) is not None
    right = {
        Authority.SELF: by.pk == receiver.pk == owner.pk,
        Authority.FAMILY: mine and bond_between(receiver, by) is not None,
    }
    if not right.get(Authority(authority), False):
        raise Refused(_("You may book for yourself and for those who let you act for them."))
    if paying.member is None and not tags_of([receiver], on=today)[receiver.pk]:
        raise Refused(FREE_FOR, field="pays")


def check_wanted(wanted: Member | None, programme: Programme, receiver: Person) -> None:
    """The helper they wish for serves here and is not of their own family."""
    if wanted is None:
        return
    if wanted.programme_id != programme.pk:
        raise Refused(_("They do not serve in this community."), field="wanted")
    if is_own(wanted.person, receiver, kin_of([receiver.pk])):
        raise Refused(_("Family helps anyway; a neighbour comes from the time bank."), field="wanted")


def consented(receiver: Person, by: Person, authority: str, how: str, now: datetime) -> None:
    """Consent to care is on record, or is recorded now with the way it was given."""
    rows = consents_of(receiver).filter(purpose=Purpose.CARE, withdrawn_at=None)
    if not rows.exists():
        said = how.strip() if authority == Authority.WORKER else str(ON_SITE)
        give_consent(person=receiver, purpose=Purpose.CARE, how=said, by=by, now=now)


# --- visits out of bookings ---------------------------------------------------------------------------


def slots(booking: Booking, last: date) -> list[datetime]:
    """The times of a booking that are not planned yet, up to a day: on the same hour of each week."""
    start = timezone.localtime(booking.first_at)
    if not booking.weekly:
        return [] if booking.planned_until else [booking.first_at]
    last = min(last, booking.until) if booking.until else last
    found, at = [], start
    while at.date() <= last:
        if booking.planned_until is None or at.date() > booking.planned_until:
            found.append(at)
        at += WEEK
    return found


def plan(booking: Booking, by: Person, now: datetime, *, first: bool = False) -> list[Visit]:
    """Make the visits of the days ahead, in a transaction. Points that do not reach: that one is not planned, and
    the payer and a worker are told; ``first``: refused instead where it is the very first.
    """
    horizon = local_day(now) + timedelta(days=VISITS_AHEAD_DAYS)
    made: list[Visit] = []
    for at in slots(booking, max(horizon, local_day(booking.first_at)) if first else horizon):
        if at > now:
            try:
                with transaction.atomic():
                    made.append(make_visit(booking, at, by, now, first=first))
            except Refused:
                if first and not made:
                    raise
                tell_short(booking, at, now)
                break
        booking.planned_until = local_day(at)
    booking.save(update_fields=["planned_until"])
    return made


def ground_of(booking: Booking, by: Person, first: bool) -> str:
    """On what ground the points are set aside: what a worker was once asked for goes on by the rule."""
    assert booking.payer is not None
    ground = base.authority_over(booking.payer.person, by)
    return ground if first or booking.authority != Authority.WORKER else Authority.RULE


def make_visit(booking: Booking, at: datetime, by: Person, now: datetime, *, first: bool = True) -> Visit:
    """One visit, with its points set aside. In a transaction."""
    (number,) = next_numbers(kind="visit", day=local_day(now))
    visit = Visit.objects.create(
        **booking.area.location, no=f"V{local_day(now):%Y%m%d}-{number:03d}", booking=booking,
        receiver=booking.receiver, service=booking.service, starts_at=at, minutes=booking.minutes,
    )  # fmt: skip
    points = price_of(booking)
    if booking.payer and points:
        visit.payment = set_aside(
            key=uuid5(booking.key, at.astimezone(UTC).isoformat()), member=booking.payer, kind=PaymentKind.CARE,
            points=points, by=by, authority=ground_of(booking, by, first), now=now,
            receiver=booking.receiver, relation=booking.relation, source=("visit", visit.pk), words=words_for(booking, at),
        )  # fmt: skip
        visit.save(update_fields=["payment"])
    base.note_visit(visit, "planned", by, now, points=points, holiday=holiday(local_day(at)))
    return visit


def words_for(booking: Booking, at: datetime) -> str:
    """What the passbook says the points are for."""
    day = local_day(at)
    return str(_("{service} on {m}/{d}").format(service=booking.service.name, m=day.month, d=day.day))


def price_of(booking: Booking) -> int:
    """What one visit costs; nothing where it is free."""
    if booking.pays != Pays.POINTS:
        return 0
    day = local_day(booking.asked_at)
    return int(care_price(booking.programme, booking.service.code, booking.minutes, day))


def tell_short(booking: Booking, at: datetime, now: datetime) -> None:
    """The points do not reach for a visit: tell whose they are, and the workers; once a visit."""
    mark = base.stamp(at)
    base.tell_workers(booking, Notice.VISIT_CHANGED, now, mark=mark)
    if booking.payer:
        base.tell(
            booking.payer.person, Notice.VISIT_CHANGED, now, key=f"{booking.no}:short:{mark}", link="/home/care/",
            stem=booking.stem, number=booking.no,
        )  # fmt: skip


def plan_visits(*, now: datetime) -> int:
    """Keep weekly bookings filled for the days ahead, holidays too; end what is over. Returns how many visits it made.

    Where points did not reach, it tries again each time until the day has come.
    """
    horizon = local_day(now) + timedelta(days=VISITS_AHEAD_DAYS)
    due = Booking.objects.filter(state=BookingState.OPEN, weekly=True, planned_until__lte=horizon - WEEK)
    made = 0
    for number in list(due.order_by("planned_until", "id").values_list("pk", flat=True)):
        with turn():
            booking = base.locked_booking(Booking(pk=number))
            if booking.state != BookingState.OPEN:
                continue
            if booking.receiver.erased_at or booking.receiver.left_on:
                close(booking, "end", now)
                continue
            made += len(plan(booking, booking.asked_by, now))
            end_if_over(booking, now)
    return made


def end_if_over(booking: Booking, now: datetime) -> None:
    """A booking with nothing planned and nothing to plan is over. In a transaction."""
    last = booking.until if booking.weekly else local_day(booking.first_at)
    if booking.state != BookingState.OPEN or last is None or slots(booking, last):
        return
    rows = Visit.objects.filter(booking=booking)
    if rows.filter(state__in=COMING).exists():
        return
    close(booking, "end" if rows.exclude(state=VisitState.CANCELLED).exists() else "cancel", now)


def close(booking: Booking, verb: str, now: datetime) -> None:
    """Move the booking to its end."""
    base.step(BOOKING, booking, verb)
    booking.ended_at = now
    booking.save(update_fields=["state", "ended_at"])


# --- calling off --------------------------------------------------------------------------------------


def cancel_booking(*, booking: Booking, by: Person, now: datetime, reason: str = "") -> Booking:
    """Call off a booking and every visit to come: points are free again, whoever wanted to come is told."""
    with turn():
        row = base.locked_booking(booking)
        close(row, "cancel", now)
        coming = Visit.objects.filter(booking=row, state__in=[VisitState.OPEN, VisitState.TAKEN])
        for visit in coming.order_by("starts_at", "id"):
            call_off(base.locked_visit(visit), by, now, reason)
        base.note_booking(row, "cancelled", by, now)
    return row


def cancel_visit(*, visit: Visit, by: Person, now: datetime, reason: str = "") -> Visit:
    """Call off one visit: its points are free again, whoever wanted to come and the elder's side are told."""
    with turn():
        row = base.locked_visit(visit)
        call_off(row, by, now, reason)
        end_if_over(base.locked_booking(row.booking), now)
    return row


def call_off(visit: Visit, by: Person, now: datetime, reason: str) -> None:
    """The move itself. In a transaction."""
    base.step(VISIT, visit, "cancel")
    base.free_points(visit, by, now)
    visit.ended_why, visit.code = reason.strip()[:200], ""
    visit.save(update_fields=["state", "ended_why", "code"])
    base.note_visit(visit, "cancelled", by, now, member=visit.member.no if visit.member else "")
    if visit.member and visit.member.person_id != by.pk:
        base.tell_helper(visit, visit.member.person, Notice.VISIT_CHANGED, now, mark="cancelled")
    if visit.receiver_id != by.pk:
        base.tell_receiver(visit, Notice.VISIT_CHANGED, now, mark="cancelled")


def plan_again(visit: Visit, at: datetime, by: Person, now: datetime) -> Visit:
    """A second visit of the same booking in place of one that did not take place. In a transaction."""
    if at <= now:
        raise Refused(_("This time has passed."), field="again_at")
    if Visit.objects.filter(booking=visit.booking, starts_at=at).exists():
        raise Refused(_("There is a visit at this time already."), field="again_at")
    return make_visit(visit.booking, at, by, now)
