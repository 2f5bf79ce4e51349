"""One need: the words, the person, the promise, the story so far, and the one next thing to do."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.ground.people.access import may
from linli.ground.people.queries import age_on, called, masked, tags_of
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_phone, mask_text
from linli.loop.ask.access import need_for
from linli.loop.ask.choices import State
from linli.loop.ask.queries import alike_to, with_askers
from linli.loop.evaluate.access import exclusions_for
from linli.loop.evaluate.choices import FollowUpState
from linli.loop.evaluate.queries import follow_ups_of
from linli.loop.launch.queries import projects_of
from linli.loop.link.queries import agreed
from linli.loop.run.choices import TaskState
from linli.loop.run.queries import tasks_of
from linli.web.desk.forms_need import TakeForm
from linli.web.desk.need_acts import ACTS
from linli.web.desk.shown import (
    building_words,
    is_new,
    need_line,
    photo_item,
    place_of,
    promise_words,
    resource_name,
    who_of,
)
from linli.web.desk.timeline import timeline

# Which acts make sense in which state, after the one next thing to do.
FOLD = 600  # characters of long words before “read on”
RUNNING = ("answer", "note", "stop", "extend", "kind", "merge", "withdraw")
MORE: dict[str, tuple[str, ...]] = {
    State.NEW: ("refuse", "merge", "answer", "note", "withdraw"),
    State.ACCEPTED: ("answer", "note", "stop", "extend", "kind", "refuse", "merge", "withdraw"),
    State.REOPENED: RUNNING,
    State.LINKED: RUNNING,
    State.RUNNING: RUNNING,
    State.DONE: ("answer", "note"),
    State.CLOSED: ("note", "exclude"),
    State.MERGED: ("split", "note"),
    State.REFUSED: ("note",),
    State.WITHDRAWN: ("note",),
}
VERBS = ("need.triage", "need.refuse", "need.exclude", "need.exclude.approve", "match.decide", "task.give",
         "task.check", "followup.answer", "person.reveal", "person.see", "project.lead", "rates.see")  # fmt: skip


def allowed(me: Any, need: Any, today: Any) -> dict[str, bool]:
    """What the viewer may do with this need; names with an underscore, for the template."""
    return {verb.replace(".", "_"): may(me, verb, need.stem, on=today) for verb in VERBS}


def next_step(need: Any, can: dict[str, bool]) -> dict[str, str] | None:
    """The one next thing to do, where it stands now; None while it is new (its form is on the page) or for others."""
    if need.state in {State.ACCEPTED, State.REOPENED} and can["match_decide"]:
        return {"url": reverse("desk:matching", args=[need.no]), "label": _("Find help")}
    if need.state == State.LINKED and can["task_give"]:
        return {"url": reverse("desk:task_new", args=[need.no]), "label": _("Give it to somebody")}
    tasks = list(tasks_of(need).filter(lap=need.lap)) if need.state in {State.RUNNING, State.DONE} else []
    waiting = [task for task in tasks if task.state == TaskState.DONE]
    if waiting and can["task_check"]:
        return {"url": reverse("desk:task", args=[waiting[0].no]), "label": _("Go and check")}
    under_way = [task for task in tasks if task.state in {TaskState.GIVEN, TaskState.STARTED}]
    if under_way:
        return {"url": reverse("desk:task", args=[under_way[0].no]), "label": _("See how far it is")}
    if need.state == State.RUNNING and can["task_give"]:
        return {"url": reverse("desk:task_new", args=[need.no]), "label": _("Give it to somebody")}
    if need.state == State.CLOSED and can["followup_answer"]:
        row = follow_ups_of(need).exclude(state=FollowUpState.ANSWERED).last()
        if row:
            return {"url": reverse("desk:follow_up", args=[row.pk]), "label": _("Ask how it turned out")}
    if need.state == State.MERGED:
        return {"url": reverse("desk:need", args=[need.merged_into.no]), "label": _("See where it goes on")}
    return None


def more_acts(need: Any, can: dict[str, bool], now: Any) -> list[dict[str, str]]:
    """Everything else that can be done now."""
    names = list(MORE.get(need.state, ()))
    if need.stopped_at and "stop" in names:
        names[names.index("stop")] = "resume"
    if "extend" in names and (need.stopped_at or need.due_at is None or now > need.due_at):
        names.remove("extend")
    rows = [(name, ACTS[name]) for name in names if can[ACTS[name].verb.replace(".", "_")]]
    return [
        {"url": reverse("desk:need_act", args=[need.no, name]), "label": str(act.title)} for name, act in rows
    ]


def asker_line(need: Any, can: dict[str, bool], today: Any) -> dict[str, Any]:
    """Whoever asked, masked, as parts/person_line.html wants it."""
    if need.asker_id is None:
        return {"name": who_of(need) or _("Nobody is named"), "place": place_of(need), "tags": []}
    tags = tags_of([need.asker], on=today)[need.asker_id] if can["person_see"] else []
    return {
        "name": masked(need.asker),
        "age": age_on(need.asker, today),
        "tags": [tag.get_kind_display() for tag in tags],
        "place": building_words(need.building),
        "url": reverse("desk:person", args=[need.asker_id]) if can["person_see"] else "",
        "note": _("{name} speaks for them").format(name=masked(need.proxy)) if need.proxy_id else "",
    }


def private_lines(need: Any, can: dict[str, bool]) -> list[dict[str, Any]]:
    """What can be shown of the asker for a reason: name, phone, door."""
    if need.asker_id is None or not can["person_reveal"]:
        return []
    person = need.asker
    shown = {
        "name": (_("Name"), masked(person)),
        "phone": (_("Phone"), mask_phone(person.phone)),
        "door": (_("Door"), "***"),
    }
    have = {"name": True, "phone": bool(person.phone), "door": person.household_id is not None}
    return [
        {"label": label, "shown": value, "url": reverse("desk:need_reveal", args=[need.no, column])}
        for column, (label, value) in shown.items()
        if have[column]
    ]


def context_of(request: HttpRequest, no: str) -> dict[str, Any]:
    """What the page and its printed sheet both show."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, on=today)
    can = allowed(me, need, today)
    words = mask_text(need.words)
    return {
        "need": need,
        "can": can,
        "title": mask_text(need.title)
        if need.title and need.title != need.words.strip().rstrip("。")
        else "",
        "words": words,
        "lead": words[:FOLD],
        "rest": words[FOLD:],
        "long": len(need.words) > 160,
        "asker": asker_line(need, can, today),
        "who": who_of(need),
        "place": place_of(need),
        "promise": promise_words(need.promise_words),
        "photos": [photo_item(row) for row in photos_of("need", [need.pk])[need.pk]],
        "events": timeline(need, now=now),
        "asked_too": with_askers(need)[1:],
        "projects": list(projects_of(need)),
        "agreed": [(row, resource_name(row.resource)) for row in agreed(need)],
    }


