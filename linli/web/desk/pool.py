"""The programme's points as a whole: pool, common pool, what is in circulation; grants of the month; what runs out."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.queries.expiring import running_out
from linli.commons.timebank.queries.grants import grants_due
from linli.commons.timebank.queries.pool import AROUND, LISTED, entries_on, holders, standing_of
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import purses_of
from linli.ground.people.access import may
from linli.ground.people.choices import CareKind
from linli.ground.people.queries import age_on, masked
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.desk.shop_here import with_programme
from linli.web.parts.purse import line_row, month_of, next_month, number, place_of, points, unit_of

PAGE = 30
NAMES = {
    "pool": gettext_lazy("Points pool"),
    "gifts": gettext_lazy("Common pool"),
    "issuer": gettext_lazy("Issued so far"),
    "redeemed": gettext_lazy("Redeemed so far"),
    "expired": gettext_lazy("Run out so far"),
    "adjust": gettext_lazy("Adjustments"),
    "peer": gettext_lazy("Owed by other communities"),
    "member": gettext_lazy("Earned points of members"),
    "granted": gettext_lazy("Granted points of elders"),
}


class FillForm(forms.Form):
    """Points by a resolution."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    points = forms.IntegerField(label=gettext_lazy("How many points"), min_value=1, max_value=100_000_000)
    resolution = forms.CharField(
        label=gettext_lazy("By which resolution"), max_length=60, help_text=gettext_lazy("Its number and day")
    )


def rows_of(kind: str) -> str:
    """The list behind a figure."""
    people = kind in {"member", "granted"}
    return reverse("desk:pool_people") if people else f"{reverse('desk:pool_entries')}?kind={kind}"


@with_programme("timebank.see")
def pool(request: Any, programme: Any) -> HttpResponse:
    """What stands where, each figure with the rows behind it; a POST fills the pool by a resolution."""
    fills = may(request.me, "pool.fill", programme.stem, on=request.today)
    form = FillForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST":
        if not fills:
            raise Http404
        if form.is_valid() and filled(request, programme, form):
            return redirect("desk:pool")
    stands, terms = standing_of(programme), rule_on(programme, request.today).terms
    month = request.today.replace(day=1)
    context = {
        "programme": programme,
        "unit": unit_of(terms),
        "pool": points(stands.of("pool"), terms, rows_of("pool"), css="purse-big"),
        "around": points(stands.circulation, terms, reverse("desk:pool_around"), css="purse-big"),
        "aside": number(stands.aside, terms) if stands.aside else "",
        "figures": [
            (NAMES[kind], points(stands.of(kind), terms, rows_of(kind)))
            for kind in ("gifts", "issuer", "redeemed", "expired", "adjust")
        ],
        "people": points(stands.people, terms, reverse("desk:pool_people")),
        "grants": bool(terms.grants),
        "month": month,
        "form": form if fills else None,
    }
    return render(request, "desk/pool.html", context)


def filled(request: Any, programme: Any, form: FillForm) -> Any:
    """Fill the pool, and credit what waited for it; None where it was refused."""
    given = form.cleaned_data
    done = attempt(
        request,
        lambda: actions.fill_pool(programme=programme, by=request.me, now=request.now, **given),
        form=form,
        done=_("The pool is filled, and everybody can read it."),
    )
    if done is not None:
        actions.pay_waiting(programme=programme, by=request.me, now=request.now)
    return done


@with_programme("timebank.see")
def pool_entries(request: Any, programme: Any) -> HttpResponse:
    """Every line of one of the programme's accounts."""
    kind = request.GET.get("kind", "pool")
    if kind not in LISTED:
        raise Http404
    terms = rule_on(programme, request.today).terms
    lines, after = entries_on(programme, kind, after=request.GET.get("after"), size=PAGE)
    context = {
        "title": NAMES[kind],
        "total": points(standing_of(programme).of(kind), terms),
        "unit": unit_of(terms),
        "rows": [
            line_row(one, terms, reverse("desk:member_passbook", args=[no]) if no else "") | {"no": no}
            for one, no in lines
        ],
        "next": f"?{urlencode({'kind': kind, 'after': after})}" if after else "",
        "back": reverse("desk:pool"),
    }
    return render(request, "desk/pool_entries.html", context)


@with_programme("timebank.see")
def pool_around(request: Any, programme: Any) -> HttpResponse:
    """Points in circulation: who holds them, and that issued less redeemed less run out is the same."""
    stands, terms = standing_of(programme), rule_on(programme, request.today).terms
    context = {
        "unit": unit_of(terms),
        "total": points(stands.circulation, terms),
        "rows": [
            (NAMES[kind], points(stands.of(kind), terms, rows_of(kind) if kind != "peer" else ""))
            for kind in AROUND
            if stands.of(kind) or kind != "peer"
        ],
        "sums": [
            (NAMES[kind], points(stands.of(kind), terms, rows_of(kind)))
            for kind in ("issuer", "redeemed", "expired")
        ],
        "back": reverse("desk:pool"),
    }
    return render(request, "desk/pool_around.html", context)


