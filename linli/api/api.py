"""The REST face: everything under /api/v1, and how anything that goes wrong is told."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from linli.api import areas, follow_ups, matches, needs, projects, rates, resources, tasks
from linli.api.door import SessionDoor, TokenDoor
from linli.kit.refused import Refused

log = logging.getLogger("linli.api")

DESCRIPTION = """Needs, resources, matches, projects, tasks, follow-ups, areas and the three rates of a neighbourhood.

Names are masked; phones, ID numbers and doors are never given. What you may see and do is what your roles allow;
all else is 404. Lists are paged by `after`. Every POST needs an `Idempotency-Key`."""


class House(NinjaAPI):
    """Ninja's API, whose answers no cache keeps."""

    def create_response(self, request: HttpRequest, data: Any, **more: Any) -> HttpResponse:
        """An answer that stays with whoever asked."""
        response = super().create_response(request, data, **more)
        response["Cache-Control"] = "no-store"
        return response

    def problem(
        self, request: HttpRequest, status: int, words: object, field: str | None = None
    ) -> HttpResponse:
        """What went wrong, in the one shape all problems have."""
        response = self.create_response(request, {"detail": str(words), "field": field}, status=status)
        if status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response


api = House(
    title="Linli 邻里",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    auth=[TokenDoor(), SessionDoor()],
)
api.add_router("/needs", needs.router)
api.add_router("/resources", resources.router)
api.add_router("/projects", projects.router)
api.add_router("/follow-ups", follow_ups.router)
api.add_router("/areas", areas.router)
api.add_router("/rates", rates.router)
api.add_router("", matches.router)
api.add_router("", tasks.router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """What an action foresaw; nothing has changed."""
    return api.problem(request, 422, refusal, refusal.field)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    """It is not there, or not for this person: nobody can tell which."""
    return api.problem(request, 404, _("There is nothing here for you."))


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """No session and no token."""
    return api.problem(request, 401, _("Please log in, or send a token."))


@api.exception_handler(HttpError)
def told(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the door and the receipts say; the library's own words are about JSON only."""
    words = str(error)
    if words == "Cannot parse request body":
        words = _("The body is not valid JSON.")
    return api.problem(request, error.status_code, words)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """More than the house reads at once."""
    return api.problem(request, 413, _("This is too much at once."))


def said_of(kind: str) -> str:
    """Words for what is wrong with a field, by the kind of mistake; what was sent is never repeated."""
    if kind == "missing":
        return _("This is missing.")
    if kind == "extra_forbidden":
        return _("There is no such field.")
    if kind in {"enum", "literal_error"}:
        return _("This is not one of the possible values.")
    if kind in {"string_too_long", "too_long"}:
        return _("This is too long.")
    if kind.startswith(("greater_than", "less_than")):
        return _("This is too small or too large.")
    if kind.startswith("timezone"):
        return _("Please give the time with its time zone.")
    return _("This is not in a form that can be read.")


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first field that does not fit; an address that cannot be one is simply not there."""
    first = error.errors[0]
    source, *rest = first["loc"]
    if source == "path":
        return api.problem(request, 404, _("There is nothing here for you."))
    named = [str(part) for part in rest if part != "body"]
    return api.problem(request, 422, said_of(first["type"]), ".".join(named) or None)


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug: written down for whoever runs the house, told without details."""
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return api.problem(request, 500, _("Something went wrong on our side. Please try again later."))
