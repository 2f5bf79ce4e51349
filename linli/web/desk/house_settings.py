"""The house: what is promised, when people work, which areas there are, who answers for them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.ground.journal.queries import stuck_messages
from linli.ground.people.access import may_anywhere, require
from linli.kit.keyset import page
from linli.web.desk import house_places, house_roles, house_rules

VERBS = ("settings.keep", "area.keep", "role.grant", "service.keep", "outbox.see")


def rooms() -> list[tuple[str, str, str, str, str]]:
    """Address, icon, name, what it is for, and the verb that opens it."""
    return [
        ("desk:house_categories", "list", _("Kinds of need"), _("When one is taken up, when it is closed."), "settings.keep"),
        ("desk:house_promises", "clock", _("Promises"), _("How soon people hear from us, how soon it is settled."), "settings.keep"),
        ("desk:house_services", "check", _("Service standards"), _("The steps of every task."), "service.keep"),
        ("desk:house_calendar", "today", _("Calendar and office hours"), _("What counts as a working day."), "settings.keep"),
        ("desk:house_areas", "map", _("Areas"), _("Streets, communities and grids, their names and what became of them."), "area.keep"),
        ("desk:house_roles", "people", _("Roles"), _("Who answers for which area, since when."), "role.grant"),
        ("desk:outbox", "alert", _("Messages that did not leave"), _("Why, and when they are tried again."), "outbox.see"),
    ]  # fmt: skip


@login_required
def house(request: Any) -> HttpResponse:
    """The rooms somebody may enter."""
    me, today = request.me, request.today
    open_ = [room for room in rooms() if may_anywhere(me, room[4], on=today)]
    if not open_:
        raise Http404
    rows = [
        {"icon": icon, "title": name, "note": words, "url": reverse(url)}
        for url, icon, name, words, _verb in open_
    ]
    return render(request, "desk/house.html", {"rows": rows})


@login_required
def outbox(request: Any) -> HttpResponse:
    """Messages that failed and have not left: a number, never the words of anybody."""
    stems = require(request.me, "outbox.see", on=request.today)
    near = Q(pk__in=[])
    for stem in stems:
        near |= Q(area_code__startswith=stem)
    found = page(stuck_messages().filter(near), order=("-id",), after=request.GET.get("after"))
    rows = [
        {
            "number": row.number,
            "words": row.get_notice_display(),
            "channel": row.get_channel_display(),
            "attempts": row.attempts,
            "failure": row.failure,
            "created_at": row.created_at,
            "next_at": None if row.given_up_at else row.next_try_at,
            "given_up_at": row.given_up_at,
        }
        for row in found.rows
    ]
    context = {"rows": rows, "next": f"?after={found.after}" if found.after else ""}
    return render(request, "desk/outbox.html", context)


urlpatterns = [
    path("house/", house, name="house"),
    path("house/outbox/", outbox, name="outbox"),
    *house_rules.urlpatterns,
    *house_places.urlpatterns,
    *house_roles.urlpatterns,
]
