"""Book a transfer: sealed, once, whole or not at all.

On PostgreSQL the database's own function does it in one round trip; on SQLite the steps stand below. Both write the
same rows in the same order (a test compares them byte by byte). In production too the sums are checked by the seal.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from linli.ground.ledger.actions.base import (
    NO_CAUSE,
    Cause,
    Closed,
    HoldOver,
    Leg,
    Order,
    OtherBody,
    Posted,
    Short,
    Who,
    adapted,
    check_legs,
)
from linli.ground.ledger.models import Entry, Transfer
from linli.kit.refused import Refused
from linli.kit.turns import turn

TRIES = 3
AGAIN = {"40P01", "40001"}  # a deadlock, a serialisation failure: PostgreSQL says to try again
Result = TypeVar("Result")
INSERT_TRANSFER = """INSERT INTO ledger_transfer (book, uid, request_hash, kind, event_at, posted_at, actor, on_behalf,
 authority, reason, source_kind, source, rule, reverses_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
 ON CONFLICT (uid) DO NOTHING RETURNING id"""
POST = "SELECT * FROM ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
KNOWN = "SELECT id, request_hash FROM ledger_transfer WHERE uid = %s"


def post(*, order: Order, now: datetime) -> Posted:
    """Book the order: every leg, the running balances and the seal, or nothing.

    The same ``uid`` with the same contents is answered as the first time and books nothing (also when both come at
    once); with other contents it is refused. Refused as ``Short``, ``Closed``, ``HoldOver`` or ``OtherBody``.
    Amounts are whole numbers; a wrong sum is a ``ValueError``. Deadlocks are tried again, three times.
    """
    check_legs(order)
    write = book_on_postgres if connection.vendor == "postgresql" else book_on_sqlite
    return again(lambda: write(order, now))


def again(act: Callable[[], Result]) -> Result:
    """Do it; where PostgreSQL asks for another try and the transaction is our own, try again after a short pause."""
    for left in range(TRIES, 0, -1):
        try:
            return act()
        except OperationalError as error:
            if connection.in_atomic_block or state_of(error) not in AGAIN or left == 1:
                raise
            time.sleep(random.uniform(0.005, 0.05))
    raise AssertionError("the last try has raised")


def state_of(error: DatabaseError) -> str:
    """PostgreSQL's code of an error."""
    return str(getattr(error.__cause__, "sqlstate", "") or "")


def columns(order: Order, digest: str, now: datetime) -> list[Any]:
    """The transfer's columns in the order of both writers."""
    values = (
        order.book, order.uid, digest, order.kind, order.event_at or now, now, order.who.actor, order.who.on_behalf,
        order.who.authority, order.reason, order.cause.kind, order.cause.row, order.cause.rule, order.reverses,
    )  # fmt: skip
    return [adapted(value) for value in values]


def answered(transfer: int, known: str, digest: str) -> Posted:
    """The answer to a uid that came before."""
    if known != digest:
        raise OtherBody()
    return Posted(transfer, fresh=False)


def book_on_postgres(order: Order, now: datetime) -> Posted:
    """One call of the database's function."""
    digest = order.digest()
    book, uid, *rest = columns(order, digest, now)
    digest_, *others = rest
    holds = [take.hold for take in order.takes] or None
    taken = [take.amount for take in order.takes] or None
    legs = [[leg.account.pk for leg in order.legs], [leg.amount for leg in order.legs]]
    try:
        with turn(), connection.cursor() as cursor:
            cursor.execute(POST, [uid, digest_, book, *others, *legs, holds, taken])
            transfer, fresh, known = cursor.fetchone()
    except DatabaseError as error:
        refused = refusal(error)
        if refused is None:
            raise
        raise refused from error
    return Posted(transfer, fresh=True) if fresh else answered(transfer, known, digest)


def refusal(error: DatabaseError) -> Refused | None:
    """What the function refused, in words; None: it is another error."""
    state = state_of(error)
    kinds: dict[str, type[Short | Closed | HoldOver]] = {"LG001": Short, "LG002": Closed, "LG003": HoldOver}
    if state not in kinds:
        return None
    detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
    return kinds[state](*map(int, detail.split()))


def book_on_sqlite(order: Order, now: datetime) -> Posted:
    """The same steps; the whole database is ours from the first of them on."""
    digest = order.digest()
    with turn(), connection.cursor() as cursor:
        cursor.execute(INSERT_TRANSFER, columns(order, digest, now))
        made = cursor.fetchone()
        if made is None:
            cursor.execute(KNOWN, [adapted(order.uid)])
            number, known = cursor.fetchone()
            return answered(number, known, digest)
        transfer = made[0]
        kept = kept_by(cursor, order)
        rows = moved(kept, order, freed_by(cursor, order, now))
        cursor.executemany(
            "UPDATE ledger_balance SET posted = %s, held = %s, version = %s WHERE account_id = %s",
            [(posted, held, version, account) for account, (posted, held, version) in rows.items()],
        )
        cursor.executemany(
            "INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (transfer, leg.account.pk, leg.account.unit, leg.amount, *after(rows.get(leg.account.pk)))
                for leg in order.legs
            ],
        )
        cursor.executemany(
            "INSERT INTO ledger_holdend (hold_id, outcome, transfer_id, amount, ended_at, actor)"
            " VALUES (%s, 'post', %s, %s, %s, %s)",
            [(take.hold, transfer, take.amount, adapted(now), order.who.actor) for take in order.takes],
        )
        cursor.execute(
            "INSERT INTO ledger_seal (transfer_id, legs) VALUES (%s, %s)", [transfer, len(order.legs)]
        )
    return Posted(transfer, fresh=True)


