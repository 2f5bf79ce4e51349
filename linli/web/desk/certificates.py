"""Certificates of hours at the desk: given out for a member, printed, withdrawn; what is reported of a month."""

from datetime import date, timedelta
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

from linli.commons.timebank.access import member_for, members_for
from linli.commons.timebank.actions import certificates as actions
from linli.commons.timebank.queries import certificates as queries
from linli.ground.people.access import may, require, stems_for
from linli.ground.people.queries import age_on, called, masked, search_people
from linli.kit.keyset import page
from linli.kit.sheets import Column, write_xlsx
from linli.web.acts import attempt
from linli.web.desk.shown import DayField
from linli.web.parts.certificate import check_address, sheet_of, spaced_number

FOUND = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class IssueForm(forms.Form):
    """From which day to which."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    first_on = DayField(label=gettext_lazy("From"))
    last_on = DayField(label=gettext_lazy("Until"))


class RevokeForm(forms.Form):
    """Why it is withdrawn."""

    why = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whoever checks the number learns that it was withdrawn, not why."),
    )  # fmt: skip


class ExportForm(forms.Form):
    """Which month, and why names are needed in plain."""

    month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$",
        label=gettext_lazy("Month"),
        widget=forms.DateInput(attrs={"type": "month"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why names and ID numbers are needed in full"), max_length=200, required=False,
        help_text=gettext_lazy("Left empty they stay masked. Each person can read who looked, and why."),
    )  # fmt: skip

    def clean_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


def line(row: Any, *, gives: bool) -> dict[str, Any]:
    """A certificate in the list; volunteers are known by name to those who work with them."""
    return {
        "url": reverse("desk:certificate", args=[row.no]),
        "who": called(row.member.person) if gives else masked(row.member.person),
        "number": spaced_number(row.no),
        "hours": queries.long_words(row.minutes),
        "first_on": row.first_on,
        "last_on": row.last_on,
        "issued_at": row.issued_at,
        "revoked": row.revoked_at is not None,
    }


@login_required
def certificates(request: Any) -> HttpResponse:
    """What was given out, newest first."""
    me, today = request.me, request.today
    require(me, "timebank.see", on=today)
    found = page(queries.certificates_for(me, on=today), order=("-id",), after=request.GET.get("after"))
    gives = bool(stems_for(me, "certificate.issue", on=today))
    context = {
        "rows": [line(row, gives=gives) for row in found.rows],
        "next": f"?after={found.after}" if found.after else "",
        "gives": gives,
    }
    return render(request, "desk/certificates.html", context)


def periods(today: date, admitted: date | None) -> list[tuple[str, date, date]]:
    """The times people ask for most: this year, last year, all of it."""
    last_year = today.year - 1
    found = [
        (_("this year"), today.replace(month=1, day=1), today),
        (_("last year"), date(last_year, 1, 1), date(last_year, 12, 31)),
    ]
    return [*found, (_("all of it"), admitted, today)] if admitted else found


def found_members(request: Any, text: str) -> list[dict[str, Any]]:
    """Members by name, phone or number, in the areas where one gives out certificates."""
    me, today = request.me, request.today
    rows = members_for(me, "certificate.issue", on=today).exclude(admitted_at=None)
    people = search_people(stems_for(me, "certificate.issue", on=today), text)
    chosen = rows.filter(no=text) if text.isdigit() and len(text) > 11 else rows.filter(person__in=people)
    return [
        {
            "name": called(row.person),
            "age": age_on(row.person, today),
            "place": row.area.name,
            "note": row.no,
            "url": f"{reverse('desk:certificate_new')}?member={row.no}",
        }
        for row in chosen[:FOUND]
    ]


@login_required
def certificate_new(request: Any) -> HttpResponse:
    """Find a member, choose the time, see the hours, give it out."""
    me, today = request.me, request.today
    require(me, "certificate.issue", on=today)
    number = request.GET.get("member", "")
    if not number:
        text = " ".join(request.GET.get("name", "").replace("\x00", "").split())[:40]
        rows = found_members(request, text) if len(text) > 1 else []
        return render(request, "desk/certificate_find.html", {"text": text, "rows": rows})
    member = member_for(me, no=number, verb="certificate.issue", on=today)
    start = {"key": uuid4(), "first_on": today.replace(month=1, day=1), "last_on": today}
    asked = (
        IssueForm({**start, **request.GET.dict(), "key": start["key"]}) if "first_on" in request.GET else None
    )
    if asked and asked.is_valid():
        start |= asked.cleaned_data
    form = IssueForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.issue(member=member, by=me, now=request.now, **form.cleaned_data),
            form=form,
            done=_("Given out, free of charge."),
        )
        if made is not None:
            return redirect("desk:certificate", made.no)
    admitted = timezone.localtime(member.admitted_at).date() if member.admitted_at else None
    context = {
        "member": member,
        "who": called(member.person),
        "form": form,
        "hours": queries.hours_of(member, start["first_on"], start["last_on"]),
        "first_on": start["first_on"],
        "last_on": start["last_on"],
        "periods": [
            {
                "label": label,
                "url": f"?member={member.no}&first_on={first}&last_on={last}",
                "current": (first, last) == (start["first_on"], start["last_on"]),
            }
            for label, first, last in periods(today, admitted)
        ],
    }
    return render(request, "desk/certificate_new.html", context)


@login_required
def certificate(request: Any, no: str) -> HttpResponse:
    """One certificate: what it says, whether it still holds."""
    me, today = request.me, request.today
    row = queries.certificate_for(me, no=no, on=today)
    gives = may(me, "certificate.issue", row.stem, on=today)
    now_minutes = queries.hours_now(row)
    context = {
        "row": row,
        "who": called(row.member.person) if gives else masked(row.member.person),
        "number": spaced_number(row.no),
        "hours": queries.long_words(row.minutes),
        "now_hours": queries.long_words(now_minutes) if now_minutes != row.minutes else "",
        "issued_by": called(row.issued_by),
        "own": row.issued_by_id == row.member.person_id,
        "check": check_address(row.no),
        "form": RevokeForm() if gives and not row.revoked_at and row.member.person_id != me.pk else None,
        "gives": gives,
    }
    return render(request, "desk/certificate.html", context)


@login_required
@never_cache
def certificate_sheet(request: Any, no: str) -> HttpResponse:
    """The certificate on A4."""
    row = queries.certificate_for(request.me, no=no, verb="certificate.issue", on=request.today)
    paper = attempt(request, lambda: actions.paper_of(row))
    if paper is None:
        return redirect("desk:certificate", no)
    context = {**sheet_of(paper), "back": reverse("desk:certificate", args=[no]), "revoked": row.revoked_at}
    return render(request, "desk/certificate_sheet.html", context)


@login_required
@require_POST
def certificate_file(request: Any, no: str) -> HttpResponse:
    """The signed file, to be checked offline."""
    row = queries.certificate_for(request.me, no=no, verb="certificate.issue", on=request.today)
    paper = attempt(request, lambda: actions.take_paper(certificate=row, by=request.me, now=request.now))
    if paper is None:
        return redirect("desk:certificate", no)
    answer = HttpResponse(paper, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="linli-{row.no}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def certificate_revoke(request: Any, no: str) -> HttpResponse:
    """Withdraw it."""
    row = queries.certificate_for(request.me, no=no, verb="certificate.issue", on=request.today)
    form = RevokeForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    attempt(
        request,
        lambda: actions.revoke(certificate=row, why=why, by=request.me, now=request.now),
        done=_("Withdrawn. Whoever checks the number is told so."),
    )
    return redirect("desk:certificate", no)


def month_before(today: date) -> date:
    """The first day of the month before this one."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


