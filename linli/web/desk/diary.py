"""The diary: what a worker heard, and the needs that are in it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from linli.ground.people.access import may, may_anywhere, require
from linli.ground.people.queries import called
from linli.ground.photos.choices import PhotoKind
from linli.ground.photos.queries import photos_of
from linli.kit.clock import local_day
from linli.kit.keyset import page
from linli.kit.masks import mask_text
from linli.loop.ask import actions, queries
from linli.loop.ask.access import diary_entry_for, diary_for, needs_for
from linli.loop.ask.actions.raising import as_proxy
from linli.loop.ask.choices import Channel
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import (
    DiaryForm,
    NeedFromDiaryForm,
    chosen_people,
    people_lines,
    photo_lines,
    take_up,
)
from linli.web.desk.shown import need_line, place_of
from linli.web.parts import words as parts_words

LOOKED_BACK = 8  # pages, for the weather of the day


def sky_of(entry: Any) -> str:
    """The weather of a page: sunny 6℃."""
    parts = [str(entry.get_weather_display())] if entry.weather else []
    if entry.temperature is not None:
        parts.append(f"{entry.temperature}℃")
    return " ".join(parts)


def sky_today(request: Any) -> dict[str, Any]:
    """Weather and temperature of the last page of today in the viewer's areas; {} where there is none."""
    newest = diary_for(request.me, on=request.today)[:LOOKED_BACK]
    last = next((row for row in newest if row.weather and local_day(row.at) == request.today), None)
    if last is None:
        return {}
    return {"weather": last.weather, "temperature": last.temperature, "words": sky_of(last)}


def entry_row(entry: Any, now: datetime) -> dict[str, Any]:
    """An entry in the list."""
    words = Truncator(mask_text(" ".join(entry.words[:400].split()))).chars(60, truncate="…")
    notes = [called(entry.by), place_of(entry) or entry.area.name, sky_of(entry)]
    return {
        "icon": "book",
        "title": words or _("A photographed page"),
        "note": " · ".join(note for note in notes if note),
        "url": reverse("desk:diary_entry", args=[entry.pk]),
        "side": parts_words.ago(entry.at, now),
    }


@login_required
def diary(request: Any) -> HttpResponse:
    """Pages of the diary in the viewer's areas, the newest first."""
    require(request.me, "diary.see", on=request.today)
    rows = page(diary_for(request.me, on=request.today), order=("-id",), after=request.GET.get("after"))
    context = {
        "rows": [entry_row(entry, request.now) for entry in rows.rows],
        "next": f"?after={rows.after}" if rows.after else "",
        "writes": may_anywhere(request.me, "diary.write", on=request.today),
    }
    return render(request, "desk/diary.html", context)


@login_required
def diary_new(request: Any) -> HttpResponse:
    """Write a page: time, weather and place are filled in already."""
    require(request.me, "diary.write", on=request.today)
    sky = sky_today(request)
    form = DiaryForm(request, "diary.write", initial={"at": request.now, **sky})
    chosen = chosen_people(request, "concerns")
    if request.method == "POST" and form.is_valid():
        entry = write(request, form, chosen)
        if entry is not None:
            return redirect("desk:diary_entry", entry.pk)
    context = {"form": form, "chosen": people_lines(chosen, request.today), "now": request.now}
    context["sky"] = sky.get("words", "")
    return render(request, "desk/diary_new.html", context)


def write(request: Any, form: DiaryForm, concerns: list[Any]) -> Any:
    """One entry out of a valid form; None when it was refused."""
    given = form.cleaned_data
    photos = form.keep_photos(PhotoKind.PAPER)
    if photos is None:
        return None
    return attempt(
        request,
        lambda: actions.write_diary(
            **form.spot(),
            key=given["key"],
            at=given["at"],
            words=given["words"],
            photos=photos,
            concerns=concerns,
            weather=given["weather"],
            temperature=given["temperature"],
            measures=given["measures"],
            outcome=given["outcome"],
            by=request.me,
            now=request.now,
        ),
        form=form,
        done=_("Kept in the diary."),
    )


@login_required
def diary_entry(request: Any, pk: int) -> HttpResponse:
    """One page, and below it the form that raises a need from it, as often as there are needs in it."""
    on = request.today
    entry = diary_entry_for(request.me, pk=pk, on=on)
    concerned = [
        row.person for row in entry.concerns.select_related("person__household__building").order_by("id")
    ]
    raises = may(request.me, "diary.write", entry.stem, on=on)
    first = {"words": entry.words, "asker": str(concerned[0].pk) if concerned else ""}
    form = NeedFromDiaryForm(request, entry, concerned, initial=first) if raises else None
    if request.method == "POST" and form is not None and form.is_valid() and raise_from(request, form):
        return redirect("desk:diary_entry", entry.pk)
    needs = needs_for(request.me, on=on).filter(diary=entry).select_related(*queries.ROW_PARTS).order_by("id")
    context = {
        "entry": entry,
        "who": called(entry.by),
        "sky": sky_of(entry),
        "place": place_of(entry),
        "people": people_lines(concerned, on),
        "photos": photo_lines(photos_of("diary", [entry.pk])[entry.pk], _("Handwritten page")),
        "needs": [need_line(need) for need in needs],
        "form": form,
    }
    return render(request, "desk/diary_entry.html", context)


def raise_from(request: Any, form: NeedFromDiaryForm) -> Any:
    """Raise the need, then take it up where that was asked; a promise that cannot be given leaves it new."""
    given, entry = form.cleaned_data, form.entry
    asker = form.people.get(given["asker"])
    need = attempt(
        request,
        lambda: actions.raise_need(
            area=entry.area,
            words=given["words"],
            channel=Channel.DIARY,
            key=given["key"],
            category=given["category"],
            urgency=given["urgency"],
            building=entry.building or (asker.household.building if asker and asker.household else None),
            place=entry.place,
            diary=entry,
            said_at=entry.at,
            by=request.me,
            now=request.now,
            **as_proxy(by=request.me, asker=asker),
        ),
        form=form,
    )
    if need is None:
        return None
    why = take_up(request, need, given["category"], given["urgency"]) if given["accept"] else ""
    if why:
        messages.warning(request, _("Raised as {no}, not taken up yet: {why}").format(no=need.no, why=why))
    else:
        messages.success(request, _("Raised as {no}.").format(no=need.no))
    return need


urlpatterns = [
    path("diary/", diary, name="diary"),
    path("diary/new/", diary_new, name="diary_new"),
    path("diary/<int:pk>/", diary_entry, name="diary_entry"),
]
