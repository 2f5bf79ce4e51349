"""Set something aside until it is taken, freed or runs out."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from linli.engine.chain import digest_of
from linli.ground.ledger.actions.base import NO_CAUSE, Cause, Closed, HoldOver, OtherBody, Short, Who
from linli.ground.ledger.choices import Outcome
from linli.ground.ledger.models import Account, Balance, Hold, HoldEnd, micros
from linli.kit.turns import turn

AT_ONCE = 200


def hold(
    *,
    uid: UUID,
    account: Account,
    amount: int,
    who: Who,
    now: datetime,
    expires_at: datetime | None = None,
    cause: Cause = NO_CAUSE,
) -> Hold:
    """Set ``amount`` aside: it can be spent by taking this hold only. The same ``uid`` twice is one hold."""
    if type(amount) is not int or amount <= 0:
        raise ValueError("a hold sets a whole number above zero aside")
    digest = digest_of(
        [
            account.pk,
            amount,
            micros(expires_at),
            who.actor,
            who.authority,
            who.on_behalf,
            cause.kind,
            cause.row,
        ]
    )
    with turn():
        row = locked(account.pk)
        known = Hold.objects.filter(uid=uid).first()
        if known:
            if known.request_hash != digest:
                raise OtherBody()
            return known
        if row.closed_at:
            raise Closed(account.pk)
        if row.floor is not None and row.free - amount < row.floor:
            raise Short(account.pk, row.free - row.floor)
        made = Hold.objects.create(
            uid=uid,
            request_hash=digest,
            account=account,
            amount=amount,
            placed_at=now,
            expires_at=expires_at,
            actor=who.actor,
            on_behalf=who.on_behalf,
            authority=who.authority,
            source_kind=cause.kind,
            source=cause.row,
        )
        Balance.objects.filter(pk=account.pk).update(held=F("held") + amount)
    return made


def locked(account: int) -> Balance:
    """The balance under a row lock: call inside a transaction."""
    rows = Balance.objects.filter(pk=account)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(no_key=True)
    return rows.get()


def free_hold(*, hold: int, who: Who, now: datetime, outcome: str = Outcome.VOID) -> None:
    """Set it free again; a hold that was freed stays freed, one that was taken is refused."""
    with turn():
        row = Hold.objects.get(pk=hold)
        locked(row.account_id)
        end = HoldEnd.objects.filter(pk=hold).first()
        if end and end.outcome == Outcome.POST:
            raise HoldOver(hold)
        if end:
            return
        HoldEnd.objects.create(hold=row, outcome=outcome, amount=0, ended_at=now, actor=who.actor)
        Balance.objects.filter(pk=row.account_id).update(held=F("held") - row.amount)


def expire_holds(*, now: datetime, who: Who) -> list[int]:
    """Free what has run out; returns the numbers of the holds. Run twice it does nothing the second time."""
    due = Hold.objects.filter(expires_at__lt=now, end=None).order_by("id").values_list("pk", flat=True)
    numbers = list(due[:AT_ONCE])
    for number in numbers:
        free_hold(hold=number, who=who, now=now, outcome=Outcome.EXPIRE)
    return numbers
