"""Service records: facts that are only added. What they earn stands beside them, in claims."""

from django.db import models

from linli.commons.timebank.choices import ClaimState, ConfirmAs, FindingVerdict, SignHow
from linli.commons.timebank.models.members import Member
from linli.commons.timebank.models.programme import Programme, Rule
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Building, Located
from linli.kit.marks import Mark, Marks


class Record(Located):
    """Who served whom, when, where, how it is known. Never changed: a mistake is met by a further record."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="records")
    uid = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="records")
    receiver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    service = models.CharField(max_length=20)
    service_name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    in_how = models.CharField(max_length=8, choices=SignHow.choices)
    out_how = models.CharField(max_length=8, choices=SignHow.choices)
    distance_m = models.PositiveIntegerField(null=True)
    evidence = models.JSONField(default=list)
    source_kind = models.CharField(max_length=10, blank=True)
    source = models.BigIntegerField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    authority = models.CharField(max_length=12, choices=Authority.choices)
    made_at = models.DateTimeField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    why = models.CharField(max_length=300, blank=True)

    MARKS = Marks(
        personal={"receiver": Mark.LINK, "member": Mark.LINK, "distance_m": Mark.PLACE, "why": Mark.TEXT},
        plain=[
            "id", *LOCATED, "programme", "uid", "service", "service_name", "started_at", "ended_at", "minutes",
            "building", "in_how", "out_how", "evidence", "source_kind", "source", "made_by", "authority", "made_at",
            "corrects",
        ],
        owner="member__person",
        keep="facts of service are kept; people in them are numbers",
    )  # fmt: skip

    PHOTOS = "record"

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("started_at")), name="record_in_order"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-started_at"], name="record_of_member"),
            models.Index(fields=["receiver", "-started_at"], name="record_of_receiver"),
            models.Index(fields=["programme", "-id"], name="record_of_programme"),
        ]


class Claim(models.Model):
    """What a record earns: confirmed, approved, credited once, by one version of the rule."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="claim")
    state = models.CharField(max_length=9, choices=ClaimState.choices, default=ClaimState.WAITING)
    before = models.CharField(max_length=9, blank=True)
    auto_at = models.DateTimeField(null=True)
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="+")
    counted = models.PositiveIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    excess = models.BigIntegerField(default=0)
    cuts = models.JSONField(default=list)
    transfer = models.OneToOneField("ledger.Transfer", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={},
        plain=["record", "state", "before", "auto_at", "rule", "counted", "points", "excess", "cuts", "transfer", "settled_at"],
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="paid") | models.Q(transfer__isnull=False), name="claim_paid"
            )
        ]
        indexes = [
            models.Index(fields=["state", "record"], name="claim_state"),
            models.Index(fields=["auto_at"], name="claim_auto", condition=models.Q(state="waiting")),
        ]


class Confirmation(models.Model):
    """Somebody said that it took place: who was cared for, family, or a worker who asked them."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="confirmation")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=6, choices=ConfirmAs.choices)
    at = models.DateTimeField()
    rating = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=500, blank=True)

    MARKS = Marks(
        personal={"by": Mark.LINK, "words": Mark.TEXT}, plain=["id", "record", "role", "at", "rating"]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__range=(1, 5)), name="confirmation_rating"
            )
        ]


class Approval(models.Model):
    """One of the approvers' word on a record; nobody approves twice, nor their own service."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="approvals")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    good = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)

    MARKS = Marks(personal={"by": Mark.LINK, "reason": Mark.TEXT}, plain=["id", "record", "at", "good"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "by"], name="approval_once")]


class Finding(models.Model):
    """What an honesty check saw in a record, and what a person made of it."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="findings")
    code = models.CharField(max_length=12)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=FindingVerdict.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)
    seen_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"words": Mark.TEXT, "seen_by": Mark.LINK},
        plain=["id", "record", "code", "facts", "at", "verdict", "seen_at"],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "code"], name="finding_once")]
        indexes = [models.Index(fields=["id"], name="finding_open", condition=models.Q(verdict=""))]


class Lot(models.Model):
    """Points that came onto an account together and run out on a day."""

    transfer = models.ForeignKey("ledger.Transfer", models.PROTECT, related_name="+")
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    expires_on = models.DateField(null=True)

    MARKS = Marks(personal={}, plain=["id", "transfer", "account", "amount", "expires_on"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transfer", "account"], name="lot_once")]
        indexes = [
            models.Index(fields=["expires_on"], name="lot_due", condition=models.Q(expires_on__isnull=False))
        ]
