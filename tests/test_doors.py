"""Every address as every role: whoever may not, finds nobody home (404); strangers from next door too.

``DOORS`` is the one table. An address that is not in it fails the test, so nobody can forget one.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from linli.ground.journal.models import Event
from linli.ground.people import actions as people
from linli.ground.people.choices import Purpose
from linli.ground.people.models import User
from linli.ground.photos.actions import attach_photos
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Shift
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.launch import actions as launch
from linli.loop.link import actions as link
from linli.loop.run import actions as run
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed, neighbourhood
from tests.loop.test_run import photo

pytestmark = pytest.mark.django_db
ROLES = ("zhao", "zhou", "leader", "admin", "auditor", "liu", "sun", "stranger")
FIELD = {"zhao", "zhou"}
ABOVE = {"zhou", "leader"}
ALL = set(ROLES)

# address -> (what fills its blanks, who may). "own" pages show everyone only what is theirs.
DOORS: dict[str, tuple[tuple[str, ...], set[str]]] = {}


def doors(names: str, blanks: tuple[str, ...], who: set[str]) -> None:
    """Several addresses with the same blanks for the same people."""
    DOORS.update(dict.fromkeys(names.split(), (blanks, who)))


AREA_FREE = {"stranger"}  # a grid worker next door has desks of their own, with nothing of ours on them
doors("desk:today", (), FIELD | {"leader"} | AREA_FREE)
doors("desk:birthdays desk:diary desk:diary_new desk:patrols desk:need_new desk:people", (), FIELD | AREA_FREE)
doors("desk:triage desk:tasks desk:follow_ups desk:resources desk:search", (), FIELD | {"leader"} | AREA_FREE)


@pytest.fixture
def world() -> tuple[Neighbourhood, dict[str, object]]:
    """One of everything, all in 南田网格."""
    town = neighbourhood()
    need = accepted(town)
    done = accepted(town, "吃上热饭了", asker=town.wang)
    task = closed(town, done)
    follow_up = FollowUp.objects.get(need=done)
    picture = photo(town.zhao.pk)
    attach_photos(photo_ids=[picture], subject_type="need", subject_id=need.pk, by_id=town.zhao.pk)
    entry = ask.write_diary(area=town.grid, key=uuid4(), at=NOW, words="听到的", by=town.zhao, now=NOW)
    patrol = ask.begin_patrol(area=town.grid, shift=Shift.MORNING, day=TODAY, by=town.zhao, now=NOW)
    finding = ask.find(patrol=patrol, key=uuid4(), words="纸箱", by=town.zhao, now=NOW)
    project = launch.launch_project(area=town.grid, title="幸福餐厅", owner=town.zhou, needs=[need], by=town.zhou, now=NOW)
    stone = launch.set_milestone(project=project, title="灶台", due_on=TODAY, by=town.zhou, now=NOW)
    match = link.agree(need=need, resource=town.canteen, wanted_on=TODAY + timedelta(days=1), by=town.zhao, now=NOW)
    need.refresh_from_db()
    asking = evaluate.ask_exclusion(need=done, reason="force", text="暴雪", by=town.zhou, now=NOW)
    consent = people.give_consent(person=town.wang, purpose=Purpose.CARE, how="当面", by=town.zhao, now=NOW)
    token = evaluate.make_link(follow_up=follow_up, by=town.zhao, now=NOW).removeprefix("/r/")
    open_task = run.give_task(need=need, owner=town.liu, by=town.zhao, now=NOW)
    return town, {
        "need": need.no, "task": open_task.no, "done_task": task.no, "follow_up": follow_up.pk, "entry": entry.pk,
        "patrol": patrol.pk, "finding": finding.pk, "project": project.no, "stone": stone.pk, "match": match.pk,
        "exclusion": asking.pk, "consent": consent.pk, "token": token, "person": town.wang.pk,
        "resource": town.canteen.pk, "grid": town.grid.code, "step": 1,
    }  # fmt: skip


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address with the names of its blanks, allauth's own and the API left out (they have their tests)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            name = entry.namespace or ""
            if name in {"api-1.0.0"} or str(entry.pattern).startswith("account/"):
                continue
            yield from addresses(entry, f"{prefix}{name}:" if name else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{prefix}{entry.name}", tuple(entry.pattern.converters)
