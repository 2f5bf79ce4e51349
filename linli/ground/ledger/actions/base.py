"""What the ledger's verbs share: legs, the order and its hash, refusals with their words."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from linli.ground.ledger.models import Account, micros
from linli.kit.refused import Refused

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Leg:
    """``amount`` more (or less, where negative) on an account."""

    account: Account
    amount: int


@dataclass(frozen=True)
class Take:
    """A hold to be taken by a transfer, wholly or in part; what is left of it is free again."""

    hold: int
    amount: int


@dataclass(frozen=True)
class Who:
    """Who acts: the person, for whom, and on what ground. ``actor`` None: a rule that runs by itself."""

    actor: int | None
    authority: str
    on_behalf: int | None = None


@dataclass(frozen=True)
class Cause:
    """What a transfer comes from: a row of another room, and the version of the rule that was applied."""

    kind: str = ""
    row: int | None = None
    rule: int | None = None


NO_CAUSE = Cause()


@dataclass(frozen=True)
class Order:
    """A transfer as it is asked for. ``uid`` is made by whoever asks, before asking, and kept until answered."""

    uid: UUID
    book: str
    kind: str
    legs: Sequence[Leg]
    who: Who
    event_at: datetime | None = None  # when it happened; None: as it is booked
    cause: Cause = NO_CAUSE
    reason: str = ""
    reverses: int | None = None
    takes: Sequence[Take] = ()

    def digest(self) -> str:
        """SHA-256 of what is asked for, whatever the order of its parts: the same ``uid`` must mean the same."""
        who, cause = self.who, self.cause
        body = [
            self.book, self.kind, sorted([leg.account.pk, leg.amount] for leg in self.legs), who.actor, who.authority,
            who.on_behalf, micros(self.event_at), cause.kind, cause.row, cause.rule, self.reason, self.reverses,
            sorted([take.hold, take.amount] for take in self.takes),
        ]  # fmt: skip
        return hashlib.sha256(ENCODER.encode(body).encode()).hexdigest()


@dataclass(frozen=True)
class Posted:
    """The answer: the number of the transfer, and whether this call made it."""

    transfer: int
    fresh: bool


class Short(Refused):
    """There is not enough on an account (or no room under its ceiling)."""

    def __init__(self, account: int, free: int) -> None:
        super().__init__(_("There is not enough: {free} are free.").format(free=free))
        self.account, self.free = account, free


class Closed(Refused):
    """The account takes nothing any more."""

    def __init__(self, account: int) -> None:
        super().__init__(_("This account is closed."))
        self.account = account


class HoldOver(Refused):
    """A hold that has ended, has run out, or is too small."""

    def __init__(self, hold: int) -> None:
        super().__init__(_("What was set aside has already been taken, freed or run out."))
        self.hold = hold


class OtherBody(Refused):
    """The same key came before with something else in it; nothing was done."""

    def __init__(self) -> None:
        super().__init__(_("This was already sent with other contents. Nothing was booked a second time."))


def check_legs(order: Order) -> None:
    """What no caller may ask for; a mistake here is a bug, not a refusal."""
    legs = order.legs
    if len(legs) < 2 or len({leg.account.pk for leg in legs}) != len(legs):
        raise ValueError("a transfer has at least two legs, each on an account of its own")
    sums: dict[str, int] = {}
    for leg in legs:
        if type(leg.amount) is not int or leg.amount == 0:
            raise ValueError("a leg moves a whole number other than zero")
        if leg.account.book != order.book:
            raise ValueError(f"account {leg.account.pk} stands in another book")
        sums[leg.account.unit] = sums.get(leg.account.unit, 0) + leg.amount
    if any(sums.values()):
        raise ValueError(f"the legs do not sum to zero: {sums}")
    if len({take.hold for take in order.takes}) != len(order.takes):
        raise ValueError("a hold is taken once")


def adapted(value: Any) -> Any:
    """A value as raw SQL wants it on this database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        return value.hex
    return value
