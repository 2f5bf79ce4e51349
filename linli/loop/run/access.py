"""The only way to a task: in one's areas, or because it is one's own."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.run.models import Task

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
