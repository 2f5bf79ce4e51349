"""The shop at the desk: what stands on the shelf, prices, deliveries, what went bad."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.choices import GoodKind
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.shop import (
    deliveries_of,
    goods_of,
    goods_under,
    orders_in,
    prices_of,
    shelf_of,
    shelves,
)
from linli.ground.people.access import may, require
from linli.ground.people.queries import called
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.desk.shop_here import with_programme
from linli.web.desk.shown import DayField
from linli.web.parts.purse import points, unit_of

PAGE = 20


class GoodForm(forms.Form):
    """A good: what, how much of it a piece, limits."""

    name = forms.CharField(label=gettext_lazy("What it is"), max_length=40)
    measure = forms.CharField(
        label=gettext_lazy("One piece is"), max_length=20, required=False, help_text=gettext_lazy("5 kg, a bottle, once")
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Goods or a benefit"), choices=GoodKind.choices, widget=forms.RadioSelect, initial=GoodKind.GOODS
    )  # fmt: skip
    month_max = forms.IntegerField(
        label=gettext_lazy("At most so many a month for one person"),
        min_value=1,
        max_value=99,
        required=False,
    )
    low_at = forms.IntegerField(
        label=gettext_lazy("Tell the director when so many are left"),
        min_value=0,
        max_value=10_000,
        initial=5,
    )
    cost = forms.DecimalField(
        label=gettext_lazy("What one costs us, in yuan"), min_value=0, max_value=100_000, decimal_places=2, required=False
    )  # fmt: skip
    cash_like = forms.BooleanField(
        label=gettext_lazy("As good as money (a voucher, money off a bill)"), required=False
    )
    offered = forms.BooleanField(label=gettext_lazy("It is in the shop"), required=False, initial=True)


class PriceForm(forms.Form):
    """A price from a day on."""

    points = forms.IntegerField(label=gettext_lazy("Points for one"), min_value=1, max_value=1_000_000)
    valid_from = DayField(label=gettext_lazy("From"))


class DeliveryForm(forms.Form):
    """Goods that came in."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=gettext_lazy("How many came"), min_value=1, max_value=100_000)
    voucher = forms.CharField(label=gettext_lazy("What the voucher says"), max_length=200, required=False)
    best_before = DayField(label=gettext_lazy("Best before"), required=False)


class SpoilForm(forms.Form):
    """Goods that went bad or missing."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=100_000)
    reason = forms.CharField(label=gettext_lazy("What happened to it"), max_length=200)


FORMS: dict[str, type[forms.Form]] = {"delivery": DeliveryForm, "price": PriceForm, "spoil": SpoilForm}


def shop_tabs(current: str, waiting: int) -> list[dict[str, Any]]:
    """The lists of the shop."""
    rows = (
        ("shelf", _("On the shelf"), reverse("desk:shop"), None),
        ("waiting", _("To be picked up"), f"{reverse('desk:shop_orders')}?tab=waiting", waiting),
        ("all", _("All orders"), reverse("desk:shop_orders"), None),
    )
    return [
        {"url": url, "label": label, "count": count, "current": name == current}
        for name, label, url, count in rows
    ]


def good_here(request: Any, pk: int, verb: str = "shop.hand") -> Any:
    """One good of a shop the viewer works in; a grid's worker that of the community."""
    stems = [stem[:12] for stem in require(request.me, verb, on=request.today)]
    row = goods_under(stems).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def shelf_row(one: Any, terms: Any) -> dict[str, Any]:
    """A good with what is there."""
    return {
        "url": reverse("desk:shop_good", args=[one.good.pk]),
        "name": str(one.good),
        "price": points(one.price, terms) if one.price else "",
        "stock": one.stock,
        "held": one.held,
        "free": one.free,
        "low": one.low and one.good.offered,
        "offered": one.good.offered,
        "kind": one.good.get_kind_display(),
    }


@with_programme("shop.hand")
def shop(request: Any, programme: Any) -> HttpResponse:
    """Every good with stock, what is set aside, what runs low."""
    terms = rule_on(programme, request.today).terms
    found = page(
        goods_of(programme).order_by("-id"), order=("-id",), after=request.GET.get("after"), size=PAGE
    )
    context = {
        "programme": programme,
        "unit": unit_of(terms),
        "rows": [shelf_row(one, terms) for one in shelves(found.rows, request.today)],
        "next": f"?after={found.after}" if found.after else "",
        "tabs_": shop_tabs("shelf", orders_in(programme).filter(state="held").count()),
        "keeps": may(request.me, "shop.keep", programme.stem, on=request.today),
    }
    return render(request, "desk/shop.html", context)


