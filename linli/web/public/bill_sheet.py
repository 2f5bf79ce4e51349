"""A quarter on one sheet of A4 for the notice board, with a code that leads to the live bill."""

from dataclasses import replace
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from linli.commons.fund import queries
from linli.commons.fund.access import public_fund
from linli.commons.fund.choices import Source, Use, What
from linli.commons.fund.queries import View
from linli.web.parts.bill import address, money
from linli.web.parts.words import percent
from linli.web.public.bill_shown import days_of, grouped, quarter_of, quarter_words


@require_safe
def bill_sheet(request: Any, code: str) -> HttpResponse:
    """Opening, what came in, what was spent on what, closing, the guarantee, the head of the chain."""
    fund = public_fund(code)
    year, quarter = quarter_of(request.GET.get("quarter", ""), request.today)
    rules, stands = queries.rules_on(fund, request.today), queries.standing(fund)
    covers = queries.guarantee(fund, rules, stands)
    head, live = queries.newest_head(), reverse("public:bill", args=[code])
    context = {
        "fund": fund,
        "back": live,
        "today": request.today,
        "quarter": quarter_words(year, quarter),
        **amounts(code, fund, year, quarter),
        "reserve": money(covers.reserve, reserve_url(code, covers)),
        "points": f"{covers.points:,}",
        "due": money(covers.due, reverse("public:bill_points", args=[code])),
        "price": f"{covers.fen_per_point / 100:.2f}",
        "ratio": percent(covers.ratio) if covers.ratio is not None else "",
        "head": head,
        "groups": grouped(head.hash) if head else [],
        "live": f"{settings.LINLI_BASE_URL}{live}",
        "qr": segno.make(f"{settings.LINLI_BASE_URL}{live}", error="h").svg_data_uri(scale=4, border=2),
    }
    return render(request, "public/bill_sheet.html", context)


def reserve_url(code: str, covers: Any) -> str:
    """The lines of the guarantee pool, once there is one."""
    return address(code, View(What.POT, targets=(covers.target,))) if covers.target else ""


def amounts(code: str, fund: Any, year: int, quarter: int) -> dict[str, Any]:
    """Every figure of the quarter with the lines behind it."""
    first, until = days_of(year, quarter)
    span = View(first=first, until=until)
    before = queries.moved(fund, until=first)
    within = queries.moved(fund, first, until)
    opening = before.all_came - before.all_spent
    closing = opening + within.all_came - within.all_spent
    came = [
        (source.label, money(within.came[source], address(code, replace(span, what=What.IN, source=source))))
        for source in Source
        if source in within.came
    ]
    spent = [
        (use.label, money(within.spent[use], address(code, replace(span, what=What.OUT, use=use))))
        for use in Use
        if use in within.spent
    ]
    return {
        "first": first,
        "until": until,
        "opening": money(opening, address(code, View(What.NOW, until=first))),
        "closing": money(closing, address(code, View(What.NOW, until=until))),
        "came": came,
        "spent": spent,
        "all_came": money(within.all_came, address(code, replace(span, what=What.IN))),
        "all_spent": money(within.all_spent, address(code, replace(span, what=What.OUT))),
    }


urlpatterns = [path("bill/<slug:code>/sheet/", bill_sheet, name="bill_sheet")]
