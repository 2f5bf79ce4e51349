"""Somebody comes to the counter, calls, or leaves a paper form; 赵姐 writes it down and is named."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.ground.photos.models import Photo
from linli.kit import clock
from linli.loop.ask.choices import Channel, State
from linli.loop.ask.models import Need
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


def form_of(**more: Any) -> dict[str, Any]:
    """A filled-in form."""
    given = {
        "key": str(uuid4()), "channel": "phone", "words": "岁数大了，想吃口热乎饭都难", "area": factories.GRID,
        "kind": "help", "urgency": "normal",
    }  # fmt: skip
    return given | more


def test_an_elder_without_a_phone_is_asked_for_by_name(town: Neighbourhood) -> None:
    given = form_of(channel="walk_in", asker=town.wang.pk, building=town.building.pk, category=town.meals.pk)
    page = desk_of(town.zhao).post("/desk/needs/new/", given)
    need = Need.objects.get()
    assert page.url == f"/desk/needs/{need.no}/"
    assert (need.asker, need.proxy, need.heard_by) == (town.wang, town.zhao, town.zhao)
    assert (need.channel, need.state, need.category) == (Channel.WALK_IN, State.NEW, town.meals)
    assert (need.building, need.lon) == (town.building, town.building.lon)


def test_somebody_unknown_is_described_in_words(town: Neighbourhood) -> None:
    desk_of(town.zhao).post("/desk/needs/new/", form_of(asker_words="三号楼戴帽子的大爷", place="门卫室"))
    need = Need.objects.get()
    assert (need.asker, need.proxy, need.asker_words, need.place) == (
        None,
        None,
        "三号楼戴帽子的大爷",
        "门卫室",
    )


def test_a_paper_form_comes_with_its_photo(town: Neighbourhood) -> None:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    given = form_of(channel="paper", photos=SimpleUploadedFile("form.png", out.getvalue()))
    desk_of(town.zhao).post("/desk/needs/new/", given)
    need, photo = Need.objects.get(), Photo.objects.get()
    assert (photo.subject_type, photo.subject_id, photo.kind) == ("need", need.pk, "paper")


def test_sent_twice_is_one_need(town: Neighbourhood) -> None:
    client, given = desk_of(town.zhao), form_of()
    assert client.post("/desk/needs/new/", given).url == client.post("/desk/needs/new/", given).url
    assert Need.objects.count() == 1


def test_without_words_nothing_is_kept_but_what_was_typed(town: Neighbourhood) -> None:
    page = desk_of(town.zhao).post("/desk/needs/new/", form_of(words="  ", place="门卫室", asker=town.li.pk))
    assert page.context["form"].errors["words"]
    assert page.context["form"]["place"].value() == "门卫室"
    assert [person["pk"] for person in page.context["chosen"]] == [town.li.pk]
    assert Need.objects.count() == 0


def test_doors_that_are_not_at_the_counter_are_closed(town: Neighbourhood) -> None:
    for more in ({"channel": "loaded"}, {"area": factories.ELSEWHERE_GRID}, {"urgency": "huge"}):
        assert desk_of(town.zhao).post("/desk/needs/new/", form_of(**more)).status_code == 200
    desk_of(town.zhao).post("/desk/needs/new/", form_of(asker=town.stranger.pk))
    assert [need.asker for need in Need.objects.all()] == [None]
    assert desk_of(town.sun).get("/desk/needs/new/").status_code == 404


def test_a_station_host_hands_in_without_seeing_people_or_needs(town: Neighbourhood) -> None:
    host = factories.person(town.grid, "站长老周", RoleKind.STATION_HOST)
    factories.login(host, "host")
    client = desk_of(host)
    page = client.get("/desk/needs/new/")
    assert (page.context["finds_people"], page.context["sees_needs"]) == (False, False)
    assert client.post("/desk/needs/new/", form_of(asker=town.li.pk)).url == "/desk/needs/new/"
    assert [need.asker for need in Need.objects.all()] == [None]
    assert client.get("/desk/find/people/", {"who": "李长"}).status_code == 404
    assert (
        client.get("/desk/find/alike/", {"words": "想吃口热乎饭都难", "area": factories.GRID}).status_code
        == 404
    )


def test_what_is_known_already_shows_while_one_types(town: Neighbourhood) -> None:
    known = factories.need(town, "小区门口的路灯又灭了，晚上看不见路")
    factories.need(town, "想学用手机")
    client = desk_of(town.zhao)
    page = client.get(
        "/desk/find/alike/", {"words": "门口的路灯又灭了，晚上看不见路", "area": factories.GRID}
    )
    assert [need["no"] for need in page.context["needs"]] == [known.no]
    assert client.get("/desk/find/alike/", {"words": "路"}).context["needs"] == []
    assert (
        client.get("/desk/find/alike/", {"words": "路灯又灭了", "area": factories.ELSEWHERE}).status_code
        == 404
    )


def test_the_promise_follows_kind_and_urgency(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    said = [
        client.get("/desk/find/promise/", {"area": factories.GRID, "urgency": urgency}).context["said"]
        for urgency in ("normal", "urgent", "extreme", "nonsense")
    ]
    assert "5" in said[0] and "17:30" in said[0]
    assert "4" in said[1] and "14:40" in said[1]
    assert "2" in said[2] and "11:10" in said[2]
    assert said[3] == said[0]
