"""Follow-ups and what is left out of the rates."""

from django.db import models
from django.db.models import F, Q

from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks
from linli.loop.ask.models import Need, Remark
from linli.loop.evaluate.choices import ExclusionReason, FollowUpState, Way


class FollowUp(Located):
    """One case, one evaluation a lap: solved? satisfied? in whose words."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="follow_ups")
    lap = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=FollowUpState.choices, default=FollowUpState.WAITING)
    due_on = models.DateField()
    tries = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(max_length=6, choices=Way.choices, blank=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    token_until = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"words": Mark.TEXT, "token_hash": Mark.SECRET},
        plain=[
            "id", *LOCATED, "need", "lap", "state", "due_on", "tries", "way", "solved", "satisfied", "answered_at",
            "answered_on", "by", "token_until",
        ],
        owner="need__asker",
    )  # fmt: skip

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            *[
                models.Index(
                    fields=[level, "due_on", "id"], name=f"followup_{level}", condition=Q(state="waiting")
                )
                for level in ("street", "community", "grid")
            ],
            *[
                models.Index(fields=[level, "answered_on", "id"], name=f"answered_{level}")
                for level in ("street", "community", "grid")
            ],
        ]
        constraints = [
            models.UniqueConstraint(fields=["need", "lap"], name="follow_up_once_a_lap"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(solved__isnull=False, satisfied__isnull=False),
                name="follow_up_answered_whole",
            ),
        ]


class Exclusion(models.Model):
    """A case taken out of the three rates: asked for by one, approved by another, with a reason."""

    need = models.OneToOneField(Need, models.PROTECT, related_name="exclusion")
    reason = models.CharField(max_length=12, choices=ExclusionReason.choices)
    remark = models.ForeignKey(Remark, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", "need", "reason", "remark", "asked_by", "asked_at", "approved_by", "approved_at", "declined_at",
        ],
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")), name="exclusion_by_two"
            )
        ]
