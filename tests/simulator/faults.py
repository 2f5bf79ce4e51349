"""What goes wrong around a call: it breaks after a statement, the commit fails, the answer is lost, it is sent twice."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import OperationalError, connection

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
SEALING = (
    "journal_seal",
    "pg_try_advisory",
)  # after the commit: that breaks by itself, and is made good by itself


class Broken(Exception):
    """The process is gone."""


def depth() -> tuple[bool, int]:
    """How many transactions are around."""
    return connection.in_atomic_block, len(connection.savepoint_ids)


class Breaker:
    """Raises after the statement whose turn it is; counts those inside a transaction, and what is written outside.

    What is only read before or after it breaks nothing: before it nothing is there, after it that is a lost answer.
    """

    def __init__(self, at: int) -> None:
        self.at, self.count, self.outside = at, 0, depth()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        reads_outside = depth() == self.outside and sql.startswith("SELECT")
        if reads_outside or sql.startswith(NOT_COUNTED) or any(one in sql for one in SEALING):
            return answer
        self.count += 1
        if self.count == self.at:
            raise Broken
        return answer


@contextmanager
def breaking(at: int) -> Iterator[Breaker]:
    """Everything inside breaks after so many statements."""
    breaker = Breaker(at)
    with connection.execute_wrapper(breaker):
        yield breaker


@contextmanager
def no_commit() -> Iterator[None]:
    """Everything inside is written, and then the line is dead. That sealing failed too need not be told."""
    quiet = patch.object(logging.getLogger("django.db.backends.base"), "disabled", True)
    with quiet, patch.object(connection, "_commit", side_effect=OperationalError("the line is dead")):
        yield
