"""Find help for a need: candidates with their reasons, why the others do not fit, agree or choose otherwise."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.kit.refused import Refused
from linli.loop.ask.access import need_for
from linli.loop.link.access import match_for, resource_for_need
from linli.loop.link.actions import agree, release
from linli.loop.link.queries import agreed, candidates
from linli.web.acts import attempt
from linli.web.desk.shown import DayField, need_line, resource_name

MOST_UNFIT = 30


class WantForm(forms.Form):
    """For which day, and how much of it."""

    wanted_on = DayField(label=gettext_lazy("For which day"), required=False)
    amount = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=10_000, required=False)


class AgreeForm(WantForm):
    """The same, with the reason where the advice is another."""

    override = forms.CharField(
        label=gettext_lazy("Why nevertheless"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def wanted(form: forms.Form, today: Any) -> tuple[Any, int]:
    """The day and amount asked for; today and one where nothing sensible was."""
    given = form.cleaned_data if form.is_valid() else {}
    return given.get("wanted_on") or today, given.get("amount") or 1


def card(proposal: Any, need: Any, query: str) -> dict[str, Any]:
    """A proposal as parts/candidate.html wants it."""
    resource = proposal.resource
    name = resource_name(resource)
    agree_url = reverse("desk:match_agree", args=[need.no, resource.pk])
    return {
        "pk": resource.pk,
        "name": name,
        "kind": resource.get_kind_display(),
        "score": proposal.candidate.score if proposal.candidate.fits else None,
        "reasons": proposal.reasons,
        "against": proposal.against,
        "fits": proposal.candidate.fits,
        "url": reverse("desk:resource", args=[resource.pk]),
        "agree_url": f"{agree_url}?{query}",
        "accept_url": f"{agree_url}?{query}" if proposal.candidate.fits else "",
        "accept_label": _("Agree with {name}").format(name=name),
    }


def page(request: HttpRequest, need: Any, *, refused: forms.Form | None = None, at: int = 0) -> HttpResponse:
    """The candidates, with what was typed where it was refused."""
    today = request.today  # type: ignore[attr-defined]
    form = WantForm(request.GET or None)
    day, amount = wanted(form, today)
    query = urlencode({"wanted_on": day.isoformat(), "amount": amount})
    cards = [card(row, need, query) for row in candidates(need, on=today, wanted_on=day, amount=amount)]
    unfit = [one for one in cards if not one["fits"]]
    chosen = [one for one in unfit if one["pk"] == at]
    context = {
        "need": need,
        "line": need_line(need),
        "want": form if form.is_bound else WantForm(initial={"wanted_on": today, "amount": 1}),
        "fitting": [one for one in cards if one["fits"]],
        "unfit": (chosen + [one for one in unfit if one["pk"] != at])[:MOST_UNFIT],
        "agreed": [{"match": row, "name": resource_name(row.resource)} for row in agreed(need)],
        "refused": refused,
        "at": at,
    }
    return render(request, "desk/matching.html", context)


@login_required
def matching(request: HttpRequest, no: str) -> HttpResponse:
    """Who could help, with reasons; who could not, and why."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    return page(request, need_for(me, no=no, verb="match.decide", on=today))


@login_required
@require_POST
def match_agree(request: HttpRequest, no: str, pk: int) -> HttpResponse:
    """Agree. Whoever is second for the last place reads why, and finds the others still there."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, verb="match.decide", on=today)
    resource = resource_for_need(me, need, pk=pk, on=today)
    form = AgreeForm({**request.GET.dict(), **request.POST.dict()})
    day, amount = wanted(form, today)
    override = form.cleaned_data.get("override") or ""
    given = {"wanted_on": day, "amount": amount, "override": override, "by": me, "now": now}
    match = attempt(request, lambda: agree(need=need, resource=resource, **given), form=form)
    if match is None:
        return page(request, need, refused=form, at=pk)
    undo = reverse("desk:match_release", args=[match.pk])
    words = _("Agreed with {name}.").format(name=resource_name(resource))
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("desk:need", no=no)


@login_required
@require_POST
def match_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place back."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    match = match_for(me, pk=pk, on=today)
    try:
        release(match=match, text=request.POST.get("text", "")[:500], by=me, now=now)
        messages.success(request, _("The place is free again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:matching", no=match.need.no)


urlpatterns = [
    path("needs/<str:no>/help/", matching, name="matching"),
    path("needs/<str:no>/help/<int:pk>/", match_agree, name="match_agree"),
    path("matches/<int:pk>/release/", match_release, name="match_release"),
]
