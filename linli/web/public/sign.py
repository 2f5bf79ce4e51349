"""/s/CODE: what a sign leads to. A stranger learns nothing; whoever is expected there goes on to sign in or out.

The address stays put; further kinds of signs are further rows of ``SIGNS``.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from linli.ground.people.access import may
from linli.ground.places.choices import FacilityKind
from linli.ground.places.queries import facilities_under
from linli.loop.run.access import card_by_code, own_visits
from linli.loop.run.queries.visits import HERS

EARLY = timedelta(hours=1)


def door(request: Any, code: str) -> HttpResponse | None:
    """The card at an elder's door; None where this is none."""
    card = card_by_code(code)
    if card is None:
        return None
    me, person = request.me, card.person
    expected = own_visits(me).filter(receiver=person, state__in=HERS).order_by("starts_at", "id")
    for visit in expected:
        begins = timezone.localtime(visit.starts_at).date()
        if visit.state == "started" or begins == request.today or visit.starts_at - request.now <= EARLY:
            return redirect(f"{reverse('pocket:visit', args=[visit.no])}?{urlencode({'card': card.code})}")
    if may(me, "booking.see", person.stem, on=request.today):
        return redirect("desk:visits_person", person.pk)
    near = facilities_under([person.community or person.stem], on=request.today)
    return kindly_shut(request, [one for one in near if one.kind == FacilityKind.OFFICE and one.phone][:1])


SIGNS: tuple[Callable[[Any, str], HttpResponse | None], ...] = (door,)


def kindly_shut(request: Any, offices: list[Any]) -> HttpResponse:
    """The same page for whoever is not expected, for nobody logged in, and for a code that leads nowhere."""
    context = {
        "offices": offices,
        "enter": f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        if request.me is None
        else "",
    }
    return render(request, "public/sign.html", context)


@never_cache
def sign(request: Any, code: str) -> HttpResponse:
    """Whatever this code stands for."""
    for kind in SIGNS:
        if found := kind(request, code):
            return found
    return kindly_shut(request, [])


urlpatterns = [path("s/<str:code>", sign, name="sign"), path("s/<str:code>/", sign, name="sign_slash")]
