"""One append-only double-entry ledger for points, goods and public money.

Only this room touches these rows. The tables, their composite keys and triggers are written by hand in the
migrations, the same law on SQLite and PostgreSQL; what Django sees here is the part it needs for reading.
No column holds words about anybody: reasons are codes, people are numbers.
"""

from typing import Any

from django.db import models

from linli.ground.ledger.choices import PERSONS, Authority, Kind, Outcome
from linli.ground.people.models import Person
from linli.kit.constraints import ForeignColumns
from linli.kit.marks import Mark, Marks


def micros(at: Any) -> int | None:
    """Microseconds since 1970, as the chain covers times."""
    return None if at is None else round(at.timestamp() * 1_000_000)


class Account(models.Model):
    """A place where one unit of value stands, in the book of one community."""

    book = models.CharField(max_length=15)
    unit = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accounts")
    opened_at = models.DateTimeField()
    salt = models.UUIDField()  # random: nobody outside can guess what the hash of the private part covers

    MARKS = Marks(
        personal={"owner": Mark.LINK},
        plain=["id", "book", "unit", "kind", "key", "opened_at", "salt"],
        owner="owner",
        keep="what was booked stays booked; the account then belongs to nobody known",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "unit", "kind", "key"], name="ledger_account_once"),
            models.UniqueConstraint(fields=["id", "unit"], name="ledger_account_unit"),
        ]

    def private(self) -> dict[str, Any]:
        """Whose it is: an export covers it by its hash only."""
        return {"salt": str(self.salt), "key": self.key, "owner": self.owner_id}

    def open_part(self) -> dict[str, Any]:
        """What anybody may read."""
        return {
            "id": self.pk,
            "book": self.book,
            "unit": self.unit,
            "kind": self.kind,
            "key": None if self.kind in PERSONS else self.key,
            "opened_at": micros(self.opened_at),
        }


class Balance(models.Model):
    """What stands on an account that has a floor: the sum of its entries, what is held, how many entries."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="balance")
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    rank = models.SmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={},
        plain=["account", "posted", "held", "version", "floor", "ceiling", "rank", "closed_at"],
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(held__gte=0), name="ledger_held"),
            models.CheckConstraint(
                condition=models.Q(floor=None) | models.Q(posted__gte=models.F("floor") + models.F("held")),
                name="ledger_floor",
            ),
            models.CheckConstraint(
                condition=models.Q(ceiling=None) | models.Q(posted__lte=models.F("ceiling")),
                name="ledger_ceiling",
            ),
        ]

    @property
    def free(self) -> int:
        """What can be spent now."""
        return self.posted - self.held


class Transfer(models.Model):
    """One thing that was booked. Its entries sum to zero for each unit; it never changes."""

    book = models.CharField(max_length=15)
    uid = models.UUIDField(unique=True)
    request_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    event_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    on_behalf = models.BigIntegerField(null=True)
    authority = models.CharField(max_length=12, choices=Authority.choices)
    reason = models.CharField(max_length=20, blank=True)
    source_kind = models.CharField(max_length=20, blank=True)
    source = models.BigIntegerField(null=True)
    rule = models.BigIntegerField(null=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    MARKS = Marks(
        personal={},
        plain=[
            "id", "book", "uid", "request_hash", "kind", "event_at", "posted_at", "actor", "on_behalf", "authority",
            "reason", "source_kind", "source", "rule", "reverses",
        ],
    )  # fmt: skip

    class Meta:
        constraints = [
            ForeignColumns(
                fields=["id"],
                table="ledger_seal",
                columns=["transfer_id"],
                name="ledger_transfer_sealed",
                deferred=True,
            ),
            models.CheckConstraint(
                condition=models.Q(reverses=None) | ~models.Q(reverses=models.F("id")),
                name="ledger_not_itself",
            ),
        ]

    def private(self) -> dict[str, Any]:
        """The part of a transfer that an export covers by its hash only; ``uid`` is known to nobody outside."""
        return {
            "uid": str(self.uid),
            "request_hash": self.request_hash,
            "actor": self.actor,
            "on_behalf": self.on_behalf,
            "authority": self.authority,
            "source_kind": self.source_kind,
            "source": self.source,
        }

    def open_part(self) -> dict[str, Any]:
        """The part of a transfer that anybody may read."""
        return {
            "id": self.pk,
            "book": self.book,
            "kind": self.kind,
            "event_at": micros(self.event_at),
            "posted_at": micros(self.posted_at),
            "reason": self.reason,
            "rule": self.rule,
            "reverses": self.reverses_id,
        }


class Entry(models.Model):
    """One leg of a transfer. Accounts with a kept balance number their entries: a gap or a double is impossible."""

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_constraint=False)
    unit = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField(null=True)
    version = models.BigIntegerField(null=True)

    MARKS = Marks(
        personal={}, plain=["id", "transfer", "account", "unit", "amount", "balance_after", "version"]
    )

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="ledger_entry_version"),
            models.UniqueConstraint(fields=["transfer", "account"], name="ledger_entry_leg"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_entry_amount"),
            ForeignColumns(
                fields=["account", "unit"],
                table="ledger_account",
                columns=["id", "unit"],
                name="ledger_entry_unit",
                deferred=True,
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="ledger_entry_open", condition=models.Q(version=None))
        ]

    def row(self) -> list[Any]:
        """The entry as the chain covers it."""
        return [self.pk, self.account_id, self.unit, self.amount, self.version, self.balance_after]


class Seal(models.Model):
    """Closes a transfer: without it no commit, with it no further entry. Inserting it checks the sums."""

    transfer = models.OneToOneField(Transfer, models.PROTECT, primary_key=True, related_name="seal")
    legs = models.SmallIntegerField()

    MARKS = Marks(personal={}, plain=["transfer", "legs"])


class Hold(models.Model):
    """Something set aside on an account until it is taken, freed or runs out; it ends exactly once."""

    uid = models.UUIDField(unique=True)
    request_hash = models.CharField(max_length=64)
    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    amount = models.BigIntegerField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    actor = models.BigIntegerField(null=True)
    on_behalf = models.BigIntegerField(null=True)
    authority = models.CharField(max_length=12, choices=Authority.choices)
    source_kind = models.CharField(max_length=20, blank=True)
    source = models.BigIntegerField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", "uid", "request_hash", "account", "amount", "placed_at", "expires_at", "actor", "on_behalf",
            "authority", "source_kind", "source",
        ],
    )  # fmt: skip

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_hold_amount")]

    def private(self) -> dict[str, Any]:
        """What an export covers by its hash only."""
        return {
            "uid": str(self.uid),
            "request_hash": self.request_hash,
            "actor": self.actor,
            "on_behalf": self.on_behalf,
            "authority": self.authority,
            "source_kind": self.source_kind,
            "source": self.source,
        }

    def open_part(self) -> dict[str, Any]:
        """What anybody may read."""
        return {
            "id": self.pk,
            "account": self.account_id,
            "amount": self.amount,
            "placed_at": micros(self.placed_at),
            "expires_at": micros(self.expires_at),
        }


class HoldEnd(models.Model):
    """The one end of a hold. Its number is its own: holds end in another order than they were placed in."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="ended_holds")
    amount = models.BigIntegerField()
    ended_at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)

    MARKS = Marks(personal={}, plain=["id", "hold", "outcome", "transfer", "amount", "ended_at", "actor"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="post", transfer__isnull=False, amount__gt=0)
                | models.Q(outcome__in=["void", "expire"], transfer=None, amount=0),
                name="ledger_hold_end",
            )
        ]

    def private(self) -> dict[str, Any]:
        """What an export covers by its hash only."""
        return {"uid": str(self.hold.uid), "actor": self.actor}

    def open_part(self) -> dict[str, Any]:
        """What anybody may read."""
        return {
            "id": self.pk,
            "hold": self.hold_id,
            "outcome": self.outcome,
            "transfer": self.transfer_id,
            "amount": self.amount,
            "ended_at": micros(self.ended_at),
        }


