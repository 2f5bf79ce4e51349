"""An index on character pairs: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Two characters suffice to search Chinese. The table is made by a migration through ``create``; it holds one
row per indexed thing: its number, its pair tokens, the codes of the areas it lies in, and (PostgreSQL) the
blocks of numbers it belongs to. Searches walk from the newest number back in growing blocks, so that a common
word in a million rows costs no more than in ten thousand.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The sizes of the blocks as powers of two; a block of one size is whole blocks of the size before.
BLOCKS = (10, 13, 16, 19, 22)
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
            # Tokens come separated and folded; "ascii" cuts at spaces and leaves every other script alone.
            editor.execute(
                f"CREATE VIRTUAL TABLE {self.table} USING fts5"
                "(tokens, detail=none, columnsize=0, tokenize='ascii')"
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
        scopes = list(scopes)
        if not tokens or not scopes:
            return []
        areas = [] if {"", "*"} & set(scopes) else [scope_token(scope) for scope in scopes]
        if connection.vendor == "postgresql":
            return self._by_blocks(tokens, areas, limit, before)
        return self._by_stream(tokens, areas, limit, before)

    def _by_stream(
        self, tokens: Sequence[str], areas: list[str], limit: int, before: int | None
    ) -> list[int]:
        """SQLite reads its lists from the newest number back and stops at the limit."""
        parts = [f'"{token}"' for token in tokens]
        parts += ["(" + " OR ".join(f'"{area}"' for area in areas) + ")"] if areas else []
        sql = f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
        return numbers(sql, [" AND ".join(parts), LAST if before is None else before, limit])

    def _by_blocks(
        self, tokens: Sequence[str], areas: list[str], limit: int, before: int | None
    ) -> list[int]:
        """PostgreSQL finds all before it sorts: so it is asked for one block after another, each larger."""
        parts = [quoted(token) for token in tokens]
        parts += ["(" + " | ".join(map(quoted, areas)) + ")"] if areas else []
        # "id + 0" keeps the planner from reading the whole table backwards by its key when it expects many hits.
        sql = (
            f"SELECT id FROM {self.table} WHERE tokens @@ %s::tsquery AND id + 0 BETWEEN %s AND %s"
            " ORDER BY id + 0 DESC LIMIT %s"
        )
        top = before - 1 if before is not None else self._newest()
        found: list[int] = []
        level = 0
        while top > 0 and len(found) < limit:
            bottom = top >> BLOCKS[level] << BLOCKS[level]
            query = " & ".join([*parts, quoted(block_token(level, top))])
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
    """What the database keeps of a row: words in one text, or (PostgreSQL) the lexemes with the blocks they are in."""
    words = [*tokens, *map(scope_token, codes)]
    if connection.vendor != "postgresql":
        return " ".join(words)
    return list({*words, *(block_token(level, number) for level in range(len(BLOCKS)))})


def scope_token(code: str) -> str:
    """The token of an area code; never a pair of words."""
    return f"zz{code}zz"


def block_token(level: int, number: int) -> str:
    """The token of the block of a level that a number lies in."""
    return f"yy{level}x{number >> BLOCKS[level]}yy"


def quoted(token: str) -> str:
    """A token as a tsquery lexeme."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
