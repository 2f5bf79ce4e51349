"""Somebody checks 陈阿姨's certificate by its number: no login, nothing more than they need to know."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.commons.timebank.actions import certificates
from linli.commons.timebank.models import HoursCertificate
from linli.commons.timebank.queries.certificates import long_words
from linli.ground.people import actions as people
from linli.kit.signing import trusted_keys
from linli.web.public.certificate import MISSES
from tests.factories import NOW, TODAY, Neighbourhood
from tests.factories_care import Care, care, served
from tests.web.desk.stage import enter


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    made = care(town)
    served(made, 90)
    return made


def issued(one: Care) -> HoursCertificate:
    return certificates.issue(
        key=uuid4(), member=one.volunteer, first_on=date(2026, 1, 1), last_on=TODAY, by=one.chen, now=NOW
    )


def checked(number: str, status: int = 200) -> str:
    answer = Client().get(f"/c/{number}")
    assert answer.status_code == status
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_it_holds_and_says_no_more_than_one_needs(one: Care) -> None:
    row = issued(one)
    answer = Client().get(f"/c/{row.no}/")
    assert {key: answer.context[key] for key in ("state", "who", "hours", "organisation", "first_on", "last_on")} == {
        "state": "holds", "who": "陈*珍", "hours": long_words(90), "organisation": "南田社区居民委员会",
        "first_on": date(2026, 1, 1), "last_on": TODAY,
    }  # fmt: skip
    text = answer.content.decode()
    for private in ("陈爱珍", one.volunteer.no, "139", "陪伴", one.town.zhou.name):
        assert private not in text
    assert set(answer.cookies) <= {"csrftoken"}


def test_withdrawn_or_unknown(one: Care) -> None:
    row = issued(one)
    certificates.revoke(certificate=row, why="写错了名字", by=one.town.zhao, now=NOW)
    text = checked(row.no)
    assert (
        "check-bad" in text and long_words(90) not in text and "写错了名字" not in text and "陈" not in text
    )
    assert "check-bad" in checked("310999001001202699999", 404)
    assert "check-bad" in checked("不是号码", 404)
    assert checked("<b data-xss>", 404).count("<b data-xss>") == 0


def test_a_typed_number_leads_there(one: Care) -> None:
    row = issued(one)
    typed = f" {row.no[:12]} {row.no[12:16]} {row.no[16:]} "
    assert Client().get("/c/", {"number": typed}).headers["Location"] == f"/c/{row.no}/"
    assert Client().get("/c/", {"number": "абв"}).headers["Location"] == "/c/0/"
    assert Client().get("/c/", {"number": ""}).status_code == 200
    assert Client().get("/c/").status_code == 200


def test_whoever_tries_many_numbers_is_asked_to_wait(one: Care) -> None:
    row = issued(one)
    for number in range(MISSES):
        checked(str(number), 404)
    answer = Client().get(f"/c/{row.no}")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert long_words(90) not in answer.content.decode()
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/c/{row.no}").status_code == 200


def test_the_public_keys_are_there_to_be_taken(one: Care) -> None:
    issued(one)
    ((key, public),) = trusted_keys().items()
    assert Client().get("/c/keys/").content.decode() == f"{public} {key}\n"


def test_after_erasure_nobody_is_named(one: Care) -> None:
    row = issued(one)
    people.erase_person(person=one.chen, reason="本人要求", by=one.town.admin, now=NOW)
    assert "陈" not in checked(row.no)


def take(one: Care, **more: Any) -> Any:
    client = enter(one.chen)
    form = client.get("/home/certificate/").context["form"]
    return client.post("/home/certificate/", {"key": str(form["key"].value()), "time": "year"} | more)


def test_she_takes_it_herself_prints_it_and_keeps_the_file(one: Care) -> None:
    assert take(one).status_code == 302
    row = HoursCertificate.objects.get()
    assert (row.first_on, row.last_on, row.minutes, row.issued_by_id) == (
        date(2026, 1, 1),
        TODAY,
        90,
        one.chen.pk,
    )
    sheet = enter(one.chen).get(f"/home/certificate/{row.no}/sheet/")
    text = sheet.content.decode()
    for said in (
        "陈爱珍",
        one.volunteer.no,
        "310999001001 2026 00001",
        "南田社区居民委员会",
        f"/c/{row.no}",
    ):
        assert said in text
    assert enter(one.chen).get(f"/home/certificate/{row.no}/file/").status_code == 405
    file = enter(one.chen).post(f"/home/certificate/{row.no}/file/")
    assert file["Content-Type"].startswith("application/json") and "陈爱珍" in file.content.decode()


def test_her_own_days_or_a_whole_year(one: Care) -> None:
    take(one, first_on="2026-03-01", last_on="2026-03-05")
    take(one, time="all")
    assert [row.first_on for row in HoursCertificate.objects.order_by("id")] == [
        date(2026, 3, 1),
        date(2025, 1, 29),
    ]
    for wrong in ({"time": "last"}, {"time": "never"}, {"first_on": "x"}, {"last_on": "2026-03-09"}):
        assert take(one, **wrong).status_code == 200
    assert HoursCertificate.objects.count() == 2


def test_nobody_else_sees_it(one: Care) -> None:
    take(one)
    row = HoursCertificate.objects.get()
    for who in (one.sun, one.town.zhao, one.town.stranger):
        assert enter(who).get(f"/home/certificate/{row.no}/sheet/").status_code == 404
        assert enter(who).post(f"/home/certificate/{row.no}/file/").status_code == 404
    assert "hours" not in (enter(one.sun).get("/home/certificate/").context or {})
