"""Read people: masked words, birthdays, search, the record of one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from linli.engine.pairs import query_pairs
from linli.ground.journal.models import Event
from linli.ground.journal.queries import events_of
from linli.ground.people.choices import ACTING_ROLES, BIRTHDAY_DAYS_AHEAD
from linli.ground.people.models import (
    ApiToken,
    Bond,
    CareTag,
    Consent,
    Contact,
    Invitation,
    Person,
    Role,
    User,
)
from linli.ground.places.queries import within
from linli.kit import calendar
from linli.kit.masks import mask_name
from linli.kit.refused import Refused
from linli.kit.secret import blinds
from linli.kit.validators import clean_id_number, clean_phone

NUMBER_DIGITS = 18  # a person's number has no more


def masked(person: Person | None) -> str:
    """The name as lists show it."""
    return mask_name(person.name) if person else ""


def age_on(person: Person, day: date) -> int | None:
    """Full years on a day."""
    born = person.birthday
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class Birthday:
    """Somebody's birthday soon: the day, whether it is the lunar one, and the age reached (None if unknown)."""

    person: Person
    day: date
    lunar: bool
    turns: int | None


def birthdays_soon(stems: Iterable[str], *, on: date, days: int = BIRTHDAY_DAYS_AHEAD) -> list[Birthday]:
    """Birthdays from ``on`` to ``days`` later, by either calendar as the person keeps it, nearest first."""
    wanted = [on + timedelta(days=ahead) for ahead in range(days + 1)]
    solar = {day.month * 100 + day.day: day for day in wanted}
    lunar: dict[int, date] = {}
    for day in wanted:
        month, number, _leap = calendar.lunar_of(day)
        lunar[month * 100 + number] = day
        if number == 29 and calendar.lunar_of(day + timedelta(days=1))[1] == 1:
            lunar[month * 100 + 30] = day
    rows = Person.objects.filter(within(stems), erased_at=None, left_on=None)
    rows = rows.filter(Q(solar_md__in=list(solar)) | Q(lunar_md__in=list(lunar))).select_related(
        "household__building"
    )
    found = []
    for person in rows:
        by_sun = solar.get(person.solar_md or 0)
        by_moon = lunar.get(person.lunar_md or 0)
        first = min(day for day in (by_sun, by_moon) if day)
        turns = first.year - person.birthday.year if person.birthday else None
        found.append(Birthday(person, first, first == by_moon and first != by_sun, turns))
    return sorted(found, key=lambda item: (item.day, item.person.pk))


def search_people(stems: Iterable[str], text: str, *, limit: int = 20) -> list[Person]:
    """People under the stems whose name holds every character pair of the text, or whose phone it is."""
    stems = list(stems)
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) >= 7 and len(digits) >= len(text.strip()) - 4:
        return list(people_by_phone(stems, text)[:limit])
    tokens = query_pairs(text)
    if not tokens:
        return []
    ids = Person.INDEX.search(tokens, scopes=stems, limit=limit)
    rows = Person.objects.filter(within(stems), pk__in=ids, erased_at=None).select_related(
        "household__building"
    )
    return sorted(rows, key=lambda person: -person.pk)


def people_by_phone(stems: Iterable[str], phone: str) -> QuerySet[Person]:
    """People under the stems with exactly this phone number, by the blind index."""
    try:
        keys = blinds(clean_phone(phone), "phone")
    except Refused:
        return Person.objects.none()
    rows = Person.objects.filter(within(stems), phone_blind__in=keys, erased_at=None)
    return rows.select_related("household__building")


def person_of(user: object) -> Person | None:
    """The person behind a login, or None for the anonymous."""
    return getattr(user, "person", None) if getattr(user, "is_authenticated", False) else None


def tags_of(people: Iterable[Person], *, on: date) -> dict[int, list[CareTag]]:
    """Care tags in force of several people, in one query."""
    found: dict[int, list[CareTag]] = {person.pk: [] for person in people}
    for tag in CareTag.objects.filter(person__in=list(found), until=None).order_by("kind"):
        found[tag.person_id].append(tag)
    return found


