"""The need: one ask of one person or place, the spine of everything."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from linli.engine.transitions import NEED_OPEN, NEED_RUNNING_CLOCK, NEED_STEP
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Building, Located
from linli.kit.marks import Mark, Marks
from linli.kit.pairindex import PairIndex
from linli.loop.ask.choices import Channel, Kind, RefusalReason, RemarkKind, State, StopReason, Urgency
from linli.loop.ask.models.hearing import Batch, DiaryEntry
from linli.loop.ask.models.rules import Category

OPEN = Q(state__in=sorted(NEED_OPEN))
TICKING = Q(state__in=sorted(NEED_RUNNING_CLOCK), stopped_at=None)
LEVELS = ("street", "community", "grid")


def kept(condition: Q) -> "models.GeneratedField":
    """A column the database keeps: SQLite uses a partial index only where its condition is one column."""
    truth = models.BooleanField()
    return models.GeneratedField(
        expression=ExpressionWrapper(condition, truth), output_field=truth, db_persist=True
    )


def by_level(name: str, *fields: str, condition: Q | None = None) -> list[models.Index]:
    """One index for each level of areas."""
    return [
        models.Index(fields=[level, *fields], name=f"{name}_{level}", condition=condition) for level in LEVELS
    ]


class Need(Located):
    """One ask; goes once around the loop, and a second lap when it was not solved."""

    no = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.HELP)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    lap = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200, blank=True)
    words = models.TextField()
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    asker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="needs")
    asker_words = models.CharField(max_length=80, blank=True)
    proxy = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    heard_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    diary = models.ForeignKey(DiaryEntry, models.PROTECT, null=True, related_name="needs")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="needs")
    source_id = models.CharField(max_length=80, blank=True)
    source_key = models.CharField(max_length=64, null=True, unique=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    is_repeat = models.BooleanField(default=False)
    refusal = models.CharField(max_length=12, choices=RefusalReason.choices, blank=True)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    respond_by = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    near_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    promise_words = models.CharField(max_length=40, blank=True)
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sort_at = models.DateTimeField()
    counted_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    excluded = models.BooleanField(default=False)
    live = kept(OPEN)
    ticking = kept(TICKING)

    MARKS = Marks(
        personal={
            "title": Mark.TEXT, "words": Mark.TEXT, "place": Mark.ADDRESS, "lon": Mark.PLACE, "lat": Mark.PLACE,
            "asker": Mark.LINK, "asker_words": Mark.NAME, "proxy": Mark.LINK, "source_id": Mark.SECRET,
        },
        plain=[
            "id", *LOCATED, "no", "key", "kind", "channel", "state", "lap", "category", "urgency", "building",
            "heard_by", "owner", "diary", "batch", "source_key", "merged_into", "is_repeat", "refusal", "said_at",
            "received_at", "accepted_at", "respond_by", "responded_at", "near_at", "due_at", "promise_words",
            "stopped_at", "done_at", "closed_at", "sort_at", "counted_on", "in_time", "excluded", "live",
            "ticking",
        ],
        owner="asker",
        keep="that somebody asked and what came of it stays counted; who and in which words does not",
    )  # fmt: skip

    INDEX = PairIndex("ask_pairs")
    PHOTOS = "need"

    class Meta:
        ordering = ["id"]
        indexes = [
            *by_level("need_open", "sort_at", "id", condition=Q(live=True)),
            *by_level("need_newest", "-id", condition=Q(live=True)),
            *by_level("need_state", "state", "sort_at", "id", condition=Q(live=True)),
            *by_level("need_clock", "sort_at", "id", "near_at", condition=Q(ticking=True)),
            *by_level("need_all", "-id"),
            *by_level("need_counted", "counted_on", "id"),
            models.Index(fields=["asker", "-id"], name="need_of_asker"),
            models.Index(fields=["category", "community", "received_at"], name="need_like"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="need_not_into_itself"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="need_merged_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="need_refused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def step(self) -> int:
        """Where it stands on the ring, 1 to 5."""
        return NEED_STEP[self.state]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in NEED_OPEN


class Remark(models.Model):
    """A piece of text in a need's timeline: notes, answers, reasons."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10, choices=RemarkKind.choices)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    MARKS = Marks(personal={"text": Mark.TEXT}, plain=["id", "need", "kind", "at", "by"], owner="need__asker")


class Stop(models.Model):
    """The clock stands still for a reason; the due time moves by what passed when it goes on."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="stops")
    reason = models.CharField(max_length=12, choices=StopReason.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    remark = models.ForeignKey(Remark, models.PROTECT, related_name="+")

    MARKS = Marks(personal={}, plain=["id", "need", "reason", "since", "until", "remark"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need"], condition=Q(until=None), name="stop_one_open"),
        ]


class Extension(models.Model):
    """A later due time, asked for before the old one had passed."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="extensions")
    old_due = models.DateTimeField()
    new_due = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    remark = models.ForeignKey(Remark, models.PROTECT, related_name="+")

    MARKS = Marks(personal={}, plain=["id", "need", "old_due", "new_due", "at", "by", "remark"])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(new_due__gt=F("old_due")), name="extension_is_later"),
            models.CheckConstraint(condition=Q(at__lte=F("old_due")), name="extension_in_time"),
        ]
