"""Spending: points set aside and taken, for care, in the shop, as a gift."""

from django.db import models

from linli.commons.timebank.choices import GiftTo, GoodKind, OrderState, PaymentKind, PaymentState, Relation
from linli.commons.timebank.models.members import Member
from linli.commons.timebank.models.programme import Programme, Rule
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks
from linli.kit.secret import EncryptedTextField


class Payment(Located):
    """Points of a member on their way out: set aside when something is booked, taken when it was had, else free again."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="payments")
    key = models.UUIDField(unique=True)
    member = models.ForeignKey(Member, models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=5, choices=PaymentKind.choices)
    state = models.CharField(max_length=6, choices=PaymentState.choices, default=PaymentState.HELD)
    points = models.BigIntegerField()
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    relation = models.CharField(max_length=13, choices=Relation.choices, blank=True)
    gift_to = models.CharField(max_length=6, choices=GiftTo.choices, blank=True)
    hold = models.OneToOneField("ledger.Hold", models.PROTECT, null=True, related_name="+")
    granted_hold = models.OneToOneField("ledger.Hold", models.PROTECT, null=True, related_name="+")
    transfer = models.OneToOneField("ledger.Transfer", models.PROTECT, null=True, related_name="+")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=10, blank=True)
    source = models.BigIntegerField(null=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    authority = models.CharField(max_length=12, choices=Authority.choices)
    made_at = models.DateTimeField()
    auto_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=200, blank=True)

    MARKS = Marks(
        personal={"member": Mark.LINK, "receiver": Mark.LINK, "relation": Mark.CARE, "words": Mark.TEXT},
        plain=[
            "id", *LOCATED, "programme", "key", "kind", "state", "points", "gift_to", "hold", "granted_hold",
            "transfer", "rule", "source_kind", "source", "made_by", "authority", "made_at", "auto_at", "ended_at",
        ],
        owner="member__person",
        keep="what was booked stays booked",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__gt=0), name="payment_points"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(transfer__isnull=False), name="payment_taken"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="payment_of_member"),
            models.Index(fields=["auto_at"], name="payment_auto", condition=models.Q(state="held")),
        ]


class Good(Located):
    """Something in the shop: its stock is an account of the ledger, in units of its own."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="goods")
    code = models.SlugField(max_length=20)
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=7, choices=GoodKind.choices, default=GoodKind.GOODS)
    measure = models.CharField(max_length=20)
    month_max = models.PositiveSmallIntegerField(null=True)
    low_at = models.PositiveIntegerField(default=0)
    cost_fen = models.PositiveIntegerField(default=0)
    cash_like = models.BooleanField(default=False)
    offered = models.BooleanField(default=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", *LOCATED, "programme", "code", "name", "kind", "measure", "month_max", "low_at", "cost_fen",
            "cash_like", "offered",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="good_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.measure}"

    @property
    def unit(self) -> str:
        """The unit of its stock."""
        return f"SKU:{self.pk}"


class Price(models.Model):
    """What a good costs in points from a day on."""

    good = models.ForeignKey(Good, models.PROTECT, related_name="prices")
    points = models.PositiveIntegerField()
    valid_from = models.DateField()

    MARKS = Marks(personal={}, plain=["id", "good", "points", "valid_from"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["good", "valid_from"], name="price_once")]


class Delivery(models.Model):
    """Goods that came into the shop or went bad, with the voucher's words."""

    good = models.ForeignKey(Good, models.PROTECT, related_name="deliveries")
    key = models.UUIDField(unique=True)
    count = models.IntegerField()
    note = models.CharField(max_length=200, blank=True)
    best_before = models.DateField(null=True)
    transfer = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MARKS = Marks(
        personal={"by": Mark.LINK},
        plain=["id", "good", "key", "count", "note", "best_before", "transfer", "at"],
    )

    class Meta:
        verbose_name_plural = "deliveries"


class Order(models.Model):
    """An order of the shop: points and goods set aside, picked up with a code, signed for."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="order")
    no = models.CharField(max_length=20, unique=True)
    good = models.ForeignKey(Good, models.PROTECT, related_name="orders")
    count = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=OrderState.choices, default=OrderState.HELD)
    stock_hold = models.OneToOneField("ledger.Hold", models.PROTECT, related_name="+")
    code = EncryptedTextField(purpose="pickup", blank=True, default="")
    code_blind = models.CharField(max_length=64, blank=True)
    pick_up_by = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_by = models.CharField(max_length=40, blank=True)

    MARKS = Marks(
        personal={"code": Mark.SECRET, "code_blind": Mark.SECRET, "signed_by": Mark.NAME},
        plain=[
            "id", "payment", "no", "good", "count", "state", "stock_hold", "pick_up_by", "collected_at", "handed_by",
        ],
        owner="payment__member__person",
    )  # fmt: skip

    PHOTOS = "order"

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(count__gt=0), name="order_count"),
            models.UniqueConstraint(
                fields=["code_blind"], condition=models.Q(state="held"), name="order_code_once"
            ),
        ]
        indexes = [
            models.Index(fields=["pick_up_by"], name="order_waiting", condition=models.Q(state="held")),
            models.Index(fields=["good", "-id"], name="order_of_good"),
        ]
