"""The three rates of an area in a period; every number opens to its rows."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.ground.journal.queries import tallies_by_day
from linli.ground.people.access import area_for, areas_for, require
from linli.ground.people.queries import masked
from linli.ground.places.queries import areas_under
from linli.kit.keyset import page
from linli.kit.masks import mask_name, mask_text
from linli.loop.ask.queries import ROW_PARTS
from linli.loop.evaluate.access import exclusions_for
from linli.loop.evaluate.choices import Rate
from linli.loop.evaluate.queries import MEASURES, Share, rates_by_area, rows_behind, shares
from linli.loop.evaluate.queries import rates as rates_of
from linli.web.board.periods import Period, buckets, period_of, tabs
from linli.web.parts.templatetags.linli import excerpt

HUES = {Rate.RESPONSE: 1, Rate.RESOLUTION: 4, Rate.SATISFACTION: 5}
ROW_CHARS, CUT = 400, 120


def unit_of(rate: str) -> str:
    """What the denominator counts."""
    return _("asks") if rate == Rate.RESPONSE else _("people asked")


def part_names(rate: str) -> dict[str, str]:
    """The parts of a rate in words."""
    yes = {
        Rate.RESPONSE: _("answered in time"),
        Rate.RESOLUTION: _("solved"),
        Rate.SATISFACTION: _("satisfied"),
    }
    no = {
        Rate.RESPONSE: _("late or not yet"),
        Rate.RESOLUTION: _("not solved"),
        Rate.SATISFACTION: _("not satisfied"),
    }
    return {
        "yes": yes[Rate(rate)],
        "no": no[Rate(rate)],
        "all": _("all that count"),
        "excluded": _("left out"),
    }


def number_of(share: Share, part: str) -> int:
    """The number that a part stands for."""
    return {"yes": share.yes, "no": share.all - share.yes, "all": share.all, "excluded": share.excluded}[part]


def rows_url(area: Any, rate: str, part: str, period: Period) -> str:
    """Where the rows behind a number are."""
    where = urlencode({"area": area.code, "rate": rate, "part": part})
    return f"{reverse('board:rates_rows')}?{where}&{period.query}"


def share_line(area: Any, share: Share, period: Period) -> dict[str, Any]:
    """One rate with a link for each of its numbers."""
    names = part_names(share.rate)
    return {
        "rate": share.rate,
        "label": share.label,
        "percent": share.percent,
        "yes": share.yes,
        "all": share.all,
        "unit": unit_of(share.rate),
        "url": rows_url(area, share.rate, "all", period),
        "parts": [
            {
                "label": names[part],
                "count": number_of(share, part),
                "url": rows_url(area, share.rate, part, period),
            }
            for part in ("yes", "no", "excluded")
        ],
    }


def trend(area: Any, period: Period) -> dict[str, Any]:
    """The three rates over the period, by day or week, from the kept counts."""
    measures = {measure for names in MEASURES.values() for measure in names}
    steps = buckets(tallies_by_day(area.stem, measures, period.first, period.last), period)
    lines: dict[str, list[float | None]] = {rate: [] for rate in Rate}
    for _label, counts in steps:
        for share in shares(counts):
            lines[share.rate].append(round(share.value * 100, 1) if share.value is not None else None)
    series = [
        {"name": str(Rate(rate).label), "values": values, "hue": HUES[Rate(rate)]}
        for rate, values in lines.items()
    ]
    return {"kind": "line", "unit": "%", "x": [label for label, _counts in steps], "series": series}


def chosen_area(request: Any) -> Any:
    """The area asked for, else the widest of the viewer's own; 404 outside."""
    code = request.GET.get("area", "")[:15]
    if code:
        return area_for(request.me, "rates.see", code=code, on=request.today)
    require(request.me, "rates.see", on=request.today)
    found = min(
        areas_for(request.me, "rates.see", on=request.today),
        key=lambda one: (len(one.stem), one.code),
        default=None,
    )
    if found is None:
        raise Http404
    return found


