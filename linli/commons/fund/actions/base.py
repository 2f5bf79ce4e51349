"""What the verbs of the big bill share: amounts and days that can be, the fund's turn, a transfer with its line."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.fund.choices import CNY, MOST, LineKind, yuan
from linli.commons.fund.models import Fund, Line, Target
from linli.commons.fund.queries import midnight
from linli.ground.journal.actions import record
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Cause, Leg, Order, OtherBody, Short, Take, Who
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused


def note(fund: Fund, verb: str, by: Person, now: datetime, *, subject: int, **facts: Any) -> None:
    """Write what happened into the journal: numbers and codes, no words about anybody."""
    record(
        verb=f"fund.{verb}",
        at=now,
        by=by.pk,
        subject_kind="fund",
        subject=fund.pk,
        area_code=fund.community,
        facts={"row": subject, **facts},
    )


def locked(fund: Fund) -> Fund:
    """The fund, its numbers ours until the transaction ends."""
    return Fund.objects.select_for_update(of=("self",)).select_related("area").get(pk=fund.pk)


def check_amount(amount: int, field: str = "amount") -> None:
    """An amount in fen that somebody can mean."""
    if amount <= 0:
        raise Refused(_("An amount is more than nothing."), field=field)
    if amount > MOST:
        raise Refused(_("This amount is too large. Please look at the digits again."), field=field)


def check_day(day: date, now: datetime, field: str) -> None:
    """A day that has come."""
    if day > local_day(now):
        raise Refused(_("This day has not come yet."), field=field)


def check_words(words: str, refusal: Any, field: str) -> str:
    """Words, without the spaces around them; refused where there are none."""
    cleaned = " ".join(words.split())
    if not cleaned:
        raise Refused(refusal, field=field)
    return cleaned


def same(row: Any, given: dict[str, Any]) -> Any:
    """The row a form made when it was sent before; refused where it says something else now."""
    if any(getattr(row, name) != value for name, value in given.items()):
        raise OtherBody()
    return row


# --- accounts -------------------------------------------------------------------------------------------


def account(fund: Fund, kind: str, key: str, now: datetime) -> Any:
    """An account of the fund's book: found, else opened."""
    return ledger.open_account(book=fund.community, unit=CNY, kind=kind, key=key, now=now)


def money(fund: Fund, now: datetime) -> Any:
    """What is not set aside."""
    return account(fund, Kind.FUND, "", now)


def pot(fund: Fund, target: Target, now: datetime) -> Any:
    """What is set aside for a target."""
    return account(fund, Kind.ALLOCATED, target.key, now)


def who(by: Person, authority: str = Authority.RESOLUTION) -> Who:
    """Whoever acts, on what ground."""
    return Who(by.pk, authority)


# --- booking --------------------------------------------------------------------------------------------


def book(
    fund: Fund,
    line: Line,
    legs: Sequence[tuple[Any, int]],
    *,
    uid: UUID,
    event_on: date,
    by: Person,
    now: datetime,
    takes: Iterable[Take] = (),
) -> Line:
    """Book the legs in the ledger and write the line for it, under the fund's next number."""
    order = Order(
        uid=uid,
        book=fund.community,
        kind=line.kind,
        legs=[Leg(place, amount) for place, amount in legs],
        who=who(by, Authority.WORKER if line.kind == LineKind.INCOME else Authority.RESOLUTION),
        event_at=midnight(event_on),
        cause=Cause("fund", fund.pk),
        takes=tuple(takes),
    )
    try:
        posted = ledger.post(order=order, now=now)
    except Short as short:
        raise too_little(short) from short
    return write(fund, line, posted, now)


def too_little(short: Short) -> Refused:
    """Not enough, in yuan."""
    free = yuan(short.free)
    return Refused(_("There is not enough: {free} yuan are left.").format(free=free), field="amount")


def write(fund: Fund, line: Line, posted: ledger.Posted, now: datetime) -> Line:
    """Number the line and keep it beside its transfer."""
    if not posted.fresh:  # the id belongs to something else of the ledger
        raise OtherBody()
    fund.last_no += 1
    fund.save(update_fields=["last_no"])
    line.fund, line.no, line.day, line.at = fund, fund.last_no, local_day(now), now
    line.transfer_id = posted.transfer
    line.save()
    return line
