"""Set something aside until it is taken, freed or runs out."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
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
    asked = Hold(
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
    try:
        return placed(asked)
    except IntegrityError:  # the same uid came at the same time for another account
        if not Hold.objects.filter(uid=uid).exists():
            raise
        return placed(asked)


def placed(asked: Hold) -> Hold:
    """Set it aside, or find the one that was."""
    account = asked.account_id
    with turn():
        row = locked(account)
        known = Hold.objects.filter(uid=asked.uid).first()
        if known:
            if known.request_hash != asked.request_hash:
                raise OtherBody()
            return known
        if row.closed_at:
            raise Closed(account)
        if row.floor is not None and row.free - asked.amount < row.floor:
            raise Short(account, row.free - row.floor)
        asked.save(force_insert=True)
        Balance.objects.filter(pk=account).update(held=F("held") + asked.amount)
    return asked


def locked(account: int) -> Balance:
    """The balance under a row lock: call inside a transaction."""
    rows = Balance.objects.filter(pk=account)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(no_key=True)
    return rows.get()


def free_hold(*, hold: int, who: Who, now: datetime, outcome: str = Outcome.VOID) -> bool:
    """Set it free again; a hold that was freed stays freed, one that was taken is refused. Whether this call did it."""
    with turn():
        row = Hold.objects.get(pk=hold)
        locked(row.account_id)
        end = HoldEnd.objects.filter(hold=hold).first()
        if end and end.outcome == Outcome.POST:
            raise HoldOver(hold)
        if end:
            return False
        HoldEnd.objects.create(hold=row, outcome=outcome, amount=0, ended_at=now, actor=who.actor)
        Balance.objects.filter(pk=row.account_id).update(held=F("held") - row.amount)
    return True


def expire_holds(*, now: datetime, who: Who) -> list[int]:
    """Free what has run out; returns the numbers of the holds. Run twice it does nothing the second time.

    One that was taken or freed by somebody else in its last moment is not among them.
    """
    due = Hold.objects.filter(expires_at__lt=now, end=None).order_by("id").values_list("pk", flat=True)
    freed = []
    for number in list(due[:AT_ONCE]):
        with suppress(HoldOver):
            if free_hold(hold=number, who=who, now=now, outcome=Outcome.EXPIRE):
                freed.append(number)
    return freed
