"""The chain: any change to any column of any row is found, late rows are sealed, months close, heads go out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, models, transaction

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Take
from linli.ground.ledger.choices import Kind, Reversal
from linli.ground.ledger.models import Account, Anchor, Balance, Close, CloseLine, Link, Transfer
from linli.kit.refused import Refused
from tests.factories import NOW, neighbourhood
from tests.ground.ledger.books import BOOK, NEXT_DOOR, POINTS, RULE, account, filled, opened, order, post
from tests.ground.ledger.rows import MODELS, defenceless, raw, settle

pytestmark = pytest.mark.django_db
MONTH, ENDS = date(2026, 3, 1), NOW.replace(day=31) + timedelta(days=1)
OVER = ENDS + timedelta(hours=2)
# Settings that change by an action whose journal row says who; what they allowed stands in the entries. A limit that
# is already passed is found. A line of a close has a number that nothing points to.
NOT_COVERED = {
    ("balance", "floor"), ("balance", "ceiling"), ("balance", "rank"), ("balance", "closed_at"), ("closeline", "id"),
}  # fmt: skip


def sealed() -> None:
    while ledger.seal_ledger():
        pass


def full() -> None:
    """Every kind of row, sealed: somebody's account, holds that ended in each way, a reversal, a close, a head."""
    book, town = filled(), neighbourhood()
    ledger.open_account(book=BOOK, unit=POINTS, kind=Kind.MEMBER, key="li", owner=town.li, now=NOW)
    ends = [
        ledger.hold(uid=uuid4(), account=book.chen, amount=10, who=RULE, now=NOW, expires_at=at)
        for at in (None, NOW, None, OVER)
    ]
    post((book.chen, -10), (book.redeemed, 10), takes=[Take(ends[0].pk, 9)])
    ledger.expire_holds(now=NOW + timedelta(minutes=1), who=RULE)
    ledger.free_hold(hold=ends[2].pk, who=RULE, now=NOW)
    wrong = post((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1))
    ledger.reverse(uid=uuid4(), transfer=wrong.transfer, reason=Reversal.RETURNED, who=RULE, now=NOW)
    ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=OVER)
    ledger.publish_head(now=OVER)
    sealed()


