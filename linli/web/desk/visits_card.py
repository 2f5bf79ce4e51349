"""The card at the door: printed large, says nothing about who lives there; a lost one is replaced."""

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.people.access import person_for
from linli.ground.places.choices import FacilityKind
from linli.ground.places.queries import facilities_under
from linli.loop.run.actions import rotate_card
from linli.loop.run.queries.visits import card_of
from linli.web.acts import attempt


def offices(community: str, today: Any) -> list[Any]:
    """The offices of a community that can be called."""
    near = facilities_under([community], on=today)
    return [one for one in near if one.kind == FacilityKind.OFFICE and one.phone][:1]


@login_required
@never_cache
def card(request: Any, pk: int) -> HttpResponse:
    """The card to be printed (``?size=a6`` for a small one), or the offer to make one."""
    person = person_for(request.me, pk=pk, verb="booking.keep", on=request.today)
    row = card_of(person)
    small = request.GET.get("size") == "a6"
    context: dict[str, Any] = {
        "person": person,
        "card": row,
        "small": small,
        "back": reverse("desk:visits_person", args=[pk]),
        "offices": offices(person.community or person.stem, request.today),
        "area": person.area,
    }
    if row:
        address = f"{settings.LINLI_BASE_URL}/s/{row.code}"
        context["address"] = address
        context["qr"] = segno.make(address, error="h").svg_data_uri(scale=8, border=2)
    return render(request, "desk/visits_card.html", context)


@login_required
@require_POST
def make(request: Any, pk: int) -> HttpResponse:
    """A new card; the old one opens nothing from now on."""
    person = person_for(request.me, pk=pk, verb="booking.keep", on=request.today)
    done = _("A new card. The old one opens nothing any more.")
    attempt(request, lambda: rotate_card(person=person, by=request.me, now=request.now), done=done)
    return redirect("desk:visits_card", pk)


urlpatterns = [
    path("visits/cards/<int:pk>/", card, name="visits_card"),
    path("visits/cards/<int:pk>/new/", make, name="visits_card_new"),
]
