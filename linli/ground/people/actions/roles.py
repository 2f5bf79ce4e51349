"""Roles: granted and ended, never edited."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.people.actions.persons import note_person
from linli.ground.people.choices import EXCLUSIVE, RoleKind
from linli.ground.people.models import Person, Role
from linli.ground.places.models import Area
from linli.kit.refused import Refused


def grant_role(
    *, person: Person, kind: str, area: Area, valid_from: date, by: Person | None, now: datetime
) -> Role:
    """Give a person a role in an area from a day on; who sets the house up never audits it."""
    standing = Role.objects.filter(person=person, valid_until=None)
    kinds = set(standing.values_list("kind", flat=True))
    for group in EXCLUSIVE:
        if kind in group and (kinds & group) - {kind}:
            raise Refused(_("One person cannot both set up the house and audit it."), field="kind")
    if standing.filter(kind=kind, area=area).exists():
        raise Refused(_("They already hold this role here."), field="kind")
    with transaction.atomic():
        role = Role.objects.create(
            person=person, kind=kind, area=area, stem=area.stem, valid_from=valid_from, granted_by=by
        )
        note_person(person, "role.granted", by, now, kind=kind, area=area.code)
    person.__dict__.pop("_roles", None)
    return role


def end_role(*, role: Role, until: date, by: Person | None, now: datetime) -> Role:
    """The person no longer holds the role after this day."""
    if role.valid_until:
        raise Refused(_("This role has already ended."))
    if until < role.valid_from:
        raise Refused(_("A role cannot end before it began."), field="until")
    if role.kind == RoleKind.ADMINISTRATOR:
        others = Role.objects.filter(kind=role.kind, valid_until=None).exclude(pk=role.pk)
        if not others.filter(person__user__is_active=True).exists():
            raise Refused(_("This is the last administrator. Give somebody else the role first."))
    with transaction.atomic():
        role.valid_until = until
        role.save(update_fields=["valid_until"])
        note_person(role.person, "role.ended", by, now, kind=role.kind, area=role.area.code)
    role.person.__dict__.pop("_roles", None)
    return role
