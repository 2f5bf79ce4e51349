"""The only way to a person, and the one place that answers who may do what where."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.ground.people.choices import PERMISSIONS, WORKING_ROLES
from linli.ground.people.models import Bond, Person, Role
from linli.ground.places.models import Area
from linli.ground.places.queries import areas_under, within


def roles_of(person: Person, *, on: date) -> list[Role]:
    """The roles a person holds on a day; read once per person object and day."""
    cache: dict[date, list[Role]] = person.__dict__.setdefault("_roles", {})
    if on not in cache:
        rows = Role.objects.filter(person=person, valid_from__lte=on).exclude(valid_until__lt=on)
        cache[on] = list(rows.select_related("area").order_by("stem", "kind"))
    return cache[on]


def stems_for(person: Person | None, verb: str, *, on: date) -> tuple[str, ...]:
    """The area stems in which the person may do ``verb``, those inside others left out. Unknown verbs are a bug."""
    allowed = PERMISSIONS[verb]
    if person is None:
        return ()
    stems = sorted({role.stem for role in roles_of(person, on=on) if role.kind in allowed})
    return tuple(
        stem for stem in stems if not any(stem != other and stem.startswith(other) for other in stems)
    )


def may(person: Person | None, verb: str, stem: str, *, on: date) -> bool:
    """Whether the person may do ``verb`` in the area with this stem."""
    return any(stem.startswith(own) for own in stems_for(person, verb, on=on))


def may_anywhere(person: Person | None, verb: str, *, on: date) -> bool:
    """Whether the person may do ``verb`` in at least one area."""
    return bool(stems_for(person, verb, on=on))


def require(person: Person | None, verb: str, *, on: date) -> tuple[str, ...]:
    """The stems of ``stems_for``; 404 for whoever has none."""
    stems = stems_for(person, verb, on=on)
    if not stems:
        raise Http404
    return stems


def is_worker(person: Person, *, on: date) -> bool:
    """Whether the desk is this person's home."""
    return any(role.kind in WORKING_ROLES for role in roles_of(person, on=on))


def areas_for(person: Person | None, verb: str, *, on: date) -> QuerySet[Area]:
    """The areas in which the person may do ``verb``, valid that day, in order of code."""
    return areas_under(stems_for(person, verb, on=on), on=on)


def area_for(person: Person | None, verb: str, *, code: str, on: date) -> Area:
    """One of those areas by its code or stem; 404 otherwise."""
    area = areas_for(person, verb, on=on).filter(Q(code=code) | Q(stem=code)).first()
    if area is None:
        raise Http404
    return area


def people_for(person: Person | None, verb: str = "person.see", *, on: date) -> QuerySet[Person]:
    """The people whom this person may see in the course of work."""
    return Person.objects.filter(within(stems_for(person, verb, on=on)), erased_at=None)


def person_for(viewer: Person | None, *, pk: int, verb: str = "person.see", on: date) -> Person:
    """One person: in the viewer's areas, the viewer, or an elder bound to the viewer; 404 otherwise."""
    if viewer is None:
        raise Http404
    own = Q(pk=viewer.pk) if verb == "person.see" else Q(pk__in=[])
    bound = Q(pk__in=elders_of(viewer).values("pk")) if verb == "person.see" else Q(pk__in=[])
    reach = within(stems_for(viewer, verb, on=on))
    rows = Person.objects.filter(reach | own | bound, erased_at=None).select_related(
        "area", "household", "household__building"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def elders_of(helper: Person) -> QuerySet[Person]:
    """Elders who let this person act for them."""
    return Person.objects.filter(bonds__helper=helper, bonds__ended_at=None, erased_at=None)


def bond_between(elder: Person, helper: Person) -> Bond | None:
    """The bond by which ``helper`` acts for ``elder``, if it stands."""
    return Bond.objects.filter(elder=elder, helper=helper, ended_at=None).first()


def workers_at(stem: str, *, kinds: Iterable[str], on: date) -> QuerySet[Person]:
    """People who hold one of the roles at this area or above it, the nearest first."""
    above = [stem[:digits] for digits in (15, 12, 9, 6) if len(stem) >= digits]
    rows = Role.objects.filter(stem__in=above, kind__in=list(kinds), valid_from__lte=on).exclude(
        valid_until__lt=on
    )
    return Person.objects.filter(pk__in=rows.values("person"), erased_at=None).order_by("id")


def helpers_under(
    stems: Iterable[str], *, kinds: Iterable[str], on: date, also: Iterable[int] = ()
) -> QuerySet[Person]:
    """People who hold one of the roles at one of these areas, above it or anywhere below it; and those in ``also``."""
    wanted = Q(pk__in=[])
    for stem in stems:
        wanted |= Q(stem__startswith=stem) | Q(
            stem__in=[stem[:digits] for digits in (12, 9, 6) if len(stem) > digits]
        )
    rows = Role.objects.filter(wanted, kind__in=list(kinds), valid_from__lte=on).exclude(valid_until__lt=on)
    chosen = Q(pk__in=rows.values("person")) | Q(pk__in=list(also))
    return Person.objects.filter(chosen, erased_at=None).order_by("id")


def erased_for(viewer: Person | None, *, pk: int, on: date) -> Person:
    """What is left of somebody who was erased, for whoever may erase there; 404 otherwise."""
    rows = Person.objects.filter(within(stems_for(viewer, "person.erase", on=on)))
    found = rows.exclude(erased_at=None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
