"""刘师傅 may call and find whom he brings the meal to, until it is done; each look is written down."""

from typing import Any

import pytest

from linli.ground.journal.models import Event, Look
from linli.ground.people import actions as people
from linli.loop.run import actions as run
from linli.loop.run.models import Task
from tests.factories import NOW, Neighbourhood, accepted, given
from tests.web.desk.stage import enter, page

PHONE, DOOR = "021-62345678", "南田苑3号楼2-302"
HTMX = {"HX-Request": "true"}


def url(task: Task, tail: str = "reveal/phone/") -> str:
    return f"/desk/tasks/{task.no}/{tail}"


@pytest.fixture
def task(town: Neighbourhood) -> Task:
    """李大爷's meal, given to 刘师傅."""
    return given(town, accepted(town))


def test_the_page_of_his_task_shows_them_masked(town: Neighbourhood, task: Task) -> None:
    assert url(task, "reach/") in page(town.liu, url(task, ""))
    assert url(task, "reach/") not in page(town.zhao, url(task, ""))  # sees the task, does not do it
    whole = page(town.liu, url(task, "reach/"))
    part = enter(town.liu).get(url(task, "reach/"), headers=HTMX).content.decode()
    for shown in (whole, part):
        assert "021-****5678" in shown and "李*河" in shown and "3号楼***" in shown
        assert not any(words in shown for words in (PHONE, "2-302", "李长河"))
    assert "<html" in whole and "<html" not in part
    assert not Look.objects.exists()


def test_a_look_for_a_reason_is_seen_by_the_person(town: Neighbourhood, task: Task) -> None:
    liu = enter(town.liu)
    answer = liu.post(url(task), {"reason": "送餐前打电话"}, headers=HTMX)
    assert PHONE in answer.content.decode() and "no-store" in answer["Cache-Control"]
    run.start_task(task=task, by=town.liu, now=NOW)
    answer = liu.post(
        url(task, "reveal/door/"), {"other": " 送饭上门 ", "reason": ""}
    )  # without htmx: a page
    assert DOOR in answer.content.decode() and "<html" in answer.content.decode()
    looks = [(look.actor, look.person, look.columns, look.reason) for look in Look.objects.order_by("id")]
    assert looks == [
        (town.liu.pk, town.li.pk, "phone", "送餐前打电话"),
        (town.liu.pk, town.li.pk, "door", "送饭上门"),
    ]


def test_the_person_reads_who_looked(town: Neighbourhood) -> None:
    people.move_in(person=town.sun, building=town.building, door="1-101", by=town.zhao, now=NOW)
    task = given(town, accepted(town, asker=town.sun))
    enter(town.liu).post(url(task, "reveal/door/"), {"reason": "送饭上门"})
    record = page(town.sun, "/home/record/")
    assert "送饭上门" in record and "刘师傅" in record


def test_without_a_reason_nothing_is_shown(town: Neighbourhood, task: Task) -> None:
    before = Event.objects.count()
    for sent in ({}, {"reason": " "}, {"other": "x"}):
        shown = enter(town.liu).post(url(task), sent, headers=HTMX).content.decode()
        assert PHONE not in shown and "—" in shown
    assert not Look.objects.exists() and Event.objects.count() == before


def test_nobody_else_and_nothing_else(town: Neighbourhood, task: Task) -> None:
    sent = {"reason": "好奇"}
    for who in (town.stranger, town.sun, town.zhao, town.admin):
        assert enter(who).post(url(task), sent).status_code == 404
        assert enter(who).get(url(task, "reach/")).status_code == 404
    for column in ("id_number", "name", "note"):
        assert enter(town.liu).post(url(task, f"reveal/{column}/"), sent).status_code == 404
    assert enter(town.liu).get(url(task)).status_code == 405
    assert not Look.objects.exists()


def finished(town: Neighbourhood, task: Task) -> None:
    for step in task.steps.all():
        run.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=NOW)
    run.finish_task(task=task, text="送到了，看着吃上了", by=town.liu, now=NOW)


def handed(town: Neighbourhood, task: Task) -> None:
    run.hand_over(task=task, to=town.qian, by=town.zhao, now=NOW)


def called_off(town: Neighbourhood, task: Task) -> None:
    run.cancel_task(task=task, by=town.zhao, now=NOW)


def erased(town: Neighbourhood, task: Task) -> None:
    people.erase_person(person=town.li, reason="本人要求", by=town.admin, now=NOW)


@pytest.mark.parametrize("end", [finished, handed, called_off, erased])
def test_it_closes_when_the_task_is_no_longer_his_to_do(town: Neighbourhood, task: Task, end: Any) -> None:
    end(town, task)
    liu = enter(town.liu)
    assert liu.post(url(task), {"reason": "再打一个电话"}).status_code == 404
    assert liu.get(url(task, "reach/")).status_code == 404
    assert url(task, "reach/") not in liu.get(url(task, "")).content.decode()
    assert not Look.objects.exists()


def test_nobody_named_means_nothing_to_reach(town: Neighbourhood) -> None:
    task = given(town, accepted(town, asker=None))
    assert url(task, "reach/") not in page(town.liu, url(task, ""))
    page(town.liu, url(task, "reach/"), status=404)
    unknown = given(town, accepted(town, "灯不亮", asker=town.qian))
    assert "钱*" in page(town.liu, url(unknown, "reach/"))  # neither phone nor door: says so
