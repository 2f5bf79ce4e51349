"""Money comes in: collective income, donations, grants, interest; and the receipt for a donor."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.fund.actions.base import (
    account,
    book,
    check_amount,
    check_day,
    check_words,
    locked,
    money,
    note,
    same,
)
from linli.commons.fund.choices import LineKind, Source
from linli.commons.fund.models import Fund, Income, Line
from linli.ground.journal.actions import next_numbers
from linli.ground.ledger.choices import Kind
from linli.ground.people.choices import DELETED_NAME
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn
from linli.kit.validators import clean_phone


def take_income(
    *,
    fund: Fund,
    uid: UUID,
    source: str,
    amount: int,
    origin: str,
    received_on: date,
    by: Person,
    now: datetime,
) -> Income:
    """Public money that is no donation came in; ``origin`` says from what. The same ``uid`` twice is one income."""
    if source not in Source.values or source == Source.DONATION:
        raise Refused(_("Please say where the money comes from."), field="source")
    origin = check_words(origin, _("Please say what the money was paid for."), "origin")[:80]
    told = {"origin": origin, "received_on": received_on}
    return came_in(fund, uid, source, amount, told, by, now)


def take_donation(
    *,
    fund: Fund,
    uid: UUID,
    amount: int,
    donor: str,
    received_on: date,
    by: Person,
    now: datetime,
    donor_is_person: bool = True,
    anonymous: bool = False,
    contact: str = "",
    wish: str = "",
) -> Income:
    """Somebody gave money. Who wishes so stays unnamed; a donor without a name is. It has a receipt number."""
    donor = " ".join(donor.split())[:60]
    told = {
        "received_on": received_on,
        "donor": donor,
        "donor_is_person": donor_is_person,
        "anonymous": anonymous or not donor,
        "contact": clean_phone(contact, field="contact") if contact.strip() else "",
        "wish": " ".join(wish.split())[:200],
    }
    return came_in(fund, uid, Source.DONATION, amount, told, by, now)


def came_in(
    fund: Fund, uid: UUID, source: str, amount: int, told: dict[str, object], by: Person, now: datetime
) -> Income:
    """Book it and keep what was told about it."""
    check_amount(amount)
    day = told["received_on"]
    assert isinstance(day, date)
    check_day(day, now, "received_on")
    with turn():
        fund = locked(fund)
        if before := Income.objects.filter(uid=uid).select_related("line").first():
            same(before.line, {"fund_id": fund.pk, "source": source, "amount": amount})
            return Income.objects.get(pk=same(before, told).pk)
        receipt = ""
        if source == Source.DONATION:
            (number,) = next_numbers(kind="fund_receipt", day=local_day(now))
            receipt = f"JZ{local_day(now):%Y%m%d}-{number:02d}"
        line = Line(kind=LineKind.INCOME, source=source, amount=amount)
        legs = [(account(fund, Kind.INCOME, source, now), -amount), (money(fund, now), amount)]
        line = book(fund, line, legs, uid=uid, event_on=day, by=by, now=now)
        row = Income.objects.create(fund=fund, uid=uid, line=line, receipt=receipt, by=by, at=now, **told)
        note(fund, "came", by, now, subject=row.pk, no=line.no, source=source, amount=amount)
    return row


def print_receipt(*, income: Income, by: Person, now: datetime) -> str:
    """The donor's name for the receipt they are handed, after it is written down who printed it."""
    if not income.receipt:
        raise Refused(_("Only donations have a receipt."))
    with turn():
        note(income.fund, "receipt", by, now, subject=income.pk)
    return income.donor


def forget_donor(*, income: Income, by: Person, now: datetime) -> Income:
    """The donor wishes to be forgotten: name, number and words go for good; the money stays where it is booked."""
    if not income.receipt:
        raise Refused(_("Only donations have a donor."))
    with turn():
        row = Income.objects.select_for_update(of=("self",)).get(pk=income.pk)
        row.donor = DELETED_NAME if row.donor else ""
        row.wish = DELETED_NAME if row.wish else ""
        row.contact, row.anonymous = "", True
        row.save(update_fields=["donor", "wish", "contact", "anonymous"])
        note(row.fund, "donor_forgotten", by, now, subject=row.pk)
    return row
