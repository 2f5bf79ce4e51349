"""Resources, their capacity by period, and matches with needs."""

from django.db import models
from django.db.models import F, Q

from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Facility, Located
from linli.kit.marks import Mark, Marks
from linli.loop.ask.models import Category, Need, Remark
from linli.loop.link.choices import MatchState, Period, ResourceKind


class Resource(Located):
    """People, places, goods, money or a service that can answer needs, with capacity and validity.

    It serves everything under its own area.
    """

    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    name = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+")
    contact = models.CharField(max_length=60, blank=True)
    categories = models.ManyToManyField(Category, related_name="resources")
    capacity = models.PositiveIntegerField()
    period = models.CharField(max_length=5, choices=Period.choices)
    measure = models.CharField(max_length=10, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    rated = models.PositiveIntegerField(default=0)
    satisfied = models.PositiveIntegerField(default=0)

    MARKS = Marks(
        personal={"person": Mark.LINK, "contact": Mark.PHONE, "name": Mark.NAME},
        plain=[
            "id", *LOCATED, "kind", "facility", "categories", "capacity", "period", "measure", "lon", "lat",
            "valid_from", "valid_until", "note", "rated", "satisfied",
        ],
        owner="person",
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(satisfied__lte=F("rated")), name="resource_satisfied_of_rated")
        ]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """How much of a resource is taken in one period. The database refuses to promise more than there is."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="slots")
    begins = models.DateField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    MARKS = Marks(personal={}, plain=["id", "resource", "begins", "capacity", "taken"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "begins"], name="slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_never_promised_twice"),
        ]


class Match(models.Model):
    """A resource proposed for a need, with its score and its reasons."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="matches")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="matches")
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=MatchState.choices)
    amount = models.PositiveIntegerField(default=1)
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    against = models.JSONField(default=list)
    override = models.ForeignKey(Remark, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    MARKS = Marks(
        personal={},
        plain=[
            "id", "need", "resource", "slot", "lap", "state", "amount", "score", "reasons", "against", "override", "at",
            "by",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "matches"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "resource", "lap"], condition=Q(state="accepted"), name="match_once_a_lap"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="match_of_something"),
        ]
