"""The ceiling: the rows of a transfer written with plain prepared SQL, as fast as the driver goes.

``python -m bench.ledger_raw SEED ADDRESS HOW``. The tables are a copy of the ledger's own, with their keys, checks
and indexes; only the triggers are gone. ``steps`` sends one statement after another, ``one`` (PostgreSQL) all of
them as one statement. Nothing else is done: no digest, no look for the same key, no holds, no words for a refusal.
"""

import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from uuid import uuid4

import psycopg

from bench.ledger_loop import Act, serve

BOOK, POINTS = "310999001001", "PT:bench"
HASH = "0" * 64
TRANSFER = (
    "INSERT INTO ledger_transfer (book, uid, request_hash, kind, event_at, posted_at, actor, on_behalf, authority,"
    " reason, source_kind, source, rule, reverses_id) VALUES"
    " (%s, %s, %s, 'gift', %s, %s, 7, NULL, 'worker', '', 'gift', 1, 1, NULL) RETURNING id"
)
BALANCE = (
    "UPDATE ledger_balance SET posted = posted + %s, version = version + 1 WHERE account_id = %s"
    " RETURNING posted, version"
)
ENTRIES = (
    "INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)"
    " VALUES (%s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s)"
)
SEAL = "INSERT INTO ledger_seal (transfer_id, legs) VALUES (%s, 2)"
ONE = f"""WITH made AS ({TRANSFER}), moved AS (
 UPDATE ledger_balance b SET posted = b.posted + v.amount, version = b.version + 1
 FROM (VALUES (%s::bigint, %s::bigint), (%s, %s)) AS v (account, amount) WHERE b.account_id = v.account
 RETURNING b.account_id, v.amount, b.posted, b.version), entries AS (
 INSERT INTO ledger_entry (transfer_id, account_id, unit, amount, balance_after, version)
 SELECT made.id, moved.account_id, %s, moved.amount, moved.posted, moved.version FROM made, moved)
 INSERT INTO ledger_seal (transfer_id, legs) SELECT id, 2 FROM made"""
ACCOUNTS = (
    "SELECT a.id, b.rank FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id"
    " WHERE a.kind = %s AND a.key < 'm' ORDER BY a.id"
)
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "cache_size=-64000", "mmap_size=268435456", "temp_store=MEMORY",
    "foreign_keys=ON",
)  # fmt: skip
Pair = list[tuple[int, int]]


class Book:
    """Who gives to whom; the rows are touched in the ledger's own order, the pool last."""

    def __init__(self, members: Sequence[int], pool: int) -> None:
        self.members, self.pool = members, pool

    def legs(self, shape: str, chance: Random) -> Pair:
        """Two accounts with what each gets."""
        amount = chance.randint(1, 9)
        if shape == "pool":
            return [(chance.choice(self.members), amount), (self.pool, -amount)]
        one, other = chance.sample(self.members, 2)
        return sorted([(one, -amount), (other, amount)])


def on_postgres(address: str, how: str) -> tuple[Act, int]:
    """A connection that prepares every statement at once."""
    link = psycopg.connect(address, autocommit=True, prepare_threshold=0)
    cursor = link.cursor()
    members = [row[0] for row in cursor.execute(ACCOUNTS, ["member"])]
    book = Book(members, cursor.execute(ACCOUNTS, ["pool"]).fetchall()[0][0])

    def steps(shape: str, chance: Random) -> None:
        now, legs = datetime.now(UTC), book.legs(shape, chance)
        with link.transaction():
            made = cursor.execute(TRANSFER, [BOOK, uuid4(), HASH, now, now]).fetchall()[0][0]
            values: list[object] = []
            for account, amount in legs:
                left = cursor.execute(BALANCE, [amount, account]).fetchall()[0]
                values += [made, account, POINTS, amount, *left]
            cursor.execute(ENTRIES, values)
            cursor.execute(SEAL, [made])

    def one(shape: str, chance: Random) -> None:
        now, (first, second) = datetime.now(UTC), book.legs(shape, chance)
        try:
            cursor.execute(ONE, [BOOK, uuid4(), HASH, now, now, *first, *second, POINTS])
        except psycopg.errors.DeadlockDetected:  # the rows are not locked in order
            one(shape, chance)

    return {"steps": steps, "one": one}[how], link.info.backend_pid


def on_sqlite(address: str) -> Act:
    """A connection with the settings of the product."""
    link = sqlite3.connect(address, timeout=30, isolation_level=None)
    for pragma in PRAGMAS:
        link.execute(f"PRAGMA {pragma}")
    transfer, balance, entries, seal, accounts = (
        text.replace("%s", "?") for text in (TRANSFER, BALANCE, ENTRIES, SEAL, ACCOUNTS)
    )
    members = [row[0] for row in link.execute(accounts, ["member"])]
    book = Book(members, link.execute(accounts, ["pool"]).fetchall()[0][0])

    def act(shape: str, chance: Random) -> None:
        now, legs = str(datetime.now(UTC).replace(tzinfo=None)), book.legs(shape, chance)
        link.execute("BEGIN IMMEDIATE")
        made = link.execute(transfer, [BOOK, uuid4().hex, HASH, now, now]).fetchall()[0][0]
        values: list[object] = []
        for account, amount in legs:
            left = link.execute(balance, [amount, account]).fetchall()[0]
            values += [made, account, POINTS, amount, *left]
        link.execute(entries, values)
        link.execute(seal, [made])
        link.execute("COMMIT")

    return act


def main() -> None:
    """Connect, then work when told."""
    seed, address, how = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    if address.startswith("postgres"):
        act, backend = on_postgres(address, how)
        serve(act, seed, backend)
    else:
        serve(on_sqlite(address), seed)


if __name__ == "__main__":
    main()