def flipped(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value, as near as can be."""
    if isinstance(field, models.DateTimeField):
        return (value or NOW) + timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return value + timedelta(days=1)
    if isinstance(field, models.UUIDField):
        return UUID(int=value.int ^ 1)
    if isinstance(field, models.CharField):
        return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
    assert isinstance(value, int | None), field
    return (value or 0) + (1_000_003 if is_key(field) else 1)


def is_key(field: models.Field[Any, Any]) -> bool:
    """Whether the nearest value may be that of another row."""
    together = {name for rule in field.model._meta.total_unique_constraints for name in rule.fields}
    return field.primary_key or field.unique or field.name in together


def cells(model: type[models.Model]) -> Iterator[tuple[Any, models.Field[Any, Any], Any]]:
    """Each value of the first, a middle and the last row: key, column, value."""
    rows = list(model._default_manager.order_by("pk"))
    for row in {
        rows[0].pk: rows[0],
        rows[len(rows) // 2].pk: rows[len(rows) // 2],
        rows[-1].pk: rows[-1],
    }.values():
        for field in model._meta.concrete_fields:
            yield row.pk, field, getattr(row, field.attname)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_any_change_of_any_column_is_found(model: type[models.Model]) -> None:
    full()
    walk = books.verify()
    assert (walk.broken, walk.unsealed) == (None, 0)
    table, key = model._meta.db_table, model._meta.pk.column
    missed = set()
    for number, field, value in list(cells(model)):
        with defenceless():
            new = flipped(field, value)
            raw(f"UPDATE {table} SET {field.column} = %s WHERE {key} = %s", [new, number])
            if books.verify().broken is None:
                missed.add((model._meta.model_name, field.name))
    assert missed == {pair for pair in NOT_COVERED if pair[0] == model._meta.model_name}
    assert books.verify().broken is None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_any_row_that_is_gone_is_found(model: type[models.Model]) -> None:
    full()
    last = (
        Anchor.objects.get().seq
    )  # what came after the published head can go with its link, and nobody could tell
    table, key = model._meta.db_table, model._meta.pk.column
    numbers = model._default_manager.order_by("pk").values_list("pk", flat=True)
    rows = [number for number in numbers if model is not Link or number <= last]
    assert rows
    for number in rows:
        with defenceless():
            raw(f"DELETE FROM {table} WHERE {key} = %s", [number])
            assert books.verify().broken, number


def test_a_chain_that_is_made_anew_has_another_head_than_the_published_one() -> None:
    full()
    head = Anchor.objects.get()
    with defenceless():  # whoever owns the database changes one old transfer and seals everything again
        raw("UPDATE ledger_transfer SET kind = 'gift' WHERE id = (SELECT MIN(id) FROM ledger_transfer)")
        raw("DELETE FROM ledger_link")
        raw("DELETE FROM ledger_anchor")
        sealed()
        assert books.verify().broken is None
        assert not Link.objects.filter(hash=head.hash).exists()  # but the board in the yard shows the old one


def test_a_limit_that_is_passed_is_found() -> None:
    book = filled()
    sealed()
    for change in ("floor = 1701", "ceiling = 1699", "held = 1701"):
        with defenceless():
            raw(f"UPDATE ledger_balance SET {change} WHERE account_id = {book.chen.pk}")
            assert books.verify().broken


def test_what_is_committed_late_with_a_lower_number_is_sealed() -> None:
    book = filled()
    with transaction.atomic():
        first = post((book.chen, -1), (book.redeemed, 1)).transfer
        for name in (1, 2, 3):
            post((book.chen, -name), (book.redeemed, name))
        sealed()
    late = first + 500_000
    with defenceless():  # as if number ``first`` had been given out long before and committed now
        raw("DELETE FROM ledger_link WHERE kind = 'transfer' AND row = %s", [first])
        assert Link.objects.filter(kind="transfer", row=first).count() == 0
        assert ledger.seal_ledger() == 1
        assert Link.objects.order_by("-seq").values_list("kind", "row").first() == ("transfer", first)
        far = Transfer.objects.order_by("-id")[0].pk
        raw("DELETE FROM ledger_link WHERE kind = 'transfer' AND row = %s", [first])
        raw("UPDATE ledger_link SET row = %s WHERE kind = 'transfer' AND row = %s", [late, far])
        raw("DELETE FROM ledger_link WHERE seq > %s", [Link.objects.get(row=late).seq])
        assert ledger.seal_ledger() == 0  # too far back to be looked for every few seconds
        ledger.publish_head(now=OVER)  # but once a day
        linked = set(Link.objects.filter(kind="transfer").values_list("row", flat=True))
        assert set(Transfer.objects.values_list("pk", flat=True)) <= linked


def test_a_hold_that_ends_long_after_younger_ones_is_sealed() -> None:
    book = filled()
    old = ledger.hold(uid=uuid4(), account=book.chen, amount=1, who=RULE, now=NOW)
    settle()
    highest = old.pk + 5000
    with defenceless():
        raw("UPDATE ledger_hold SET id = %s WHERE id = %s", [highest, old.pk])
        young = ledger.hold(uid=uuid4(), account=book.chen, amount=1, who=RULE, now=NOW)
        ledger.free_hold(hold=highest, who=RULE, now=NOW)
        sealed()
        ledger.free_hold(hold=young.pk, who=RULE, now=NOW)
        assert ledger.seal_ledger() == 1
        assert books.verify().unsealed == 0


def test_a_head_is_published_once_a_day() -> None:
    assert ledger.publish_head(now=NOW) is None
    book = filled()
    first = ledger.publish_head(now=NOW)
    assert first is not None
    assert (first.seq, first.hash) == Link.objects.order_by("-seq").values_list("seq", "hash")[0]
    post((book.chen, -1), (book.redeemed, 1))
    sealed()
    assert ledger.publish_head(now=NOW + timedelta(hours=3)) == first
    second = ledger.publish_head(now=NOW + timedelta(days=1))
    assert second is not None and second.seq == first.seq + 2  # the transfer, and the head of the day before
    assert [row.day for row in books.anchors()] == [date(2026, 3, 6), date(2026, 3, 5)]


def test_a_month_closes_once_in_order_with_books_that_balance() -> None:
    book = filled()
    other = opened(NEXT_DOOR)
    post((other.issuer, -7), (other.pool, 7))
    with pytest.raises(Refused):
        ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=ENDS + timedelta(minutes=59))
    post((book.chen, -5), (book.redeemed, 5), now=ENDS - timedelta(microseconds=1))
    post((book.chen, -6), (book.redeemed, 6), now=ENDS)
    row = ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=OVER)
    lines = {line.account_id: line for line in CloseLine.objects.filter(close=row)}
    assert {pk: line.posted for pk, line in lines.items()} == {
        book.issuer.pk: -5000, book.pool.pk: 3300, book.chen.pk: 1695, book.redeemed.pk: 5, book.supplier.pk: -3,
        book.stock.pk: 3,
    }  # fmt: skip
    assert (lines[book.pool.pk].came_in, lines[book.pool.pk].went_out) == (5000, 1700)
    assert books.standing(book.redeemed) == 11
    for month in (MONTH, date(2026, 2, 1)):
        with pytest.raises(Refused):
            ledger.close_month(book=BOOK, month=month, ends_at=ENDS, by=7, now=OVER)
    assert Close.objects.count() == 1
    may = ENDS + timedelta(days=30)
    ledger.close_month(book=BOOK, month=date(2026, 4, 1), ends_at=may, by=7, now=may + timedelta(hours=1))
    assert Close.objects.order_by("-id")[0].lines.get(account=book.redeemed).posted == 11
    sealed()
    assert books.verify().broken is None


def test_nothing_is_booked_into_a_closed_month() -> None:
    book = filled()
    ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=OVER)
    before = list(Balance.objects.order_by("pk").values())
    asked = order((book.chen, -1), (book.redeemed, 1))
    with pytest.raises(IntegrityError, match="month is closed"), transaction.atomic():
        ledger.post(order=asked, now=ENDS - timedelta(microseconds=1))
    assert list(Balance.objects.order_by("pk").values()) == before
    assert ledger.post(order=asked, now=ENDS).fresh
    other = opened(NEXT_DOOR)
    post((other.issuer, -1), (other.pool, 1), now=NOW)  # next door the month is open


def test_whoever_closes_second_is_told() -> None:
    filled()
    ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=OVER)
    seen = Close.objects.order_by("-month")
    with pytest.MonkeyPatch.context() as patch:  # as if the other one had committed after our look
        patch.setattr("linli.ground.ledger.actions.chain.Close.objects", Unseen(seen))
        with pytest.raises(Refused):
            ledger.close_month(book=BOOK, month=MONTH, ends_at=ENDS, by=7, now=OVER)
    assert Close.objects.count() == 1


class Unseen:
    """A manager that finds nothing, and writes."""

    def __init__(self, rows: Any) -> None:
        self.create, self.none = rows.create, rows.none()

    def filter(self, **_given: Any) -> Any:
        return self.none


def test_the_copy_for_everybody_names_nobody() -> None:
    town = neighbourhood()
    book = filled()
    key, before = f"person-{town.li.pk}-{town.li.name}", datetime(2026, 3, 1, tzinfo=NOW.tzinfo)
    mine = ledger.open_account(book=BOOK, unit=POINTS, kind=Kind.MEMBER, key=key, owner=town.li, now=before)
    asked = order((book.chen, -1), (mine, 1), who=ledger.Who(987_654_321, "family", 876_543_219))
    ledger.post(order=asked, now=NOW)
    sealed()
    told = "\n".join(map(str, books.public_copy()))
    salt = Account.objects.get(pk=mine.pk).salt
    for secret in (
        key,
        town.li.name,
        "987654321",
        "876543219",
        str(asked.uid),
        asked.uid.hex,
        str(salt),
        salt.hex,
    ):
        assert secret not in told
    assert "family" not in told
    assert account(Kind.REDEEMED).pk == book.redeemed.pk
