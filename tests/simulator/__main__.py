"""``python -m tests.simulator --seed N --seconds S [--steps N]``: a run of its own, on a database that is empty.

``DATABASE_URL`` names one; without it a temporary SQLite file is used. The same seed is the same run.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Make the database, run, say what happened."""
    parser = argparse.ArgumentParser(prog="tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="default: one drawn by chance, and printed")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--refusals", action="store_true", help="say also what was refused, and how often")
    parser.add_argument("--steps", type=int, default=10**9)
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if chosen.seed is None else chosen.seed
    with tempfile.TemporaryDirectory(prefix="linli-simulator-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'linli.sqlite3'}")
        os.environ["LINLI_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
        return simulate(seed, 1e9 if chosen.steps < 10**9 else chosen.seconds, chosen.steps, chosen.refusals)


def simulate(seed: int, seconds: float, steps: int, refusals: bool) -> int:
    """One run; 1 where something was wrong."""
    import django  # why: the settings come first
    from django.conf import settings  # why: the settings come first

    django.setup()
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "init_command" in options:  # the file is thrown away: it need not wait for the disk
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    from django.core.management import call_command  # why: the settings come first

    call_command("migrate", verbosity=0)
    from linli.ground.places.models import Area  # why: the settings come first
    from tests.simulator.run import Failed, Run  # why: the settings come first

    if Area.objects.exists():
        raise SystemExit("This database is not empty: the simulator needs one of its own.")
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    run = Run(seed)
    built = time.monotonic() - began
    try:
        counts = run.go(seconds=seconds, steps=steps)
    except Failed as failed:
        print(failed, flush=True)
        return 1
    took = time.monotonic() - began - built
    worked = counts["steps"] / time.process_time()
    print(json.dumps(dict(sorted(counts.items())), ensure_ascii=False, indent=1))
    if refusals:
        print(json.dumps(dict(run.refusals.most_common()), ensure_ascii=False, indent=1))
    print(
        f"seed {seed}: {counts['steps']} steps in {took:.1f} s ({counts['steps'] / took:.0f} a second,"
        f" {worked:.0f} a second of the processor), built in {built:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
