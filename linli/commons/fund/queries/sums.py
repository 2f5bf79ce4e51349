"""What there is and what moved, read from the ledger's accounts; every figure on a page comes from here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from linli.commons.fund.choices import CNY
from linli.commons.fund.models import Fund
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind

BEGINNING = date(2000, 1, 1)
END = date(2200, 1, 1)
PREFIX = "target-"


@dataclass(frozen=True)
class Standing:
    """What there is now: not set aside yet, and left of what was (by number of target), each in fen."""

    free: int = 0
    pots: dict[int, int] = field(default_factory=dict)
    held: int = 0  # of the pots: waits for a second signature

    @property
    def now(self) -> int:
        """All there is."""
        return self.free + sum(self.pots.values())


@dataclass(frozen=True)
class Moved:
    """What came in (by source) and what was spent (by use) in a time, corrections taken off."""

    came: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)

    @property
    def all_came(self) -> int:
        """Everything that came in."""
        return sum(self.came.values())

    @property
    def all_spent(self) -> int:
        """Everything that was spent."""
        return sum(self.spent.values())


def money_accounts(fund: Fund, kinds: Iterable[str]) -> list[Any]:
    """The fund's accounts of these kinds with their balances, in one query."""
    return list(books.accounts_of(book=fund.community, unit=CNY, kinds=kinds))


def standing(fund: Fund) -> Standing:
    """What stands on the accounts now."""
    free, held, pots = 0, 0, {}
    for account in money_accounts(fund, (Kind.FUND, Kind.ALLOCATED)):
        if account.kind == Kind.FUND:
            free += account.balance.posted
        else:
            pots[int(account.key.removeprefix(PREFIX))] = account.balance.posted
            held += account.balance.held
    return Standing(free, pots, held)


def moved(fund: Fund, first: date = BEGINNING, until: date = END) -> Moved:
    """What came in and was spent from ``first`` up to the day before ``until``."""
    accounts = money_accounts(fund, (Kind.INCOME, Kind.SPENT))
    sums = books.moved_between(accounts, midnight(first), midnight(until))
    came, spent = {}, {}
    for account in accounts:
        more, less = sums.get(account.pk, (0, 0))
        if account.kind == Kind.INCOME and less != more:
            came[account.key] = less - more
        elif account.kind == Kind.SPENT and less != more:
            spent[account.key] = more - less
    return Moved(came, spent)


def midnight(day: date) -> datetime:
    """The beginning of a day in the neighbourhood."""
    return timezone.make_aware(datetime.combine(day, time()))
