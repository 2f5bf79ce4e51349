"""Writers are killed, a server is stopped at once, all under load: what was answered is there, nothing is half done.

A process that dies, not a machine: whether the disk keeps what it was told to keep is not shown here.
"""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from tests.ground.ledger.crash import Server, durable_server
from tests.ground.ledger.replay import elsewhere
from tests.ground.ledger.rows import postgres

WRITERS, LOAD = 3, float(os.environ.get("LINLI_LOAD", "1.5"))
CRASH = "tests.ground.ledger.crash"


def ask(url: str, folder: Path, *words: object) -> object:
    """Run a program to its end and read its answer."""
    said, errors = elsewhere(url, folder, CRASH, *words).communicate(timeout=120)
    assert said, errors
    return json.loads(said.splitlines()[-1])


@contextmanager
def writers(url: str, folder: Path, name: str) -> Iterator[list[Popen[str]]]:
    """Some writers, all of them writing."""
    started = [elsewhere(url, folder, CRASH, "write", folder / f"{name}{n}.log", n) for n in range(WRITERS)]
    try:
        for process in started:
            assert process.stdout and process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in started:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def sound(url: str, folder: Path) -> None:
    """Everything that was answered is there once and whole; the writers had something to do."""
    found = ask(url, folder, "check", *sorted(folder.glob("*.log")))
    assert isinstance(found, dict)
    booked, transfers = found.pop("booked"), found.pop("transfers")
    assert found == {"lost": [], "unasked": 0, "half": [], "broken": None, "unsealed": 0}
    assert transfers - 12 >= booked > 20


def killed(url: str, folder: Path, name: str) -> None:
    """All writers die at once."""
    with writers(url, folder, name) as started:
        time.sleep(LOAD)
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
    sound(url, folder)


@pytest.mark.skipif(postgres(), reason="SQLite only")
def test_writers_that_are_killed_leave_a_sound_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crash.sqlite3'}"
    assert ask(url, tmp_path, "prepare") == "prepared"
    for name in ("a", "b"):
        killed(url, tmp_path, name)


@pytest.fixture
def server() -> Iterator[Server]:
    try:
        with durable_server() as running:
            yield running
    except SystemExit as no_programs:
        pytest.skip(str(no_programs))


@pytest.mark.skipif(not postgres(), reason="PostgreSQL only")
def test_a_server_that_stops_at_once_has_kept_its_word(tmp_path: Path, server: Server) -> None:
    assert ask(server.url, tmp_path, "prepare") == "prepared"
    killed(server.url, tmp_path, "a")
    for name in ("b", "c"):
        with writers(server.url, tmp_path, name):
            time.sleep(LOAD)
            server.stop("immediate")
        server.start()
        sound(server.url, tmp_path)