def below(area: Any, period: Period) -> list[dict[str, Any]]:
    """The rates of each area inside; one that has ended only where it still counts."""
    inside = areas_under([area.stem]).filter(parent=area)
    here = reverse("board:rates")
    return [
        {
            "name": child.name,
            "url": f"{here}?{urlencode({'area': child.code})}&{period.query}",
            "shares": [share_line(child, share, period) for share in found],
        }
        for child, found in rates_by_area(inside, period.first, period.last)
        if child.valid_until is None or any(share.all or share.excluded for share in found)
    ]


@login_required
def rates(request: Any) -> HttpResponse:
    """Numbers, their denominators, what was left out, the areas inside, and the line over time."""
    area = chosen_area(request)
    period, days = period_of(request.GET, request.today)
    waiting = exclusions_for(request.me, "need.exclude.approve", on=request.today).filter(
        approved_at=None, declined_at=None
    )
    mine = request.me and areas_for(request.me, "rates.see", on=request.today)
    context = {
        "area": area,
        "areas": mine,
        "period": period,
        "days": days,
        "tabs_": tabs(period, f"?{urlencode({'area': area.code})}&"),
        "shares": [
            share_line(area, share, period) for share in rates_of(area.stem, period.first, period.last)
        ],
        "below": below(area, period),
        "trend": trend(area, period),
        "waiting": waiting.count(),
    }
    return render(request, "board/rates.html", context)


def need_line(need: Any) -> dict[str, Any]:
    """A need as parts/need_row.html wants it, masked."""
    return {
        "no": need.no,
        "url": reverse("desk:need", args=[need.no]),
        "words": mask_text(str(excerpt(need.title or need.words[:ROW_CHARS], CUT))),
        "who": masked(need.asker) if need.asker_id else mask_name(need.asker_words),
        "place": f"{need.building.estate}{need.building.name}" if need.building_id else "",
        "category": need.category.name if need.category_id else "",
        "state": need.state,
        "state_label": need.get_state_display(),
        "step": need.step,
        "lap": need.lap,
        "received_at": need.received_at,
    }


def row_of(row: Any, rate: str) -> dict[str, Any]:
    """A need, or an answer with its need."""
    if rate == Rate.RESPONSE:
        return {"need": need_line(row), "quote": "", "note": ""}
    said = [
        _("solved") if row.solved else _("not solved"),
        _("satisfied") if row.satisfied else _("not satisfied"),
    ]
    return {
        "need": need_line(row.need),
        "quote": mask_text(row.words[:ROW_CHARS]),
        "note": " · ".join([*said, str(row.get_way_display()), f"{row.answered_on:%Y-%m-%d}"]),
    }


@login_required
def rates_rows(request: Any) -> HttpResponse:
    """The rows behind one number; there are as many as the number says."""
    area = chosen_area(request)
    period, _days = period_of(request.GET, request.today)
    rate, part = request.GET.get("rate", ""), request.GET.get("part", "all")
    if rate not in Rate.values or part not in part_names(rate):
        raise Http404
    share = next(one for one in rates_of(area.stem, period.first, period.last) if one.rate == rate)
    rows: Any = rows_behind(area.stem, rate, part, period.first, period.last)
    if rate == Rate.RESPONSE:
        rows = rows.select_related(*ROW_PARTS)
    day = "counted_on" if rate == Rate.RESPONSE else "answered_on"
    found = page(rows, order=(f"-{day}", "-id"), after=request.GET.get("after"), filled=(day,))
    back = f"{reverse('board:rates')}?{urlencode({'area': area.code})}&{period.query}"
    context = {
        "area": area,
        "period": period,
        "rate": share.label,
        "part": part_names(rate)[part],
        "tabs_": [
            {
                "url": rows_url(area, rate, one, period),
                "label": name,
                "count": number_of(share, one),
                "current": one == part,
            }
            for one, name in part_names(rate).items()
        ],
        "count": number_of(share, part),
        "rows": [row_of(row, rate) for row in found.rows],
        "next": f"{rows_url(area, rate, part, period)}&after={found.after}" if found.after else "",
        "back": back,
    }
    return render(request, "board/rates_rows.html", context)


urlpatterns = [path("rates/", rates, name="rates"), path("rates/rows/", rates_rows, name="rates_rows")]
