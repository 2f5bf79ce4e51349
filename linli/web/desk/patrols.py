"""Two rounds a day: set out, note what is found, look again in the evening at what the morning found."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.ground.people.access import area_for, areas_for, require
from linli.ground.people.queries import called
from linli.ground.photos.queries import photos_of
from linli.ground.places.choices import Level
from linli.kit.keyset import page
from linli.loop.ask import actions, queries
from linli.loop.ask.access import finding_for, patrol_for, patrols_for
from linli.loop.ask.choices import FindingState, Shift
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import FindingForm, photo_lines
from linli.web.desk.shown import place_of
from linli.web.parts.words import exact

NOON = 12  # until this hour the morning round is the one to walk


def clock_of(at: Any) -> str:
    """07:30, local."""
    return f"{timezone.localtime(at):%H:%M}" if at else ""


def shift_words(label: Any, walk: Any) -> str:
    """One of the two rounds in words: morning round 07:30 done, on the way since, or still to walk."""
    if walk is None:
        return _("{round}: not yet").format(round=label)
    if walk.ended_at is None:
        return _("{round}: on the way since {time}").format(round=label, time=clock_of(walk.started_at))
    return _("{round} {time} ✓").format(round=label, time=clock_of(walk.ended_at))


def round_row(one: Any, hour: int, anytime: bool) -> dict[str, Any]:
    """The two rounds of a grid as one row, with the one thing to do now; ``anytime``: the evening one early too."""
    walks = {Shift.MORNING: one.morning, Shift.EVENING: one.evening}
    row: dict[str, Any] = {
        "icon": "walk",
        "title": one.area.name,
        "note": " · ".join(shift_words(shift.label, walk) for shift, walk in walks.items()),
        "url": reverse("desk:patrols"),
        "tone": "",
    }
    now_on = next((walk for walk in walks.values() if walk and walk.ended_at is None), None)
    early = hour < NOON and not (anytime and one.morning)
    shift = Shift.MORNING if early else Shift.EVENING
    if now_on:
        row |= {"url": reverse("desk:patrol", args=[now_on.pk]), "tone": "near"}
        row |= {"go_url": row["url"], "go_label": _("Go on with the round")}
    elif walks[shift] is None:
        label = _("Set out: morning round") if shift == Shift.MORNING else _("Set out: evening round")
        row |= {"do_url": reverse("desk:patrol_start", args=[one.area.code]), "do_label": label}
        row |= {"do_name": "shift", "do_value": shift.value}
    else:
        row |= {"icon": "check", "tone": "done", "url": reverse("desk:patrol", args=[walks[shift].pk])}
    if one.to_recheck and one.evening is None:
        row["note"] += " · " + _("{n} things of the morning to look at again").format(n=one.to_recheck)
    return row


def todays_rounds(request: Any, areas: list[Any], anytime: bool = False) -> list[dict[str, Any]]:
    """A row for each grid, those with something to do first."""
    grids = [area for area in areas if area.level == Level.GRID]
    hour = timezone.localtime(request.now).hour
    rows = [round_row(one, hour, anytime) for one in queries.rounds(grids, day=request.today)]
    return sorted(rows, key=lambda row: row["tone"] == "done")


@login_required
def patrols(request: Any) -> HttpResponse:
    """Today's rounds of the viewer's grids, and the rounds before."""
    require(request.me, "patrol.walk", on=request.today)
    areas = list(areas_for(request.me, "patrol.walk", on=request.today))
    past = page(patrols_for(request.me, on=request.today), order=("-id",), after=request.GET.get("after"))
    context = {
        "rounds": todays_rounds(request, areas, anytime=True),
        "rows": [past_row(walk) for walk in past.rows],
        "next": f"?after={past.after}" if past.after else "",
    }
    return render(request, "desk/patrols.html", context)


def past_row(walk: Any) -> dict[str, Any]:
    """A round in the list of rounds."""
    times = clock_of(walk.started_at) + (f"–{clock_of(walk.ended_at)}" if walk.ended_at else "")
    return {
        "icon": "check" if walk.ended_at else "walk",
        "tone": "" if walk.ended_at else "near",
        "title": f"{walk.area.name} · {walk.get_shift_display()}",
        "note": f"{called(walk.by)} · {exact(walk.day)} {times}",
        "url": reverse("desk:patrol", args=[walk.pk]),
    }


@login_required
@require_POST
def patrol_start(request: Any, code: str) -> HttpResponse:
    """Set out. Whoever comes second walks along: each round is there once."""
    area = area_for(request.me, "patrol.walk", code=code, on=request.today)
    walk = attempt(
        request,
        lambda: actions.begin_patrol(
            area=area, shift=request.POST.get("shift", ""), day=request.today, by=request.me, now=request.now
        ),
    )
    if walk is not None and walk.started_at < request.now - timedelta(seconds=5):
        time = clock_of(walk.started_at)
        messages.info(
            request, _("{who} set out on this round at {time}.").format(who=called(walk.by), time=time)
        )
    where = reverse("desk:patrol", args=[walk.pk]) if walk else reverse("desk:patrols")
    return HttpResponseClientRedirect(where) if request.htmx else redirect(where)


def finding_line(found: Any, photos: list[Any]) -> dict[str, Any]:
    """Something found, as the round page shows it."""
    return {
        "pk": found.pk,
        "words": found.words,
        "place": place_of(found),
        "at": found.at,
        "state": found.state,
        "state_label": found.get_state_display(),
        "need_no": found.need_no,
        "need_url": reverse("desk:need", args=[found.need_no]) if found.need_no else "",
        "photos": photo_lines(photos),
    }


def finding_lines(rows: Any) -> list[dict[str, Any]]:
    """Several of them, their photos in one query."""
    found = list(rows)
    photos = photos_of("finding", [row.pk for row in found])
    return [finding_line(row, photos[row.pk]) for row in found]


@login_required
def patrol(request: Any, pk: int) -> HttpResponse:
    """One round: what to look at again, what was found, and what is found now."""
    walk = patrol_for(request.me, pk=pk, on=request.today)
    form = FindingForm(request, walk.area) if walk.ended_at is None else None
    if request.method == "POST":
        if form is None:
            messages.error(request, _("This round has ended. Please write it into the diary."))
            return redirect("desk:patrol", walk.pk)
        if form.is_valid() and add_finding(request, walk, form):
            return redirect("desk:patrol", walk.pk)
    evening = walk.shift == Shift.EVENING
    again = queries.to_recheck(walk) if evening and form else []
    context = {
        "walk": walk,
        "who": called(walk.by),
        "form": form,
        "evening": evening,
        "again": finding_lines(again),
        "found": finding_lines(queries.findings_of(walk)),
    }
    return render(request, "desk/patrol.html", context)


def add_finding(request: Any, walk: Any, form: FindingForm) -> Any:
    """One finding out of a valid form; None when it was refused."""
    given = form.cleaned_data
    photos = form.keep_photos()
    if photos is None:
        return None
    return attempt(
        request,
        lambda: actions.find(
            patrol=walk,
            key=given["key"],
            words=given["words"],
            building=given["building"],
            place=given["place"],
            category=given["category"],
            as_need=given["as_need"],
            photos=photos,
            by=request.me,
            now=request.now,
        ),
        form=form,
        done=_("Noted."),
    )


@login_required
@require_POST
def recheck(request: Any, pk: int, finding: int) -> HttpResponse:
    """Looked at again: gone, or still there. The row answers in place."""
    walk = patrol_for(request.me, pk=pk, on=request.today)
    found = finding_for(request.me, pk=finding, on=request.today)
    verdict = request.POST.get("gone", "")
    if verdict not in {"0", "1"}:
        raise Http404
    seen = attempt(
        request,
        lambda: actions.recheck(
            finding=found, patrol=walk, gone=verdict == "1", by=request.me, now=request.now
        ),
    )
    if not request.htmx:
        return redirect("desk:patrol", walk.pk)
    if seen is None:
        return HttpResponseClientRedirect(reverse("desk:patrol", args=[walk.pk]))
    row = {
        "icon": "check" if seen.state == FindingState.GONE else "alert",
        "tone": "done" if seen.state == FindingState.GONE else "near",
        "title": found.words,
        "note": seen.get_state_display(),
    }
    return HttpResponse(render_to_string("desk/today_row_only.html", {"row": row}, request))


@login_required
@require_POST
def patrol_end(request: Any, pk: int) -> HttpResponse:
    """Come home, with a word on how it was."""
    walk = patrol_for(request.me, pk=pk, on=request.today)
    note = request.POST.get("note", "").replace("\x00", "")[:2000]
    done = attempt(
        request,
        lambda: actions.end_patrol(patrol=walk, note=note, by=request.me, now=request.now),
        done=_("The round is done. Thank you for walking it."),
    )
    return redirect("desk:today") if done else redirect("desk:patrol", walk.pk)


urlpatterns = [
    path("patrols/", patrols, name="patrols"),
    path("patrols/start/<str:code>/", patrol_start, name="patrol_start"),
    path("patrols/<int:pk>/", patrol, name="patrol"),
    path("patrols/<int:pk>/again/<int:finding>/", recheck, name="patrol_recheck"),
    path("patrols/<int:pk>/end/", patrol_end, name="patrol_end"),
]
