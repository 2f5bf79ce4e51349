"""The databases of a measurement: built once in a folder, kept, and used again."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from scripts.with_postgres import DURABLE, ask, copied, programs

ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "linli.settings", "LINLI_DEMO": "1"}
Database = dict[str, str]  # the environment that leads there


def sqlite(folder: Path, size: int) -> Database:
    """A file of its own for each size."""
    return ENVIRONMENT | {"LINLI_DATA": str(folder / f"sqlite-{size}"), "DATABASE_URL": ""}


def postgres(folder: Path, size: int, url: str) -> Database:
    """A database of its own for each size, on one server."""
    name = f"/linli_{size}"
    return ENVIRONMENT | {
        "LINLI_DATA": str(folder / f"postgres-{size}"),
        "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=name)),
    }


def prepared(database: Database, size: int, board: Path | None) -> dict[str, Any]:
    """Build what is not there yet; how long it took, and when."""
    found = list(Path(database["LINLI_DATA"]).glob(f"built-*-{size}.json"))
    if not found:
        command = [
            sys.executable,
            "-m",
            "bench.build",
            str(size),
            *(["--board", str(board)] if board else []),
        ]
        subprocess.run(command, env=whole(database), stdout=subprocess.DEVNULL, check=True)
        found = list(Path(database["LINLI_DATA"]).glob(f"built-*-{size}.json"))
    told: dict[str, Any] = json.loads(found[0].read_text())
    return told


def whole(database: Database) -> dict[str, str]:
    """The environment of a process that uses the database."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    return environment | {key: value for key, value in database.items() if value}


@contextmanager
def server(folder: Path, sizes: list[int]) -> Iterator[str]:
    """A PostgreSQL that keeps its data in the folder; yields its address.

    ``DATABASE_URL`` names another one instead; its user must be a superuser, because foreign keys are not
    looked up while millions of rows go in.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        for size in sizes:
            made(given, f"linli_{size}")
        yield given
        return
    data = folder / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    home, who = runner(folder, data)
    if not (data / "PG_VERSION").exists():
        encoding = ("--auth=trust", "-E", "UTF8", "--no-sync")
        ask(home / "bin" / "initdb", "-D", data, "-U", "linli", *encoding, **who)
    control = (home / "bin" / "pg_ctl", "-D", data, "-w", "-t", "120")
    options = f"-h '' -k {data} {DURABLE} -c max_wal_size=8GB"
    ask(*control, "-l", data / "log", "-o", options, "start", **who)
    url = f"postgresql://linli@{quote(str(data), safe='')}/postgres"
    try:
        for size in sizes:
            made(url, f"linli_{size}")
        yield url
    finally:
        ask(*control, "-m", "fast", "stop", **who)


def runner(folder: Path, data: Path) -> tuple[Path, dict[str, Any]]:
    """The server's programs and who runs them: PostgreSQL refuses root, so root has nobody do it with a copy."""
    home = programs()
    if os.geteuid() != 0:
        return home, {}
    nobody = pwd.getpwnam("nobody")
    wheel = folder / "wheel"
    shutil.rmtree(wheel, ignore_errors=True)
    wheel.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)
    return copied(home, wheel), {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def made(url: str, name: str) -> None:
    """Create a database where there is none."""
    with psycopg.connect(url, autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
