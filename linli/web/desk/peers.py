"""Agreements with other communities: offered and accepted by the directors, points sent across, who owes whom, settled."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.commons.timebank.access import members_for, programmes_for
from linli.commons.timebank.actions import peers as actions
from linli.commons.timebank.queries import peers as queries
from linli.ground.people.access import may, require
from linli.ground.people.queries import called, masked
from linli.kit.keyset import page
from linli.web.acts import attempt


class OfferForm(forms.Form):
    """Whom, and up to how many points."""

    one: Any = forms.ModelChoiceField(
        label=gettext_lazy("We"), queryset=None, to_field_name="code", empty_label=None
    )
    other: Any = forms.ModelChoiceField(
        label=gettext_lazy("With which community"), queryset=None, to_field_name="code", empty_label="—"
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Up to how many points may be owed"), min_value=1, max_value=1_000_000_000,
        help_text=gettext_lazy("Either way. The rules of both must allow it."),
    )  # fmt: skip

    def __init__(self, mine: Any, data: Any = None) -> None:
        super().__init__(data)
        rows = list(mine)
        for name, label in (("one", "organisation"), ("other", "organisation")):
            field: Any = self.fields[name]
            field.queryset = mine if name == "one" else queries.could_peer(rows[0])
            field.label_from_instance = lambda row, label=label: f"{getattr(row, label)} · {row.name}"
        if len(rows) == 1:
            self.fields["one"].widget = forms.HiddenInput()
            self.fields["one"].initial = rows[0].code


class SendForm(forms.Form):
    """From whom to whom, by number."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    sender = forms.CharField(label=gettext_lazy("From our member (number)"), max_length=24)
    receiver = forms.CharField(label=gettext_lazy("To their member (number)"), max_length=24)
    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=1_000_000_000)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SettleForm(forms.Form):
    """By which resolution it was made good."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    resolution = forms.CharField(
        label=gettext_lazy("Resolution"), max_length=100,
        help_text=gettext_lazy("What was paid or done for it, and where that is written down."),
    )  # fmt: skip


def side_of(row: Any, mine: set[int]) -> str:
    """Which end of the agreement is ours: the one we can speak for (the first where it is both)."""
    return "one" if row.one_id in mine else "other"


def ends(row: Any, mine: set[int]) -> tuple[Any, Any]:
    """Ours and theirs."""
    return (row.one, row.other) if side_of(row, mine) == "one" else (row.other, row.one)


def owed_words(owed: int, other: str) -> str:
    """Who owes whom, seen from us."""
    if owed > 0:
        return _("we owe {name} {points} points").format(name=other, points=owed)
    if owed < 0:
        return _("{name} owes us {points} points").format(name=other, points=-owed)
    return _("nobody owes anything")


def state_of(row: Any) -> tuple[str, str]:
    """A chip: tone and word."""
    if row.ended_at:
        return "quiet", _("ended")
    return ("done", _("honoured by both")) if row.since else ("near", _("offered"))


def line(row: Any, owed: int, mine: set[int]) -> dict[str, Any]:
    """An agreement in the list."""
    _our, their = ends(row, mine)
    tone, label = state_of(row)
    return {
        "url": reverse("desk:peer", args=[row.pk]),
        "name": their.organisation,
        "area": their.area.name,
        "limit": row.limit,
        "owed": owed_words(owed if side_of(row, mine) == "one" else -owed, their.area.name)
        if row.since
        else "",
        "tone": tone,
        "label": label,
    }


def ours(request: Any, verb: str = "timebank.see") -> Any:
    """The programmes one may do this for."""
    return programmes_for(request.me, verb, on=request.today)


@login_required
def peers(request: Any) -> HttpResponse:
    """Every agreement, and an offer to somebody new."""
    me, today = request.me, request.today
    require(me, "timebank.see", on=today)
    mine = {row.pk for row in ours(request)}
    rows = list(queries.peerings_for(me, on=today))
    owed = queries.owed_by_rows(rows)
    speaks = ours(request, "peer.agree")
    form = OfferForm(speaks, request.POST or None) if speaks.exists() else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            made = attempt(
                request,
                lambda: actions.propose(**form.cleaned_data, by=me, now=request.now),
                form=form,
                done=_("Offered. Nothing crosses until the other director agrees."),
            )
            if made is not None:
                return redirect("desk:peer", made.pk)
    context = {"rows": [line(row, owed.get(row.pk, 0), mine) for row in rows], "form": form}
    return render(request, "desk/peers.html", context)


def crossing_line(row: Any, our: Any) -> dict[str, Any]:
    """What went across, seen from us."""
    out = row.out_of.book == our.book
    if row.sender_id is None:
        words = _("settled by resolution")
    else:
        words = _("{sender} → {receiver}").format(
            sender=masked(row.sender.person), receiver=masked(row.receiver.person)
        )
    return {
        "words": words,
        "points": f"{'−' if out else '+'}{row.points}",
        "settled": row.sender_id is None,
        "at": row.at,
        "by": _("in person") if row.sender_id and row.by_id == row.sender.person_id else called(row.by),
        "numbers": f"{row.out_of_id} · {row.into_id}",
    }


@login_required
def peer(request: Any, pk: int) -> HttpResponse:
    """One agreement: what each book says, what went across, what can be done now."""
    row = queries.peering_for(request.me, pk=pk, on=request.today)
    return render(request, "desk/peer.html", peer_context(request, row))


def peer_context(request: Any, row: Any, *, send: Any = None, settle: Any = None) -> dict[str, Any]:
    """What the page of an agreement shows."""
    me, today = request.me, request.today
    mine = {one.pk for one in ours(request)}
    our, their = ends(row, mine)
    speaks = {one.pk for one in (row.one, row.other) if may(me, "peer.agree", one.stem, on=today)}
    standing = queries.net(row)
    owed = standing.one if side_of(row, mine) == "one" else standing.other
    found = page(queries.crossings_of(row), order=("-id",), after=request.GET.get("after"))
    live, tone_label = bool(row.since and not row.ended_at), state_of(row)
    sends = live and our.pk in {one.pk for one in ours(request, "booking.keep")}
    return {
        "row": row,
        "our": our,
        "their": their,
        "tone": tone_label[0],
        "label": tone_label[1],
        "owed": owed,
        "owed_words": owed_words(owed, their.area.name),
        "standing": standing,
        "books": [(row.one, standing.one), (row.other, standing.other)],
        "left": row.limit - owed,
        "agrees": not row.since
        and not row.ended_at
        and row.other_id in speaks
        and row.agreed_one_id != me.pk,
        "may_end": not row.ended_at and bool(speaks) and not owed,
        "send": (send or SendForm(initial={"key": uuid4()})) if sends else None,
        "settle": (settle or SettleForm(initial={"key": uuid4()})) if live and owed and speaks else None,
        "crossings": [crossing_line(one, our) for one in found.rows],
        "next": f"?after={found.after}" if found.after else "",
        "agreed_one": called(row.agreed_one),
        "agreed_other": called(row.agreed_other),
    }


@login_required
@require_POST
def peer_agree(request: Any, pk: int) -> HttpResponse:
    """The other director agrees."""
    row = queries.peering_for(request.me, pk=pk, verb="peer.agree", on=request.today)
    attempt(
        request,
        lambda: actions.agree(peering=row, by=request.me, now=request.now),
        done=_("Agreed. From now on points may cross."),
    )
    return redirect("desk:peer", pk)


@login_required
@require_POST
def peer_end(request: Any, pk: int) -> HttpResponse:
    """Taken back, declined, or ended."""
    row = queries.peering_for(request.me, pk=pk, verb="peer.agree", on=request.today)
    attempt(
        request,
        lambda: actions.end(peering=row, by=request.me, now=request.now),
        done=_("Ended. What was, stays."),
    )
    return redirect("desk:peer", pk)


@login_required
@require_POST
def peer_send(request: Any, pk: int) -> HttpResponse:
    """Send points across at a member's wish: first who it is, then send."""
    me, today = request.me, request.today
    row = queries.peering_for(me, pk=pk, verb="booking.keep", on=today)
    mine = {one.pk for one in ours(request, "booking.keep")}
    form = SendForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/peer.html", peer_context(request, row, send=form))
    given = form.cleaned_data
    sender = members_for(me, "booking.keep", on=today).filter(no=given["sender"].strip()).first()
    there = "other" if side_of(row, mine) == "one" else "one"
    receiver = queries.member_across(row, given["receiver"], there)
    for name, found in (("sender", sender), ("receiver", receiver)):
        if found is None:
            form.add_error(name, _("There is no member of this number."))
    if sender is None or receiver is None:
        return render(request, "desk/peer.html", peer_context(request, row, send=form))
    if not given["sure"]:
        context = {
            "row": row,
            "form": form,
            "sender": {"name": masked(sender.person), "note": sender.no, "place": sender.area.name},
            "receiver": {"name": masked(receiver.person), "note": receiver.no, "place": receiver.area.name},
        }
        return render(request, "desk/peer_send.html", context)
    done = attempt(
        request,
        lambda: actions.send_across(
            key=given["key"], peering=row, sender=sender, receiver=receiver, points=given["points"], by=me,
            authority="self" if sender.person_id == me.pk else "worker", now=request.now,
        ),
        form=form,
        done=_("Sent. Both books have it."),
    )  # fmt: skip
    if done is None:
        return render(request, "desk/peer.html", peer_context(request, row, send=form))
    return redirect("desk:peer", pk)


@login_required
@require_POST
def peer_settle(request: Any, pk: int) -> HttpResponse:
    """What was owed has been made good."""
    row = queries.peering_for(request.me, pk=pk, verb="peer.agree", on=request.today)
    form = SettleForm(request.POST)
    if form.is_valid():
        done = attempt(
            request,
            lambda: actions.settle_across(peering=row, by=request.me, now=request.now, **form.cleaned_data),
            form=form,
            done=_("Settled. Both books stand at zero."),
        )
        if done is not None:
            return redirect("desk:peer", pk)
    return render(request, "desk/peer.html", peer_context(request, row, settle=form))


urlpatterns = [
    path("peers/", peers, name="peers"),
    path("peers/<int:pk>/", peer, name="peer"),
    path("peers/<int:pk>/agree/", peer_agree, name="peer_agree"),
    path("peers/<int:pk>/end/", peer_end, name="peer_end"),
    path("peers/<int:pk>/send/", peer_send, name="peer_send"),
    path("peers/<int:pk>/settle/", peer_settle, name="peer_settle"),
]