class Link(models.Model):
    """A link of the ledger's hash chain: over an account, a transfer with its entries, a hold or its end, the close
    of a month, a published head."""

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8)
    row = models.BigIntegerField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    MARKS = Marks(personal={}, plain=["seq", "kind", "row", "prev", "hash"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "row"], name="ledger_link_once")]


class Anchor(models.Model):
    """The head of the chain as it was made public on a day, so that anybody can compare later."""

    day = models.DateField(unique=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    MARKS = Marks(personal={}, plain=["id", "day", "seq", "hash", "published_at"])

    def open_part(self) -> dict[str, Any]:
        """What the chain covers: all of it is public."""
        return {
            "id": self.pk,
            "day": self.day.isoformat(),
            "seq": self.seq,
            "hash": self.hash,
            "published_at": micros(self.published_at),
        }


class Close(models.Model):
    """A month of a book is closed: nothing is booked into it any more; its trial balance sums to zero."""

    book = models.CharField(max_length=15)
    month = models.DateField()
    ends_at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    salt = models.UUIDField()  # as an account has one

    MARKS = Marks(personal={}, plain=["id", "book", "month", "ends_at", "hash", "closed_at", "actor", "salt"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "month"], name="ledger_close_once")]

    def private(self) -> dict[str, Any]:
        """What an export covers by its hash only."""
        return {"salt": str(self.salt), "actor": self.actor}

    def open_part(self) -> dict[str, Any]:
        """What anybody may read; ``hash`` covers the lines."""
        return {
            "id": self.pk,
            "book": self.book,
            "month": self.month.isoformat(),
            "ends_at": micros(self.ends_at),
            "hash": self.hash,
            "closed_at": micros(self.closed_at),
        }


class CloseLine(models.Model):
    """What an account stood at when a month was closed."""

    close = models.ForeignKey(Close, models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, models.PROTECT, related_name="closings")
    unit = models.CharField(max_length=40)
    came_in = models.BigIntegerField()
    went_out = models.BigIntegerField()
    posted = models.BigIntegerField()
    last_entry = models.BigIntegerField()

    MARKS = Marks(
        personal={}, plain=["id", "close", "account", "unit", "came_in", "went_out", "posted", "last_entry"]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "account"], name="ledger_close_line_once")]

    def row(self) -> list[Any]:
        """The line as the hash of its close covers it."""
        return [self.account_id, self.unit, self.came_in, self.went_out, self.posted, self.last_entry]
