"""The fourth step: tasks are listed, given, ticked, finished, checked."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.once import once
from linli.api.paging import After, Page, Size, paged
from linli.api.shapes import (
    ASKING,
    KEYED,
    PROBLEMS,
    Body,
    Code,
    Done,
    Moment,
    Named,
    No,
    Ref,
    Text,
    Words,
    area_of,
    link,
    named,
    text,
)
from linli.ground.people.access import area_for, person_for, require
from linli.ground.places.queries import within
from linli.loop.ask.access import need_for
from linli.loop.evaluate.actions import check_and_close
from linli.loop.launch.access import project_for
from linli.loop.link.access import match_for
from linli.loop.run import actions
from linli.loop.run.access import own_task_for, own_tasks, task_for, tasks_for
from linli.loop.run.choices import TaskState
from linli.loop.run.queries import steps_of

router = Router(tags=["tasks"])


class TaskRow(BaseModel):
    """A task as lists show it."""

    no: str
    need: str
    title: str = Field(description="The ask in short")
    state: str
    lap: int
    area: Named
    owner: str | None
    service: str | None
    given_at: datetime
    appointed_at: datetime | None
    done_at: datetime | None
    checked_at: datetime | None
    link: str


class StepOut(BaseModel):
    """A line of the checklist."""

    rank: int
    words: str
    done_at: datetime | None
    done_by: str | None


class TaskOut(TaskRow):
    """A task with its checklist."""

    done_by: str | None
    done_note: str
    steps: list[StepOut]


def row_of(task: Any) -> dict[str, Any]:
    """The columns of ``TaskRow``."""
    return {
        "no": task.no,
        "need": task.need.no,
        "title": text(task.need.title),
        "state": task.state,
        "lap": task.lap,
        "area": area_of(task),
        "owner": named(task.owner),
        "service": task.service.name if task.service else None,
        "given_at": task.given_at,
        "appointed_at": task.appointed_at,
        "done_at": task.done_at,
        "checked_at": task.checked_at,
        "link": link("tasks", task.no),
    }


def show(task: Any) -> TaskOut:
    """A task in full."""
    return TaskOut(
        **row_of(task),
        done_by=named(task.done_by),
        done_note=text(task.done_note),
        steps=[
            StepOut(rank=row.rank, words=row.words, done_at=row.done_at, done_by=named(row.done_by))
            for row in steps_of(task)
        ],
    )


def done(task: Any) -> Done:
    """The answer to an act on a task."""
    task.need.refresh_from_db(fields=["state"])
    return Done(
        kind="task",
        id=task.no,
        state=task.state,
        link=link("tasks", task.no),
        need=task.need.no,
        need_state=task.need.state,
    )


def task_to_do(request: Asked, no: str) -> Any:
    """A task to work on: one's own, or one in the areas in which one gives tasks; 404 otherwise."""
    try:
        return own_task_for(request.me, no=no)
    except Http404:
        return task_for(request.me, no=no, verb="task.give", on=request.today)


@router.get("/tasks", operation_id="listTasks", summary="List tasks", response={200: Page[TaskRow], **ASKING})
def list_tasks(
    request: Asked,
    state: Annotated[TaskState | None, Query(None)],
    area: Annotated[Code | None, Query(None)],
    mine: Annotated[bool, Query(False, description="Tasks given to you")],
    after: After,
    size: Size,
) -> Any:
    """Tasks in your areas, newest first; with `mine` those given to you."""
    if mine:
        rows = own_tasks(request.me)
    else:
        require(request.me, "task.see", on=request.today)
        rows = tasks_for(request.me, on=request.today)
    if area is not None:
        verb = "need.ask" if mine else "task.see"
        rows = rows.filter(within([area_for(request.me, verb, code=area, on=request.today).stem]))
    if state is not None:
        rows = rows.filter(state=state.value)
    return paged(rows, lambda row: TaskRow(**row_of(row)), order=["-id"], after=after, size=size)


@router.get("/tasks/{no}", operation_id="getTask", summary="One task", response={200: TaskOut, **ASKING})
def get_task(request: Asked, no: No) -> Any:
    """A task in your areas, or your own."""
    return show(task_for(request.me, no=no, on=request.today))


class Give(Body):
    """Who does it, with what was agreed, when."""

    owner: Ref = Field(description="Number of the person who does it")
    match: Ref | None = None
    project: Annotated[Text, Field(max_length=20)] | None = None
    appointed_at: Moment | None = None


@router.post(
    "/needs/{no}/tasks",
    operation_id="giveTask",
    summary="Give a task",
    response={201: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def give_task(request: Asked, no: No, body: Give) -> HttpResponse:
    """A task with the steps of its service standard; whoever gets it is told."""
    me, today = request.me, request.today
    need = need_for(me, no=no, verb="task.give", on=today)
    owner = person_for(me, pk=body.owner, on=today)
    match = match_for(me, pk=body.match, on=today) if body.match else None
    project = project_for(me, no=body.project, on=today) if body.project else None

    def act() -> Done:
        """Give it."""
        task = actions.give_task(
            need=need,
            owner=owner,
            match=match,
            project=project,
            appointed_at=body.appointed_at,
            by=me,
            now=request.now,
        )
        return done(task)

    return once(request, act, status=201)


class Tick(Body):
    """A line of the checklist."""

    rank: int = Field(ge=1, le=1000)
    done: bool = True


@router.post(
    "/tasks/{no}/tick",
    operation_id="tickTask",
    summary="Tick a step",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def tick_task(request: Asked, no: No, body: Tick) -> HttpResponse:
    """Tick a line of the checklist, or take the tick back."""
    task = task_to_do(request, no)

    def act() -> Done:
        """Tick it."""
        actions.tick_step(task=task, rank=body.rank, done=body.done, by=request.me, now=request.now)
        return done(task)

    return once(request, act)


class Finish(Body):
    """The evidence: a note always, photos where the kind of ask wants them."""

    text: Words
    photos: list[Ref] = Field([], max_length=20, description="Numbers of photos you kept before")


@router.post(
    "/tasks/{no}/finish",
    operation_id="finishTask",
    summary="Say that it is done",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def finish_task(request: Asked, no: No, body: Finish) -> HttpResponse:
    """Somebody else checks it then."""
    task = task_to_do(request, no)
    said = body.model_dump()
    return once(request, lambda: done(actions.finish_task(task=task, **said, by=request.me, now=request.now)))


class Check(Body):
    """What a second pair of eyes saw."""

    good: bool
    text: Words = Field("", description="What is still missing, where it is not good")


@router.post(
    "/tasks/{no}/check",
    operation_id="checkTask",
    summary="Check a task",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def check_task(request: Asked, no: No, body: Check) -> HttpResponse:
    """Good closes the need when it was its last task; whoever did it cannot check it."""
    task = task_for(request.me, no=no, verb="task.check", on=request.today)
    said = body.model_dump()
    return once(request, lambda: done(check_and_close(task=task, **said, by=request.me, now=request.now)))
