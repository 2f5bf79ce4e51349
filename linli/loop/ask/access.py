"""The only way to a need, a diary entry, a patrol."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.ground.people.access import elders_of, stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.ask.models import Batch, DiaryEntry, Finding, Need, Patrol

NEED_PARTS = ("area", "category", "building", "asker", "proxy", "heard_by", "owner", "batch")


def needs_for(viewer: Person | None, verb: str = "need.see", *, on: date) -> QuerySet[Need]:
    """The needs in whose areas the viewer may do ``verb``."""
    return Need.objects.filter(within(stems_for(viewer, verb, on=on)))


def own_needs(viewer: Person | None) -> QuerySet[Need]:
    """The needs the viewer asked, handed in for somebody, or that an elder bound to the viewer asked."""
    if viewer is None:
        return Need.objects.none()
    return Need.objects.filter(Q(asker=viewer) | Q(proxy=viewer) | Q(asker__in=elders_of(viewer)))


def need_for(viewer: Person | None, *, no: str, verb: str = "need.see", on: date) -> Need:
    """One need by its number, within the viewer's areas for ``verb``; 404 otherwise."""
    found = needs_for(viewer, verb, on=on).select_related(*NEED_PARTS).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def own_need_for(viewer: Person | None, *, no: str) -> Need:
    """One need of the viewer's own by its number; 404 otherwise."""
    found = own_needs(viewer).select_related(*NEED_PARTS).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def diary_for(viewer: Person | None, *, on: date) -> QuerySet[DiaryEntry]:
    """Diary entries in the viewer's areas, newest first."""
    rows = DiaryEntry.objects.filter(within(stems_for(viewer, "diary.see", on=on)))
    return rows.select_related("area", "building", "by").order_by("-id")


def diary_entry_for(viewer: Person | None, *, pk: int, on: date) -> DiaryEntry:
    """One diary entry; 404 outside the viewer's areas."""
    found = diary_for(viewer, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def patrols_for(viewer: Person | None, *, on: date) -> QuerySet[Patrol]:
    """Rounds in the viewer's areas, newest first."""
    rows = Patrol.objects.filter(within(stems_for(viewer, "patrol.walk", on=on)))
    return rows.select_related("area", "by").order_by("-day", "-id")


def patrol_for(viewer: Person | None, *, pk: int, on: date) -> Patrol:
    """One round; 404 outside the viewer's areas."""
    found = patrols_for(viewer, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def finding_for(viewer: Person | None, *, pk: int, on: date) -> Finding:
    """One finding of a round in the viewer's areas; 404 otherwise."""
    found = (
        Finding.objects.filter(pk=pk, patrol__in=patrols_for(viewer, on=on))
        .select_related("patrol__area")
        .first()
    )
    if found is None:
        raise Http404
    return found


def batches_for(viewer: Person | None, *, on: date) -> QuerySet[Batch]:
    """Loaded files in the viewer's areas, newest first."""
    rows = Batch.objects.filter(within(stems_for(viewer, "need.load", on=on)))
    return rows.select_related("area", "by").order_by("-id")


def batch_for(viewer: Person | None, *, pk: int, on: date) -> Batch:
    """One loaded file; 404 outside the viewer's areas."""
    found = batches_for(viewer, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
