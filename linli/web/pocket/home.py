"""A volunteer's home: her next visit, who looks for somebody near her, what she has served."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.commons.timebank.choices import MemberState
from linli.commons.timebank.queries.members import hours_words
from linli.commons.timebank.queries.purses import purse_of
from linli.kit.keyset import page
from linli.loop.run.access import own_visits
from linli.loop.run.queries.visits import next_of_member, open_visits_for
from linli.web.parts.visit_words import kindly, minutes_words, when_words
from linli.web.pocket.shown import bar, basics, membership, offer_card, own_card, somebody

NEXT, OFFERS, PAGE = 12, 20, 20
HOURS = ((5, "late"), (11, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))
STEPS = (MemberState.APPLIED, MemberState.CHECKED, MemberState.LEARNED, MemberState.ADMITTED)


def greeting(request: Any) -> str:
    """A greeting by the time of day."""
    hour = timezone.localtime(request.now).hour
    part = next(name for until, name in HOURS if hour < until)
    said = {
        "late": _("Still up, {name}"),
        "morning": _("Good morning, {name}"),
        "noon": _("Good day, {name}"),
        "afternoon": _("Good afternoon, {name}"),
        "evening": _("Good evening, {name}"),
    }
    return said[part].format(name=request.me.name)


def way_of(member: Any) -> list[dict[str, Any]]:
    """The way to the first visit, and how far somebody is on it."""
    here = STEPS.index(member.state) if member and member.state in STEPS else -1
    words = (
        (_("You say what you can do, and when"), member.applied_at if here >= 0 else None),
        (_("A worker looks at it with you"), member.checked_at if here >= 1 else None),
        (_("You learn what helps at the door"), member.learned_at if here >= 2 else None),
        (_("The director admits you; then you choose visits"), member.admitted_at if here >= 3 else None),
    )
    return [
        {
            "label": label,
            "done": place <= here,
            "current": place == here + 1,
            "at": at if place <= here else None,
        }
        for place, (label, at) in enumerate(words)
    ]


@login_required
def home(request: Any) -> HttpResponse:
    """Hers to go to, and near her; for whoever does not serve yet the way there."""
    somebody(request)
    member = membership(request)
    context: dict[str, Any] = {"greeting": greeting(request), "member": member, "nav": bar(request)}
    if member is None or member.state != MemberState.ADMITTED:
        context["steps"] = way_of(member)
        context["joins"] = member is None or member.state in {MemberState.RECEIVES, MemberState.REFUSED}
        context["paused"] = member is not None and member.state == MemberState.PAUSED
        return render(request, "pocket/joining.html", context)
    coming = [own_card(one, request.now, request.today) for one in next_of_member(member)[:NEXT]]
    offers = open_visits_for(member, now=request.now, limit=OFFERS)
    context |= {
        "first": coming[0] if coming else None,
        "later": coming[1:],
        "offers": [offer_card(one, member, request.today) for one in offers],
        "hours": hours_words(member.minutes),
        "points": purse_of(member).free,
    }
    return render(request, "pocket/home.html", context)


@login_required
def done(request: Any) -> HttpResponse:
    """Where she has been, newest first."""
    somebody(request)
    rows = own_visits(request.me).exclude(state__in=["taken", "started"])
    found = page(rows, order=("-starts_at", "-id"), after=request.GET.get("after"), size=PAGE)
    shown = [
        {
            **basics(one, request.today),
            "who": kindly(one.receiver, request.today),
            "was": when_words(one.in_at or one.starts_at, served(one), request.today),
            "served": minutes_words(served(one)),
        }
        for one in found.rows
    ]
    context = {"rows": shown, "next": f"?after={found.after}" if found.after else "", "nav": bar(request)}
    return render(request, "pocket/done.html", context)


def served(visit: Any) -> int:
    """How long she was there, else how long it was planned."""
    if visit.in_at and visit.out_at:
        return int((visit.out_at - visit.in_at).total_seconds() // 60)
    return int(visit.minutes)


urlpatterns = [path("", home, name="home"), path("done/", done, name="done")]
