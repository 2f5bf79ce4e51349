"""The only way to a resource or a match."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.ask.models import Need
from linli.loop.link.models import Match, Resource


def resources_for(viewer: Person | None, verb: str = "resource.see", *, on: date) -> QuerySet[Resource]:
    """Resources in the viewer's areas, and those above that serve them."""
    stems = stems_for(viewer, verb, on=on)
    rows = Resource.objects.filter(
        within(stems) | (serving(stems) if verb == "resource.see" else Q(pk__in=[]))
    )
    return rows.select_related("area", "facility", "person")


def serving(stems: tuple[str, ...]) -> Q:
    """Resources whose own area lies above one of the stems: they serve everything under it."""
    found = Q(pk__in=[])
    for stem in stems:
        if len(stem) > 9:
            found |= Q(street=stem[:9], community="")
        if len(stem) > 12:
            found |= Q(community=stem[:12], grid="")
        found |= Q(district=stem[:6], street="")
    return found


def resource_for(viewer: Person | None, *, pk: int, verb: str = "resource.see", on: date) -> Resource:
    """One resource; 404 outside the viewer's areas."""
    found = resources_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def resource_for_need(viewer: Person | None, need: Need, *, pk: int, on: date) -> Resource:
    """One resource that serves the need's area or that the viewer may see; 404 otherwise."""
    own = Q(pk__in=resources_for(viewer, on=on).values("pk"))
    found = Resource.objects.filter(own | serving((need.stem,))).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def match_for(viewer: Person | None, *, pk: int, verb: str = "match.decide", on: date) -> Match:
    """One match of a need in the viewer's areas; 404 otherwise."""
    needs = Need.objects.filter(within(stems_for(viewer, verb, on=on)))
    found = (
        Match.objects.filter(pk=pk, need__in=needs).select_related("need__area", "resource", "slot").first()
    )
    if found is None:
        raise Http404
    return found
