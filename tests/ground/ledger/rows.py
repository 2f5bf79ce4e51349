"""The ledger's rows as the database has them, below the actions: for the tests that attack, break and compare."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from linli.ground.ledger.actions.base import adapted
from linli.ground.ledger.models import Account, Balance
from tests.factories import NOW

MODELS: list[type[Model]] = list(apps.get_app_config("ledger").get_models())
LATER_TABLES = ("balance",)  # the only one whose rows change
FIXED = [model for model in MODELS if model._meta.model_name not in LATER_TABLES]


def postgres() -> bool:
    return connection.vendor == "postgresql"


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the ledger, in order of its key."""
    return {
        model._meta.db_table: list(model._default_manager.order_by("pk").values_list()) for model in MODELS
    }


def raw(statement: str, values: list[Any] | tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """One statement as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapted(value) for value in values])
        return list(cursor.fetchall()) if cursor.description else []


def insert(table: str, **columns: Any) -> None:
    """One row, past every action."""
    marks = ", ".join(["%s"] * len(columns))
    raw(f"INSERT INTO ledger_{table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))


def update(table: str, where: str, **columns: Any) -> None:
    """Change rows, past every action."""
    changes = ", ".join(f"{name} = %s" for name in columns)
    raw(f"UPDATE ledger_{table} SET {changes} WHERE {where}", list(columns.values()))


def transfer(account: Account, *, uid: UUID | None = None, now: datetime = NOW, **more: Any) -> int:
    """A transfer without entries in the book of an account; its number."""
    uid = uid or uuid4()
    given = {
        "book": account.book, "uid": uid, "request_hash": "0" * 64, "kind": "forged", "event_at": now, "posted_at": now,
        "authority": "rule", "reason": "", "source_kind": "",
    }  # fmt: skip
    insert("transfer", **given | more)
    return int(raw("SELECT id FROM ledger_transfer WHERE uid = %s", [uid])[0][0])


def leg(number: int, account: Account, amount: int, **more: Any) -> None:
    """An entry with the balance it moves, right unless ``more`` says otherwise."""
    row = Balance.objects.filter(pk=account.pk).first()
    if row:
        update("balance", f"account_id = {account.pk}", posted=row.posted + amount, version=row.version + 1)
    right = {"unit": account.unit, "amount": amount}
    right |= {"balance_after": row.posted + amount, "version": row.version + 1} if row else {}
    insert("entry", transfer_id=number, account_id=account.pk, **right | more)


def seal(number: int, legs: int = 2) -> None:
    insert("seal", transfer_id=number, legs=legs)


def booked(*legs: tuple[Account, int], now: datetime = NOW, **more: Any) -> int:
    """A whole transfer by hand, right unless its legs are not."""
    number = transfer(legs[0][0], now=now, **more)
    for account, amount in legs:
        leg(number, account, amount)
    seal(number, len(legs))
    return number


def settle() -> None:
    """PostgreSQL looks now at what it would look at on commit."""
    if postgres():
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        raw("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused(words: str = "") -> Iterator[None]:
    """The database refuses what is inside, with these words, and everything is as it was."""
    before = everything()
    said = ""
    try:
        with transaction.atomic():
            yield
            settle()
    except DatabaseError as error:
        said = str(error) or type(error).__name__
    assert said, "the database let it pass"
    assert words.lower() in said.lower(), said
    assert everything() == before


@contextmanager
def defenceless() -> Iterator[None]:
    """Whoever owns the database can do anything: no triggers, no foreign keys, no checks while inside.

    What was done inside is undone at the end.
    """
    with transaction.atomic():
        settle()
        if postgres():
            raw("SET LOCAL session_replication_role = replica")
            found = raw(
                "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c'"
                " AND conrelid::regclass::text LIKE 'ledger_%%'"
            )
            for table, name in found:
                raw(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        else:
            raw("PRAGMA defer_foreign_keys = ON")
            raw("PRAGMA ignore_check_constraints = ON")
            for (name,) in raw(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%%'"
            ):
                raw(f"DROP TRIGGER {name}")
        try:
            yield
        finally:
            if not postgres():
                raw("PRAGMA ignore_check_constraints = OFF")
            transaction.set_rollback(True)
