"""Lists: each row once, the same queries for one row and for three, nothing of anybody else's area, nothing private."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.ground.people import actions as people
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel
from linli.loop.ask.models import Need
from linli.loop.evaluate.models import FollowUp
from linli.loop.launch import actions as launch
from linli.loop.link import actions as link
from linli.loop.link.models import Match
from linli.loop.run.models import Task
from tests.api.conftest import Program
from tests.factories import (
    BEGAN,
    ELSEWHERE,
    ELSEWHERE_GRID,
    GRID,
    NOW,
    TODAY,
    Neighbourhood,
    accepted,
    closed,
    given,
    need,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.urls")]
LISTS = ["/needs", "/resources", "/projects", "/tasks", "/follow-ups", "/areas", "/rates"]


def walk(program: Program, path: str, size: int, **query: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    for _page in range(50):
        page = program.get(path, size=size, **query, **after).json()
        assert len(page["items"]) <= size
        rows += page["items"]
        if page["next"] is None:
            return rows
        after = {"after": page["next"]}
    raise AssertionError("the list has no end")


def test_a_walk_gives_each_row_once(town: Neighbourhood, zhao: Program) -> None:
    made = [need(town, f"第{number}件事", now=NOW - timedelta(hours=number)) for number in range(7)]
    assert [row["no"] for row in walk(zhao, "/needs", 3)] == [row.no for row in reversed(made)]
    by_limit = [row["no"] for row in walk(zhao, "/needs", 2, tab="new")]
    assert sorted(by_limit) == sorted(row.no for row in made) and by_limit[0] == made[-1].no
    assert [row["code"] for row in walk(zhao, "/areas", 1)] == [GRID]


def test_what_comes_in_meanwhile_shifts_nothing(town: Neighbourhood, zhao: Program) -> None:
    made = [need(town, f"第{number}件事") for number in range(4)]
    first = zhao.get("/needs", size=2).json()
    need(town, "刚刚说的")
    second = zhao.get("/needs", size=2, after=first["next"]).json()
    seen = [row["no"] for row in first["items"] + second["items"]]
    assert seen == [row.no for row in reversed(made)] and second["next"] is None


def test_a_page_is_never_larger_than_a_hundred(zhao: Program) -> None:
    assert zhao.get("/needs", size=100).status_code == 200
    for size in ("101", "0", "-1", "x"):
        answer = zhao.get("/needs", size=size)
        assert (answer.status_code, answer.json()["field"]) == (422, "size")


@pytest.mark.parametrize("after", ["nonsense", "W10", "W1siaWQiXSxbMV1d", "\x00", "x" * 2000])
def test_a_page_mark_of_another_list_is_refused(town: Neighbourhood, zhao: Program, after: str) -> None:
    answer = zhao.get("/needs", tab="new", after=after)
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


def test_the_tabs_hold_what_they_say(
    town: Neighbourhood, zhao: Program, thursday: Callable[..., None]
) -> None:
    new, late = need(town), accepted(town, urgency="extreme")
    thursday(NOW + timedelta(hours=3))
    found = {
        tab: [row["no"] for row in zhao.get("/needs", tab=tab).json()["items"]]
        for tab in ("new", "late", "near")
    }
    assert found == {"new": [new.no], "late": [late.no], "near": []}
    assert zhao.get("/needs", tab="other").status_code == 422


def fill(town: Neighbourhood, size: int) -> str:
    """So many rows of every kind; the number of a need with as many matches."""
    for number in range(size):
        closed(
            town,
            accepted(town, f"第{number}件事", now=NOW - timedelta(days=9 + number)),
            NOW - timedelta(days=9 + number),
        )
        link.keep_resource(
            area=town.grid, kind="venue", name=f"活动室{number}", capacity=9, period="day",
            categories=[town.meals, town.repair], valid_from=BEGAN, by=town.zhao, now=NOW,
        )  # fmt: skip
        launch.launch_project(area=town.grid, title=f"项目{number}", owner=town.zhou, by=town.zhou, now=NOW)
    row = Need.objects.order_by("id").first()
    assert row is not None
    for resource in link.Resource.objects.filter(kind="venue"):
        if not Match.objects.filter(need=row, resource=resource).exists():
            match = {"lap": row.lap, "state": "released", "score": 0.5, "at": NOW, "by": town.zhao}
            Match.objects.create(need=row, resource=resource, **match)
    return row.no


def queries(program: Program, path: str, **query: Any) -> tuple[int, int]:
    """How many queries a list costs, and how many rows it shows."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = program.get(path, **query)
    assert answer.status_code == 200, answer.content.decode()
    return len(seen), len(answer.json()["items"])


