"""Read the ledger: balances, statements, the chain."""

from linli.ground.ledger.queries.balances import (
    account_of,
    accounts_of,
    balances_of,
    counter_entries,
    entries_between,
    entries_of,
    expired_of,
    held_by_kind,
    in_circulation,
    moved_between,
    open_holds_of,
    outflow_of,
    standing,
    statement,
    sums_by_kind,
    trial_balance,
)
from linli.ground.ledger.queries.chain import anchors, public_copy, transfers_by_kind, verify

__all__ = [
    "account_of",
    "accounts_of",
    "anchors",
    "balances_of",
    "counter_entries",
    "entries_between",
    "entries_of",
    "expired_of",
    "held_by_kind",
    "in_circulation",
    "moved_between",
    "open_holds_of",
    "outflow_of",
    "public_copy",
    "standing",
    "statement",
    "sums_by_kind",
    "transfers_by_kind",
    "trial_balance",
    "verify",
]
