"""The month's letter to an elder who has no phone: ready to be printed, brought by somebody."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.models import Member, Programme
from linli.commons.timebank.queries.letters import key_of_letter
from linli.commons.timebank.queries.purses import elders_without_phone
from linli.ground.journal.actions import mark_told, post
from linli.ground.journal.choices import Channel, Notice
from linli.ground.journal.models import Outbox
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn


def ready(member: Member, month: date, now: datetime) -> None:
    """One message that a letter waits to be brought; the same month twice is one."""
    post(
        key=key_of_letter(member, month), to_person=member.person_id, channel=Channel.CALL, notice=Notice.LETTER,
        now=now, number=member.no, link=f"/desk/members/letters/?month={month:%Y-%m}", area_code=member.stem,
    )  # fmt: skip


def ready_letters(*, programme: Programme, month: date, now: datetime) -> int:
    """Put the letters of a month on the list of whoever brings them; returns how many there are."""
    rows = list(elders_without_phone(programme))
    with turn():
        for member in rows:
            ready(member, month, now)
    return len(rows)


def bring_letter(*, member: Member, month: date, by: Person, now: datetime) -> None:
    """Somebody brought the letter and read it out where that was wished. Said once."""
    if month.replace(day=1) > local_day(now):
        raise Refused(_("This month has not begun yet."), field="month")
    with turn():
        ready(member, month, now)
        mark_told(message=Outbox.objects.get(key=key_of_letter(member, month)).pk, by=by.pk, now=now)
