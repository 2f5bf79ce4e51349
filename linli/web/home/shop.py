"""The shop on the phone: what can be had for my points, what not yet and why; order in two taps, pick up with a code."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import segno
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.queries.allowed import next_exchange, offers, on_certain_days
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import purse_of
from linli.commons.timebank.queries.shop import orders_of
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.home.passbook import (
    authority_of,
    chosen,
    forward,
    link,
    member_here,
    query_for,
    whose,
)
from linli.web.home.shown import bar
from linli.web.parts.purse import amount_words, points, unit_of

MOST, PAGE = 9, 20


class OrderForm(forms.Form):
    """How many."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.TypedChoiceField(label=gettext_lazy("How many"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, most: int, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["count"]
        field.choices = [(number, str(number)) for number in range(1, max(1, most) + 1)]
        field.initial = 1


def qr(text: str) -> SafeString:
    """A code to scan, drawn into the page."""
    out = BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=6, border=2, dark="#1C2430", light="#FFFFFF", xmldecl=False, omitsize=True
    )
    return mark_safe(out.getvalue().decode())  # our own drawing of our own text


def grouped(code: str) -> str:
    """A code as people read it out: four and four."""
    return f"{code[:4]} {code[4:]}"


def order_line(request: Any, member: Any, row: Any, terms: Any) -> dict[str, Any]:
    """An order as lists show it."""
    return {
        "url": link(request, "home:shop_order", member, row.no),
        "no": row.no,
        "what": f"{row.good} × {row.count}",
        "points": points(row.payment.points, terms),
        "state": row.state,
        "label": row.get_state_display(),
        "code": grouped(row.code) if row.code else "",
        "until": row.pick_up_by,
        "at": row.payment.made_at,
    }


def offer_line(request: Any, member: Any, one: Any, terms: Any) -> dict[str, Any]:
    """A good as somebody stands to it."""
    return {
        "url": link(request, "home:shop_good", member, one.shelf.good.pk),
        "name": one.shelf.good.name,
        "measure": one.shelf.good.measure,
        "price": points(one.shelf.price or 0, terms),
        "can": one.can,
        "missing": amount_words(one.missing, terms) if one.missing else "",
        "reasons": one.reasons,
        "benefit": one.shelf.good.kind == "benefit",
    }


@login_required
@never_cache
def shop(request: Any) -> HttpResponse:
    """What can be had, what not yet and why, what waits to be picked up."""
    member = chosen(request)
    context: dict[str, Any] = {
        "member": member,
        "tabs_": whose(request, member, "home:shop"),
        "nav": bar(request),
    }
    if member is None:
        return render(request, "home/passbook_none.html", context)
    terms = rule_on(member.programme, request.today).terms
    rows = [offer_line(request, member, one, terms) for one in offers(member, request.today)]
    waiting = orders_of(member).filter(state="held")
    context |= {
        "unit": unit_of(terms),
        "free": points(purse_of(member).free, terms, link(request, "home:passbook", member)),
        "can": [row for row in rows if row["can"]],
        "not_yet": [row for row in rows if not row["can"]],
        "fair": next_exchange(member, request.today)
        if on_certain_days(member.programme, request.today)
        else None,
        "waiting": [order_line(request, member, row, terms) for row in waiting],
        "orders_url": link(request, "home:shop_orders", member),
        "back": link(request, "home:passbook", member),
    }
    return render(request, "home/shop.html", context)


def offer_here(request: Any, member: Any, pk: int) -> Any:
    """One good that is offered to this member; 404 otherwise."""
    found = next((one for one in offers(member, request.today) if one.shelf.good.pk == pk), None)
    if found is None:
        raise Http404
    return found


@login_required
@never_cache
def shop_good(request: Any, pk: int) -> HttpResponse:
    """One good: how many, what is left afterwards; the second tap orders."""
    member = member_here(request)
    one, terms = offer_here(request, member, pk), rule_on(member.programme, request.today).terms
    free, price = purse_of(member).free, one.shelf.price or 0
    most = min(MOST, one.shelf.free, free // price if price else 0, one.shelf.good.month_max or MOST)
    form = OrderForm(request.POST or None, most=most, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        row = attempt(
            request,
            lambda: actions.place_order(
                key=form.cleaned_data["key"], member=member, good=one.shelf.good, count=form.cleaned_data["count"],
                by=request.me, authority=authority_of(request, member), now=request.now,
            ),
            form=form,
            done=_("Set aside for you. Bring the code along."),
        )  # fmt: skip
        if row is not None:
            return forward(request, "home:shop_order", member, row.no)
    context = {
        "good": one.shelf.good,
        "offer": offer_line(request, member, one, terms),
        "unit": unit_of(terms),
        "free": points(free, terms, link(request, "home:passbook", member)),
        "after": amount_words(free - price, terms) if one.can else "",
        "form": form,
        "for_pk": "" if member.person_id == request.me.pk else member.person_id,
        "back": link(request, "home:shop", member),
        "nav": bar(request),
    }
    return render(request, "home/shop_good.html", context)


@login_required
@never_cache
def shop_orders(request: Any) -> HttpResponse:
    """Every order, newest first."""
    member = member_here(request)
    terms = rule_on(member.programme, request.today).terms
    found = page(orders_of(member), order=("-id",), after=request.GET.get("after"), size=PAGE)
    context = {
        "rows": [order_line(request, member, row, terms) for row in found.rows],
        "unit": unit_of(terms),
        "next": link(request, "home:shop_orders", member, after=found.after) if found.after else "",
        "back": link(request, "home:shop", member),
        "nav": bar(request),
    }
    return render(request, "home/shop_orders.html", context)


def order_here(request: Any, member: Any, no: str) -> Any:
    """One of the member's orders; 404 otherwise."""
    row = orders_of(member).filter(no=no).first()
    if row is None:
        raise Http404
    return row


@login_required
@never_cache
def shop_order(request: Any, no: str) -> HttpResponse:
    """One order: the code in big type and to scan, until when; or what became of it."""
    member = member_here(request)
    row, terms = order_here(request, member, no), rule_on(member.programme, request.today).terms
    address = f"{settings.LINLI_BASE_URL}{reverse('desk:shop_hand')}?code={row.code}"
    context = {
        "row": order_line(request, member, row, terms),
        "unit": unit_of(terms),
        "qr": qr(address) if row.code else "",
        "handed": row.collected_at,
        "proxy": row.payment.made_by.name if row.payment.made_by_id != member.person_id else "",
        "where": member.programme.organisation,
        "for_pk": "" if member.person_id == request.me.pk else member.person_id,
        "query": query_for(request, member),
        "back": link(request, "home:shop", member),
        "nav": bar(request),
    }
    return render(request, "home/shop_order.html", context)


@login_required
@require_POST
def shop_cancel(request: Any, no: str) -> HttpResponse:
    """Not wanted after all."""
    member = member_here(request)
    row = order_here(request, member, no)
    attempt(
        request,
        lambda: actions.cancel_order(
            order=row, by=request.me, authority=authority_of(request, member), now=request.now
        ),
        done=_("Cancelled. Your points are free again."),
    )
    return forward(request, "home:shop_order", member, no)


urlpatterns = [
    path("shop/", shop, name="shop"),
    path("shop/orders/", shop_orders, name="shop_orders"),
    path("shop/goods/<int:pk>/", shop_good, name="shop_good"),
    path("shop/orders/<str:no>/", shop_order, name="shop_order"),
    path("shop/orders/<str:no>/cancel/", shop_cancel, name="shop_cancel"),
]
