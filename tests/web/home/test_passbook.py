"""The passbook on the phone and on paper: one's own, an elder's one acts for, nobody else's."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Member, Payment
from linli.commons.timebank.queries.purses import purse_of, statement_of
from linli.ground.ledger.queries import balances_of
from linli.ground.people.models import Person
from tests.commons.timebank.shelf import points
from tests.factories import NOW, Neighbourhood
from tests.factories_care import care, served
from tests.purse_scene import purses


@pytest.fixture
def scene(town: Neighbourhood) -> dict[str, Any]:
    """Passbooks with something in them."""
    return purses(town)


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


def number(shown: Any) -> int:
    """The points of a figure."""
    return int(re.search(r'data-points="(-?\d+)"', str(shown))[1])  # type: ignore[index]


def test_every_figure_is_the_ledgers(town: Neighbourhood, scene: dict[str, Any]) -> None:
    for who, query, no in (
        (scene["chen"], "", scene["no"]),
        (town.sun, f"?for={scene['wang']}", scene["wang_no"]),
    ):
        member, page = Member.objects.get(no=no), as_(who).get(f"/home/passbook/{query}")
        kept = balances_of([one for one in (member.account_id, member.granted_id) if one])
        purse = purse_of(member)
        assert number(page.context["earned"]) == kept[member.account_id].posted == purse.earned
        assert number(page.context["free"]) == sum(one.free for one in kept.values()) == purse.free
        assert sum(number(row["points"]) for row in page.context["held_rows"]) == purse.held
        assert number(page.context["rows"][0]["balance"]) == purse.earned
        assert sum(number(row["amount"]) for row in page.context["rows"]) == purse.earned
        if member.granted_id:
            assert number(page.context["granted"]) == kept[member.granted_id].posted == purse.granted
            assert sum(number(amount) for _day, amount in page.context["ends"]) == purse.granted


def test_lines_say_what_it_was_and_who_acted(town: Neighbourhood, scene: dict[str, Any]) -> None:
    mine = [(one.words, one.amount, one.helper) for one in statement_of(scene["care"].volunteer)[0][:3]]
    assert [(amount, helper) for _words, amount, helper in mine] == [(-50, ""), (-100, ""), (30, "")]
    member = Member.objects.get(no=scene["wang_no"])
    (spent, came) = statement_of(member, granted=True)[0]
    assert (spent.amount, spent.helper, came.amount) == (-20, "赵姐", 60)


def test_family_sees_the_elders_and_a_stranger_nobodys(town: Neighbourhood, scene: dict[str, Any]) -> None:
    assert as_(town.sun).get("/home/passbook/").context["member"].no == scene["wang_no"]
    for who in (scene["chen"], town.zhao, town.stranger, town.liu):
        for page in ("passbook/", "passbook/print/", "passbook/letter/", "shop/", "give/"):
            assert as_(who).get(f"/home/{page}?for={scene['wang']}").status_code == 404
    assert as_(town.liu).get("/home/passbook/").context["member"] is None
    assert as_(town.liu).get("/home/passbook/print/").status_code == 404


def test_every_line_opens_and_anothers_does_not(town: Neighbourhood, scene: dict[str, Any]) -> None:
    client = as_(scene["chen"])
    rows = client.get("/home/passbook/").context["rows"]
    assert {client.get(row["url"]).status_code for row in rows} == {200}
    member = Member.objects.get(no=scene["wang_no"])
    theirs = statement_of(member, granted=True)[0][0].transfer
    assert client.get(f"/home/passbook/{theirs}/").status_code == 404
    assert as_(town.sun).get(f"/home/passbook/{theirs}/?for={scene['wang']}").status_code == 200


def test_long_passbooks_are_paged_at_the_same_cost(town: Neighbourhood) -> None:
    one, counts = care(town), []
    client = as_(one.chen)
    served(one, 60)
    client.get("/home/passbook/")
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/home/passbook/")
        counts.append(len(queries))
        for _time in range(33):
            points(one, 10)
        served(one, 60, NOW - timedelta(days=9 - _round))
    assert counts[0] == counts[1]
    first = client.get("/home/passbook/").context
    assert (len(first["rows"]), bool(first["next"])) == (30, True)
    older = client.get(first["next"]).context["rows"]
    assert number(first["rows"][-1]["balance"]) - number(first["rows"][-1]["amount"]) == number(
        older[0]["balance"]
    )


def test_the_years_page_carries_over_and_adds_up(town: Neighbourhood, scene: dict[str, Any]) -> None:
    page = as_(scene["chen"]).get("/home/passbook/print/?year=2026").context
    assert (number(page["opening"]), number(page["came_in"]), number(page["went_out"]), number(page["closing"])) == (0, 420, 150, 270)  # fmt: skip
    assert [number(row["balance"]) for row in page["rows"]][-1] == 270
    assert page["name"] == "陈爱珍"
    elder = as_(town.sun).get(f"/home/passbook/print/?for={scene['wang']}").context
    assert number(elder["closing"]) == purse_of(Member.objects.get(no=scene["wang_no"])).all == 90
    assert [row["helper"] for row in elder["rows"] if number(row["amount"]) == -20] == ["赵姐"]


def test_the_letter_tells_the_month_in_warm_words(town: Neighbourhood, scene: dict[str, Any]) -> None:
    letter = as_(scene["chen"]).get("/home/passbook/letter/?month=2026-02").context["letter"]
    assert (len(letter["served"]), letter["served_hours"], letter["had"]) == (9, "27", [])
    assert (number(letter["opening"]), number(letter["came_in"]), number(letter["closing"])) == (
        120,
        270,
        390,
    )
    assert letter["fair"] == NOW.date()
    assert [price for _name, price in letter["wishes"]]
    assert all(number(price) <= 180 for _name, price in letter["wishes"])
    elder = as_(town.sun).get(f"/home/passbook/letter/?for={scene['wang']}&month=2026-03").context["letter"]
    assert (len(elder["had"]), number(elder["closing"])) == (1, 90)
    assert [(str(day), number(amount)) for day, amount in elder["ends"]] == [("2026-05-05", 40)]


def test_points_are_given_once_and_only_ones_own(town: Neighbourhood, scene: dict[str, Any]) -> None:
    client, sent = (
        as_(scene["chen"]),
        {"key": str(uuid4()), "points": 30, "receiver": town.wang.pk, "words": "保重"},
    )
    before = Payment.objects.count()
    for _time in range(2):
        assert client.post("/home/give/?to=elder", sent).status_code == 302
    gift = Payment.objects.order_by("-id")[0]
    assert (Payment.objects.count(), gift.receiver, gift.points, gift.authority) == (
        before + 1,
        town.wang,
        30,
        "self",
    )
    wrong = client.post("/home/give/?to=friend", {"key": str(uuid4()), "points": 10, "friend": "13800000000"})
    assert wrong.context["form"].errors["friend"]
    friend = client.post(
        "/home/give/?to=friend", {"key": str(uuid4()), "points": 10, "friend": scene["wang_no"]}
    )
    assert friend.status_code == 302
    much = client.post("/home/give/", {"key": str(uuid4()), "points": 9999})
    assert much.context["form"].errors["points"]
    family = as_(town.sun).post("/home/give/", {"key": str(uuid4()), "points": 5, "for": scene["wang"]})
    assert family.status_code == 302
    given = Payment.objects.order_by("-id")[0]
    assert (given.made_by, given.authority, given.member.no) == (town.sun, "family", scene["wang_no"])


def test_what_is_frozen_says_so(town: Neighbourhood, scene: dict[str, Any]) -> None:
    held = Payment.objects.get(kind="care")
    timebank.freeze_payment(payment=held, by=scene["chen"], now=NOW)
    rows = as_(scene["chen"]).get("/home/passbook/").context["held_rows"]
    assert [row["state"] for row in rows] == ["held", "frozen"]
