"""Ten thousand needs and a million: what each page costs at both sizes, on SQLite and on PostgreSQL.

``python -m bench needs`` builds the towns that are not there yet, asks both sizes by turns and prints p50, p95
and how the larger compares with the smaller.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.databases import Database, postgres, prepared, server, sqlite, whole

KINDS = ("common", "two common", "never meet", "rare", "nowhere", "number")
QUERIES = (
    "today",
    "triage",
    "triage, page 4",
    "need",
    "rates",
    "same",
    *(f"search, {kind}" for kind in KINDS),
)
PAGES = (*(name for name in QUERIES if name != "triage, page 4"), "rates, rows")
LOGINS = {
    "director": "a community director",
    "harsh": "the director of a community with a fifth of all needs",
}
WARM_UP = 12
ALLOWED = 1.5


class Child:
    """A process that answers for one database."""

    def __init__(self, database: Database) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.child"],
            env=whole(database), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.facts = self.read()

    def read(self) -> dict[str, Any]:
        """One answer."""
        assert self.process.stdout is not None
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def ask(self, **what: Any) -> float:
        """Milliseconds of one request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        told = self.read()
        if "error" in told:
            raise RuntimeError(told["error"])
        return float(told["ms"])

    def close(self) -> None:
        """Hang up."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def measured(
    children: dict[int, Child], kind: str, name: str, login: str, times: int
) -> dict[str, Any] | None:
    """p50 and p95 of one page at every size, asked by turns; None where the page cannot be asked."""
    took: dict[int, list[float]] = {size: [] for size in children}
    try:
        for turn in range(times + WARM_UP):
            for size, child in children.items():
                ms = child.ask(kind=kind, name=name, login=login, turn=turn)
                if turn >= WARM_UP:
                    took[size].append(ms)
    except RuntimeError as error:
        return {"kind": kind, "name": name, "login": login, "error": str(error)}
    row: dict[str, Any] = {"kind": kind, "name": name, "login": login, "times": times}
    for size, values in took.items():
        cuts = quantiles(values, n=20)
        row[str(size)] = {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}
    first, last = str(min(took)), str(max(took))
    row["ratio"] = round(row[last]["p95"] / row[first]["p95"], 2)
    return row


def table(database: str, rows: list[dict[str, Any]], sizes: list[int]) -> str:
    """The rows as people read them."""
    lines = [f"\n{database}: milliseconds, p50 / p95"]
    heads = "".join(f"{size:>20,}" for size in sizes)
    for kind, login in sorted({(row["kind"], row["login"]) for row in rows}):
        lines.append(f"\n  {'whole request' if kind == 'page' else 'queries'}, {LOGINS.get(login, login)}")
        lines.append(f"    {'':22}{heads}{'ratio':>8}")
        for row in rows:
            if (row["kind"], row["login"]) != (kind, login):
                continue
            if "error" in row:
                lines.append(f"    {row['name']:22} {row['error']}")
                continue
            cells = "".join(
                f"{row[str(size)]['p50']:>10.1f} /{row[str(size)]['p95']:>8.1f}" for size in sizes
            )
            mark = "" if row["ratio"] <= ALLOWED else "  over"
            lines.append(f"    {row['name']:22}{cells}{row['ratio']:>8.2f}{mark}")
    return "\n".join(lines)


def markdown(database: str, rows: list[dict[str, Any]], sizes: list[int]) -> str:
    """The rows as docs/performance.md shows them."""
    lines = []
    for login in dict.fromkeys(row["login"] for row in rows):
        lines += [f"\n**{database}, {LOGINS.get(login, login)}**\n"]
        lines += ["| | " + " | ".join(f"{size:,}" for size in sizes) + " | ratio of p95 |"]
        lines += ["|---|" + "--:|" * (len(sizes) + 1)]
        for row in rows:
            if row["login"] == login and "error" not in row:
                cells = " | ".join(
                    f"{row[str(size)]['p50']:.1f} / {row[str(size)]['p95']:.1f}" for size in sizes
                )
                over = "**" if row["ratio"] > ALLOWED else ""
                lines.append(f"| {row['name']} | {cells} | {over}{row['ratio']:.2f}{over} |")
    return "\n".join(lines)


def ask_all(databases: dict[int, Database], given: argparse.Namespace) -> list[dict[str, Any]]:
    """Every page for every login."""
    with ExitStack() as stack:
        children = {}
        for size, database in databases.items():
            children[size] = Child(database)
            stack.callback(children[size].close)
        names = {"query": QUERIES, "page": PAGES}
        rows = []
        for kind in given.kinds:
            for login in given.logins:
                for name in names[kind]:
                    if not given.only or name.startswith(tuple(given.only)):
                        rows.append(measured(children, kind, name, login, given.times))
        return [row for row in rows if row]


def arguments(words: list[str]) -> argparse.Namespace:
    """What the command was asked."""
    parser = argparse.ArgumentParser(prog="python -m bench needs", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument(
        "--databases", nargs="+", choices=["sqlite", "postgres"], default=["sqlite", "postgres"]
    )
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "linli-bench")
    parser.add_argument("--logins", nargs="+", default=list(LOGINS))
    parser.add_argument("--kinds", nargs="+", choices=["query", "page"], default=["page"])
    parser.add_argument("--only", nargs="+", default=[], help="names of pages to measure, or how they begin")
    parser.add_argument("--times", type=int, default=120, help="requests of each kind and size")
    parser.add_argument("--seconds", action="store_true", help="also print how long building took")
    parser.add_argument(
        "--board", type=Path, help="a CSV file whose messages are used instead of made-up ones"
    )
    parser.add_argument("--json", type=Path, help="where to write every figure")
    parser.add_argument("--markdown", action="store_true", help="print tables for docs/performance.md")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Build, measure, print; 1 when a page of the ordinary community costs too much at the larger size."""
    given = arguments(words)
    given.folder.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"cores": os.cpu_count(), "sizes": given.sizes, "databases": {}}
    report["memory_gb"] = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    for name in given.databases:
        with ExitStack() as stack:
            url = stack.enter_context(server(given.folder, given.sizes)) if name == "postgres" else ""
            databases = {
                size: postgres(given.folder, size, url) if url else sqlite(given.folder, size)
                for size in given.sizes
            }
            built = {size: prepared(database, size, given.board) for size, database in databases.items()}
            rows = ask_all(databases, given)
        report["databases"][name] = {"built": built, "rows": rows}
        if given.seconds:
            for size, told in built.items():
                print(f"{name}: {size:,} needs built in {told['seconds']} s")
        print((markdown if given.markdown else table)(name, rows, sorted(given.sizes)), flush=True)
    if given.json:
        given.json.write_text(json.dumps(report, ensure_ascii=False, indent=1))
    every = [row for told in report["databases"].values() for row in told["rows"]]
    return 1 if any(failed(row) for row in every) else 0


def failed(row: dict[str, Any]) -> bool:
    """Whether a page could not be asked, or costs too much at the larger size. The harsh case only informs."""
    return "error" in row or (row["login"] == "director" and row["ratio"] > ALLOWED)
