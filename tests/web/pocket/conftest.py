"""The stories of a volunteer's phone begin on a Thursday at 9:10, on a lively day."""

from typing import Any

import pytest

from linli.kit import clock
from tests.care_stage import Day, day
from tests.factories import NOW, neighbourhood


@pytest.fixture
def today(db: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """A visit in every state, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return day(neighbourhood())