def contacts_of(person: Person) -> QuerySet[Contact]:
    """Emergency contacts, the first to call first."""
    return Contact.objects.filter(person=person)


def consents_of(person: Person) -> QuerySet[Consent]:
    """Consents, newest first."""
    return Consent.objects.filter(person=person).select_related("recorded_by").order_by("-id")


def all_roles(person: Person) -> QuerySet[Role]:
    """Roles now and before."""
    return Role.objects.filter(person=person).select_related("area").order_by("-valid_from", "id")


def called(person: Person | None) -> str:
    """The name of somebody who acts in a role here: colleagues and helpers know each other by name."""
    return person.name if person else ""


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by number, in two queries: plain for those who act in a role here, masked for residents."""
    wanted = {pk for pk in ids if pk}
    acting = set(
        Role.objects.filter(person__in=wanted, kind__in=ACTING_ROLES).values_list("person", flat=True)
    )
    rows = Person.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {pk: name if pk in acting else mask_name(name) for pk, name in rows}


def needs_set_up() -> bool:
    """Whether nobody can log in yet."""
    return not User.objects.filter(is_active=True).exists()


def open_invitation(token_hash: str, *, now: datetime) -> Invitation | None:
    """The unused invitation of a token that has not run out."""
    return Invitation.objects.filter(token_hash=token_hash, used_at=None, expires_at__gt=now).first()


def password_is_old(user: User, *, days: int, now: datetime) -> bool:
    """Whether the password must be changed: first login, or older than the rule allows."""
    since = user.password_set_at
    return user.must_change or since is None or (now - since) > timedelta(days=days)


def local_today() -> date:
    """The local calendar day."""
    return timezone.localdate()


def column_values(row: Model, names: Iterable[str]) -> dict[str, str]:
    """Columns of a row as text, for an export."""
    return {name: str(getattr(row, name) or "") for name in names}


def login_named(username: str) -> User | None:
    """The login of this name, if it opens anything."""
    return User.objects.filter(username=username, is_active=True).first()


def roles_under(stems: Iterable[str], *, on: date) -> QuerySet[Role]:
    """Roles held on a day at the stems or below, in order of the areas."""
    under = Q(pk__in=[])
    for stem in stems:
        under |= Q(stem__startswith=stem)
    rows = Role.objects.filter(under, person__erased_at=None).exclude(valid_until__lt=on)
    return rows.select_related("person", "area").order_by("stem", "kind", "id")


def bonds_of(elder: Person) -> QuerySet[Bond]:
    """Family bound to an elder, who may act for them."""
    return Bond.objects.filter(elder=elder, ended_at=None).select_related("helper", "consent").order_by("id")


def has_login(person: Person) -> bool:
    """Whether the person can log in."""
    return User.objects.filter(person=person).exists()


def find_exactly(stems: Iterable[str], text: str) -> QuerySet[Person]:
    """People under the stems with exactly this phone, ID number or person number; never by a part of it."""
    text = text.strip()
    wanted = Q(pk__in=[])
    for column, purpose, clean in (
        ("phone_blind", "phone", clean_phone),
        ("id_blind", "id_number", clean_id_number),
    ):
        try:
            wanted |= Q(**{f"{column}__in": blinds(clean(text), purpose)})
        except Refused:
            continue
    if text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS:
        wanted |= Q(pk=int(text))
    rows = Person.objects.filter(within(stems), wanted, erased_at=None)
    return rows.select_related("area", "household__building").order_by("id")


def erasure_of(person: Person) -> Event | None:
    """The journal's row of an erasure: when, by whom, and the receipt among its facts."""
    return events_of("person", person.pk).filter(verb="person.erased").last()


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """The tokens somebody made, also those that have ended."""
    return ApiToken.objects.filter(person=person)
