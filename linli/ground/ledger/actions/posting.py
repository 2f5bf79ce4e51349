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

from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
)
from django.utils.translation import gettext_lazy as _

from linli.ground.ledger.actions.accounts import rank_of
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
    check_legs,
)
from linli.ground.ledger.choices import OPEN_ENDED
from linli.ground.ledger.models import Entry, Transfer
from linli.kit.refused import Refused
from linli.kit.turns import plain_statement, plain_turn

TRIES = 3
AGAIN = {"40P01", "40001"}  # a deadlock, a serialisation failure: PostgreSQL says to try again
Result = TypeVar("Result")
POST = f"""SELECT * FROM ledger_post({"%s, " * 14}%s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::bigint[],
 %s::bigint[])"""
# SQLite's own marks: these go to the driver as they are
INSERT_TRANSFER = """INSERT INTO ledger_transfer (book, uid, request_hash, kind, event_at, posted_at, actor, on_behalf,
 authority, reason, source_kind, source, rule, reverses_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (uid) DO NOTHING RETURNING id"""
KNOWN = "SELECT id, request_hash FROM ledger_transfer WHERE uid = ?"
BALANCES = """SELECT account_id, posted, held, floor, ceiling, closed_at FROM ledger_balance
 WHERE account_id IN ({}) ORDER BY rank, account_id"""
MOVE = """UPDATE ledger_balance SET posted = posted + ?1, held = held - ?2, version = version + 1
 WHERE account_id = ?3 AND closed_at IS NULL AND (floor IS NULL OR posted + ?1 - held + ?2 >= floor)
 AND (ceiling IS NULL OR posted + ?1 <= ceiling) RETURNING posted, version"""
NOT_KEPT = (None, None)
HELD = """SELECT h.account_id, h.amount FROM ledger_hold h LEFT JOIN ledger_holdend d ON d.hold_id = h.id
 WHERE h.id = ? AND d.hold_id IS NULL AND (h.expires_at IS NULL OR h.expires_at >= ?)"""
INSERT_ENTRY = """INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)
 VALUES (?, ?, ?, ?, ?, ?)"""
INSERT_HOLDEND = """INSERT INTO ledger_holdend (hold_id, outcome, transfer_id, amount, ended_at, actor)
 VALUES (?, 'post', ?, ?, ?, ?)"""
INSERT_SEAL = "INSERT INTO ledger_seal (transfer_id, legs) VALUES (?, ?)"


def post(*, order: Order, now: datetime) -> Posted:
    """Book the order: every leg, the running balances and the seal, or nothing.

    The same ``uid`` with the same contents is answered as the first time and books nothing (also when both come at
    once); with other contents it is refused. Refused as ``Short``, ``Closed``, ``HoldOver`` or ``OtherBody``.
    Amounts are whole numbers; a wrong sum is a ``ValueError``. Deadlocks are tried again, three times.
    """
    check_legs(order)
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        return book_on_sqlite(order, now)
    return again(lambda: book_on_postgres(order, now))


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


def columns(order: Order, digest: str, now: datetime) -> tuple[Any, ...]:
    """The transfer's columns in the order of both writers, as this database wants them."""
    link, who, cause = connections[DEFAULT_DB_ALIAS], order.who, order.cause
    uid = order.uid if link.features.has_native_uuid_field else order.uid.hex
    at = link.ops.adapt_datetimefield_value(now)
    event_at = link.ops.adapt_datetimefield_value(order.event_at) if order.event_at else at
    return (
        order.book, uid, digest, order.kind, event_at, at, who.actor, who.on_behalf, who.authority, order.reason,
        cause.kind, cause.row, cause.rule, order.reverses,
    )  # fmt: skip


def answered(transfer: int, known: str, digest: str) -> Posted:
    """The answer to a uid that came before."""
    if known != digest:
        raise OtherBody()
    return Posted(transfer, fresh=False)


