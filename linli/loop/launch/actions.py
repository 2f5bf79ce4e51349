"""The third step's verbs: make a project of needs, measure first, start, finish."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import PROJECT, NotAllowed, move
from linli.ground.journal.actions import next_numbers, record
from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.models import Need
from linli.loop.launch.choices import ProjectState
from linli.loop.launch.models import Milestone, Project, ProjectNeed


def note(project: Project, verb: str, by: Person, now: datetime, **facts: object) -> None:
    """Write what happened to a project into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk,
        subject_kind="project",
        subject=project.pk,
        area_code=project.stem,
        facts={"state": project.state, **facts},
    )


def launch_project(
    *,
    area: Area,
    title: str,
    owner: Person,
    by: Person,
    now: datetime,
    needs: Iterable[Need] = (),
    why: str = "",
) -> Project:
    """Make a project of one need or several; it stays in preparation until it is measured."""
    if not title.strip():
        raise Refused(_("Please give the project a title."), field="title")
    with transaction.atomic():
        day = local_day(now)
        (number,) = next_numbers(kind="project", day=day)
        project = Project.objects.create(
            **area.location,
            no=f"P{day:%Y%m%d}-{number:02d}",
            title=title.strip()[:80],
            why=why.strip(),
            owner=owner,
            created_at=now,
        )
        note(project, "project.drafted", by, now)
        for need in needs:
            add_need(project=project, need=need, by=by, now=now)
    return project


def add_need(*, project: Project, need: Need, by: Person, now: datetime) -> ProjectNeed:
    """Let a project answer one more need."""
    if project.state in {ProjectState.FINISHED, ProjectState.DROPPED}:
        raise Refused(_("This project has ended."))
    with transaction.atomic():
        row, made = ProjectNeed.objects.get_or_create(project=project, need=need, defaults={"at": now})
        if made:
            record(
                verb="need.launched",
                at=now,
                by=by.pk,
                subject_kind="project",
                subject=project.pk,
                need=need.pk,
                area_code=need.stem,
                facts={"project": project.no},
            )
    return row


def measure_project(
    *,
    project: Project,
    measure: str,
    unit: str,
    baseline: Decimal | None,
    baseline_on: date | None,
    target: Decimal | None,
    target_on: date | None,
    budget: int,
    by: Person,
    now: datetime,
) -> Project:
    """Say what is measured, how it stands today and what is wanted by when; budget in fen. Fixed once it runs."""
    if project.state != ProjectState.DRAFT:
        raise Refused(_("Baseline and target are fixed once the project has started."))
    if budget < 0:
        raise Refused(_("A budget cannot be negative."), field="budget")
    if baseline_on and target_on and target_on <= baseline_on:
        raise Refused(_("The target lies after the baseline."), field="target_on")
    with transaction.atomic():
        project.measure, project.unit = measure.strip()[:80], unit.strip()[:12]
        project.baseline, project.baseline_on = baseline, baseline_on
        project.target, project.target_on = target, target_on
        project.budget = budget
        project.save()
        note(project, "project.measured", by, now, budget=budget)
    return project


def move_project(*, project: Project, verb: str, by: Person, now: datetime) -> Project:
    """Start, finish, halt or give up a project. It starts only with a baseline and a target."""
    with transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).select_related("area").get(pk=project.pk)
        missing = [
            str(words)
            for value, words in (
                (project.measure, _("what is measured")),
                (project.baseline, _("the baseline")),
                (project.target, _("the target")),
                (project.target_on, _("the day of the target")),
            )
            if value in (None, "")
        ]
        if verb == "start" and missing:
            raise Refused(_("Before it starts, please give: {missing}.").format(missing="、".join(missing)))
        try:
            project.state = move(PROJECT, project.state, verb)
        except NotAllowed as error:
            label = ProjectState(project.state).label
            raise Refused(_("This project is already “{state}”.").format(state=label)) from error
        if verb == "start":
            project.started_at = project.started_at or now
        elif verb in {"finish", "drop"}:
            project.ended_at = now
        project.save()
        note(project, f"project.{verb}", by, now)
    return project


def set_milestone(*, project: Project, title: str, due_on: date, by: Person, now: datetime) -> Milestone:
    """Add a milestone."""
    if not title.strip():
        raise Refused(_("Please name the milestone."), field="milestone")
    with transaction.atomic():
        row = Milestone.objects.create(project=project, title=title.strip()[:80], due_on=due_on)
        note(project, "project.milestone", by, now, milestone=row.pk)
    return row


def reach_milestone(*, milestone: Milestone, by: Person, now: datetime) -> Milestone:
    """A milestone has been reached."""
    if milestone.done_on:
        raise Refused(_("This milestone has already been reached."))
    with transaction.atomic():
        milestone.done_on = local_day(now)
        milestone.save(update_fields=["done_on"])
        note(milestone.project, "project.milestone_reached", by, now, milestone=milestone.pk)
    return milestone
