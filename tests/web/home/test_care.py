"""孙家 looks after 王奶奶 from afar: who comes with which digits, was it so, book, call off; nobody else can."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Event
from linli.kit import clock
from linli.loop.run import actions as run
from linli.loop.run.models import Booking, Service, Visit
from tests.care_stage import Day, booked, day
from tests.factories import NOW, login, neighbourhood
from tests.web.desk.stage import enter, page, queries


@pytest.fixture
def today(db: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """A visit in every state, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return day(neighbourhood())


def asked(code: str = "company", **more: object) -> dict[str, object]:
    """The form, filled in."""
    service = Service.objects.get(code=code)
    return {
        "key": uuid4(), "service": service.pk, "day": "2026-03-07", "clock": "15:00", "strength": "usual",
        "pays": "free", **more,
    }  # fmt: skip


def test_the_page_says_who_comes_and_the_digits(today: Day) -> None:
    code = Visit.objects.get(pk=today.coming.pk).code
    shown = page(today.care.sun, "/home/care/")  # whoever only helps sees the elder at once
    assert "陈爱珍" in shown and f"{code[:3]} {code[3:]}" in shown
    assert "王桂兰" not in shown and f"/home/care/visits/{today.to_say.no}/confirm/" in shown
    assert f"for={today.care.town.wang.pk}" in shown
    assert page(today.care.sun, f"/home/care/?for={today.care.town.li.pk}", status=404)
    assert code not in page(today.care.chen, "/home/care/")


def test_the_elder_herself_sees_hers(today: Day) -> None:
    login(today.care.town.wang, "wang")
    shown = page(today.care.town.wang, "/home/care/")
    assert f"/home/care/visits/{today.coming.no}/cancel/" in shown
    answer = enter(today.care.town.wang).post(
        f"/home/care/visits/{today.to_say.no}/confirm/", {"rating": "4", "words": " 好 "}
    )
    visit = Visit.objects.get(pk=today.to_say.pk)
    assert (answer.status_code, visit.state) == (302, "confirmed")
    assert visit.record
    said = visit.record.confirmation
    assert (said.role, said.rating, said.words, said.by) == ("elder", 4, "好", today.care.town.wang)


def test_family_confirms_and_no_stars_are_needed(today: Day) -> None:
    url = f"/home/care/visits/{today.to_say.no}/confirm/"
    assert enter(today.care.sun).post(url, {"rating": "9"}).status_code == 302
    visit = Visit.objects.get(pk=today.to_say.pk)
    assert visit.record and (visit.state, visit.record.confirmation.rating) == ("confirmed", None)


def test_nobody_else_says_or_calls_off_anything(today: Day) -> None:
    before = Event.objects.count()
    for who in (today.care.chen, today.he.person, today.care.town.stranger, today.care.town.zhao):
        client = enter(who)
        for tail in (f"visits/{today.to_say.no}/confirm/", f"visits/{today.coming.no}/cancel/"):
            assert client.post(f"/home/care/{tail}").status_code == 404
        assert client.post(f"/home/care/bookings/{today.weekly.no}/stop/").status_code == 404
    assert Event.objects.count() == before


def test_family_books_with_the_elders_points(today: Day) -> None:
    sun, url = enter(today.care.sun), f"/home/care/book/?for={today.care.town.wang.pk}"
    member = today.care.wang
    free = purse_of(member).free
    sent = asked(pays=f"m{member.pk}", weekly="on", note="带上血压计", wanted=str(today.care.volunteer.pk))
    for _twice in range(2):
        answer = sun.post(url, sent)
        assert answer.status_code == 302, answer.content.decode()[:2000]
    booking = Booking.objects.latest("pk")
    assert (booking.receiver, booking.asked_by, booking.authority) == (
        today.care.town.wang,
        today.care.sun,
        "family",
    )
    assert (booking.weekly, booking.payer, booking.wanted) == (True, member, today.care.volunteer)
    assert booking.visits.count() == 2 and purse_of(member).free == free - 20


def test_what_is_wrong_is_said_beside_it(today: Day) -> None:
    sun, url = enter(today.care.sun), f"/home/care/book/?for={today.care.town.wang.pk}"
    count = Booking.objects.count()
    for wrong in ({"service": ""}, {"day": "2026-03-01"}, {"pays": "m999999"}, {"day": "x"}, {"pays": ""}):
        answer = sun.post(url, asked() | wrong)
        assert answer.status_code == 200 and 'role="alert"' in answer.content.decode(), wrong
    assert Booking.objects.count() == count
    assert sun.post(f"/home/care/book/?for={today.care.town.li.pk}", asked()).status_code == 404


def test_somebody_without_a_place_is_told_whom_to_ask(today: Day) -> None:
    shown = page(today.care.town.liu, "/home/care/book/")
    assert '<form method="post" data-once data-keep="care"' not in shown


def test_calling_off_and_stopping(today: Day) -> None:
    sun = enter(today.care.sun)
    sun.post(f"/home/care/visits/{today.coming.no}/cancel/", {"reason": "去医院"})
    visit = Visit.objects.get(pk=today.coming.pk)
    assert (visit.state, visit.ended_why) == ("cancelled", "去医院")
    sun.post(f"/home/care/bookings/{today.weekly.no}/stop/")
    assert Booking.objects.get(pk=today.weekly.pk).state == "cancelled"
    assert purse_of(today.care.wang).held == 0


def test_the_same_number_of_queries_for_one_and_for_many(today: Day) -> None:
    url = f"/home/care/?for={today.care.town.wang.pk}"
    first = queries(today.care.sun, url)
    for days in range(3):
        visit = booked(today.care, "meals", NOW + timedelta(days=days + 3)).visits.get()
        run.take_visit(visit=visit, member=today.he, by=today.he.person, now=NOW)
        run.cancel_visit(visit=booked(today.care, "clean", NOW + timedelta(days=days + 3, hours=4)).visits.get(),
                         by=today.care.sun, now=NOW)  # fmt: skip
    assert queries(today.care.sun, url) == first
