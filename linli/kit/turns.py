"""Writers of SQLite take turns: its own waiting is unfair, and somebody may wait for seconds.

``turn()`` is ``transaction.atomic()`` that first queues on a lock file beside the database. The kernel wakes those
who wait in their order. PostgreSQL needs none of it; inside a transaction the turn is already taken.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_here = threading.local()


def lock_file(link: BaseDatabaseWrapper) -> str:
    """The file to queue on, or nothing where there is no queue: PostgreSQL, a database in memory."""
    name = str(link.settings_dict["NAME"])
    if link.vendor != "sqlite" or name == ":memory:" or "mode=memory" in name:
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
    link = connections[DEFAULT_DB_ALIAS]
    path = "" if link.in_atomic_block else lock_file(link)
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


def listened(link: BaseDatabaseWrapper) -> bool:
    """Whether somebody wants to hear of every statement: a debugger, a test."""
    return bool(link.execute_wrappers or link.queries_logged)


def undo(link: Any) -> None:
    """Roll back; a connection that cannot even do that is given up."""
    try:
        link._rollback()
    except Error:
        link.close()


@contextmanager
def plain_turn() -> Iterator[Any]:
    """On SQLite: ``turn()`` for a few plain statements, with a cursor that takes the driver's own marks (``?``).

    Django's way around a statement costs as much as the statement. A transaction of its own that nobody listens to
    goes straight to the driver; any other one takes Django's cursor.
    """
    link: Any = connections[DEFAULT_DB_ALIAS]
    path = "" if link.in_atomic_block or listened(link) else lock_file(link)
    if not path:
        with turn(), link.cursor() as cursor:
            yield cursor
        return
    handle = descriptor(path)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        link.ensure_connection()
        with link.wrap_database_errors:
            cursor = sqlite3.Cursor(link.connection)
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                link._commit()
            except BaseException:
                undo(link)
                raise
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def plain_statement() -> Iterator[Any]:
    """On PostgreSQL: a cursor for one statement, the same one again and again, with all its values apart.

    Where nothing is under way and nobody listens, the statement is its own transaction and stays prepared: one round
    trip, and neither read nor planned anew.
    """
    link = connections[DEFAULT_DB_ALIAS]
    if link.in_atomic_block or listened(link):
        with transaction.atomic(), link.cursor() as cursor:
            yield cursor
        return
    link.ensure_connection()
    link.connection.prepare_threshold = 0  # Django's own cursors prepare nothing whatever stands here
    with link.wrap_database_errors, psycopg.Cursor(link.connection) as cursor:
        yield cursor
