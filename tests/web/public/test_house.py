"""The front step sends everybody home, and says whether the house is well."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.ground.people.models import Person
from tests.factories import NOW, Neighbourhood


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("zhao", "desk:today"), ("zhou", "desk:today"), ("leader", "board:rates"), ("auditor", "board:rates"),
        ("admin", "desk:house"), ("liu", "home:home"), ("sun", "home:home"),
    ],
)  # fmt: skip
def test_everybody_has_a_first_page(town: Neighbourhood, settings: Any, who: str, page: str) -> None:
    settings.LINLI_REQUIRE_MFA = False
    assert as_(getattr(town, who)).get("/").headers["Location"] == reverse(page)


def test_a_stranger_is_welcomed_and_in_a_demo_invited_to_walk_in(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = False
    assert reverse("account_login") in Client().get("/").content.decode()
    settings.LINLI_DEMO = True
    assert Client().get("/").headers["Location"] == reverse("public:walk_in")


def test_an_empty_house_says_where_the_first_link_is(db: Any, settings: Any) -> None:
    settings.LINLI_DEMO = False
    assert Client().get("/").context["fresh"] is True


@pytest.mark.parametrize(
    ("beat", "status"),
    [(NOW - timedelta(seconds=30), 200), (NOW - timedelta(seconds=90), 503), (None, 503), ("nonsense", 503)],
)
def test_the_house_is_well_while_its_worker_shows_itself(
    town: Neighbourhood, settings: Any, beat: Any, status: int
) -> None:
    settings.LINLI_DATA.mkdir(parents=True)
    if beat:
        text = beat if isinstance(beat, str) else beat.isoformat()
        (settings.LINLI_DATA / "worker.beat").write_text(text)
    answer = Client().get("/healthz")
    assert answer.status_code == status
    assert answer.json()["ok"] is (status == 200)
    assert answer.json()["database"] is True


def test_a_house_without_its_folder_is_not_well(town: Neighbourhood) -> None:
    assert Client().get("/healthz").json()["disk"] is False


def test_a_door_that_is_not_there_is_kind(town: Neighbourhood) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]


@pytest.mark.parametrize(
    "page", ["account_login", "account_signup", "account_reset_password", "account_inactive"]
)
def test_the_pages_of_the_door_stand_in_our_frame(town: Neighbourhood, page: str) -> None:
    answer = Client().get(reverse(page))
    assert answer.status_code == 200
    assert "brand-name" in answer.content.decode()


def test_the_pages_of_ones_own_login_stand_in_our_frame(town: Neighbourhood) -> None:
    town.zhao.user.set_password("Nantian-2026")
    town.zhao.user.save()
    client = as_(town.zhao)
    for page in ("account_logout", "account_change_password", "mfa_index"):
        answer = client.get(reverse(page))
        assert answer.status_code == 200, page
        assert "brand-name" in answer.content.decode()


def test_logging_in_with_a_wrong_password_says_so_and_keeps_the_name(town: Neighbourhood) -> None:
    answer = Client().post(reverse("account_login"), {"login": "zhao", "password": "wrong"})
    assert answer.status_code == 200
    assert 'value="zhao"' in answer.content.decode()
    assert "errors" in answer.content.decode()
