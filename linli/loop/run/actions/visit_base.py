"""What the verbs of bookings and visits share: the lock, the journal row, who acts for whom, who is told."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import note as note_row
from linli.commons.timebank.actions.base import step, tell, tell_with_family
from linli.commons.timebank.actions.payments import free_payment
from linli.commons.timebank.choices import PaymentState
from linli.ground.journal.choices import Notice
from linli.ground.ledger.choices import Authority
from linli.ground.people.access import bond_between, workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.run.access import VISIT_PARTS
from linli.loop.run.models import Booking, Visit

WHY = _("Please write a few words why.")
IN_DISPUTE = _("The points of this visit are in dispute; please wait for the decision.")
WORKERS = (RoleKind.GRID_WORKER, RoleKind.DIRECTOR)
SOON = timedelta(hours=24)


def locked_visit(visit: Visit) -> Visit:
    """The visit read again under a row lock: call inside a transaction."""
    return Visit.objects.select_for_update(of=("self",)).select_related(*VISIT_PARTS).get(pk=visit.pk)


def locked_booking(booking: Booking) -> Booking:
    """The booking read again under a row lock: call inside a transaction."""
    rows = Booking.objects.select_for_update(of=("self",))
    return rows.select_related("area", "receiver", "service", "programme", "payer__person", "asked_by").get(
        pk=booking.pk
    )


def note_visit(visit: Visit, verb: str, by: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened to a visit into the journal."""
    note_row(visit, f"visit.{verb}", "visit", visit.pk, by, now, visit=visit.no, state=visit.state, **facts)


def note_booking(booking: Booking, verb: str, by: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened to a booking into the journal."""
    note_row(
        booking, f"booking.{verb}", "booking", booking.pk, by, now, booking=booking.no, state=booking.state, **facts
    )  # fmt: skip


def wrote_why(reason: str, field: str = "reason") -> str:
    """The reason, or refused where there is none."""
    if len(reason.strip()) < 2:
        raise Refused(WHY, field=field)
    return reason.strip()


def planned_end(visit: Visit) -> datetime:
    """When it should be over."""
    return visit.starts_at + timedelta(minutes=visit.minutes)


def authority_over(owner: Person, by: Person | None) -> str:
    """On what ground somebody moves what belongs to another: it is theirs, they are family, or a worker."""
    if by is None:
        return Authority.RULE
    if by.pk == owner.pk:
        return Authority.SELF
    return Authority.FAMILY if bond_between(owner, by) else Authority.WORKER


def tell_receiver(visit: Visit, notice: Notice, now: datetime, mark: object = "") -> None:
    """One message to who is cared for and to the family bound to them."""
    tell_with_family(
        visit.receiver, notice, now, key=f"{visit.no}:{notice}:{mark}", link="/home/care/", stem=visit.stem,
        number=visit.no,
    )  # fmt: skip


def tell_helper(visit: Visit, person: Person, notice: Notice, now: datetime, mark: object = "") -> None:
    """One message to whoever comes."""
    tell(
        person, notice, now, key=f"{visit.no}:{notice}:{person.pk}:{mark}", link=f"/pocket/visits/{visit.no}/",
        stem=visit.stem, number=visit.no,
    )  # fmt: skip


def tell_workers(row: Visit | Booking, notice: Notice, now: datetime, mark: object = "") -> None:
    """One message to the workers of the place."""
    link = f"/desk/visits/{row.no}/" if isinstance(row, Visit) else "/desk/visits/"
    for person in workers_at(row.stem, kinds=WORKERS, on=local_day(now)):
        tell(
            person, notice, now, key=f"{row.no}:{notice}:{person.pk}:{mark}", link=link, stem=row.stem, number=row.no
        )  # fmt: skip


def free_points(visit: Visit, by: Person | None, now: datetime) -> None:
    """Points set aside for a visit that does not take place are free again; what is in dispute is refused."""
    payment = visit.payment
    if payment is None or payment.state in {PaymentState.FREED, PaymentState.TAKEN}:
        return
    if payment.state == PaymentState.FROZEN:
        raise Refused(IN_DISPUTE)
    owner = payment.member.person
    free_payment(payment=payment, by=by, authority=authority_over(owner, by), now=now)


def stamp(at: datetime) -> str:
    """A time as part of a message's key."""
    return f"{timezone.localtime(at):%Y%m%d%H%M}"


__all__ = ["note_row", "step", "tell"]
