"""Service records: confirmed, looked at twice, approved by as many as the rule wants; corrected in the open."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from linli.commons.timebank import actions
from linli.commons.timebank.access import disputes_for, member_for, programmes_for, record_for, records_for
from linli.commons.timebank.choices import ClaimState, ConfirmAs, FindingVerdict
from linli.commons.timebank.queries.checks import LIVE, finding_of
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.records import OVER, chain_of, to_approve, to_confirm, to_look
from linli.ground.journal.queries import events_of
from linli.ground.people.access import may, may_anywhere, require
from linli.ground.people.queries import called
from linli.kit import keyset
from linli.web.acts import attempt
from linli.web.desk.records_shown import booked_lines, cards, claim_words, record_line
from linli.web.desk.shown import count_words

PAGE, CAP = 12, 99
TABS = ("approve", "look", "confirm", "pool", "all")
DISPUTABLE = frozenset(ClaimState) - {ClaimState.FROZEN, ClaimState.REFUSED, ClaimState.CORRECTED}


class NoForm(forms.Form):
    """Why it does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class SayForm(forms.Form):
    """What they said when a worker asked."""

    words = forms.CharField(max_length=500, required=False)
    rating = forms.TypedChoiceField(
        choices=[(n, n) for n in range(1, 6)], coerce=int, empty_value=None, required=False
    )


