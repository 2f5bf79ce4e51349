"""Signing: one person for small amounts, two for large ones; the last signature books."""

from datetime import datetime
from typing import Any
from uuid import uuid5

from django.utils.translation import gettext_lazy as _

from linli.commons.fund.actions.base import (
    account,
    book,
    check_words,
    locked,
    note,
    pot,
    too_little,
    who,
    write,
)
from linli.commons.fund.choices import LineKind, Stage
from linli.commons.fund.models import Correction, Fund, Line, Resolution, Signature, Spending
from linli.engine.transitions import SIGNING, NotAllowed, move
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Cause, Short, Take
from linli.ground.ledger.choices import Kind
from linli.ground.people.access import roles_of
from linli.ground.people.choices import PERMISSIONS
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn
from linli.kit.words import NOT_YOURS

FIELD = {Spending: "spending", Correction: "correction"}


def sign(*, row: Spending | Correction, by: Person, now: datetime) -> Any:
    """Sign a spending or a correction; nobody signs twice. The last signature that is needed books it."""
    with turn():
        fund, row = fresh(row)
        role = role_of(fund, by, now)
        signed = Signature.objects.filter(**{FIELD[type(row)]: row})
        if row.state in {Stage.WAITING, Stage.SIGNED} and signed.filter(by=by).exists():
            raise Refused(_("You have signed this already. The second signature is somebody else's."))
        last = signed.count() + 1 >= row.needs
        step(row, "pay" if last else "sign")
        Signature.objects.create(**{FIELD[type(row)]: row}, by=by, role=role, at=now)
        if last:
            row.line = pay(fund, row, by, now) if isinstance(row, Spending) else undo(fund, row, by, now)
            row.ended_at = now
        row.save()
        facts = {"no": row.line.no if row.line else None, "state": row.state}
        note(fund, f"{FIELD[type(row)]}_signed", by, now, subject=row.pk, **facts)
    return row


def refuse(*, row: Spending | Correction, words: str, by: Person, now: datetime) -> Any:
    """Say no, with a reason; what was set aside for it is free again. It stays to be seen."""
    answer = check_words(words, _("Please say why."), "words")[:200]
    with turn():
        fund, row = fresh(row)
        role_of(fund, by, now)
        step(row, "refuse")
        if isinstance(row, Spending) and row.hold_id:
            ledger.free_hold(hold=row.hold_id, who=who(by), now=now)
        row.answer, row.ended_at = answer, now
        row.save()
        note(fund, f"{FIELD[type(row)]}_refused", by, now, subject=row.pk)
    return row


def fresh(row: Spending | Correction) -> tuple[Fund, Any]:
    """Fund and row as they are now, ours until the transaction ends."""
    fund = locked(row.fund)
    return fund, type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def role_of(fund: Fund, by: Person, now: datetime) -> str:
    """The role in which somebody signs here; refused for whoever has none."""
    for role in roles_of(by, on=local_day(now)):
        if role.kind in PERMISSIONS["fund.sign"] and fund.community.startswith(role.stem):
            return role.kind
    raise Refused(NOT_YOURS)


def step(row: Any, verb: str) -> None:
    """Move the state, or say that it is too late."""
    try:
        row.state = move(SIGNING, row.state, verb)
    except NotAllowed as error:
        label = Stage(row.state).label
        raise Refused(_("Too late: this is already “{state}”.").format(state=label)) from error


def pay(fund: Fund, row: Spending, by: Person, now: datetime) -> Line:
    """Book a spending: what was held is taken."""
    target = row.resolution.target
    line = Line(kind=LineKind.SPENDING, target=target, use=row.use, amount=row.amount)
    legs = [(pot(fund, target, now), -row.amount), (account(fund, Kind.SPENT, row.use, now), row.amount)]
    takes = [Take(row.hold_id, row.amount)] if row.hold_id else []
    return book(fund, line, legs, uid=row.uid, event_on=row.spent_on, by=by, now=now, takes=takes)


def undo(fund: Fund, row: Correction, by: Person, now: datetime) -> Line:
    """Meet a wrong line by its opposite, posted today."""
    wrong = row.wrong
    try:
        posted = ledger.reverse(
            uid=uuid5(row.uid, "reversal"),
            transfer=wrong.transfer_id,
            reason=row.reason,
            who=who(by),
            now=now,
            cause=Cause("fund", fund.pk),
        )
    except Short as short:
        raise too_little(short) from short
    if wrong.kind == LineKind.ALLOCATION:
        resolution = Resolution.objects.select_for_update(of=("self",)).get(pk=wrong.allocation.resolution_id)
        resolution.allocated -= wrong.amount
        resolution.save(update_fields=["allocated"])
    line = Line(
        kind=wrong.kind,
        source=wrong.source,
        target=wrong.target,
        use=wrong.use,
        amount=-wrong.amount,
        corrects=wrong,
    )
    return write(fund, line, posted, now)
