"""The fourth step's verbs: give a task, work through its steps, show that it is done, let somebody else check."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import TASK, NotAllowed, move
from linli.ground.journal.actions import next_numbers, record
from linli.ground.journal.choices import Notice
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.ground.photos.queries import photos_of
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions import mark_done, mark_running, remark, send_back
from linli.loop.ask.actions.telling import tell_worker
from linli.loop.ask.models import Category, Need
from linli.loop.launch.models import Project
from linli.loop.link.models import Match
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Service, Task, TaskStep
from linli.loop.run.queries import service_for


def keep_service(
    *,
    code: str,
    name: str,
    category: Category | None,
    steps: Sequence[str],
    minutes: int,
    valid_from: date,
    by: Person | None,
    now: datetime,
) -> Service:
    """Set a service standard: its steps become the checklist of every task given from then on."""
    cleaned = [step.strip()[:120] for step in steps if step.strip()]
    if not code.strip() or not name.strip() or not cleaned:
        raise Refused(_("A standard needs a code, a name and at least one step."), field="name")
    with transaction.atomic():
        row, made = Service.objects.update_or_create(
            code=code.strip(),
            defaults={
                "name": name.strip(),
                "category": category,
                "steps": cleaned,
                "minutes": minutes,
                "valid_from": valid_from,
            },
        )
        verb = "service.entered" if made else "service.changed"
        record(verb=verb, at=now, by=by.pk if by else None, subject_kind="service", subject=row.pk)
    return row


def note(task: Task, verb: str, by: Person, now: datetime, **facts: Any) -> None:
    """Write what happened to a task into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk,
        subject_kind="task",
        subject=task.pk,
        need=task.need_id,
        area_code=task.stem,
        facts={"task": task.no, "state": task.state, **facts},
    )


def locked(task: Task) -> Task:
    """The task read again under a row lock: call inside a transaction."""
    rows = Task.objects.select_for_update(of=("self",))
    return rows.select_related("need__area", "need__category", "owner", "area").get(pk=task.pk)


def step(task: Task, verb: str) -> None:
    """Move the task along its table, or refuse in words."""
    try:
        task.state = move(TASK, task.state, verb)
    except NotAllowed as error:
        raise Refused(
            _("This task is already “{state}”.").format(state=TaskState(task.state).label)
        ) from error


def give_task(
    *,
    need: Need,
    owner: Person,
    by: Person,
    now: datetime,
    key: UUID | None = None,
    match: Match | None = None,
    project: Project | None = None,
    appointed_at: datetime | None = None,
) -> Task:
    """Give somebody a task for a need, with the steps of its service standard. The same ``key`` twice is one task."""
    key = key or uuid4()
    if known := Task.objects.filter(key=key).first():
        return known
    if match and match.need_id != need.pk:
        raise Refused(_("This help was found for another ask."))
    if appointed_at and appointed_at < now - timedelta(days=1):
        raise Refused(_("The appointment lies in the past."), field="appointed_at")
    need = Need.objects.select_related("area", "category").get(pk=need.pk)  # as it stands now
    with transaction.atomic():
        day = local_day(now)
        standard = service_for(need.category, on=day)
        (number,) = next_numbers(kind="task", day=day)
        task = Task.objects.create(
            **need.area.location,
            no=f"T{day:%Y%m%d}-{number:03d}",
            key=key,
            need=need,
            match=match,
            project=project,
            service=standard,
            lap=need.lap,
            owner=owner,
            given_by=by,
            given_at=now,
            appointed_at=appointed_at,
        )
        words = standard.steps if standard else []
        TaskStep.objects.bulk_create(
            TaskStep(task=task, rank=rank, words=line) for rank, line in enumerate(words, start=1)
        )
        note(task, "task.given", by, now, owner=owner.pk)
        mark_running(need=need, task=task.pk, by=by, now=now)
        tell_worker(owner, need, Notice.TASK, now, link=f"/desk/tasks/{task.no}/", mark=task.no)
    return task


