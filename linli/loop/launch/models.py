"""Projects: what one or several needs become. Themes and reviews will live beside them."""

from django.db import models
from django.db.models import Q

from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Marks
from linli.loop.ask.models import Need
from linli.loop.launch.choices import ProjectState


class Project(Located):
    """A project with baseline, target, budget (fen), owner and milestones; none starts without a baseline and target."""

    no = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=80)
    why = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ProjectState.choices, default=ProjectState.DRAFT)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=12, blank=True)
    baseline = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    baseline_on = models.DateField(null=True)
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    target_on = models.DateField(null=True)
    budget = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", *LOCATED, "no", "title", "why", "state", "owner", "measure", "unit", "baseline", "baseline_on",
            "target", "target_on", "budget", "created_at", "started_at", "ended_at",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["community", "-id"], name="project_at")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["running", "finished"])
                | Q(baseline__isnull=False, target__isnull=False),
                name="project_measured_first",
            ),
            models.CheckConstraint(condition=Q(budget__gte=0), name="project_budget"),
        ]

    def __str__(self) -> str:
        return self.title


class ProjectNeed(models.Model):
    """A need that a project answers."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="answers")
    need = models.ForeignKey(Need, models.PROTECT, related_name="projects")
    at = models.DateTimeField()

    MARKS = Marks(personal={}, plain=["id", "project", "need", "at"])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "need"], name="project_need_once")]


class Milestone(models.Model):
    """A step of a project with a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=80)
    due_on = models.DateField()
    done_on = models.DateField(null=True)

    MARKS = Marks(personal={}, plain=["id", "project", "title", "due_on", "done_on"])

    class Meta:
        ordering = ["due_on", "id"]
