"""The REST face: everything under /api/v1, and how anything that goes wrong is told."""

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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


api = House(
    title="Linli 邻里",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    auth=[TokenDoor(), SessionDoor()],
)
for name, room in (
    ("needs", needs),
    ("needs", matches),
    ("needs", tasks),
):
    pass