def start_task(*, task: Task, by: Person, now: datetime) -> Task:
    """Begin."""
    with transaction.atomic():
        task = locked(task)
        step(task, "start")
        task.started_at = now
        task.save(update_fields=["state", "started_at"])
        note(task, "task.started", by, now)
    return task


def hand_over(*, task: Task, to: Person, by: Person, now: datetime) -> Task:
    """Give a task to somebody else."""
    with transaction.atomic():
        task = locked(task)
        step(task, "hand_over")
        old, task.owner, task.started_at = task.owner_id, to, None
        task.save(update_fields=["state", "owner", "started_at"])
        note(task, "task.handed_over", by, now, old=old, owner=to.pk)
        tell_worker(
            to, task.need, Notice.TASK, now, link=f"/desk/tasks/{task.no}/", mark=f"{task.no}:{to.pk}"
        )
    return task


def tick_step(*, task: Task, rank: int, done: bool, by: Person, now: datetime) -> TaskStep:
    """Tick a line of the checklist, or take the tick back."""
    with transaction.atomic():
        task = locked(task)
        if task.state not in {TaskState.GIVEN, TaskState.STARTED}:
            raise Refused(_("This task is already “{state}”.").format(state=TaskState(task.state).label))
        row = TaskStep.objects.filter(task=task, rank=rank).first()
        if row is None:
            raise Refused(_("There is no such step."))
        row.done_at, row.done_by = (now, by) if done else (None, None)
        row.save(update_fields=["done_at", "done_by"])
        note(task, "task.ticked" if done else "task.unticked", by, now, rank=rank)
    return row


def finish_task(*, task: Task, text: str, by: Person, now: datetime, photos: Sequence[int] = ()) -> Task:
    """Say that it is done, and show it: a note always, an after-photo where the kind of ask wants one."""
    if len(text.strip()) < 2:
        raise Refused(
            _("Please write what was done, in a sentence the person who asked would understand."),
            field="text",
        )
    with transaction.atomic():
        task = locked(task)
        attach_photos(photo_ids=photos, subject_type="task", subject_id=task.pk, by_id=by.pk)
        wanted = task.need.category is not None and task.need.category.needs_photo
        if wanted and not photos_of("task", [task.pk])[task.pk]:
            raise Refused(_("This kind of ask needs a photo of how it looks now."), field="photos")
        missing = TaskStep.objects.filter(task=task, done_at=None).count()
        if missing:
            raise Refused(
                _("{count} steps of the checklist are not ticked yet.").format(count=missing), field="steps"
            )
        step(task, "finish")
        task.done_at, task.done_by, task.done_note = now, by, text.strip()
        task.save()
        note(task, "task.done", by, now, photos=len(photos))
        others = Task.objects.filter(need=task.need, lap=task.lap).exclude(pk=task.pk)
        if not others.filter(state__in=[TaskState.GIVEN, TaskState.STARTED]).exists():
            mark_done(need=task.need, by=by, now=now, task=task.pk)
    return task


def check_task(*, task: Task, good: bool, by: Person, now: datetime, text: str = "") -> Task:
    """Look whether it is really done. Whoever did it cannot be the one who checks."""
    with transaction.atomic():
        task = locked(task)
        if by.pk in {task.done_by_id, task.owner_id}:
            raise Refused(_("Whoever did it cannot check it; please let a colleague look."))
        step(task, "check" if good else "send_back")
        if good:
            task.checked_at, task.checked_by = now, by
        elif task.need.state == "done":
            send_back(need=task.need, text=text, by=by, now=now)
        else:
            remark(need=task.need, text=text, by=by, now=now)
        task.save()
        note(task, "task.checked" if good else "task.sent_back", by, now)
    return task


def cancel_task(*, task: Task, by: Person, now: datetime) -> Task:
    """Call a task off; the need waits for another."""
    with transaction.atomic():
        task = locked(task)
        step(task, "cancel")
        task.save(update_fields=["state"])
        note(task, "task.cancelled", by, now)
    return task
