"""A passbook: what one has, what came in and went out, on the phone and on paper; one's own, or an elder's one acts for."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank.access import acting_for
from linli.commons.timebank.queries.expiring import runs_out
from linli.commons.timebank.queries.members import hours_words, memberships_of
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import held_of, line_of, payment_words, purse_of, statement_of
from linli.commons.timebank.queries.records import records_of
from linli.ground.people.access import elders_of
from linli.ground.people.queries import masked
from linli.kit.keyset import page
from linli.kit.masks import mask_text
from linli.web.home.shown import bar, somebody
from linli.web.parts.purse import (
    granted_first,
    letters,
    line_row,
    month_of,
    only_granted,
    points,
    unit_of,
    year_of,
    year_sheet,
)

PAGE = 30


def chosen(request: Any) -> Any:
    """Whose passbook it is: the viewer's own or, by ``for``, an elder's who lets them act; None where there is none.

    Who has none but acts for an elder who has sees the elder's.
    """
    me = somebody(request)
    given = request.POST.get("for") or request.GET.get("for", "")
    found = memberships_of(acting_for(me, given)).first()
    if found or given:
        return found
    return next((place for elder in elders_of(me) if (place := memberships_of(elder).first())), None)


def member_here(request: Any) -> Any:
    """The same; 404 where there is none."""
    found = chosen(request)
    if found is None:
        raise Http404
    return found


def query_for(request: Any, member: Any, **more: Any) -> str:
    """The query that keeps whose passbook it is."""
    given = {"for": "" if member.person_id == request.me.pk else member.person_id, **more}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"?{query}" if query else ""


def link(request: Any, name: str, member: Any, *args: Any, **more: Any) -> str:
    """An address that keeps whose passbook it is."""
    return f"{reverse(name, args=args)}{query_for(request, member, **more)}"


def whose(request: Any, member: Any, name: str) -> list[dict[str, Any]]:
    """Tabs: oneself and the elders one acts for; nothing where there is but one."""
    me = request.me
    folk = [me, *elders_of(me)]
    if len(folk) < 2:
        return []
    here = reverse(name)
    return [
        {
            "url": here if one.pk == me.pk else f"{here}?for={one.pk}",
            "label": _("Myself") if one.pk == me.pk else one.name,
            "current": bool(member) and one.pk == member.person_id,
        }
        for one in folk
    ]


def authority_of(request: Any, member: Any) -> str:
    """On what ground the viewer spends these points."""
    return "self" if member.person_id == request.me.pk else "family"


def purse_lines(request: Any, member: Any, terms: Any) -> dict[str, Any]:
    """The figures at the head of the page, each with the rows behind it."""
    purse, here = purse_of(member), link(request, "home:passbook", member, granted="0")
    granted = link(request, "home:passbook", member, granted=1)
    first = only_granted(member, purse)
    held = held_of(member) if purse.held else []
    return {
        "purse": purse,
        "only_granted": first,
        "unit": unit_of(terms),
        "earned": points(purse.earned, terms, f"{here}#lines", css="purse-big"),
        "hours": hours_words(member.minutes),
        "hours_url": link(request, "home:passbook_hours", member),
        "granted": points(purse.granted, terms, f"{granted}#lines", css="purse-big" if first else "")
        if member.granted_id
        else "",
        "ends": [
            (one.day, points(one.points, terms)) for one in [*runs_out(member.granted), *runs_out(member.account)]
        ],
        "free": points(purse.free, terms, f"{granted if first else here}#lines"),
        "held": points(purse.held, terms, "#held") if purse.held else "",
        "held_rows": [
            {"points": points(row.points, terms), "words": payment_words(row, member.person_id), "state": row.state,
             "label": row.get_state_display(), "at": row.made_at}
            for row in held
        ],
    }  # fmt: skip


@login_required
def passbook(request: Any) -> HttpResponse:
    """What I have, what it is set aside for, every line; the same for an elder I act for."""
    member = chosen(request)
    context: dict[str, Any] = {
        "member": member,
        "tabs_": whose(request, member, "home:passbook"),
        "nav": bar(request),
    }
    if member is None:
        return render(request, "home/passbook_none.html", context)
    terms = rule_on(member.programme, request.today).terms
    granted = granted_first(request.GET.get("granted"), member, purse_of(member))
    lines, after = statement_of(member, granted=granted, after=request.GET.get("after"), size=PAGE)
    context |= {
        **purse_lines(request, member, terms),
        "name": member.person.name,
        "own": member.person_id == request.me.pk,
        "for_pk": "" if member.person_id == request.me.pk else member.person_id,
        "rows": [
            line_row(one, terms, link(request, "home:passbook_line", member, one.transfer)) for one in lines
        ],
        "next": link(request, "home:passbook", member, granted="1" if granted else "0", after=after)
        if after
        else "",
        "accounts": accounts_tabs(request, member, granted),
        "query": query_for(request, member),
    }
    return render(request, "home/passbook.html", context)


def accounts_tabs(request: Any, member: Any, granted: bool) -> list[dict[str, Any]]:
    """Earned and granted points have lists of their own; nothing to choose where nothing was ever granted."""
    if member.granted_id is None:
        return []
    here = link(request, "home:passbook", member, granted="0")
    return [
        {"url": f"{here}#lines", "label": _("Earned"), "current": not granted},
        {
            "url": f"{link(request, 'home:passbook', member, granted=1)}#lines",
            "label": _("Granted"),
            "current": granted,
        },
    ]


@login_required
def passbook_line(request: Any, transfer: int) -> HttpResponse:
    """One line: what it was, when, who acted on what ground, what it moved."""
    member = member_here(request)
    one = line_of(member, transfer)
    if one is None:
        raise Http404
    terms = rule_on(member.programme, request.today).terms
    record = records_of(member).filter(pk=one.record).first() if one.record else None
    context = {
        "row": line_row(one, terms),
        "one": one,
        "unit": unit_of(terms),
        "record": record,
        "who": masked(record.receiver) if record else "",
        "hours": hours_words(record.minutes) if record else "",
        "counted": hours_words(record.claim.counted) if record else "",
        "record_why": str(mask_text(record.why)) if record else "",
        "order_url": link(request, "home:shop_order", member, one.order) if one.order else "",
        "wrong_url": wrong_url(one),
        "authority": AUTHORITIES.get(one.authority, ""),
        "back": link(request, "home:passbook", member),
        "number": one.transfer,
        "nav": bar(request),
    }
    return render(request, "home/passbook_line.html", context)


AUTHORITIES = {
    "rule": gettext_lazy("By the rule"),
    "decision": gettext_lazy("By a decision"),
    "resolution": gettext_lazy("By a resolution"),
}


def wrong_url(one: Any) -> str:
    """Where somebody says that a line is wrong: about the service or the payment behind it."""
    about = {"record": one.record} if one.record else {}
    if one.payment and one.kind in {"care", "goods"}:
        about = {"payment": one.payment}
    return f"{reverse('home:dispute_new')}?{urlencode(about)}" if about else ""


@login_required
def passbook_hours(request: Any) -> HttpResponse:
    """The hours of service behind the figure, one by one."""
    member = member_here(request)
    found = page(records_of(member), order=("-started_at", "-id"), after=request.GET.get("after"), size=PAGE)
    context = {
        "hours": hours_words(member.minutes),
        "rows": [
            {
                "at": row.started_at,
                "what": row.service_name,
                "who": masked(row.receiver),
                "hours": hours_words(row.minutes),
                "state": row.claim.get_state_display(),
                "tone": {"paid": "done", "honour": "done", "refused": "quiet", "corrected": "quiet"}.get(
                    row.claim.state, "near"
                ),
            }
            for row in found.rows
        ],
        "next": link(request, "home:passbook_hours", member, after=found.after) if found.after else "",
        "back": link(request, "home:passbook", member),
        "nav": bar(request),
    }
    return render(request, "home/passbook_hours.html", context)


@login_required
def passbook_print(request: Any) -> HttpResponse:
    """The passbook's page of a year on A4, in large print."""
    member = member_here(request)
    year = year_of(request.GET.get("year", ""), request.today)
    context = year_sheet(member, year, request.today, name=member.person.name)
    context |= {
        "back": link(request, "home:passbook", member),
        "before_url": link(request, "home:passbook_print", member, year=year - 1),
    }
    return render(request, "home/passbook_print.html", context)


@login_required
def passbook_letter(request: Any) -> HttpResponse:
    """The month's letter, to be read or printed."""
    member = member_here(request)
    month = month_of(request.GET.get("month", ""), request.today)
    (letter,) = letters(member.programme, [member], month, request.today)
    return render(
        request,
        "home/passbook_letter.html",
        {"letter": letter, "back": link(request, "home:passbook", member)},
    )


def forward(request: Any, name: str, member: Any, *args: Any) -> HttpResponse:
    """On to a page that keeps whose passbook it is."""
    return redirect(link(request, name, member, *args))


urlpatterns = [
    path("passbook/", passbook, name="passbook"),
    path("passbook/hours/", passbook_hours, name="passbook_hours"),
    path("passbook/print/", passbook_print, name="passbook_print"),
    path("passbook/letter/", passbook_letter, name="passbook_letter"),
    path("passbook/<int:transfer>/", passbook_line, name="passbook_line"),
]
