"""Persons and what belongs to them: home, tags, contacts, consent, family."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.pairs import pairs
from linli.ground.journal.actions import record
from linli.ground.people.choices import Basis, BirthdayKind, Purpose, Reach
from linli.ground.people.models import Bond, CareTag, Consent, Contact, Household, Person
from linli.ground.places.models import Area, Building
from linli.kit.refused import Refused
from linli.kit.secret import blind, blinds
from linli.kit.validators import birthday_of, clean_door, clean_id_number, clean_phone, sex_of


def index_people(people: Iterable[Person]) -> None:
    """Put names into the pair index, and the notes that say what people call them."""
    Person.INDEX.put((person.pk, pairs(f"{person.name}\n{person.note}"), person.codes) for person in people)


def keep_person(
    *,
    area: Area,
    name: str,
    by: Person | None,
    now: datetime,
    person: Person | None = None,
    sex: str = "",
    birthday: date | None = None,
    birthday_kind: str = BirthdayKind.SOLAR,
    lunar: tuple[int, int] | None = None,
    id_number: str = "",
    phone: str = "",
    reach: str = Reach.PHONE,
    note: str = "",
) -> Person:
    """Enter a person, or change what is known; ID number and phone are checked, and each ID number is there once."""
    name = name.strip()
    if not name:
        raise Refused(_("Please give a name."), field="name")
    number = clean_id_number(id_number, field="id_number") if id_number.strip() else ""
    call = clean_phone(phone, field="phone") if phone.strip() else ""
    if number:
        birthday = birthday or birthday_of(number)
        sex = sex or sex_of(number)
        taken = Person.objects.filter(id_blind__in=blinds(number, "id_number"))
        if (taken.exclude(pk=person.pk) if person else taken).exists():
            raise Refused(_("Somebody with this ID number is already entered."), field="id_number")
    if birthday and birthday > now.date():
        raise Refused(_("This birthday lies in the future."), field="birthday")
    with transaction.atomic():
        row = person or Person(created_at=now)
        for key, value in {**area.location, "name": name, "sex": sex, "reach": reach, "note": note}.items():
            setattr(row, key, value)
        set_birthday(row, birthday, birthday_kind, lunar)
        row.id_number, row.id_blind = number, blind(number, "id_number") if number else ""
        row.phone, row.phone_blind = call, blind(call, "phone") if call else ""
        row.save()
        index_people([row])
        note_person(row, "person.changed" if person else "person.entered", by, now)
    return row


def set_birthday(row: Person, birthday: date | None, kind: str, lunar: tuple[int, int] | None) -> None:
    """Fill the columns that birthdays are looked up by."""
    row.birthday, row.birthday_kind = birthday, kind
    row.lunar_month, row.lunar_day = lunar or (None, None)
    by_sun = kind != BirthdayKind.LUNAR and birthday
    by_moon = kind != BirthdayKind.SOLAR and lunar
    row.solar_md = birthday.month * 100 + birthday.day if by_sun and birthday else None
    row.lunar_md = lunar[0] * 100 + lunar[1] if by_moon and lunar else None


def note_person(person: Person, verb: str, by: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened to a person's record into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind="person",
        subject=person.pk,
        area_code=person.stem,
        facts=facts,
    )


def move_in(*, person: Person, building: Building, door: str, by: Person | None, now: datetime) -> Household:
    """Put a person behind a door (unit-room); whoever lives there already becomes the same household."""
    door = clean_door(door, field="door")
    with transaction.atomic():
        neighbours = Household.objects.filter(building=building)
        home = next((row for row in neighbours if door and row.door == door), None)
        if home is None:
            home = Household.objects.create(**building.area.location, building=building, door=door)
        person.household = home
        for key, value in building.area.location.items():
            setattr(person, key, value)
        person.save()
        index_people([person])
        note_person(person, "person.moved", by, now, household=home.pk)
    return home


def set_tag(*, person: Person, kind: str, since: date, by: Person | None, now: datetime) -> CareTag:
    """Say why an elder deserves a closer look."""
    with transaction.atomic():
        tag, made = CareTag.objects.get_or_create(
            person=person, kind=kind, until=None, defaults={"since": since}
        )
        if made:
            note_person(person, "person.tagged", by, now, tag=tag.pk)
    return tag


def end_tag(*, tag: CareTag, until: date, by: Person | None, now: datetime) -> CareTag:
    """The reason for a closer look is gone."""
    if tag.until:
        raise Refused(_("This tag has already ended."))
    with transaction.atomic():
        tag.until = until
        tag.save(update_fields=["until"])
        note_person(tag.person, "person.untagged", by, now, tag=tag.pk)
    return tag


def keep_contact(
    *, person: Person, name: str, relation: str, phone: str, by: Person | None, now: datetime, rank: int = 1
) -> Contact:
    """Enter whom to call in an emergency."""
    if not name.strip():
        raise Refused(_("Please give a name."), field="contact_name")
    number = clean_phone(phone, field="contact_phone")
    with transaction.atomic():
        row = Contact.objects.create(
            person=person, name=name.strip(), relation=relation.strip(), phone=number, rank=rank
        )
        note_person(person, "person.contact", by, now, contact=row.pk)
    return row


def give_consent(
    *,
    person: Person,
    purpose: str,
    how: str,
    by: Person | None,
    now: datetime,
    basis: str = Basis.CONSENT,
) -> Consent:
    """Record what a person agreed to and how they said so."""
    if not how.strip():
        raise Refused(_("Please note how they agreed: in words, on paper, by phone."), field="how")
    with transaction.atomic():
        row = Consent.objects.create(
            person=person, purpose=purpose, basis=basis, given_at=now, how=how.strip()[:100], recorded_by=by
        )
        note_person(person, "consent.given", by, now, purpose=purpose, consent=row.pk)
    return row


def withdraw_consent(*, consent: Consent, by: Person | None, now: datetime) -> Consent:
    """Take a consent back; bonds that rest on it end with it."""
    if consent.withdrawn_at:
        raise Refused(_("This consent has already been taken back."))
    with transaction.atomic():
        consent.withdrawn_at = now
        consent.save(update_fields=["withdrawn_at"])
        Bond.objects.filter(consent=consent, ended_at=None).update(ended_at=now)
        note_person(consent.person, "consent.withdrawn", by, now, purpose=consent.purpose, consent=consent.pk)
    return consent


def bind_family(
    *, elder: Person, helper: Person, relation: str, how: str, by: Person | None, now: datetime
) -> Bond:
    """Let a family member see and act for an elder, with the elder's consent on record."""
    if elder.pk == helper.pk:
        raise Refused(_("Nobody is bound to themselves."))
    if Bond.objects.filter(elder=elder, helper=helper, ended_at=None).exists():
        raise Refused(_("They are already bound."))
    with transaction.atomic():
        consent = give_consent(person=elder, purpose=Purpose.PROXY, how=how, by=by, now=now)
        bond = Bond.objects.create(elder=elder, helper=helper, relation=relation, consent=consent, since=now)
        note_person(elder, "bond.made", by, now, helper=helper.pk)
    return bond


def end_bond(*, bond: Bond, by: Person | None, now: datetime) -> Bond:
    """Take back that somebody acts for an elder."""
    if bond.ended_at:
        raise Refused(_("This has already ended."))
    with transaction.atomic():
        bond.ended_at = now
        bond.save(update_fields=["ended_at"])
        note_person(bond.elder, "bond.ended", by, now, helper=bond.helper_id)
    return bond