def test_three_rows_cost_no_more_queries_than_one(town: Neighbourhood) -> None:
    program = Program(town.zhou)
    no = fill(town, 1)
    span = {"first": (TODAY - timedelta(days=30)).isoformat()}
    rows = {"area": GRID, **span}
    lists: list[tuple[str, dict[str, Any]]] = [
        (path, {}) for path in LISTS if path not in {"/areas", "/rates"}
    ]
    lists += [(f"/needs/{no}/{what}", {}) for what in ("matches", "candidates")]
    lists += [("/rates/rows", rows | {"rate": "response"}), ("/tasks", {"state": "checked"})]
    program.get("/areas")
    before = [queries(program, path, **query) for path, query in lists]
    fill(town, 2)
    after = [queries(program, path, **query) for path, query in lists]
    for (path, _query), (cost, count), (cost_then, count_then) in zip(lists, before, after, strict=True):
        assert cost_then <= cost and count_then >= count + 2, f"{path}: {cost} queries, then {cost_then}"
    few, many = queries(program, "/areas", size=1), queries(program, "/areas")
    assert many[0] == few[0] and many[1] == 3
    few, many = queries(program, "/rates", size=1, **span), queries(program, "/rates", **span)
    assert many[0] == few[0] and many[1] == 3


def test_rows_behind_the_answers_cost_no_more_for_three(town: Neighbourhood, zhou: Program) -> None:
    fill(town, 3)
    due = [row["id"] for row in zhou.get("/follow-ups").json()["items"]]
    query = {"area": GRID, "rate": "satisfaction"}

    def answer(pk: int) -> None:
        """They are content."""
        body = {"solved": True, "satisfied": True, "way": "call"}
        assert zhou.post(f"/follow-ups/{pk}/answer", body).status_code == 200

    answer(due[0])
    one = queries(zhou, "/rates/rows", **query)
    for pk in due[1:]:
        answer(pk)
    assert (one[1], queries(zhou, "/rates/rows", **query)) == (1, (one[0], 3))


def test_a_stranger_finds_nothing(town: Neighbourhood, stranger: Program) -> None:
    ask_row = accepted(town)
    task = given(town, ask_row)
    match = Match.objects.get()
    project = launch.launch_project(area=town.grid, title="老人用餐", owner=town.zhou, by=town.zhou, now=NOW)
    closed(town, accepted(town, "想订餐"))
    follow_up = FollowUp.objects.get()
    only_grid = link.keep_resource(
        area=town.grid, kind="venue", name="活动室", capacity=9, period="day", categories=[town.meals],
        valid_from=BEGAN, by=town.zhao, now=NOW,
    )  # fmt: skip
    one = [
        f"/needs/{ask_row.no}", f"/needs/{ask_row.no}/candidates", f"/needs/{ask_row.no}/matches", f"/matches/{match.pk}",
        f"/tasks/{task.no}", f"/projects/{project.no}", f"/follow-ups/{follow_up.pk}", f"/resources/{only_grid.pk}",
    ]  # fmt: skip
    for path in one:
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["field"]) == (404, None), path
    words = {"text": "就这样"}
    measure = {
        "measure": "a",
        "baseline": 1,
        "baseline_on": "2026-03-01",
        "target": 2,
        "target_on": "2026-12-01",
    }
    acts = [
        ("/needs", {"area": GRID, "words": "灯不亮"}),
        (f"/needs/{ask_row.no}/accept", {"category": "meals"}),
        (f"/needs/{ask_row.no}/refuse", words | {"reason": "spam"}),
        (f"/needs/{ask_row.no}/respond", words),
        (f"/needs/{ask_row.no}/merge", {"into": ask_row.no}),
        (f"/needs/{ask_row.no}/matches", {"resource": only_grid.pk}),
        (f"/needs/{ask_row.no}/tasks", {"owner": town.stranger.pk}),
        (f"/matches/{match.pk}/release", {}),
        ("/resources", {"area": GRID, "kind": "venue", "name": "a", "capacity": 1, "period": "day", "categories": ["meals"]}),
        ("/projects", {"area": GRID, "title": "a"}),
        (f"/projects/{project.no}/measure", measure),
        (f"/projects/{project.no}/start", {}),
        (f"/tasks/{task.no}/tick", {"rank": 1}),
        (f"/tasks/{task.no}/finish", words),
        (f"/tasks/{task.no}/check", {"good": True}),
        (f"/follow-ups/{follow_up.pk}/answer", {"solved": True, "satisfied": True, "way": "call"}),
    ]  # fmt: skip
    for path, body in acts:
        assert stranger.post(path, body).status_code == 404, path
    for path in ("/needs", "/tasks", "/follow-ups"):
        assert stranger.get(path).json()["items"] == []
    assert {row["code"] for row in stranger.get("/areas").json()["items"]} == {ELSEWHERE_GRID}


