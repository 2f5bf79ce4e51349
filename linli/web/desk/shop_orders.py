"""The counter of the shop: find an order by its code, hand it over, take it back; order for an elder without a phone."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.access import member_for, members_for
from linli.commons.timebank.queries.allowed import offers
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import purse_of, purses_of
from linli.commons.timebank.queries.shop import orders_in
from linli.ground.people.access import stems_for
from linli.ground.people.queries import age_on, called, masked, search_people
from linli.kit.keyset import page
from linli.kit.refused import Refused
from linli.web.acts import attempt
from linli.web.desk.shop import shop_tabs
from linli.web.desk.shop_here import programme_here, with_programme
from linli.web.desk.shown import KeptField, keep_photos
from linli.web.parts.purse import number, place_of, points, unit_of

PAGE, MOST, FOUND = 20, 9, 12


class CodeForm(forms.Form):
    """A pick-up code, typed or scanned."""

    code = forms.CharField(label=gettext_lazy("Pick-up code"), max_length=20)


class HandForm(forms.Form):
    """Who signed; a photo of the signature where there is one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photo_ids = KeptField(required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    signed_by = forms.CharField(label=gettext_lazy("Who signed"), max_length=40)


class BackForm(forms.Form):
    """Why goods came back."""

    reason = forms.CharField(label=gettext_lazy("Why it comes back"), max_length=100)


class OrderForForm(forms.Form):
    """What and how many."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    good = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, max_value=MOST, initial=1)


def order_row(row: Any, terms: Any) -> dict[str, Any]:
    """An order as lists show it: masked."""
    member = row.payment.member
    return {
        "url": reverse("desk:shop_order", args=[row.no]),
        "no": row.no,
        "what": f"{row.good} × {row.count}",
        "who": masked(member.person),
        "points": points(row.payment.points, terms),
        "state": row.state,
        "label": row.get_state_display(),
        "until": row.pick_up_by,
        "at": row.payment.made_at,
        "proxy": called(row.payment.made_by) if row.payment.made_by_id != member.person_id else "",
    }


@with_programme("shop.hand")
def shop_orders(request: Any, programme: Any) -> HttpResponse:
    """Orders: those that wait, or all."""
    terms, tab = rule_on(programme, request.today).terms, request.GET.get("tab", "")
    rows = orders_in(programme)
    waiting = rows.filter(state="held")
    found = page(
        waiting if tab == "waiting" else rows, order=("-id",), after=request.GET.get("after"), size=PAGE
    )
    query = urlencode({name: value for name, value in (("tab", tab), ("after", found.after)) if value})
    context = {
        "rows": [order_row(row, terms) for row in found.rows],
        "unit": unit_of(terms),
        "next": f"?{query}" if found.after else "",
        "tabs_": shop_tabs("waiting" if tab == "waiting" else "all", waiting.count()),
    }
    return render(request, "desk/shop_orders.html", context)


@with_programme("shop.hand")
def shop_hand(request: Any, programme: Any) -> HttpResponse:
    """Type or scan the code (a scan fills it in): the order it opens."""
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        row = attempt(
            request,
            lambda: actions.find_order(programme=programme, code=code, by=request.me, now=request.now),
            form=form,
        )
        if row is not None:
            return redirect(f"{reverse('desk:shop_order', args=[row.no])}?{urlencode({'code': code})}")
    waiting = orders_in(programme).filter(state="held")
    terms = rule_on(programme, request.today).terms
    context = {
        "form": form,
        "rows": [order_row(row, terms) for row in waiting[:FOUND]],
        "unit": unit_of(terms),
        "waiting": waiting.count(),
        "back": reverse("desk:shop"),
    }
    return render(request, "desk/shop_hand.html", context)


def order_here(request: Any, no: str) -> Any:
    """One order of the shop; 404 otherwise."""
    programme = programme_here(request, "shop.hand")
    row = orders_in(programme).filter(no=no).first() if programme else None
    if row is None:
        raise Http404
    return row


def handed(request: Any, row: Any, form: HandForm) -> Any:
    """The order as it was handed over; None where it was refused."""
    given = form.cleaned_data

    def act() -> Any:
        photos = given["photo_ids"] + keep_photos(request, key=given["key"], area_code=row.payment.stem)
        return actions.collect(
            order=row, code=given["code"], known=not given["code"], signed_by=given["signed_by"], photos=photos,
            by=request.me, now=request.now,
        )  # fmt: skip

    return attempt(request, act, form=form, done=_("Handed over. See you next time!"))


@login_required
def shop_order(request: Any, no: str) -> HttpResponse:
    """One order, masked: hand it over with who signed; once handed over, a second worker may take it back."""
    row = order_here(request, no)
    code = request.GET.get("code", "")
    form = HandForm(request.POST or None, initial={"key": uuid4(), "code": code})
    if request.method == "POST" and form.is_valid() and handed(request, row, form):
        return redirect("desk:shop_order", no)
    member, terms = row.payment.member, rule_on(row.good.programme, request.today).terms
    moved = row.payment.transfer
    back = bool(moved and getattr(moved, "reversed_by", None))
    context = {
        "row": order_row(row, terms),
        "unit": unit_of(terms),
        "person": {"name": masked(member.person), "age": age_on(member.person, request.today), "place": place_of(member.person)},
        "member": member,
        "passbook_url": reverse("desk:member_passbook", args=[member.no])
        if members_for(request.me, on=request.today).filter(pk=member.pk).exists()
        else "",
        "code": code,
        "form": form if row.state == "held" else None,
        "back_form": BackForm() if row.state == "collected" and not back else None,
        "came_back": back,
        "handed_by": called(row.handed_by),
        "collected_at": row.collected_at,
        "signed_by": row.signed_by,
        "frozen": row.payment.state == "frozen",
        "back": reverse("desk:shop_hand"),
    }  # fmt: skip
    return render(request, "desk/shop_order.html", context)


@login_required
@require_POST
def shop_order_cancel(request: Any, no: str) -> HttpResponse:
    """At their wish: points and goods are free again."""
    row = order_here(request, no)
    attempt(
        request,
        lambda: actions.cancel_order(order=row, by=request.me, authority="worker", now=request.now),
        done=_("Cancelled. The points are free again."),
    )
    return redirect("desk:shop_order", no)


@login_required
@require_POST
def shop_order_back(request: Any, no: str) -> HttpResponse:
    """Goods came back."""
    row = order_here(request, no)
    form = BackForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    attempt(
        request,
        lambda: actions.return_goods(order=row, reason=reason, by=request.me, now=request.now),
        done=_("Back on the shelf; the points are back in the passbook."),
    )
    return redirect("desk:shop_order", no)


def found_members(request: Any, text: str) -> list[Any]:
    """Members by name or whole phone number, where the viewer hands goods out."""
    rows = members_for(request.me, "shop.hand", on=request.today).filter(left_at=None)
    try:
        people = search_people(stems_for(request.me, "shop.hand", on=request.today), text, limit=FOUND)
    except Refused:
        return []
    return list(rows.filter(person__in=people)[:FOUND])


@with_programme("shop.hand")
def shop_for(request: Any, programme: Any) -> HttpResponse:
    """Order for somebody without a phone: first who it is."""
    text = " ".join(request.GET.get("who", "").replace("\x00", "").split())[:60]
    members = found_members(request, text) if len(text) >= 2 else []
    purses, terms = purses_of(members), rule_on(programme, request.today).terms
    context = {
        "text": text,
        "rows": [
            {
                "url": reverse("desk:shop_for_member", args=[one.no]),
                "name": masked(one.person),
                "age": age_on(one.person, request.today),
                "place": place_of(one.person),
                "note": _("{points} free").format(points=number(purses[one.pk].free, terms)),
            }
            for one in members
        ],
        "back": reverse("desk:shop"),
    }
    return render(request, "desk/shop_for.html", context)


@login_required
def shop_for_member(request: Any, no: str) -> HttpResponse:
    """Then what: everything she can have, one button each; the worker is named as the one who acted."""
    member = member_for(request.me, no=no, verb="shop.hand", on=request.today)
    form = OrderForForm(request.POST or None)
    stood = offers(member, request.today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        good = next((one.shelf.good for one in stood if one.shelf.good.pk == given["good"]), None)
        if good is None:
            raise Http404
        row = attempt(
            request,
            lambda: actions.place_order(
                key=given["key"], member=member, good=good, count=given["count"], by=request.me, authority="worker",
                now=request.now,
            ),
            done=_("Ordered for them. It is set aside."),
        )  # fmt: skip
        if row is not None:
            return redirect("desk:shop_order", row.no)
        return redirect("desk:shop_for_member", no)
    terms = rule_on(member.programme, request.today).terms
    context = {
        "person": {"name": masked(member.person), "age": age_on(member.person, request.today), "place": place_of(member.person)},
        "member": member,
        "unit": unit_of(terms),
        "free": points(purse_of(member).free, terms, reverse("desk:shop_for_member", args=[no])),
        "rows": [
            {
                "pk": one.shelf.good.pk, "name": str(one.shelf.good), "price": points(one.shelf.price or 0, terms),
                "can": one.can, "missing": number(one.missing, terms) if one.missing else "", "reasons": one.reasons,
                "key": uuid4(), "most": max(1, min(MOST, one.shelf.free)),
            }
            for one in stood
        ],
        "back": reverse("desk:shop_for"),
    }  # fmt: skip
    return render(request, "desk/shop_for_member.html", context)


urlpatterns = [
    path("shop/orders/", shop_orders, name="shop_orders"),
    path("shop/hand/", shop_hand, name="shop_hand"),
    path("shop/for/", shop_for, name="shop_for"),
    path("shop/for/<str:no>/", shop_for_member, name="shop_for_member"),
    path("shop/orders/<str:no>/", shop_order, name="shop_order"),
    path("shop/orders/<str:no>/cancel/", shop_order_cancel, name="shop_order_cancel"),
    path("shop/orders/<str:no>/back/", shop_order_back, name="shop_order_back"),
]
