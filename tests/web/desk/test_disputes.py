"""Disputes and spot checks at the desk and at home: opened from a visit, answered by the other side, decided by who had no part."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState, DisputeState
from linli.commons.timebank.models import Claim, Dispute, Record, SpotCheck
from tests.commons.timebank.shelf import ordered, points, rice
from tests.factories import NOW, Neighbourhood
from tests.factories_care import Care, care, recorded, served
from tests.web.desk.stage import enter, page, queries


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    return care(town)


def opened(one: Care, record: Record) -> Dispute:
    return timebank.open_dispute(key=uuid4(), record=record, words="那天她只坐了十分钟", by=one.sun, now=NOW)


def test_from_the_visit_to_the_decision(one: Care) -> None:
    record = served(one, 120)
    found = enter(one.sun).get(f"/home/disputes/?record={record.pk}")
    assert found.headers["Location"] == f"/home/disputes/new/?record={record.pk}"
    sent = {"key": str(uuid4()), "words": "那天她只坐了十分钟"}
    for _again in range(2):
        enter(one.sun).post(found.headers["Location"], sent)
    dispute = Dispute.objects.get()
    assert Claim.objects.get(pk=record.pk).state == ClaimState.FROZEN
    assert enter(one.sun).get(f"/home/disputes/{dispute.pk}/").context["form"] is None
    enter(one.chen).post(f"/home/disputes/{dispute.pk}/", {"answer": "我坐了两小时，邻居看见的"})
    address = f"/desk/disputes/{dispute.pk}/"
    assert enter(one.town.zhao).get(address).context["decide"] is None
    enter(one.town.zhou).post(f"{address}decide/", {"verdict": "less", "grounds": "门禁记录一小时"})
    assert Dispute.objects.get().state == DisputeState.ANSWERED
    decided = {"verdict": "less", "minutes": "60", "grounds": "门禁记录一小时"}
    enter(one.town.zhou).post(f"{address}decide/", decided)
    assert (Dispute.objects.get().state, Record.objects.get(corrects=record).minutes) == ("decided", 60)
    html = page(one.chen, f"/home/disputes/{dispute.pk}/")
    assert "门禁记录一小时" in html and one.sun.name not in html


def test_who_approved_it_reads_that_another_decides(one: Care) -> None:
    record = recorded(one)
    timebank.confirm_record(record=record, by=one.sun, role="family", now=NOW)
    for by in (one.town.zhao, one.town.zhou):
        timebank.approve_record(record=record, good=True, by=by, now=NOW)
    shown = enter(one.town.zhou).get(f"/desk/disputes/{opened(one, record).pk}/").context
    assert (shown["decide"], shown["part"]) == (None, True)


def test_an_order_stands_or_is_void(one: Care) -> None:
    good = rice(one)
    points(one, 300)
    order = ordered(one, good)
    made = timebank.open_dispute(key=uuid4(), payment=order.payment, words="我没有订米", by=one.chen, now=NOW)
    form = enter(one.town.zhou).get(f"/desk/disputes/{made.pk}/").context["decide"]
    assert [value for value, _label in form.fields["verdict"].choices] == ["stands", "void"]
    enter(one.town.zhou).post(f"/desk/disputes/{made.pk}/decide/", {"verdict": "less", "grounds": "只算一半"})
    assert Dispute.objects.get().state == DisputeState.OPEN


def test_strangers_see_none_of_it(one: Care) -> None:
    record = served(one)
    dispute = opened(one, record)
    for who in (one.town.stranger, one.town.liu):
        page(who, f"/desk/disputes/{dispute.pk}/", 404)
        page(who, f"/home/disputes/{dispute.pk}/", 404)
        page(who, f"/home/disputes/new/?record={record.pk}", 404)
    assert enter(one.town.zhao).post(f"/desk/disputes/{dispute.pk}/decide/").status_code == 404


def test_lists_cost_the_same_for_more_rows(one: Care) -> None:
    opened(one, recorded(one))
    places = ((one.town.zhao, "/desk/disputes/"), (one.sun, "/home/disputes/"))
    before = [queries(who, url) for who, url in places]
    for days in (8, 9, 10):
        opened(one, recorded(one, 60, NOW - timedelta(days=days)))
    assert [queries(who, url) for who, url in places] == before


def test_a_month_is_drawn_walked_and_what_is_wrong_becomes_a_dispute(one: Care) -> None:
    for day in (2, 4, 6, 8):
        served(one, 60, NOW.replace(month=2, day=day))
    assert enter(one.town.zhao).post("/desk/checks/", {"month": "2026-02", "share": "10"}).status_code == 404
    enter(one.town.zhou).post("/desk/checks/", {"month": "2026-02", "share": "10"})
    drawn = list(SpotCheck.objects.order_by("id"))
    assert (len(drawn), drawn[0].month) == (3, date(2026, 2, 1))
    assert "nantian:2026-02" in page(one.town.zhou, "/desk/checks/?month=2026-02&print=1")
    enter(one.town.zhao).post(f"/desk/checks/{drawn[0].pk}/", {"result": "fine"})
    enter(one.town.zhou).post(f"/desk/checks/{drawn[0].pk}/", {"result": "wrong", "words": "老人说没人来过"})
    assert Dispute.objects.get().record_id == drawn[0].record_id
    (month,) = enter(one.town.zhao).get("/desk/checks/").context["months"]
    assert (month.drawn, month.checked, month.wrong) == (3, 1, 1)
