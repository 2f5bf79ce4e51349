"""周主任 offers, 远主任 agrees, 赵姐 sends points across, the directors settle."""

from typing import Any
from uuid import uuid4

import pytest

from linli.commons.timebank.actions import peers
from linli.commons.timebank.models import Crossing, Peering
from linli.commons.timebank.queries.peers import net
from linli.kit import clock
from tests.commons.timebank.test_peers import Two, agreed
from tests.factories import NOW
from tests.web.desk.stage import enter, page, queries


@pytest.fixture
def two(db: Any, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return agreed()


def send(two: Two, who: Any = None, **more: Any) -> Any:
    given = {
        "key": str(uuid4()), "sender": two.one.volunteer.no, "receiver": two.gao.no, "points": "30", "sure": "1",
    } | more  # fmt: skip
    return enter(who or two.one.town.zhao).post(f"/desk/peers/{two.peering.pk}/send/", given)


def test_offered_agreed_and_declined(two: Two) -> None:
    town = two.one.town
    peers.end(peering=two.peering, by=two.far, now=NOW)
    sent = {"one": "nantian", "other": "yuanshan", "limit": "50"}
    assert enter(town.zhao).post("/desk/peers/", sent).status_code == 404
    assert enter(town.zhou).post("/desk/peers/", sent | {"limit": "301"}).status_code == 200
    made = enter(town.zhou).post("/desk/peers/", sent)
    row = Peering.objects.latest("pk")
    assert made.headers["Location"] == f"/desk/peers/{row.pk}/"
    assert enter(town.zhou).post(f"/desk/peers/{row.pk}/agree/").status_code == 302  # refused in words
    row.refresh_from_db()
    assert row.since is None
    assert enter(two.far).get(f"/desk/peers/{row.pk}/").context["agrees"]
    assert not enter(town.zhou).get(f"/desk/peers/{row.pk}/").context["agrees"]
    enter(two.far).post(f"/desk/peers/{row.pk}/agree/")
    row.refresh_from_db()
    assert (row.since, row.agreed_other_id) == (NOW, two.far.pk)
    enter(two.far).post(f"/desk/peers/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_at == NOW


def test_first_who_it_is_then_sent(two: Two) -> None:
    look = send(two, sure="")
    assert [look.context[end]["name"] for end in ("sender", "receiver")] == ["陈*珍", "高*兰"]
    assert "高秀兰" not in look.content.decode()
    assert Crossing.objects.count() == 0
    key = str(uuid4())
    assert send(two, key=key).status_code == send(two, key=key).status_code == 302
    assert two.stand() == (50, 30, 30, -30)


def test_what_cannot_be_sent_is_said(two: Two) -> None:
    for wrong in (
        {"receiver": "123"},
        {"sender": two.gao.no},
        {"points": "0"},
        {"points": "81"},
        {"receiver": two.one.wang.no},
    ):
        answer = send(two, **wrong)
        assert answer.status_code == 200 and answer.context["send"].errors
    for who in (two.one.town.leader, two.one.town.liu):
        assert send(two, who).status_code == 404
    assert two.stand() == (80, 0, 0, 0)


def test_each_side_reads_it_from_its_own_end(two: Two) -> None:
    send(two)
    ours = enter(two.one.town.zhou).get(f"/desk/peers/{two.peering.pk}/").context
    theirs = enter(two.far).get(f"/desk/peers/{two.peering.pk}/").context
    assert (ours["owed"], ours["crossings"][0]["points"], theirs["owed"], theirs["crossings"][0]["points"]) == (
        30, "−30", -30, "+30",
    )  # fmt: skip
    assert ours["standing"].agrees
    page(two.one.town.liu, f"/desk/peers/{two.peering.pk}/", 404)
    page(two.one.town.leader, f"/desk/peers/{two.peering.pk}/")


def test_settled_by_resolution(two: Two) -> None:
    send(two)
    url = f"/desk/peers/{two.peering.pk}/settle/"
    given = {"key": str(uuid4()), "resolution": "联席会 3 号"}
    assert enter(two.one.town.zhao).post(url, given).status_code == 404
    assert enter(two.one.town.zhou).post(url, given | {"resolution": ""}).status_code == 200
    assert net(two.peering).one == 30
    assert enter(two.one.town.zhou).post(url, given).status_code == 302
    assert (net(two.peering).one, net(two.peering).other) == (0, 0)


def test_pages_cost_the_same_for_more_rows(two: Two) -> None:
    send(two, points="1")
    urls = ("/desk/peers/", f"/desk/peers/{two.peering.pk}/")
    before = {url: queries(two.one.town.zhou, url) for url in urls}
    for _ in range(3):
        send(two, points="2")
    assert {url: queries(two.one.town.zhou, url) for url in urls} == before
