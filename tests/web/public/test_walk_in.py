"""The demo's front room; elsewhere there is no such door."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories import Neighbourhood, login, person

DOOR = "/walk-in/"


def test_outside_a_demo_nobody_walks_in(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = False
    login(person(town.grid, "赵小姐", "grid_worker"), "demo-zhao")
    assert Client().get(DOOR).status_code == 404
    client = Client()
    assert client.post(DOOR, {"person": "demo-zhao"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_walking_in_as_a_grid_worker_leads_to_the_desk(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = True
    login(person(town.grid, "赵小姐", "grid_worker"), "demo-zhao")
    client = Client()
    assert "demo-zhao" in client.get(DOOR).content.decode()
    assert client.post(DOOR, {"person": "demo-zhao"}).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == reverse("desk:today")


def test_one_walks_over_to_somebody_else(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = True
    login(person(town.grid, "赵小姐", "grid_worker"), "demo-zhao")
    login(person(town.street, "林先生", "leader"), "demo-leader")
    client = Client()
    client.post(DOOR, {"person": "demo-zhao"})
    client.post(DOOR, {"person": "demo-leader"})
    assert client.get("/").headers["Location"] == reverse("board:rates")


def test_only_the_people_of_the_demo_can_be_walked_in_as(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = True
    client = Client()
    assert client.post(DOOR, {"person": "admin"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_while_the_demo_is_being_built_one_waits(town: Neighbourhood, settings: Any) -> None:
    settings.LINLI_DEMO = True
    assert Client().post(DOOR, {"person": "demo-zhao"}).headers["Location"] == DOOR
