"""A resident's own ask, written down by a worker: at the counter, on the phone, from a paper form."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.engine.nearby import Said, likenesses
from linli.engine.pairs import pairs
from linli.ground.people.access import area_for, may_anywhere, require
from linli.ground.photos.choices import PhotoKind
from linli.ground.places.queries import within
from linli.loop.ask import actions, queries
from linli.loop.ask.access import needs_for
from linli.loop.ask.actions.raising import as_proxy
from linli.loop.ask.choices import NEAR_DAYS, NEAR_METRES, Channel, Urgency
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import IntakeForm, chosen_people, people_lines, promise_words
from linli.web.desk.search import asked_number
from linli.web.desk.shown import need_line

COMPARED = 300
SHOWN = 4


@login_required
def need_new(request: Any) -> HttpResponse:
    """Write an ask down; whoever writes for somebody is named as the proxy."""
    require(request.me, "need.hear", on=request.today)
    form = IntakeForm(request, "need.hear")
    chosen = chosen_people(request, "asker")[:1]
    if request.method == "POST" and form.is_valid():
        need = take_in(request, form, chosen[0] if chosen else None)
        if need is not None:
            messages.success(request, _("Written down as {no}.").format(no=need.no))
            seen = needs_for(request.me, on=request.today).filter(pk=need.pk).exists()
            return redirect("desk:need", need.no) if seen else redirect("desk:need_new")
    context = {
        "form": form,
        "chosen": people_lines(chosen, request.today),
        "finds_people": may_anywhere(request.me, "person.see", on=request.today),
        "sees_needs": may_anywhere(request.me, "need.see", on=request.today),
    }
    return render(request, "desk/need_new.html", context)


def take_in(request: Any, form: IntakeForm, asker: Any) -> Any:
    """One ask out of a valid form; None when it was refused."""
    given = form.cleaned_data
    photos = form.keep_photos(PhotoKind.PAPER if given["channel"] == Channel.PAPER else PhotoKind.PHOTO)
    if photos is None:
        return None
    position = (given["lon"], given["lat"]) if None not in (given["lon"], given["lat"]) else None
    return attempt(
        request,
        lambda: actions.raise_need(
            **form.spot(),
            **as_proxy(by=request.me, asker=asker),
            key=given["key"],
            channel=given["channel"],
            kind=given["kind"],
            words=given["words"],
            asker_words="" if asker else given["asker_words"],
            category=given["category"],
            urgency=given["urgency"],
            position=position,
            photos=photos,
            by=request.me,
            now=request.now,
        ),
        form=form,
    )


@login_required
def alike(request: Any) -> HttpResponse:
    """Open asks nearby that may be the same matter as what is being typed."""
    require(request.me, "need.see", on=request.today)
    words = request.GET.get("words", "").replace("\x00", "")[:400]
    rows = []
    if len(words.strip()) >= 4:
        area = area_for(request.me, "need.see", code=request.GET.get("area", "")[:15], on=request.today)
        rows = nearby(request, area, words)
    return render(request, "desk/intake_alike.html", {"needs": [need_line(need) for need in rows]})


def nearby(request: Any, area: Any, words: str) -> list[Any]:
    """The open asks of the community most like the words, at most a few."""
    rows = needs_for(request.me, on=request.today).filter(within([area.stem[:12]]))
    rows = queries.tab(rows, "open", now=request.now).select_related(*queries.ROW_PARTS)
    known = {need.pk: need for need in rows.order_by("-id")[:COMPARED]}
    typed = Said(
        key=0,
        category=asked_number(request.GET.get("category")),
        building=asked_number(request.GET.get("building")),
        lon=None,
        lat=None,
        at=request.now,
        tokens=frozenset(pairs(words)),
        digits=frozenset(re.findall(r"\d+", words[:80])),
    )
    others = [queries.said(need) for need in known.values()]
    hits = likenesses(typed, others, metres=NEAR_METRES, days=NEAR_DAYS)
    return [known[hit.key] for hit in hits[:SHOWN]]


@login_required
def promise(request: Any) -> HttpResponse:
    """What follows from kind and urgency, shown while one chooses."""
    require(request.me, "need.hear", on=request.today)
    area = area_for(request.me, "need.hear", code=request.GET.get("area", "")[:15], on=request.today)
    urgency = request.GET.get("urgency", "")
    kind = asked_number(request.GET.get("category"))
    category = queries.categories(on=request.today).filter(pk=kind).first() if kind else None
    if urgency not in Urgency.values:
        urgency = Urgency.NORMAL
    said = promise_words(category, urgency, area, request.now, request.today)
    return render(request, "desk/promise.html", {"said": said, "area": area, "url": reverse("desk:promise")})


urlpatterns = [
    path("needs/new/", need_new, name="need_new"),
    path("find/alike/", alike, name="intake_alike"),
    path("find/promise/", promise, name="promise"),
]
