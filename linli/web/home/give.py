"""Give points away: to the common pool, to an elder one has cared for, to a friend who takes part."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.choices import GiftTo
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import cared_for, friend_of, purse_of
from linli.ground.people.queries import masked
from linli.kit.refused import Refused
from linli.web.acts import attempt
from linli.web.home.passbook import authority_of, chosen, forward, link, whose
from linli.web.home.shown import bar
from linli.web.parts.purse import points, unit_of

WHO = (
    (GiftTo.POOL, gettext_lazy("The common pool")),
    (GiftTo.ELDER, gettext_lazy("An elder")),
    (GiftTo.FRIEND, gettext_lazy("A friend")),
)


class GiveForm(forms.Form):
    """How many, a word with it, and to whom: an elder to choose, or a friend's number."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    receiver = forms.TypedChoiceField(label=gettext_lazy("Which elder"), coerce=int)
    friend = forms.CharField(label=gettext_lazy("The friend's passbook number or phone"), max_length=30)
    points = forms.IntegerField(label=gettext_lazy("How many points"), min_value=1, max_value=1_000_000)
    words = forms.CharField(label=gettext_lazy("A word with it"), max_length=100, required=False)

    def __init__(self, *args: Any, to: str, elders: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.to, self.elders = to, {one.pk: one for one in elders}
        field: Any = self.fields["receiver"]
        field.choices = [(one.pk, masked(one)) for one in elders]
        if to != GiftTo.ELDER:
            del self.fields["receiver"]
        if to != GiftTo.FRIEND:
            del self.fields["friend"]
        if to == GiftTo.POOL:
            del self.fields["words"]


def given(request: Any, member: Any, form: GiveForm) -> Any:
    """The gift out of a valid form; None where it was refused."""
    told = form.cleaned_data

    def act() -> Any:
        whom = form.elders.get(told.get("receiver"))
        if form.to == GiftTo.FRIEND:
            whom = friend_of(member, told["friend"])
            if whom is None:
                raise Refused(_("Nobody with a passbook has this number; please look again."), field="friend")
        return actions.give(
            key=told["key"], member=member, gift_to=form.to, points=told["points"], words=told.get("words", ""),
            receiver=whom, by=request.me, authority=authority_of(request, member), now=request.now,
        )  # fmt: skip

    return attempt(request, act, form=form, done=_("Given. They are told, and it stands in your passbook."))


@login_required
def give(request: Any) -> HttpResponse:
    """The form, and one gift out of it."""
    member = chosen(request)
    context: dict[str, Any] = {
        "member": member,
        "tabs_": whose(request, member, "home:give"),
        "nav": bar(request),
    }
    if member is None:
        return render(request, "home/passbook_none.html", context)
    elders = cared_for(member)
    ways = [row for row in WHO if row[0] != GiftTo.ELDER or elders]
    to = next((way for way, _label in ways if way == request.GET.get("to")), GiftTo.POOL)
    form = GiveForm(request.POST or None, to=to, elders=elders, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid() and given(request, member, form):
        return forward(request, "home:passbook", member)
    terms = rule_on(member.programme, request.today).terms
    context |= {
        "form": form,
        "ways": [
            {"url": link(request, "home:give", member, to=way), "label": label, "current": way == to}
            for way, label in ways
        ],
        "unit": unit_of(terms),
        "free": points(purse_of(member).earned_free, terms, link(request, "home:passbook", member)),
        "for_pk": "" if member.person_id == request.me.pk else member.person_id,
        "back": link(request, "home:passbook", member),
    }
    return render(request, "home/give.html", context)


urlpatterns = [path("give/", give, name="give")]
