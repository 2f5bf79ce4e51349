"""The shop on the phone: what can be had, what not yet and why, two taps, a code."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.commons.timebank.models import Order
from linli.ground.people.models import Person
from linli.kit import clock
from tests.commons.timebank.shelf import FAIR, rice
from tests.factories import NOW, Neighbourhood
from tests.purse_scene import purses


@pytest.fixture
def scene(town: Neighbourhood) -> dict[str, Any]:
    """Passbooks and a shelf, on a day of exchange."""
    return purses(town)


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


def test_what_can_be_had_and_what_not_yet_and_why(scene: dict[str, Any]) -> None:
    page = as_(scene["chen"]).get("/home/shop/").context
    assert [row["name"] for row in page["can"]] == ["大米", "菜籽油", "洗衣液", "理发"]
    assert [(row["name"], bool(row["missing"]), len(row["reasons"])) for row in page["not_yet"]] == [
        ("购物卡", False, 1), ("被子", True, 0),
    ]  # fmt: skip
    assert page["fair"] == NOW.date()


def test_on_another_day_goods_wait_and_benefits_do_not(
    scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FAIR.replace(day=12))
    page = as_(scene["chen"]).get("/home/shop/").context
    assert [row["name"] for row in page["can"]] == ["理发"]
    assert page["fair"] == FAIR.date()


def test_two_taps_and_the_code_is_there(scene: dict[str, Any]) -> None:
    client, good = as_(scene["chen"]), scene["goods"]["oil"]
    sent = {"key": str(uuid4()), "count": 1}
    first = client.post(f"/home/shop/goods/{good.pk}/", sent)
    again = client.post(f"/home/shop/goods/{good.pk}/", sent)
    order = Order.objects.get(good=good)
    assert first.headers["Location"] == again.headers["Location"] == f"/home/shop/orders/{order.no}/"
    page = client.get(first.headers["Location"])
    assert page.context["row"]["code"].replace(" ", "") == order.code
    assert "<svg" in page.content.decode()
    client.post(f"/home/shop/orders/{order.no}/cancel/")
    order.refresh_from_db()
    assert (order.state, order.code) == ("cancelled", "")


def test_more_than_one_can_have_is_not_offered(scene: dict[str, Any]) -> None:
    client = as_(scene["chen"])
    soap, quilt = scene["goods"]["soap"], scene["goods"]["quilt"]
    form = client.get(f"/home/shop/goods/{soap.pk}/").context["form"]
    assert [value for value, _label in form.fields["count"].choices] == [1, 2, 3, 4]
    refused = client.post(f"/home/shop/goods/{quilt.pk}/", {"key": str(uuid4()), "count": 1})
    assert (refused.status_code, Order.objects.filter(good=quilt).count()) == (200, 0)


def test_family_orders_for_the_elder_and_is_named(town: Neighbourhood, scene: dict[str, Any]) -> None:
    client, good = as_(town.sun), scene["goods"]["soap"]
    sent = {"key": str(uuid4()), "count": 1, "for": scene["wang"]}
    answer = client.post(f"/home/shop/goods/{good.pk}/?for={scene['wang']}", sent)
    order = Order.objects.order_by("-id")[0]
    assert answer.headers["Location"] == f"/home/shop/orders/{order.no}/?for={scene['wang']}"
    assert (order.payment.made_by, order.payment.authority) == (town.sun, "family")
    assert as_(scene["chen"]).get(f"/home/shop/orders/{order.no}/").status_code == 404
    assert (
        as_(scene["chen"]).post(f"/home/shop/orders/{order.no}/cancel/", {"for": scene["wang"]}).status_code
        == 404
    )


def test_the_shop_costs_the_same_for_six_goods_and_nine(scene: dict[str, Any]) -> None:
    client, counts = as_(scene["chen"]), []
    client.get("/home/shop/")
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/home/shop/")
        counts.append(len(queries))
        for code in "abc":
            rice(scene["care"], code=f"{code}{number}", name=f"茶{code}")
    assert counts[0] == counts[1]
