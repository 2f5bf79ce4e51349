"""The lines behind every figure of the bill, down to the voucher."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.commons.fund import queries
from linli.commons.fund.access import line_of, public_fund, voucher_is_public
from linli.commons.fund.choices import What
from linli.commons.fund.queries import View
from linli.ground.photos.queries import open_photo, photo_by_public_key, photos_of
from linli.kit import keyset
from linli.kit.masks import mask_text
from linli.web.parts.bill import address, asked, money, moved, row_of, title_of
from linli.web.public.bill_shown import waiting_rows

TABS = (What.ALL, What.IN, What.SET, What.OUT)
SIZES = ("", "thumb")


@require_safe
def bill_entries(request: Any, code: str) -> HttpResponse:
    """The lines of a view, the newest first, with what they come to."""
    fund = public_fund(code)
    view = asked(request, fund)
    page = keyset.page(queries.lines_of(fund, view), order=("-no",), after=request.GET.get("after"))
    here = address(code, view)
    context = {
        "fund": fund,
        "area_name": fund.area.name,
        "title": title_of(view, fund),
        "view": view,
        "sum": money(queries.sum_of(fund, view)),
        "rows": [row_of(code, line) for line in page.rows],
        "next": f"{here}&after={page.after}" if page.after else "",
        "tabs_": [
            {"url": address(code, View(what)), "label": what.label, "current": view == View(what)}
            for what in TABS
        ],
    }
    return render(request, "public/bill_entries.html", context)


@require_safe
def bill_entry(request: Any, code: str, no: int) -> HttpResponse:
    """One line: who was paid for what, by which resolution, who signed by role, the voucher, what was left."""
    fund = public_fund(code)
    line = line_of(fund, no)
    meant = line.corrects or line
    spending = getattr(meant, "spending", None)
    allocation = getattr(meant, "allocation", None)
    resolution = spending.resolution if spending else allocation.resolution if allocation else None
    context = {
        "fund": fund,
        "area_name": fund.area.name,
        "line": line,
        "row": row_of(code, line),
        "money": moved(line),
        "spending": spending,
        "payee": queries.payee_words(spending) if spending else "",
        "income": getattr(meant, "income", None),
        "resolution": resolution,
        "decides": mask_text(resolution.decides) if resolution else "",
        "after": [after_shown(code, line, one) for one in queries.balances_after(line)],
        **paper_trail(code, line, spending),
    }
    return render(request, "public/bill_entry.html", context)


def after_shown(code: str, line: Any, after: Any) -> dict[str, Any]:
    """What an account stood at after a line, with the lines up to it."""
    view = View(What.POT, targets=(after.target.pk,)) if after.target else View(What.FREE)
    url = f"{address(code, view)}&upto={line.no}"
    name = _("Left of {target}").format(target=after.target) if after.target else _("Not set aside")
    return {"label": name, "money": money(after.fen, url)}


def paper_trail(code: str, line: Any, spending: Any) -> dict[str, Any]:
    """Vouchers, signatures by role, and the correction if there is one."""
    own = getattr(line, "correction", None)
    later = None if line.corrects_id else queries.correction_under_way(line)
    fixed = later.line if later else None
    signed = queries.signatures_of(own) if own else queries.signatures_of(spending) if spending else []
    photos = photos_of("spending", [spending.pk])[spending.pk] if spending and not own else []
    return {
        "photos": [photo_shown(code, photo) for photo in photos],
        "signed": queries.roles_signed(signed),
        "why": queries.reason_words(own) if own else "",
        "later": fixed.no if fixed else None,
        "later_why": queries.reason_words(later) if later and fixed else "",
        "later_url": reverse("public:bill_entry", args=[code, fixed.no]) if fixed else "",
        "first_url": reverse("public:bill_entry", args=[code, line.corrects.no]) if line.corrects_id else "",
    }


def photo_shown(code: str, photo: Any) -> dict[str, Any]:
    """A voucher in the photo strip."""
    return {
        "url": reverse("public:bill_voucher", args=[code, photo.public_key]),
        "thumb": reverse("public:bill_voucher_sized", args=[code, photo.public_key, "thumb"]),
        "alt": _("Voucher"),
    }


@require_safe
def bill_voucher(request: Any, code: str, key: UUID, size: str = "") -> HttpResponseBase:
    """A voucher of a booked spending of this fund; every other photo stays closed."""
    fund, kept = public_fund(code), photo_by_public_key(key)
    if kept is None or size not in SIZES or kept.subject_type != "spending":
        raise Http404
    if not voucher_is_public(fund, kept.subject_id or 0):
        raise Http404
    try:
        file, headers = open_photo(kept, thumb=size == "thumb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, headers=headers)


@require_safe
def bill_waiting(request: Any, code: str) -> HttpResponse:
    """Large spending that waits for its second signature."""
    fund = public_fund(code)
    rows = waiting_rows(fund)
    context = {
        "fund": fund,
        "area_name": fund.area.name,
        "rows": rows,
        "sum": money(queries.standing(fund).held),
    }
    return render(request, "public/bill_waiting.html", context)


def points_words(row: Any) -> list[str]:
    """The four figures of a programme as people write them."""
    return [f"{number:,}" for number in (row.issued, row.redeemed, row.expired, row.outstanding)]


@require_safe
def bill_points(request: Any, code: str) -> HttpResponse:
    """The points the guarantee stands behind: given out, redeemed, run out, still out."""
    fund = public_fund(code)
    rules = queries.rules_on(fund, request.today)
    rows = queries.points_of(fund, rules)
    shown = [
        {"row": row, "words": points_words(row), "money": money(row.outstanding * rules.fen_per_point)}
        for row in rows
    ]
    context = {
        "fund": fund,
        "area_name": fund.area.name,
        "rows": shown,
        "points": sum(row.outstanding for row in rows),
        "points_words": f"{sum(row.outstanding for row in rows):,}",
        "sum": money(sum(row.outstanding for row in rows) * rules.fen_per_point),
        "price": f"{rules.fen_per_point / 100:.2f}",
        "decided": mask_text(rules.decided),
        "valid_from": rules.valid_from,
    }
    return render(request, "public/bill_points.html", context)


urlpatterns = [
    path("bill/<slug:code>/entries/", bill_entries, name="bill_entries"),
    path("bill/<slug:code>/entry/<int:no>/", bill_entry, name="bill_entry"),
    path("bill/<slug:code>/voucher/<uuid:key>/", bill_voucher, name="bill_voucher"),
    path("bill/<slug:code>/voucher/<uuid:key>/<slug:size>/", bill_voucher, name="bill_voucher_sized"),
    path("bill/<slug:code>/waiting/", bill_waiting, name="bill_waiting"),
    path("bill/<slug:code>/points/", bill_points, name="bill_points"),
]
