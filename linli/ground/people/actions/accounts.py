"""Logins: the first administrator by a one-time token, everyone else by invitation."""

import hashlib
import secrets
from datetime import datetime, timedelta

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.people.access import may, roles_of
from linli.ground.people.actions.persons import keep_person, note_person
from linli.ground.people.actions.roles import grant_role
from linli.ground.people.choices import INVITE_DAYS, SETUP_HOURS, WORKING_ROLES, Reach, RoleKind
from linli.ground.people.models import Invitation, PasswordBefore, Person, User
from linli.ground.people.queries import needs_set_up
from linli.ground.places.actions import found_area
from linli.ground.places.models import Area
from linli.kit.clock import local_day
from linli.kit.refused import Refused

RAN_OUT = _("This link has been used or has run out. Please ask for a new one.")


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_set_up(*, now: datetime) -> str:
    """The one-time token by which the first administrator enters; refused once somebody can log in."""
    if not needs_set_up():
        raise Refused(_("This house is already set up."))
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.filter(person=None, used_at=None).update(used_at=now)
        Invitation.objects.create(token_hash=hashed(token), expires_at=now + timedelta(hours=SETUP_HOURS))
    return token


def finish_set_up(
    *, token: str, street_code: str, street_name: str, name: str, username: str, password: str, now: datetime
) -> User:
    """Enter the street and its first administrator; the token is used up."""
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update().filter(token_hash=hashed(token), person=None).first()
        )
        if invitation is None or invitation.used_at or invitation.expires_at <= now or not needs_set_up():
            raise Refused(RAN_OUT)
        street = Area.objects.filter(code=street_code).first() or found_area(
            code=street_code, name=street_name, by=None, now=now, valid_from=now.date()
        )
        person = keep_person(area=street, name=name, reach=Reach.APP, by=None, now=now)
        grant_role(
            person=person, kind=RoleKind.ADMINISTRATOR, area=street, valid_from=now.date(), by=None, now=now
        )
        user = new_user(person=person, username=username, password=password, now=now)
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])
        note_person(person, "house.set_up", person, now)
    return user


def invite(*, person: Person, by: Person, now: datetime) -> str:
    """A one-time link by which a person chooses a login name and a password; earlier links end.

    Whoever already has a login chooses a new password by it. Links for people who work here, and for those who
    lost their password, come from an administrator only: whoever holds the link could enter in their name.
    """
    today = local_day(now)
    works = any(role.kind in WORKING_ROLES for role in roles_of(person, on=today))
    known = User.objects.filter(person=person).exists()
    if (works or known) and not may(by, "role.grant", person.stem, on=today):
        raise Refused(
            _("They work here or have a login already: only an administrator can give them a link.")
        )
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.filter(person=person, used_at=None).update(used_at=now)
        Invitation.objects.create(
            person=person, token_hash=hashed(token), expires_at=now + timedelta(days=INVITE_DAYS)
        )
        note_person(person, "account.invited", by, now)
    return token


def accept_invitation(*, token: str, username: str, password: str, now: datetime) -> User:
    """The invited person chooses login name and password; the link is used up.

    Somebody who has a login keeps its name and only gets the new password.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(token_hash=hashed(token)).first()
        if (
            invitation is None
            or invitation.used_at
            or invitation.expires_at <= now
            or invitation.person is None
        ):
            raise Refused(RAN_OUT)
        user = User.objects.filter(person=invitation.person).first()
        if user:
            renew(user, password, now)
        else:
            user = new_user(person=invitation.person, username=username, password=password, now=now)
        invitation.used_at = now
        invitation.save(update_fields=["used_at"])
        Person.objects.filter(pk=invitation.person.pk).update(reach=Reach.APP)
        note_person(invitation.person, "account.opened", invitation.person, now)
    return user


def renew(user: User, password: str, now: datetime) -> None:
    """A new password for somebody who lost the old one; locks from wrong guesses end."""
    check_rules(password, user)
    PasswordBefore.objects.create(user=user, hash=user.password, at=now)
    user.set_password(password)
    user.must_change, user.password_set_at, user.is_active = False, now, True
    user.save()
    reset(username=user.username)


def check_rules(password: str, user: User) -> None:
    """Refuse a password that breaks a rule, in the rule's words."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error


def new_user(*, person: Person, username: str, password: str, now: datetime) -> User:
    """A login whose password obeys the rules."""
    username = username.strip()
    if len(username) < 3 or username.lower() in {"admin", "root", "administrator", "test"}:
        raise Refused(_("Please choose another login name."), field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("This login name is taken."), field="username")
    user = User(username=username, person=person, must_change=False, password_set_at=now)
    check_rules(password, user)
    user.set_password(password)
    user.save()
    return user


def keep_password(*, user: User, old_hash: str, now: datetime) -> None:
    """A password was changed: remember the old hash, note the day."""
    with transaction.atomic():
        PasswordBefore.objects.create(user=user, hash=old_hash, at=now)
        User.objects.filter(pk=user.pk).update(must_change=False, password_set_at=now)
        if user.person:
            note_person(user.person, "password.changed", user.person, now)
