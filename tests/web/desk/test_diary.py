"""赵姐 writes down what she heard on the stairs, and raises what is in it."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from linli.ground.people.models import Person
from linli.ground.photos.models import Photo
from linli.kit import clock
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, State
from linli.loop.ask.models import DiaryEntry, Need, Promise
from tests import factories
from tests.factories import NOW, Neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    """The neighbourhood on a Thursday morning, 09:10."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return factories.neighbourhood()


def desk_of(who: Person) -> Client:
    """Somebody at the desk."""
    client = Client()
    client.force_login(who.user)
    return client


def page_of(**more: Any) -> dict[str, Any]:
    """A filled-in diary form."""
    given = {
        "key": str(uuid4()), "at": "2026-03-05T09:05", "area": factories.GRID, "weather": "sun", "temperature": "6",
        "words": "想吃口热乎饭都难。灯也坏了。",
    }  # fmt: skip
    return given | more


def picture() -> SimpleUploadedFile:
    """A photographed page."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return SimpleUploadedFile("page.jpg", out.getvalue(), "image/jpeg")


def entry(town: Neighbourhood, words: str = "想吃口热乎饭都难", **more: Any) -> DiaryEntry:
    """A page of 赵姐's."""
    return ask.write_diary(
        area=town.grid, key=uuid4(), at=NOW, words=words, concerns=[town.li], by=town.zhao, now=NOW, **more
    )


def test_time_area_and_weather_come_filled_in(town: Neighbourhood) -> None:
    entry(town, weather="rain", temperature=3)
    form = desk_of(town.zhao).get("/desk/diary/new/").context["form"]
    assert form["at"].value().hour == 9
    assert form["area"].value() == factories.GRID
    assert (form["weather"].value(), form["temperature"].value()) == ("rain", 3)


def test_a_page_is_kept_with_whom_it_concerns(town: Neighbourhood) -> None:
    given = page_of(concerns=[town.li.pk, town.wang.pk], building=town.building.pk)
    page = desk_of(town.zhao).post("/desk/diary/new/", given)
    kept = DiaryEntry.objects.get()
    assert page.url == f"/desk/diary/{kept.pk}/"
    assert (kept.words, kept.weather, kept.temperature) == ("想吃口热乎饭都难。灯也坏了。", "sun", 6)
    assert (kept.area, kept.building, kept.by) == (town.grid, town.building, town.zhao)
    assert {row.person for row in kept.concerns.all()} == {town.li, town.wang}


def test_a_photographed_page_needs_no_words(town: Neighbourhood) -> None:
    given = page_of(words="", photos=picture())
    desk_of(town.zhao).post("/desk/diary/new/", given)
    kept = DiaryEntry.objects.get()
    photo = Photo.objects.get()
    assert (photo.subject_type, photo.subject_id, photo.kind) == ("diary", kept.pk, "paper")
    assert str(photo.public_key) in desk_of(town.zhao).get(f"/desk/diary/{kept.pk}/").content.decode()


def test_sent_twice_is_one_page_and_one_photo(town: Neighbourhood) -> None:
    client, given = desk_of(town.zhao), page_of()
    for _again in range(2):
        assert client.post("/desk/diary/new/", given | {"photos": picture()}).status_code == 302
    assert DiaryEntry.objects.count() == Photo.objects.count() == 1


def test_a_refusal_keeps_words_people_and_photos(town: Neighbourhood) -> None:
    given = page_of(at="2026-03-06T09:05", concerns=[town.li.pk])
    page = desk_of(town.zhao).post("/desk/diary/new/", given)
    assert page.context["form"].errors["at"]
    assert page.context["form"]["words"].value() == given["words"]
    assert [person["pk"] for person in page.context["chosen"]] == [town.li.pk]
    unreadable = page_of(words="", photos=SimpleUploadedFile("page.jpg", b"no picture"))
    page = desk_of(town.zhao).post("/desk/diary/new/", unreadable)
    assert page.context["form"].errors
    empty = desk_of(town.zhao).post("/desk/diary/new/", page_of(words=" "))
    assert empty.context["form"].errors["words"]
    assert DiaryEntry.objects.count() == 0


