"""Say that something is wrong with a visit or with points, follow it, answer the other side."""

from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.access import own_dispute_for, own_disputes, own_payment_for, own_record_for
from linli.commons.timebank.actions.disputes import side_of
from linli.ground.people.queries import called, masked
from linli.ground.photos.actions import keep_photo
from linli.kit import keyset
from linli.web.acts import attempt
from linli.web.home.shown import bar, somebody
from linli.web.parts.dispute import line, shown

MOST_PHOTOS = 6


class OpenForm(forms.Form):
    """What is wrong, in a sentence."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("What is wrong?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The other side and the community read this."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """How it was."""

    answer = forms.CharField(
        label=gettext_lazy("How was it?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def number(text: str) -> int | None:
    """A number out of an address."""
    return int(text) if text.isdecimal() and len(text) < 18 else None


def subject(request: Any) -> dict[str, Any]:
    """The record or payment the address names; 404 where it is not theirs."""
    if pk := number(request.GET.get("record", "")):
        return {"record": own_record_for(request.me, pk=pk)}
    if pk := number(request.GET.get("payment", "")):
        return {"payment": own_payment_for(request.me, pk=pk)}
    raise Http404


def subject_words(given: dict[str, Any]) -> str:
    """What it is about, in a line."""
    if record := given.get("record"):
        return _("{service} on {day}: {helper} for {elder}").format(
            service=record.service_name, day=f"{record.started_at:%Y-%m-%d}", helper=called(record.member.person),
            elder=masked(record.receiver),
        )  # fmt: skip
    payment = given["payment"]
    return _("{n} points for {kind}").format(n=payment.points, kind=payment.get_kind_display())


@login_required
def disputes(request: Any) -> HttpResponse:
    """Mine, newest first; an address that names a visit or a payment leads to what is to be said about it."""
    me = somebody(request)
    if request.GET.get("record") or request.GET.get("payment"):
        subject(request)
        return redirect(f"{reverse('home:dispute_new')}?{request.GET.urlencode()}")
    found = keyset.page(own_disputes(me), order=("-id",), after=request.GET.get("after"))
    context = {
        "rows": [line(row) for row in found.rows],
        "next": f"?after={found.after}" if found.after else "",
        "nav": bar(request),
    }
    return render(request, "home/disputes.html", context)


@login_required
def dispute_new(request: Any) -> HttpResponse:
    """Say what is wrong; with photos where there are some."""
    me = somebody(request)
    given = subject(request)
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: opened(request, me, given, form),
            form=form,
            done=_("Received. Nothing moves until it is decided."),
        )
        if made is not None:
            return redirect("home:dispute", made.pk)
    context = {"form": form, "about": subject_words(given), "nav": bar(request)}
    return render(request, "home/dispute_new.html", context)


def opened(request: Any, me: Any, given: dict[str, Any], form: OpenForm) -> Any:
    """Keep the photos, then open it."""
    row = given.get("record") or given["payment"]
    photos = [
        keep_photo(
            upload=upload,
            key=uuid5(form.cleaned_data["key"], f"{place}:{upload.name}:{upload.size}"),
            by_id=me.pk,
            now=request.now,
            area_code=row.stem,
        ).pk
        for place, upload in enumerate(request.FILES.getlist("photos")[:MOST_PHOTOS])
    ]
    return actions.open_dispute(**given, **form.cleaned_data, photos=photos, by=me, now=request.now)


def answers(row: Any, me: Any) -> bool:
    """Whether the viewer stands on the other side than whoever opened it."""
    mine = side_of(row, me)
    return bool(mine) and row.opened_by_id != me.pk and not mine & side_of(row, row.opened_by)


@login_required
def dispute(request: Any, pk: int) -> HttpResponse:
    """One of mine; a POST answers it or takes it back."""
    me = somebody(request)
    row = own_dispute_for(me, pk=pk)
    mine = row.opened_by_id == me.pk
    form = AnswerForm(request.POST if request.method == "POST" and not mine else None)
    if request.method == "POST":
        if mine:
            attempt(
                request, lambda: actions.withdraw_dispute(dispute=row, by=me, now=request.now),
                done=_("Taken back. Everything goes on as before."),
            )  # fmt: skip
            return redirect("home:dispute", pk)
        if form.is_valid():
            words = form.cleaned_data["answer"]
            done = attempt(
                request,
                lambda: actions.answer_dispute(dispute=row, words=words, by=me, now=request.now),
                form=form,
                done=_("Thank you. Somebody with no part in it decides."),
            )
            if done is not None:
                return redirect("home:dispute", pk)
    live = row.state in {"open", "answered"}
    context = {
        "d": shown(row),
        "mine": mine and live,
        "form": form if row.state == "open" and answers(row, me) else None,
        "nav": bar(request),
    }
    return render(request, "home/dispute.html", context)


urlpatterns = [
    path("disputes/", disputes, name="disputes"),
    path("disputes/new/", dispute_new, name="dispute_new"),
    path("disputes/<int:pk>/", dispute, name="dispute"),
]
