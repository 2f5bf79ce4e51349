"""陈阿姨's phone: who waits near her, how she takes a visit, stands at the door, and what is never shown too early."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.commons.timebank.models import Member
from linli.ground.journal.models import Event, Look
from linli.ground.photos.queries import photos_of
from linli.kit import clock
from linli.loop.run import actions as run
from linli.loop.run.models import Visit
from tests.care_stage import SAID, Day, booked
from tests.factories import NOW
from tests.web.desk.stage import enter, page, queries

PRIVATE = ("王桂兰", "李长河", "2-501", "1-301", "021-62345678")


def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=hours))


def state(visit: Visit) -> str:
    return str(Visit.objects.get(pk=visit.pk).state)


def test_her_home_shows_the_next_visit_and_who_waits(today: Day) -> None:
    shown = page(today.care.chen, "/pocket/")
    assert (f"/pocket/visits/{today.coming.no}/" in shown and "我到了" in shown) or "I am here" in shown
    assert f"/pocket/visits/{today.lonely.no}/take/" in shown
    assert not any(words in shown for words in PRIVATE)
    assert code_of(today.coming) not in shown


def test_what_is_open_names_nobody_and_no_door(today: Day) -> None:
    shown = page(today.care.chen, f"/pocket/visits/{today.lonely.no}/")
    assert "南田苑9号楼" in shown.replace("\u2009", "")
    assert not any(words in shown for words in (*PRIVATE, "李*河", "爷爷", "Grandpa"))


def test_she_takes_it_and_then_reads_the_door_for_a_reason(today: Day) -> None:
    chen, url = enter(today.care.chen), f"/pocket/visits/{today.lonely.no}/"
    assert chen.get(f"{url}reach/").status_code == 404
    answer = chen.post(f"{url}take/")
    assert (answer.status_code, answer["Location"], state(today.lonely)) == (302, url, "taken")
    assert chen.post(f"{url}take/").status_code == 302  # a second tap changes nothing
    assert not any(words in chen.get(f"{url}reach/").content.decode() for words in PRIVATE)
    nothing = chen.post(f"{url}reveal/door/", {"reason": ""}, headers={"HX-Request": "true"})
    assert "1-301" not in nothing.content.decode() and not Look.objects.exists()
    door = chen.post(f"{url}reveal/door/", {"reason": "上门"}, headers={"HX-Request": "true"})
    assert "1-301" in door.content.decode()
    looks = [(look.actor, look.person, look.columns, look.reason) for look in Look.objects.all()]
    assert looks == [(today.care.chen.pk, today.care.town.li.pk, "door", "上门")]
    assert chen.post(f"{url}reveal/id_number/", {"reason": "好奇"}).status_code == 404


def test_somebody_was_faster(today: Day) -> None:
    run.take_visit(visit=today.lonely, member=today.he, by=today.he.person, now=NOW)
    chen = enter(today.care.chen)
    assert chen.post(f"/pocket/visits/{today.lonely.no}/take/").status_code == 404
    assert Visit.objects.get(pk=today.lonely.pk).member == today.he


def test_the_door_of_a_visit_is_hers_alone(today: Day) -> None:
    town, no = today.care.town, today.coming.no
    before = Event.objects.count()
    for who in (today.he.person, town.sun, town.zhao, town.stranger):
        client = enter(who)
        for tail in ("", "reach/"):
            assert client.get(f"/pocket/visits/{no}/{tail}").status_code == 404
        for tail in ("take/", "in/", "out/", "back/", "reveal/door/"):
            assert client.post(f"/pocket/visits/{no}/{tail}", {"reason": "好奇"}).status_code == 404
    assert Event.objects.count() == before


def test_in_by_the_six_digits_and_out_with_a_sentence(today: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    chen, url, code = enter(today.care.chen), f"/pocket/visits/{today.coming.no}/", code_of(today.coming)
    for wrong in ({}, {"code": "000000" if code != "000000" else "000001"}):
        answer = chen.post(f"{url}in/", wrong)
        assert (answer.status_code, state(today.coming)) == (200, "taken")
    answer = chen.post(f"{url}in/", {"code": code, "lon": "121.4", "lat": "31.2"})
    visit = Visit.objects.get(pk=today.coming.pk)
    assert (answer.status_code, visit.state, visit.in_how, visit.distance_m) == (302, "started", "code", 0)
    at(monkeypatch, 1)
    assert chen.get(f"{url}out/").status_code == 302  # idle too long: the way in, then on at the visit
    chen = enter(today.care.chen)
    assert chen.get(f"{url}out/")["Location"] == url
    sent = {"key": "0b6c3c0e-59a5-4a6e-8f0f-0d2c8f6a3f10", "code": code, "ticks": ["1", "3", "x", "99"]}
    assert chen.post(f"{url}out/", sent).status_code == 200
    assert state(today.coming) == "started"
    assert chen.post(f"{url}out/", sent | {"said": SAID}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.ticks, visit.said) == ("ended", [1, 3], SAID)
    assert page(today.care.chen, url)


def test_a_photo_goes_with_the_record(today: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    url, code = f"/pocket/visits/{today.coming.no}/", code_of(today.coming)
    enter(today.care.chen).post(f"{url}in/", {"code": code})
    at(monkeypatch, 1)
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "#0F766E").save(stream, "JPEG")
    upload = SimpleUploadedFile("tea.jpg", stream.getvalue(), "image/jpeg")
    sent = {"key": uuid4(), "code": code, "said": SAID, "photos": upload}
    assert enter(today.care.chen).post(f"{url}out/", sent).status_code == 302
    record = Visit.objects.get(pk=today.coming.pk).record
    assert record and record.evidence == ["photo", "signin", "signout"]
    assert [len(found) for found in photos_of("record", [record.pk]).values()] == [1]


def code_of(visit: Visit) -> str:
    return str(Visit.objects.get(pk=visit.pk).code)


def test_she_gives_it_back_in_time_or_says_why(today: Day) -> None:
    chen, url = enter(today.care.chen), f"/pocket/visits/{today.coming.no}/back/"
    assert (chen.post(url).status_code, state(today.coming)) == (200, "taken")
    assert (chen.post(url, {"reason": "孙子发烧"}).status_code, state(today.coming)) == (302, "open")


def test_the_sign_leads_only_whom_is_expected(today: Day, client: Any) -> None:
    address, town = f"/s/{today.card.code}", today.care.town
    answer = enter(today.care.chen).get(address)
    assert answer["Location"] == f"/pocket/visits/{today.coming.no}/?card={today.card.code}"
    scanned = page(today.care.chen, answer["Location"])
    assert f'value="{today.card.code}"' in scanned and "id_code" not in scanned
    assert enter(town.zhao).get(address)["Location"] == f"/desk/visits/of/{town.wang.pk}/"
    for reader in (client, enter(today.he.person), enter(town.sun), enter(town.stranger)):
        shown = reader.get(address).content.decode()
        assert "021-62001234" in shown and not any(words in shown for words in (*PRIVATE, "3号楼", "王"))
        unknown = reader.get("/s/NOSUCHCODE")
        assert unknown.status_code == 200 and "021-62001234" not in unknown.content.decode()
    run.rotate_card(person=town.wang, by=town.zhao, now=NOW)
    assert enter(today.care.chen).get(address).status_code == 200


def test_tomorrows_visit_is_not_opened_by_the_sign(today: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    run.give_back(visit=today.coming, by=today.care.town.zhao, now=NOW, reason="换人")
    tomorrow = booked(today.care, "company", NOW + timedelta(days=1)).visits.get()
    run.take_visit(visit=tomorrow, member=today.care.volunteer, by=today.care.chen, now=NOW)
    chen = enter(today.care.chen)
    assert chen.get(f"/s/{today.card.code}").status_code == 200
    at(monkeypatch, 23.5)
    assert enter(today.care.chen).get(f"/s/{today.card.code}").status_code == 302


def test_somebody_new_applies_and_sees_the_way(today: Day) -> None:
    liu = enter(today.care.town.liu)
    assert "/pocket/offer/" in liu.get("/pocket/").content.decode()
    sent: dict[str, Any] = {"skills": ["company"], "times": ["3a", "4p"], "strength": "light"}
    assert liu.post("/pocket/offer/", sent).status_code == 200  # without the consent
    assert not Member.objects.filter(person=today.care.town.liu).exists()
    assert liu.post("/pocket/offer/", sent | {"consent": "on"}).status_code == 302
    row = Member.objects.get(person=today.care.town.liu)
    assert (row.state, row.skills, row.times, row.strength) == ("applied", ["company"], ["3a", "4p"], "light")
    assert "is-current" in liu.get("/pocket/").content.decode()


def test_she_changes_what_she_can_do(today: Day) -> None:
    sent = {"skills": ["meals"], "times": ["6e"], "strength": "usual"}
    assert enter(today.care.chen).post("/pocket/offer/", sent).status_code == 302
    row = Member.objects.get(pk=today.care.volunteer.pk)
    assert (row.state, row.skills, row.times, row.strength) == ("admitted", ["meals"], ["6e"], "usual")


def test_the_same_number_of_queries_for_one_and_for_many(today: Day) -> None:
    first = queries(today.care.chen, "/pocket/")
    for days in range(4):
        visit = booked(
            today.care, "company", NOW + timedelta(days=days + 3, hours=1), receiver=today.care.town.li
        ).visits.get()
        if days % 2:
            run.take_visit(visit=visit, member=today.care.volunteer, by=today.care.chen, now=NOW)
    assert queries(today.care.chen, "/pocket/") == first
