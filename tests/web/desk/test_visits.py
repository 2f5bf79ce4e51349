"""赵姐's list of visits: who could go, one touch for "they say it was so", put right, missed, booked by phone, the card."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.ground.journal.models import Event
from linli.kit import clock
from linli.loop.run import actions as run
from linli.loop.run.models import Booking, DoorCard, Service, Visit
from tests.care_stage import SAID, Day, booked, day
from tests.factories import NOW, neighbourhood
from tests.web.desk.stage import enter, page, queries

HTMX = {"HX-Request": "true"}
PRIVATE = ("王桂兰", "李长河", "2-501", "1-301")


@pytest.fixture
def today(db: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """A visit in every state, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return day(neighbourhood())


def url(visit: Visit, tail: str = "") -> str:
    return f"/desk/visits/{visit.no}/{tail}"


def fresh(visit: Visit) -> Visit:
    return Visit.objects.get(pk=visit.pk)


def test_the_list_has_everything_that_waits(today: Day) -> None:
    shown = page(today.care.town.zhao, "/desk/visits/")
    for row in (today.lonely, today.unsigned, today.to_say, today.under_way):
        assert url(row) in shown
    assert not any(words in shown for words in PRIVATE)
    week = page(today.care.town.zhao, "/desk/visits/?tab=week")
    assert url(today.coming) in week and url(today.to_say) not in week
    before = page(today.care.town.zhao, "/desk/visits/?tab=week&from=2026-03-02")
    assert url(today.to_say) in before
    for odd in ("x", "9999-12-31", "0001-01-01"):
        page(today.care.town.zhao, f"/desk/visits/?tab=week&from={odd}")
    opened = page(today.care.town.zhao, "/desk/visits/?tab=all&state=open")
    assert url(today.lonely) in opened and url(today.to_say) not in opened
    assert url(today.lonely) not in page(today.care.town.stranger, "/desk/visits/")
    page(today.care.town.zhao, f"/desk/visits/?area={today.care.town.elsewhere.code}", status=404)


def test_somebody_said_on_the_phone_that_he_goes(today: Day) -> None:
    zhao = enter(today.care.town.zhao)
    who = zhao.get(url(today.lonely, "who/"), headers=HTMX).content.decode()
    assert "陈爱珍" in who and "<html" not in who
    sent = {"member": today.care.volunteer.no}
    answer = zhao.post(url(today.lonely, "give/"), sent, headers=HTMX)
    assert answer.status_code == 200 and answer["HX-Retarget"] == "closest .today-row"
    visit = fresh(today.lonely)
    assert (visit.state, visit.member) == ("taken", today.care.volunteer)
    assert f"{visit.code[:3]} {visit.code[3:]}" in page(today.care.town.zhao, url(visit))
    assert zhao.post(url(today.lonely, "give/"), {"member": today.he.no}).status_code == 302
    assert fresh(today.lonely).member == today.care.volunteer


def test_one_touch_says_that_they_said_so(today: Day) -> None:
    answer = enter(today.care.town.zhao).post(url(today.to_say, "confirm/"), headers=HTMX)
    assert answer.status_code == 200 and "is-done" in answer.content.decode()
    visit = fresh(today.to_say)
    assert visit.record and (visit.state, visit.record.confirmation.role) == ("confirmed", "worker")


def test_their_words_go_along(today: Day) -> None:
    zhao = enter(today.care.town.zhao)
    assert SAID in zhao.get(url(today.to_say, "say/"), headers=HTMX).content.decode().replace("\u2009", "")
    zhao.post(url(today.to_say, "confirm/"), {"words": "来了来了，量了血压", "rating": "5"})
    record = fresh(today.to_say).record
    assert record and (record.confirmation.words, record.confirmation.rating) == ("来了来了，量了血压", 5)


def test_signing_by_a_worker_and_putting_right(today: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    zhao = enter(today.care.town.zhao)
    assert zhao.post(url(today.coming, "in/")).status_code == 302
    assert (fresh(today.coming).state, fresh(today.coming).in_how) == ("started", "worker")
    assert zhao.post(url(today.coming, "out/"), {"said": ""}).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    zhao = enter(today.care.town.zhao)
    assert zhao.post(url(today.coming, "out/"), {"said": SAID}).status_code == 302
    assert (fresh(today.coming).state, fresh(today.coming).ticks) == ("ended", [1, 2, 3])
    sent = {"started_at": "2026-03-04T09:15", "ended_at": "2026-03-04T09:45", "why": ""}
    assert zhao.post(url(today.unsigned, "right/"), sent).status_code == 200
    assert fresh(today.unsigned).state == "taken"
    assert zhao.post(url(today.unsigned, "right/"), sent | {"why": "李大爷说饭送到了"}).status_code == 302
    visit = fresh(today.unsigned)
    assert (visit.state, visit.righted_by) == ("ended", today.care.town.zhao)
    assert visit.record and (visit.record.minutes, visit.record.in_how) == (30, "righted")


def test_nobody_came_and_somebody_comes_instead(today: Day) -> None:
    sent = {"reason": "忘了", "again_at": "2026-03-06T10:00"}
    answer = enter(today.care.town.zhao).post(url(today.unsigned, "miss/"), sent)
    again = Visit.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, url(again))
    assert (fresh(today.unsigned).state, again.state, again.booking) == (
        "missed",
        "open",
        today.unsigned.booking,
    )


