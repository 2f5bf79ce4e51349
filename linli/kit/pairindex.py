"""An index on character pairs: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Two characters suffice to search Chinese. The table is made by a migration through ``create``; it holds one
row per indexed thing: its number, its pair tokens, and marks of the areas it lies in. SQLite reads its lists
from the newest number back and stops when it has enough. PostgreSQL cannot stop early; there each mark also
says in which block of numbers the row lies, and a search walks from the newest block back, each block larger
than the one before. A walk asks at most a few questions, and no question costs more than the shortest list of
what it asks for.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The sizes of the blocks as powers of two; a block of one size is whole blocks of the size before.
BLOCKS = (10, 14, 18, 22)
LAST = 2**63 - 1
Entry = tuple[int, Sequence[str], Sequence[str]]


class PairIndex:
    """The pair index in one table. Numbers are positive; tokens hold word characters only."""

    def __init__(self, table: str) -> None:
        if not table.isidentifier():
            raise ValueError(f"not a table name: {table}")
        self.table = table

    def create(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Make the table; called by a migration."""
        if editor.connection.vendor == "postgresql":
            editor.execute(f"CREATE TABLE {self.table} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)")
            editor.execute(
                f"CREATE INDEX {self.table}_gin ON {self.table} USING gin (tokens) WITH (fastupdate = off)"
            )
        else:
            # Tokens come folded; "ascii" cuts at spaces and leaves other scripts alone. Marks begin with a slash.
            editor.execute(
                f"CREATE VIRTUAL TABLE {self.table} USING fts5"
                """(tokens, detail=none, columnsize=0, tokenize="ascii tokenchars '/'")"""
            )

    def drop(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Remove the table; the way back of the migration."""
        editor.execute(f"DROP TABLE {self.table}")

    def put(self, rows: Iterable[Entry]) -> None:
        """Index ``(number, tokens, area codes)``; a number already there is replaced."""
        if connection.vendor == "postgresql":
            sql = (
                f"INSERT INTO {self.table} (id, tokens) VALUES (%s, array_to_tsvector(%s))"
                " ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens"
            )
        else:
            sql = f"INSERT OR REPLACE INTO {self.table} (rowid, tokens) VALUES (%s, %s)"
        values = [(number, entry(number, tokens, codes)) for number, tokens, codes in rows]
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(sql, values)

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget these numbers."""
        numbers = list(numbers)
        key = "id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            for start in range(0, len(numbers), 500):
                part = numbers[start : start + 500]
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(f"DELETE FROM {self.table} WHERE {key} IN ({marks})", part)

    def search(
        self, tokens: Sequence[str], *, scopes: Iterable[str], limit: int, before: int | None = None
    ) -> list[int]:
        """Numbers that hold every token and lie in one of the scopes ("" or "*" is everywhere), newest first."""
        codes = list(scopes)
        if not tokens or not codes:
            return []
        codes = [""] if {"", "*"} & set(codes) else codes
        if connection.vendor == "postgresql":
            return self._by_blocks(tokens, codes, limit, before)
        return self._by_stream(tokens, codes, limit, before)

    def _by_stream(
        self, tokens: Sequence[str], codes: list[str], limit: int, before: int | None
    ) -> list[int]:
        parts = [f'"{token}"' for token in tokens]
        parts += ["(" + " OR ".join(f'"{mark(code)}"' for code in codes) + ")"] if codes != [""] else []
        sql = (
            f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid < %s"
            " ORDER BY rowid DESC LIMIT %s"
        )
        return numbers(sql, [" AND ".join(parts), LAST if before is None else before, limit])

    def _by_blocks(
        self, tokens: Sequence[str], codes: list[str], limit: int, before: int | None
    ) -> list[int]:
        # "id + 0" keeps the planner from reading the whole table backwards by its key where it expects many hits.
        sql = (
            f"SELECT id FROM {self.table} WHERE tokens @@ %s::tsquery AND id + 0 BETWEEN %s AND %s"
            " ORDER BY id + 0 DESC LIMIT %s"
        )
        top = before - 1 if before is not None else self._newest()
        found: list[int] = []
        level = 0
        while top > 0 and len(found) < limit:
            bottom = top >> BLOCKS[level] << BLOCKS[level]
            areas = " | ".join(quoted(block_mark(code, level, top)) for code in codes)
            query = " & ".join([*map(quoted, tokens), f"({areas})"])
            found += numbers(sql, [query, bottom, top, limit - len(found)])
            top, level = bottom - 1, min(level + 1, len(BLOCKS) - 1)
        return found

    def _newest(self) -> int:
        return max(numbers(f"SELECT max(id) FROM {self.table}", []), default=0)


def numbers(sql: str, values: Sequence[str | int]) -> list[int]:
    """The first column of what a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def entry(number: int, tokens: Sequence[str], codes: Sequence[str]) -> str | list[str]:
    """What the database keeps of a row: one text, or (PostgreSQL) lexemes."""
    if connection.vendor != "postgresql":
        return " ".join([*tokens, *map(mark, codes)])
    marks = (block_mark(code, level, number) for code in ("", *codes) for level in range(len(BLOCKS)))
    return list({*tokens, *marks})


def mark(code: str) -> str:
    """The mark of an area. Tokens hold no slash: no text can pretend to lie in an area."""
    return f"/{code}"


def block_mark(code: str, level: int, number: int) -> str:
    """The mark of an area (or of all, "") and of the block of a level that a number lies in."""
    return f"/{code}/{level}/{number >> BLOCKS[level]:x}"


def quoted(token: str) -> str:
    """A token as a tsquery lexeme."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
