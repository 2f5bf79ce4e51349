"""陈阿姨 takes a certificate of her hours; somebody checks its number; a wrong one is withdrawn."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import certificates
from linli.commons.timebank.models import HoursCertificate, Payment
from linli.commons.timebank.queries import certificates as read
from linli.ground.journal.models import Event, Look
from linli.ground.ledger.queries import standing
from linli.ground.people import actions as people
from linli.kit import signing
from linli.kit.refused import Refused
from linli.kit.secret import decrypt
from tests.commons.timebank.test_trials import looked
from tests.factories import COMMUNITY, NOW, TODAY, neighbourhood
from tests.factories_care import Care, care, recorded, served

YEAR = (date(2026, 1, 1), TODAY)
KEY = UUID(int=7)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals as they stand in the code."""
    with translation.override("en"):
        yield


def days_ago(days: int, hour: int = 9) -> datetime:
    return (NOW - timedelta(days=days)).replace(hour=hour, minute=0)


@pytest.fixture
def one(db: Any) -> Care:
    made = care(neighbourhood())
    served(made, 90, days_ago(10))
    served(made, 60, days_ago(9), service="meals", service_name="送餐")
    served(made, 40, days_ago(3))
    return made


def issued(one: Care, **more: Any) -> HoursCertificate:
    given = {
        "key": uuid4(), "member": one.volunteer, "first_on": YEAR[0], "last_on": YEAR[1], "by": one.chen, "now": NOW,
    }  # fmt: skip
    return certificates.issue(**(given | more))


def refused(one: Care, **more: Any) -> str:
    before = Event.objects.count()
    with pytest.raises(Refused) as refusal:
        issued(one, **more)
    assert HoursCertificate.objects.count() == 0 and Event.objects.count() == before
    return str(refusal.value)


def test_she_takes_it_herself_and_the_organisation_signs(one: Care) -> None:
    row = issued(one)
    assert row.no == f"{COMMUNITY}202600001"
    assert (row.minutes, row.records, row.issued_by_id) == (190, 3, one.chen.pk)
    paper = certificates.paper_of(row)
    assert signing.verify(paper, signing.trusted_keys().values()).state == "good"
    assert paper["payload"] == {
        "what": "linli/volunteer-hours/1", "number": row.no, "name": "陈爱珍", "id_kind": "", "id_masked": "",
        "volunteer_number": one.volunteer.no, "hours": "3:10", "hours_decimal": "3.1", "minutes": 190, "times": 3,
        "services": [
            {"name": "陪伴", "hours": "2:10", "hours_decimal": "2.1", "minutes": 130, "times": 2},
            {"name": "送餐", "hours": "1:00", "hours_decimal": "1.0", "minutes": 60, "times": 1},
        ],
        "first_on": "2026-01-01", "last_on": "2026-03-05", "programme": "幸福养老账单", "organisation": "南田社区居民委员会",
        "phone": "", "responsible": one.town.zhou.name, "issuer": "南田社区居民委员会", "asked_by_oneself": True,
        "issued_on": "2026-03-05", "unpaid": True, "free_of_charge": True,
    }  # fmt: skip


def test_a_worker_gives_it_out_for_her_and_is_named(one: Care) -> None:
    paper = certificates.paper_of(issued(one, by=one.town.zhao))
    assert (paper["payload"]["issuer"], paper["payload"]["asked_by_oneself"]) == (one.town.zhao.name, False)


def test_twice_the_same_key_is_one_certificate(one: Care) -> None:
    row = issued(one, key=KEY)
    assert issued(one, key=KEY).pk == row.pk
    with pytest.raises(Refused, match="other contents"):
        issued(one, key=KEY, first_on=date(2026, 2, 1))
    assert [one.no for one in HoursCertificate.objects.all()] == [row.no]
    assert issued(one).no == f"{COMMUNITY}202600002"
    assert Event.objects.filter(verb="certificate.issued").count() == 2


def test_only_what_was_approved_counts(one: Care) -> None:
    recorded(one, 60, days_ago(2))  # nobody confirmed it
    refused_one = recorded(one, 60, days_ago(1))
    timebank.confirm_record(record=refused_one, by=one.sun, role="family", now=NOW)
    timebank.approve_record(record=refused_one, good=False, reason="没有去", by=one.town.zhao, now=NOW)
    assert issued(one).minutes == 190


def test_a_correction_is_heeded_and_the_old_paper_says_otherwise(one: Care) -> None:
    row = issued(one)
    record = read.counting(*YEAR).order_by("id")[0]
    new = timebank.correct_record(record=record, minutes=30, why="早走了", by=one.town.zhao, now=NOW)
    assert read.hours_now(row) == 100  # the new record waits for its approval
    for approver in (one.town.qian, one.town.zhou):
        timebank.approve_record(record=new, good=True, by=approver, now=NOW)
    assert (read.hours_now(row), row.minutes) == (130, 190)
    assert issued(one).minutes == 130


