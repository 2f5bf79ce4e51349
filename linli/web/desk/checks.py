"""Spot checks: a month drawn by a seed anybody can draw again, the list to walk with, what was found."""

from datetime import date
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
from linli.commons.timebank.access import check_for, programme_for, programmes_for
from linli.commons.timebank.choices import CheckResult
from linli.commons.timebank.queries.checks import checks_of, draws_of
from linli.ground.people.access import may, require
from linli.ground.people.queries import called
from linli.web.acts import attempt
from linli.web.desk.records_shown import record_line
from linli.web.desk.shown import building_words


class DrawForm(forms.Form):
    """Which month, how many."""

    month = forms.CharField(label=gettext_lazy("Month"), widget=forms.TextInput(attrs={"type": "month"}))
    share = forms.IntegerField(
        label=gettext_lazy("How many of a hundred"), min_value=1, max_value=100, initial=5
    )

    def clean_month(self) -> date:
        """The first of the month."""
        try:
            return date.fromisoformat(f"{self.cleaned_data['month']}-01")
        except ValueError:
            raise forms.ValidationError(_("Please choose a month.")) from None


class FoundForm(forms.Form):
    """What was found at the door."""

    result = forms.ChoiceField(
        label=gettext_lazy("What did you find?"), choices=CheckResult.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


def month_before(today: date) -> str:
    """The last month that is over, as the form wants it."""
    year, month = divmod(today.year * 12 + today.month - 2, 12)
    return f"{year}-{month + 1:02d}"


def check_line(row: Any) -> dict[str, Any]:
    """A check in one row."""
    home = row.record.receiver.household
    return record_line(row.record) | {
        "check": row.pk,
        "place": building_words(home.building) if home else "",
        "result": row.result,
        "result_label": row.get_result_display() if row.result else "",
        "words": row.words,
        "who": called(row.checked_by) if row.checked_by_id else "",
    }


def chosen(request: Any) -> Any:
    """The programme the address names, the first without; 404 where there is none."""
    return programme_for(request.me, "record.confirm", code=request.GET.get("of", ""), on=request.today)


@login_required
def checks(request: Any) -> HttpResponse:
    """Months that were drawn, one of them open; a POST draws one."""
    require(request.me, "record.confirm", on=request.today)
    programme = chosen(request)
    draws_ = may(request.me, "dispute.decide", programme.stem, on=request.today)
    form = DrawForm(
        request.POST if request.method == "POST" else None, initial={"month": month_before(request.today)}
    )
    if request.method == "POST":
        if not draws_:
            raise Http404
        if form.is_valid():
            given = form.cleaned_data
            if attempt(
                request,
                lambda: actions.draw(programme=programme, **given, by=request.me, now=request.now),
                form=form,
                done=_("Drawn. Please let somebody walk there who had no part in it."),
            ):
                return redirect(f"{request.path}?month={given['month']:%Y-%m}")
    months = draws_of(programme)
    month = asked_month(request, months)
    context = {
        "programme": programme,
        "many": programmes_for(request.me, "record.confirm", on=request.today).count() > 1,
        "months": months,
        "month": month,
        "rows": [check_line(row) for row in checks_of(programme, month)] if month else [],
        "seed": f"{programme.code}:{month:%Y-%m}" if month else "",
        "form": form if draws_ else None,
    }
    template = "desk/checks_sheet.html" if request.GET.get("print") else "desk/checks.html"
    return render(request, template, context)


def asked_month(request: Any, months: list[Any]) -> date | None:
    """The month the address names, if it was drawn; else the latest."""
    try:
        wanted = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return months[0].month if months else None
    return wanted if any(one.month == wanted for one in months) else None


@login_required
@require_POST
def check_found(request: Any, pk: int) -> HttpResponse:
    """What was found at one door."""
    row = check_for(request.me, pk=pk, on=request.today)
    form = FoundForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        attempt(
            request,
            lambda: actions.record_check(check=row, **given, by=request.me, now=request.now),
            done=_("Noted. Thank you for going there."),
        )
    else:
        attempt(
            request,
            lambda: actions.record_check(check=row, result="", words="", by=request.me, now=request.now),
        )
    return redirect(f"/desk/checks/?month={row.month:%Y-%m}#check-{row.pk}")


urlpatterns = [
    path("checks/", checks, name="checks"),
    path("checks/<int:pk>/", check_found, name="check_found"),
]
