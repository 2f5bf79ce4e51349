"""Enter an application or an elder; move a member along; what they can do and when."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.access import member_for
from linli.commons.timebank.choices import TIMES
from linli.commons.timebank.queries.programmes import programme_of
from linli.ground.people.access import may, require
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import chosen_people, people_lines
from linli.web.desk.members import page_of
from linli.web.desk.members_offer import SkillsForm

RIGHTS = {
    "check": "member.keep",
    "learn": "member.keep",
    "admit": "member.admit",
    "pause": "member.keep",
    "resume": "member.keep",
    "refuse": "member.keep",
    "leave": "member.admit",
}


class ReasonForm(forms.Form):
    """Why; for leaving also whether they have died, and who inherits."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    died = forms.BooleanField(label=gettext_lazy("They have died"), required=False)
    heir = forms.CharField(
        label=gettext_lazy("Number of the heir's passbook"), max_length=24, required=False,
        help_text=gettext_lazy("Only after a death, where the rule lets it; else the points go to the common pool."),
    )  # fmt: skip


class OfferForm(SkillsForm):
    """Whether they serve or are cared for; what they can do, when, how heavy."""

    what = forms.ChoiceField(
        label=gettext_lazy("What for"),
        choices=(
            ("serve", gettext_lazy("Would like to serve")),
            ("care", gettext_lazy("Is to be cared for")),
        ),
        widget=forms.RadioSelect,
        initial="serve",
    )
    field_order = ("what",)


@login_required
def member_new(request: Any) -> HttpResponse:
    """Somebody who called or came by: serves, or is cared for. Whoever writes it down is named."""
    require(request.me, "member.keep", on=request.today)
    form = OfferForm(request)
    chosen = chosen_people(request, "asker")[:1]
    if request.method == "POST" and form.is_valid():
        made = entered(request, form, chosen[0] if chosen else None)
        if made is not None:
            return redirect("desk:member", made.no)
    context = {
        "form": form,
        "grid": form.grid(),
        "chosen": people_lines(chosen, request.today),
        "finds_people": True,
    }
    return render(request, "desk/member_new.html", context)


def entered(request: Any, form: OfferForm, person: Any) -> Any:
    """A place for this person; None when it was refused."""
    if person is None or not may(request.me, "member.keep", person.stem, on=request.today):
        form.add_error(None, _("Please say who it is."))
        return None
    programme = programme_of(person.stem)
    if programme is None:
        form.add_error(None, _("There is no time bank in this community yet."))
        return None
    given = form.cleaned_data
    base = {"programme": programme, "person": person, "by": request.me, "now": request.now}
    if given["what"] == "care":
        return attempt(request, lambda: actions.enrol_receiver(**base), form=form, done=_("Entered."))
    more = form.offer() | {"times": given["times"] or list(TIMES)}
    return attempt(
        request, lambda: actions.apply(**base, **more), form=form, done=_("The application is entered.")
    )


@login_required
@require_POST
def member_move(request: Any, no: str, verb: str) -> HttpResponse:
    """One step along the way."""
    if verb not in RIGHTS:
        raise Http404
    me, now, today = request.me, request.now, request.today
    row = member_for(me, no=no, verb=RIGHTS[verb], on=today)
    if verb not in {"refuse", "leave"}:
        act = getattr(actions, verb)
        attempt(request, lambda: act(member=row, by=me, now=now), done=_("Noted."))
        return redirect("desk:member", no)
    form = ReasonForm(request.POST)
    if form.is_valid() and asked(request, row, verb, form) is not None:
        return redirect("desk:member", no)
    return page_of(request, row, form, verb)


def asked(request: Any, row: Any, verb: str, form: ReasonForm) -> Any:
    """Refuse, or close the passbook, with a reason; None when that was refused."""
    me, now, given = request.me, request.now, form.cleaned_data
    if verb == "refuse":
        return attempt(
            request, lambda: actions.refuse(member=row, reason=given["reason"], by=me, now=now), form=form,
            done=_("Not admitted; the reason is on the page."),
        )  # fmt: skip
    heir = None
    if given["heir"].strip():
        try:
            heir = member_for(me, no=given["heir"].strip(), on=request.today)
        except Http404:
            form.add_error("heir", _("There is no passbook with this number here."))
            return None
    return attempt(
        request,
        lambda: actions.leave(
            member=row, by=me, now=now, heir=heir, died=given["died"], reason=given["reason"]
        ),
        form=form,
        done=_("The passbook is closed. The hours stay."),
    )


urlpatterns = [
    path("members/new/", member_new, name="member_new"),
    path("members/<str:no>/do/<slug:verb>/", member_move, name="member_move"),
]
