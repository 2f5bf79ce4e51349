"""The third step: projects are listed, made of needs, measured, started."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
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
    Day,
    Done,
    Line,
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
from linli.loop.ask.access import need_for, needs_for
from linli.loop.launch import actions
from linli.loop.launch.access import project_for, projects_for
from linli.loop.launch.choices import ProjectState
from linli.loop.launch.queries import milestones_of, needs_of

router = Router(tags=["projects"])
Measured = Annotated[Decimal, Field(max_digits=12, decimal_places=2, allow_inf_nan=False)]


class ProjectRow(BaseModel):
    """A project as lists show it."""

    no: str
    title: str
    state: str
    area: Named
    owner: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    link: str


class MilestoneOut(BaseModel):
    """A step with a day."""

    title: str
    due_on: date
    done_on: date | None


class ProjectOut(ProjectRow):
    """A project in full."""

    why: str
    measure: str
    unit: str
    baseline: Decimal | None
    baseline_on: date | None
    target: Decimal | None
    target_on: date | None
    budget: int = Field(description="In fen")
    milestones: list[MilestoneOut]
    needs: list[str] = Field(description="Numbers of the needs it answers, those you may see")


def row_of(project: Any) -> dict[str, Any]:
    """The columns of ``ProjectRow``."""
    return {
        "no": project.no,
        "title": text(project.title),
        "state": project.state,
        "area": area_of(project),
        "owner": named(project.owner),
        "created_at": project.created_at,
        "started_at": project.started_at,
        "ended_at": project.ended_at,
        "link": link("projects", project.no),
    }


def done(project: Any) -> Done:
    """The answer to an act on a project."""
    return Done(kind="project", id=project.no, state=project.state, link=link("projects", project.no))


@router.get(
    "", operation_id="listProjects", summary="List projects", response={200: Page[ProjectRow], **ASKING}
)
def list_projects(
    request: Asked,
    state: Annotated[ProjectState | None, Query(None)],
    area: Annotated[Code | None, Query(None)],
    after: After,
    size: Size,
) -> Any:
    """Projects in your areas, newest first."""
    require(request.me, "project.see", on=request.today)
    rows = projects_for(request.me, on=request.today)
    if area is not None:
        rows = rows.filter(within([area_for(request.me, "project.see", code=area, on=request.today).stem]))
    if state is not None:
        rows = rows.filter(state=state.value)
    return paged(rows, lambda row: ProjectRow(**row_of(row)), order=["-id"], after=after, size=size)


@router.get("/{no}", operation_id="getProject", summary="One project", response={200: ProjectOut, **ASKING})
def get_project(request: Asked, no: No) -> Any:
    """A project with its milestones and needs."""
    project = project_for(request.me, no=no, on=request.today)
    seen = needs_of(project).filter(pk__in=needs_for(request.me, on=request.today).values("pk"))
    return ProjectOut(
        **row_of(project),
        why=text(project.why),
        measure=project.measure,
        unit=project.unit,
        baseline=project.baseline,
        baseline_on=project.baseline_on,
        target=project.target,
        target_on=project.target_on,
        budget=project.budget,
        milestones=[
            MilestoneOut(title=text(row.title), due_on=row.due_on, done_on=row.done_on)
            for row in milestones_of(project)
        ],
        needs=[need.no for need in seen],
    )


class NewProject(Body):
    """What one need or several become."""

    area: Code
    title: Line = Field(max_length=80)
    why: Words = ""
    owner: Ref | None = Field(None, description="Number of the person; else you")
    needs: list[Annotated[Text, Field(max_length=20)]] = Field([], max_length=100)


@router.post(
    "",
    operation_id="createProject",
    summary="Make a project of needs",
    response={201: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def create_project(request: Asked, body: NewProject) -> HttpResponse:
    """It stays in preparation until it is measured."""
    area = area_for(request.me, "project.lead", code=body.area, on=request.today)
    owner = person_for(request.me, pk=body.owner, on=request.today) if body.owner else request.me
    needs = [need_for(request.me, no=no, on=request.today) for no in dict.fromkeys(body.needs)]

    def act() -> Done:
        """Draft it."""
        made = actions.launch_project(
            area=area,
            title=body.title,
            why=body.why,
            owner=owner,
            needs=needs,
            by=request.me,
            now=request.now,
        )
        return done(made)

    return once(request, act, status=201)


class Measure(Body):
    """What is measured, how it stands, what is wanted by when."""

    measure: Line = Field(max_length=80)
    unit: Line = Field("", max_length=12)
    baseline: Measured
    baseline_on: Day
    target: Measured
    target_on: Day
    budget: int = Field(0, ge=0, le=10**15, description="In fen")


@router.post(
    "/{no}/measure",
    operation_id="measureProject",
    summary="Set baseline and target",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def measure_project(request: Asked, no: No, body: Measure) -> HttpResponse:
    """Baseline and target are fixed once it runs."""
    project = project_for(request.me, no=no, verb="project.lead", on=request.today)
    said = body.model_dump()
    return once(
        request,
        lambda: done(actions.measure_project(project=project, **said, by=request.me, now=request.now)),
    )


@router.post(
    "/{no}/start",
    operation_id="startProject",
    summary="Start a project",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def start_project(request: Asked, no: No) -> HttpResponse:
    """Only with a baseline and a target."""
    project = project_for(request.me, no=no, verb="project.lead", on=request.today)
    return once(
        request,
        lambda: done(actions.move_project(project=project, verb="start", by=request.me, now=request.now)),
    )
