"""What a transfer costs: the same rows in plain SQL, this ledger, django-hordak; by turns, in one run.

``python -m bench ledger``. Every contestant works for half a second, then the next one, round after round, so that
whatever else the machine does falls on all of them. A ratio is taken within a round; the figure is the median of the
rounds. A table on stderr, one JSON object as the last line on stdout, 1 as exit status when a target is missed.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.databases import ENVIRONMENT, Database, made, whole
from scripts.with_postgres import server

ROOT = Path(__file__).resolve().parent.parent
SLICE, HEAD_START, PROBE = 0.5, 0.05, 0.4
CLIENTS = (1, 4)
TARGETS = {("pg", 1): 0.75, ("pg", 4): 0.6, ("sqlite", 1): 0.85}
LONGEST_WAIT, SLOWER = 250.0, 1.25
# contestant -> (what it is, shapes besides "members")
PG = {
    "raw": ("plain SQL, statement by statement", ("pool",)),
    "raw, one": ("plain SQL, one statement", ()),
    "ours": ("this ledger", ("pool", "issuer")),
    "hordak": ("django-hordak", ()),
}
SQLITE = {
    "raw": ("plain SQL, statement by statement", ("pool",)),
    "ours": ("this ledger", ("pool", "issuer")),
}
Told = dict[str, Any]


class Client:
    """One process of one contestant."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, cwd=ROOT,
        )  # fmt: skip

    def read(self) -> Told:
        """One answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a client stopped: {self.process.args}")
        told: Told = json.loads(line)
        return told

    def tell(self, **what: Any) -> None:
        """One request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """Hang up."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def together(clients: list[Client], shape: str, seconds: float) -> list[Told]:
    """All of them at once, from the same moment on."""
    begin = time.time() + HEAD_START
    for client in clients:
        client.tell(shape=shape, until=begin + seconds, **{"from": begin})
    return [client.read() for client in clients]


def summed(slices: list[list[Told]]) -> dict[str, float]:
    """One contestant's round: transfers a second, CPU and the longest wait of one transfer."""
    every = [told for part in slices for told in part]
    count = sum(told["count"] for told in every)
    took = sum(max(told["took"] for told in part) for part in slices)
    cpu, backend = sum(told["cpu"] for told in every), sum(told["server"] for told in every)
    return {
        "per_second": count / took,
        "cpu_ms": 1000 * (cpu + backend) / count,
        "server_cpu_ms": 1000 * backend / count,
        "worst_ms": 1000 * max(told["worst"] for told in every),
    }


def rounds(clients: dict[str, list[Client]], runs: list[tuple[str, str]], given: argparse.Namespace) -> Told:
    """Every (contestant, shape) by turns, slice after slice; what came out round by round."""
    found: Told = {"flushes": []}
    for number in range(given.rounds):
        found["flushes"].append(flushes(Path(tempfile.gettempdir())))
        parts: dict[tuple[str, str], list[list[Told]]] = {run: [] for run in runs}
        for turn in range(max(1, round(given.seconds / SLICE))):
            shift = (number + turn) % len(runs)  # nobody always comes after the same one
            for name, shape in [*runs[shift:], *runs[:shift]]:
                parts[name, shape].append(together(clients[name], shape, min(SLICE, given.seconds)))
        for (name, shape), slices in parts.items():
            found.setdefault(f"{name} {shape}", []).append(summed(slices))
        print(f"  round {number + 1} of {given.rounds}", file=sys.stderr, flush=True)
    return found


def judged(found: Told) -> Told:
    """Medians of the rounds, and of the ratios to plain SQL of the same round."""
    report: Told = {"flushes_per_second": found.pop("flushes")}
    for name, told in found.items():
        ratios = [
            one["per_second"] / raw["per_second"] for one, raw in zip(told, found["raw members"], strict=True)
        ]
        report[name] = {
            **{key: round(median(one[key] for one in told), 3) for key in ("per_second", "cpu_ms", "server_cpu_ms")},
            "worst_ms": round(max(one["worst_ms"] for one in told), 1),
            "ratio": round(median(ratios), 3),
            "ratios": [round(ratio, 3) for ratio in ratios],
        }  # fmt: skip
    return report


