"""Where needs come from: the diary, the two rounds a day, lists that are loaded."""

from django.db import models
from django.db.models import Q

from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Building, Located
from linli.kit.marks import Mark, Marks
from linli.loop.ask.choices import FindingState, Shift, Weather


class DiaryEntry(Located):
    """What a worker heard, in the resident's words; yields none, one or many needs."""

    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    weather = models.CharField(max_length=8, choices=Weather.choices, blank=True)
    temperature = models.SmallIntegerField(null=True)
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    MARKS = Marks(
        personal={
            "words": Mark.TEXT, "measures": Mark.TEXT, "outcome": Mark.TEXT, "place": Mark.ADDRESS,
        },
        plain=["id", *LOCATED, "key", "at", "weather", "temperature", "building", "by"],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "diary entries"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["by", "-id"], name="diary_by"),
            models.Index(fields=["community", "-id"], name="diary_at"),
        ]


class Concern(models.Model):
    """Whom a diary entry concerns."""

    entry = models.ForeignKey(DiaryEntry, models.PROTECT, related_name="concerns")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    MARKS = Marks(personal={"person": Mark.LINK}, plain=["id", "entry"], owner="person")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="concern_once")]


class Patrol(Located):
    """A morning or evening round of a grid."""

    day = models.DateField()
    shift = models.CharField(max_length=8, choices=Shift.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    MARKS = Marks(
        personal={"note": Mark.TEXT}, plain=["id", *LOCATED, "day", "shift", "by", "started_at", "ended_at"]
    )

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["area", "day", "shift"], name="patrol_once")]
        indexes = [models.Index(fields=["community", "day"], name="patrol_day")]


class Finding(models.Model):
    """Something found on a round; the evening one looks at it again."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="findings")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=FindingState.choices, default=FindingState.FOUND)
    rechecked_in = models.ForeignKey(Patrol, models.PROTECT, null=True, related_name="rechecked")
    rechecked_at = models.DateTimeField(null=True)
    need_no = models.CharField(max_length=20, blank=True)

    MARKS = Marks(
        personal={"words": Mark.TEXT, "place": Mark.ADDRESS},
        plain=["id", "patrol", "key", "building", "at", "state", "rechecked_in", "rechecked_at", "need_no"],
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="found") | Q(rechecked_in__isnull=False), name="finding_rechecked_where"
            )
        ]


class Batch(Located):
    """One file of what people wrote, loaded or undone as a whole."""

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    loaded = models.PositiveIntegerField()
    already = models.PositiveIntegerField()
    bad = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={},
        plain=["id", *LOCATED, "name", "sha256", "rows", "loaded", "already", "bad", "at", "by", "undone_at"],
    )

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-id"]
