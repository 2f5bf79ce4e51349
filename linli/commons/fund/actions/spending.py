"""Money goes out, with payee, purpose and vouchers; and what was wrong is put right in the open."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from linli.commons.fund.actions.base import (
    check_amount,
    check_day,
    check_words,
    locked,
    note,
    pot,
    same,
    too_little,
    who,
)
from linli.commons.fund.actions.signing import role_of, sign
from linli.commons.fund.choices import WRONG, Stage, Use
from linli.commons.fund.models import Correction, Fund, Line, Resolution, Spending
from linli.commons.fund.queries import correction_under_way, rules_on
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Cause, Short
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn


def spend(
    *,
    resolution: Resolution,
    uid: UUID,
    amount: int,
    use: str,
    payee: str,
    purpose: str,
    spent_on: date,
    photos: Iterable[int],
    by: Person,
    now: datetime,
    payee_is_person: bool = False,
) -> Spending:
    """Enter and sign a spending. It is booked at once, or from the rule's amount on when somebody else signs too.

    Until then the money is held in the ledger, so that nobody promises it twice. Several bills of one payee on one day
    count together: cutting one up does not get around the second signature.
    """
    check_amount(amount)
    check_day(spent_on, now, "spent_on")
    told = {"amount": amount, "spent_on": spent_on, "payee_is_person": payee_is_person}
    told |= told_of(use, payee, purpose)
    with turn():
        fund = locked(resolution.fund)
        role_of(fund, by, now)
        if before := Spending.objects.filter(uid=uid).first():
            return Spending.objects.get(pk=same(before, {"resolution_id": resolution.pk, **told}).pk)
        numbers = list(photos)
        if not numbers:
            raise Refused(_("Please photograph the voucher: no bill without one."), field="photos")
        needs = 2 if together(fund, amount, told["payee"], spent_on, now) else 1
        row = Spending.objects.create(
            fund=fund, uid=uid, resolution=resolution, needs=needs, by=by, at=now, **told
        )
        attach_photos(
            photo_ids=numbers,
            subject_type="spending",
            subject_id=row.pk,
            by_id=by.pk,
            area_code=fund.community,
        )
        hold_back(fund, row, by, now)
        note(fund, "spending", by, now, subject=row.pk, amount=amount, use=use, needs=needs)
        sign(row=row, by=by, now=now)
    return Spending.objects.get(pk=row.pk)


def told_of(use: str, payee: str, purpose: str) -> dict[str, str]:
    """What a bill says of itself; refused where it says nothing."""
    if use not in Use.values:
        raise Refused(_("Please say what was bought."), field="use")
    return {
        "use": use,
        "payee": check_words(payee, _("Please say who is paid."), "payee")[:60],
        "purpose": check_words(purpose, _("Please say what it is for."), "purpose")[:200],
    }


def together(fund: Fund, amount: int, payee: object, spent_on: date, now: datetime) -> bool:
    """Whether two people sign: this bill with the others of the payee on that day reaches the rule's amount."""
    others = Spending.objects.filter(fund=fund, payee=str(payee), spent_on=spent_on)
    others = others.exclude(state=Stage.REFUSED).exclude(line__corrected_by__isnull=False)
    before = others.aggregate(total=Sum("amount"))["total"] or 0
    return bool(before + amount >= rules_on(fund, local_day(now)).two_from)


def hold_back(fund: Fund, row: Spending, by: Person, now: datetime) -> None:
    """Set the money aside in the ledger until the spending is signed or refused."""
    place = pot(fund, row.resolution.target, now)
    try:
        held = ledger.hold(
            uid=uuid5(row.uid, "hold"),
            account=place,
            amount=row.amount,
            who=who(by),
            now=now,
            cause=Cause("fund", fund.pk),
        )
    except Short as short:
        raise too_little(short) from short
    row.hold_id = held.pk
    row.save(update_fields=["hold"])


def correct(*, line: Line, uid: UUID, reason: str, words: str, by: Person, now: datetime) -> Correction:
    """Put a wrong line right: its opposite is booked today, both stay to be seen, each with the reason.

    Large amounts wait for a second signature like spending does. The same ``uid`` twice is one correction.
    """
    if reason not in {str(one) for one in WRONG}:
        raise Refused(_("Please say what was wrong."), field="reason")
    told = {
        "reason": reason,
        "words": check_words(words, _("Please say in words what was wrong."), "words")[:200],
    }
    with turn():
        fund = locked(line.fund)
        role_of(fund, by, now)
        if before := Correction.objects.filter(uid=uid).first():
            return Correction.objects.get(pk=same(before, {"wrong_id": line.pk, **told}).pk)
        if line.corrects_id:
            raise Refused(_("This is a correction itself; please enter the right thing anew."))
        if correction_under_way(line):
            raise Refused(_("This line is being corrected, or has been."))
        needs = 2 if line.amount >= rules_on(fund, local_day(now)).two_from else 1
        row = Correction.objects.create(fund=fund, uid=uid, wrong=line, needs=needs, by=by, at=now, **told)
        note(fund, "correction", by, now, subject=row.pk, wrong=line.no, reason=reason, needs=needs)
        sign(row=row, by=by, now=now)
    return Correction.objects.get(pk=row.pk)
