"""The entrance: the first administrator, and everyone who is invited."""

from typing import Any

import pytest
from django.test import Client

from linli.ground.people import actions
from linli.ground.people.models import Person, User
from linli.kit import clock
from tests.factories import NOW, STREET, Neighbourhood, person

GOOD = "Nantian-2026"


@pytest.fixture
def token(db: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The link that an empty house prints."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return actions.begin_set_up(now=NOW)


def first(**more: str) -> dict[str, str]:
    """A filled-in set-up form."""
    given = {"street_code": STREET, "street_name": "和风街道", "name": "小何", "username": "xiaohe"}
    return {**given, "password": GOOD, "again": GOOD, **more}


def test_the_first_administrator_sets_the_house_up_and_is_in(token: str, settings: Any) -> None:
    settings.LINLI_REQUIRE_MFA = False
    client = Client()
    assert client.get(f"/setup/{token}/").status_code == 200
    assert client.post(f"/setup/{token}/", first()).headers["Location"] == "/"
    assert User.objects.get().person is not None
    assert client.get("/").headers["Location"] == "/desk/house/"
    assert Client().get(f"/setup/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short", "again": "short"}, "password"), ({"again": "Else-where-1"}, "again"),
        ({"street_code": "123"}, None), ({"username": "admin"}, "username"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    token: str, wrong: dict[str, str], field: str | None
) -> None:
    answer = Client().post(f"/setup/{token}/", first(**wrong))
    assert answer.status_code == 200
    assert (field or "__all__") in answer.context["form"].errors
    assert "和风街道" in answer.content.decode()
    assert not User.objects.exists()
    assert GOOD not in answer.content.decode()


def test_somebody_invited_chooses_a_login(town: Neighbourhood) -> None:
    rider = person(town.grid, "小李", "rider")
    token = actions.invite(person=rider, by=town.zhao, now=NOW)
    client, given = Client(), {"username": "xiaoli", "password": GOOD, "again": GOOD}
    assert "小李" in client.get(f"/join/{token}/").content.decode()
    assert client.post(f"/join/{token}/", given).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/home/"
    assert Person.objects.get(pk=rider.pk).reach == "app"
    assert Client().post(f"/join/{token}/", given).status_code == 410


def test_a_set_up_link_and_an_invitation_do_not_open_each_others_doors(town: Neighbourhood) -> None:
    token = actions.invite(person=town.li, by=town.zhao, now=NOW)
    assert Client().get(f"/setup/{token}/").status_code == 410
    assert Client().get("/join/nothing/").status_code == 410
