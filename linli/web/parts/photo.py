"""A kept photo, served only to whoever may see what it shows."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from linli.commons.timebank.access import (
    disputes_for,
    order_seen,
    own_dispute_for,
    own_record_for,
    records_for,
)
from linli.ground.people.access import person_for
from linli.ground.photos.queries import open_photo, photo_by_public_key
from linli.loop.ask.access import diary_entry_for, finding_for, needs_for, own_needs
from linli.loop.run.access import own_tasks, tasks_for

SIZES = ("", "thumb")


def need_is_seen(request: Any, pk: int) -> bool:
    """A need in the viewer's areas, one of their own, or one they have a task for."""
    me = request.me
    return (
        needs_for(me, on=request.today).filter(pk=pk).exists()
        or own_needs(me).filter(pk=pk).exists()
        or own_tasks(me).filter(need=pk).exists()
    )


def task_is_seen(request: Any, pk: int) -> bool:
    """A task in the viewer's areas, their own, or one that was done for what they asked."""
    me = request.me
    if tasks_for(me, on=request.today).filter(pk=pk).exists():
        return True
    return own_tasks(me).filter(pk=pk).exists() or own_needs(me).filter(tasks=pk).exists()


def diary_is_seen(request: Any, pk: int) -> bool:
    """A page of the diary in the viewer's areas."""
    return bool(diary_entry_for(request.me, pk=pk, on=request.today))


def finding_is_seen(request: Any, pk: int) -> bool:
    """Something found on a round in the viewer's areas."""
    return bool(finding_for(request.me, pk=pk, on=request.today))


def person_is_seen(request: Any, pk: int) -> bool:
    """Somebody in the viewer's areas, the viewer, or an elder bound to them."""
    return bool(person_for(request.me, pk=pk, on=request.today))


def record_is_seen(request: Any, pk: int) -> bool:
    """A service record in the viewer's areas, of their own service, or of service to them or an elder of theirs."""
    if records_for(request.me, on=request.today).filter(pk=pk).exists():
        return True
    return bool(own_record_for(request.me, pk=pk))


def order_is_seen(request: Any, pk: int) -> bool:
    """A signature on an order: for whoever hands out there, and for whose points it was."""
    return order_seen(request.me, pk=pk, on=request.today)


def dispute_is_seen(request: Any, pk: int) -> bool:
    """Evidence of a dispute: in the viewer's areas, or theirs."""
    if disputes_for(request.me, on=request.today).filter(pk=pk).exists():
        return True
    return bool(own_dispute_for(request.me, pk=pk))


SEEN: Mapping[str, Callable[[Any, int], bool]] = {
    "need": need_is_seen,
    "task": task_is_seen,
    "diary": diary_is_seen,
    "finding": finding_is_seen,
    "person": person_is_seen,
    "record": record_is_seen,
    "dispute": dispute_is_seen,
    "order": order_is_seen,
}


def may_see(request: Any, kept: Any) -> bool:
    """Whether the viewer may see what the photo shows; one that belongs to nothing yet is its uploader's."""
    if not kept.subject_type:
        return bool(kept.uploaded_by_id == request.me.pk)
    seen = SEEN.get(kept.subject_type)
    return seen is not None and seen(request, kept.subject_id)


@require_safe
def photo(request: Any, key: UUID, size: str = "") -> HttpResponseBase:
    """The photo, or 404: knowing the address opens nothing."""
    kept = photo_by_public_key(key)
    if kept is None or size not in SIZES or request.me is None or not may_see(request, kept):
        raise Http404
    try:
        file, headers = open_photo(kept, thumb=size == "thumb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, headers=headers)
