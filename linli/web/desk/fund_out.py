"""Money goes out: enter it with its voucher, sign or refuse, put right what was wrong, set the rules."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.commons.fund import actions, queries
from linli.commons.fund.access import correction_of, fund_for, line_of, spending_of
from linli.commons.fund.choices import Stage
from linli.ground.people.access import may
from linli.ground.people.queries import called
from linli.ground.photos.choices import PhotoKind
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_phone
from linli.web.acts import attempt
from linli.web.desk.fund_forms import CorrectForm, RulesForm, SpendingForm, WordsForm
from linli.web.desk.fund_in import keyed
from linli.web.desk.fund_pages import is_open, photo_lines
from linli.web.parts.bill import DESK, money, moved, row_of


@login_required
def fund_spend(request: Any, code: str) -> HttpResponse:
    """Write down a bill that is paid; a large one waits for the second signature."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    pots = queries.standing(row).pots
    form = SpendingForm(request, row, pots, initial={"spent_on": request.today})
    if request.method == "POST" and form.is_valid():
        photos = form.keep_photos(PhotoKind.VOUCHER)
        if photos is not None:
            given = keyed(form)
            given.pop("photo_ids")
            made = attempt(
                request,
                lambda: actions.spend(**given, photos=photos, by=request.me, now=request.now),
                form=form,
            )
            if made:
                return redirect(after_spending(code, made))
    context = {"fund": row, "form": form, "two_from": money(queries.rules_on(row, request.today).two_from)}
    return render(request, "desk/fund_spend.html", context)


def after_spending(code: str, row: Any) -> str:
    """The line where it is booked, else what waits."""
    if row.line_id:
        return reverse("desk:fund_entry", args=[code, row.line.no])
    return reverse("desk:fund_spending", args=[code, row.pk])


@login_required
def fund_spending(request: Any, code: str, pk: int) -> HttpResponse:
    """A spending before it is booked: everything to decide by, and the two answers."""
    row = fund_for(request.me, code=code, on=request.today)
    spending = spending_of(row, pk)
    context = {
        "fund": row,
        "row": spending,
        "title": queries.title_waiting(spending),
        "payee": queries.payee_words(spending),
        "target": spending.resolution.target,
        "money": money(-spending.amount),
        "photos": photo_lines(code, photos_of("spending", [pk])[pk], _("Voucher")),
        **signing(request, row, spending),
        "sign_url": reverse("desk:fund_spending_sign", args=[code, pk]),
        "refuse_url": reverse("desk:fund_spending_refuse", args=[code, pk]),
        "line": spending.line,
    }
    return render(request, "desk/fund_spending.html", context)


@login_required
def fund_correction(request: Any, code: str, pk: int) -> HttpResponse:
    """A correction before it is booked, and the two answers."""
    row = fund_for(request.me, code=code, on=request.today)
    correction = correction_of(row, pk)
    context = {
        "fund": row,
        "row": correction,
        "why": queries.reason_words(correction),
        "wrong": row_of(code, line_of(row, correction.wrong.no), DESK),
        "money": moved(correction.wrong, undone=True),
        **signing(request, row, correction),
        "sign_url": reverse("desk:fund_correction_sign", args=[code, pk]),
        "refuse_url": reverse("desk:fund_correction_refuse", args=[code, pk]),
        "line": correction.line,
    }
    return render(request, "desk/fund_correction.html", context)


def signing(request: Any, fund: Any, row: Any) -> dict[str, Any]:
    """Who has signed, and whether the viewer may."""
    signatures = queries.signatures_of(row)
    may_ = may(request.me, "fund.sign", fund.community, on=request.today) and is_open(row)
    mine = any(one.by_id == request.me.pk for one in signatures)
    return {
        "signed": [
            {"who": called(one.by), "role": one.get_role_display(), "at": one.at} for one in signatures
        ],
        "who": called(row.by),
        "signs": may_ and not mine,
        "refuse": WordsForm() if may_ else None,
        "mine": mine and is_open(row),
        "is_refused": row.state == Stage.REFUSED,
    }


def answered(request: Any, code: str, row: Any, back: str, verb: str) -> HttpResponse:
    """Sign or refuse, and go where the result is."""
    if verb == "sign":
        given = {"row": row, "by": request.me, "now": request.now}
        done = attempt(request, lambda: actions.sign(**given), done=_("Signed."))
        return redirect("desk:fund_entry", code, done.line.no) if done and done.line else redirect(back)
    words = request.POST.get("words", "")
    attempt(
        request,
        lambda: actions.refuse(row=row, words=words, by=request.me, now=request.now),
        done=_("Refused, with your reason."),
    )
    return redirect(back)


@login_required
@require_POST
def fund_spending_answer(request: Any, code: str, pk: int, verb: str) -> HttpResponse:
    """Yes or no to a spending."""
    row = fund_for(request.me, code=code, verb="fund.sign", on=request.today)
    back = reverse("desk:fund_spending", args=[code, pk])
    return answered(request, code, spending_of(row, pk), back, verb)


@login_required
@require_POST
def fund_correction_answer(request: Any, code: str, pk: int, verb: str) -> HttpResponse:
    """Yes or no to a correction."""
    row = fund_for(request.me, code=code, verb="fund.sign", on=request.today)
    back = reverse("desk:fund_correction", args=[code, pk])
    return answered(request, code, correction_of(row, pk), back, verb)