def test_photos_kept_with_a_refused_form_need_not_be_chosen_again(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    two = [picture(), SimpleUploadedFile("page.jpg", b"no picture")]
    form = client.post("/desk/diary/new/", page_of(words="", photos=two)).context["form"]
    (photo,) = Photo.objects.all()
    assert form.kept_photos == [photo.pk]
    client.post("/desk/diary/new/", page_of(words="", photo_ids=form["photo_ids"].value()))
    photo.refresh_from_db()
    assert photo.subject_id == DiaryEntry.objects.get().pk


def test_a_measured_place_finds_its_building(town: Neighbourhood) -> None:
    desk_of(town.zhao).post("/desk/diary/new/", page_of(lon="121.4001", lat="31.2001"))
    desk_of(town.zhao).post("/desk/diary/new/", page_of(lon="121.5", lat="31.2"))
    assert [kept.building for kept in DiaryEntry.objects.order_by("id")] == [town.building, None]


def test_nobody_of_another_community_can_be_named(town: Neighbourhood) -> None:
    desk_of(town.zhao).post("/desk/diary/new/", page_of(concerns=[town.stranger.pk]))
    assert DiaryEntry.objects.get().concerns.count() == 0
    page = desk_of(town.zhao).post("/desk/diary/new/", page_of(area=factories.ELSEWHERE_GRID))
    assert page.context["form"].errors["area"]


def test_two_needs_come_out_of_one_page(town: Neighbourhood) -> None:
    kept, client = entry(town, building=town.building), desk_of(town.zhao)
    given = {"key": str(uuid4()), "words": "想吃口热乎饭都难", "asker": town.li.pk, "urgency": "normal"}
    client.post(f"/desk/diary/{kept.pk}/", given | {"category": town.meals.pk, "accept": "on"})
    client.post(f"/desk/diary/{kept.pk}/", given | {"key": str(uuid4()), "words": "灯坏了", "asker": ""})
    first, second = Need.objects.order_by("id")
    assert (first.state, first.category, first.channel) == (State.ACCEPTED, town.meals, Channel.DIARY)
    assert (first.asker, first.proxy, first.diary, first.said_at) == (town.li, town.zhao, kept, kept.at)
    assert (second.state, second.asker, second.building) == (State.NEW, None, town.building)
    page = client.get(f"/desk/diary/{kept.pk}/")
    assert [need["no"] for need in page.context["needs"]] == [first.no, second.no]


def test_a_need_raised_twice_is_one(town: Neighbourhood) -> None:
    kept, client = entry(town), desk_of(town.zhao)
    given = {
        "key": str(uuid4()),
        "words": "想吃口热乎饭都难",
        "urgency": "normal",
        "category": town.meals.pk,
        "accept": "on",
    }
    for _again in range(2):
        assert client.post(f"/desk/diary/{kept.pk}/", given).status_code == 302
    assert Need.objects.get().state == State.ACCEPTED


def test_to_take_it_up_one_says_what_kind_it_is(town: Neighbourhood) -> None:
    kept = entry(town)
    given = {"key": str(uuid4()), "words": "想吃口热乎饭都难", "urgency": "normal", "accept": "on"}
    page = desk_of(town.zhao).post(f"/desk/diary/{kept.pk}/", given)
    assert page.context["form"].errors["category"]
    assert page.context["form"]["words"].value() == "想吃口热乎饭都难"
    assert Need.objects.count() == 0


def test_where_nothing_is_promised_the_need_stays_new_and_says_so(town: Neighbourhood) -> None:
    for promise in Promise.objects.all():
        ask.end_promise(promise=promise, until=NOW.date().replace(month=2), by=town.admin, now=NOW)
    kept = entry(town)
    given = {
        "key": str(uuid4()),
        "words": "想吃热饭",
        "urgency": "normal",
        "category": town.meals.pk,
        "accept": "on",
    }
    page = desk_of(town.zhao).post(f"/desk/diary/{kept.pk}/", given, follow=True)
    need = Need.objects.get()
    assert need.state == State.NEW
    assert any(need.no in str(message) for message in page.context["messages"])


def test_the_list_is_cut_short_masked_and_costs_the_same(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    entry(town, "他的电话是 13812345678，" + "说了很多" * 50)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/desk/diary/")
        assert "13812345678" not in page.content.decode()
        return len(seen)

    cost()
    one = cost()
    entry(town, "第二页")
    entry(town, "第三页", building=town.building)
    assert cost() == one
    assert len(client.get("/desk/diary/").context["rows"]) == 3


def test_markup_stays_text(town: Neighbourhood) -> None:
    kept = entry(town, "<script>alert(1)</script>\n第二行")
    page = desk_of(town.zhao).get(f"/desk/diary/{kept.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行" in page


def test_strangers_find_no_page(town: Neighbourhood) -> None:
    kept = entry(town)
    assert desk_of(town.stranger).get(f"/desk/diary/{kept.pk}/").status_code == 404
    assert desk_of(town.stranger).get("/desk/diary/").context["rows"] == []
    assert desk_of(town.sun).get("/desk/diary/").status_code == 404
    assert desk_of(town.sun).get("/desk/diary/new/").status_code == 404


def test_a_leader_reads_and_does_not_raise(town: Neighbourhood) -> None:
    kept = entry(town)
    assert desk_of(town.leader).get(f"/desk/diary/{kept.pk}/").context["form"] is None
    given = {"key": str(uuid4()), "words": "想吃热饭", "urgency": "normal"}
    desk_of(town.leader).post(f"/desk/diary/{kept.pk}/", given)
    assert Need.objects.count() == 0
