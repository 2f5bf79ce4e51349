"""Personal tokens: a program acts as the person who made it, until the token ends or is taken back."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.people.actions.accounts import hashed
from linli.ground.people.actions.persons import note_person
from linli.ground.people.models import ApiToken, Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused

PREFIX = "linli_"
DEFAULT_DAYS = 90
MAX_DAYS = 366


def make_token(*, person: Person, name: str, by: Person, now: datetime, days: int = DEFAULT_DAYS) -> str:
    """A new token, in plain this once; only its hash is kept. Everybody makes their own."""
    if by.pk != person.pk:
        raise Refused(_("A token acts in somebody's name, so everybody makes their own."))
    if person.erased_at:
        raise Refused(_("This record has already been erased."))
    name = name.replace("\x00", "").strip()
    if not name:
        raise Refused(_("Please name the program this token is for."), field="name")
    if not 1 <= days <= MAX_DAYS:
        raise Refused(_("A token lasts from one day to {days} days.").format(days=MAX_DAYS), field="days")
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiToken.objects.create(
            person=person,
            name=name[:60],
            token_hash=hashed(token),
            created_at=now,
            ends_at=now + timedelta(days=days),
        )
        note_person(person, "token.made", by, now, token=row.pk, days=days)
    return token


def revoke_token(*, token: ApiToken, by: Person, now: datetime) -> ApiToken:
    """The token opens nothing from now on."""
    with transaction.atomic():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            raise Refused(_("This token has already been taken back."))
        note_person(token.person, "token.revoked", by, now, token=token.pk)
    token.revoked_at = now
    return token


def use_token(*, token: str, now: datetime) -> Person | None:
    """Whom a token stands for, None when it opens nothing; the day of its last use is kept.

    A token dies with the login of its person, and when their record is erased.
    """
    alive = ApiToken.objects.filter(revoked_at=None, ends_at__gt=now, person__erased_at=None)
    alive = alive.exclude(person__user__is_active=False)
    row = alive.select_related("person__area").filter(token_hash=hashed(token)).first()
    if row is None:
        return None
    if row.last_used_on != local_day(now):
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=local_day(now))
    return row.person
