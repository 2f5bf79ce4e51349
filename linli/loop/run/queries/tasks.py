"""Read tasks and service standards."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from linli.ground.places.queries import within
from linli.loop.ask.models import Category, Need
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Service, Task, TaskStep

OPEN = (TaskState.GIVEN, TaskState.STARTED)


def tasks_of(need: Need) -> QuerySet[Task]:
    """Tasks for a need, oldest first."""
    return Task.objects.filter(need=need).select_related("owner", "done_by", "service").order_by("id")


def steps_of(task: Task) -> QuerySet[TaskStep]:
    """The checklist of a task."""
    return TaskStep.objects.filter(task=task).select_related("done_by")


def service_for(category: Category | None, *, on: date) -> Service | None:
    """The service standard of a category that holds on a day."""
    if category is None:
        return None
    rows = Service.objects.filter(category=category, valid_from__lte=on).exclude(valid_until__lt=on)
    return rows.order_by("-valid_from", "id").first()


def services(*, on: date) -> QuerySet[Service]:
    """Service standards in force."""
    return Service.objects.exclude(valid_until__lt=on).select_related("category")


def appointments(stems: Iterable[str], *, first: datetime, last: datetime) -> QuerySet[Task]:
    """Open tasks under the stems with an appointment in a span of time, in order."""
    rows = Task.objects.filter(within(stems), live=True, appointed_at__range=(first, last))
    return rows.select_related("need__asker", "need__building", "owner", "service").order_by(
        "appointed_at", "id"
    )


def to_check(stems: Iterable[str]) -> QuerySet[Task]:
    """Tasks under the stems that are done and wait for a second pair of eyes."""
    rows = Task.objects.filter(within(stems), state=TaskState.DONE)
    return rows.select_related("need__asker", "need__building", "owner", "done_by").order_by("id")