def measured(kind: str, commands: Told, given: argparse.Namespace) -> Told:
    """One client, then four, of every contestant of a database."""
    contestants = PG if kind == "pg" else SQLITE
    report = {}
    for number in CLIENTS:
        with ExitStack() as stack:
            clients: dict[str, list[Client]] = {}
            for name, (command, environment) in commands.items():
                clients[name] = [
                    Client([*(word.format(seed=seed) for word in command)], environment) for seed in range(number)
                ]  # fmt: skip
                for client in clients[name]:
                    stack.callback(client.close)
                    client.read()
            runs = [
                (name, shape)
                for name, (_what, shapes) in contestants.items()
                for shape in ("members", *shapes)
                if name in clients
            ]
            print(f"{kind}, {number} at a time", file=sys.stderr, flush=True)
            for name, shape in runs:
                together(clients[name], shape, SLICE)  # warm
            report[str(number)] = judged(rounds(clients, runs, given))
    return report


def run(command: list[str], environment: dict[str, str]) -> str:
    """A step of the building; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", *command], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    return done.stdout


def postgres(folder: Path, peer: Path | None, given: argparse.Namespace) -> Told:
    """All contestants on one durable PostgreSQL, each with a database of its own."""
    with server(durable=True) as url:
        ours, raw, other = (
            urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for name in ("ours", "raw", "hordak")
        )
        made(url, "ours")
        database: Database = ENVIRONMENT | {"LINLI_DATA": str(folder / "pg"), "DATABASE_URL": ours}
        print("pg: building", file=sys.stderr, flush=True)
        run(["bench.ledger_ours", "build"], whole(database))
        with psycopg.connect(url, autocommit=True) as link:
            link.execute("CREATE DATABASE raw TEMPLATE ours")
        with psycopg.connect(raw, autocommit=True) as link:
            for (name,) in link.execute(
                "SELECT proname FROM pg_proc WHERE proname LIKE 'ledger\\_%'"
            ).fetchall():
                link.execute(f"DROP FUNCTION {name} CASCADE")
            link.execute("ANALYZE")
        commands = {
            "raw": (["bench.ledger_raw", "{seed}", raw, "steps"], whole(database)),
            "raw, one": (["bench.ledger_raw", "{seed}", raw, "one"], whole(database)),
            "ours": (["bench.ledger_ours", "post", "{seed}"], whole(database)),
        }
        if peer:
            made(url, "hordak")
            environment = whole(database) | {"DATABASE_URL": other, "PYTHONPATH": str(peer)}
            run(["bench.ledger_hordak", "build"], environment)
            commands["hordak"] = (["bench.ledger_hordak", "post", "{seed}"], environment)
        report = measured("pg", commands, given)
        report["statement"] = json.loads(run(["bench.ledger_ours", "pages"], whole(database)))
        return report


def on_sqlite(folder: Path, peer: Path | None, given: argparse.Namespace) -> Told:
    """The two that run on SQLite, each with a file of its own; what the third one says."""
    database: Database = ENVIRONMENT | {"LINLI_DATA": str(folder / "sqlite"), "DATABASE_URL": ""}
    print("sqlite: building", file=sys.stderr, flush=True)
    run(["bench.ledger_ours", "build"], whole(database))
    raw = str(folder / "raw.sqlite3")
    with sqlite3.connect(folder / "sqlite" / "linli.sqlite3") as link, sqlite3.connect(raw) as copy:
        link.backup(copy)
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            copy.execute(f"DROP TRIGGER {name}")
    report = measured(
        "sqlite",
        {
            "raw": (["bench.ledger_raw", "{seed}", raw, "steps"], whole(database)),
            "ours": (["bench.ledger_ours", "post", "{seed}"], whole(database)),
        },
        given,
    )
    report["statement"] = json.loads(run(["bench.ledger_ours", "pages"], whole(database)))
    if peer:
        address = f"sqlite:///{folder / 'hordak.sqlite3'}"
        environment = whole(database) | {"DATABASE_URL": address, "PYTHONPATH": str(peer)}
        asked = subprocess.run(
            [sys.executable, "-m", "bench.ledger_hordak", "build"], env=environment, cwd=ROOT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        report["hordak"] = (asked.stderr.strip().splitlines() or ["it works here"])[-1]
    return report


@contextmanager
def hordak(folder: Path) -> Iterator[Path]:
    """The locked library in a folder of its own, by hash, built with the set-up's own setuptools."""
    target = folder / "hordak"
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qqq", "--require-hashes",
         "--no-build-isolation", "--target", str(target), "-r", str(ROOT / "requirements" / "bench.txt")],
        check=True, stdout=sys.stderr,
    )  # fmt: skip
    try:
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)


