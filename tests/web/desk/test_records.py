"""The queue of records: confirmed by phone, looked at twice, approved by two, corrected; what was booked stands on the page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState, PaymentKind, Relation
from linli.commons.timebank.models import Approval, Claim, Confirmation, Finding, Record
from tests.factories import NOW, Neighbourhood
from tests.factories_care import Care, care, recorded, served
from tests.web.desk.stage import enter, page, queries

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    return care(town)


def confirmed(one: Care, days: Sequence[int] = (2,), **more: Any) -> list[Record]:
    """Records of several days ago that her family confirmed."""
    made = [recorded(one, 60, NOW - timedelta(days=day), **more) for day in days]
    for record in made:
        timebank.confirm_record(
            record=record, by=one.sun, role="family", rating=5, words="电话 13912345678", now=NOW
        )
    return made


def state(record: Record) -> str:
    return Claim.objects.get(pk=record.pk).state


def test_two_approve_in_place_and_the_third_page_says_how_many_are_missing(one: Care) -> None:
    (record,) = confirmed(one)
    address = f"/desk/records/{record.pk}/approve/"
    first = enter(one.town.zhao).post(address, **HTMX)
    assert (first["HX-Retarget"], first["HX-Reswap"]) == ("closest .record-card", "outerHTML")
    (card,) = enter(one.town.qian).get("/desk/records/").context["cards"]
    assert (card["good"], card["wanted"], card["left"], card["approvers"]) == (1, 2, 1, ["赵姐"])
    again = enter(one.town.zhao).post(address, **HTMX).content.decode()
    assert "record-told" in again and Approval.objects.count() == 1
    enter(one.town.qian).post(address, **HTMX)
    assert state(record) == ClaimState.PAID
    assert enter(one.town.zhao).get("/desk/records/").context["cards"] == []


def test_a_no_needs_its_reason(one: Care) -> None:
    (record,) = confirmed(one)
    address = f"/desk/records/{record.pk}/approve/"
    enter(one.town.zhao).post(address, {"good": "no", "reason": ""}, **HTMX)
    assert state(record) == ClaimState.CONFIRMED
    enter(one.town.zhao).post(address, {"good": "no", "reason": "那天老人在医院"})
    assert state(record) == ClaimState.REFUSED


def test_the_answer_leads_nowhere_else(one: Care) -> None:
    (record,) = confirmed(one)
    for back in ("https://evil.example/x", "nowhere"):
        answer = enter(one.town.zhao).post(
            f"/desk/records/{record.pk}/approve/", {"good": "yes", "back": back}
        )
        assert answer.headers["Location"] == f"/desk/records/{record.pk}/"


def test_what_is_strange_is_looked_at_first(one: Care) -> None:
    (record,) = confirmed(one, distance_m=900)
    assert enter(one.town.zhao).get("/desk/records/").context["cards"] == []
    (card,) = enter(one.town.zhao).get("/desk/records/?tab=look").context["cards"]
    finding = Finding.objects.get(record=record)
    assert [row["open"] for row in card["findings"]] == [True]
    address = f"/desk/records/{record.pk}/look/{finding.pk}/"
    enter(one.town.zhao).post(address, {"fine": "no", "words": ""}, **HTMX)
    assert Finding.objects.get().verdict == ""
    enter(one.town.zhao).post(address, {"fine": "yes", "words": "楼里信号差"}, **HTMX)
    assert Finding.objects.get().verdict == "fine"
    assert [card["pk"] for card in enter(one.town.qian).get("/desk/records/").context["cards"]] == [record.pk]


def test_a_worker_writes_down_what_they_said_on_the_phone(one: Care) -> None:
    record = recorded(one)
    (card,) = enter(one.town.zhao).get("/desk/records/?tab=confirm").context["cards"]
    assert card["asks"]
    enter(one.town.zhao).post(
        f"/desk/records/{record.pk}/confirm/", {"words": "陪我去了医院", "rating": "5"}, **HTMX
    )
    said = Confirmation.objects.get()
    assert (said.role, said.by, said.rating, said.words) == ("worker", one.town.zhao, 5, "陪我去了医院")
    assert enter(one.town.qian).get("/desk/records/").context["cards"][0]["said"]["who"] == "赵姐"


def test_nobody_decides_on_their_own(one: Care) -> None:
    (record,) = confirmed(one)
    timebank.approve_record(record=record, good=True, by=one.town.zhao, now=NOW)
    (card,) = enter(one.town.zhao).get("/desk/records/").context["cards"]
    assert card["mine"]


def test_corrected_in_the_open_and_every_transfer_stands_there(one: Care) -> None:
    record = served(one, 120)
    address = f"/desk/records/{record.pk}/"
    enter(one.town.zhou).post(address, {"minutes": "60", "why": ""})
    assert Record.objects.count() == 1
    answer = enter(one.town.zhou).post(address, {"minutes": "60", "why": "提前走了"})
    right = Record.objects.get(corrects=record)
    assert answer.headers["Location"] == f"/desk/records/{right.pk}/"
    for by in (one.town.zhao, one.town.qian):
        timebank.approve_record(record=right, good=True, by=by, now=NOW)
    shown = enter(one.town.zhao).get(f"/desk/records/{right.pk}/").context
    assert [row["minutes"] for row in shown["chain"]] == [120, 60]
    assert [row["rule_pk"] for row in shown["booked"]] == [one.rule.pk, None, one.rule.pk]
    amounts = ["20", "-20", "10"]
    assert [amount for row in shown["booked"] for amount in amounts if f'data-points="{amount}"' in row["amount"]] == amounts  # fmt: skip


def test_what_was_spent_already_is_said_as_a_loss(one: Care) -> None:
    record = served(one, 120)
    payment = timebank.set_aside(
        key=uuid4(), member=one.volunteer, kind=PaymentKind.CARE, points=15, receiver=one.chen,
        relation=Relation.SELF, by=one.chen, authority="self", now=NOW,
    )  # fmt: skip
    timebank.take_payment(payment=payment, by=one.chen, authority="self", now=NOW)
    timebank.correct_record(record=record, minutes=0, why="那天没有去", by=one.town.zhou, now=NOW)
    award, debt = enter(one.town.zhao).get(f"/desk/records/{record.pk}/").context["booked"]
    assert (award["loss"], debt["loss"].split(" ")[0]) == ("", "15")
    assert 'data-points="-5"' in debt["amount"]


def test_residents_stay_masked(one: Care) -> None:
    (record,) = confirmed(one)
    for address in ("/desk/records/", "/desk/records/?tab=all", f"/desk/records/{record.pk}/"):
        html = page(one.town.zhao, address)
        assert [word for word in (one.sun.name, "13912345678") if word in html] == []


def test_only_who_may(one: Care) -> None:
    (record,) = confirmed(one)
    page(one.town.leader, "/desk/records/")
    for who in (one.town.leader, one.town.stranger, one.town.liu):
        assert enter(who).post(f"/desk/records/{record.pk}/approve/").status_code == 404
    assert Approval.objects.count() == 0


def test_the_queue_costs_the_same_for_more_rows(one: Care) -> None:
    confirmed(one, (2,))
    recorded(one, 60, NOW - timedelta(days=3))
    confirmed(one, (4,), distance_m=900)
    urls = ["/desk/records/", *(f"/desk/records/?tab={tab}" for tab in ("look", "confirm", "all"))]
    before = {url: queries(one.town.zhao, url) for url in urls}
    confirmed(one, (10, 11, 12))
    confirmed(one, (13, 14, 15), distance_m=900)
    for day in (16, 17, 18):
        recorded(one, 60, NOW - timedelta(days=day))
    assert {url: queries(one.town.zhao, url) for url in urls} == before
