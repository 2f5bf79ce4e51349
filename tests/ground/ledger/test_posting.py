"""Transfers: sealed, once, whole or not at all; holds; reversals."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Closed, HoldOver, OtherBody, Posted, Short, Take, Who
from linli.ground.ledger.choices import Authority, Kind, Reversal
from linli.ground.ledger.models import Balance, Entry, HoldEnd, Seal, Transfer
from linli.ground.ledger.queries import in_circulation, standing, statement, sums_by_kind, verify
from linli.kit.refused import Refused
from tests.factories import NOW
from tests.ground.ledger.books import (
    BOOK,
    POINTS,
    RULE,
    account,
    filled,
    opened,
    order,
    post,
    stands,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_a_bag_of_rice_is_one_transfer_of_four_legs() -> None:
    book = filled()
    done = post((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1), kind="redeem")
    assert stands(book.chen) == (1400, 0, 2)
    assert stands(book.stock) == (2, 0, 2)
    rows = Entry.objects.filter(transfer=done.transfer).order_by("id")
    assert [(row.amount, row.balance_after, row.version) for row in rows] == [
        (-300, 1400, 2), (300, None, None), (-1, 2, 2), (1, None, None),
    ]  # fmt: skip
    assert Seal.objects.get(pk=done.transfer).legs == 4
    assert standing(book.redeemed) == 300
    assert in_circulation(BOOK, POINTS) == 4700
    assert sum(sums_by_kind(BOOK, POINTS).values()) == 0


def test_neither_overspent_nor_oversold() -> None:
    book = filled()
    before = list(Balance.objects.order_by("pk").values())
    with pytest.raises(Short) as short:
        post((book.chen, -1701), (book.redeemed, 1701))
    assert (short.value.account, short.value.free) == (book.chen.pk, 1700)
    with pytest.raises(Short):
        post((book.chen, -900), (book.redeemed, 900), (book.stock, -4), (book.gone_out, 4))
    assert list(Balance.objects.order_by("pk").values()) == before
    assert Transfer.objects.count() == 3


def test_the_same_key_is_one_effect_and_one_answer() -> None:
    book, uid = filled(), uuid4()
    first = post((book.chen, -10), (book.redeemed, 10), uid=uid)
    again = post((book.redeemed, 10), (book.chen, -10), uid=uid, now=LATER)
    assert (first, again) == (Posted(first.transfer, True), Posted(first.transfer, False))
    with pytest.raises(OtherBody):
        post((book.chen, -11), (book.redeemed, 11), uid=uid)
    assert stands(book.chen) == (1690, 0, 2)


def test_what_no_caller_may_ask_for_is_a_bug() -> None:
    book = filled()
    wrong = [
        [(book.chen, -10)],
        [(book.chen, -10), (book.redeemed, 11)],
        [(book.chen, 0), (book.redeemed, 0)],
        [(book.chen, -10), (book.chen, 10)],
        [(book.chen, -1.0), (book.redeemed, 1.0)],
        [(book.chen, -1), (book.stock, 1)],
        [(book.chen, -1), (account(Kind.REDEEMED, book="310999001002"), 1)],
    ]
    for legs in wrong:
        with pytest.raises(ValueError):
            post(*legs)  # type: ignore[arg-type]
    assert Transfer.objects.count() == 3


def test_what_is_held_cannot_be_spent_and_ends_once() -> None:
    book = filled()
    held = ledger.hold(uid=uuid4(), account=book.chen, amount=1000, who=RULE, now=NOW, expires_at=LATER)
    assert stands(book.chen) == (1700, 1000, 1)
    with pytest.raises(Short):
        post((book.chen, -701), (book.redeemed, 701))
    with pytest.raises(Short):
        ledger.hold(uid=uuid4(), account=book.chen, amount=701, who=RULE, now=NOW)
    done = post((book.chen, -600), (book.redeemed, 600), takes=[Take(held.pk, 600)])
    assert stands(book.chen) == (1100, 0, 2)
    end = HoldEnd.objects.get(hold=held.pk)
    assert (end.outcome, end.amount, end.transfer_id) == ("post", 600, done.transfer)
    with pytest.raises(HoldOver):
        post((book.chen, -1), (book.redeemed, 1), takes=[Take(held.pk, 1)])
    with pytest.raises(HoldOver):
        ledger.free_hold(hold=held.pk, who=RULE, now=NOW)
    assert stands(book.chen) == (1100, 0, 2)


def test_a_hold_is_made_once_freed_once_and_runs_out() -> None:
    book, uid = filled(), uuid4()
    first = ledger.hold(uid=uid, account=book.chen, amount=100, who=RULE, now=NOW, expires_at=LATER)
    assert ledger.hold(uid=uid, account=book.chen, amount=100, who=RULE, now=LATER, expires_at=LATER) == first
    with pytest.raises(OtherBody):
        ledger.hold(uid=uid, account=book.chen, amount=101, who=RULE, now=NOW, expires_at=LATER)
    too_late = LATER + timedelta(seconds=1)
    with pytest.raises(HoldOver):
        post((book.chen, -100), (book.redeemed, 100), takes=[Take(first.pk, 100)], now=too_late)
    assert ledger.expire_holds(now=LATER, who=RULE) == []
    assert ledger.expire_holds(now=too_late, who=RULE) == [first.pk]
    assert ledger.expire_holds(now=too_late, who=RULE) == []
    assert stands(book.chen) == (1700, 0, 1)
    second = ledger.hold(uid=uuid4(), account=book.chen, amount=100, who=RULE, now=NOW)
    ledger.free_hold(hold=second.pk, who=RULE, now=NOW)
    ledger.free_hold(hold=second.pk, who=RULE, now=NOW)
    assert stands(book.chen) == (1700, 0, 1)


def test_a_wrong_entry_is_met_by_its_opposite_once() -> None:
    book = filled()
    wrong = post((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1))
    zhao = Who(7, Authority.WORKER)
    back = ledger.reverse(uid=uuid4(), transfer=wrong.transfer, reason=Reversal.RETURNED, who=zhao, now=LATER)
    assert (stands(book.chen), stands(book.stock)) == ((1700, 0, 3), (3, 0, 3))
    with pytest.raises(Refused):
        ledger.reverse(uid=uuid4(), transfer=wrong.transfer, reason=Reversal.TWICE, who=zhao, now=LATER)
    with pytest.raises(Refused):
        ledger.reverse(uid=uuid4(), transfer=back.transfer, reason=Reversal.TWICE, who=zhao, now=LATER)
    made = Transfer.objects.get(pk=back.transfer)
    assert (made.reverses_id, made.posted_at, made.reason, made.actor) == (
        wrong.transfer,
        LATER,
        "returned",
        7,
    )


def test_what_was_given_and_spent_is_not_taken_back_below_zero() -> None:
    book = filled()
    given = post((book.pool, -50), (book.wang, 50))
    post((book.wang, -50), (book.redeemed, 50))
    with pytest.raises(Short):
        ledger.reverse(uid=uuid4(), transfer=given.transfer, reason=Reversal.TWICE, who=RULE, now=LATER)
    assert stands(book.wang) == (0, 0, 2)


def test_a_closed_account_takes_nothing() -> None:
    book = opened()
    post((book.issuer, -5), (book.pool, 5))
    with pytest.raises(Refused):
        ledger.close_account(account=book.pool, now=NOW)
    ledger.close_account(account=book.wang, now=NOW)
    with pytest.raises(Closed):
        post((book.pool, -5), (book.wang, 5))
    with pytest.raises(Closed):
        ledger.hold(uid=uuid4(), account=book.wang, amount=1, who=RULE, now=NOW)
    assert stands(book.wang) == (0, 0, 0)


def test_a_statement_pages_by_version() -> None:
    book = filled()
    for number in range(1, 8):
        post((book.chen, -number), (book.redeemed, number))
    seen, after = [], None
    while True:
        found = statement(book.chen, after=after, size=3)
        seen += [(row.version, row.amount) for row in found.rows]
        if not (after := found.after):
            break
    assert seen == [(8, -7), (7, -6), (6, -5), (5, -4), (4, -3), (3, -2), (2, -1), (1, 1700)]
    assert [row.amount for row in statement(book.redeemed, size=3).rows] == [7, 6, 5]


def test_everything_is_recomputed() -> None:
    book = filled()
    held = ledger.hold(uid=uuid4(), account=book.chen, amount=10, who=RULE, now=NOW)
    post((book.chen, -10), (book.redeemed, 10), takes=[Take(held.pk, 10)])
    while ledger.seal_ledger(3):
        pass
    walk = verify()
    assert (walk.broken, walk.transfers, walk.unsealed) == (None, 4, 0)
    assert walk.links == 9 + 4 + 1 + 1
    assert (
        order((book.chen, -1), (book.redeemed, 1)).digest()
        == order((book.redeemed, 1), (book.chen, -1)).digest()
    )
