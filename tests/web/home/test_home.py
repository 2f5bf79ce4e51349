"""孙家 asks for 王奶奶, follows it, takes it back; everyone sees what is held about them."""

import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from linli.ground.journal.models import Outbox
from linli.ground.people import actions as people
from linli.ground.people.models import Bond, Consent, Person
from linli.ground.photos.models import Photo
from linli.loop.ask import actions as ask
from linli.loop.ask.models import Need
from tests.factories import NOW, Neighbourhood, accepted, closed, given
from tests.factories import need as need_of


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


def form(**more: Any) -> dict[str, Any]:
    """A filled-in ask."""
    return {"key": str(uuid4()), "words": "奶奶家的水龙头滴水", "place": ""} | more


def picture(name: str = "tap.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    """A photo of the tap."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_family_asks_in_the_name_of_an_elder_with_a_photo(town: Neighbourhood) -> None:
    client = as_(town.sun)
    sent = form(asker=town.wang.pk, photos=[picture()])
    answer = client.post("/home/ask/", sent)
    need = Need.objects.get()
    assert answer.headers["Location"] == f"/home/needs/{need.no}/"
    assert (need.asker, need.proxy, need.channel) == (town.wang, town.sun, "online")
    assert (need.area, need.building) == (town.grid, town.building)
    assert Photo.objects.filter(subject_type="need", subject_id=need.pk).count() == 1


def test_sending_twice_asks_once(town: Neighbourhood) -> None:
    client, sent = as_(town.sun), form()
    first = client.post("/home/ask/", sent | {"photos": [picture()]})
    second = client.post("/home/ask/", sent | {"photos": [picture()]})
    assert first.headers["Location"] == second.headers["Location"]
    assert (Need.objects.count(), Photo.objects.count()) == (1, 1)
    assert Need.objects.get().proxy is None


def test_nobody_asks_in_a_strangers_name(town: Neighbourhood) -> None:
    answer = as_(town.sun).post("/home/ask/", form(asker=town.li.pk))
    assert answer.status_code == 200
    assert "asker" in answer.context["form"].errors
    assert not Need.objects.exists()


def test_a_photo_that_cannot_be_read_keeps_what_was_typed_and_the_good_one(town: Neighbourhood) -> None:
    client, broken = as_(town.sun), SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    sent = form()
    answer = client.post("/home/ask/", sent | {"photos": [picture(), broken]})
    assert answer.status_code == 200
    assert "奶奶家的水龙头滴水" in answer.content.decode()
    assert not Need.objects.exists()
    kept = answer.context["form"]["photo_ids"].value()
    assert kept == str(Photo.objects.get().pk)
    client.post("/home/ask/", sent | {"photo_ids": kept})
    assert Photo.objects.get().subject_id == Need.objects.get().pk


def test_my_place_shows_my_asks_and_those_of_my_elder_and_nobody_elses(town: Neighbourhood) -> None:
    mine, elders = (
        need_of(town, "修门", asker=town.sun, proxy=None),
        need_of(town, "想找人说说话", asker=town.wang),
    )
    other = need_of(town, "别人家的灯")
    shown = as_(town.sun).get("/home/").content.decode()
    assert mine.no in shown
    assert elders.no in shown
    assert other.no not in shown


def test_my_place_costs_the_same_for_one_row_and_three(town: Neighbourhood) -> None:
    client, counts = as_(town.sun), []
    client.get("/home/")
    for _round in range(2):
        accepted(town, asker=town.sun, proxy=None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/home/")
        counts.append(len(queries))
        accepted(town, asker=town.wang)
    assert counts[0] == counts[1]


def test_the_craftsman_sees_his_task(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    assert f"/desk/tasks/{task.no}/" in as_(town.liu).get("/home/").content.decode()


def test_the_story_of_a_need_in_plain_words_without_notes_of_colleagues(town: Neighbourhood) -> None:
    need = accepted(town, asker=town.sun, proxy=None)
    ask.respond(need=need, text="下午上门", by=town.zhao, now=NOW)
    ask.remark(need=need, text="这家有点难缠", by=town.zhao, now=NOW)
    closed(town, need)
    page = as_(town.sun).get(f"/home/needs/{need.no}/")
    shown = page.content.decode()
    assert "下午上门" in shown
    assert "难缠" not in shown
    assert [event["step"] for event in page.context["events"]] == sorted(
        event["step"] for event in page.context["events"]
    )
    assert page.context["asked_on"] is not None


@pytest.mark.parametrize("who", ["zhao", "stranger", "liu"])
def test_a_need_of_others_is_not_there(town: Neighbourhood, who: str) -> None:
    need = need_of(town, asker=town.sun, proxy=None)
    assert as_(getattr(town, who)).get(f"/home/needs/{need.no}/").status_code == 404


def test_taking_back_needs_a_reason_and_happens_once(town: Neighbourhood) -> None:
    need = need_of(town, asker=town.wang)
    client, where = as_(town.sun), f"/home/needs/{need.no}/"
    assert "text" in client.post(where, {"text": ""}).context["form"].errors
    assert client.post(where, {"text": "自己修好了"}).status_code == 302
    need.refresh_from_db()
    assert need.state == "withdrawn"
    assert client.post(where, {"text": "再来一次"}).status_code == 200


def test_messages_are_read_once_opened(town: Neighbourhood) -> None:
    accepted(town, asker=town.sun, proxy=None)
    client = as_(town.sun)
    assert client.get("/home/").context["unread"] == 2
    assert [row["new"] for row in client.get("/home/messages/").context["rows"]] == [True, True]
    assert [row["new"] for row in client.get("/home/messages/").context["rows"]] == [False, False]
    assert client.get("/home/").context["unread"] == 0
    assert not Outbox.objects.filter(to_person=town.sun.pk, read_at=None).exists()


def test_my_record_is_unmasked_for_me_and_says_who_looked_and_why(town: Neighbourhood) -> None:
    people.keep_person(
        person=town.sun,
        area=town.grid,
        name="孙晓晨",
        phone="13812341234",
        reach="app",
        by=town.zhao,
        now=NOW,
    )
    people.reveal(person=town.sun, columns=["phone"], reason="上门前打个电话", by=town.zhao, now=NOW)
    shown = as_(town.sun).get("/home/record/").content.decode()
    assert "13812341234" in shown
    assert "上门前打个电话" in shown
    assert "赵姐" in shown


def test_my_copy_is_a_file_of_mine_alone(town: Neighbourhood) -> None:
    need_of(town, "修门", asker=town.sun, proxy=None)
    need_of(town, "别人家的灯")
    client = as_(town.sun)
    assert client.get("/home/record/copy/").status_code == 405
    answer = client.post("/home/record/copy/")
    assert "attachment" in answer.headers["Content-Disposition"]
    body = answer.content.decode()
    assert "修门" in body
    assert "别人家的灯" not in body
    assert json.loads(body)["person"] == town.sun.pk


def test_a_consent_is_taken_back_by_whoever_gave_it(town: Neighbourhood) -> None:
    mine = people.give_consent(person=town.sun, purpose="care", how="当面", by=town.zhao, now=NOW)
    bond = Bond.objects.get()
    client = as_(town.sun)
    assert client.post(f"/home/record/consents/{bond.consent_id}/end/").status_code == 404
    assert client.post(f"/home/record/consents/{mine.pk}/end/").status_code == 302
    assert Consent.objects.get(pk=mine.pk).withdrawn_at == NOW
    assert Consent.objects.get(pk=bond.consent_id).withdrawn_at is None
