"""What can be done with a need: each act a form of its own, opened in place or as a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from linli.ground.people.access import person_for
from linli.ground.people.actions import reveal
from linli.ground.places.queries import WorkCalendar
from linli.kit.refused import Refused
from linli.loop.ask.access import need_for
from linli.loop.ask.actions import (
    accept,
    extend,
    merge,
    recategorise,
    refuse,
    remark,
    respond,
    resume_clock,
    split,
    stop_clock,
    withdraw,
)
from linli.loop.ask.actions.clock import due_time
from linli.loop.ask.choices import PromiseFor, Urgency
from linli.loop.ask.queries import categories, promise_for
from linli.loop.evaluate.access import exclusion_for
from linli.loop.evaluate.actions import ask_exclusion, decide_exclusion
from linli.web.acts import attempt
from linli.web.desk import forms_need as forms
from linli.web.desk.shown import promise_words, title_row

Run = Callable[..., Any]


@dataclass(frozen=True)
class Act:
    """One thing to do: who may, its form, the action, what the button and the answer say."""

    verb: str
    form: type[forms.NeedForm]
    run: Run
    title: Any
    button: Any
    done: Any


def merge_into(*, need: Any, into: str, by: Any, now: Any, today: Any) -> Any:
    """Merge into the ask with this number, which must lie in the worker's areas too."""
    try:
        other = need_for(by, no=into, verb="need.triage", on=today)
    except Http404:
        raise Refused(_("There is no ask with this number in your areas."), field="into") from None
    return merge(need=need, into=other, by=by, now=now)


def plain(action: Run) -> Run:
    """An action that does not ask for the day."""

    def run(*, today: Any, **given: Any) -> Any:
        return action(**given)

    return run


ACTS: Mapping[str, Act] = {
    "take": Act(
        "need.triage",
        forms.TakeForm,
        plain(accept),
        gettext_lazy("Take it up"),
        gettext_lazy("Take it up"),
        gettext_lazy("Taken up. The promise runs from now."),
    ),
    "refuse": Act(
        "need.refuse",
        forms.RefuseForm,
        plain(refuse),
        gettext_lazy("Not ours to do"),
        gettext_lazy("Tell them kindly"),
        gettext_lazy("They will be told, with your words."),
    ),
    "answer": Act(
        "need.triage",
        forms.AnswerForm,
        plain(respond),
        gettext_lazy("Answer the person who asked"),
        gettext_lazy("Send the answer"),
        gettext_lazy("Your answer is on its way."),
    ),
    "note": Act(
        "need.triage",
        forms.NoteForm,
        plain(remark),
        gettext_lazy("A note for colleagues"),
        gettext_lazy("Keep the note"),
        gettext_lazy("Noted."),
    ),
    "stop": Act(
        "need.triage",
        forms.StopForm,
        plain(stop_clock),
        gettext_lazy("Let the clock stand still"),
        gettext_lazy("Let it stand still"),
        gettext_lazy("The clock stands still; they will hear why."),
    ),
    "resume": Act(
        "need.triage",
        forms.ResumeForm,
        plain(resume_clock),
        gettext_lazy("Let the clock go on"),
        gettext_lazy("Go on"),
        gettext_lazy("The clock goes on."),
    ),
    "extend": Act(
        "need.triage",
        forms.ExtendForm,
        plain(extend),
        gettext_lazy("Ask for more time"),
        gettext_lazy("Set the later limit"),
        gettext_lazy("There is more time now; they will hear why."),
    ),
    "merge": Act(
        "need.triage",
        forms.MergeForm,
        merge_into,
        gettext_lazy("The same as another ask"),
        gettext_lazy("Put them together"),
        gettext_lazy("Put together. Everyone who asked will hear."),
    ),
    "kind": Act(
        "need.triage",
        forms.TakeForm,
        plain(recategorise),
        gettext_lazy("Another kind or urgency"),
        gettext_lazy("Change it"),
        gettext_lazy("Changed; the promise counts from when it was taken up."),
    ),
    "withdraw": Act(
        "need.triage",
        forms.WithdrawForm,
        plain(withdraw),
        gettext_lazy("No longer needed"),
        gettext_lazy("Note that it is no longer needed"),
        gettext_lazy("Noted. Thank you for asking."),
    ),
    "split": Act(
        "need.triage",
        forms.SplitForm,
        plain(split),
        gettext_lazy("A matter of its own after all"),
        gettext_lazy("Let it go its own way"),
        gettext_lazy("It goes its own way again."),
    ),
    "exclude": Act(
        "need.exclude",
        forms.ExcludeForm,
        plain(ask_exclusion),
        gettext_lazy("Leave it out of the rates"),
        gettext_lazy("Ask for it"),
        gettext_lazy("Asked. Somebody else decides."),
    ),
}


