"""赵姐 gives out a certificate for somebody without a phone, prints it, withdraws it, reports a month."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import certificates
from linli.commons.timebank.models import HoursCertificate
from linli.commons.timebank.queries.certificates import counting, long_words
from linli.ground.journal.models import Look
from tests.factories import NOW, TODAY, Neighbourhood
from tests.factories_care import Care, care, served
from tests.web.desk.stage import enter, page, queries


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    made = care(town)
    served(made, 90)
    served(made, 60, NOW - timedelta(days=20), service="meals", service_name="送餐")
    return made


def give(one: Care, who: Any = None, **more: Any) -> Any:
    given = {"key": str(uuid4()), "first_on": "2026-01-01", "last_on": "2026-03-05"} | more
    return enter(who or one.town.zhao).post(f"/desk/certificates/new/?member={one.volunteer.no}", given)


def test_found_looked_at_given_out(one: Care) -> None:
    found = enter(one.town.zhao).get("/desk/certificates/new/", {"name": "爱珍"}).context["rows"]
    assert [row["url"] for row in found] == [f"/desk/certificates/new/?member={one.volunteer.no}"]
    assert (
        enter(one.town.zhao).get("/desk/certificates/new/", {"name": one.volunteer.no}).context["rows"]
        == found
    )
    answer = enter(one.town.zhao).get(found[0]["url"])
    assert (answer.context["hours"].minutes, [row.name for row in answer.context["hours"].services]) == (
        150, ["陪伴", "送餐"],
    )  # fmt: skip
    short = enter(one.town.zhao).get(f"{found[0]['url']}&first_on=2026-03-01&last_on=2026-03-05")
    assert short.context["hours"].minutes == 90
    made = give(one)
    row = HoursCertificate.objects.get()
    assert made.headers["Location"] == f"/desk/certificates/{row.no}/"
    assert (row.minutes, row.issued_by_id) == (150, one.town.zhao.pk)
    assert "陈爱珍" in page(one.town.zhao, f"/desk/certificates/{row.no}/sheet/")


def test_only_who_may(one: Care) -> None:
    for who in (one.town.leader, one.town.auditor, one.town.liu, one.town.stranger):
        assert give(one, who).status_code == 404
    assert HoursCertificate.objects.count() == 0
    assert give(one, first_on="2026-03-06").status_code == 200
    assert HoursCertificate.objects.count() == 0
    give(one)
    no = HoursCertificate.objects.get().no
    page(one.town.leader, f"/desk/certificates/{no}/")
    page(one.town.leader, f"/desk/certificates/{no}/sheet/", 404)
    page(one.town.stranger, f"/desk/certificates/{no}/", 404)
    for act in ("file", "revoke"):
        assert (
            enter(one.town.leader).post(f"/desk/certificates/{no}/{act}/", {"why": "为什么"}).status_code
            == 404
        )


def test_withdrawn_with_a_reason(one: Care) -> None:
    give(one)
    no = HoursCertificate.objects.get().no
    enter(one.town.zhao).post(f"/desk/certificates/{no}/revoke/", {"why": ""})
    assert HoursCertificate.objects.get().revoked_at is None
    enter(one.town.zhao).post(f"/desk/certificates/{no}/revoke/", {"why": "时长有误"})
    assert HoursCertificate.objects.get().revoked_at == NOW
    assert "时长有误" in page(one.town.zhao, f"/desk/certificates/{no}/")
    assert "certificate-void" in page(one.town.zhao, f"/desk/certificates/{no}/sheet/")


def test_a_later_correction_is_said(one: Care) -> None:
    give(one)
    no = HoursCertificate.objects.get().no
    assert enter(one.town.zhao).get(f"/desk/certificates/{no}/").context["now_hours"] == ""
    record = counting(date(2026, 1, 1), TODAY).order_by("id")[0]
    timebank.correct_record(record=record, minutes=30, why="早走了", by=one.town.zhao, now=NOW)
    assert enter(one.town.zhao).get(f"/desk/certificates/{no}/").context["now_hours"] == long_words(60)


def cells(answer: Any) -> list[list[Any]]:
    """The rows of an Excel file."""
    return [list(row) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)]


def test_a_month_is_reported_masked_or_in_full_for_a_reason(one: Care) -> None:
    masked = cells(enter(one.town.zhao).get("/desk/certificates/export/?month=2026-03"))
    assert [row[0] for row in masked[1:]] == ["陈*珍"]
    assert (masked[1][3], masked[1][4], masked[1][6]) == (one.volunteer.no, 1.5, "陪伴")
    assert Look.objects.count() == 0
    wrong = enter(one.town.zhao).post("/desk/certificates/export/", {"month": "2026-03", "reason": "x"})
    assert wrong.status_code == 200 and "spreadsheet" not in wrong["Content-Type"]
    full = enter(one.town.zhao).post(
        "/desk/certificates/export/", {"month": "2026-03", "reason": "上报全国志愿服务网"}
    )
    rows = cells(full)
    assert rows[1][0] == "陈爱珍" and "赵" in str(rows[-1][0]) and "上报全国志愿服务网" in str(rows[-1][0])
    assert [look.person for look in Look.objects.all()] == [one.chen.pk]
    assert enter(one.town.zhao).get("/desk/certificates/export/?month=2026-13").status_code == 200
    page(one.town.leader, "/desk/certificates/export/", 404)


def test_pages_cost_the_same_for_more_rows(one: Care) -> None:
    give(one)
    no = HoursCertificate.objects.get().no
    urls = (
        "/desk/certificates/",
        f"/desk/certificates/{no}/",
        f"/desk/certificates/new/?member={one.volunteer.no}",
    )
    before = {url: queries(one.town.zhao, url) for url in urls}
    for _ in range(3):
        give(one)
    assert {url: queries(one.town.zhao, url) for url in urls} == before
    assert certificates.HoursCertificate.objects.count() == 4
