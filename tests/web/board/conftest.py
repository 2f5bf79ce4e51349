"""These stories begin on a Thursday at 9:10 in the same neighbourhood."""

from typing import Any

import pytest

from linli.kit import clock
from tests.factories import NOW, Neighbourhood, neighbourhood


@pytest.fixture
def town(db: Any, monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    """The neighbourhood, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return neighbourhood()
