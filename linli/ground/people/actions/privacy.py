"""What a person may ask about their own data: who looked, a copy, and erasure. All from the column marks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Case, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from linli.ground.journal.actions import log_look
from linli.ground.journal.queries import looks_at
from linli.ground.people.actions.persons import note_person
from linli.ground.people.choices import DELETED_NAME, PRIVATE_COLUMNS, WORKING_ROLES
from linli.ground.people.models import Person, Role, User
from linli.ground.photos.actions import erase_photos_of
from linli.kit.marks import Mark, Marks
from linli.kit.refused import Refused

BLANK: dict[Mark, Any] = {
    Mark.NAME: DELETED_NAME,
    Mark.PHONE: "",
    Mark.ID_NUMBER: "",
    Mark.ADDRESS: "",
    Mark.SECRET: "",
    Mark.CARE: "",
}


def reveal(
    *, person: Person, columns: Iterable[str], reason: str, by: Person, now: datetime
) -> dict[str, str]:
    """The unmasked columns, after the look and its reason are written down."""
    wanted = [name for name in columns if name in PRIVATE_COLUMNS]
    if not wanted:
        raise Refused(_("There is nothing to show."))
    log_look(person=person.pk, columns=wanted, reason=reason, by=by.pk, now=now)
    home = person.household
    values = {
        "name": person.name,
        "phone": person.phone,
        "id_number": person.id_number,
        "door": f"{home.building or ''}{home.door}" if home else "",
    }
    return {name: values[name] for name in wanted}


def marked_models() -> list[tuple[type[models.Model], Marks]]:
    """Every model of the house with its marks."""
    rows = [(model, getattr(model, "MARKS", None)) for model in apps.get_models()]
    return [(model, marks) for model, marks in rows if isinstance(marks, Marks)]


def rows_about(person: Person) -> list[tuple[type[models.Model], Marks, models.QuerySet[Any]]]:
    """Every row that belongs to the person, model by model."""
    found = []
    for model, marks in marked_models():
        if marks.owner:
            where = {"pk": person.pk} if marks.owner == "self" else {marks.owner: person}
            found.append((model, marks, model._default_manager.filter(**where)))
    return found


def export_person(*, person: Person, by: Person, now: datetime) -> dict[str, Any]:
    """A copy of everything held about a person, in plain columns, with who looked at it."""
    copy: dict[str, Any] = {"person": person.pk, "made_at": now.isoformat(), "rows": {}}
    for model, marks, rows in rows_about(person):
        shown = [name for name, mark in marks.personal.items() if mark is not Mark.SECRET]
        shown += [name for name in marks.plain if name not in shown]
        listed = [{name: as_text(row, name) for name in shown} for row in rows]
        if listed:
            copy["rows"][model._meta.label] = listed
    copy["looks"] = [
        {"at": look.at.isoformat(), "columns": look.columns, "reason": look.reason}
        for look in looks_at(person.pk)
    ]
    with transaction.atomic():
        note_person(person, "person.exported", by, now)
    return copy


def as_text(row: models.Model, name: str) -> str | None:
    """A column as text; a foreign key by its number."""
    field = row._meta.get_field(name)
    value = getattr(row, field.attname if isinstance(field, models.ForeignKey) else name, None)
    if isinstance(field, models.ManyToManyField):
        return None
    return None if value is None else str(value)


def erase_person(*, person: Person, reason: str, by: Person, now: datetime) -> dict[str, int]:
    """Blank every personal column of every row of the person; counts and the journal keep their numbers.

    Care tags and contacts vanish as rows; photos of the person, their asks and what was done for them go too.
    Returns the receipt: how many rows of which model were blanked or removed.
    """
    if len(reason.strip()) < 2:
        raise Refused(_("Please say why this is erased."), field="reason")
    receipt: dict[str, int] = {}
    photos = 0
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).select_related("household").get(pk=person.pk)
        if person.erased_at:
            raise Refused(_("This record has already been erased."))
        if Role.objects.filter(person=person, kind__in=WORKING_ROLES, valid_until=None).exists():
            raise Refused(_("They still work here. Please end their roles first."))
        for model, marks, rows in rows_about(person):
            numbers = list(rows.values_list("pk", flat=True))
            if index := getattr(model, "INDEX", None):
                index.remove(numbers)
            if subject := getattr(model, "PHOTOS", ""):
                photos += erase_photos_of(subject_type=subject, subject_ids=numbers, by_id=by.pk, now=now)
            if count := rows.delete()[0] if marks.vanishes else blank_rows(rows, blanks(model, marks)):
                receipt[model._meta.label] = count
        leave_home(person)
        User.objects.filter(person=person).update(is_active=False)
        Person.objects.filter(pk=person.pk).update(erased_at=now, household=None)
        if photos:
            receipt["photos.Photo"] = photos
        note_person(person, "person.erased", by, now, receipt=receipt)
    return receipt


def blank_rows(rows: models.QuerySet[Any], changes: dict[str, Any]) -> int:
    """Blank these columns of the rows; how many there were."""
    return rows.update(**changes) if changes else 0


def leave_home(person: Person) -> None:
    """Forget the door when nobody is left behind it."""
    home = person.household
    if home and not Person.objects.filter(household=home).exclude(pk=person.pk).exists():
        home.door = ""
        home.save(update_fields=["door"])


def blanks(model: type[models.Model], marks: Marks) -> dict[str, Any]:
    """What each personal column is set to: nothing, or a dash where there were words or the table wants something."""
    changes: dict[str, Any] = {}
    for name, mark in marks.personal.items():
        field = model._meta.get_field(name)
        if mark is Mark.LINK or isinstance(field, models.ForeignKey) or not isinstance(field, models.Field):
            continue
        if field.null:
            changes[name] = None
        elif field.unique:
            changes[name] = Concat(Value(DELETED_NAME), Cast("pk", models.CharField()))
        elif field.choices and "" not in dict(field.flatchoices):
            continue
        elif mark is Mark.TEXT:
            changes[name] = Case(When(**{name: ""}, then=Value("")), default=Value(DELETED_NAME))
        else:
            changes[name] = BLANK.get(mark, "")
    return changes
