"""The big bill, open to everybody: what there is, where it came from, where it went, and how to check it."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.commons.fund import queries
from linli.commons.fund.access import public_fund, public_funds
from linli.commons.fund.choices import What
from linli.commons.fund.queries import View
from linli.kit.clock import local_day
from linli.web.parts.bill import address, money, row_of
from linli.web.parts.words import percent, width
from linli.web.public import bill_copy, bill_lines, bill_sheet
from linli.web.public.bill_flow import flow_picture
from linli.web.public.bill_shown import days_of, grouped, quarter_words

LATEST = 6
SHEETS = 8


@require_safe
def bills(request: Any) -> HttpResponse:
    """Choose a community; where there is only one, go there."""
    funds = list(public_funds())
    if len(funds) == 1:
        return redirect("public:bill", funds[0].community)
    return render(request, "public/bills.html", {"funds": funds})


@require_safe
def bill(request: Any, code: str) -> HttpResponse:
    """The live bill of a community."""
    fund = public_fund(code)
    stands, all_time = queries.standing(fund), queries.moved(fund)
    targets = queries.targets_of(fund)
    lines = queries.lines_of(fund, View()).order_by("-no")[:LATEST]
    context = {
        "fund": fund,
        "area_name": fund.area.name,
        "figures": figures(code, fund, stands, request.today),
        "flow": flow_picture(code, queries.flow_of(fund, stands, all_time, targets), targets),
        "opened_on": local_day(fund.opened_at),
        "guarantee": guarantee_shown(code, fund, stands, request.today),
        "waiting": money(stands.held, reverse("public:bill_waiting", args=[code])) if stands.held else "",
        "rows": [row_of(code, line) for line in lines],
        "all_url": address(code, View()),
        "head": head_shown(),
        "sheets": sheets(fund, request.today),
    }
    return render(request, "public/bill.html", context)


def figures(code: str, fund: Any, stands: Any, today: date) -> dict[str, Any]:
    """What there is, and what came and went this year, each with its lines."""
    first, until = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    year = queries.moved(fund, first, until)
    span = View(first=first, until=until)
    return {
        "now": money(stands.now, address(code, View(What.NOW))),
        "free": money(stands.free, address(code, View(What.FREE))),
        "aside": money(stands.now - stands.free, address(code, View(What.POT))),
        "came": money(year.all_came, address(code, replace(span, what=What.IN))),
        "spent": money(year.all_spent, address(code, replace(span, what=What.OUT))),
        "year": today.year,
    }


def guarantee_shown(code: str, fund: Any, stands: Any, today: date) -> dict[str, Any] | None:
    """The ratio with numerator and denominator; None where no rule says what a point is worth."""
    rules = queries.rules_on(fund, today)
    if not (rules.backs and rules.fen_per_point):
        return None
    row = queries.guarantee(fund, rules, stands)
    points_url = reverse("public:bill_points", args=[code])
    return {
        "ratio": percent(row.ratio),
        "bar": width(row.ratio, 1.0),
        "reserve": money(row.reserve, bill_sheet.reserve_url(code, row)),
        "points": row.points,
        "points_words": f"{row.points:,}",
        "points_url": points_url,
        "price": f"{row.fen_per_point / 100:.2f}",
        "due": money(row.due, points_url),
        "nothing_due": row.ratio is None,
    }


def head_shown() -> dict[str, Any] | None:
    """The head of the ledger's chain as it was last published."""
    head = queries.newest_head()
    if head is None:
        return None
    return {"day": head.day, "seq": head.seq, "groups": grouped(head.hash), "hash": head.hash}


def sheets(fund: Any, today: date) -> list[dict[str, Any]]:
    """The quarters since the bill was opened, the newest first."""
    here = reverse("public:bill_sheet", args=[fund.community])
    found: list[dict[str, Any]] = []
    year, quarter = today.year, (today.month + 2) // 3
    while days_of(year, quarter)[1] > local_day(fund.opened_at) and len(found) < SHEETS:
        found.append({"url": f"{here}?quarter={year}Q{quarter}", "label": quarter_words(year, quarter)})
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    if found:
        found[0]["label"] = _("{quarter} (still running)").format(quarter=found[0]["label"])
    return found


urlpatterns = [
    path("bill/", bills, name="bills"),
    *bill_copy.urlpatterns,
    path("bill/<slug:code>/", bill, name="bill"),
    *bill_lines.urlpatterns,
    *bill_sheet.urlpatterns,
]
