"""Whatever breaks in the middle, after whichever statement: nothing is left, and the same call works when sent again."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Take
from linli.ground.ledger.choices import Kind, Reversal
from tests.factories import NOW
from tests.ground.ledger.books import BOOK, RULE, Book, account, filled, order, post
from tests.ground.ledger.rows import everything, postgres, raw

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=40)


class Broken(Exception):
    """The fault."""


class Breaker:
    """Raises after the statement whose turn it is; counts them. What begins a transaction is not counted."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if not sql.startswith("BEGIN"):
            self.count += 1
            if self.count == self.at:
                raise Broken
        return answer


def plain(book: Book) -> Callable[[], Any]:
    asked = order((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1))
    return lambda: ledger.post(order=asked, now=NOW)


def with_holds(book: Book) -> Callable[[], Any]:
    held = [
        ledger.hold(uid=uuid4(), account=place, amount=40, who=RULE, now=NOW)
        for place in (book.chen, book.pool)
    ]
    takes = [Take(one.pk, 40) for one in held]
    asked = order((book.chen, -60), (book.pool, -40), (book.redeemed, 100), takes=takes)
    return lambda: ledger.post(order=asked, now=NOW)


def reversal(book: Book) -> Callable[[], Any]:
    wrong, uid = post((book.chen, -300), (book.redeemed, 300)).transfer, uuid4()
    return lambda: ledger.reverse(uid=uid, transfer=wrong, reason=Reversal.TWICE, who=RULE, now=NOW)


def setting_aside(book: Book) -> Callable[[], Any]:
    uid = uuid4()
    return lambda: ledger.hold(uid=uid, account=book.chen, amount=100, who=RULE, now=NOW).pk


def setting_free(book: Book) -> Callable[[], Any]:
    held = ledger.hold(uid=uuid4(), account=book.chen, amount=100, who=RULE, now=NOW)
    return lambda: ledger.free_hold(hold=held.pk, who=RULE, now=NOW)


def closing(book: Book) -> Callable[[], Any]:
    ends = LATER - timedelta(days=1)
    return lambda: ledger.close_month(book=BOOK, month=NOW.date(), ends_at=ends, by=7, now=LATER).hash


def opening(book: Book) -> Callable[[], Any]:
    return lambda: account(Kind.MEMBER, "li").pk


def sealing(book: Book) -> Callable[[], Any]:
    return ledger.seal_ledger


ACTS = [plain, with_holds, reversal, setting_aside, setting_free, closing, opening, sealing]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_after_any_statement_nothing_is_left(act: Callable[[Book], Callable[[], Any]]) -> None:
    call = act(filled())
    before, at, broken = everything(), 0, 0
    while True:
        at += 1
        breaker = Breaker(at)
        try:
            with connection.execute_wrapper(breaker):
                answer = call()
            break
        except Broken:
            broken += 1
            assert everything() == before, f"after statement {at}"
    written = everything()
    assert (broken, written != before) == (breaker.count, True)
    assert broken >= (1 if postgres() else 4)
    if act not in (setting_free, closing, sealing):  # these say that it is done already
        again = call()
        assert getattr(again, "transfer", again) == getattr(answer, "transfer", answer)
    assert everything() == written
    assert books.verify().broken is None


def with_a_commit() -> AbstractContextManager[Any]:
    """On PostgreSQL a transfer by itself is one statement and has no commit that could be lost."""
    return transaction.atomic() if postgres() else nullcontext()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_without_the_commit_nothing_is_left(act: Callable[[Book], Callable[[], Any]]) -> None:
    call = act(filled())
    before = everything()
    with (
        patch.object(connection, "_commit", side_effect=OperationalError("the line is dead")),
        pytest.raises(OperationalError),
        with_a_commit(),
    ):
        call()
    assert everything() == before
    call()
    assert everything() != before
    assert books.verify().broken is None


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_when_the_connection_is_lost_nothing_is_left(act: Callable[[Book], Callable[[], Any]]) -> None:
    call = act(filled())
    before = everything()
    with (
        patch.object(connection, "_commit", side_effect=lose),
        pytest.raises(OperationalError),
        with_a_commit(),
    ):
        call()
    assert everything() == before
    call()
    assert books.verify().broken is None


def lose() -> None:
    """The server's end of the connection goes, with the transaction in it."""
    connection.connection.close()
    raise OperationalError("the line is dead")


def test_what_a_room_does_around_it_goes_or_stays_with_it() -> None:
    book = filled()
    before = everything()
    with pytest.raises(Broken), transaction.atomic():
        post((book.chen, -10), (book.redeemed, 10))
        ledger.hold(uid=uuid4(), account=book.chen, amount=5, who=RULE, now=NOW)
        raise Broken
    assert everything() == before


@pytest.mark.skipif(not postgres(), reason="PostgreSQL only")
def test_a_deadlock_is_tried_again() -> None:
    book, asked = filled(), []

    def dead(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if "ledger_post" in sql:
            asked.append(sql)
            if len(asked) < 3:
                execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'dead' USING ERRCODE = '40P01'; END $$", None, False, context
                )
        return answer

    with connection.execute_wrapper(dead):
        done = post((book.chen, -10), (book.redeemed, 10))
    assert (len(asked), done.fresh) == (3, True)
    assert raw("SELECT COUNT(*) FROM ledger_transfer") == [(4,)]
