"""One visit on the phone of whoever goes there: taken, signed in, steps ticked, signed out, given back."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.commons.timebank.access import own_member
from linli.commons.timebank.choices import SignHow
from linli.ground.people.actions import reveal
from linli.ground.people.queries import masked
from linli.ground.photos.actions import keep_photo
from linli.kit.masks import mask_address, mask_phone, mask_text
from linli.kit.refused import Refused
from linli.loop.run.access import open_visit_for, own_visit_for
from linli.loop.run.actions import give_back, sign_in, sign_out, take_visit
from linli.loop.run.queries.visits import HERS, home_of, in_steps, metres_to, point_of, points_for
from linli.web.acts import attempt
from linli.web.parts.visit_words import SIGNED, clock_words, metres_words, minutes_words
from linli.web.pocket.home import served
from linli.web.pocket.shown import SIGN_IN_MINUTES, bar, basics, own_card, somebody

LABELS = {"name": gettext_lazy("Name"), "phone": gettext_lazy("Phone"), "door": gettext_lazy("Door")}
CARD_CHARS = 16
OPENS = timedelta(minutes=SIGN_IN_MINUTES)


class SignForm(forms.Form):
    """The card that was scanned, or the six digits; where the phone is, if it says so."""

    card = forms.CharField(required=False, max_length=CARD_CHARS, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("The six digits"), required=False, max_length=12,
        error_messages={"required": gettext_lazy("Please type the six digits.")},
        widget=forms.TextInput(attrs={
            "inputmode": "numeric", "autocomplete": "off", "class": "pocket-code", "data-never": "",
        }),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["code"].required = not self["card"].value()

    def proof(self) -> dict[str, str]:
        """How she was let in, as the actions take it."""
        card = self.cleaned_data["card"]
        return {"how": SignHow.QR if card else SignHow.CODE, "code": card or self.cleaned_data["code"]}

    def position(self) -> tuple[float, float] | None:
        """Where the phone is; None where it does not say."""
        lon, lat = self.cleaned_data["lon"], self.cleaned_data["lat"]
        return None if lon is None or lat is None else (lon, lat)


class OutForm(SignForm):
    """What was done: the steps, a sentence, a photo if one likes."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    said = forms.CharField(
        label=gettext_lazy("What did you do?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence; the family reads it."),
    )  # fmt: skip


class BackForm(forms.Form):
    """Why she cannot come."""

    reason = forms.CharField(label=gettext_lazy("What came in between?"), required=False, max_length=200)


def steps_of(visit: Any, ticks: Any) -> list[dict[str, Any]]:
    """The checklist with its ticks."""
    chosen = {str(one) for one in ticks}
    return [
        {"rank": rank, "words": words, "on": str(rank) in chosen}
        for rank, words in enumerate(visit.service.steps, start=1)
    ]


def page_of(request: Any, visit: Any, form: Any = None, back: Any = None) -> HttpResponse:
    """The page of a visit of hers, with the form that was refused."""
    card = request.GET.get("card", "")[:CARD_CHARS]
    started = visit.state == "started"
    made = form or (OutForm if started else SignForm)(initial={"card": card})
    ticks = request.POST.getlist("ticks") if request.method == "POST" else visit.ticks
    context = {
        "visit": visit,
        "card": own_card(visit, request.now, request.today),
        "scanned": bool(made["card"].value()) and not made.errors,
        "note": mask_text(visit.booking.note),
        "form": made,
        "back": back or BackForm(),
        "steps": steps_of(visit, ticks),
        "opens_at": clock_words(visit.starts_at - OPENS),
        "in_words": clock_words(visit.in_at) if visit.in_at else "",
        "nav": bar(request),
    }
    if visit.state in HERS:
        return render(request, "pocket/visit.html", context)
    context |= {
        "served": minutes_words(served(visit)),
        "in_how": SIGNED.get(visit.in_how, ""),
        "out_how": SIGNED.get(visit.out_how, ""),
        "out_words": clock_words(visit.out_at) if visit.out_at else "",
        "points": points_for(visit.member, visit.service.code, served(visit), request.today),
        "stars": range(getattr(getattr(visit.record, "confirmation", None), "rating", None) or 0),
        "thanks": mask_text(getattr(getattr(visit.record, "confirmation", None), "words", "")),
    }
    return render(request, "pocket/visit_done.html", context)


def offered(request: Any, no: str) -> HttpResponse:
    """The page of a visit that still looks for somebody."""
    visit = open_visit_for(request.me, no=no)
    member = own_member(request.me)
    metres = in_steps(metres_to(home_of(visit.receiver), point_of(member.person)))
    context = {
        "card": basics(visit, request.today)
        | {
            "far": metres_words(metres),
            "points": points_for(member, visit.service.code, visit.minutes, request.today),
            "weekly": visit.booking.weekly,
        },
        "steps": steps_of(visit, ()),
        "nav": bar(request),
    }
    return render(request, "pocket/offered.html", context)


@login_required
@never_cache
def visit(request: Any, no: str) -> HttpResponse:
    """One visit: hers, or one she could take."""
    somebody(request)
    try:
        row = own_visit_for(request.me, no=no)
    except Http404:
        return offered(request, no)
    return page_of(request, row)


