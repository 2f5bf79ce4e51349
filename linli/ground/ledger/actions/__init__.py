"""Change the ledger: accounts, transfers, holds, the chain. No other room touches its rows."""

from linli.ground.ledger.actions.accounts import close_account, open_account, set_limits
from linli.ground.ledger.actions.base import (
    Cause,
    Closed,
    HoldOver,
    Leg,
    Order,
    OtherBody,
    Posted,
    Short,
    Take,
    Who,
)
from linli.ground.ledger.actions.chain import close_month, publish_head, seal_ledger
from linli.ground.ledger.actions.closing import close_due
from linli.ground.ledger.actions.holds import expire_holds, free_hold, hold
from linli.ground.ledger.actions.posting import post, reverse

__all__ = [
    "Cause",
    "Closed",
    "HoldOver",
    "Leg",
    "Order",
    "OtherBody",
    "Posted",
    "Short",
    "Take",
    "Who",
    "close_account",
    "close_due",
    "close_month",
    "expire_holds",
    "free_hold",
    "hold",
    "open_account",
    "post",
    "publish_head",
    "reverse",
    "seal_ledger",
    "set_limits",
]
