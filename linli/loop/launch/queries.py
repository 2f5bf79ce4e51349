"""Read the third step."""

from django.db.models import QuerySet

from linli.loop.ask.models import Need
from linli.loop.launch.models import Milestone, Project


def needs_of(project: Project) -> QuerySet[Need]:
    """The needs a project answers."""
    return (
        Need.objects.filter(projects__project=project)
        .select_related("category", "asker", "building")
        .order_by("id")
    )


def milestones_of(project: Project) -> QuerySet[Milestone]:
    """Milestones in order of their day."""
    return Milestone.objects.filter(project=project)


def projects_of(need: Need) -> QuerySet[Project]:
    """The projects that answer a need."""
    return Project.objects.filter(answers__need=need).select_related("owner").order_by("id")
