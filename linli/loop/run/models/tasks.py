"""Service standards, tasks and their steps."""

from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks
from linli.loop.ask.models import Category, Need
from linli.loop.launch.models import Project
from linli.loop.link.models import Match
from linli.loop.run.choices import TaskState


class Service(models.Model):
    """A service standard: what is done, in which steps, how long it takes."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="services")
    steps = models.JSONField(default=list)
    minutes = models.PositiveIntegerField(default=60)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    MARKS = Marks(
        personal={}, plain=["id", "code", "name", "category", "steps", "minutes", "valid_from", "valid_until"]
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Task(Located):
    """Something somebody does for a need. Done needs evidence, and whoever did it cannot close it."""

    no = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True)
    need = models.ForeignKey(Need, models.PROTECT, related_name="tasks")
    match = models.ForeignKey(Match, models.PROTECT, null=True, related_name="tasks")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="tasks")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    lap = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.GIVEN)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="tasks")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    appointed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_note = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    live = models.GeneratedField(
        expression=ExpressionWrapper(Q(state__in=["given", "started"]), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    MARKS = Marks(
        personal={"done_note": Mark.TEXT},
        plain=[
            "id", *LOCATED, "no", "key", "need", "match", "project", "service", "lap", "state", "owner", "given_by",
            "given_at", "appointed_at", "started_at", "done_at", "done_by", "checked_at", "checked_by",
            "live",
        ],
        owner="need__asker",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="task_open_of", condition=Q(live=True)),
            *[
                models.Index(
                    fields=[level, "appointed_at", "id"],
                    name=f"task_appointed_{level}",
                    condition=Q(live=True),
                )
                for level in ("street", "community", "grid")
            ],
            *[
                models.Index(fields=[level, "state", "id"], name=f"task_state_{level}")
                for level in ("street", "community", "grid")
            ],
            *[
                models.Index(fields=[level, "-id"], name=f"task_all_{level}")
                for level in ("street", "community", "grid")
            ],
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("done_by")), name="task_second_pair_of_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "checked"]) | (Q(done_by__isnull=False) & ~Q(done_note="")),
                name="task_done_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class TaskStep(models.Model):
    """One line of a task's checklist."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="steps")
    rank = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=120)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    MARKS = Marks(personal={}, plain=["id", "task", "rank", "words", "done_at", "done_by"])

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["task", "rank"], name="task_step_once")]
