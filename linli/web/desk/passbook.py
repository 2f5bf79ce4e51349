"""A member's passbook at the desk, its page and letter on paper, and the month's letters for elders without a phone."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.access import member_for
from linli.commons.timebank.queries.expiring import runs_out
from linli.commons.timebank.queries.letters import letters_of
from linli.commons.timebank.queries.members import hours_words
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import (
    elders_without_phone,
    held_of,
    payment_words,
    purse_of,
    statement_of,
)
from linli.ground.people.queries import age_on, masked
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.desk.shop_here import with_programme
from linli.web.parts.purse import (
    granted_first,
    greeting,
    letters,
    line_row,
    month_of,
    only_granted,
    place_of,
    points,
    unit_of,
    year_of,
    year_sheet,
)

PAGE, SHEETS = 30, 40


def address_of(one: Any) -> str:
    """Where a line leads at the desk: the record or the order behind it."""
    if one.order:
        return reverse("desk:shop_order", args=[one.order])
    return reverse("desk:record", args=[one.record]) if one.record else ""


@login_required
def member_passbook(request: Any, no: str) -> HttpResponse:
    """What a member has, what it is set aside for, every line with what is behind it."""
    member = member_for(request.me, no=no, on=request.today)
    terms, here = rule_on(member.programme, request.today).terms, reverse("desk:member_passbook", args=[no])
    purse = purse_of(member)
    granted, first = granted_first(request.GET.get("granted"), member, purse), only_granted(member, purse)
    lines, after = statement_of(member, granted=granted, after=request.GET.get("after"), size=PAGE)
    query = urlencode({"granted": int(granted), "after": after or ""})
    earned_url, granted_url = f"{here}?granted=0#lines", f"{here}?granted=1#lines"
    context = {
        "member": member,
        "who": masked(member.person),
        "age": age_on(member.person, request.today),
        "unit": unit_of(terms),
        "earned": points(purse.earned, terms, earned_url, css="purse-big"),
        "only_granted": first,
        "granted": points(purse.granted, terms, granted_url, css="purse-big" if first else "")
        if member.granted_id
        else "",
        "free": points(purse.free, terms, granted_url if first else earned_url),
        "hours": hours_words(member.minutes),
        "ends": [
            (one.day, points(one.points, terms))
            for one in [*runs_out(member.granted), *runs_out(member.account)]
        ],
        "held_rows": [
            {"points": points(row.points, terms), "words": payment_words(row, member.person_id)}
            for row in (held_of(member) if purse.held else [])
        ],
        "rows": [line_row(one, terms, address_of(one)) for one in lines],
        "next": f"{here}?{query}" if after else "",
        "accounts": [
            {"url": earned_url, "label": _("Earned"), "current": not granted},
            {"url": granted_url, "label": _("Granted"), "current": granted},
        ]
        if member.granted_id
        else [],
    }
    return render(request, "desk/passbook.html", context)


@login_required
def member_passbook_print(request: Any, no: str) -> HttpResponse:
    """The passbook's page of a year on A4, in large print."""
    member = member_for(request.me, no=no, on=request.today)
    year = year_of(request.GET.get("year", ""), request.today)
    context = year_sheet(member, year, request.today, name=masked(member.person))
    here = reverse("desk:member_passbook", args=[no])
    context |= {"back": here, "before_url": f"{here}print/?year={year - 1}"}
    return render(request, "desk/passbook_print.html", context)


@login_required
def member_letter(request: Any, no: str) -> HttpResponse:
    """The month's letter to one member."""
    member = member_for(request.me, no=no, on=request.today)
    month = month_of(request.GET.get("month", ""), request.today)
    (letter,) = letters(member.programme, [member], month, request.today)
    back = reverse("desk:member_passbook", args=[no])
    return render(request, "desk/letters_print.html", {"letters": [letter], "back": back})


@with_programme("timebank.see")
def member_letters(request: Any, programme: Any) -> HttpResponse:
    """The month's letters to elders without a phone: print them all, then say which was brought."""
    month = month_of(request.GET.get("month", ""), request.today)
    found = page(
        elders_without_phone(programme).order_by("-id"),
        order=("-id",),
        after=request.GET.get("after"),
        size=SHEETS,
    )
    rows = [
        {
            "no": one.member.no,
            "name": masked(one.member.person),
            "hello": greeting(one.member.person, request.today),
            "place": place_of(one.member.person),
            "brought_at": one.brought_at,
            "brought_by": one.brought_by,
        }
        for one in letters_of(found.rows, month)
    ]
    told = {"month": f"{month:%Y-%m}"} | ({"after": request.GET["after"]} if request.GET.get("after") else {})
    context = {
        "programme": programme,
        "month": month,
        "rows": rows,
        "left": sum(not row["brought_at"] for row in rows),
        "print_url": f"{reverse('desk:member_letters_print')}?{urlencode(told)}",
        "next": f"?{urlencode({'month': f'{month:%Y-%m}', 'after': found.after})}" if found.after else "",
    }
    return render(request, "desk/letters.html", context)


@with_programme("timebank.see")
def member_letters_print(request: Any, programme: Any) -> HttpResponse:
    """The same letters, a sheet each."""
    month = month_of(request.GET.get("month", ""), request.today)
    rows = elders_without_phone(programme).order_by("-id")
    found = page(rows, order=("-id",), after=request.GET.get("after"), size=SHEETS)
    context = {
        "letters": letters(programme, found.rows, month, request.today),
        "back": f"{reverse('desk:member_letters')}?month={month:%Y-%m}",
    }
    return render(request, "desk/letters_print.html", context)


@login_required
@require_POST
def member_letter_brought(request: Any, no: str) -> HttpResponse:
    """Somebody brought it."""
    member = member_for(request.me, no=no, on=request.today)
    month = month_of(request.POST.get("month", ""), request.today)
    attempt(
        request,
        lambda: actions.bring_letter(member=member, month=month, by=request.me, now=request.now),
        done=_("Noted. Thank you for going."),
    )
    return redirect(f"{reverse('desk:member_letters')}?month={month:%Y-%m}")


urlpatterns = [
    path("members/letters/", member_letters, name="member_letters"),
    path("members/letters/print/", member_letters_print, name="member_letters_print"),
    path("members/<str:no>/passbook/", member_passbook, name="member_passbook"),
    path("members/<str:no>/passbook/print/", member_passbook_print, name="member_passbook_print"),
    path("members/<str:no>/letter/", member_letter, name="member_letter"),
    path("members/<str:no>/letter/brought/", member_letter_brought, name="member_letter_brought"),
]
