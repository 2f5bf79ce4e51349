"""``linli verify``: the journal's hash chain, from the first event to the last."""

import argparse

from linli.cli import report
from linli.ground.journal.actions import seal_pending
from linli.ground.journal.queries import head, verify


def options(sub: argparse.ArgumentParser) -> None:
    """--json."""
    sub.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """Walk the chain; status 1 when a row is broken."""
    while seal_pending():
        pass
    walk = verify()
    answer = {"events": walk.events, "broken": walk.broken, "why": walk.why, "head": head()}
    words = f"{walk.events} events, the chain is whole: {head()[:16]}…"
    if walk.broken is not None:
        words = f"Broken at event {walk.broken}: {walk.why} ({walk.events} events before it are sound)."
    report(answer, as_json=chosen.json, words=words)
    return 1 if walk.broken is not None else 0
