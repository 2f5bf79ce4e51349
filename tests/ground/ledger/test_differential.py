"""Two writers, one law: what SQLite's steps write and what PostgreSQL's function writes is the same, byte by byte.

``LINLI_SEED`` draws another list.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.with_postgres import server
from tests.ground.ledger.replay import elsewhere, lines
from tests.ground.ledger.rows import postgres

USUAL = 20261125
SEED, STEPS = int(os.environ.get("LINLI_SEED", USUAL)), 300


@contextmanager
def the_other(folder: Path) -> Iterator[str]:
    """An empty database of the other kind than the suite's."""
    if postgres():
        yield f"sqlite:///{folder / 'other.sqlite3'}"
    else:
        with server() as url:
            yield url


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_the_same_list_writes_the_same_bytes_on_both(tmp_path: Path) -> None:
    with the_other(tmp_path) as url:
        process = elsewhere(url, tmp_path, "tests.ground.ledger.replay", SEED, STEPS)
        here = lines(SEED, STEPS)
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    there = said.splitlines()
    for one, other in zip(here, there, strict=False):
        assert one == other
    assert len(here) == len(there)
    assert sha256("\n".join(here).encode()).digest() == sha256("\n".join(there).encode()).digest()
    if SEED == USUAL:  # else the list may lack one of them
        for said_to in (
            "any_move",
            "four_legs",
            "take",
            "back",
            "other",
            "again",
            "hold",
            "limit",
            "close",
            "seal",
        ):
            assert any(line.startswith(f'["{said_to}", ') for line in here), said_to
        for refusal in ("Short", "Closed", "HoldOver", "OtherBody", "Refused", "ValueError"):
            assert any(f'["{refusal}"' in line for line in here), refusal
