"""Care visits: what nobody took yet, what must be put right, what waits for a word, the week and all of them."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.ground.people.access import area_for, areas_for, may_anywhere, require
from linli.ground.people.queries import called
from linli.ground.places.queries import within
from linli.kit import keyset
from linli.loop.run.access import visits_for
from linli.loop.run.choices import VisitState
from linli.loop.run.queries import visits as queries
from linli.web.desk import visits_acts, visits_book, visits_card
from linli.web.parts.visit_words import building_words, clock_words, day_words, kindly, span_words, when_words

SHOWN, WEEK_ROWS, FAR_DAYS = 12, 300, 4000
TABS = ("today", "week", "all")
SOON, VERY_SOON = timedelta(hours=24), timedelta(hours=3)
WEEK = timedelta(days=7)


def stems_of(request: Any) -> tuple[tuple[str, ...], Any]:
    """The areas the page is about: one of the viewer's, or all of them."""
    stems = require(request.me, "booking.see", on=request.today)
    code = request.GET.get("area", "")[:15]
    if not code:
        return stems, None
    area = area_for(request.me, "booking.see", code=code, on=request.today)
    return (area.stem,), area


def note_of(visit: Any, today: Any, *more: str) -> str:
    """When and where, and what else there is to say."""
    parts = [when_words(visit.starts_at, visit.minutes, today), building_words(visit), *more]
    if queries.holiday(timezone.localtime(visit.starts_at).date()):
        parts.append(_("Public holiday"))
    return " · ".join(part for part in parts if part)


def title_of(visit: Any, today: Any) -> str:
    """Who and what."""
    return f"{kindly(visit.receiver, today)} · {visit.service.name}"


def helped(visit: Any, today: Any) -> str:
    """Who goes to whom, for what."""
    who = called(visit.member.person) if visit.member else ""
    return f"{who} → {title_of(visit, today)}" if who else title_of(visit, today)


def lonely_row(visit: Any, request: Any, fitting: list[Any]) -> dict[str, Any]:
    """A visit that nobody took: how many could."""
    left = visit.starts_at - request.now
    said = ngettext("{n} could go", "{n} could go", len(fitting)).format(n=len(fitting))
    return {
        "icon": "people",
        "title": title_of(visit, request.today),
        "note": note_of(visit, request.today, said if fitting else _("nobody fits")),
        "tone": "late" if left < VERY_SOON else "near" if left < SOON else "",
        "url": reverse("desk:visit", args=[visit.no]),
        "open_url": reverse("desk:visit_who", args=[visit.no]),
    }


def say_row(visit: Any, request: Any, *, keeps: bool) -> dict[str, Any]:
    """A visit that is done: one touch says that they said so."""
    row = {
        "icon": "phone",
        "title": helped(visit, request.today),
        "note": note_of(visit, request.today),
        "url": reverse("desk:visit", args=[visit.no]),
        "open_url": reverse("desk:visit_say", args=[visit.no]),
    }
    if visit.record_id is None:
        return row | {"icon": "alert", "tone": "near", "note": visit.ended_why, "open_url": ""}
    if keeps:
        row |= {
            "do_url": reverse("desk:visit_confirm", args=[visit.no]),
            "do_label": _("They say: it was so"),
        }
    return row


def right_row(visit: Any, request: Any, words: str) -> dict[str, Any]:
    """A visit whose signing is missing."""
    return {
        "icon": "clock",
        "tone": "late",
        "title": helped(visit, request.today),
        "note": note_of(visit, request.today, words),
        "url": reverse("desk:visit", args=[visit.no]),
        "go_url": reverse("desk:visit", args=[visit.no]) + "#right",
        "go_label": _("Put it right"),
    }


def way_row(visit: Any, request: Any) -> dict[str, Any]:
    """A visit that is under way."""
    since = _("there since {at}").format(at=clock_words(visit.in_at)) if visit.in_at else ""
    return {
        "icon": "walk",
        "title": helped(visit, request.today),
        "note": note_of(visit, request.today, since),
        "url": reverse("desk:visit", args=[visit.no]),
    }


