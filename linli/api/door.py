"""Who asks: a person by session (with CSRF) or by personal token; nobody else gets further than 401."""

import re
from datetime import date, datetime
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from linli.ground.people.access import roles_of
from linli.ground.people.actions.tokens import use_token
from linli.ground.people.choices import MFA_ROLES
from linli.ground.people.queries import password_is_old
from linli.kit import clock

KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,100}")


class Asked(HttpRequest):
    """A request past the door: the person who asks, and when."""

    me: Any
    now: datetime
    today: date


def require_key(request: HttpRequest) -> None:
    """Every POST names itself, so that sending it twice has one effect."""
    if request.method == "POST" and not KEY.fullmatch(request.headers.get(KEY_HEADER, "")):
        raise HttpError(
            400,
            _("Please send the header {header}: up to 100 letters and digits, new for every act.").format(
                header=KEY_HEADER
            ),
        )


class TokenDoor(HttpBearer):
    """A personal token in ``Authorization: Bearer …``."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The person the token stands for, put on the request."""
        now = clock.now()
        person = use_token(token=token.strip(), now=now)
        if person is None:
            raise HttpError(401, _("This token is not known, has ended or was taken back."))
        request.me, request.now, request.today = person, now, clock.local_day(now)  # type: ignore[attr-defined]
        require_key(request)
        return person


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, without the page it shows to people."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def forged(request: HttpRequest) -> bool:
    """Whether a request that changes something comes without the CSRF token of its session."""
    check = CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is not None


class SessionDoor(APIKeyCookie):
    """The session of somebody who is logged in; what changes something also needs the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        """The person of the session, who must have passed everything the pages ask for too."""
        person = getattr(request, "me", None)
        if person is None or not request.user.is_authenticated:
            return None
        if forged(request):
            raise HttpError(403, _("Please send the CSRF token of this session in X-CSRFToken."))
        if password_is_old(request.user, days=settings.LINLI_PASSWORD_DAYS, now=request.now):  # type: ignore[attr-defined]
            raise HttpError(403, _("Please change your password on the site first."))
        kinds = {role.kind for role in roles_of(person, on=request.today)}  # type: ignore[attr-defined]
        if settings.LINLI_REQUIRE_MFA and kinds & MFA_ROLES and not is_mfa_enabled(request.user):
            raise HttpError(403, _("Please set up the second factor on the site first."))
        require_key(request)
        return person

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Part of the base class; ``__call__`` decides."""
        return self(request)