@login_required
def need_act(request: HttpRequest, no: str, act: str) -> HttpResponse:
    """The form of one act and what comes of it; refused, it comes back with everything typed."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    if act not in ACTS:
        raise Http404
    what = ACTS[act]
    need = need_for(me, no=no, verb=what.verb, on=today)
    form = what.form(
        request.POST if request.method == "POST" else None,
        need=need,
        today=today,
        auto_id=f"id_{act}_{need.pk}_%s",
    )
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "need": need, "by": me, "now": now, "today": today}
        in_queue = request.htmx and reverse("desk:triage") in (request.htmx.current_url or "")  # type: ignore[attr-defined]
        if attempt(request, lambda: what.run(**given), form=form, done="" if in_queue else what.done):
            if in_queue:
                return render(request, "desk/need_act_done.html", {"done": what.done})
            url = reverse("desk:need", args=[no])
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)  # type: ignore[attr-defined]
    context = {"need": need, "form": form, "act": act, "what": what, "title": title_row(need)}
    page = "desk/need_act_form.html" if request.htmx else "desk/need_act.html"  # type: ignore[attr-defined]
    return render(request, page, context)


@login_required
@require_POST
def take_as_is(request: HttpRequest, no: str) -> HttpResponse:
    """Take up with the kind and urgency it came in with, in one touch from the queue."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, verb="need.triage", on=today)
    refused = ""
    try:
        if need.category is None:
            raise Refused(_("Please choose a kind first."))
        need = accept(need=need, category=need.category, urgency=need.urgency, by=me, now=now)
    except Refused as refusal:
        refused = str(refusal)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/triage_done.html", {"need": need, "refused": refused})
    if refused:
        messages.error(request, refused)
    return redirect("desk:need", no=no)


@login_required
def promise(request: HttpRequest, no: str) -> HttpResponse:
    """What would be promised for a kind and an urgency, while they are being chosen."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, verb="need.triage", on=today)
    chosen = request.GET.get("category", "")
    kind = (
        categories(on=today).filter(pk=int(chosen)).first() if chosen.isdigit() and len(chosen) < 18 else None
    )
    urgency = request.GET.get("urgency", "")
    urgency = urgency if urgency in Urgency.values else Urgency.NORMAL
    calendar = WorkCalendar()
    rows = {about: promise_for(kind, urgency, about, need.area, on=today) for about in PromiseFor.values}
    limits = {
        about: {"words": promise_words(f"{row.amount} {row.unit}"), "at": due_time(row, now, calendar)}
        for about, row in rows.items()
        if row
    }
    return render(request, "desk/need_promise.html", {"limits": limits, "kind": kind})


COLUMNS: Mapping[str, Any] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "door": gettext_lazy("Door"),
}


@login_required
@require_POST
def reveal_asker(request: HttpRequest, no: str, column: str) -> HttpResponse:
    """One private column of whoever asked, for a reason that is written down."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, on=today)
    if column not in COLUMNS or need.asker_id is None:
        raise Http404
    person = person_for(me, pk=need.asker_id, verb="person.reveal", on=today)
    reason = (request.POST.get("other") or request.POST.get("reason") or "").strip()
    try:
        value = reveal(person=person, columns=[column], reason=reason, by=me, now=now)[column]
    except Refused as refusal:
        return render(
            request, "parts/revealed.html", {"label": COLUMNS[column], "value": "—", "told": str(refusal)}
        )
    context = {"label": COLUMNS[column], "value": value or _("not known")}
    return render(request, "parts/revealed.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, no: str, pk: int) -> HttpResponse:
    """Agree to leave a case out of the rates, or not; never by whoever asked."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = exclusion_for(me, pk=pk, on=today)
    approve = request.POST.get("approve") == "yes"
    attempt(
        request,
        lambda: decide_exclusion(exclusion=row, approve=approve, by=me, now=now),
        done=_("Left out of the rates.") if approve else _("It stays in the rates."),
    )
    return redirect("desk:need", no=row.need.no)


urlpatterns = [
    path("needs/<str:no>/act/<slug:act>/", need_act, name="need_act"),
    path("needs/<str:no>/take/", take_as_is, name="need_take"),
    path("needs/<str:no>/promise/", promise, name="need_promise"),
    path("needs/<str:no>/reveal/<slug:column>/", reveal_asker, name="need_reveal"),
    path("needs/<str:no>/exclusion/<int:pk>/", decide, name="need_exclusion"),
]
