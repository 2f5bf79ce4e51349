"""Whoever does a task may reach the person who asked: phone and door, for a reason, until it is done."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.people.access import is_worker
from linli.ground.people.actions import reveal
from linli.ground.people.queries import masked
from linli.kit.masks import mask_address, mask_phone
from linli.kit.refused import Refused
from linli.loop.run.access import own_task_for
from linli.loop.run.queries import OPEN
from linli.web.desk.shown import building_words

LABELS = {"phone": gettext_lazy("Phone"), "door": gettext_lazy("Door")}


def asked_by(me: Any, no: str) -> Any:
    """Who asked for what I am doing; 404 when the task is not mine, is done, or nobody is named."""
    task = own_task_for(me, no=no)
    asker = task.need.asker
    if task.state not in OPEN or asker is None or asker.erased_at:
        raise Http404
    return asker


def private_lines(person: Any, no: str) -> list[dict[str, Any]]:
    """Phone and door as they are known, masked, each with the address that opens it."""
    home = person.household
    shown = {
        "phone": mask_phone(person.phone),
        "door": mask_address(f"{building_words(home.building)}{home.door}") if home else "",
    }
    return [
        {"label": LABELS[name], "shown": words, "url": reverse("desk:task_reveal", args=[no, name])}
        for name, words in shown.items()
        if words
    ]


def frame_of(request: Any) -> str:
    """The frame of the desk, or the one for a phone; none around a part of a page."""
    if request.htmx:
        return "desk/bare_part.html"
    return "parts/base.html" if is_worker(request.me, on=request.today) else "parts/pocket.html"


@login_required
@never_cache
def task_reach(request: Any, no: str) -> HttpResponse:
    """How to reach them: masked, and read after the page of the task is there."""
    person = asked_by(request.me, no)
    context = {"no": no, "name": masked(person), "private": private_lines(person, no)}
    return render(request, "desk/task_reach.html", {**context, "base": frame_of(request)})


@login_required
@never_cache
@require_POST
def task_reveal(request: Any, no: str, column: str) -> HttpResponse:
    """Show phone or door, after the reason is written down."""
    person = asked_by(request.me, no)
    if column not in LABELS:
        raise Http404
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    context = {"label": LABELS[column], "told": "", "no": no, "base": frame_of(request)}
    try:
        shown = reveal(person=person, columns=[column], reason=reason, by=request.me, now=request.now)
        context["value"] = shown[column] or _("not known")
    except Refused as refusal:
        context |= {"value": "—", "told": str(refusal)}
    template = "parts/revealed.html" if request.htmx else "desk/task_revealed.html"
    return render(request, template, context)


urlpatterns = [
    path("tasks/<str:no>/reach/", task_reach, name="task_reach"),
    path("tasks/<str:no>/reveal/<slug:column>/", task_reveal, name="task_reveal"),
]
