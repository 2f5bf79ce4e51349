"""The big bill: a community's public money, line by line. What is booked stands in the ledger and is never edited."""

from django.db import models
from django.db.models import Q

from linli.commons.fund.choices import LineKind, Source, Stage, TargetKind, Use
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Facility, Located
from linli.kit.marks import Mark, Marks
from linli.kit.secret import EncryptedTextField


class Fund(Located):
    """The public money of one community; its book in the ledger is the community's code."""

    title = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    last_no = models.PositiveIntegerField(default=0)

    MARKS = Marks(personal={}, plain=["id", *LOCATED, "title", "opened_at", "last_no"])

    class Meta:
        ordering = ["community"]
        constraints = [
            models.UniqueConstraint(fields=["community"], name="fund_once"),
            models.CheckConstraint(condition=~Q(community=""), name="fund_of_a_community"),
        ]

    def __str__(self) -> str:
        return self.title


class Setting(models.Model):
    """From a day on: from which amount two people sign, what a point is worth, which points the guarantee backs."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="settings")
    valid_from = models.DateField()
    two_from = models.BigIntegerField()
    fen_per_point = models.BigIntegerField(default=0)
    backs = models.JSONField(default=list)
    decided = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MARKS = Marks(
        personal={},
        plain=["id", "fund", "valid_from", "two_from", "fen_per_point", "backs", "decided", "by", "at"],
    )

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "valid_from"], name="fund_setting_once"),
            models.CheckConstraint(condition=Q(two_from__gt=0, fen_per_point__gte=0), name="fund_setting"),
        ]


class Target(models.Model):
    """What money is set aside for: a facility, a project, the guarantee pool. Each has an account of its own."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="targets")
    kind = models.CharField(max_length=10, choices=TargetKind.choices)
    name = models.CharField(max_length=60, blank=True)
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")

    MARKS = Marks(personal={}, plain=["id", "fund", "kind", "name", "facility"])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "kind", "name"], name="fund_target_once"),
            models.CheckConstraint(
                condition=Q(kind=TargetKind.GUARANTEE, name="", facility=None)
                | (~Q(kind=TargetKind.GUARANTEE) & ~Q(name="")),
                name="fund_target_named",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(TargetKind(self.kind).label)

    @property
    def key(self) -> str:
        """The key of its account."""
        return f"target-{self.pk}"


class Resolution(models.Model):
    """What a meeting decided: how much, for what. No more than that is ever set aside by it."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="resolutions")
    uid = models.UUIDField(unique=True)
    no = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    met_on = models.DateField()
    decides = models.TextField(blank=True)
    target = models.ForeignKey(Target, models.PROTECT, related_name="resolutions")
    amount = models.BigIntegerField()
    allocated = models.BigIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MARKS = Marks(
        personal={},
        plain=[
            "id", "fund", "uid", "no", "title", "met_on", "decides", "target", "amount", "allocated", "by", "at",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "no"], name="fund_resolution_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, allocated__gte=0, allocated__lte=models.F("amount")),
                name="fund_resolution_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.title}"

    @property
    def left(self) -> int:
        """What may still be set aside by it."""
        return self.amount - self.allocated


class Line(models.Model):
    """One line of the bill for one transfer of the ledger, numbered without a gap; it never changes.

    ``amount`` is above zero, but below in a line that corrects another one.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="lines")
    no = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    target = models.ForeignKey(Target, models.PROTECT, null=True, related_name="lines")
    use = models.CharField(max_length=10, choices=Use.choices, blank=True)
    amount = models.BigIntegerField()
    day = models.DateField()
    at = models.DateTimeField()
    transfer = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")

    MARKS = Marks(
        personal={},
        plain=[
            "id", "fund", "no", "kind", "source", "target", "use", "amount", "day", "at", "transfer", "corrects",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["fund", "kind", "-no"], name="fund_line_kind"),
            models.Index(fields=["fund", "target", "-no"], name="fund_line_target"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fund", "no"], name="fund_line_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, corrects=None) | Q(amount__lt=0, corrects__isnull=False),
                name="fund_line_amount",
            ),
            models.CheckConstraint(
                condition=(Q(kind=LineKind.INCOME, target=None, use="") & ~Q(source=""))
                | Q(kind=LineKind.ALLOCATION, target__isnull=False, use="", source="")
                | (Q(kind=LineKind.SPENDING, target__isnull=False, source="") & ~Q(use="")),
                name="fund_line_kind_of",
            ),
        ]


