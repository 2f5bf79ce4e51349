"""The only way to a project."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.launch.models import Project


def projects_for(viewer: Person | None, verb: str = "project.see", *, on: date) -> QuerySet[Project]:
    """Projects in the viewer's areas, newest first."""
    rows = Project.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related("area", "owner").order_by("-id")


def project_for(viewer: Person | None, *, no: str, verb: str = "project.see", on: date) -> Project:
    """One project by its number; 404 outside the viewer's areas."""
    found = projects_for(viewer, verb, on=on).filter(no=no).first()
    if found is None:
        raise Http404
    return found
