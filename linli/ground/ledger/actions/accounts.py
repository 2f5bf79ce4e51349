"""Open accounts, set their limits, close them."""

from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from linli.ground.ledger.choices import OPEN_ENDED, RANKS, Kind
from linli.ground.ledger.models import Account, Balance
from linli.ground.people.models import Person
from linli.kit.refused import Refused
from linli.kit.turns import turn


def open_account(
    *,
    book: str,
    unit: str,
    kind: str,
    now: datetime,
    key: str = "",
    owner: Person | None = None,
    floor: int | None = 0,
    ceiling: int | None = None,
) -> Account:
    """The account of this book, unit, kind and key: found, else opened. Kinds of ``OPEN_ENDED`` keep no balance."""
    found = Account.objects.filter(book=book, unit=unit, kind=kind, key=key).first()
    if found:
        return found
    with turn():
        row, made = Account.objects.get_or_create(
            book=book,
            unit=unit,
            kind=kind,
            key=key,
            defaults={"owner": owner, "opened_at": now, "salt": uuid4()},
        )
        if made and kind not in OPEN_ENDED:
            Balance.objects.create(account=row, floor=floor, ceiling=ceiling, rank=rank_of(kind))
    return row


def rank_of(kind: str) -> int:
    """When the row is locked among others."""
    return RANKS.get(Kind(kind), 0)


def set_limits(*, account: Account, floor: int | None, ceiling: int | None = None) -> Balance:
    """How far the account may go; refused where it stands beyond that already."""
    try:
        with turn():
            Balance.objects.filter(pk=account.pk).update(floor=floor, ceiling=ceiling)
    except IntegrityError as error:
        raise Refused(_("The account already stands beyond this limit.")) from error
    return Balance.objects.get(pk=account.pk)


def close_account(*, account: Account, now: datetime) -> Balance:
    """An account that stands at zero with nothing held takes nothing any more."""
    with turn():
        rows = Balance.objects.filter(pk=account.pk)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update()
        row = rows.get()
        if row.posted or row.held:
            raise Refused(_("There is still something on this account."))
        if row.closed_at is None:
            row.closed_at = now
            row.save(update_fields=["closed_at"])
    return row