@login_required
@never_cache
def certificate_export(request: Any) -> HttpResponse:
    """Hours of a month in the columns of the national volunteer system: masked, or in full for a reason."""
    me = request.me
    require(me, "certificate.issue", on=request.today)
    given = request.POST or (request.GET if "month" in request.GET else None)
    form = ExportForm(given, initial={"month": f"{month_before(request.today):%Y-%m}"})
    if form.is_bound and form.is_valid():
        month = form.cleaned_data["month"]
        reason = form.cleaned_data["reason"] if request.method == "POST" else ""
        rows = attempt(
            request,
            lambda: actions.export_month(month=month, by=me, now=request.now, reason=reason),
            form=form,
        )
        if rows is not None:
            return workbook(request, month, rows, reason)
    return render(request, "desk/certificate_export.html", {"form": form})


def workbook(request: Any, month: date, rows: list[Any], reason: str) -> HttpResponse:
    """The file; in full it says on its last line who took it, when and why."""
    title = _("Hours of voluntary service {month}").format(month=f"{month:%Y-%m}")
    at = f"{timezone.localtime(request.now):%Y-%m-%d %H:%M}"
    if reason:
        mark = _("Taken by {who}, {at}, because: {reason}").format(
            who=called(request.me), at=at, reason=reason.strip()
        )
        title, rows = f"{title} · {called(request.me)} {at}", [*rows, (), (mark,)]
    columns = [Column(str(name), width) for name, width in queries.EXPORT_COLUMNS]
    answer = HttpResponse(write_xlsx(title, columns, rows), content_type=XLSX)
    answer["Content-Disposition"] = (
        f'attachment; filename="hours-{month:%Y-%m}{"-full" if reason else ""}.xlsx"'
    )
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("certificates/", certificates, name="certificates"),
    path("certificates/new/", certificate_new, name="certificate_new"),
    path("certificates/export/", certificate_export, name="certificate_export"),
    path("certificates/<str:no>/", certificate, name="certificate"),
    path("certificates/<str:no>/sheet/", certificate_sheet, name="certificate_sheet"),
    path("certificates/<str:no>/file/", certificate_file, name="certificate_file"),
    path("certificates/<str:no>/revoke/", certificate_revoke, name="certificate_revoke"),
]
