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
            values = [(number, lexemes(number, tokens, codes)) for number, tokens, codes in rows]
        else:
            sql = f"INSERT OR REPLACE INTO {self.table} (rowid, tokens) VALUES (%s, %s)"
            values = [(number, " ".join([*tokens, *map(scope_token, codes)])) for number, tokens, codes in rows]
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
        everywhere = any(scope in {"", "*"} for scope in scopes)
        top = self._newest() if before is None else before - 1
        found: list[int] = []
        level = 0
        while top > 0 and len(found) < limit:
            block = top >> BLOCKS[level]
            bottom = block << BLOCKS[level]
            found += self._window(tokens, [] if everywhere else scopes, level, bottom, top, limit - len(found))
            top, level = bottom - 1, min(level + 1, len(BLOCKS) - 1)
        return found

    def _newest(self) -> int:
        key = "id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key} FROM {self.table} ORDER BY {key} DESC LIMIT 1")
            row = cursor.fetchone()
        return row[0] if row else 0

    def _window(
        self, tokens: Sequence[str], scopes: list[str], level: int, bottom: int, top: int, limit: int
    ) -> list[int]:
        areas = [scope_token(scope) for scope in scopes]
        if connection.vendor == "postgresql":
            parts = [quoted(token) for token in tokens]
            parts += ["(" + " | ".join(map(quoted, areas)) + ")"] if areas else []
            query = " & ".join([*parts, quoted(block_token(level, top))])
            sql = (
                f"SELECT id FROM {self.table} WHERE tokens @@ %s::tsquery AND id BETWEEN %s AND %s"
                " ORDER BY id DESC LIMIT %s"
            )
        else:
            parts = [f'"{token}"' for token in tokens]
            parts += ["(" + " OR ".join(f'"{area}"' for area in areas) + ")"] if areas else []
            query = " AND ".join(parts)
            sql = (
                f"SELECT rowid FROM {self.table} WHERE {self.table} MATCH %s AND rowid BETWEEN %s AND %s"
                " ORDER BY rowid DESC LIMIT %s"
            )
        with connection.cursor() as cursor:
            cursor.execute(sql, [query, bottom, top, limit])
            return [row[0] for row in cursor.fetchall()]


def lexemes(number: int, tokens: Sequence[str], codes: Sequence[str]) -> list[str]:
    """What PostgreSQL keeps of an entry."""
    blocks = [block_token(level, number) for level in range(len(BLOCKS))]
    return [*{*tokens, *map(scope_token, codes), *blocks}]


def scope_token(code: str) -> str:
    """The token of an area code; never a pair of words."""
    return f"zz{code}zz"


def block_token(level: int, number: int) -> str:
    """The token of the block of a level that a number lies in."""
    return f"yy{level}x{number >> BLOCKS[level]}yy"


def quoted(token: str) -> str:
    """A token as a tsquery lexeme."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
