"""What the database refuses whatever the code forgets: each attack by hand, on the database the suite runs on."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.commands.ledger import grant
from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind, Reversal
from linli.ground.ledger.models import Hold, Transfer
from tests.factories import NOW
from tests.ground.ledger.books import BOOK, NEXT_DOOR, POINTS, RULE, Book, Take, account, filled, post, stands
from tests.ground.ledger.rows import (
    FIXED,
    MODELS,
    booked,
    everything,
    insert,
    leg,
    postgres,
    raw,
    refused,
    seal,
    settle,
    transfer,
    update,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
on_postgres = pytest.mark.skipif(not postgres(), reason="PostgreSQL only")
on_sqlite = pytest.mark.skipif(postgres(), reason="SQLite only")


@pytest.fixture
def book(ledger_guarded: None) -> Book:
    return filled()


def hold(book: Book, amount: int = 100, **more: object) -> Hold:
    return ledger.hold(uid=uuid4(), account=book.chen, amount=amount, who=RULE, now=NOW, **more)  # type: ignore[arg-type]


def end(held: Hold, number: int | None, **more: object) -> None:
    """An end of a hold by hand: taken whole unless ``more`` says otherwise."""
    given = {
        "hold_id": held.pk,
        "outcome": "post",
        "transfer_id": number,
        "amount": held.amount,
        "ended_at": NOW,
    }
    insert("holdend", **given | more)


def test_what_is_right_passes_by_hand_too(book: Book) -> None:
    booked((book.chen, -10), (book.redeemed, 10))
    assert stands(book.chen) == (1690, 0, 2)
    assert books.verify().broken is None


def entries(book: Book, *legs: tuple[object, int], sealed: int = 2) -> None:
    number = transfer(book.chen)
    for place, amount in legs:
        leg(number, place, amount)  # type: ignore[arg-type]
    seal(number, sealed)


def wrong_leg(book: Book, amount: int = -10, **wrong: object) -> None:
    number = transfer(book.chen)
    leg(number, book.chen, amount, **wrong)
    leg(number, book.redeemed, 10)
    seal(number)


def in_another_unit(book: Book) -> None:
    number = transfer(book.chen)
    for place, amount in ((book.chen, -10), (book.redeemed, 10)):
        leg(number, place, amount, unit="CNY")
    seal(number)


def a_balance_without_its_entry(book: Book) -> None:
    update("balance", f"account_id = {book.chen.pk}", posted=1701, version=2)
    booked((book.chen, -10), (book.redeemed, 10))


def a_late_entry(book: Book) -> None:
    number = booked((book.chen, -10), (book.redeemed, 10))
    leg(number, book.wang, 5)


def twice_on_one_account(book: Book) -> None:
    number = transfer(book.chen)
    for amount in (-10, -5):
        leg(number, book.chen, amount)


def the_same_uid(book: Book) -> None:
    transfer(book.chen, uid=Transfer.objects.order_by("id")[0].uid)


def of_another_book(book: Book) -> None:
    booked((book.chen, -10), (account(Kind.MEMBER, "chen", book=NEXT_DOOR), 10))


def into_a_closed_account(book: Book) -> None:
    ledger.close_account(account=book.wang, now=NOW)
    booked((book.chen, -10), (book.wang, 10))


def into_a_closed_month(book: Book) -> None:
    ledger.close_month(book=BOOK, month=NOW.date(), ends_at=LATER, by=None, now=LATER + timedelta(hours=2))
    transfer(book.chen, now=LATER - timedelta(seconds=1))


ATTACKS: dict[str, tuple[str, Callable[[Book], None]]] = {
    "no entries": ("two legs", lambda book: entries(book)),
    "one leg": ("two legs", lambda book: entries(book, (book.chen, -10), sealed=1)),
    "one leg too many": ("two legs", lambda book: entries(book, (book.chen, -10), (book.redeemed, 10), sealed=3)),
    "unbalanced": ("sum to zero", lambda book: booked((book.chen, -10), (book.redeemed, 11)) and None),
    "balanced over two units": ("sum to zero", lambda book: booked((book.chen, -1), (book.stock, 1)) and None),
    "a unit that is not its account's": ("book or unit", in_another_unit),
    "nothing moved": ("check", lambda book: wrong_leg(book, amount=0)),
    "another book": ("another book", of_another_book),
    "a late entry": ("is sealed", a_late_entry),
    "the same uid": ("unique", the_same_uid),
    "two entries of one account": ("unique", twice_on_one_account),
    "the same version": ("unique", lambda book: wrong_leg(book, version=1)),
    "a gap in the versions": ("running balance", lambda book: wrong_leg(book, version=3)),
    "a wrong balance after": ("running balance", lambda book: wrong_leg(book, balance_after=1691)),
    "no balance after": ("go together", lambda book: wrong_leg(book, balance_after=None)),
    "no version": (
        "running balance", lambda book: wrong_leg(book, balance_after=None, version=None),
    ),
    "a balance that moved alone": (
        "moves with its entries", lambda book: update("balance", f"account_id = {book.chen.pk}", posted=1701),
    ),
    "a version that goes back": (
        "moves with its entries", lambda book: update("balance", f"account_id = {book.chen.pk}", version=0),
    ),
    "a balance that moved with a version alone": ("running balance", a_balance_without_its_entry),
    "overdrawn": ("ledger_floor", lambda book: booked((book.chen, -1701), (book.redeemed, 1701)) and None),
    "held beyond what is there": (
        "ledger_floor", lambda book: update("balance", f"account_id = {book.chen.pk}", held=1701),
    ),
    "held below nothing": ("ledger_held", lambda book: update("balance", f"account_id = {book.chen.pk}", held=-1)),
    "a closed account": ("account closed", into_a_closed_account),
    "a closed month": ("month is closed", into_a_closed_month),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_passes(book: Book, name: str) -> None:
    words, attack = ATTACKS[name]
    with refused(words):
        attack(book)


@pytest.mark.django_db(transaction=True)
def test_no_commit_without_a_seal_or_without_the_account() -> None:
    book = filled()
    before = everything()
    for legs in ([], [(book.chen, -10), (book.redeemed, 10)]):
        with pytest.raises(IntegrityError), transaction.atomic():
            number = transfer(book.chen)
            for place, amount in legs:
                leg(number, place, amount)
    with pytest.raises(IntegrityError), transaction.atomic():  # sealed, on accounts that nobody has opened
        number = transfer(book.chen)
        for nobody, amount in ((-1, -10), (-2, 10)):
            insert("entry", transfer_id=number, account_id=nobody, unit=POINTS, amount=amount)
        seal(number)
    assert everything() == before


@pytest.mark.parametrize("model", FIXED, ids=lambda model: model._meta.model_name)
def test_nothing_that_is_booked_changes_or_goes(book: Book, model: type[Transfer]) -> None:
    held = hold(book)
    post((book.chen, -10), (book.redeemed, 10), takes=[Take(held.pk, 10)])
    ledger.close_month(book=BOOK, month=NOW.date(), ends_at=LATER, by=None, now=LATER + timedelta(hours=2))
    while ledger.seal_ledger():
        pass
    ledger.publish_head(now=LATER)
    table, key = model._meta.db_table, model._meta.pk.column
    assert model._default_manager.exists()
    for field in model._meta.concrete_fields:
        with refused("only added"):
            raw(f"UPDATE {table} SET {field.column} = {field.column}")
    with refused("only added"):
        raw(f"DELETE FROM {table} WHERE {key} = (SELECT MAX({key}) FROM {table})")


def test_a_kept_balance_does_not_go(book: Book) -> None:
    with refused("only added"):
        raw(f"DELETE FROM ledger_balance WHERE account_id = {book.wang.pk}")


@on_postgres
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_no_table_is_emptied(book: Book, model: type[Transfer]) -> None:
    settle()
    with refused("only added"):
        raw(f"TRUNCATE {model._meta.db_table} CASCADE")


@on_sqlite
def test_sqlite_keeps_no_fractions(book: Book) -> None:
    with refused("whole number"):
        booked((book.chen, -0.5), (book.redeemed, 0.5))  # type: ignore[arg-type]
    with refused("whole number"):
        insert(
            "hold", uid=uuid4(), request_hash="0", account_id=book.chen.pk, amount=0.5, placed_at=NOW,
            authority="rule", source_kind="",
        )  # fmt: skip


def test_one_opposite_of_a_transfer_and_none_of_that(book: Book) -> None:
    wrong = post((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1)).transfer
    other = post((book.pool, -5), (book.wang, 5)).transfer
    with refused("opposite"):
        booked((book.chen, 300), (book.redeemed, -300), reverses_id=wrong)
    with refused("opposite"):
        booked(
            (book.chen, 299), (book.redeemed, -299), (book.stock, 1), (book.gone_out, -1), reverses_id=wrong
        )
    with refused("opposite"):
        booked(
            (book.wang, 300), (book.redeemed, -300), (book.stock, 1), (book.gone_out, -1), reverses_id=wrong
        )
    with refused("opposite"):
        booked((book.pool, 5), (book.wang, -4), (book.chen, -1), reverses_id=other)
    right = booked(
        (book.chen, 300), (book.redeemed, -300), (book.stock, 1), (book.gone_out, -1), reverses_id=wrong
    )
    with refused("unique"):
        booked(
            (book.chen, 300), (book.redeemed, -300), (book.stock, 1), (book.gone_out, -1), reverses_id=wrong
        )
    with refused("opposite"):
        booked(
            (book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1), reverses_id=right
        )
    next_one = int(raw("SELECT MAX(id) + 1 FROM ledger_transfer")[0][0])
    with refused("ledger_not_itself"):
        booked((book.chen, -1), (book.redeemed, 1), id=next_one + 1000, reverses_id=next_one + 1000)
    assert books.verify().broken is None


def test_a_hold_is_taken_once_in_time_for_what_it_is_by_its_account(book: Book) -> None:
    held, other = hold(book, expires_at=LATER), hold(book)
    with refused("more than was held"):
        end(held, booked((book.chen, -200), (book.redeemed, 200)), amount=101)
    with refused("run out"):
        too_late = LATER + timedelta(microseconds=1)
        end(held, booked((book.chen, -100), (book.redeemed, 100), now=too_late), ended_at=too_late)
    with refused("without an entry"):
        end(held, booked((book.pool, -100), (book.wang, 100)))
    with refused("without an entry"):
        end(held, booked((book.chen, -99), (book.redeemed, 99)))
    with refused("without an entry"):
        end(held, booked((book.pool, -100), (book.chen, 100)))
    with refused("without an entry"):  # 100 went out, and two holds of 100 say that it was theirs
        number = booked((book.chen, -100), (book.redeemed, 100))
        end(held, number)
        end(other, number)
    with refused("without an entry"):
        end(held, None)
    for outcome in ("void", "expire"):
        with refused("ledger_hold_end"):
            end(held, None, outcome=outcome)
    with refused("ledger_hold_end"):
        end(held, booked((book.chen, -100), (book.redeemed, 100)), amount=0)
    ledger.free_hold(hold=other.pk, who=RULE, now=NOW)
    with refused("unique"):
        end(other, booked((book.chen, -100), (book.redeemed, 100)))
    with refused("check"):
        insert(
            "hold", uid=uuid4(), request_hash="0", account_id=book.chen.pk, amount=0, placed_at=NOW,
            authority="rule", source_kind="",
        )  # fmt: skip


@on_postgres
def test_a_role_that_only_adds_does_all_the_product_does(book: Book) -> None:
    old = post((book.chen, -10), (book.redeemed, 10)).transfer
    raw("CREATE ROLE linli_app_of_a_test")
    grant("linli_app_of_a_test")
    settle()
    raw("SET LOCAL ROLE linli_app_of_a_test")
    held = hold(book)
    done = post((book.chen, -60), (book.redeemed, 60), takes=[Take(held.pk, 60)])
    ledger.reverse(uid=uuid4(), transfer=done.transfer, reason=Reversal.TWICE, who=RULE, now=NOW)
    ledger.free_hold(hold=hold(book).pk, who=RULE, now=NOW)
    hold(book, expires_at=NOW)
    assert len(ledger.expire_holds(now=LATER, who=RULE)) == 1
    ledger.set_limits(account=account(Kind.MEMBER, "li"), floor=0, ceiling=500)
    ledger.close_account(account=account(Kind.MEMBER, "li"), now=NOW)
    ledger.close_month(book=BOOK, month=NOW.date(), ends_at=LATER, by=None, now=LATER + timedelta(hours=2))
    while ledger.seal_ledger():
        pass
    ledger.publish_head(now=LATER)
    assert (stands(book.chen), books.verify().broken) == ((1690, 0, 4), None)
    settle()
    for model in FIXED:
        table, key = model._meta.db_table, model._meta.pk.column
        for attack in (
            f"UPDATE {table} SET {key} = {key}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with refused("permission denied"):
                raw(attack)
    for attack in (
        "DELETE FROM ledger_balance",
        "TRUNCATE ledger_balance CASCADE",
        "DROP TRIGGER ledger_entry_law ON ledger_entry",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "SET LOCAL session_replication_role = replica",
        "DROP FUNCTION ledger_entry_law() CASCADE",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            raw(attack)
    assert old in set(Transfer.objects.values_list("pk", flat=True))
    connection.check_constraints()
