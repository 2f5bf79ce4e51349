"""A small book for the tests of the ledger: one programme, a few members, a bag of rice."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Leg, Order, Take, Who
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.ledger.models import Account, Balance
from tests.factories import NOW

BOOK, NEXT_DOOR = "310999001001", "310999001002"
POINTS, RICE = "PT:test", "SKU:rice"
RULE = Who(None, Authority.RULE)


@dataclass
class Book:
    """The accounts of a programme and its shop."""

    issuer: Account
    pool: Account
    chen: Account
    wang: Account
    gifts: Account
    redeemed: Account
    supplier: Account
    stock: Account
    gone_out: Account


def account(kind: str, key: str = "", unit: str = POINTS, book: str = BOOK, floor: int | None = 0) -> Account:
    """Open an account."""
    return ledger.open_account(book=book, unit=unit, kind=kind, key=key, floor=floor, now=NOW)


def opened(book: str = BOOK) -> Book:
    """All of them, empty."""
    return Book(
        issuer=account(Kind.ISSUER, book=book), pool=account(Kind.POOL, book=book),
        chen=account(Kind.MEMBER, "chen", book=book), wang=account(Kind.MEMBER, "wang", book=book),
        gifts=account(Kind.GIFTS, book=book), redeemed=account(Kind.REDEEMED, book=book),
        supplier=account(Kind.SUPPLIER, unit=RICE, book=book), stock=account(Kind.STOCK, unit=RICE, book=book),
        gone_out=account(Kind.GONE_OUT, unit=RICE, book=book),
    )  # fmt: skip


def order(*legs: tuple[Account, int], uid: UUID | None = None, kind: str = "test", **more: object) -> Order:
    """An order of these legs."""
    given: dict[str, object] = {"who": RULE, "book": legs[0][0].book} | more
    return Order(uid=uid or uuid4(), kind=kind, legs=[Leg(*leg) for leg in legs], **given)  # type: ignore[arg-type]


def post(*legs: tuple[Account, int], now: datetime = NOW, **more: object) -> ledger.Posted:
    """Book it."""
    return ledger.post(order=order(*legs, **more), now=now)  # type: ignore[arg-type]


def stands(account: Account) -> tuple[int, int, int]:
    """Posted, held, version of an account."""
    row = Balance.objects.get(pk=account.pk)
    return row.posted, row.held, row.version


def filled() -> Book:
    """陈阿姨 has 1,700 points, there are three bags of rice."""
    book = opened()
    post((book.issuer, -5000), (book.pool, 5000))
    post((book.pool, -1700), (book.chen, 1700))
    post((book.supplier, -3), (book.stock, 3))
    return book


__all__ = [
    "BOOK",
    "NEXT_DOOR",
    "POINTS",
    "RICE",
    "RULE",
    "Book",
    "Take",
    "account",
    "filled",
    "opened",
    "order",
    "post",
    "stands",
]
