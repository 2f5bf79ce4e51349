"""A community's time bank and the versions of its rule."""

from functools import cached_property
from typing import Any

from django.db import models

from linli.commons.timebank.choices import RuleState
from linli.engine.points import Rule as Terms
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks


class Programme(Located):
    """The time bank of one community; its name on the page is data."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    organisation = models.CharField(max_length=60)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)

    MARKS = Marks(
        personal={}, plain=["id", *LOCATED, "code", "name", "organisation", "started_on", "ended_on"]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=models.Q(ended_on=None), name="programme_of_community"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def book(self) -> str:
        """The book of the ledger."""
        return self.community

    @property
    def unit(self) -> str:
        """The unit of its points."""
        return f"PT:{self.code}"


class Rule(models.Model):
    """One version of the rule, in force from a day on; never changed once adopted. Knobs: ``engine.points``."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rules")
    state = models.CharField(max_length=8, choices=RuleState.choices, default=RuleState.DRAFT)
    valid_from = models.DateField()
    body = models.JSONField()
    preset = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=100, blank=True)

    MARKS = Marks(
        personal={"made_by": Mark.LINK, "approved_by": Mark.LINK},
        plain=["id", "programme", "state", "valid_from", "body", "preset", "note", "made_at", "approved_at", "resolution"],
        keep="who made and approved a rule stays known",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "valid_from"], condition=models.Q(state="adopted"), name="rule_one_a_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="adopted") | models.Q(approved_at__isnull=False),
                name="rule_approved",
            ),
        ]

    @cached_property
    def terms(self) -> Terms:
        """The knobs."""
        found: Any = Terms.from_json(self.body)
        return found  # type: ignore[no-any-return]
