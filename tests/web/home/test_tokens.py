"""赵姐 lets the hotline's program act for her, and takes it back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.people.actions.tokens import make_token
from linli.ground.people.models import ApiToken, Person, User
from linli.kit import clock
from tests.factories import NOW, Neighbourhood

URL = "/home/record/tokens/"


def as_(who: Person) -> Client:
    client = Client()
    client.force_login(User.objects.get(person=who))
    return client


def form(**more: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "name": "热线", "days": 30} | more


def areas(token: str) -> Any:
    """What the program gets when it asks for the areas."""
    return Client().get("/api/v1/areas", headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_shown_once_works_and_stops(town: Neighbourhood) -> None:
    zhao = as_(town.zhao)
    assert URL in zhao.get("/home/record/").content.decode()
    sent = form()
    answer = zhao.post(URL, sent)
    token = answer.context["token"]
    assert token in answer.content.decode() and "no-store" in answer["Cache-Control"]
    row = ApiToken.objects.get()
    assert (row.person, row.name, row.ends_at) == (town.zhao, "热线", NOW + timedelta(days=30))
    assert "热线" in zhao.get(URL).content.decode() and token not in zhao.get(URL).content.decode()
    got = areas(token)
    assert got.status_code == 200 and town.grid.code in {area["code"] for area in got.json()["items"]}
    assert zhao.get(URL).context["rows"][0]["last_used_on"] == NOW.date()
    assert zhao.post(f"{URL}{row.pk}/end/").status_code == 302
    assert areas(token).status_code == 401
    shown = zhao.get(URL)
    assert not shown.context["rows"][0]["live"] and f"{URL}{row.pk}/end/" not in shown.content.decode()


def test_it_ends_by_itself(town: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    token = as_(town.zhao).post(URL, form(days=1)).context["token"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1, seconds=1))
    assert areas(token).status_code == 401
    assert not as_(town.zhao).get(URL).context["rows"][0]["live"]


def test_the_same_form_sent_twice_is_one_token(town: Neighbourhood) -> None:
    zhao, sent = as_(town.zhao), form()
    zhao.post(URL, sent)
    again = zhao.post(URL, sent)
    assert again.status_code == 200 and again.context["form"].non_field_errors()
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"days": 0}, "days"), ({"days": 400}, "days"), ({"days": "x"}, "days")],
)
def test_a_refusal_keeps_what_was_typed(town: Neighbourhood, wrong: dict[str, Any], field: str) -> None:
    zhao, sent = as_(town.zhao), form(**wrong)
    refused = zhao.post(URL, sent)
    assert refused.context["form"].errors.keys() == {field} and not ApiToken.objects.exists()
    assert ("热线" in refused.content.decode()) == (field != "name")
    assert "token" in zhao.post(URL, sent | form(key=sent["key"])).context  # the key is still free


def test_only_whoever_works_here_and_only_their_own(town: Neighbourhood) -> None:
    make_token(person=town.zhao, name="热线", by=town.zhao, now=NOW)
    row = ApiToken.objects.get()
    for who in (town.sun, town.liu):
        assert URL not in as_(who).get("/home/record/").content.decode()
        assert {as_(who).get(URL).status_code, as_(who).post(URL, form()).status_code} == {404}
    for who in (town.sun, town.qian, town.stranger, town.admin):
        assert as_(who).post(f"{URL}{row.pk}/end/").status_code == 404
    assert as_(town.qian).get(URL).context["rows"] == []
    row.refresh_from_db()
    assert row.revoked_at is None and ApiToken.objects.count() == 1
    assert as_(town.zhao).get(f"{URL}{row.pk}/end/").status_code == 405


def test_many_tokens_cost_no_more_and_come_in_pages(town: Neighbourhood) -> None:
    def cost() -> int:
        zhao = as_(town.zhao)
        zhao.get(URL)
        with CaptureQueriesContext(connection) as caught:
            zhao.get(URL)
        return len(caught)

    make_token(person=town.zhao, name="1", by=town.zhao, now=NOW)
    one = cost()
    for name in range(2, 24):
        make_token(person=town.zhao, name=str(name), by=town.zhao, now=NOW)
    assert cost() == one
    first = as_(town.zhao).get(URL)
    rest = as_(town.zhao).get(URL + first.context["next"])
    names = [row["name"] for row in (*first.context["rows"], *rest.context["rows"])]
    assert names == [str(name) for name in range(23, 0, -1)]