def test_taken_off_and_called_off_with_a_reason(today: Day) -> None:
    zhao = enter(today.care.town.zhao)
    for tail in ("back/", "cancel/"):
        assert zhao.post(url(today.coming, tail), {"reason": ""}).status_code == 200
    assert fresh(today.coming).state == "taken"
    zhao.post(url(today.coming, "back/"), {"reason": "脚扭了"})
    assert (fresh(today.coming).state, fresh(today.coming).ended_why) == ("open", "脚扭了")
    zhao.post(url(today.coming, "cancel/"), {"reason": "住院"})
    assert (fresh(today.coming).state, fresh(today.coming).ended_why) == ("cancelled", "住院")


def test_booked_by_phone_for_somebody(today: Day) -> None:
    zhao = enter(today.care.town.zhao)
    service = Service.objects.get(code="company")
    sent = {
        "key": uuid4(), "asker": today.care.town.wang.pk, "how": "phone", "how_words": "女儿也在旁边",
        "service": service.pk, "day": "2026-03-09", "clock": "15:00", "strength": "light", "pays": "free",
    }  # fmt: skip
    count = Booking.objects.count()
    assert zhao.post("/desk/visits/new/", sent | {"asker": ""}).status_code == 200
    assert zhao.post("/desk/visits/new/", sent | {"day": "2026-03-01"}).status_code == 200
    assert Booking.objects.count() == count
    answer = zhao.post("/desk/visits/new/", sent)
    booking = Booking.objects.latest("pk")
    assert answer["Location"] == f"/desk/visits/of/{today.care.town.wang.pk}/"
    assert (booking.asked_by, booking.authority, booking.minutes) == (today.care.town.zhao, "worker", 60)
    assert booking.how.endswith(" · 女儿也在旁边")
    assert zhao.post(f"/desk/visits/bookings/{booking.no}/stop/").status_code == 302
    assert Booking.objects.get(pk=booking.pk).state == "cancelled"


def test_the_card_names_nobody_and_a_lost_one_is_replaced(today: Day) -> None:
    wang, zhao = today.care.town.wang, enter(today.care.town.zhao)
    shown = page(today.care.town.zhao, f"/desk/visits/cards/{wang.pk}/")
    assert today.card.code in shown and "021-62001234" in shown
    assert not any(words in shown for words in (*PRIVATE, "王", "3号楼"))
    assert today.card.code in page(today.care.town.zhao, f"/desk/visits/cards/{wang.pk}/?size=a6")
    assert zhao.post(f"/desk/visits/cards/{wang.pk}/new/").status_code == 302
    card = DoorCard.objects.get(person=wang, ended_at=None)
    assert card.code != today.card.code and today.card.code not in page(
        today.care.town.zhao, f"/desk/visits/cards/{wang.pk}/"
    )


def test_strangers_find_nobody_home(today: Day) -> None:
    before = Event.objects.count()
    for who in (today.care.town.stranger, today.care.chen, today.care.sun):
        client = enter(who)
        for tail in ("", "who/", "say/"):
            assert client.get(url(today.to_say, tail)).status_code == 404
        for tail in ("give/", "confirm/", "in/", "out/", "right/", "miss/", "back/", "cancel/"):
            assert client.post(url(today.to_say, tail)).status_code == 404
        assert client.get(f"/desk/visits/cards/{today.care.town.wang.pk}/").status_code == 404
        assert client.post(f"/desk/visits/cards/{today.care.town.wang.pk}/new/").status_code == 404
    assert Event.objects.count() == before


@pytest.mark.parametrize("tail", ["", "?tab=week", "?tab=all"])
def test_the_same_number_of_queries_for_one_and_for_many(today: Day, tail: str) -> None:
    first = queries(today.care.town.zhao, f"/desk/visits/{tail}")
    for days in range(3):
        booked(today.care, "meals", NOW + timedelta(days=days + 2))
        visit = booked(
            today.care, "company", NOW + timedelta(days=days + 2, hours=3), receiver=today.care.town.li
        ).visits.get()
        run.take_visit(visit=visit, member=today.care.volunteer, by=today.care.chen, now=NOW)
    assert queries(today.care.town.zhao, f"/desk/visits/{tail}") == first
