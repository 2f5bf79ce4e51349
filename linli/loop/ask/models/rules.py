"""What can be asked for, and what is promised for it: data with effective dates."""

from django.db import models

from linli.kit.marks import Marks
from linli.loop.ask.choices import PromiseFor, Unit, Urgency


class Category(models.Model):
    """A kind of ask, with the conditions a worker would otherwise look up in the handbook."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    group = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    words = models.CharField(max_length=300, blank=True)
    filing = models.CharField(max_length=300, blank=True)
    closing = models.CharField(max_length=300, blank=True)
    needs_photo = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=100)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", "code", "name", "group", "parent", "words", "filing", "closing", "needs_photo", "rank", "valid_from",
            "valid_until",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.name


class Promise(models.Model):
    """Category x urgency -> amount and unit, from a day on; an empty category stands for all others."""

    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="promises")
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    about = models.CharField(max_length=10, choices=PromiseFor.choices)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=10, choices=Unit.choices)
    stem = models.CharField(max_length=15, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    set_by = models.BigIntegerField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", "category", "urgency", "about", "amount", "unit", "stem", "valid_from", "valid_until", "set_by",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["category", "urgency", "about", "-valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="promise_positive"),
            models.UniqueConstraint(
                fields=["category", "urgency", "about", "stem", "valid_from"], name="promise_once"
            ),
            models.UniqueConstraint(
                fields=["urgency", "about", "stem", "valid_from"],
                condition=models.Q(category=None),
                name="promise_general_once",
            ),
        ]
