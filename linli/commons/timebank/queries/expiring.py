"""Read what runs out when, and whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.commons.timebank.models import Lot, Member, Programme
from linli.commons.timebank.queries.purses import BEGAN, NEVER
from linli.ground.ledger.queries import moved_between, outflow_of


@dataclass(frozen=True)
class Running:
    """Points that run out on a day, and whose they are."""

    day: date
    points: int
    account: int
    member: Member | None = None


def left_of(lots: Iterable[Lot], spent: int) -> list[tuple[Lot, int]]:
    """What is left of each lot, first in first out."""
    found = []
    for lot in lots:
        used = min(spent, lot.amount)
        spent -= used
        found.append((lot, lot.amount - used))
    return found


def runs_out(account: Any) -> list[Running]:
    """What stands on an account and runs out, by day, the nearest first."""
    if account is None:
        return []
    days: dict[date, int] = {}
    for lot, left in left_of(Lot.objects.filter(account=account).order_by("id"), outflow_of(account)):
        if left and lot.expires_on:
            days[lot.expires_on] = days.get(lot.expires_on, 0) + left
    return [Running(day, points, account.pk) for day, points in sorted(days.items())]


def running_out(programme: Programme, first: date, until: date) -> list[Running]:
    """What runs out in a programme between two days (both included), with whose it is; a constant number of queries."""
    lots = Lot.objects.filter(account__book=programme.book, account__unit=programme.unit)
    due = set(lots.filter(expires_on__gte=first, expires_on__lte=until).values_list("account", flat=True))
    rows: dict[int, list[Lot]] = {number: [] for number in due}
    for lot in lots.filter(account__in=due).select_related("account").order_by("id"):
        rows[lot.account_id].append(lot)
    accounts = [mine[0].account for mine in rows.values()]
    moved = moved_between(accounts, BEGAN, NEVER)
    owners: dict[int, Member] = {}
    for member in Member.objects.filter(programme=programme).select_related("person", "programme"):
        owners |= {number: member for number in (member.account_id, member.granted_id) if number}
    found = [
        Running(lot.expires_on, left, number, owners.get(number))
        for number, mine in rows.items()
        for lot, left in left_of(mine, moved.get(number, (0, 0))[1])
        if left and lot.expires_on and first <= lot.expires_on <= until
    ]
    return sorted(found, key=lambda one: (one.day, one.account))
