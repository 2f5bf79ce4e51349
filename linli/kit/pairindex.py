"""An index on character pairs: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

Two characters suffice to search Chinese. The table is made by a migration through ``create``; it holds one
row per indexed thing: its number, its pair tokens, the codes of the areas it lies in, and (PostgreSQL) the
block of numbers it belongs to. Searches walk from the newest number back in growing blocks, so that a common
word in a million rows costs no more than in ten thousand.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BLOCK = 1 << 14
FIRST_BLOCKS = 1


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
            editor.execute(
                f"CREATE VIRTUAL TABLE {self.table} USING fts5"
                "(tokens, detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 0')"
            )

    def drop(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Remove the table; the way back of the migration."""
        editor.execute(f"DROP TABLE {self.table}")

    def put(self, rows: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
        """Index ``(number, tokens, area codes)``; a number already there is replaced."""
        rows = list(rows)
        if not rows:
            return
        self.remove([row[0] for row in rows])
        postgres = connection.vendor == "postgresql"
        with connection.cursor() as cursor:
            if postgres:
                cursor.executemany(
                    f"INSERT INTO {self.table} (id, tokens) VALUES (%s, array_to_tsvector(%s))",
                    [
                        (number, sorted({*tokens, *map(scope_token, codes), block_token(number // BLOCK)}))
                        for number, tokens, codes in rows
                    ],
                )
            else:
                cursor.executemany(
                    f"INSERT INTO {self.table} (rowid, tokens) VALUES (%s, %s)",
                    [(number, " ".join([*tokens, *map(scope_token, codes)])) for number, tokens, codes in rows],
                )

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
        blocks = FIRST_BLOCKS
        while top > 0 and len(found) < limit:
            bottom = max(0, top // BLOCK - blocks + 1) * BLOCK
            found += self._window(tokens, [] if everywhere else scopes, bottom, top, limit - len(found))
            top, blocks = bottom - 1, blocks * 2
        return found

    def _newest(self) -> int:
        key = "id" if connection.vendor == "postgresql" else "rowid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT max({key}) FROM {self.table}")
            return cursor.fetchone()[0] or 0

    def _window(self, tokens: Sequence[str], scopes: list[str], bottom: int, top: int, limit: int) -> list[int]:
        areas = [scope_token(scope) for scope in scopes]
        if connection.vendor == "postgresql":
            parts = [quoted(token) for token in tokens]
            parts += ["(" + " | ".join(map(quoted, areas)) + ")"] if areas else []
            blocks = [quoted(block_token(block)) for block in range(bottom // BLOCK, top // BLOCK + 1)]
            query = " & ".join([*parts, "(" + " | ".join(blocks) + ")"])
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


def scope_token(code: str) -> str:
    """The token of an area code; never a pair of words."""
    return f"zz{code}zz"


def block_token(block: int) -> str:
    """The token of a block of numbers."""
    return f"yy{block}yy"


def quoted(token: str) -> str:
    """A token as a tsquery lexeme."""
    return "'" + token.replace("'", "''").replace("\\", "\\\\") + "'"
