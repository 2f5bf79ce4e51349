"""Points run out on their day, first in first out, never what is set aside; whoever has them is told a month before."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from linli.commons.timebank.actions.base import accounts, key_of, locked, note, tell_with_family, who
from linli.commons.timebank.models import Lot, Member, Programme
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import BEGAN, NEVER
from linli.engine.points import Lot as Came
from linli.engine.points import expired
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, OtherBody, Short, post
from linli.ground.ledger.choices import Authority
from linli.ground.ledger.queries import balances_of, entries_between, expired_of
from linli.ground.people.models import Person
from linli.kit.turns import turn

WARN_DAYS = 30


def over(account: Any, day: date) -> int:
    """How many free points of an account have run out by a day and are still there.

    All that came in is a lot, with a day only where one was set; what was spent and came back is as if unspent.
    """
    days = dict(Lot.objects.filter(account=account).values_list("transfer", "expires_on"))
    lots, spent = [], 0
    for entry in entries_between([account], BEGAN, NEVER).order_by("version"):
        if entry.amount > 0 and not entry.transfer.reverses_id:
            lots.append(Came(entry.amount, days.get(entry.transfer_id)))
        else:
            spent -= entry.amount
    gone = expired_of(account)
    return expired(lots, spent - gone, gone, balances_of([account.pk])[account.pk].free, day)


def due_accounts(programme: Programme, day: date) -> Iterator[tuple[Member, Any]]:
    """Members' accounts with something on them that runs out by a day; earned points only where the rule says so."""
    lots = Lot.objects.filter(expires_on__lte=day, account__book=programme.book, account__unit=programme.unit)
    due = set(lots.values_list("account", flat=True))
    earned = rule_on(programme, day).terms.expiry_months is not None
    rows = Member.objects.filter(programme=programme, left_at=None)
    for member in rows.select_related("account", "granted", "person", "programme").order_by("id"):
        if member.granted_id in due:
            yield member, member.granted
        if earned and member.account_id in due:
            yield member, member.account


def expire_points(*, programme: Programme, day: date, now: datetime, by: Person | None = None) -> int:
    """Let run out what has run out by a day; returns how many points. Twice on a day is once."""
    total = 0
    for member, account in list(due_accounts(programme, day)):
        with (
            suppress(Short, OtherBody),
            turn(),
        ):  # something was set aside meanwhile, or freed: tomorrow's run
            locked(member)
            points = over(account, day)
            if points:
                total += run_out(member, account, points, day, by, now)
    return total


def run_out(member: Member, account: Any, points: int, day: date, by: Person | None, now: datetime) -> int:
    """One account's points of a day: call inside a transaction. Returns how many this call booked."""
    programme = member.programme
    order = Order(
        uid=key_of("expiry", day.isoformat(), account.pk), book=programme.book, kind="expiry",
        legs=[Leg(account, -points), Leg(accounts(programme, now).expired, points)],
        who=who(by, Authority.RULE, member.person), cause=Cause("member", member.pk, rule_on(programme, day).pk),
    )  # fmt: skip
    if not post(order=order, now=now).fresh:
        return 0
    note(member, "points.expired", "member", member.pk, by, now, member=member.no, points=points)
    return points


def warn_expiry(*, programme: Programme, day: date, now: datetime) -> int:
    """Tell whoever has points that run out within a month, once for each day of expiry. Returns how many were told."""
    told = 0
    for member, account in list(due_accounts(programme, day + timedelta(days=WARN_DAYS))):
        soon = Lot.objects.filter(
            account=account, expires_on__gt=day, expires_on__lte=day + timedelta(days=WARN_DAYS)
        )
        last = soon.order_by("-expires_on").values_list("expires_on", flat=True).first()
        if last is None or not over(account, last):
            continue
        tell_with_family(
            member.person, Notice.EXPIRY, now, key=f"expiry:{account.pk}:{last}", link="/home/passbook/", stem=member.stem
        )  # fmt: skip
        told += 1
    return told
