"""Read what runs out when, and whose it is.

First in first out the other way round: what stands on an account is what came in last, so a few lots are read however
long the passbook is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.commons.timebank.models import Lot, Member, Programme
from linli.ground.ledger.queries import balances_of

CHUNK = 50


@dataclass(frozen=True)
class Running:
    """Points that run out on a day, and whose they are."""

    day: date
    points: int
    account: int
    member: Member | None = None


def left_of(newest_first: Iterable[Lot], posted: int) -> list[Running]:
    """What is left of each lot that runs out, by day, the nearest first."""
    days: dict[date, int] = {}
    account = 0
    for lot in newest_first:
        left, account = min(lot.amount, posted), lot.account_id
        posted -= left
        if left and lot.expires_on:
            days[lot.expires_on] = days.get(lot.expires_on, 0) + left
        if posted <= 0:
            break
    return [Running(day, points, account) for day, points in sorted(days.items())]


def runs_out(account: Any) -> list[Running]:
    """What stands on an account and runs out, by day, the nearest first."""
    lots = Lot.objects.filter(account=account)
    if account is None or not lots.exclude(expires_on=None).exists():
        return []
    newest = lots.order_by("-id").iterator(chunk_size=CHUNK)
    return left_of(newest, balances_of([account.pk])[account.pk].posted)


def running_out(programme: Programme, first: date, until: date) -> list[Running]:
    """What runs out in a programme between two days (both included), with whose it is; a constant number of queries."""
    lots = Lot.objects.filter(account__book=programme.book, account__unit=programme.unit)
    due = set(lots.filter(expires_on__gte=first, expires_on__lte=until).values_list("account", flat=True))
    rows: dict[int, list[Lot]] = {number: [] for number in due}
    for lot in lots.filter(account__in=due).order_by("-id"):
        rows[lot.account_id].append(lot)
    kept = balances_of(due)
    owners: dict[int, Member] = {}
    for member in Member.objects.filter(programme=programme).select_related("person", "programme"):
        owners |= {number: member for number in (member.account_id, member.granted_id) if number in due}
    found = [
        Running(one.day, one.points, number, owners.get(number))
        for number, mine in rows.items()
        for one in left_of(mine, kept[number].posted)
        if first <= one.day <= until
    ]
    return sorted(found, key=lambda one: (one.day, one.account))
