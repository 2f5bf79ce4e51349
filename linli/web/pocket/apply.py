"""Say what one can do and when: to begin with, and whenever it changes."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.choices import MemberState, Strength
from linli.commons.timebank.queries.programmes import programme_of
from linli.loop.run.queries import services
from linli.web.acts import attempt
from linli.web.parts.visit_words import HALVES, WEEKDAYS
from linli.web.pocket.shown import bar, membership, somebody

TIMES = [f"{day}{half}" for day in range(1, 8) for half in HALVES]


class OfferForm(forms.Form):
    """What she can do, when she has time, how much she can lift."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What would you like to do?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one thing.")},
    )  # fmt: skip
    times = forms.MultipleChoiceField(
        label=gettext_lazy("When do you have time?"), choices=[(one, one) for one in TIMES],
        error_messages={"required": gettext_lazy("Please choose at least one half of a day.")},
    )  # fmt: skip
    strength = forms.ChoiceField(
        label=gettext_lazy("How much can you lift?"), choices=Strength.choices, initial=Strength.USUAL,
        widget=forms.RadioSelect,
    )  # fmt: skip
    consent = forms.BooleanField(
        label=gettext_lazy("My name and number may be told to those I visit, and to the workers here."),
        error_messages={"required": gettext_lazy("Without this nobody would know who comes to the door.")},
    )

    def __init__(self, request: Any, member: Any, **more: Any) -> None:
        data = request.POST if request.method == "POST" else None
        known = member is not None and member.skills
        initial = (
            {"skills": member.skills, "times": member.times, "strength": member.strength} if known else {}
        )
        super().__init__(data, initial=initial, **more)
        offered = [(one.code, one.name) for one in services(on=request.today)]
        self.fields["skills"].choices = offered  # type: ignore[attr-defined]
        if member is not None and member.state not in {MemberState.RECEIVES, MemberState.REFUSED}:
            del self.fields["consent"]

    def grid(self) -> list[dict[str, Any]]:
        """The week as seven rows of three: each a code, and whether it is chosen."""
        chosen = set(self["times"].value() or [])
        return [
            {
                "day": str(WEEKDAYS[day - 1]),
                "halves": [
                    {"code": f"{day}{half}", "label": str(label), "on": f"{day}{half}" in chosen}
                    for half, label in HALVES.items()
                ],
            }
            for day in range(1, 8)
        ]


def keep(request: Any, member: Any, form: OfferForm) -> Any:
    """Apply, or change what was said; None when it was refused."""
    given = {name: form.cleaned_data[name] for name in ("skills", "times", "strength")}
    me, now = request.me, request.now
    if member is None or member.state in {MemberState.RECEIVES, MemberState.REFUSED}:
        programme = programme_of(me.stem)
        if programme is None:
            form.add_error(None, _("There is no time bank in your community yet."))
            return None
        said = _("Thank you. A worker will call you.")
        return attempt(
            request,
            lambda: actions.apply(programme=programme, person=me, by=me, now=now, **given),
            form=form,
            done=said,
        )
    return attempt(
        request,
        lambda: actions.keep_offer(member=member, by=me, now=now, **given),
        form=form,
        done=_("Kept."),
    )


@login_required
def offer(request: Any) -> HttpResponse:
    """The form, for those who begin and for those who serve."""
    somebody(request)
    member = membership(request)
    form = OfferForm(request, member)
    if request.method == "POST" and form.is_valid() and keep(request, member, form) is not None:
        return redirect("pocket:home")
    begins = "consent" in form.fields
    context = {"form": form, "grid": form.grid(), "begins": begins, "nav": bar(request)}
    return render(request, "pocket/offer.html", context)


urlpatterns = [path("offer/", offer, name="offer")]