class LookForm(forms.Form):
    """What the second look found."""

    words = forms.CharField(
        label=gettext_lazy("What you found out"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


class CorrectForm(forms.Form):
    """How long it really was, and why it is corrected."""

    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes it really was"), min_value=0, max_value=1440,
        help_text=gettext_lazy("0 where it did not take place."),
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def labels() -> dict[str, str]:
    """The tabs in words."""
    return {
        "approve": _("To approve"),
        "look": _("Look twice"),
        "confirm": _("Not confirmed yet"),
        "pool": _("Wait for the pool"),
        "all": _("All"),
    }


def hints(tab: str) -> tuple[str, str]:
    """What an empty tab says."""
    return {
        "approve": (
            _("No hours wait for a second pair of eyes."),
            _("Thank the volunteers; they have earned it."),
        ),
        "look": (
            _("Nothing looks strange."),
            _("Once a month a few visits are drawn and looked at on the door."),
        ),
        "confirm": (_("Everybody has said how it was."), _("Who has had no visit this week?")),
        "pool": (_("Everything approved has been credited."), _("The pool holds enough for now.")),
        "all": (_("Nobody has served yet."), _("When a visit ends, its record stands here.")),
    }[tab]


def rows_of(request: Any, tab: str) -> Any:
    """The records of a tab."""
    me, today = request.me, request.today
    stems = require(me, "timebank.see", on=today)
    if tab == "approve":
        return to_approve(stems).exclude(pk__in=to_look(stems).order_by().values("pk"))
    if tab == "look":
        return to_look(stems)
    if tab == "confirm":
        return to_confirm(stems)
    rows = records_for(me, on=today)
    if tab == "pool":
        return rows.filter(claim__state=ClaimState.APPROVED).order_by("id")
    if no := request.GET.get("member", ""):
        rows = rows.filter(member=member_for(me, no=no, on=today))
    if no := request.GET.get("receiver", ""):
        rows = rows.filter(receiver=member_for(me, no=no, on=today).person_id)
    state = request.GET.get("state", "")
    return rows.filter(claim__state=state) if state in ClaimState.values else rows


@login_required
def records(request: Any) -> HttpResponse:
    """One queue with its tabs; what can be decided is decided in place."""
    tab = request.GET.get("tab", "approve")
    if tab not in TABS:
        raise Http404
    me, today = request.me, request.today
    rows = rows_of(request, tab)
    order = ("-id",) if tab == "all" else ("id",)
    found = keyset.page(rows, order=order, after=request.GET.get("after"), size=PAGE)
    here = reverse("desk:records")
    keep = {name: request.GET.get(name, "") for name in ("member", "receiver", "state")}
    query = {name: value for name, value in {"tab": tab, **keep, "after": found.after or ""}.items() if value}
    words, hint = hints(tab)
    context = {
        "tab": tab,
        "tabs_": [
            {"url": f"{here}?tab={name}", "label": label, "current": name == tab, "count": count_of(request, name, tab, found)}
            for name, label in labels().items()
        ],
        "cards": cards(found.rows, me, today) if tab != "all" else [],
        "rows": [record_line(row) for row in found.rows] if tab == "all" else [],
        "next": f"{here}?{urlencode(query)}" if found.after else "",
        "approves": may_anywhere(me, "record.approve", on=today),
        "confirms": may_anywhere(me, "record.confirm", on=today),
        "fills": may_anywhere(me, "pool.fill", on=today),
        "programmes": list(programmes_for(me, on=today)) if tab == "pool" else [],
        "empty": {"words": words, "hint": hint},
    }  # fmt: skip
    return render(request, "desk/records.html", context)


def count_of(request: Any, name: str, tab: str, found: Any) -> str | None:
    """How many wait under a tab, counted to the cap; the whole list is not counted."""
    if name == "all" or request.GET.get("after"):
        return None
    if name == tab and found.after is None:
        return str(len(found.rows))
    return count_words(len(rows_of(request, name).order_by().values_list("pk", flat=True)[: CAP + 1]), CAP)


def fresh(request: Any, pk: int, words: str = "") -> HttpResponse:
    """The card as it stands now, in place of the one that was answered; without htmx back to the queue."""
    if not request.htmx:
        return redirect("desk:record", pk)
    record = record_for(request.me, pk=pk, on=request.today)
    (card,) = cards([record], request.me, request.today)
    approves = may(request.me, "record.approve", record.stem, on=request.today)
    answer = render(request, "desk/record_card.html", {"r": card, "told": words, "approves": approves})
    return reswap(retarget(answer, "closest .record-card"), "outerHTML")


@login_required
@require_POST
def record_approve(request: Any, pk: int) -> HttpResponse:
    """One approver's yes or no."""
    record = record_for(request.me, pk=pk, verb="record.approve", on=request.today)
    good = request.POST.get("good") != "no"
    form = NoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = attempt(
        request,
        lambda: actions.approve_record(
            record=record, good=good, reason=reason, by=request.me, now=request.now
        ),
        form=form if request.htmx else None,
        done=None if request.htmx else _("Noted."),
    )
    told = "" if done is not None else " ".join(str(one) for errors in form.errors.values() for one in errors)
    return fresh(request, pk, told)


@login_required
@require_POST
def record_confirm(request: Any, pk: int) -> HttpResponse:
    """A worker asked whoever was cared for: it was so."""
    record = record_for(request.me, pk=pk, verb="record.confirm", on=request.today)
    form = SayForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {}
    done = attempt(
        request,
        lambda: actions.confirm_record(
            record=record, role=ConfirmAs.WORKER, by=request.me, now=request.now, **given
        ),
        form=form if request.htmx else None,
        done=None if request.htmx else _("Noted."),
    )
    told = "" if done is not None else " ".join(str(one) for errors in form.errors.values() for one in errors)
    return fresh(request, pk, told)


@login_required
@require_POST
def record_look(request: Any, pk: int, finding: int) -> HttpResponse:
    """What a second look found."""
    record = record_for(request.me, pk=pk, verb="record.confirm", on=request.today)
    row = finding_of(record, finding)
    if row is None:
        raise Http404
    verdict = FindingVerdict.NOT_FINE if request.POST.get("fine") == "no" else FindingVerdict.FINE
    form = LookForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    done = attempt(
        request,
        lambda: actions.see_finding(
            finding=row, verdict=verdict, words=words, by=request.me, now=request.now
        ),
        form=form if request.htmx else None,
        done=None if request.htmx else _("Noted."),
    )
    told = "" if done is not None else " ".join(str(one) for errors in form.errors.values() for one in errors)
    return fresh(request, pk, told)


def page_of(request: Any, record: Any, form: CorrectForm | None = None) -> HttpResponse:
    """A record with its whole chain, what it earned and by which rule, and everybody who had a hand in it."""
    me, today = request.me, request.today
    chain = chain_of(record)
    (card,) = cards([record], me, today)
    corrects = may(me, "record.correct", record.stem, on=today) and record.member.person_id != me.pk
    corrects = corrects and record.claim.state != ClaimState.CORRECTED
    context = {
        "r": card,
        "record": record,
        "claim": record.claim,
        "claim_words": claim_words(record.claim),
        "gives": record.claim.rule_id and record.claim.state not in OVER,
        "chain": [
            record_line(one) | {"current": one.pk == record.pk, "why": one.why, "who": called(one.made_by)}
            for one in chain
        ],
        "form": form or (CorrectForm(initial={"minutes": record.minutes}) if corrects else None),
        "booked": booked_lines(chain, rule_on(record.programme, today).terms),
        "dispute": disputes_for(me, on=today).filter(record=record, state__in=LIVE).first(),
        "disputes": record.claim.state in DISPUTABLE and may(me, "record.confirm", record.stem, on=today),
        "approves": may(me, "record.approve", record.stem, on=today),
        "events": events(record),
    }
    return render(request, "desk/record.html", context)


def events(record: Any) -> list[dict[str, Any]]:
    """What happened to a record, in words."""
    words = {
        "record.made": _("Written down."),
        "record.confirmed": _("Confirmed."),
        "record.looked_at": _("Looked at twice."),
        "record.approved": _("Approved."),
        "record.refused": _("Not approved."),
        "record.credited": _("Credited."),
        "record.corrected": _("Replaced by a correction."),
        "record.debt": _("Part of it was spent already: a loss the committee decides on."),
        "spot.checked": _("Looked at on the door."),
    }
    rows = [row for row in events_of("record", record.pk) if row.verb in words]
    return [{"at": row.at, "words": words[row.verb], "step": 4} for row in rows]


@login_required
def record(request: Any, pk: int) -> HttpResponse:
    """One record; a POST corrects it."""
    found = record_for(request.me, pk=pk, on=request.today)
    if request.method != "POST":
        return page_of(request, found)
    found = record_for(request.me, pk=pk, verb="record.correct", on=request.today)
    form = CorrectForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(
            request,
            lambda: actions.correct_record(record=found, **given, by=request.me, now=request.now),
            form=form,
            done=_("Corrected. Both records stay; the points follow once the new one is approved."),
        )
        if made is not None:
            return redirect("desk:record", made.pk)
    return page_of(request, found, form)


urlpatterns = [
    path("records/", records, name="records"),
    path("records/<int:pk>/", record, name="record"),
    path("records/<int:pk>/approve/", record_approve, name="record_approve"),
    path("records/<int:pk>/confirm/", record_confirm, name="record_confirm"),
    path("records/<int:pk>/look/<int:finding>/", record_look, name="record_look"),
]
