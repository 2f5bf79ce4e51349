"""Append-only events with a hash chain, the look log, the outbox, kept counts. No foreign keys: everyone may write."""

from typing import Any

from django.db import models

from linli.ground.journal.choices import Channel, Notice
from linli.kit.marks import Mark, Marks


class Event(models.Model):
    """One thing that happened: who did what to which row, when. Never changed; holds no personal text."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=30)
    subject = models.BigIntegerField(null=True)
    need = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=15, blank=True)
    facts = models.JSONField(default=dict)

    MARKS = Marks(
        personal={},
        plain=["id", "at", "verb", "actor", "subject_kind", "subject", "need", "area_code", "facts"],
    )

    class Meta:
        indexes = [
            models.Index(fields=["need", "id"], name="event_of_need"),
            models.Index(fields=["subject_kind", "subject", "id"], name="event_of_subject"),
            models.Index(fields=["actor", "id"], name="event_of_actor"),
        ]

    def body(self) -> dict[str, Any]:
        """Every column, in the form that the hash chain covers (time in microseconds since 1970)."""
        return {
            "id": self.pk,
            "at": round(self.at.timestamp() * 1_000_000),
            "verb": self.verb,
            "actor": self.actor,
            "subject_kind": self.subject_kind,
            "subject": self.subject,
            "need": self.need,
            "area_code": self.area_code,
            "facts": self.facts,
        }


class Seal(models.Model):
    """A link of the hash chain over events, in the order in which they were sealed."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.BigIntegerField(unique=True)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    MARKS = Marks(personal={}, plain=["seq", "event", "prev", "hash"])


class Look(models.Model):
    """Somebody read somebody's private columns, and why."""

    at = models.DateTimeField()
    actor = models.BigIntegerField()
    person = models.BigIntegerField(db_index=True)
    columns = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)

    MARKS = Marks(
        personal={"reason": Mark.TEXT, "person": Mark.LINK},
        plain=["id", "at", "actor", "columns"],
        keep="who looked at a record is kept for a year",
    )


class Outbox(models.Model):
    """One message to one person by one channel; sent once."""

    key = models.CharField(max_length=120, unique=True)
    to_person = models.BigIntegerField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    notice = models.CharField(max_length=20, choices=Notice.choices)
    number = models.CharField(max_length=30, blank=True)
    link = models.CharField(max_length=200, blank=True)
    need = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=15, blank=True)
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)
    told_by = models.BigIntegerField(null=True)

    MARKS = Marks(
        personal={"to_person": Mark.LINK, "link": Mark.SECRET},
        plain=[
            "id", "key", "channel", "notice", "number", "need", "area_code", "created_at", "attempts", "next_try_at",
            "claimed_until", "sent_at", "given_up_at", "failure", "read_at", "told_by",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "outbox"
        indexes = [
            models.Index(fields=["to_person", "-id"], name="outbox_of_person"),
            models.Index(
                fields=["next_try_at"],
                name="outbox_waiting",
                condition=models.Q(sent_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["area_code", "id"],
                name="outbox_to_tell",
                condition=models.Q(channel="call", read_at=None),
            ),
        ]


class Tally(models.Model):
    """A kept count: how many of ``measure`` under the area ``code`` on ``day``; a test recounts it from the rows."""

    code = models.CharField(max_length=15)
    day = models.DateField()
    measure = models.CharField(max_length=30)
    count = models.BigIntegerField(default=0)

    MARKS = Marks(personal={}, plain=["id", "code", "day", "measure", "count"])

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["code", "day", "measure"], name="tally_once")]


class Serial(models.Model):
    """The last number given out for one kind of thing on one day."""

    kind = models.CharField(max_length=20)
    day = models.DateField()
    last = models.BigIntegerField(default=0)

    MARKS = Marks(personal={}, plain=["id", "kind", "day", "last"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "day"], name="serial_once")]


class Receipt(models.Model):
    """The answer once given to an idempotency key, so that the same request twice has one effect."""

    key = models.CharField(max_length=100)
    actor = models.BigIntegerField()
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    MARKS = Marks(
        personal={"answer": Mark.TEXT, "actor": Mark.LINK},
        plain=["id", "key", "request_hash", "status", "at"],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="receipt_once")]
