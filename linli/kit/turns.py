"""Writers of SQLite take turns: its own waiting is unfair, and somebody may wait for seconds.

``turn()`` is ``transaction.atomic()`` that first queues on a lock file beside the database. The kernel wakes those
who wait in their order. PostgreSQL needs none of it; inside a transaction the turn is already taken.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_here = threading.local()


def lock_file() -> str:
    """The file to queue on, or nothing where there is no queue: PostgreSQL, a database in memory."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or "mode=memory" in name:
        return ""
    return f"{name}.turn"


def descriptor(path: str) -> int:
    """This thread's own handle of the file: a lock belongs to the handle, not to the process."""
    known: dict[tuple[int, str], int] = _here.__dict__.setdefault("handles", {})
    key = (os.getpid(), path)
    if key not in known:
        known[key] = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return known[key]


@contextmanager
def turn() -> Iterator[None]:
    """One transaction, begun in the order of asking."""
    path = "" if connection.in_atomic_block else lock_file()
    if not path:
        with transaction.atomic():
            yield
        return
    handle = descriptor(path)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with transaction.atomic():
            yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
