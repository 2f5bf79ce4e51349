"""Triggers that refuse rows, the same condition on SQLite and PostgreSQL. For migrations."""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER = (("rows are only added", "1 = 1"),)


def refuse(
    editor: BaseDatabaseSchemaEditor, table: str, name: str, when: str, rows: Iterable[tuple[str, str]]
) -> None:
    """Before ``when`` (INSERT, UPDATE or DELETE) on ``table``, refuse with these words where the condition holds.

    Conditions speak of NEW and OLD. Both databases raise an integrity error.
    """
    said = f"{table}: "
    if editor.connection.vendor == "postgresql":
        body = " ".join(
            f"IF {condition} THEN RAISE EXCEPTION '{said}{words}' USING ERRCODE = '23514'; END IF;"
            for words, condition in rows
        )
        editor.execute(
            f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()",
            params=None,
        )
    else:
        body = " ".join(
            f"SELECT RAISE(ABORT, '{said}{words}') WHERE {condition};" for words, condition in rows
        )
        editor.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} BEGIN {body} END", params=None
        )


def drop(editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    """Take a trigger away again."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP FUNCTION {table}_{name}() CASCADE", params=None)
    else:
        editor.execute(f"DROP TRIGGER {table}_{name}", params=None)
