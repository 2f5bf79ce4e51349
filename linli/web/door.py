"""The front door: who is asking, idle time-out, passwords that must change, a second factor for those who need it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from linli.ground.people import actions
from linli.ground.people.access import is_worker, roles_of
from linli.ground.people.choices import MFA_ROLES
from linli.ground.people.queries import password_is_old, person_of
from linli.kit import clock

SEEN = "seen_at"
REFRESH_SECONDS = 60
OPEN_PATHS = ("/account/", "/static/", "/healthz", "/parts/", "/walk-in/")


class DoorMiddleware:
    """Puts ``request.me`` (a person or None), ``request.now`` and ``request.today`` on every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request in, or send it where it must go first."""
        translation.activate(self.language(request))
        now = clock.now()
        request.now, request.today = now, clock.local_day(now)  # type: ignore[attr-defined]
        if request.user.is_authenticated and self.idle(request, now):
            logout(request)
        request.me = person_of(request.user)  # type: ignore[attr-defined]
        if (
            request.user.is_authenticated
            and not request.path.startswith(OPEN_PATHS)
            and not self.is_api(request)
        ):
            if password_is_old(request.user, days=settings.LINLI_PASSWORD_DAYS, now=now):
                return redirect("account_change_password")
            if self.lacks_second_factor(request):
                return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def language(request: HttpRequest) -> str:
        """Chinese, whatever the browser says of itself; another one only where somebody chose it."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    @staticmethod
    def is_api(request: HttpRequest) -> bool:
        """Whether a machine asks."""
        return request.path.startswith("/api/")

    @staticmethod
    def idle(request: HttpRequest, now: datetime) -> bool:
        """Whether nobody touched this session for too long; keeps the time of the last touch, once a minute.

        Whoever works here sees other people's data and is sent out soon; a volunteer may sit with an elder for hours.
        """
        stamp = now.timestamp()
        seen = request.session.get(SEEN)
        if seen is not None and stamp - seen > settings.LINLI_IDLE_MINUTES * 60:
            me = person_of(request.user)
            works = me is None or is_worker(me, on=clock.local_day(now))
            if works or stamp - seen > settings.LINLI_IDLE_MINUTES_AT_HOME * 60:
                return True
        if seen is None or stamp - seen > REFRESH_SECONDS:
            request.session[SEEN] = stamp
        return False

    @staticmethod
    def lacks_second_factor(request: HttpRequest) -> bool:
        """Whether this person's role asks for a second factor that is not set up yet."""
        me = request.me  # type: ignore[attr-defined]
        if not settings.LINLI_REQUIRE_MFA or me is None:
            return False
        kinds = {role.kind for role in roles_of(me, on=request.today)}  # type: ignore[attr-defined]
        return bool(kinds & MFA_ROLES) and not is_mfa_enabled(request.user)


class DoorAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Logins come from set-up and invitations only; changed passwords are remembered."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Change the password and remember the old one, so that it is not used again."""
        old = user.password
        super().set_password(user, password)
        actions.keep_password(user=user, old_hash=old, now=clock.now())
        user.refresh_from_db()
