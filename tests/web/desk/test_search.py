"""赵姐 looks for a need or a neighbour with two characters, a number or a phone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from linli.ground.people.models import Person
from linli.kit import clock
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


def found(client: Client, text: str, **more: str) -> tuple[list[str], list[int]]:
    """Numbers of needs and of people found."""
    page = client.get("/desk/search/", {"q": text, **more})
    assert page.status_code == 200
    return [need["no"] for need in page.context["needs"]], [person["pk"] for person in page.context["people"]]


def test_two_characters_find_needs_and_people(town: Neighbourhood) -> None:
    need = factories.need(town, "岁数大了，想吃口热乎饭都难")
    client = desk_of(town.zhao)
    assert found(client, "热乎") == ([need.no], [])
    assert found(client, "  长河 ") == ([], [town.li.pk])
    assert found(client, need.no) == ([need.no], [])
    assert found(client, "没人说") == ([], [])


def test_a_whole_phone_number_finds_its_owner_and_half_of_it_nobody(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    assert found(client, "021-62345678") == ([], [town.li.pk])
    assert found(client, "6234567") == ([], [])
    assert found(client, "99999999999999") == ([], [])


def test_names_and_phones_stay_masked(town: Neighbourhood) -> None:
    page = desk_of(town.zhao).get("/desk/search/", {"q": "长河"}).content.decode()
    assert "李*河" in page
    assert "李长河" not in page


@pytest.mark.parametrize("text", ["", " ", "热", "？！", "\x00"])
def test_too_little_says_what_to_do(town: Neighbourhood, text: str) -> None:
    factories.need(town)
    page = desk_of(town.zhao).get("/desk/search/", {"q": text})
    assert (page.context["asked"], page.context["needs"], page.context["people"]) == (False, [], [])


def test_odd_addresses_are_no_errors(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    for text in ("'\"()*:", "a b", "热" * 500, "20260305-001", "%e4"):
        found(client, text, before="x")


def test_nobody_finds_beyond_their_area(town: Neighbourhood) -> None:
    need = factories.need(town)
    client = desk_of(town.stranger)
    assert found(client, "热乎") == found(client, need.no) == found(client, "长河") == ([], [])
    assert found(client, "021-62345678") == ([], [])
    assert desk_of(town.sun).get("/desk/search/", {"q": "热乎"}).status_code == 404


def test_an_auditor_sees_needs_and_no_people(town: Neighbourhood, settings: Settings) -> None:
    settings.LINLI_REQUIRE_MFA = False
    need = factories.need(town)
    assert found(desk_of(town.auditor), "热乎") == ([need.no], [])
    assert found(desk_of(town.auditor), "长河") == ([], [])


def test_older_ones_follow_page_by_page(town: Neighbourhood) -> None:
    numbers = [factories.need(town, f"第{number}次说路灯灭了").no for number in range(33)]
    client = desk_of(town.zhao)
    first = client.get("/desk/search/", {"q": "路灯"})
    second = client.get("/desk/search/" + first.context["next"])
    seen = [need["no"] for page in (first, second) for need in page.context["needs"]]
    assert seen == numbers[::-1]
    assert second.context["next"] == ""


def test_it_costs_the_same_for_one_and_for_three(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)

    def more(number: int) -> None:
        factories.need(town, f"第{number}次说长河路灯灭了")
        factories.person(town.grid, f"周长河{'一二三'[number]}")

    def cost() -> int:
        found(client, "长河")
        with CaptureQueriesContext(connection) as seen:
            found(client, "长河")
        return len(seen)

    more(0)
    one = cost()
    more(1)
    more(2)
    assert cost() == one


def test_a_form_finds_people_and_keeps_those_chosen(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)
    page = client.get(
        "/desk/find/people/", {"who": "桂兰", "many": "1", "concerns": [town.li.pk, town.stranger.pk]}
    )
    assert [person["pk"] for person in page.context["chosen"]] == [town.li.pk]
    assert [person["pk"] for person in page.context["found"]] == [town.wang.pk]
    assert "王桂兰" not in page.content.decode()
    one = client.get("/desk/find/people/", {"who": "桂兰", "asker": town.wang.pk})
    assert [person["pk"] for person in one.context["chosen"]] == [town.wang.pk]
    assert one.context["found"] == []
    assert desk_of(town.sun).get("/desk/find/people/", {"who": "桂兰"}).status_code == 404