def flushes(folder: Path) -> int:
    """How many times a second the disk under the folder says that something is safe."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < PROBE:
            file.write(b"0" * 4096)
            os.fdatasync(file.fileno())
            count += 1
    return round(count / PROBE)


def verdicts(report: Told) -> list[tuple[str, float, float, bool]]:
    """Each target: what it is, what was found, what is asked for, whether it holds."""
    rows = []
    for (kind, number), target in TARGETS.items():
        if kind in report:
            found = report[kind][str(number)]["ours members"]["ratio"]
            rows.append((f"{kind}, {number}: of plain SQL", found, target, found >= target))
    if "sqlite" in report:
        worst = report["sqlite"]["4"]["ours members"]["worst_ms"]
        rows.append(("sqlite, 4: worst wait, ms", worst, LONGEST_WAIT, worst < LONGEST_WAIT))
    for kind in ("pg", "sqlite"):
        for place in ("first", "deep") if kind in report else ():
            much, few = (
                report[kind]["statement"][f"{name} entries, {place}"]["p50"] for name in ("100,000", "100")
            )
            rows.append(
                (f"{kind}: {place} page, 100,000 : 100", round(much / few, 2), SLOWER, much <= few * SLOWER)
            )
    return rows


def table(report: Told) -> str:
    """The figures as people read them."""
    lines = []
    for kind, contestants in (("pg", PG), ("sqlite", SQLITE)):
        for number in CLIENTS if kind in report else ():
            lines += [f"\n{kind}, {number} at a time" + f"{'a second':>38}{'ratio':>7}{'(rounds)':>15}"
                      f"{'CPU ms':>9}{'server':>8}{'worst ms':>10}"]  # fmt: skip
            every = dict(report[kind][str(number)])
            lines.append(
                f"  the disk flushes so often a second, round by round: {every.pop('flushes_per_second')}"
            )
            for name, told in every.items():
                who, shape = name.rsplit(" ", 1)
                what = contestants[who][0] + ("" if shape == "members" else f", all from the {shape}")
                spread = f"{min(told['ratios']):.2f}-{max(told['ratios']):.2f}"
                lines.append(f"  {what:52}{told['per_second']:>8.0f}{told['ratio']:>7.2f}{spread:>15}"
                             f"{told['cpu_ms']:>9.3f}{told['server_cpu_ms']:>8.3f}{told['worst_ms']:>10.1f}")  # fmt: skip
        if kind in report:
            lines.append(f"\n{kind}, a page of a statement: milliseconds, p50 / p95")
            for name, told in report[kind]["statement"].items():
                lines.append(f"  {name:52}{told['p50']:>8.2f} /{told['p95']:>6.2f}")
    if "hordak" in report.get("sqlite", {}):
        lines.append(f"\ndjango-hordak on SQLite: {report['sqlite']['hordak']}")
    lines.append("")
    for what, found, target, good in report["targets"]:
        lines.append(f"  {what:52}{found:>8.2f}{'' if good else '  missed':8} (target {target})")
    return "\n".join(lines)


def arguments(words: list[str]) -> argparse.Namespace:
    """What the command was asked."""
    parser = argparse.ArgumentParser(prog="python -m bench ledger", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each contestant in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["pg", "sqlite"], help="one database")
    parser.add_argument("--alone", action="store_true", help="without django-hordak (nothing is installed)")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Build, measure, print."""
    given = arguments(words)
    kinds = {"pg": postgres, "sqlite": on_sqlite}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-ledger-")))
        report: Told = {"seconds": given.seconds, "rounds": given.rounds, "cores": os.cpu_count()}
        peer = None if given.alone else stack.enter_context(hordak(folder))
        for kind in [given.only] if given.only else kinds:
            report[kind] = kinds[kind](folder, peer, given)
    report["targets"] = verdicts(report)
    print(table(report), file=sys.stderr, flush=True)
    print(json.dumps(report))
    return 0 if all(good for *_, good in report["targets"]) else 1
