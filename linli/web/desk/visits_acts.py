"""One visit at the desk: who could go, the six digits, signing by a worker, put right, missed, confirmed by phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from linli.commons.timebank.access import member_for
from linli.commons.timebank.choices import ConfirmAs, SignHow
from linli.ground.journal.queries import events_of
from linli.ground.people.access import may
from linli.ground.people.queries import called, names_of
from linli.kit.masks import mask_text
from linli.loop.run import actions
from linli.loop.run.access import visit_for
from linli.loop.run.choices import VisitState
from linli.loop.run.queries import visits as queries
from linli.web.acts import attempt
from linli.web.desk.shown import WhenField
from linli.web.parts.visit_words import (
    SIGNED,
    building_words,
    clock_words,
    kindly,
    metres_words,
    minutes_words,
    when_words,
)

SENTENCES = {
    "visit.planned": gettext_lazy("planned it"),
    "visit.taken": gettext_lazy("has taken it"),
    "visit.given_back": gettext_lazy("has given it back"),
    "visit.started": gettext_lazy("signed in"),
    "visit.ended": gettext_lazy("signed out"),
    "visit.righted": gettext_lazy("put the times right"),
    "visit.unrecorded": gettext_lazy("could not be booked in the time bank as it is"),
    "visit.code_missed": gettext_lazy("typed a wrong code"),
    "visit.missed": gettext_lazy("nobody came"),
    "visit.cancelled": gettext_lazy("called it off"),
    "visit.confirmed": gettext_lazy("confirmed it"),
}
POINTS = {
    "held": gettext_lazy("{n} points set aside"),
    "taken": gettext_lazy("{n} points spent"),
    "freed": gettext_lazy("{n} points free again"),
    "frozen": gettext_lazy("{n} points in dispute"),
}
BY_ITSELF = gettext_lazy("By itself:")
HELPERS = 8


class RightForm(forms.Form):
    """When it really was, and how one knows."""

    started_at = WhenField(label=gettext_lazy("It began at"))
    ended_at = WhenField(label=gettext_lazy("It ended at"))
    why = forms.CharField(
        label=gettext_lazy("How do you know?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class OutForm(forms.Form):
    """What was done, said on the phone."""

    said = forms.CharField(
        label=gettext_lazy("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class MissForm(forms.Form):
    """Why nobody came, and when somebody comes instead."""

    reason = forms.CharField(label=gettext_lazy("What happened?"), max_length=200, required=False)
    again_at = WhenField(label=gettext_lazy("A second visit at"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)


class SayForm(forms.Form):
    """What they said on the phone."""

    words = forms.CharField(
        label=gettext_lazy("In their words"), required=False, max_length=500, widget=forms.Textarea
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Stars"), required=False, coerce=int, empty_value=None,
        choices=[(n, "★" * n) for n in range(5, 0, -1)], widget=forms.RadioSelect,
    )  # fmt: skip


def helper_lines(visit: Any) -> list[dict[str, Any]]:
    """Who could go, those wished for and the nearest first."""
    found = queries.who_could([visit])[visit.pk][:HELPERS]
    here = queries.home_of(visit.receiver)
    return [
        {
            "no": one.no,
            "name": called(one.person),
            "far": metres_words(queries.in_steps(queries.metres_to(here, queries.point_of(one.person)))),
            "wished": one.pk == visit.booking.wanted_id,
            "strength": one.get_strength_display(),
        }
        for one in found
    ]


def events(visit: Any) -> list[dict[str, Any]]:
    """What happened to it, in warm sentences."""
    rows = [event for event in events_of("visit", visit.pk) if event.verb in SENTENCES]
    names = names_of(event.actor for event in rows)
    return [
        {"at": event.at, "who": names.get(event.actor or 0, str(BY_ITSELF)), "words": str(SENTENCES[event.verb])}
        for event in rows
    ]  # fmt: skip


def facts(visit: Any, today: Any) -> dict[str, Any]:
    """What the head of the page says."""
    ticked = set(visit.ticks)
    return {
        "no": visit.no,
        "who": kindly(visit.receiver, today),
        "person_url": reverse("desk:visits_person", args=[visit.receiver_id]),
        "service": visit.service.name,
        "when": when_words(visit.starts_at, visit.minutes, today),
        "length": minutes_words(visit.minutes),
        "place": building_words(visit),
        "helper": called(visit.member.person) if visit.member else "",
        "member": visit.member.no if visit.member else "",
        "holiday": queries.holiday(timezone.localtime(visit.starts_at).date()),
        "code": f"{visit.code[:3]} {visit.code[3:]}" if visit.code and visit.state in queries.HERS else "",
        "note": mask_text(visit.booking.note),
        "asked": called(visit.booking.asked_by),
        "how": mask_text(visit.booking.how),
        "weekly": visit.booking.weekly,
        "payment": str(POINTS[visit.payment.state]).format(n=visit.payment.points) if visit.payment else "",
        "in": clock_words(visit.in_at) if visit.in_at else "",
        "in_how": SIGNED.get(visit.in_how, ""),
        "out": clock_words(visit.out_at) if visit.out_at else "",
        "out_how": SIGNED.get(visit.out_how, ""),
        "metres": visit.distance_m,
        "said": mask_text(visit.said),
        "ended_why": mask_text(visit.ended_why),
        "righted": called(visit.righted_by),
        "righted_why": mask_text(visit.righted_why),
        "steps": [
            {"label": words, "done": rank in ticked, "current": False}
            for rank, words in enumerate(visit.service.steps, start=1)
        ],
        "record": visit.record_id,
    }


def forms_of(request: Any, visit: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """The forms that fit its state and the viewer."""
    me, on, now = request.me, request.today, request.now
    keeps, signs = may(me, "booking.keep", visit.stem, on=on), may(me, "visit.sign", visit.stem, on=on)
    state, late = visit.state, now >= visit.starts_at + timedelta(minutes=15)
    over, near = now > visit.starts_at, now >= visit.starts_at - timedelta(minutes=60)
    times = {"started_at": visit.in_at or visit.starts_at, "ended_at": visit.out_at or queries.end_of(visit)}
    unbooked = state == VisitState.ENDED and visit.record_id is None
    found: dict[str, Any] = {
        "right": RightForm(initial=times)
        if signs and ((state in queries.HERS and over) or unbooked)
        else None,
        "sign_in": signs and state == VisitState.TAKEN and near and now <= queries.end_of(visit),
        "out": OutForm() if signs and state == VisitState.STARTED else None,
        "miss": MissForm() if keeps and late and state in {VisitState.OPEN, VisitState.TAKEN} else None,
        "back": ReasonForm() if keeps and state == VisitState.TAKEN else None,
        "cancel": ReasonForm() if keeps and state in {VisitState.OPEN, VisitState.TAKEN} else None,
        "say": SayForm()
        if may(me, "record.confirm", visit.stem, on=on) and state == VisitState.ENDED and not unbooked
        else None,
    }
    return {**found, **{name: form for name, form in sent.items() if found.get(name)}}


def page_of(request: Any, visit: Any, **sent: Any) -> HttpResponse:
    """The page of a visit, with the form that was refused."""
    keeps = may(request.me, "booking.keep", visit.stem, on=request.today)
    context = {
        "visit": visit,
        "v": facts(visit, request.today),
        "helpers": helper_lines(visit) if visit.state == VisitState.OPEN else [],
        "keeps": keeps,
        "open": next(iter(sent), ""),
        "events": events(visit),
        **forms_of(request, visit, sent),
    }
    return render(request, "desk/visit.html", context)


@login_required
@never_cache
def visit(request: Any, no: str) -> HttpResponse:
    """One visit."""
    return page_of(request, visit_for(request.me, no=no, on=request.today))


@login_required
def who(request: Any, no: str) -> HttpResponse:
    """Opened in place: who could go."""
    row = visit_for(request.me, no=no, on=request.today)
    keeps = may(request.me, "booking.keep", row.stem, on=request.today)
    context = {"v": facts(row, request.today), "helpers": helper_lines(row), "keeps": keeps}
    return render(request, "desk/visits_who.html", context | {"base": base_of(request)})


@login_required
def say(request: Any, no: str) -> HttpResponse:
    """Opened in place: what was done, and what they say about it."""
    row = visit_for(request.me, no=no, on=request.today)
    can = row.record_id and may(request.me, "record.confirm", row.stem, on=request.today)
    context = {"v": facts(row, request.today), "say": SayForm(auto_id=f"id_{row.pk}_%s") if can else None}
    return render(request, "desk/visits_say.html", context | {"base": base_of(request)})


def base_of(request: Any) -> str:
    """The frame of the desk; none around a part of a page."""
    return "desk/bare_part.html" if request.htmx else "parts/base.html"


def done_row(request: Any, row: Any, title: str, note: str) -> HttpResponse:
    """What stands in the list once it is done; without htmx the page of the visit."""
    if not request.htmx:
        return redirect("desk:visit", row.no)
    shown = {
        "icon": "check", "tone": "done", "title": title, "note": note, "url": reverse("desk:visit", args=[row.no])
    }  # fmt: skip
    return reswap(retarget(render(request, "desk/today_row_only.html", {"row": shown}), "closest .today-row"), "outerHTML")  # fmt: skip


@login_required
@require_POST
def give(request: Any, no: str) -> HttpResponse:
    """Somebody said on the phone that they go."""
    row = visit_for(request.me, no=no, verb="booking.keep", on=request.today)
    member = member_for(request.me, no=request.POST.get("member", ""), on=request.today)
    name = called(member.person)
    got = attempt(
        request,
        lambda: actions.take_visit(visit=row, member=member, by=request.me, now=request.now),
        done=None if request.htmx else _("{name} goes there.").format(name=name),
    )
    if got is None:
        return redirect("desk:visit", no)
    title = f"{name} → {kindly(row.receiver, request.today)} · {row.service.name}"
    told = _("{name} goes there; the six digits are on the page.").format(name=name)
    return done_row(request, row, title, told)


@login_required
@require_POST
def confirm(request: Any, no: str) -> HttpResponse:
    """They said on the phone or at the door that it was so."""
    row = visit_for(request.me, no=no, verb="record.confirm", on=request.today)
    form = SayForm(request.POST)
    if not form.is_valid():
        return page_of(request, row, say=form)
    told = form.cleaned_data
    done = attempt(
        request,
        lambda: actions.confirm_visit(
            visit=row, by=request.me, role=ConfirmAs.WORKER, now=request.now, **told
        ),
        form=form,
        done=None if request.htmx else _("Written down: they say it was so."),
    )
    if done is None:
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return done_row(request, row, words, "") if request.htmx else page_of(request, row, say=form)
    name = called(row.member.person) if row.member else ""
    title = f"{name} → {kindly(row.receiver, request.today)} · {row.service.name}"
    return done_row(request, row, title, _("Written down: they say it was so."))


def act(name: str, form_class: type[forms.Form], verb: str, run: Callable[..., Any], done: Any) -> Any:
    """A page that takes one form and does one thing with a visit."""

    @login_required
    @require_POST
    def page(request: Any, no: str) -> HttpResponse:
        row = visit_for(request.me, no=no, verb=verb, on=request.today)
        form = form_class(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            made = attempt(
                request,
                lambda: run(visit=row, by=request.me, now=request.now, **given),
                form=form,
                done=done,
            )
            if made is not None:
                return redirect("desk:visit", made.no)
        return page_of(request, visit_for(request.me, no=no, on=request.today), **{name: form})

    return page


def sign_in(*, visit: Any, by: Any, now: Any) -> Any:
    """Somebody called: she is there."""
    return actions.sign_in(visit=visit, how=SignHow.WORKER, by=by, now=now)


def sign_out(*, visit: Any, by: Any, now: Any, said: str) -> Any:
    """Somebody called: she has gone; all steps were done."""
    steps = range(1, len(visit.service.steps) + 1)
    return actions.sign_out(visit=visit, how=SignHow.WORKER, by=by, now=now, said=said, ticks=steps)


enter = act("sign_in", forms.Form, "visit.sign", sign_in, gettext_lazy("Signed in by your mark."))
leave = act("out", OutForm, "visit.sign", sign_out, gettext_lazy("Signed out by your mark."))
right = act("right", RightForm, "visit.sign", actions.right_visit, gettext_lazy("Put right, with your name."))
miss = act("miss", MissForm, "booking.keep", actions.miss_visit, gettext_lazy("Written down; they are told."))
back = act("back", ReasonForm, "booking.keep", actions.give_back, gettext_lazy("It looks for somebody again."))  # fmt: skip
call_off = act("cancel", ReasonForm, "booking.keep", actions.cancel_visit, gettext_lazy("Called off; they are told."))  # fmt: skip


urlpatterns = [
    path("visits/<str:no>/", visit, name="visit"),
    path("visits/<str:no>/who/", who, name="visit_who"),
    path("visits/<str:no>/say/", say, name="visit_say"),
    path("visits/<str:no>/give/", give, name="visit_give"),
    path("visits/<str:no>/confirm/", confirm, name="visit_confirm"),
    path("visits/<str:no>/in/", enter, name="visit_in"),
    path("visits/<str:no>/out/", leave, name="visit_out"),
    path("visits/<str:no>/right/", right, name="visit_right"),
    path("visits/<str:no>/miss/", miss, name="visit_miss"),
    path("visits/<str:no>/back/", back, name="visit_back"),
    path("visits/<str:no>/cancel/", call_off, name="visit_cancel"),
]
