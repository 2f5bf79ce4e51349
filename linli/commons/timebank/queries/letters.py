"""Read the month's letters to elders who have no phone: who gets one, which were brought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from linli.commons.timebank.models import Member
from linli.ground.journal.models import Outbox
from linli.ground.people.queries import names_of


@dataclass(frozen=True)
class Letter:
    """A member's letter of a month: when it was brought and by whom."""

    member: Member
    brought_at: Any = None
    brought_by: str = ""


def key_of_letter(member: Member, month: date) -> str:
    """The key of the message that the letter is there."""
    return f"letter:{member.pk}:{month:%Y%m}"


def letters_of(members: Iterable[Member], month: date) -> list[Letter]:
    """The letters of members in a month; three queries."""
    rows = {key_of_letter(member, month): member for member in members}
    told = {row.key: row for row in Outbox.objects.filter(key__in=list(rows)).exclude(read_at=None)}
    names = names_of(row.told_by for row in told.values())
    return [
        Letter(member, told[key].read_at, names.get(told[key].told_by or 0, ""))
        if key in told
        else Letter(member)
        for key, member in rows.items()
    ]