@login_required
def fund_entry(request: Any, code: str, no: int) -> HttpResponse:
    """One line with everything the desk may know about it."""
    row = fund_for(request.me, code=code, on=request.today)
    line = line_of(row, no)
    meant, own = line.corrects or line, getattr(line, "correction", None)
    spending, income = getattr(meant, "spending", None), getattr(meant, "income", None)
    later = None if line.corrects_id else queries.correction_under_way(line)
    of: Any = own or spending
    signatures = queries.signatures_of(of) if of else []
    keeps = may(request.me, "fund.keep", row.community, on=request.today)
    photos = photos_of("spending", [spending.pk])[spending.pk] if spending and not own else []
    context = {
        "fund": row,
        "line": line,
        "row": row_of(code, line, DESK),
        "money": moved(line),
        "spending": spending,
        "payee": queries.payee_words(spending) if spending else "",
        "income": income,
        "contact": mask_phone(income.contact) if income and keeps else "",
        "wish": queries.wish_words(income) if income and keeps else "",
        "entered": called((own or spending or income or meant.allocation).by),
        "resolution": spending.resolution
        if spending
        else meant.allocation.resolution
        if not income
        else None,
        "signed": [
            {"who": called(one.by), "role": one.get_role_display(), "at": one.at} for one in signatures
        ],
        "photos": photo_lines(code, photos, _("Voucher")),
        "why": queries.reason_words(own) if own else "",
        "later": later,
        "keeps": keeps,
        "may_correct": keeps and later is None and not line.corrects_id,
        "donation": bool(income and income.receipt and not line.corrects_id and keeps),
    }
    return render(request, "desk/fund_entry.html", context)


@login_required
def fund_correct(request: Any, code: str, no: int) -> HttpResponse:
    """Say what was wrong with a line."""
    row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
    line = line_of(row, no)
    form = CorrectForm(request.POST or None, initial={"reason": "wrong_amount"})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            lambda: actions.correct(line=line, **keyed(form), by=request.me, now=request.now),
            form=form,
        )
        if made:
            if made.line:
                return redirect("desk:fund_entry", code, made.line.no)
            return redirect("desk:fund_correction", code, made.pk)
    context = {"fund": row, "line": line, "row": row_of(code, line, DESK), "form": form}
    return render(request, "desk/fund_correct.html", context)


@login_required
def fund_rules(request: Any, code: str) -> HttpResponse:
    """The rules of a bill: what holds, what comes, what held before; new ones from a day on."""
    row = fund_for(request.me, code=code, on=request.today)
    keeps = may(request.me, "fund.keep", row.community, on=request.today)
    rules = queries.rules_on(row, request.today)
    first = {
        "two_from": f"{rules.two_from / 100:.2f}",
        "fen_per_point": f"{rules.fen_per_point / 100:.2f}",
        "backs": "、".join(unit.removeprefix("PT:") for unit in rules.backs),
    }
    form = RulesForm(request.POST or None, initial=first) if keeps else None
    if request.method == "POST":
        row = fund_for(request.me, code=code, verb="fund.keep", on=request.today)
        if form is not None and form.is_valid():
            given = form.cleaned_data
            made = attempt(
                request,
                lambda: actions.set_rules(fund=row, **given, by=request.me, now=request.now),
                form=form,
                done=_("It holds from that day on."),
            )
            if made:
                return redirect("desk:fund_rules", code)
    rows = [rule_line(one, rules.valid_from) for one in queries.settings_of(row)]
    return render(request, "desk/fund_rules.html", {"fund": row, "rows": rows, "form": form})


def rule_line(row: Any, current: Any) -> dict[str, Any]:
    """One set of rules."""
    return {
        "valid_from": row.valid_from,
        "two_from": money(row.two_from),
        "price": f"{row.fen_per_point / 100:.2f}" if row.fen_per_point else "",
        "backs": "、".join(unit.removeprefix("PT:") for unit in row.backs),
        "decided": row.decided,
        "current": row.valid_from == current,
        "coming": current is None or row.valid_from > current,
    }


SIGN, REFUSE = {"verb": "sign"}, {"verb": "refuse"}
SPENDING, CORRECTION = "fund/<slug:code>/spending/<int:pk>/", "fund/<slug:code>/corrections/<int:pk>/"
urlpatterns = [
    path("fund/<slug:code>/spend/", fund_spend, name="fund_spend"),
    path(SPENDING, fund_spending, name="fund_spending"),
    path(f"{SPENDING}sign/", fund_spending_answer, SIGN, name="fund_spending_sign"),
    path(f"{SPENDING}refuse/", fund_spending_answer, REFUSE, name="fund_spending_refuse"),
    path(CORRECTION, fund_correction, name="fund_correction"),
    path(f"{CORRECTION}sign/", fund_correction_answer, SIGN, name="fund_correction_sign"),
    path(f"{CORRECTION}refuse/", fund_correction_answer, REFUSE, name="fund_correction_refuse"),
    path("fund/<slug:code>/entries/<int:no>/", fund_entry, name="fund_entry"),
    path("fund/<slug:code>/entries/<int:no>/correct/", fund_correct, name="fund_correct"),
    path("fund/<slug:code>/rules/", fund_rules, name="fund_rules"),
]