def test_an_area_of_others_is_not_there(town: Neighbourhood, zhao: Program) -> None:
    for path in ("/needs", "/resources", "/tasks", "/rates"):
        for area in (ELSEWHERE, ELSEWHERE_GRID, town.community.code, "310999", "", "%"):
            assert zhao.get(path, area=area).status_code == 404, (path, area)
        assert zhao.get(path, area=GRID).status_code == 200
    assert zhao.get("/areas", under=ELSEWHERE).status_code == 404
    assert zhao.get("/rates/rows", area=ELSEWHERE_GRID, rate="response").status_code == 404


def test_an_address_that_cannot_be_one_is_not_there(zhao: Program) -> None:
    for path in (
        "/needs/0",
        "/needs/%00",
        "/needs/' OR 1=1",
        "/resources/abc",
        f"/resources/{10**30}",
        "/resources/-1",
    ):
        assert zhao.get(path).status_code == 404, path


def test_nothing_private_leaves_the_house(town: Neighbourhood) -> None:
    program = Program(town.zhou)
    people.keep_person(
        person=town.li, area=town.grid, name="李长河", phone="13812345678", id_number="11010519491231002X",
        by=town.zhou, now=NOW,
    )  # fmt: skip
    words = "我是李长河的老伴，电话13812345678，身份证11010519491231002X，想吃口热乎饭"
    row = ask.raise_need(
        area=town.grid, words=words, channel=Channel.PHONE, asker=town.li, proxy=town.zhao, building=town.building,
        place="3号楼2单元302", title="电话13812345678", by=town.zhao, now=NOW,
    )  # fmt: skip
    unknown = need(town, "灯不亮", asker=None, proxy=None, asker_words="马小军")
    row = ask.accept(need=row, category=town.meals, by=town.zhao, now=NOW)
    closed(town, row)
    FollowUp.objects.update(due_on=TODAY, words="打13812345678找我")
    task = Task.objects.get()
    paths = [
        *LISTS,
        f"/needs/{row.no}",
        f"/needs/{row.no}/matches",
        f"/needs/{row.no}/candidates",
        f"/tasks/{task.no}",
    ]
    paths += [f"/follow-ups/{FollowUp.objects.get().pk}", f"/needs/{unknown.no}"]
    for path in paths:
        answer = json.dumps(program.get(path).json(), ensure_ascii=False)
        for private in ("13812345678", "11010519491231002X", "2单元", "2-302", "马小军", "刘师傅", "赵姐"):
            assert private not in answer, (path, private)
    one = program.get(f"/needs/{row.no}").json()
    assert (one["asker"], one["proxy"], one["building"], one["place"]) == (
        "李*河",
        "赵*",
        "南田苑3号楼",
        "3号楼***",
    )
    assert "138****5678" in one["words"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "words"),
        ({"words": "灯不亮\x00"}, "words"),
        ({"words": "\ud800"}, "words"),
        ({"words": "灯" * 20_001}, "words"),
        ({"words": "灯不亮", "colour": "red"}, "colour"),
        ({"words": "灯不亮", "urgency": "now"}, "urgency"),
        ({"words": "灯不亮", "said_at": "2026-03-05T08:00:00"}, "said_at"),
        ({"words": "灯不亮", "said_at": "0001-01-01T00:00:00+08:00"}, "said_at"),
        ({"words": "灯不亮", "said_at": "2026-03-06T08:00:00+08:00"}, "said_at"),
        ({"words": "灯不亮", "lon": 200, "lat": 31.2}, "lon"),
        ({"words": "灯不亮", "lon": 121.4}, "lon"),
        ({"words": "灯不亮", "building": 999}, "building"),
        ({"words": "灯不亮", "area": None}, "area"),
        ({"words": "   "}, "words"),
        ([], None),
    ],
)
def test_what_does_not_fit_is_told_by_its_field_and_changes_nothing(
    zhao: Program, body: Any, field: str | None
) -> None:
    sent = {"area": GRID, **body} if isinstance(body, dict) else [1]
    answer = zhao.post("/needs", sent)
    assert (answer.status_code, set(answer.json()), answer.json()["field"]) == (
        422,
        {"detail", "field"},
        field,
    )
    assert isinstance(answer.json()["detail"], str) and Need.objects.count() == 0


def test_a_body_that_is_no_json_is_told_so(zhao: Program) -> None:
    for body in ("{", "[" * 100_000):
        answer = zhao.client.post(
            "/api/v1/needs", body, content_type="application/json", headers={"Idempotency-Key": "a"}
        )
        assert answer.status_code == 400 and "Cannot" not in answer.json()["detail"]
