"""Read the programme's own accounts: what was issued, redeemed, ran out, what people and pools have; every line of each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from linli.commons.timebank.models import Member, Programme
from linli.commons.timebank.queries.purses import Line, behind, line
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.queries import (
    account_of,
    anchors,
    counter_entries,
    held_by_kind,
    in_circulation,
    statement,
    sums_by_kind,
)

# the accounts of a programme that have a list of their own, in the order of the page
LISTED = (Kind.POOL, Kind.GIFTS, Kind.ISSUER, Kind.REDEEMED, Kind.EXPIRED, Kind.ADJUST)
HELD_BY_PEOPLE = (Kind.MEMBER, Kind.GRANTED)
AROUND = (*HELD_BY_PEOPLE, Kind.POOL, Kind.GIFTS, Kind.PEER, Kind.ADJUST)


@dataclass(frozen=True)
class Standing:
    """What stands where in a programme, as the ledger says; ``sums`` of all kinds together are zero."""

    sums: dict[str, int]
    held: dict[str, int]
    circulation: int

    def of(self, kind: str) -> int:
        """What stands on the accounts of a kind: as people count it, what was issued is not negative."""
        amount = self.sums.get(kind, 0)
        return -amount if kind == Kind.ISSUER else amount

    @property
    def people(self) -> int:
        """Everything on members' accounts."""
        return sum(self.of(kind) for kind in HELD_BY_PEOPLE)

    @property
    def aside(self) -> int:
        """Of that, what is set aside."""
        return sum(self.held.get(kind, 0) for kind in HELD_BY_PEOPLE)


def standing_of(programme: Programme) -> Standing:
    """What stands where now."""
    book, unit = programme.book, programme.unit
    return Standing(sums_by_kind(book, unit), held_by_kind(book, unit), in_circulation(book, unit))


def entries_on(
    programme: Programme, kind: str, *, after: str | None = None, size: int = 30
) -> tuple[list[tuple[Line, Any]], str | None]:
    """A page of one of the programme's accounts, newest first, each line with the number of the member beside it."""
    account = account_of(book=programme.book, unit=programme.unit, kind=kind)
    if account is None:
        return [], None
    found = statement(account, after=after, size=size)
    others, rows = counter_entries(found.rows), behind(entry.transfer for entry in found.rows)
    numbers = {
        entry.transfer_id: next((leg.account.key for leg in others[entry.transfer_id] if leg.account.key), "")
        for entry in found.rows
    }
    known = set(Member.objects.filter(no__in=set(numbers.values())).values_list("no", flat=True))
    sign = -1 if kind == Kind.ISSUER else 1
    lines = []
    for entry in found.rows:
        number = numbers[entry.transfer_id]
        made = line(entry.transfer, sign * entry.amount, entry.balance_after, rows, 0)
        lines.append((made, number if number in known else ""))
    return lines, found.after


def holders(programme: Programme) -> QuerySet[Member]:
    """Everybody with accounts in a programme, newest first."""
    rows = Member.objects.filter(programme=programme)
    return rows.select_related("person", "programme", "account", "granted").order_by("-id")


def head_of(day: date) -> tuple[date, str] | None:
    """The head of the ledger's chain as it was last made public by a day, for paper to be compared with."""
    found = next((one for one in anchors() if one.day <= day), None)
    return (found.day, found.hash) if found else None
