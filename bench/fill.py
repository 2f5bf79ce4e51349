"""Rows into a database in bulk: executemany on SQLite, COPY on PostgreSQL, indexes built at the end."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection

from linli.kit.pairindex import Entry, PairIndex, entry, quoted

CHUNK = 20_000
Row = Sequence[Any]


def postgres() -> bool:
    """Whether the database is PostgreSQL."""
    return connection.vendor == "postgresql"


def run(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """One statement; its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def write(table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Append rows of plain values (times and dates as text in UTC); returns how many."""
    names = ", ".join(f'"{name}"' for name in columns)
    rows, count = iter(rows), 0
    while part := list(islice(rows, CHUNK)):
        count += len(part)
        with connection.cursor() as cursor:
            if postgres():
                with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in part:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                # The driver's own cursor: Django's would look for %s in half a million rows.
                cursor.cursor.connection.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})', part
                )
    return count


def index(pairs: PairIndex, rows: Iterable[Entry]) -> None:
    """Put new rows into a pair index: by COPY on PostgreSQL."""
    if postgres():
        texts = ((row[0], " ".join(map(quoted, entry(*row)))) for row in rows)
        write(pairs.table, ["id", "tokens"], texts)
    else:
        pairs.put(rows)


@contextmanager
def bulk(tables: Sequence[str]) -> Iterator[None]:
    """Fill these tables without looking up foreign keys; their indexes are taken away and built at the end."""
    indexes = taken_away(tables)
    if postgres():
        for command in ("TIME ZONE 'UTC'", "synchronous_commit = off", "maintenance_work_mem = '1GB'"):
            run(f"SET {command}")
        run("SET session_replication_role = replica")
    else:
        for command in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
            run(f"PRAGMA {command}")
    yield
    for sql in indexes:
        run(sql)
    if postgres():
        run("SET session_replication_role = DEFAULT")
        for table in tables:
            run(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
            )
    if postgres():  # nobody runs ANALYZE on a file; a server does it by itself
        run("ANALYZE")


def taken_away(tables: Sequence[str]) -> list[str]:
    """Drop what indexes can be dropped; returns the statements that make them again."""
    if postgres():
        found = run(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
    else:
        marks = ", ".join(["%s"] * len(tables))
        found = run(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({marks}) AND upper(sql) NOT LIKE 'CREATE UNIQUE%%'",
            list(tables),
        )
    for name, _sql in found:
        run(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]
