"""The shop at the desk: shelf, counter, orders for somebody without a phone; the pool; letters that are brought."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Delivery, Good, Member, Order
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Outbox
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.queries import in_circulation, sums_by_kind
from linli.ground.people.models import Person
from tests.commons.timebank.shelf import ordered, rice
from tests.factories import NOW, Neighbourhood
from tests.purse_scene import purses

MONTH = "2026-03"


@pytest.fixture
def scene(town: Neighbourhood) -> dict[str, Any]:
    """Passbooks and a shelf, on a day of exchange."""
    return purses(town)


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


def test_the_shelf_shows_what_is_there_as_the_ledger_says(town: Neighbourhood, scene: dict[str, Any]) -> None:
    shown = as_(town.zhou).get("/desk/shop/")
    rows = {row["name"]: (row["stock"], row["held"], row["low"]) for row in shown.context["rows"]}
    assert rows["大米 5 公斤"] == (11, 0, False)
    assert rows["洗衣液 2 公斤"] == (20, 1, False)
    assert rows["菜籽油 1.8 升"] == (4, 0, True)


def test_a_good_comes_into_the_shop_gets_a_price_and_a_delivery(
    town: Neighbourhood, scene: dict[str, Any]
) -> None:
    client = as_(town.zhou)
    sent = {"name": "鸡蛋", "measure": "一打", "kind": "goods", "low_at": 2, "cost": "12.50", "offered": "on"}
    answer = client.post("/desk/shop/goods/new/", sent)
    good = Good.objects.get(name="鸡蛋")
    assert answer.headers["Location"] == f"/desk/shop/goods/{good.pk}/"
    assert (good.cost_fen, good.offered, good.month_max) == (1250, True, None)
    here = f"/desk/shop/goods/{good.pk}/"
    client.post(here, {"what": "price", "price-points": 15, "price-valid_from": "2026-03-05"})
    key = str(uuid4())
    for _time in range(2):
        client.post(
            here,
            {"what": "delivery", "delivery-key": key, "delivery-count": 6, "delivery-voucher": "送货单 9"},
        )
    assert client.get(here).context["shelf"]["free"] == 6
    refused = client.post(
        here, {"what": "spoil", "spoil-key": str(uuid4()), "spoil-count": 9, "spoil-reason": "碎了"}
    )
    assert refused.context["forms"]["spoil"].errors["count"]
    assert Delivery.objects.filter(good=good).count() == 1


def test_a_grid_worker_hands_out_but_does_not_keep_the_shelf(
    town: Neighbourhood, scene: dict[str, Any]
) -> None:
    client, good = as_(town.zhao), scene["goods"]["rice"]
    assert client.get(f"/desk/shop/goods/{good.pk}/").context["keeps"] is False
    assert client.post(f"/desk/shop/goods/{good.pk}/", {"what": "price"}).status_code == 404
    assert client.get("/desk/shop/goods/new/").status_code == 404
    for address in (
        f"/desk/shop/goods/{good.pk}/",
        f"/desk/shop/orders/{scene['waiting'].no}/",
        f"/desk/shop/for/{scene['no']}/",
    ):
        assert as_(town.stranger).get(address).status_code == 404


def test_the_code_leads_to_the_order_and_it_is_handed_over_once(
    town: Neighbourhood, scene: dict[str, Any]
) -> None:
    client, order = as_(town.zhao), scene["waiting"]
    scanned = client.get(f"/desk/shop/hand/?code={order.code}").content.decode()
    assert f'value="{order.code}"' in scanned
    found = client.post("/desk/shop/hand/", {"code": order.code.lower()})
    assert found.status_code == 302
    here = f"/desk/shop/orders/{order.no}/"
    page = client.get(found.headers["Location"])
    assert (page.context["code"], page.context["person"]["name"]) == (order.code.lower(), "陈*珍")
    assert "陈爱珍" not in page.content.decode()
    sent = {"key": str(uuid4()), "code": order.code, "signed_by": "陈爱珍"}
    assert client.post(here, sent).status_code == 302
    assert client.post(here, sent).context["form"] is None
    order.refresh_from_db()
    assert (order.state, order.handed_by, order.signed_by) == ("collected", town.zhao, "陈爱珍")
    wrong = client.post("/desk/shop/hand/", {"code": "AAAAAAAA"})
    assert wrong.context["form"].errors["code"]


def test_it_comes_back_to_a_second_worker(town: Neighbourhood, scene: dict[str, Any]) -> None:
    order, member = scene["fetched"], scene["care"].volunteer
    here = f"/desk/shop/orders/{order.no}/"
    before = purse_of(member).earned
    as_(town.zhao).post(f"{here}back/", {"reason": "袋子破了"})
    assert purse_of(member).earned == before
    as_(town.qian).post(f"{here}back/", {"reason": "袋子破了"})
    assert purse_of(member).earned == before + 100
    assert as_(town.qian).get(here).context["came_back"] is True


def test_an_order_for_an_elder_names_the_worker(town: Neighbourhood, scene: dict[str, Any]) -> None:
    client = as_(town.zhao)
    found = client.get("/desk/shop/for/?who=王桂")
    assert [row["name"] for row in found.context["rows"]] == ["王*兰"]
    here = f"/desk/shop/for/{scene['wang_no']}/"
    page = client.get(here)
    can = {row["name"]: row["pk"] for row in page.context["rows"] if row["can"]}
    assert sorted(can) == ["洗衣液 2 公斤", "理发 一次", "菜籽油 1.8 升"]
    sent = {"key": str(uuid4()), "good": can["洗衣液 2 公斤"], "count": 1}
    answer = client.post(here, sent)
    order = Order.objects.order_by("-id")[0]
    assert answer.headers["Location"] == f"/desk/shop/orders/{order.no}/"
    assert (order.payment.made_by, order.payment.authority, order.payment.member.no) == (
        town.zhao, "worker", scene["wang_no"],
    )  # fmt: skip
    assert client.post(here, sent).headers["Location"] == answer.headers["Location"]
    client.post(f"/desk/shop/orders/{order.no}/cancel/")
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_a_list_costs_the_same_for_one_row_and_three(town: Neighbourhood, scene: dict[str, Any]) -> None:
    care, client = scene["care"], as_(town.zhou)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = (
        "/desk/shop/", "/desk/shop/orders/", "/desk/shop/hand/", "/desk/pool/people/", "/desk/pool/lines/?kind=redeemed",
        f"/desk/members/{scene['no']}/passbook/", f"/desk/shop/for/{scene['wang_no']}/",
        f"/desk/members/letters/print/?month={MONTH}", f"/desk/members/letters/?month={MONTH}",
    )  # fmt: skip
    for address in addresses:
        client.get(address)
    before = [cost(address) for address in addresses]
    good = rice(care, code="tea", name="茶叶", price=10)
    for _time in range(2):
        timebank.collect(
            order=ordered(care, good, now=NOW), by=town.zhao, signed_by="陈", known=True, now=NOW
        )
        ordered(care, good, now=NOW)
    Person.objects.filter(pk=town.li.pk).update(reach="visit")
    assert [cost(address) for address in addresses] == before


def test_every_figure_of_the_pool_is_the_ledgers(town: Neighbourhood, scene: dict[str, Any]) -> None:
    programme = scene["care"].programme
    sums = sums_by_kind(programme.book, programme.unit)
    people = sums[Kind.MEMBER] + sums[Kind.GRANTED]
    client = as_(town.zhou)

    def shown(address: str) -> dict[str, int]:
        text = client.get(address).content.decode()
        found = re.findall(r'href="([^"#]+)[^"]*" data-points="(-?\d+)"', text)
        return {where: int(amount) for where, amount in found}

    def plain(address: str) -> list[int]:
        text = client.get(address).content.decode()
        return [int(amount) for amount in re.findall(r'data-points="(-?\d+)"', text)]

    assert shown("/desk/pool/") == {
        "/desk/pool/lines/?kind=pool": sums[Kind.POOL], "/desk/pool/around/": in_circulation(programme.book, programme.unit),
        "/desk/pool/people/": people, "/desk/pool/lines/?kind=gifts": sums.get(Kind.GIFTS, 0),
        "/desk/pool/lines/?kind=issuer": -sums[Kind.ISSUER], "/desk/pool/lines/?kind=redeemed": sums[Kind.REDEEMED],
        "/desk/pool/lines/?kind=expired": sums.get(Kind.EXPIRED, 0), "/desk/pool/lines/?kind=adjust": sums.get(Kind.ADJUST, 0),
    }  # fmt: skip
    around = plain("/desk/pool/around/")
    total, issued, redeemed, expired = around[0], *around[-3:]
    assert total == issued - redeemed - expired == sum(around[1:-3])
    assert plain("/desk/pool/people/")[0] == people
    members = Member.objects.filter(programme=programme)
    assert sum(purse_of(member).all for member in members) == people
    for kind in ("pool", "redeemed", "issuer"):
        figures = plain(f"/desk/pool/lines/?kind={kind}")
        assert figures[0] == (sums[kind] if kind != "issuer" else -sums[kind])


def test_the_lines_behind_a_figure_sum_to_it(town: Neighbourhood, scene: dict[str, Any]) -> None:
    for no in (scene["no"], scene["wang_no"]):
        member, total = Member.objects.get(no=no), 0
        for tab in ("?granted=0", "?granted=1") if member.granted_id else ("",):
            page = as_(town.zhou).get(f"/desk/members/{no}/passbook/{tab}")
            total += sum(
                int(re.search(r'data-points="(-?\d+)"', row["amount"])[1])  # type: ignore[index]
                for row in page.context["rows"]
            )
        assert total == purse_of(member).all


def test_the_pool_is_filled_by_a_resolution_and_by_nobody_else(
    town: Neighbourhood, scene: dict[str, Any]
) -> None:
    sent = {"key": str(uuid4()), "points": 500, "resolution": "居民会议 9 号"}
    programme = scene["care"].programme
    before = sums_by_kind(programme.book, programme.unit)[Kind.POOL]
    assert as_(town.zhao).post("/desk/pool/", sent).status_code == 404
    for _time in range(2):
        assert as_(town.zhou).post("/desk/pool/", sent).status_code == 302
    assert sums_by_kind(programme.book, programme.unit)[Kind.POOL] == before + 500


def test_grants_are_seen_before_they_are_given(town: Neighbourhood, scene: dict[str, Any]) -> None:
    client, here = as_(town.zhou), "/desk/pool/grants/"
    page = client.get(f"{here}?month=2026-02")
    assert [(row["name"], row["done"]) for row in page.context["rows"]] == [
        ("王*兰", False),
        ("李*河", False),
    ]
    client.post(here, {"month": "2026-02"})
    page = client.get(f"{here}?month=2026-02")
    assert [row["done"] for row in page.context["rows"]] == [True, True]
    assert as_(town.zhao).post(here, {"month": "2026-02"}).status_code == 404


def test_what_runs_out_names_whose_it_is(town: Neighbourhood, scene: dict[str, Any]) -> None:
    page = as_(town.zhou).get("/desk/pool/expiry/?month=2026-05")
    assert [row["name"] for row in page.context["rows"]] == ["王*兰", "李*河"]


def test_the_letters_of_the_month_are_printed_and_brought_once(
    town: Neighbourhood, scene: dict[str, Any]
) -> None:
    client = as_(town.zhao)
    sheets = client.get(f"/desk/members/letters/print/?month={MONTH}")
    (letter,) = sheets.context["letters"]
    assert ("王" in letter["hello"], letter["who"], letter["call"]) == (True, "王*兰", "赵姐")
    assert "王桂兰" not in sheets.content.decode()
    rows = client.get(f"/desk/members/letters/?month={MONTH}").context["rows"]
    assert [(row["name"], row["brought_at"]) for row in rows] == [("王*兰", None)]
    for _time in range(2):
        client.post(f"/desk/members/{scene['wang_no']}/letter/brought/", {"month": MONTH})
    rows = client.get(f"/desk/members/letters/?month={MONTH}").context["rows"]
    assert [(row["brought_at"], row["brought_by"]) for row in rows] == [(NOW, "赵姐")]
    assert Outbox.objects.filter(notice="letter").count() == 1
    assert timebank.ready_letters(programme=scene["care"].programme, month=NOW.date(), now=NOW) == 1
    assert Outbox.objects.filter(notice="letter", read_at=None).count() == 0


def test_a_letter_of_a_month_to_come_is_last_months(town: Neighbourhood, scene: dict[str, Any]) -> None:
    ahead = (NOW + timedelta(days=40)).strftime("%Y-%m")
    page = as_(town.zhao).get(f"/desk/members/letters/?month={ahead}")
    assert page.context["month"].isoformat() == "2026-02-01"