def book_on_postgres(order: Order, now: datetime) -> Posted:
    """One call of the database's function."""
    digest = order.digest()
    book, uid, _digest, *others = columns(order, digest, now)
    holds = [take.hold for take in order.takes] or None
    taken = [take.amount for take in order.takes] or None
    legs = zip(*((leg.account.pk, leg.account.unit, leg.amount) for leg in order.legs), strict=True)
    given = (uid, digest, book, *others, *map(list, legs), in_lock_order(order), holds, taken)
    try:
        with plain_statement() as cursor:
            cursor.execute(POST, given)
            transfer, fresh, known = cursor.fetchone()
    except DatabaseError as error:
        refused = refusal(error)
        if refused is None:
            raise
        raise refused from error
    return Posted(transfer, fresh=True) if fresh else answered(transfer, known, digest)


def in_lock_order(order: Order) -> list[int]:
    """The places (from 1) of the legs with a kept balance, in the order in which the rows are locked."""
    ranked = sorted(
        (rank_of(leg.account.kind), leg.account.pk, place)
        for place, leg in enumerate(order.legs, 1)
        if leg.account.kind not in OPEN_ENDED
    )
    return [place for _rank, _account, place in ranked]


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
    values = columns(order, digest, now)
    with plain_turn() as cursor:
        made = cursor.execute(INSERT_TRANSFER, values).fetchone()
        if made is None:
            number, known = cursor.execute(KNOWN, (values[1],)).fetchone()
            return answered(number, known, digest)
        transfer = made[0]
        freed = freed_by(cursor, order, values[5]) if order.takes else {}
        cursor.executemany(INSERT_ENTRY, [(transfer, *row) for row in moved(cursor, order, freed)])
        if order.takes:
            ended = [(take.hold, transfer, take.amount, values[5], order.who.actor) for take in order.takes]
            cursor.executemany(INSERT_HOLDEND, ended)
        cursor.execute(INSERT_SEAL, (transfer, len(order.legs)))
    return Posted(transfer, fresh=True)


def moved(cursor: Any, order: Order, freed: dict[int, int]) -> list[tuple[Any, ...]]:
    """Move the kept balances; the entries as they are written. Refused where an account is closed or a limit met."""
    entries: list[tuple[Any, ...]] = []
    for leg in order.legs:
        account, left = leg.account, NOT_KEPT
        if account.kind not in OPEN_ENDED:
            left = cursor.execute(MOVE, (leg.amount, freed.get(account.pk, 0), account.pk)).fetchone()
            if left is None:
                raise standing_still(cursor, order, freed, {entry[0] for entry in entries})
        entries.append((account.pk, account.unit, leg.amount, *left))
    return entries


def standing_still(cursor: Any, order: Order, freed: dict[int, int], done: set[int]) -> Refused:
    """Why a balance does not move: all of them by rank, as they stood before those of ``done`` were moved."""
    amounts = {leg.account.pk: leg.amount for leg in order.legs}
    for account, posted, held, floor, ceiling in kept_by(cursor, order):
        before = posted - amounts[account] if account in done else posted
        free = before - held + (0 if account in done else freed.get(account, 0))
        after = before + amounts[account]
        if (floor is not None and free + amounts[account] < floor) or (
            ceiling is not None and after > ceiling
        ):
            return Short(account, free - (floor or 0))
    raise AssertionError("a balance stands still without a reason")


def kept_by(cursor: Any, order: Order) -> list[tuple[Any, ...]]:
    """The kept balances of the order's accounts by rank; refused where an account is closed."""
    accounts = [leg.account.pk for leg in order.legs]
    rows = cursor.execute(BALANCES.format(", ".join("?" * len(accounts))), accounts).fetchall()
    closed = [row[0] for row in rows if row[-1] is not None]
    if closed:
        raise Closed(min(closed))
    return [row[:-1] for row in rows]


def freed_by(cursor: Any, order: Order, at: Any) -> dict[int, int]:
    """What the taken holds set free on their accounts; refused where one cannot be taken."""
    freed: dict[int, int] = {}
    accounts = {leg.account.pk for leg in order.legs}
    kept_by(cursor, order)
    for take in sorted(order.takes, key=lambda one: one.hold):
        row = cursor.execute(HELD, (take.hold, at)).fetchone()
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
