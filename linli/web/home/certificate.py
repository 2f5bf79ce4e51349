"""My certificates of hours: taken at once, without asking anybody; only approved hours are in them."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.commons.timebank.actions import certificates as actions
from linli.commons.timebank.queries import certificates as queries
from linli.commons.timebank.queries.members import memberships_of
from linli.web.acts import attempt
from linli.web.home.shown import bar, somebody
from linli.web.parts.certificate import sheet_of, spaced_number

SHOWN = 20


class TakeForm(forms.Form):
    """Which time: one of three, or one's own days where these are filled in."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    time = forms.ChoiceField(
        label=gettext_lazy("Which time"), widget=forms.RadioSelect, initial="year",
        choices=(
            ("year", gettext_lazy("this year")), ("last", gettext_lazy("last year")), ("all", gettext_lazy("all of it")),
        ),
    )  # fmt: skip
    first_on = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, *, today: date, began: date) -> None:
        super().__init__(data, initial={"key": uuid4()})
        self.today, self.began = today, began

    def clean(self) -> dict[str, Any]:
        """The two days."""
        given = super().clean() or self.cleaned_data
        last = self.today.year - 1
        times = {
            "year": (self.today.replace(month=1, day=1), self.today),
            "last": (date(last, 1, 1), date(last, 12, 31)),
        }
        own = given.get("first_on"), given.get("last_on")
        self.first, self.last = times.get(given.get("time", ""), (self.began, self.today))
        if any(own):
            self.first, self.last = own[0] or self.began, own[1] or self.today
        return given


@login_required
def certificates(request: Any) -> HttpResponse:
    """My hours, a new certificate, and those I have."""
    me, today = somebody(request), request.today
    member = memberships_of(me).first()
    if member is None:
        return render(request, "home/certificates_none.html", {"nav": bar(request)})
    began = timezone.localtime(member.admitted_at or member.applied_at).date()
    form = TakeForm(request.POST or None, today=today, began=began)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.issue(
                key=form.cleaned_data["key"], member=member, first_on=form.first, last_on=form.last, by=me,
                now=request.now,
            ),
            form=form,
            done=_("Here it is. You can print it, or keep the file."),
        )  # fmt: skip
        if made is not None:
            return redirect("home:certificates")
    rows = [
        {
            "no": row.no,
            "number": spaced_number(row.no),
            "hours": queries.long_words(row.minutes),
            "first_on": row.first_on,
            "last_on": row.last_on,
            "revoked": row.revoked_at,
            "why": row.revoked_why,
        }
        for row in queries.own_certificates(me)[:SHOWN]
    ]
    context = {
        "form": form,
        "rows": rows,
        "hours": queries.hours_of(member, began, today),
        "first_on": began,
        "last_on": today,
        "organisation": member.programme.organisation,
        "nav": bar(request),
    }
    return render(request, "home/certificates.html", context)


@login_required
@never_cache
def certificate_sheet(request: Any, no: str) -> HttpResponse:
    """My certificate on A4."""
    row = queries.own_certificate(somebody(request), no=no)
    paper = attempt(request, lambda: actions.paper_of(row))
    if paper is None:
        return redirect("home:certificates")
    context = {**sheet_of(paper), "back": reverse("home:certificates"), "revoked": row.revoked_at}
    return render(request, "home/certificate_sheet.html", context)


@login_required
@require_POST
def certificate_file(request: Any, no: str) -> HttpResponse:
    """My certificate as a signed file."""
    me = somebody(request)
    row = queries.own_certificate(me, no=no)
    paper = attempt(request, lambda: actions.take_paper(certificate=row, by=me, now=request.now))
    if paper is None:
        return redirect("home:certificates")
    answer = HttpResponse(paper, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="linli-{row.no}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("certificate/", certificates, name="certificates"),
    path("certificate/<str:no>/sheet/", certificate_sheet, name="certificate_sheet"),
    path("certificate/<str:no>/file/", certificate_file, name="certificate_file"),
]