@with_programme("timebank.see")
def pool_people(request: Any, programme: Any) -> HttpResponse:
    """Everybody with a passbook, and what stands in it."""
    stands, terms = standing_of(programme), rule_on(programme, request.today).terms
    found = page(holders(programme), order=("-id",), after=request.GET.get("after"), size=PAGE)
    purses = purses_of(found.rows)
    context = {
        "unit": unit_of(terms),
        "total": points(stands.people, terms),
        "rows": [
            {
                "url": reverse("desk:member_passbook", args=[one.no]),
                "name": masked(one.person),
                "no": one.no,
                "state": one.get_state_display(),
                "points": points(purses[one.pk].all, terms),
                "granted": points(purses[one.pk].granted, terms) if purses[one.pk].granted else "",
            }
            for one in found.rows
        ],
        "next": f"?{urlencode({'after': found.after})}" if found.after else "",
        "back": reverse("desk:pool"),
    }
    return render(request, "desk/pool_people.html", context)


@with_programme("timebank.see")
def pool_grants(request: Any, programme: Any) -> HttpResponse:
    """Who gets what in a month by the rule, before it is given; a POST gives it."""
    runs = may(request.me, "pool.fill", programme.stem, on=request.today)
    given = request.POST.get("month") or request.GET.get("month") or f"{request.today:%Y-%m}"
    month = month_of(given, request.today)
    address = f"{reverse('desk:pool_grants')}?month={month:%Y-%m}"
    if request.method == "POST":
        if not runs:
            raise Http404
        run = attempt(
            request,
            lambda: actions.run_grants(programme=programme, month=month, by=request.me, now=request.now),
        )
        if run is not None:
            told(request, run)
        return redirect(address)
    terms = rule_on(programme, request.today).terms
    rows = grants_due(programme, month, request.today)
    stands = standing_of(programme)
    wanted = sum(row.points for row in rows if not row.done)
    context = {
        "month": month,
        "unit": unit_of(terms),
        "rows": [
            {
                "name": masked(row.person), "age": age_on(row.person, request.today), "place": place_of(row.person),
                "group": CareKind(row.group).label, "points": points(row.points, terms), "done": row.done,
                "url": reverse("desk:member_passbook", args=[row.member.no]) if row.member else "",
            }
            for row in rows
        ],
        "waiting": sum(not row.done for row in rows),
        "wanted": number(wanted, terms),
        "short": number(wanted - stands.of("pool"), terms) if wanted > stands.of("pool") else "",
        "pool": points(stands.of("pool"), terms, rows_of("pool")),
        "runs": runs,
        "back": reverse("desk:pool"),
    }  # fmt: skip
    return render(request, "desk/pool_grants.html", context)


def told(request: Any, run: Any) -> None:
    """What a run of grants did, in words."""
    if run.waiting:
        words = _("{n} people have theirs; {left} wait until the pool is filled.")
        messages.warning(request, words.format(n=len(run.given), left=len(run.waiting)))
    else:
        messages.success(request, _("{n} people have theirs.").format(n=len(run.given)))


@with_programme("timebank.see")
def pool_expiry(request: Any, programme: Any) -> HttpResponse:
    """What runs out in a month, and whose it is."""
    text = request.GET.get("month", "")
    month = request.today.replace(day=1)
    for _step in range(24):
        if f"{month:%Y-%m}" == text:
            break
        month = next_month(month)
    else:
        month = request.today.replace(day=1)
    terms = rule_on(programme, request.today).terms
    rows = running_out(programme, month, next_month(month) - timedelta(days=1))
    context = {
        "month": month,
        "next_month": next_month(month),
        "unit": unit_of(terms),
        "total": points(sum(row.points for row in rows), terms),
        "rows": [
            {
                "day": row.day, "points": points(row.points, terms),
                "name": masked(row.member.person) if row.member else "",
                "url": reverse("desk:member_passbook", args=[row.member.no]) if row.member else "",
            }
            for row in rows
        ],
        "back": reverse("desk:pool"),
    }  # fmt: skip
    return render(request, "desk/pool_expiry.html", context)


urlpatterns = [
    path("pool/", pool, name="pool"),
    path("pool/around/", pool_around, name="pool_around"),
    path("pool/people/", pool_people, name="pool_people"),
    path("pool/grants/", pool_grants, name="pool_grants"),
    path("pool/expiry/", pool_expiry, name="pool_expiry"),
    path("pool/lines/", pool_entries, name="pool_entries"),
]