def kept(request: Any, programme: Any, form: GoodForm, good: Any = None) -> Any:
    """The good as it was kept, or None where it was refused."""
    given = dict(form.cleaned_data)
    cost = given.pop("cost") or 0
    return attempt(
        request,
        lambda: actions.keep_good(
            programme=programme, good=good, cost_fen=int(cost * 100), by=request.me, now=request.now, **given
        ),
        form=form,
        done=_("Changed.") if good else _("It is in the shop. Now its price, and how many came."),
    )


@with_programme("shop.keep")
def shop_good_new(request: Any, programme: Any) -> HttpResponse:
    """Put something into the shop."""
    form = GoodForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (row := kept(request, programme, form)):
        return redirect("desk:shop_good", row.pk)
    return render(request, "desk/shop_good_edit.html", {"form": form, "back": reverse("desk:shop")})


@login_required
def shop_good_edit(request: Any, pk: int) -> HttpResponse:
    """Change what the shop says about it."""
    good = good_here(request, pk, "shop.keep")
    names = ("name", "measure", "kind", "month_max", "low_at", "cash_like", "offered")
    initial = {name: getattr(good, name) for name in names} | {"cost": f"{good.cost_fen / 100:.2f}"}
    form = GoodForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and kept(request, good.programme, form, good):
        return redirect("desk:shop_good", pk)
    back = reverse("desk:shop_good", args=[pk])
    return render(request, "desk/shop_good_edit.html", {"form": form, "good": good, "back": back})


def acted(request: Any, good: Any, what: str, form: Any) -> Any:
    """A price, a delivery or a loss out of a valid form; None where it was refused."""
    verbs = {"price": actions.set_price, "delivery": actions.receive_goods, "spoil": actions.spoil}
    verb: Any = verbs[what]
    words = {
        "price": _("The price holds from that day on."),
        "delivery": _("On the shelf. Thank you."),
        "spoil": _("Taken off the shelf."),
    }
    return attempt(
        request,
        lambda: verb(good=good, by=request.me, now=request.now, **form.cleaned_data),
        form=form,
        done=words[what],
    )


@login_required
def shop_good(request: Any, pk: int) -> HttpResponse:
    """One good: what is there, prices, what came and went bad; a POST adds to one of them."""
    good = good_here(request, pk)
    keeps = may(request.me, "shop.keep", good.stem, on=request.today)
    what = request.POST.get("what", "")
    shown: dict[str, Any] = {
        name: make(initial={"key": uuid4(), "valid_from": request.today}, prefix=name)
        for name, make in FORMS.items()
    }
    if request.method == "POST":
        if not keeps or what not in FORMS:
            raise Http404
        shown[what] = FORMS[what](request.POST, prefix=what)
        if shown[what].is_valid() and acted(request, good, what, shown[what]):
            return redirect("desk:shop_good", pk)
    terms = rule_on(good.programme, request.today).terms
    found = page(deliveries_of(good), order=("-id",), after=request.GET.get("after"), size=PAGE)
    context = {
        "good": good,
        "shelf": shelf_row(shelf_of(good, request.today), terms),
        "unit": unit_of(terms),
        "prices": [(row.valid_from, points(row.points, terms)) for row in prices_of(good)[:PAGE]],
        "rows": [
            {
                "at": row.at,
                "count": row.count,
                "note": row.note,
                "best": row.best_before,
                "by": called(row.by),
            }
            for row in found.rows
        ],
        "next": f"?after={found.after}" if found.after else "",
        "keeps": keeps,
        "forms": shown,
        "back": reverse("desk:shop"),
    }
    return render(request, "desk/shop_good.html", context)


urlpatterns = [
    path("shop/", shop, name="shop"),
    path("shop/goods/new/", shop_good_new, name="shop_good_new"),
    path("shop/goods/<int:pk>/", shop_good, name="shop_good"),
    path("shop/goods/<int:pk>/edit/", shop_good_edit, name="shop_good_edit"),
]
