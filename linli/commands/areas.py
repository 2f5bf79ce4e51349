"""``linli areas``: the areas by code."""

import argparse

from linli.cli import report
from linli.ground.places.queries import areas_under


def options(sub: argparse.ArgumentParser) -> None:
    """--json."""
    sub.add_argument("--json", action="store_true", help="one JSON list instead of a table")


def run(chosen: argparse.Namespace) -> int:
    """Print every area."""
    rows = [{"code": area.code, "name": area.name} for area in areas_under(["*"])]
    words = "\n".join(f"{row['code']}  {row['name']}" for row in rows)
    report(rows, as_json=chosen.json, words=words)
    return 0