@login_required
@require_POST
def take(request: Any, no: str) -> HttpResponse:
    """Take it."""
    somebody(request)
    try:
        row = open_visit_for(request.me, no=no)
    except Http404:
        row = own_visit_for(request.me, no=no)
        return redirect("pocket:visit", row.no)
    member = own_member(request.me)
    done = _("It is yours. They are told that you come.")
    got = attempt(
        request, lambda: take_visit(visit=row, member=member, by=request.me, now=request.now), done=done
    )
    return redirect("pocket:visit", no) if got else redirect("pocket:home")


@login_required
@require_POST
def back(request: Any, no: str) -> HttpResponse:
    """Give it back."""
    row = own_visit_for(somebody(request), no=no)
    form = BackForm(request.POST)
    done = _("Given back. It looks for somebody else now; thank you for saying so.")
    if form.is_valid():
        given = attempt(
            request,
            lambda: give_back(visit=row, by=request.me, now=request.now, reason=form.cleaned_data["reason"]),
            form=form,
            done=done,
        )
        if given:
            return redirect("pocket:home")
    return page_of(request, own_visit_for(request.me, no=no), back=form)


@login_required
def enter(request: Any, no: str) -> HttpResponse:
    """Arrived. Whoever had to log in once more comes here without the form and goes on at the visit."""
    row = own_visit_for(somebody(request), no=no)
    if request.method != "POST":
        return redirect("pocket:visit", no)
    form = SignForm(request.POST)
    if form.is_valid():
        done = attempt(
            request,
            lambda: sign_in(
                visit=row, **form.proof(), by=request.me, now=request.now, position=form.position()
            ),
            form=form,
        )
        if done:
            return redirect("pocket:visit", no)
    return page_of(request, own_visit_for(request.me, no=no), form)


@login_required
def leave(request: Any, no: str) -> HttpResponse:
    """Done: the steps, the sentence, the way out. Without the form (after a new login) back to the visit."""
    row = own_visit_for(somebody(request), no=no)
    if request.method != "POST":
        return redirect("pocket:visit", no)
    form = OutForm(request.POST)
    if form.is_valid():
        ticks = [int(one) for one in request.POST.getlist("ticks") if one.isdecimal() and len(one) < 4]
        photos = attempt(request, lambda: keep_photos(request, form.cleaned_data["key"], row.stem), form=form)
        if photos is not None:
            done = attempt(
                request,
                lambda: sign_out(
                    visit=row, **form.proof(), by=request.me, now=request.now, ticks=ticks, photos=photos,
                    said=form.cleaned_data["said"],
                ),
                form=form,
            )  # fmt: skip
            if done:
                return redirect("pocket:visit", no)
    return page_of(request, own_visit_for(request.me, no=no), form)


def keep_photos(request: Any, key: Any, stem: str) -> list[int]:
    """Keep what was photographed; the same picture of one form is one photo."""
    numbers = []
    for upload in request.FILES.getlist("photos"):
        digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
        upload.seek(0)
        kept = keep_photo(
            upload=upload, key=uuid5(key, digest), by_id=request.me.pk, now=request.now, area_code=stem
        )
        numbers.append(kept.pk)
    return list(dict.fromkeys(numbers))


# --- how to reach them --------------------------------------------------------------------------------


def visited(me: Any, no: str) -> Any:
    """Whom I am going to; 404 when the visit is not mine or is over."""
    row = own_visit_for(me, no=no)
    if row.state not in HERS or row.receiver.erased_at:
        raise Http404
    return row.receiver


@login_required
@never_cache
def reach(request: Any, no: str) -> HttpResponse:
    """Phone and door, masked, each opens for a reason that is written down."""
    person = visited(somebody(request), no)
    home = person.household
    shown = {
        "name": masked(person),
        "phone": mask_phone(person.phone),
        "door": mask_address(f"{home.building or ''}{home.door}") if home else "",
    }
    lines = [
        {"label": LABELS[name], "shown": words, "url": reverse("pocket:reveal", args=[no, name])}
        for name, words in shown.items()
        if words
    ]
    context = {"private": lines, "no": no}
    return render(request, "pocket/reach_part.html" if request.htmx else "pocket/reach.html", context)


@login_required
@never_cache
@require_POST
def reveal_column(request: Any, no: str, column: str) -> HttpResponse:
    """Show one of them, after the reason is written down."""
    person = visited(somebody(request), no)
    if column not in LABELS:
        raise Http404
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    context = {"label": LABELS[column], "told": "", "no": no}
    try:
        shown = reveal(person=person, columns=[column], reason=reason, by=request.me, now=request.now)
        context["value"] = shown[column] or _("not known")
    except Refused as refusal:
        context |= {"value": "—", "told": str(refusal)}
    return render(request, "parts/revealed.html" if request.htmx else "pocket/revealed.html", context)


urlpatterns = [
    path("visits/<str:no>/", visit, name="visit"),
    path("visits/<str:no>/take/", take, name="take"),
    path("visits/<str:no>/back/", back, name="back"),
    path("visits/<str:no>/in/", enter, name="enter"),
    path("visits/<str:no>/out/", leave, name="leave"),
    path("visits/<str:no>/reach/", reach, name="reach"),
    path("visits/<str:no>/reveal/<slug:column>/", reveal_column, name="reveal"),
]
