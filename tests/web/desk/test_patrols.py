"""赵姐 walks her grid in the morning; in the evening 钱姐 looks again at what was found."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.people.models import Person
from linli.kit import clock
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, FindingState, Shift
from linli.loop.ask.models import Finding, Need, Patrol
from linli.loop.ask.queries import rounds
from linli.web.desk.patrols import round_row
from tests import factories
from tests.factories import NOW, TODAY, Neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    """The neighbourhood on a Thursday morning, 09:10."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return factories.neighbourhood()


def desk_of(who: Person) -> Client:
    """Somebody at the desk."""
    client = Client()
    client.force_login(who.user)
    return client


START = f"/desk/patrols/start/{factories.GRID}/"


def morning(town: Neighbourhood, *found: str, now: datetime = NOW - timedelta(hours=2)) -> Patrol:
    """赵姐's morning round, ended."""
    walk = ask.begin_patrol(area=town.grid, shift=Shift.MORNING, day=now.date(), by=town.zhao, now=now)
    for words in found:
        ask.find(patrol=walk, key=uuid4(), words=words, by=town.zhao, now=now)
    return ask.end_patrol(patrol=walk, note="", by=town.zhao, now=now)


def evening(town: Neighbourhood) -> Patrol:
    """钱姐's evening round, on the way."""
    return ask.begin_patrol(area=town.grid, shift=Shift.EVENING, day=NOW.date(), by=town.qian, now=NOW)


def finding(**more: Any) -> dict[str, Any]:
    """A filled-in form for something found."""
    return {"key": str(uuid4()), "words": "楼道里堆了纸箱", **more}


