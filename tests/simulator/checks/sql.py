"""Reading rows as they stand, past everything that the product reads them with."""

from collections.abc import Sized
from typing import Any

from django.db import connection


class Wrong(AssertionError):
    """Something that may never be, with the number of the invariant."""

    def __init__(self, invariant: int | str, words: str) -> None:
        super().__init__(f"invariant {invariant}: {words}")
        self.invariant = invariant


def insist(right: bool, invariant: int | str, words: object) -> None:
    """Say what is wrong, where something is."""
    if not right:
        raise Wrong(invariant, str(words))


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def marks(values: Sized) -> str:
    """As many places as there are values."""
    return ", ".join(["%s"] * len(values))


HEADS = """SELECT (SELECT COALESCE(MAX(id), 0) FROM ledger_account), (SELECT COALESCE(MAX(id), 0) FROM ledger_transfer),
 (SELECT COALESCE(MAX(id), 0) FROM ledger_entry), (SELECT COALESCE(MAX(id), 0) FROM ledger_hold),
 (SELECT COALESCE(MAX(id), 0) FROM ledger_holdend), (SELECT COALESCE(MAX(id), 0) FROM journal_event)"""
TOLD = (
    "order.missed",
    "visit.code_missed",
)  # written down although the call is refused: that is their purpose


def heads() -> tuple[int, ...]:
    """The newest number of every table of the ledger, and of the journal."""
    return tuple(rows(HEADS)[0])
