"""Launching: a project is measured before it starts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.http import Http404

from linli.kit.refused import Refused
from linli.loop.launch import access, actions, queries
from linli.loop.launch.models import Project
from tests.factories import NOW, TODAY, Neighbourhood, accepted, neighbourhood

pytestmark = pytest.mark.django_db
MEASURED: dict[str, Any] = {
    "measure": "每周吃上热饭的老人", "unit": "人", "baseline": Decimal(12), "baseline_on": TODAY, "target": Decimal(40),
    "target_on": TODAY + timedelta(days=90), "budget": 12_000_000, "now": NOW,
}  # fmt: skip


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def draft(town: Neighbourhood) -> Project:
    needs = [accepted(town), accepted(town, "我也想吃口热的", asker=town.wang)]
    return actions.launch_project(
        area=town.community, title="幸福餐厅", owner=town.zhou, needs=needs, by=town.zhou, now=NOW
    )


def test_of_several_needs_one_project(town: Neighbourhood) -> None:
    project = draft(town)
    assert (project.no, project.state, queries.needs_of(project).count()) == ("P20260305-01", "draft", 2)
    for need in queries.needs_of(project):
        assert list(queries.projects_of(need)) == [project]
        actions.add_need(project=project, need=need, by=town.zhou, now=NOW)
    assert queries.needs_of(project).count() == 2


@pytest.mark.parametrize("gap", ["baseline", "target", "target_on", "measure"])
def test_it_cannot_start_unmeasured(town: Neighbourhood, gap: str) -> None:
    project = draft(town)
    with pytest.raises(Refused):
        actions.move_project(project=project, verb="start", by=town.zhou, now=NOW)
    actions.measure_project(
        project=project, by=town.zhou, **(MEASURED | {gap: "" if gap == "measure" else None})
    )
    with pytest.raises(Refused):
        actions.move_project(project=project, verb="start", by=town.zhou, now=NOW)
    assert Project.objects.get().state == "draft"


def test_the_database_refuses_an_unmeasured_start(town: Neighbourhood) -> None:
    project = draft(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="running")


def test_from_start_to_end(town: Neighbourhood) -> None:
    project = draft(town)
    actions.measure_project(project=project, by=town.zhou, **MEASURED)
    project = actions.move_project(project=project, verb="start", by=town.zhou, now=NOW)
    with pytest.raises(Refused):  # fixed once it runs
        actions.measure_project(project=project, by=town.zhou, **(MEASURED | {"target": Decimal(1)}))
    stone = actions.set_milestone(project=project, title="灶台装好", due_on=TODAY, by=town.zhou, now=NOW)
    assert actions.reach_milestone(milestone=stone, by=town.zhou, now=NOW).done_on == TODAY
    with pytest.raises(Refused):
        actions.reach_milestone(milestone=stone, by=town.zhou, now=NOW)
    project = actions.move_project(project=project, verb="finish", by=town.zhou, now=NOW)
    assert (project.state, project.target, project.ended_at) == ("finished", Decimal(40), NOW)
    with pytest.raises(Refused):
        actions.move_project(project=project, verb="start", by=town.zhou, now=NOW)


def test_a_target_lies_after_its_baseline(town: Neighbourhood) -> None:
    with pytest.raises(Refused) as refusal:
        actions.measure_project(project=draft(town), by=town.zhou, **(MEASURED | {"target_on": TODAY}))
    assert refusal.value.field == "target_on"


def test_strangers_see_no_project(town: Neighbourhood) -> None:
    project = draft(town)
    assert access.project_for(town.leader, no=project.no, on=TODAY) == project
    for who in (town.stranger, town.zhao, None):
        with pytest.raises(Http404):
            access.project_for(who, no=project.no, on=TODAY)