def test_in_the_morning_one_sets_out_with_one_touch(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    (row,) = client.get("/desk/patrols/").context["rounds"]
    assert (row["do_url"], row["do_value"]) == (START, Shift.MORNING)
    page = client.post(START, {"shift": "morning"})
    walk = Patrol.objects.get()
    assert page.url == f"/desk/patrols/{walk.pk}/"
    assert (walk.area, walk.by, walk.shift) == (town.grid, town.zhao, Shift.MORNING)
    (row,) = client.get("/desk/patrols/").context["rounds"]
    assert row["go_url"] == f"/desk/patrols/{walk.pk}/"


def test_nobody_sets_out_twice(town: Neighbourhood) -> None:
    desk_of(town.zhao).post(START, {"shift": "morning"})
    page = desk_of(town.qian).post(START, {"shift": "morning"}, HTTP_HX_REQUEST="true")
    walk = Patrol.objects.get()
    assert page["HX-Redirect"] == f"/desk/patrols/{walk.pk}/"
    assert walk.by == town.zhao


def test_an_unknown_round_is_refused(town: Neighbourhood) -> None:
    assert desk_of(town.zhao).post(START, {"shift": "midnight"}).url == "/desk/patrols/"
    assert desk_of(town.stranger).post(START, {"shift": "morning"}).status_code == 404
    assert desk_of(town.zhao).get(START).status_code == 405
    assert Patrol.objects.count() == 0


def test_what_is_found_is_noted_once_and_can_become_a_need(town: Neighbourhood) -> None:
    walk = ask.begin_patrol(area=town.grid, shift=Shift.MORNING, day=NOW.date(), by=town.zhao, now=NOW)
    client, given = (
        desk_of(town.zhao),
        finding(as_need="on", category=town.wires.pk, building=town.building.pk),
    )
    for _again in range(2):
        assert client.post(f"/desk/patrols/{walk.pk}/", given).status_code == 302
    client.post(f"/desk/patrols/{walk.pk}/", finding(words="井盖响"))
    need = Need.objects.get()
    first, second = Finding.objects.order_by("id")
    assert (need.channel, need.category, need.building) == (Channel.PATROL, town.wires, town.building)
    assert (first.need_no, second.need_no) == (need.no, "")
    assert need.no in client.get(f"/desk/patrols/{walk.pk}/").content.decode()


def test_a_finding_without_words_is_refused_and_keeps_the_rest(town: Neighbourhood) -> None:
    walk = ask.begin_patrol(area=town.grid, shift=Shift.MORNING, day=NOW.date(), by=town.zhao, now=NOW)
    page = desk_of(town.zhao).post(f"/desk/patrols/{walk.pk}/", finding(words="", place="车棚"))
    assert page.context["form"].errors["words"]
    assert page.context["form"]["place"].value() == "车棚"
    assert Finding.objects.count() == 0


def test_the_evening_looks_again_at_what_the_morning_found(town: Neighbourhood) -> None:
    morning(town, "楼道里堆了纸箱", "飞线充电")
    boxes, wires = Finding.objects.order_by("id")
    walk, client = evening(town), desk_of(town.qian)
    assert [one["pk"] for one in client.get(f"/desk/patrols/{walk.pk}/").context["again"]] == [
        boxes.pk,
        wires.pk,
    ]
    again = f"/desk/patrols/{walk.pk}/again"
    assert client.post(f"{again}/{boxes.pk}/", {"gone": "1"}, HTTP_HX_REQUEST="true").status_code == 200
    assert client.post(f"{again}/{wires.pk}/", {"gone": "0"}).status_code == 302
    assert client.post(f"{again}/{wires.pk}/", {"gone": "maybe"}).status_code == 404
    states = list(Finding.objects.order_by("id").values_list("state", "rechecked_in"))
    assert states == [(FindingState.GONE, walk.pk), (FindingState.STILL, walk.pk)]
    assert client.get(f"/desk/patrols/{walk.pk}/").context["again"] == []


def test_a_round_ends_once_and_takes_nothing_more(town: Neighbourhood) -> None:
    walk, client = evening(town), desk_of(town.qian)
    assert client.post(f"/desk/patrols/{walk.pk}/end/", {"note": "风大"}).url == "/desk/"
    assert client.post(f"/desk/patrols/{walk.pk}/end/", {"note": "又一次"}).url == f"/desk/patrols/{walk.pk}/"
    client.post(f"/desk/patrols/{walk.pk}/", finding())
    walk.refresh_from_db()
    assert (walk.note, walk.ended_at) == ("风大", NOW)
    assert Finding.objects.count() == 0
    assert client.get(f"/desk/patrols/{walk.pk}/").context["form"] is None


def test_a_round_of_another_community_is_not_there(town: Neighbourhood) -> None:
    morning(town, "楼道里堆了纸箱")
    walk, found = evening(town), Finding.objects.get()
    client = desk_of(town.stranger)
    for address in (f"{walk.pk}/", f"{walk.pk}/end/", f"{walk.pk}/again/{found.pk}/"):
        assert client.post(f"/desk/patrols/{address}", {"gone": "1"}).status_code == 404
    found.refresh_from_db()
    walk.refresh_from_db()
    assert (found.state, walk.ended_at) == (FindingState.FOUND, None)


def test_lists_cost_the_same_for_one_row_and_for_three(town: Neighbourhood) -> None:
    client = desk_of(town.zhou)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    first = morning(town, "一")
    before = cost("/desk/patrols/"), cost(f"/desk/patrols/{first.pk}/")
    for days in (1, 2):
        morning(town, "二", "三", now=NOW - timedelta(days=days))
    more = morning(town, "四", "五", "六", now=NOW - timedelta(days=3))
    assert (cost("/desk/patrols/"), cost(f"/desk/patrols/{more.pk}/")) == before


def test_the_evening_round_can_set_out_early_from_its_own_page(town: Neighbourhood) -> None:
    """Whoever has the morning behind her need not wait for noon; the list of the day does not press her."""
    one = rounds([town.grid], day=TODAY)[0]
    assert (round_row(one, 9, True)["do_value"], round_row(one, 9, False)["do_value"]) == (
        "morning",
        "morning",
    )
    walked = ask.begin_patrol(area=town.grid, shift="morning", day=TODAY, by=town.zhao, now=NOW)
    ask.end_patrol(patrol=walked, note="", by=town.zhao, now=NOW)
    one = rounds([town.grid], day=TODAY)[0]
    assert round_row(one, 9, True)["do_value"] == "evening"
    assert "do_url" not in round_row(one, 9, False)
    assert round_row(one, 12, False)["do_value"] == "evening"
