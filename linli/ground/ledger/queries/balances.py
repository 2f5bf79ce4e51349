"""Read balances and statements. Accounts with a floor keep theirs; the others are the last close plus what came since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from linli.ground.ledger.choices import OPEN_ENDED, Kind
from linli.ground.ledger.models import Account, Balance, CloseLine, Entry, Hold
from linli.kit.keyset import Page, page

BACK = (
    1000  # entries booked while a month was being closed may have a lower number than the last one it counted
)


@dataclass(frozen=True)
class Line:
    """What an account stood at: what came in, what went out since the beginning, and the last entry counted."""

    account: int
    unit: str
    came_in: int
    went_out: int
    posted: int
    last_entry: int

    def row(self) -> list[Any]:
        """As the hash of a close covers it."""
        return [self.account, self.unit, self.came_in, self.went_out, self.posted, self.last_entry]


def account_of(*, book: str, unit: str, kind: str, key: str = "") -> Account | None:
    """The account, if it was ever opened."""
    return Account.objects.filter(book=book, unit=unit, kind=kind, key=key).first()


def accounts_of(*, book: str, unit: str, kinds: Iterable[str] = ()) -> QuerySet[Account]:
    """The accounts of a book in a unit, of these kinds or all."""
    rows = Account.objects.filter(book=book, unit=unit).select_related("balance").order_by("id")
    return rows.filter(kind__in=list(kinds)) if kinds else rows


def balances_of(accounts: Iterable[int]) -> Mapping[int, Balance]:
    """Kept balances by account, in one query."""
    return Balance.objects.in_bulk(list(accounts))


def standing(account: Account | None) -> int:
    """What an account stands at; 0 where there is none."""
    if account is None:
        return 0
    if account.kind not in OPEN_ENDED:
        return Balance.objects.get(pk=account.pk).posted
    entries = Entry.objects.filter(account=account)
    last = CloseLine.objects.filter(account=account).select_related("close").order_by("-close__month").first()
    if last is None:
        return entries.aggregate(total=Sum("amount"))["total"] or 0
    tail = entries.filter(id__gt=last.last_entry - BACK, transfer__posted_at__gte=last.close.ends_at)
    return last.posted + (tail.aggregate(total=Sum("amount"))["total"] or 0)


def sums_by_kind(book: str, unit: str) -> dict[str, int]:
    """What stands in a book in a unit, by kind of account; all of it sums to zero."""
    found: dict[str, int] = {}
    rows = Balance.objects.filter(account__book=book, account__unit=unit).values("account__kind")
    for row in rows.annotate(total=Sum("posted")):
        found[row["account__kind"]] = row["total"] or 0
    for account in Account.objects.filter(book=book, unit=unit, kind__in=OPEN_ENDED):
        found[account.kind] = found.get(account.kind, 0) + standing(account)
    return found


def held_by_kind(book: str, unit: str) -> dict[str, int]:
    """What is set aside in a book in a unit, by kind of account."""
    rows = Balance.objects.filter(account__book=book, account__unit=unit).values("account__kind")
    return {row["account__kind"]: row["total"] or 0 for row in rows.annotate(total=Sum("held"))}


def in_circulation(book: str, unit: str) -> int:
    """Points that somebody can still spend: issued less redeemed and expired, which is members, pools and peers."""
    sums = sums_by_kind(book, unit)
    return -sums.get(Kind.ISSUER, 0) - sums.get(Kind.REDEEMED, 0) - sums.get(Kind.EXPIRED, 0)


def statement(account: Account, *, after: str | None = None, size: int = 30) -> Page[Entry]:
    """A page of entries, newest first, with their transfers: as quick for the hundred-thousandth as for the first."""
    rows = Entry.objects.filter(account=account).select_related("transfer", "account")
    if account.kind in OPEN_ENDED:
        return page(rows.filter(version=None), order=("-id",), after=after, size=size)
    return page(rows.exclude(version=None), order=("-version",), after=after, size=size, filled=("version",))


def entries_between(accounts: Iterable[Account], first: datetime, until: datetime) -> QuerySet[Entry]:
    """Entries of accounts booked in a time, oldest first."""
    rows = Entry.objects.filter(account__in=list(accounts), transfer__posted_at__gte=first)
    return rows.filter(transfer__posted_at__lt=until).select_related("transfer", "account").order_by("id")


def moved_between(
    accounts: Iterable[Account], first: datetime, until: datetime
) -> dict[int, tuple[int, int]]:
    """What came onto each account and what left it in a time, one query."""
    rows = Entry.objects.filter(account__in=list(accounts), transfer__posted_at__gte=first)
    rows = rows.filter(transfer__posted_at__lt=until)
    summed = rows.values("account").annotate(
        more=Sum("amount", filter=Q(amount__gt=0)), less=Sum("amount", filter=Q(amount__lt=0))
    )
    return {row["account"]: (row["more"] or 0, -(row["less"] or 0)) for row in summed}


def counter_entries(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """The other legs of the same transfers, by transfer."""
    mine = {entry.pk: entry.transfer_id for entry in entries}
    found: dict[int, list[Entry]] = {number: [] for number in mine.values()}
    others = Entry.objects.filter(transfer__in=set(mine.values())).exclude(pk__in=list(mine))
    for entry in others.select_related("account").order_by("id"):
        found[entry.transfer_id].append(entry)
    return found


def entries_of(transfers: Iterable[int]) -> dict[int, list[Entry]]:
    """All legs of transfers, by transfer."""
    wanted = {number for number in transfers if number}
    found: dict[int, list[Entry]] = {number: [] for number in wanted}
    rows = Entry.objects.filter(transfer__in=wanted).select_related("transfer__reversed_by", "account")
    for entry in rows.order_by("id"):
        found[entry.transfer_id].append(entry)
    return found


def open_holds_of(account: Account) -> QuerySet[Hold]:
    """What is set aside on an account now, oldest first."""
    return Hold.objects.filter(account=account, end=None).order_by("id")


def trial_balance(book: str, *, until: datetime) -> list[Line]:
    """Every account of a book as it stood before a moment, in order of number: what came in, what went out."""
    rows = Entry.objects.filter(account__book=book, transfer__posted_at__lt=until)
    summed = (
        rows.values("account", "unit")
        .annotate(
            more=Sum("amount", filter=Q(amount__gt=0)),
            less=Sum("amount", filter=Q(amount__lt=0)),
            total=Sum("amount"),
            last=Max("id"),
        )
        .order_by("account")
    )
    return [
        Line(row["account"], row["unit"], row["more"] or 0, -(row["less"] or 0), row["total"], row["last"])
        for row in summed
    ]


def outflow_of(account: Account) -> int:
    """All that ever left an account (for expiry, first in first out)."""
    return -(Entry.objects.filter(account=account, amount__lt=0).aggregate(total=Sum("amount"))["total"] or 0)


def expired_of(account: Account) -> int:
    """What has run out on an account so far."""
    rows = Entry.objects.filter(account=account, transfer__kind="expiry", amount__lt=0)
    return -(rows.aggregate(total=Sum("amount"))["total"] or 0)
