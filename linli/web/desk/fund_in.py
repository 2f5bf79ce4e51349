"""Money comes in: collective income and grants, donations with their receipt; a meeting sets it aside."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.commons.fund import actions, queries
from linli.commons.fund.access import fund_for, line_of, resolution_of
from linli.commons.fund.choices import What
from linli.commons.fund.queries import View
from linli.ground.people.access import may
from linli.ground.people.queries import called
from linli.ground.photos.choices import PhotoKind
from linli.ground.photos.queries import photos_of
from linli.web.acts import attempt
from linli.web.desk.fund_forms import AllocateForm, DonationForm, IncomeForm, ResolutionForm
from linli.web.desk.fund_pages import photo_lines
from linli.web.parts.bill import DESK, address, money


def keyed(form: Any) -> dict[str, Any]:
    """What a form says, its key as the act's own."""
    given = dict(form.cleaned_data)
    return {"uid": given.pop("key"), **given}


@login_required
def fund_income(request: Any, code: str) -> HttpResponse:
    """Write down income that is no donation."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    form = IncomeForm(request.POST or None, initial={"received_on": request.today, "source": "collective"})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.take_income(fund=row, **keyed(form), by=request.me, now=request.now),
            form=form,
            done=_("Written down."),
        )
        if made:
            return redirect("desk:fund_entry", code, made.line.no)
    return render(request, "desk/fund_income.html", {"fund": row, "form": form})


@login_required
def fund_donation(request: Any, code: str) -> HttpResponse:
    """Write down a donation."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    form = DonationForm(request.POST or None, initial={"received_on": request.today})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.take_donation(fund=row, **keyed(form), by=request.me, now=request.now),
            form=form,
            done=_("Written down. The receipt can be printed here."),
        )
        if made:
            return redirect("desk:fund_entry", code, made.line.no)
    return render(request, "desk/fund_donation.html", {"fund": row, "form": form})


def donation_of(request: Any, code: str, no: int) -> tuple[Any, Any, Any]:
    """Fund, line and donation; 404 where the line is none."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    line = line_of(row, no)
    income = getattr(line, "income", None)
    if income is None or not income.receipt:
        raise Http404
    return row, line, income


@login_required
@never_cache
def fund_receipt(request: Any, code: str, no: int) -> HttpResponse:
    """The thank-you for a donor on A4. The full name stands on it only when it is printed, which is written down."""
    row, line, income = donation_of(request, code, no)
    name = queries.donor_words(income)
    if request.method == "POST":
        full = actions.print_receipt(income=income, by=request.me, now=request.now)
        name = full if full and not income.anonymous else name
    context = {
        "fund": row,
        "income": income,
        "line": line,
        "name": name,
        "full": request.method == "POST",
        "money": money(line.amount),
        "today": request.today,
        "corrected": hasattr(line, "corrected_by"),
    }
    return render(request, "desk/fund_receipt.html", context)


@login_required
def fund_forget(request: Any, code: str, no: int) -> HttpResponse:
    """A donor wishes to be forgotten: ask once more, then name, number and words go for good."""
    row, line, income = donation_of(request, code, no)
    if request.method == "POST":
        attempt(
            request,
            lambda: actions.forget_donor(income=income, by=request.me, now=request.now),
            done=_("Forgotten. The money stays where it is."),
        )
        return redirect("desk:fund_entry", code, no)
    context = {"fund": row, "line": line, "donor": queries.donor_words(income, staff=True)}
    return render(request, "desk/fund_forget.html", context)


@login_required
def fund_resolution_new(request: Any, code: str) -> HttpResponse:
    """Write down what a meeting resolved."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    form = ResolutionForm(request, row, initial={"met_on": request.today, "kind": "facility"})
    if request.method == "POST" and form.is_valid():
        photos = form.keep_photos(PhotoKind.PAPER)
        if photos is not None:
            given = keyed(form)
            given.pop("photo_ids")
            made = attempt(
                request,
                lambda: actions.resolve(fund=row, **given, photos=photos, by=request.me, now=request.now),
                form=form,
                done=_("Written down. How much of it is set aside now?"),
            )
            if made:
                return redirect("desk:fund_resolution", code, made.pk)
    return render(request, "desk/fund_resolution_new.html", {"fund": row, "form": form})


@login_required
def fund_resolution(request: Any, code: str, pk: int) -> HttpResponse:
    """One resolution, and below it how much of it is set aside."""
    row = fund_for(request.me, code=code, on=request.today)
    resolution = resolution_of(row, pk)
    keeps = may(request.me, "fund.keep", row.community, on=request.today)
    stands = queries.standing(row)
    first = {"amount": f"{min(resolution.left, stands.free) / 100:.2f}"}
    form = AllocateForm(request.POST or None, initial=first) if keeps and resolution.left else None
    if request.method == "POST":
        row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
        if form is not None and form.is_valid():
            made = attempt(
                request,
                lambda: actions.allocate(
                    resolution=resolution, **keyed(form), by=request.me, now=request.now
                ),
                form=form,
                done=_("Set aside."),
            )
            if made:
                return redirect("desk:fund_entry", code, made.line.no)
    context = {
        "fund": row,
        "resolution": resolution,
        "who": called(resolution.by),
        "amount": money(resolution.amount),
        "allocated": money(resolution.allocated),
        "left": money(resolution.left),
        "free": money(stands.free, address(code, View(What.FREE), DESK)),
        "photos": photo_lines(code, photos_of("resolution", [pk])[pk], _("The resolution on paper")),
        "form": form,
    }
    return render(request, "desk/fund_resolution.html", context)


urlpatterns = [
    path("fund/<slug:code>/income/", fund_income, name="fund_income"),
    path("fund/<slug:code>/donation/", fund_donation, name="fund_donation"),
    path("fund/<slug:code>/entries/<int:no>/receipt/", fund_receipt, name="fund_receipt"),
    path("fund/<slug:code>/entries/<int:no>/forget/", fund_forget, name="fund_forget"),
    path("fund/<slug:code>/resolutions/new/", fund_resolution_new, name="fund_resolution_new"),
    path("fund/<slug:code>/resolutions/<int:pk>/", fund_resolution, name="fund_resolution"),
]