def sections(request: Any, stems: Any) -> list[dict[str, Any]]:
    """Today: each kind of thing to do with its rows."""
    now, kept = request.now, request.GET.get("area", "")[:15]
    keeps = may_anywhere(request.me, "record.confirm", on=request.today)
    lonely = list(queries.nobody_yet(stems, now=now, until=now + WEEK)[: SHOWN + 1])
    could = queries.who_could(lonely)
    late = queries.unsettled(stems, now=now)
    say = list(queries.to_confirm(stems)[: SHOWN + 1])
    unsigned = [right_row(one, request, _("nobody signed in")) for one in late.unsigned]
    too_long = [right_row(one, request, _("not signed out")) for one in late.too_long]
    rows = (
        ("open", _("Nobody yet"), [lonely_row(one, request, could[one.pk]) for one in lonely]),
        ("taken", _("To be put right"), unsigned + too_long),
        ("ended", _("Was it so? To be asked"), [say_row(one, request, keeps=keeps) for one in say]),
        ("started", _("Under way"), [way_row(one, request) for one in late.under_way]),
    )
    return [
        {
            "key": f"visits-{state}",
            "title": title,
            "rows": found[:SHOWN],
            "more": len(found) > SHOWN,
            "url": "?" + urlencode({"tab": "all", "state": state, "area": kept}),
        }
        for state, title, found in rows
        if found
    ]


def week_of(request: Any, stems: Any) -> dict[str, Any]:
    """Seven days, each with its visits in order."""
    asked = request.GET.get("from", "")
    try:
        first = datetime.strptime(asked, "%Y-%m-%d").date() if asked else request.today  # noqa: DTZ007
    except ValueError:
        first = request.today
    first = first if abs((first - request.today).days) < FAR_DAYS else request.today
    start = timezone.make_aware(datetime.combine(first, time()))
    rows = list(queries.between(stems, start, start + WEEK)[:WEEK_ROWS])
    days: list[dict[str, Any]] = []
    for ahead in range(7):
        day = first + timedelta(days=ahead)
        here = [one for one in rows if timezone.localtime(one.starts_at).date() == day]
        days.append(
            {
                "day": day_words(day, request.today),
                "holiday": queries.holiday(day),
                "today": day == request.today,
                "rows": [week_line(one, request.today) for one in here],
            }
        )
    kept = request.GET.get("area", "")[:15]
    return {
        "days": days,
        "count": len(rows),
        "before": "?" + urlencode({"tab": "week", "from": first - WEEK, "area": kept}),
        "after": "?" + urlencode({"tab": "week", "from": first + WEEK, "area": kept}),
    }


def week_line(visit: Any, today: Any) -> dict[str, Any]:
    """A visit in the list of its day."""
    return {
        "url": reverse("desk:visit", args=[visit.no]),
        "span": span_words(visit.starts_at, visit.minutes),
        "who": kindly(visit.receiver, today),
        "service": visit.service.name,
        "place": building_words(visit),
        "helper": called(visit.member.person) if visit.member else "",
        "state": visit.state,
        "state_label": visit.get_state_display(),
    }


def all_of(request: Any, area: Any) -> dict[str, Any]:
    """Every visit, newest first, of one state or of any."""
    state = request.GET.get("state", "")
    state = state if state in VisitState.values else ""
    rows = visits_for(request.me, on=request.today)
    rows = rows.filter(within([area.stem])) if area else rows
    found = keyset.page(
        rows.filter(state=state) if state else rows,
        order=("-starts_at", "-id"),
        after=request.GET.get("after"),
    )
    kept = {"tab": "all", "state": state, "area": area.code if area else ""}
    return {
        "rows": [
            week_line(one, request.today)
            | {"day": day_words(timezone.localtime(one.starts_at).date(), request.today)}
            for one in found.rows
        ],
        "next": "?" + urlencode({**kept, "after": found.after}) if found.after else "",
        "states": [
            {"url": "?" + urlencode({**kept, "state": value}), "label": label, "current": value == state, "count": None}
            for value, label in [("", _("All")), *VisitState.choices]
        ],
    }  # fmt: skip


@login_required
def visits(request: Any) -> HttpResponse:
    """Today's work, the week, or all."""
    stems, area = stems_of(request)
    tab = request.GET.get("tab", "today")
    tab = tab if tab in TABS else "today"
    labels = {"today": _("To do"), "week": _("The week"), "all": _("All")}
    kept = area.code if area else ""
    context: dict[str, Any] = {
        "tab": tab,
        "tabs_": [
            {"url": "?" + urlencode({"tab": one, "area": kept}), "label": labels[one], "current": one == tab, "count": None}
            for one in TABS
        ],
        "area": area,
        "areas": list(areas_for(request.me, "booking.see", on=request.today)),
        "keeps": may_anywhere(request.me, "booking.keep", on=request.today),
    }  # fmt: skip
    if tab == "today":
        context["sections"] = sections(request, stems)
    elif tab == "week":
        context["week"] = week_of(request, stems)
    else:
        context |= all_of(request, area)
    return render(request, "desk/visits.html", context)


urlpatterns = [
    path("visits/", visits, name="visits"),
    *visits_book.urlpatterns,
    *visits_card.urlpatterns,
    *visits_acts.urlpatterns,
]
