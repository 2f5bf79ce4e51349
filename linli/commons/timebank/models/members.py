"""Who takes part: those who serve, and those who are cared for."""

from django.db import models

from linli.commons.timebank.choices import MemberKind, MemberState, Strength
from linli.commons.timebank.models.programme import Programme
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks


class Member(Located):
    """Somebody's place in a programme: number, way of admission, what they can do and when, their accounts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    no = models.CharField(max_length=24, unique=True)
    kind = models.CharField(max_length=6, choices=MemberKind.choices, default=MemberKind.PERSON)
    state = models.CharField(max_length=8, choices=MemberState.choices, default=MemberState.APPLIED)
    skills = models.JSONField(default=list)
    times = models.JSONField(default=list)
    strength = models.CharField(max_length=5, choices=Strength.choices, default=Strength.USUAL)
    guardian = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField()
    proxy = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    learned_at = models.DateTimeField(null=True)
    learned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    admitted_at = models.DateTimeField(null=True)
    admitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    recruiter = models.ForeignKey("self", models.PROTECT, null=True, related_name="recruits")
    left_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    minutes = models.BigIntegerField(default=0)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+")
    granted = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+")

    MARKS = Marks(
        personal={
            "person": Mark.LINK, "guardian": Mark.LINK, "skills": Mark.CARE, "times": Mark.CARE, "strength": Mark.CARE,
            "reason": Mark.TEXT,
        },
        plain=[
            "id", *LOCATED, "programme", "no", "kind", "state", "applied_at", "proxy", "checked_at", "checked_by",
            "learned_at", "learned_by", "admitted_at", "admitted_by", "recruiter", "left_at", "minutes", "account", "granted",
        ],
        owner="person",
        keep="hours of service are kept without a name",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="member_once"),
            models.CheckConstraint(
                condition=~models.Q(state="admitted") | models.Q(admitted_at__isnull=False),
                name="member_admitted",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state", "-id"], name="member_state")]

    def __str__(self) -> str:
        return self.no
