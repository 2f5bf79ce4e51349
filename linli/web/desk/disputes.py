"""Disputes at the desk: what is open, both sides, and the decision of somebody with no part in it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.access import dispute_for, disputes_for, record_for
from linli.commons.timebank.actions import disputes as acts
from linli.commons.timebank.choices import DisputeState, PaymentKind, Verdict
from linli.commons.timebank.queries.booked import booked_for
from linli.commons.timebank.queries.checks import LIVE
from linli.commons.timebank.queries.programmes import rule_on
from linli.ground.people.access import may, require
from linli.kit import keyset
from linli.web.acts import attempt
from linli.web.desk.records_shown import record_line
from linli.web.parts.dispute import line, shown
from linli.web.parts.purse import amount_words


class OpenForm(forms.Form):
    """What is wrong. The key is made when the form is shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What the other side says."""

    answer = forms.CharField(
        label=gettext_lazy("What the other side says"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class DecideForm(forms.Form):
    """The decision and its grounds."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that count"), min_value=1, max_value=1440, required=False
    )
    points = forms.IntegerField(label=gettext_lazy("Points that are taken"), min_value=1, required=False)
    grounds = forms.CharField(
        label=gettext_lazy("Grounds"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Both sides read this."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, of_order: bool = False) -> None:
        super().__init__(data)
        if of_order:
            fields: Any = self.fields
            fields["verdict"].choices = [one for one in Verdict.choices if one[0] != Verdict.LESS]
            del fields["points"]


@login_required
def disputes(request: Any) -> HttpResponse:
    """Open ones first, or all."""
    me, today = request.me, request.today
    require(me, "timebank.see", on=today)
    every = request.GET.get("all") == "1"
    rows = disputes_for(me, on=today)
    if not every:
        rows = rows.filter(state__in=LIVE)
    found = keyset.page(rows, order=("-id",), after=request.GET.get("after"))
    here = reverse("desk:disputes")
    keep = "all=1&" if every else ""
    context = {
        "tabs_": [
            {"url": here, "label": _("To be decided"), "current": not every},
            {"url": f"{here}?all=1", "label": _("All"), "current": every},
        ],
        "rows": [line(row) for row in found.rows],
        "next": f"{here}?{keep}after={found.after}" if found.after else "",
    }
    return render(request, "desk/disputes.html", context)


def is_order(row: Any) -> bool:
    """Whether it is about goods: an order moves whole."""
    return bool(row.payment_id and row.payment.kind == PaymentKind.GOODS)


def lost(row: Any, today: Any) -> str:
    """What was spent already when it was decided, in points; "" where nothing was."""
    if not row.record_id or row.state != DisputeState.DECIDED:
        return ""
    points = sum(one.loss for one in booked_for([row.record]))
    return amount_words(points, rule_on(row.programme, today).terms) if points else ""


def page_of(request: Any, row: Any, answer: Any = None, decide: Any = None) -> HttpResponse:
    """Both sides, and what this person may do."""
    me, today = request.me, request.today
    live = row.state in LIVE
    answers = row.state == DisputeState.OPEN and may(me, "record.confirm", row.stem, on=today)
    answers = answers and row.opened_by_id != me.pk and not acts.side_of(row, me)
    decides = live and may(me, "dispute.decide", row.stem, on=today)
    part = decides and me.pk in acts.involved(row)
    context = {
        "d": shown(row),
        "record": record_line(row.record) if row.record_id else None,
        "answer": answer or (AnswerForm() if answers else None),
        "decide": decide or (DecideForm(of_order=is_order(row)) if decides and not part else None),
        "part": part,
        "loss": lost(row, today),
        "of_record": bool(row.record_id),
    }
    return render(request, "desk/dispute.html", context)


@login_required
def dispute(request: Any, pk: int) -> HttpResponse:
    """One dispute."""
    return page_of(request, dispute_for(request.me, pk=pk, on=request.today))


@login_required
@require_POST
def dispute_answer(request: Any, pk: int) -> HttpResponse:
    """What the other side said when a worker asked."""
    row = dispute_for(request.me, pk=pk, verb="record.confirm", on=request.today)
    form = AnswerForm(request.POST)
    if form.is_valid():
        words = form.cleaned_data["answer"]
        done = attempt(
            request,
            lambda: actions.answer_dispute(dispute=row, words=words, by=request.me, now=request.now),
            form=form,
            done=_("Noted."),
        )
        if done is not None:
            return redirect("desk:dispute", pk)
    return page_of(request, row, answer=form)


@login_required
@require_POST
def dispute_decide(request: Any, pk: int) -> HttpResponse:
    """The decision."""
    row = dispute_for(request.me, pk=pk, verb="dispute.decide", on=request.today)
    form = DecideForm(request.POST, of_order=is_order(row))
    if form.is_valid():
        done = attempt(
            request,
            lambda: actions.decide_dispute(dispute=row, **form.cleaned_data, by=request.me, now=request.now),
            form=form,
            done=_("Decided. Both sides are told."),
        )
        if done is not None:
            return redirect("desk:dispute", pk)
    return page_of(request, row, decide=form)


@login_required
def dispute_new(request: Any, record: int) -> HttpResponse:
    """A worker says what is wrong with a record."""
    found = record_for(request.me, pk=record, verb="record.confirm", on=request.today)
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.open_dispute(record=found, **form.cleaned_data, by=request.me, now=request.now),
            form=form,
            done=_("Nothing moves until it is decided. Both sides are told."),
        )
        if made is not None:
            return redirect("desk:dispute", made.pk)
    return render(request, "desk/dispute_new.html", {"form": form, "record": record_line(found)})


urlpatterns = [
    path("disputes/", disputes, name="disputes"),
    path("disputes/new/<int:record>/", dispute_new, name="dispute_new"),
    path("disputes/<int:pk>/", dispute, name="dispute"),
    path("disputes/<int:pk>/answer/", dispute_answer, name="dispute_answer"),
    path("disputes/<int:pk>/decide/", dispute_decide, name="dispute_decide"),
]