class Income(models.Model):
    """Money that came in. A donor may stay unnamed, and is masked everywhere but on the own receipt."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="incomes")
    uid = models.UUIDField(unique=True)
    line = models.OneToOneField(Line, models.PROTECT, related_name="income")
    received_on = models.DateField()
    origin = models.CharField(max_length=80, blank=True)
    donor = models.CharField(max_length=60, blank=True)
    donor_is_person = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=False)
    contact = EncryptedTextField(purpose="phone", blank=True, default="")
    wish = models.CharField(max_length=200, blank=True)
    receipt = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MARKS = Marks(
        personal={"donor": Mark.NAME, "contact": Mark.PHONE, "wish": Mark.TEXT},
        plain=[
            "id", "fund", "uid", "line", "received_on", "origin", "donor_is_person", "anonymous", "receipt", "by", "at",
        ],
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="fund_receipt_once")
        ]


class Allocation(models.Model):
    """Money set aside by a resolution."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="allocations")
    uid = models.UUIDField(unique=True)
    line = models.OneToOneField(Line, models.PROTECT, related_name="allocation")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="allocations")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MARKS = Marks(personal={}, plain=["id", "fund", "uid", "line", "resolution", "by", "at"])


class Signed(models.Model):
    """What is booked once enough people have signed."""

    uid = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    needs = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


SIGNED = ["uid", "state", "needs", "by", "at", "ended_at", "answer"]


class Spending(Signed):
    """Money that goes out, with payee, purpose and vouchers; set aside in the ledger until it is signed."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="spendings")
    line = models.OneToOneField(Line, models.PROTECT, null=True, related_name="spending")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="spendings")
    amount = models.BigIntegerField()
    use = models.CharField(max_length=10, choices=Use.choices)
    payee = models.CharField(max_length=60)
    payee_is_person = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200)
    spent_on = models.DateField()
    hold = models.OneToOneField("ledger.Hold", models.PROTECT, null=True, related_name="+")

    MARKS = Marks(
        personal={"payee": Mark.NAME},
        plain=[
            "id", *SIGNED, "fund", "line", "resolution", "amount", "use", "payee_is_person", "purpose", "spent_on",
            "hold",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["fund", "state", "id"], name="fund_spending_state")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, needs__in=[1, 2]), name="fund_spending_amount"),
            models.CheckConstraint(
                condition=Q(state=Stage.PAID, line__isnull=False) | (~Q(state=Stage.PAID) & Q(line=None)),
                name="fund_spending_booked",
            ),
        ]


class Correction(Signed):
    """A line that was wrong, and why; met by its opposite in the open once it is signed."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="corrections")
    wrong = models.ForeignKey(Line, models.PROTECT, related_name="corrections")
    line = models.OneToOneField(Line, models.PROTECT, null=True, related_name="correction")
    reason = models.CharField(max_length=20)
    words = models.CharField(max_length=200)

    MARKS = Marks(personal={}, plain=["id", *SIGNED, "fund", "wrong", "line", "reason", "words"])

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["wrong"], condition=~Q(state=Stage.REFUSED), name="fund_correction_once"
            ),
            models.CheckConstraint(
                condition=Q(state=Stage.PAID, line__isnull=False) | (~Q(state=Stage.PAID) & Q(line=None)),
                name="fund_correction_booked",
            ),
        ]


class Signature(models.Model):
    """Somebody signed, in which role; nobody signs twice."""

    spending = models.ForeignKey(Spending, models.PROTECT, null=True, related_name="signatures")
    correction = models.ForeignKey(Correction, models.PROTECT, null=True, related_name="signatures")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=RoleKind.choices)
    at = models.DateTimeField()

    MARKS = Marks(personal={}, plain=["id", "spending", "correction", "by", "role", "at"])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(spending__isnull=False, correction=None)
                | Q(spending=None, correction__isnull=False),
                name="fund_signature_of_one",
            ),
            models.UniqueConstraint(fields=["spending", "by"], name="fund_signature_spending"),
            models.UniqueConstraint(fields=["correction", "by"], name="fund_signature_correction"),
        ]
