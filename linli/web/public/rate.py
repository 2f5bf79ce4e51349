"""The one-time link: the resident says whether it is solved, without a login."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from linli.ground.places.choices import FacilityKind
from linli.ground.places.queries import facilities_under
from linli.kit.masks import mask_text
from linli.loop.evaluate import actions
from linli.loop.evaluate.access import follow_up_by_token
from linli.web.acts import attempt
from linli.web.parts.templatetags.linli import excerpt

KNOWN_DAYS = 365  # so long a link that ran out still says whose it was
SHOWN = 120
YES_NO = ((("1"), _("Yes")), (("0"), _("Not yet")))
SO_SO = ((("1"), _("Satisfied")), (("0"), _("Not satisfied")))


def is_yes(value: str) -> bool:
    """The answer as a truth value."""
    return value == "1"


class RateForm(forms.Form):
    """Two questions, and words."""

    solved = forms.TypedChoiceField(
        label=_("Is it solved?"), choices=YES_NO, coerce=is_yes, widget=forms.RadioSelect, empty_value=None
    )
    satisfied = forms.TypedChoiceField(
        label=_("Are you satisfied?"),
        choices=SO_SO,
        coerce=is_yes,
        widget=forms.RadioSelect,
        empty_value=None,
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("What is good, or still missing."),
    )


@never_cache
def rate(request: Any, token: str) -> HttpResponse:
    """Ask; one answer uses the link up."""
    try:
        follow_up = follow_up_by_token(token, now=request.now)
    except Http404:
        return ended(request, token)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = attempt(
            request,
            lambda: actions.answer_by_link(follow_up=follow_up, now=request.now, **form.cleaned_data),
            form=form,
        )
        if answered is not None:
            return redirect("public:rated", "good" if answered.solved and answered.satisfied else "again")
    need = follow_up.need
    context = {
        "form": form,
        "elder": True,
        "said": mask_text(str(excerpt(need.words[: SHOWN * 4], SHOWN))),
        "asked_at": need.said_at,
        "done_at": need.done_at,
        "place": follow_up.area.name,
    }
    return render(request, "public/rate.html", context)


def ended(request: Any, token: str) -> HttpResponse:
    """The link was used or has run out: say so kindly, and whom to call."""
    offices, place = [], ""
    try:
        old = follow_up_by_token(token, now=request.now - timedelta(days=KNOWN_DAYS))
        place = old.area.name
        near = facilities_under([old.community or old.stem], on=request.today)
        offices = [office for office in near if office.kind == FacilityKind.OFFICE and office.phone][:2]
    except Http404:
        pass
    return render(
        request, "public/rate_ended.html", {"elder": True, "offices": offices, "place": place}, status=410
    )


def rated(request: Any, how: str) -> HttpResponse:
    """Thank you."""
    return render(request, "public/rated.html", {"elder": True, "again": how == "again"})


urlpatterns = [
    path("r/<str:token>", rate, name="rate"),
    path("r/<str:token>/", rate, name="rate_slash"),
    path("rated/<slug:how>/", rated, name="rated"),
]
