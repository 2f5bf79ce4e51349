"""Who gets in: a token that lives, a session with everything the pages ask for; nobody else."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from linli.ground.people import actions as people
from linli.ground.people.actions.tokens import make_token, revoke_token, use_token
from linli.ground.people.models import ApiToken, Role, User
from linli.kit.refused import Refused
from linli.loop.ask.models import Need
from tests.api.conftest import Program
from tests.factories import GRID, NOW, TODAY, Neighbourhood

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.urls")]
ASK = {"area": GRID, "words": "楼道灯坏了好几天"}


def test_nobody_gets_in_without_a_name(town: Neighbourhood) -> None:
    for path in ("/needs", "/resources", "/projects", "/tasks", "/follow-ups", "/areas", "/rates"):
        answer = Client().get(f"/api/v1{path}")
        assert (answer.status_code, set(answer.json())) == (401, {"detail", "field"})
        assert answer["WWW-Authenticate"] == "Bearer"
    answer = Client(enforce_csrf_checks=True).post("/api/v1/needs", "{}", content_type="application/json")
    assert answer.status_code == 401


def test_a_token_is_shown_once_and_kept_as_a_hash(town: Neighbourhood) -> None:
    token = make_token(person=town.zhao, name="热线接入", by=town.zhao, now=NOW)
    row = ApiToken.objects.get()
    assert token.startswith("linli_") and token not in str(vars(row))
    assert use_token(token=token, now=NOW) == town.zhao
    row.refresh_from_db()
    assert row.last_used_on == TODAY


def test_a_token_opens_nothing_once_it_is_over(town: Neighbourhood, zhao: Program) -> None:
    assert zhao.get("/areas").status_code == 200
    row = ApiToken.objects.get()
    assert use_token(token=zhao.token, now=row.ends_at) is None
    assert use_token(token=zhao.token[:-1], now=NOW) is None
    User.objects.filter(person=town.zhao).update(is_active=False)
    assert zhao.get("/areas").status_code == 401
    User.objects.filter(person=town.zhao).update(is_active=True)
    revoke_token(token=row, by=town.zhao, now=NOW)
    answer = zhao.get("/areas")
    assert answer.status_code == 401 and zhao.token not in answer.content.decode()
    with pytest.raises(Refused):
        revoke_token(token=row, by=town.zhao, now=NOW)


def test_an_erased_person_has_no_token_that_opens(town: Neighbourhood, zhao: Program) -> None:
    people.end_role(role=Role.objects.get(person=town.zhao), until=TODAY, by=town.admin, now=NOW)
    people.erase_person(person=town.zhao, reason="本人要求", by=town.admin, now=NOW)
    assert use_token(token=zhao.token, now=NOW) is None


@pytest.mark.parametrize("days", [0, 367])
def test_a_token_does_not_last_for_ever(town: Neighbourhood, days: int) -> None:
    with pytest.raises(Refused):
        make_token(person=town.zhao, name="热线接入", by=town.zhao, now=NOW, days=days)


def test_nobody_makes_a_token_in_another_name(town: Neighbourhood) -> None:
    with pytest.raises(Refused):
        make_token(person=town.zhao, name="热线接入", by=town.admin, now=NOW)


def test_a_role_that_ended_takes_its_areas_from_the_token(town: Neighbourhood, zhao: Program) -> None:
    people.end_role(role=town.zhao.roles.get(), until=TODAY - timedelta(days=1), by=town.admin, now=NOW)
    assert zhao.get("/areas").json() == {"items": [], "next": None}
    assert zhao.get("/needs").status_code == 404


def test_a_session_reads_and_changes_only_with_the_csrf_token(town: Neighbourhood) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="zhao"))
    assert client.get("/api/v1/areas").status_code == 200
    sent = {"data": json.dumps(ASK), "content_type": "application/json"}
    bare = client.post("/api/v1/needs", **sent, headers={"Idempotency-Key": "a"})
    assert (bare.status_code, bare.json()["field"], Need.objects.count()) == (403, None, 0)
    client.cookies["csrftoken"] = "a" * 32
    good = client.post("/api/v1/needs", **sent, headers={"Idempotency-Key": "a", "X-CSRFToken": "a" * 32})
    assert (good.status_code, Need.objects.count()) == (201, 1)


def test_a_session_does_not_walk_past_an_old_password_or_a_missing_second_factor(
    town: Neighbourhood, settings: pytest.FixtureRequest
) -> None:
    settings.LINLI_REQUIRE_MFA = True  # type: ignore[attr-defined]
    client = Client()
    client.force_login(User.objects.get(username="auditor"))
    assert client.get("/api/v1/needs").status_code == 403
    User.objects.filter(username="zhao").update(must_change=True)
    client.force_login(User.objects.get(username="zhao"))
    assert client.get("/api/v1/needs").status_code == 403
