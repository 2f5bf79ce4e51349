"""Programs that act for the neighbours: each with a token, at ten past nine on a Thursday."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from linli.ground.people.actions.tokens import make_token
from linli.ground.people.models import Person
from linli.kit import clock
from tests.factories import NOW, Neighbourhood, neighbourhood


class Program:
    """A program with somebody's token."""

    def __init__(self, person: Person) -> None:
        self.token = make_token(person=person, name="试用程序", by=person, now=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path: str, **query: Any) -> HttpResponse:
        """Read something."""
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> HttpResponse:
        """Do something, with a new key each time unless one is given; no key at all for ""."""
        key = str(uuid4()) if key is None else key
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )


@pytest.fixture(autouse=True)
def thursday(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """What time it is; call it to let time pass."""

    def at(moment: datetime) -> None:
        """It is now this time."""
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def town(db: None) -> Neighbourhood:
    """The neighbourhood of all tests."""
    return neighbourhood()


@pytest.fixture
def zhao(town: Neighbourhood) -> Program:
    """赵姐's program."""
    return Program(town.zhao)


@pytest.fixture
def qian(town: Neighbourhood) -> Program:
    """钱姐's."""
    return Program(town.qian)


@pytest.fixture
def zhou(town: Neighbourhood) -> Program:
    """周主任's."""
    return Program(town.zhou)


@pytest.fixture
def liu(town: Neighbourhood) -> Program:
    """刘师傅's."""
    return Program(town.liu)


@pytest.fixture
def stranger(town: Neighbourhood) -> Program:
    """外人's: a grid worker of another community."""
    return Program(town.stranger)
