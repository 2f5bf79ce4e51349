"""The only way to tasks, bookings and visits: in one's areas, or because they are one's own."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.commons.timebank.choices import MemberState
from linli.ground.people.access import elders_of, stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.run.choices import VisitState
from linli.loop.run.models import Booking, DoorCard, Task, Visit

TASK_PARTS = (
    "area",
    "need__area",
    "need__category",
    "need__asker",
    "need__building",
    "owner",
    "service",
    "done_by",
)
VISIT_PARTS = (
    "area",
    "service",
    "booking__programme__area",
    "booking__asked_by",
    "booking__wanted__person",
    "receiver__household__building",
    "receiver__area",
    "member__person__household",
    "member__programme",
    "payment__member__person",
    "record__claim",
    "record__confirmation",
    "righted_by",
)


def tasks_for(viewer: Person | None, verb: str = "task.see", *, on: date) -> QuerySet[Task]:
    """Tasks in the viewer's areas, newest first."""
    rows = Task.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*TASK_PARTS).order_by("-id")


def own_tasks(viewer: Person | None) -> QuerySet[Task]:
    """Tasks given to the viewer, newest first."""
    rows = Task.objects.filter(owner=viewer) if viewer else Task.objects.none()
    return rows.select_related(*TASK_PARTS).order_by("-id")


def task_for(viewer: Person | None, *, no: str, verb: str = "task.see", on: date) -> Task:
    """One task by its number: in the viewer's areas, or (to see and to do) the viewer's own; 404 otherwise."""
    if viewer is None:
        raise Http404
    reach = within(stems_for(viewer, verb, on=on))
    own = Q(owner=viewer) if verb == "task.see" else Q(pk__in=[])
    found = Task.objects.filter(reach | own).select_related(*TASK_PARTS).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def own_task_for(viewer: Person | None, *, no: str) -> Task:
    """One task given to the viewer; 404 otherwise."""
    found = own_tasks(viewer).filter(no=no).first()
    if found is None:
        raise Http404
    return found


# --- bookings and visits ------------------------------------------------------------------------------


def visits_for(viewer: Person | None, verb: str = "booking.see", *, on: date) -> QuerySet[Visit]:
    """Visits in the viewer's areas, newest first."""
    rows = Visit.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*VISIT_PARTS).order_by("-starts_at", "-id")


def visit_for(viewer: Person | None, *, no: str, verb: str = "booking.see", on: date) -> Visit:
    """One visit in the viewer's areas; 404 otherwise."""
    found = visits_for(viewer, verb, on=on).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def booking_for(viewer: Person | None, *, no: str, verb: str = "booking.see", on: date) -> Booking:
    """One booking in the viewer's areas; 404 otherwise."""
    rows = Booking.objects.filter(within(stems_for(viewer, verb, on=on)))
    found = rows.select_related("service", "receiver", "programme").filter(no=no).first()
    if found is None:
        raise Http404
    return found


def own_visits(viewer: Person | None) -> QuerySet[Visit]:
    """Visits the viewer has taken, newest first."""
    rows = Visit.objects.filter(member__person=viewer) if viewer else Visit.objects.none()
    return rows.select_related(*VISIT_PARTS).order_by("-starts_at", "-id")


def own_visit_for(viewer: Person | None, *, no: str) -> Visit:
    """One visit the viewer has taken; 404 otherwise."""
    found = own_visits(viewer).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def open_visit_for(viewer: Person | None, *, no: str) -> Visit:
    """One visit that looks for somebody, for those who serve in its community; 404 otherwise."""
    if viewer is None:
        raise Http404
    serving = viewer.memberships.filter(state=MemberState.ADMITTED).values("programme")
    rows = Visit.objects.filter(no=no, state=VisitState.OPEN, booking__programme__in=serving)
    found = rows.exclude(receiver=viewer).select_related(*VISIT_PARTS).first()
    if found is None:
        raise Http404
    return found


def cared_for(viewer: Person | None) -> QuerySet[Visit]:
    """Visits to the viewer or to an elder who lets them act, newest first."""
    rows = Visit.objects.none()
    if viewer:
        rows = Visit.objects.filter(Q(receiver=viewer) | Q(receiver__in=elders_of(viewer).values("pk")))
    return rows.select_related(*VISIT_PARTS).order_by("-starts_at", "-id")


def care_visit_for(viewer: Person | None, *, no: str) -> Visit:
    """One of those; 404 otherwise."""
    found = cared_for(viewer).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def care_booking_for(viewer: Person | None, *, no: str) -> Booking:
    """A booking for the viewer or for an elder who lets them act; 404 otherwise."""
    if viewer is None:
        raise Http404
    rows = Booking.objects.filter(Q(receiver=viewer) | Q(receiver__in=elders_of(viewer).values("pk")), no=no)
    found = rows.select_related("service", "receiver", "programme").first()
    if found is None:
        raise Http404
    return found


def card_by_code(code: str) -> DoorCard | None:
    """The card in use that carries this code, or None: a page that asks says the same either way."""
    rows = DoorCard.objects.filter(code=code.strip().upper()[:16], ended_at=None)
    return rows.select_related("person__area").first()
