"""Nobody's birthday is forgotten, by the sun or by the moon."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.people.models import Person
from linli.kit import clock
from linli.web.desk.birthdays import day_words
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


def test_the_month_ahead_is_in_order_and_masked(town: Neighbourhood) -> None:
    factories.person(town.grid, "陈淑英", birthday=date(1960, 3, 20))
    factories.person(town.grid, "周小满", birthday=date(1990, 8, 1))
    page = desk_of(town.zhao).get("/desk/birthdays/")
    names = [row["title"][:3] for row in page.context["rows"]]
    assert names == ["王*兰", "陈*英"]
    assert "王桂兰" not in page.content.decode()


def test_an_elder_of_another_community_is_not_in_it(town: Neighbourhood) -> None:
    assert desk_of(town.stranger).get("/desk/birthdays/").context["rows"] == []
    assert desk_of(town.leader).get("/desk/birthdays/").status_code == 404


def test_days_are_said_as_people_say_them() -> None:
    today = date(2026, 3, 5)
    words = [str(day_words(date(2026, 3, day), today)) for day in (5, 6, 7, 8)]
    assert len(set(words)) == 4
    assert "3" in words[3]


def test_it_costs_the_same_for_one_and_for_three(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)

    def cost() -> int:
        client.get("/desk/birthdays/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/desk/birthdays/")
        return len(seen)

    one = cost()
    for day in (8, 9):
        factories.person(town.grid, f"陈{day}英", birthday=date(1960, 3, day))
    assert cost() == one