def test_hours_are_the_whole_record_whatever_the_points_did(one: Care) -> None:
    """Six hours on one day: points for four, hours for six; spending points leaves the hours."""
    looked(one, 360, days_ago(20, 8))
    assert standing(one.volunteer.account) == 40 + 15 + 10 + 5
    assert issued(one).minutes == 190 + 360
    assert Payment.objects.count() == 0


def test_days_are_those_of_the_neighbourhood(one: Care) -> None:
    looked(one, 60, datetime(2026, 2, 1, 0, 10, tzinfo=NOW.tzinfo))
    assert read.hours_of(one.volunteer, date(2026, 2, 1), date(2026, 2, 1)).minutes == 60
    assert read.hours_of(one.volunteer, date(2026, 1, 31), date(2026, 1, 31)).minutes == 0


def test_what_cannot_be_certified_is_refused(one: Care) -> None:
    assert "after the last" in refused(one, first_on=TODAY, last_on=date(2026, 1, 1))
    assert "until today" in refused(one, last_on=TODAY + timedelta(days=1))
    assert "no approved hours" in refused(one, first_on=date(2025, 1, 1), last_on=date(2025, 2, 1))
    assert "not yours" in refused(one, by=one.town.li)
    assert "not yours" in refused(one, by=one.town.stranger)
    assert "no approved hours" in refused(one, member=one.wang, by=one.town.zhao)


def test_it_is_withdrawn_in_the_open(one: Care) -> None:
    row = issued(one)
    for by, why, words in (
        (one.town.zhao, " ", "Please say why"),
        (one.chen, "写错了", "your own"),
        (one.town.stranger, "写错了", "not yours"),
    ):
        with pytest.raises(Refused, match=words):
            certificates.revoke(certificate=row, why=why, by=by, now=NOW)
    assert HoursCertificate.objects.get().revoked_at is None
    certificates.revoke(certificate=row, why="时长登记有误", by=one.town.zhao, now=NOW)
    with pytest.raises(Refused, match="already"):
        certificates.revoke(certificate=row, why="再来一次", by=one.town.zhao, now=NOW)
    kept = read.certificate_by_number(f" {row.no[:12]} {row.no[12:]} ")
    assert kept is not None and (kept.revoked_at, kept.revoked_why) == (NOW, "时长登记有误")
    assert read.newest_certificate() is None


def test_a_paper_changed_in_the_database_does_not_leave_the_house(one: Care) -> None:
    row = issued(one)
    row.payload = row.payload.replace('"minutes":190', '"minutes":990')
    row.save()
    with pytest.raises(Refused, match="changed after it was signed"):
        certificates.paper_of(row)


def test_names_are_encrypted_and_go_with_the_person(one: Care) -> None:
    row = issued(one)
    (raw,) = HoursCertificate.objects.extra(select={"raw": "payload"}).values_list("raw", flat=True)
    assert "陈" not in raw and json.loads(decrypt(raw, "certificate"))["name"] == "陈爱珍"
    people.erase_person(person=one.chen, reason="本人要求", by=one.town.admin, now=NOW)
    row = HoursCertificate.objects.get()
    assert "陈" not in row.payload
    with pytest.raises(Refused, match="erased"):
        certificates.paper_of(row)
    assert read.newest_certificate() is None
    with pytest.raises(Refused, match="erased"):
        issued(one, member=row.member, by=one.town.zhao)


def test_the_export_is_masked_unless_there_is_a_reason(one: Care) -> None:
    people.keep_person(
        area=one.town.grid, name="陈爱珍", person=one.chen, id_number="310109195911020044", by=one.town.zhao, now=NOW
    )  # fmt: skip
    given: dict[str, Any] = {"month": TODAY, "by": one.town.zhao, "now": NOW}
    rows = certificates.export_month(**given)
    assert [row[:5] for row in rows] == [("陈*珍", "ID card", "310109********0044", one.volunteer.no, 0.6)]
    assert Look.objects.count() == 0
    with pytest.raises(Refused, match="why"):
        certificates.export_month(**given, reason="x")
    assert Look.objects.count() == 0
    rows = certificates.export_month(**given, reason="三月上报全国志愿服务网")
    assert [row[:3] for row in rows] == [("陈爱珍", "ID card", "310109195911020044")]
    assert [(look.person, look.columns) for look in Look.objects.all()] == [(one.chen.pk, "name,id_number")]
    for by in (one.town.leader, one.town.stranger, one.chen):
        assert certificates.export_month(**(given | {"by": by}), reason="看看") == []
    assert Look.objects.count() == 1


def test_hours_of_many_cost_one_query(one: Care, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        read.hours_of(one.volunteer, *YEAR)
