"""What the time bank's verbs share: accounts, the journal row, states, messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.models import Member, Programme
from linli.engine.transitions import NotAllowed, Table, move
from linli.ground.journal.actions import post as tell_later
from linli.ground.journal.actions import record
from linli.ground.journal.choices import Channel, Notice
from linli.ground.ledger.actions import Who, open_account
from linli.ground.ledger.choices import Kind
from linli.ground.people.choices import Reach
from linli.ground.people.models import Bond, Person
from linli.kit.refused import Refused

SPACE = UUID("6f1c1c1e-5d0e-4f0e-9a55-70d2b4a1c0de")  # the name space of keys that follow from a row


@dataclass(frozen=True)
class Accounts:
    """The programme's own accounts."""

    issuer: Any
    pool: Any
    gifts: Any
    redeemed: Any
    expired: Any
    adjust: Any


def accounts(programme: Programme, now: datetime) -> Accounts:
    """The programme's own accounts, opened the first time."""
    kinds = (Kind.ISSUER, Kind.POOL, Kind.GIFTS, Kind.REDEEMED, Kind.EXPIRED, Kind.ADJUST)
    return Accounts(
        *(open_account(book=programme.book, unit=programme.unit, kind=kind, now=now) for kind in kinds)
    )


def who(by: Person | None, authority: str, on_behalf: Person | None = None) -> Who:
    """Who acts, as the ledger keeps it: by number. For oneself there is nobody on whose behalf."""
    other = on_behalf.pk if on_behalf and (by is None or on_behalf.pk != by.pk) else None
    return Who(by.pk if by else None, authority, other)


def key_of(*parts: object) -> UUID:
    """The key that follows from what it is for: the same thing twice is one thing."""
    return uuid5(SPACE, ":".join(map(str, parts)))


def note(
    row: Any, verb: str, kind: str, pk: int | None, by: Person | None, now: datetime, **facts: Any
) -> None:
    """Write what happened into the journal; ``row`` is anything that lies in an area."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind=kind,
        subject=pk,
        area_code=row.stem,
        facts=facts,
    )


def step(table: Table, row: Any, verb: str) -> None:
    """Move a row's state along its table, or refuse in words."""
    try:
        row.state = move(table, row.state, verb)
    except NotAllowed as error:
        raise Refused(_("This is already “{state}”.").format(state=row.get_state_display())) from error


def locked(row: Any) -> Any:
    """The row read again under a lock: call inside a transaction."""
    return type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)


def tell(
    person: Person,
    notice: Notice,
    now: datetime,
    *,
    key: str,
    link: str = "",
    stem: str = "",
    number: str = "",
) -> None:
    """One message, on this site or by a person who tells them."""
    if person.erased_at:
        return
    tell_later(
        key=key[:120],
        to_person=person.pk,
        channel=Channel.INBOX if person.reach == Reach.APP else Channel.CALL,
        notice=notice,
        now=now,
        number=number,
        link=link,
        area_code=stem or person.stem,
    )


def tell_with_family(person: Person, notice: Notice, now: datetime, **more: Any) -> None:
    """The same to somebody and to the family bound to them."""
    key = more.pop("key")
    tell(person, notice, now, key=f"{key}:{person.pk}", **more)
    for bond in Bond.objects.filter(elder=person, ended_at=None).select_related("helper"):
        tell(bond.helper, notice, now, key=f"{key}:{bond.helper_id}", **more)


def facts_of(member: Member) -> Mapping[str, Any]:
    """What the journal says of a member: the number."""
    return {"member": member.no}
