"""Disputes, spot checks, certificates of hours, and points that clear between two communities."""

from django.db import models

from linli.commons.timebank.choices import CheckResult, DisputeState, Verdict
from linli.commons.timebank.models.members import Member
from linli.commons.timebank.models.programme import Programme
from linli.commons.timebank.models.records import Record
from linli.commons.timebank.models.spending import Payment
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks
from linli.kit.secret import EncryptedTextField


class Dispute(Located):
    """Somebody says that a record or a payment is wrong; what is at stake is frozen until it is decided."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="disputes")
    key = models.UUIDField(unique=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="disputes")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="disputes")
    state = models.CharField(max_length=9, choices=DisputeState.choices, default=DisputeState.OPEN)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    words = models.CharField(max_length=1000)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, blank=True)
    grounds = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={
            "words": Mark.TEXT, "answer": Mark.TEXT, "grounds": Mark.TEXT, "opened_by": Mark.LINK,
            "answered_by": Mark.LINK,
        },
        plain=[
            "id", *LOCATED, "programme", "key", "record", "payment", "state", "opened_at", "answered_at", "verdict",
            "decided_by", "decided_at",
        ],
        owner="opened_by",
        keep="what was decided stays known",
    )  # fmt: skip

    PHOTOS = "dispute"

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(record=None, payment__isnull=False)
                | models.Q(record__isnull=False, payment=None),
                name="dispute_of_one",
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(state__in=["open", "answered"]),
                name="dispute_of_record",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=models.Q(state__in=["open", "answered"]),
                name="dispute_of_payment",
            ),
        ]


class SpotCheck(models.Model):
    """A record drawn for a look at the door, and what was found there."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="spot_check")
    month = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    result = models.CharField(max_length=5, choices=CheckResult.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"words": Mark.TEXT, "checked_by": Mark.LINK},
        plain=["id", "record", "month", "drawn_at", "drawn_by", "result", "checked_at"],
    )

    class Meta:
        ordering = ["-month", "id"]


class HoursCertificate(Located):
    """A signed certificate of hours: free of charge, numbered, checked by its QR code or offline by its file."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="certificates")
    key = models.UUIDField(unique=True)
    no = models.CharField(max_length=30, unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="certificates")
    first_on = models.DateField()
    last_on = models.DateField()
    minutes = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    payload = EncryptedTextField(purpose="certificate", blank=True, default="")
    signature = models.CharField(max_length=120)
    key_id = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    revoked_why = models.CharField(max_length=200, blank=True)

    MARKS = Marks(
        personal={"member": Mark.LINK, "payload": Mark.NAME, "revoked_why": Mark.TEXT},
        plain=[
            "id", *LOCATED, "programme", "key", "no", "first_on", "last_on", "minutes", "records", "signature", "key_id",
            "issued_at", "issued_by", "revoked_at", "revoked_by",
        ],
        owner="member__person",
        keep="that a number was given out stays known",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]


class Peering(models.Model):
    """Two communities honour each other's points, up to a limit either may owe the other."""

    one = models.ForeignKey(Programme, models.PROTECT, related_name="peerings")
    other = models.ForeignKey(Programme, models.PROTECT, related_name="peerings_with")
    limit = models.PositiveIntegerField()
    agreed_one = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    agreed_other = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"agreed_one": Mark.LINK, "agreed_other": Mark.LINK},
        plain=["id", "one", "other", "limit", "since", "ended_at"],
        keep="who agreed stays known",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=models.Q(ended_at=None), name="peering_once"
            ),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="peering_of_two"),
        ]


class Crossing(models.Model):
    """Points that went from a member of one community to a member of another: a transfer in each book."""

    peering = models.ForeignKey(Peering, models.PROTECT, related_name="crossings")
    key = models.UUIDField(unique=True)
    sender = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    points = models.PositiveIntegerField()
    out_of = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    into = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    MARKS = Marks(
        personal={"sender": Mark.LINK, "receiver": Mark.LINK},
        plain=["id", "peering", "key", "points", "out_of", "into", "at", "by"],
        keep="what was booked stays booked",
    )
