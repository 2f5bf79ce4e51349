"""What a member can do, when, and how heavy it may be: asked when somebody is entered, and changed when they say so."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank import actions
from linli.commons.timebank.access import member_for
from linli.commons.timebank.choices import TIMES, Strength
from linli.loop.run.queries import services
from linli.web.acts import attempt
from linli.web.parts.visit_words import HALVES, WEEKDAYS


def week(chosen: Any) -> list[dict[str, Any]]:
    """The week as seven rows of three halves of a day: each a code, and whether it is chosen."""
    wanted = set(chosen or ())
    return [
        {
            "day": str(words),
            "halves": [
                {"code": f"{day}{half}", "label": str(label), "on": f"{day}{half}" in wanted}
                for half, label in HALVES.items()
            ],
        }
        for day, words in enumerate(WEEKDAYS, start=1)
    ]


def week_words(chosen: Any) -> list[str]:
    """The same in words, a day a line; one line for whoever has time whenever."""
    if set(TIMES) <= set(chosen):
        return [_("Whenever")]
    days = ((row["day"], [half["label"] for half in row["halves"] if half["on"]]) for row in week(chosen))
    return [f"{day} {'、'.join(halves)}" for day, halves in days if halves]


class SkillsForm(forms.Form):
    """Skills, times, strength."""

    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What they can do"), required=False, widget=forms.CheckboxSelectMultiple
    )
    times = forms.MultipleChoiceField(
        label=gettext_lazy("When they have time"), required=False, choices=[(one, one) for one in TIMES]
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("How heavy may it be?"), choices=Strength.choices, initial=Strength.USUAL,
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, request: Any, **more: Any) -> None:
        super().__init__(request.POST if request.method == "POST" else None, **more)
        fields: Any = self.fields
        fields["skills"].choices = [(one.code, one.name) for one in services(on=request.today)]

    def grid(self) -> list[dict[str, Any]]:
        """The week with what is chosen."""
        return week(self["times"].value())

    def unknown(self, skills: Any) -> list[str]:
        """Skills for services that are not offered now: nobody was asked about them, so they stay."""
        asked = {code for code, _name in self.fields["skills"].choices}  # type: ignore[attr-defined]
        return [code for code in skills if code not in asked]

    def offer(self) -> dict[str, Any]:
        """What the actions are told."""
        return {name: self.cleaned_data[name] for name in ("skills", "times", "strength")}


@login_required
def member_offer(request: Any, no: str) -> HttpResponse:
    """Change what somebody can do, and when."""
    row = member_for(request.me, no=no, verb="member.keep", on=request.today)
    known = {"skills": row.skills, "times": row.times, "strength": row.strength}
    form = SkillsForm(request, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.offer()
        given["skills"] = [*given["skills"], *form.unknown(row.skills)]
        kept = attempt(
            request,
            lambda: actions.keep_offer(member=row, by=request.me, now=request.now, **given),
            form=form,
            done=_("Noted. Visits are offered by it from now on."),
        )
        if kept is not None:
            return redirect("desk:member", no)
    return render(request, "desk/member_offer.html", {"member": row, "form": form, "grid": form.grid()})


urlpatterns = [path("members/<str:no>/offer/", member_offer, name="member_offer")]