def after(row: tuple[int, int, int] | None) -> tuple[int | None, int | None]:
    """Balance and version that an entry leaves behind; nothing for accounts without a kept balance."""
    return (row[0], row[2]) if row else (None, None)


def kept_by(cursor: Any, order: Order) -> list[tuple[Any, ...]]:
    """The kept balances of the order's accounts by rank; refused where an account is closed."""
    marks = ", ".join(["%s"] * len(order.legs))
    cursor.execute(
        "SELECT account_id, posted, held, version, floor, ceiling, closed_at FROM ledger_balance"
        f" WHERE account_id IN ({marks}) ORDER BY rank, account_id",
        [leg.account.pk for leg in order.legs],
    )
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    closed = sorted(row[0] for row in rows if row[6] is not None)
    if closed:
        raise Closed(closed[0])
    return rows


def moved(
    kept: list[tuple[Any, ...]], order: Order, freed: dict[int, int]
) -> dict[int, tuple[int, int, int]]:
    """What each kept balance becomes: {account: (posted, held, version)}; refused where a limit stands in the way."""
    amounts = {leg.account.pk: leg.amount for leg in order.legs}
    found = {}
    for account, before, held, version, floor, ceiling, _closed in kept:
        posted, held = before + amounts[account], held - freed.get(account, 0)
        if (floor is not None and posted - held < floor) or (ceiling is not None and posted > ceiling):
            raise Short(account, before - held - (floor or 0))
        found[account] = (posted, held, version + 1)
    return found


def freed_by(cursor: Any, order: Order, now: datetime) -> dict[int, int]:
    """What the taken holds set free on their accounts; refused where one cannot be taken."""
    freed: dict[int, int] = {}
    accounts = {leg.account.pk for leg in order.legs}
    for take in sorted(order.takes, key=lambda one: one.hold):
        cursor.execute(
            "SELECT h.account_id, h.amount FROM ledger_hold h LEFT JOIN ledger_holdend d ON d.hold_id = h.id"
            " WHERE h.id = %s AND d.hold_id IS NULL AND (h.expires_at IS NULL OR h.expires_at >= %s)",
            [take.hold, adapted(now)],
        )
        row = cursor.fetchone()
        if row is None or take.amount > row[1] or row[0] not in accounts:
            raise HoldOver(take.hold)
        freed[row[0]] = freed.get(row[0], 0) + row[1]
    return freed


def reverse(
    *, uid: UUID, transfer: int, reason: str, who: Who, now: datetime, cause: Cause = NO_CAUSE
) -> Posted:
    """Meet a transfer by its exact opposite, booked today; once, and never a reversal.

    Refused as ``Short`` where what was given has been spent meanwhile: then it is a matter for people.
    """
    old = Transfer.objects.filter(pk=transfer).first()
    if old is None or not reason:
        raise ValueError("a reversal names a transfer and a reason")
    if old.reverses_id:
        raise Refused(_("This is a correction itself; please enter the right thing anew."))
    by_another = Transfer.objects.filter(reverses=old).exclude(uid=uid)
    if by_another.exists():
        raise Refused(_("This has already been corrected."))
    legs = [
        Leg(entry.account, -entry.amount)
        for entry in Entry.objects.filter(transfer=old).select_related("account").order_by("id")
    ]
    order = Order(
        uid=uid,
        book=old.book,
        kind="reversal",
        legs=legs,
        who=who,
        cause=cause,
        reason=reason,
        reverses=old.pk,
    )
    try:
        return post(order=order, now=now)
    except IntegrityError as error:  # two at the same time: the database has let one of them through
        if by_another.exists():
            raise Refused(_("This has already been corrected.")) from error
        raise
