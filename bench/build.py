"""Builds the database that DATABASE_URL (or LINLI_DATA) names: ``python -m bench.build SIZE [--board FILE]``."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

import bench.ready  # noqa: F401
from bench.asks import TABLES, Asks, fill_tallies
from bench.fill import bulk, run
from bench.folk import fill_people, fill_places, fill_rounds, fill_rules
from bench.town import Town
from bench.words import Speech

SEED = 20260305
FILLED = [
    "places_area", "places_building", "people_household", "people_person", "people_role", "people_pairs", "ask_pairs",
    "link_resource", "link_resource_categories", "ask_patrol", "journal_tally", *TABLES,
]  # fmt: skip


def build(size: int, board: Path | None, now: datetime) -> dict[str, float]:
    """Fill an empty database with a town; returns the seconds each part took."""
    took: dict[str, float] = {}
    last = time.monotonic()

    def done(part: str) -> None:
        nonlocal last
        took[part] = round(time.monotonic() - last, 1)
        last = time.monotonic()
        print(f"  {part}: {took[part]} s", file=sys.stderr, flush=True)

    call_command("migrate", verbosity=0, skip_checks=True)
    done("tables")
    town, speech = Town(size, SEED, now), Speech(SEED, board)
    done("town")
    with bulk(FILLED):
        with transaction.atomic():
            fill_places(town)
            fill_people(town)
            fill_rules(town)
            fill_rounds(town)
        done("people and places")
        asks = Asks(town, speech).fill()
        for count in chunks(asks):
            print(f"\r  {count:,} needs", end="", file=sys.stderr, flush=True)
        print("\r", end="", file=sys.stderr)
        done("needs")
        fill_tallies()
        done("kept counts")
    done("indexes")
    if connection.vendor == "postgresql":
        run("VACUUM ANALYZE")
    done("vacuum")
    return took


def chunks(asks: Iterator[int]) -> Iterator[int]:
    """Each chunk in one transaction."""
    while True:
        with transaction.atomic():
            count = next(asks, None)
        if count is None:
            return
        yield count


def main() -> None:
    """Build, and write beside the data what was built."""
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("--board", type=Path)
    given = parser.parse_args()
    began = time.monotonic()
    now = timezone.now()
    took = build(given.size, given.board, now)
    told = {
        "size": given.size,
        "now": now.isoformat(),
        "seconds": round(time.monotonic() - began, 1),
        "parts": took,
    }
    mark = Path(settings.LINLI_DATA) / f"built-{connection.vendor}-{given.size}.json"
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(told))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
