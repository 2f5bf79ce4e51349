"""One box over needs and people, inside what the searcher may see."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode

from linli.engine.pairs import query_pairs
from linli.ground.people import queries as people
from linli.ground.people.access import is_worker, stems_for
from linli.kit.refused import Refused
from linli.loop.ask import queries as asks
from linli.web.desk.forms_hearing import chosen_people, people_lines
from linli.web.desk.shown import need_line

PAGE = 30
PEOPLE = 12
NEED_NUMBER = re.compile(r"\d{8}-\d{3,}")


def found_people(stems: Iterable[str], text: str, *, limit: int = PEOPLE) -> list[Any]:
    """People by two characters of the name or by the whole phone number; a number that is none finds nobody."""
    if NEED_NUMBER.fullmatch(text):
        return []
    try:
        rows = people.search_people(stems, text, limit=limit)
    except Refused:
        return []
    prefetch_related_objects(rows, "household__building")
    return rows


def asked_number(text: str | None) -> int | None:
    """A row's number out of an address, or None."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


@login_required
def search(request: Any) -> HttpResponse:
    """Needs by words, place or number; people by name or phone; two characters or more."""
    me, on = request.me, request.today
    if me is None or not is_worker(me, on=on):
        raise Http404
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:60]
    before = asked_number(request.GET.get("before"))
    asked = len(text) >= 2 and bool(query_pairs(text))
    folk, needs = [], []
    if asked:
        needs = asks.search(stems_for(me, "need.see", on=on), text, limit=PAGE + 1, before=before)
        folk = [] if before else found_people(stems_for(me, "person.see", on=on), text)
    older: Any = {"q": text, "before": needs[PAGE - 1].pk} if len(needs) > PAGE else None
    context = {
        "q": text,
        "asked": asked,
        "people": people_lines(folk, on),
        "needs": [need_line(need) for need in needs[:PAGE]],
        "next": f"?{urlencode(older)}" if older else "",
        "before": before,
    }
    return render(request, "desk/search.html", context)


@login_required
def find_people(request: Any) -> HttpResponse:
    """For forms: who is meant, as boxes to tick (``many``) or one to choose; those already chosen stay."""
    me, on = request.me, request.today
    stems = stems_for(me, "person.see", on=on)
    if not stems:
        raise Http404
    many = request.GET.get("many") == "1"
    name = "concerns" if many else "asker"
    text = " ".join(request.GET.get("who", "").replace("\x00", "").split())[:60]
    chosen = chosen_people(request, name)
    taken = {person.pk for person in chosen}
    asked = len(text) >= 2 and bool(query_pairs(text))
    found = [person for person in found_people(stems, text) if person.pk not in taken] if asked else []
    context = {
        "name": name,
        "many": many,
        "chosen": people_lines(chosen, on),
        "found": people_lines(found, on),
        "asked": asked,
        "text": text,
    }
    return render(request, "desk/found_people.html", context)


urlpatterns = [
    path("search/", search, name="search"),
    path("find/people/", find_people, name="find_people"),
]