@login_required
def need(request: HttpRequest, no: str) -> HttpResponse:
    """One need on one page."""
    now, today, me = request.now, request.today, request.me  # type: ignore[attr-defined]
    context = context_of(request, no)
    row, can = context["need"], context["can"]
    excluded = exclusions_for(me, on=today).filter(need=row).first() if can["rates_see"] else None
    context |= {
        "next": next_step(row, can),
        "also": more_acts(row, can, now),
        "private": private_lines(row, can),
        "take": TakeForm(need=row, today=today) if is_new(row) and can["need_triage"] else None,
        "exclusion": excluded,
        "decides": bool(excluded and can["need_exclude_approve"] and excluded.asked_by_id != me.pk),
    }
    return render(request, "desk/need.html", context)


@login_required
def alike(request: HttpRequest, no: str) -> HttpResponse:
    """Asks that may be the same matter, read after the page is there; merging in one touch."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    row = need_for(me, no=no, on=today)
    can_merge = may(me, "need.triage", row.stem, on=today)
    pairs = []
    for hit in alike_to(row) if row.is_open else []:
        first, second = sorted((row, hit.need), key=lambda one: one.pk)
        pairs.append(
            {"line": need_line(hit.need), "into": first.no, "from": second.no, "score": hit.likeness}
        )
    base = "desk/bare_part.html" if request.htmx else "parts/base.html"  # type: ignore[attr-defined]
    context = {"need": row, "pairs": pairs, "can_merge": can_merge, "base": base}
    return render(request, "desk/need_alike.html", context)


@login_required
def need_sheet(request: HttpRequest, no: str) -> HttpResponse:
    """The same on paper, A4, with places to sign."""
    context = context_of(request, no)
    row = context["need"]
    back = reverse("desk:need", args=[no])
    return render(request, "desk/need_sheet.html", {**context, "back": back, "owner": called(row.owner)})


urlpatterns = [
    path("needs/<str:no>/", need, name="need"),
    path("needs/<str:no>/alike/", alike, name="need_alike"),
    path("needs/<str:no>/sheet/", need_sheet, name="need_sheet"),
]
