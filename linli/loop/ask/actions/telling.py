"""Keep the people who asked informed, each in the way they can be reached."""

from datetime import datetime

from django.db import transaction

from linli.ground.journal.actions import post
from linli.ground.journal.choices import Channel, Notice
from linli.ground.people.choices import Reach
from linli.ground.people.models import Bond, Person
from linli.loop.ask.actions.base import Counting, add_remark, locked, note
from linli.loop.ask.choices import RemarkKind
from linli.loop.ask.models import Need, Remark
from linli.loop.ask.queries import with_askers


def tell_askers(need: Need, notice: Notice, now: datetime, mark: str = "") -> None:
    """One message to everyone who asked this, and to family bound to them. ``mark`` tells repeats of a notice apart."""
    people: dict[int, tuple[Person, Need]] = {}
    for one in with_askers(need):
        for person in (one.asker, one.proxy if one.asker is None else None):
            if person and not person.erased_at:
                people.setdefault(person.pk, (person, one))
    bonds = dict(Bond.objects.filter(elder__in=list(people), ended_at=None).values_list("helper", "elder"))
    for helper in Person.objects.filter(pk__in=list(bonds)) if bonds else ():
        people.setdefault(helper.pk, (helper, people[bonds[helper.pk]][1]))
    for person, own in people.values():
        post(
            key=f"{own.no}:{need.lap}:{notice}:{person.pk}:{mark}",
            to_person=person.pk,
            channel=Channel.INBOX if person.reach == Reach.APP else Channel.CALL,
            notice=notice,
            now=now,
            number=own.no,
            link=f"/home/needs/{own.no}/",
            need=own.pk,
            area_code=need.stem,
        )


def tell_worker(person: Person, need: Need, notice: Notice, now: datetime, link: str, mark: str = "") -> None:
    """One message to somebody who works on the need."""
    post(
        key=f"{need.no}:{need.lap}:{notice}:{person.pk}:{mark}",
        to_person=person.pk,
        channel=Channel.INBOX if person.reach == Reach.APP else Channel.CALL,
        notice=notice,
        now=now,
        number=need.no,
        link=link,
        need=need.pk,
        area_code=need.stem,
    )


def mark_responded(need: Need, now: datetime) -> None:
    """The first answer reached the asker: in time or not is decided once, against the promise of that day."""
    if need.responded_at is None and need.accepted_at is not None:
        need.responded_at = now
        need.in_time = need.respond_by is None or now <= need.respond_by


def respond(*, need: Need, text: str, by: Person, now: datetime) -> Remark:
    """Answer the person who asked; the first answer counts for the response rate."""
    with transaction.atomic():
        need = locked(need)
        said = add_remark(need, RemarkKind.REPLY, text, by, now)
        first = need.responded_at is None
        with Counting(need):
            mark_responded(need, now)
            need.save(update_fields=["responded_at", "in_time"])
        note(need, "need.responded", by, now, remark=said.pk, first=first)
        tell_askers(need, Notice.WORKING, now, mark=str(said.pk))
    return said


def remark(*, need: Need, text: str, by: Person, now: datetime) -> Remark:
    """A note for colleagues in the timeline."""
    with transaction.atomic():
        said = add_remark(need, RemarkKind.NOTE, text, by, now)
        note(need, "need.noted", by, now, remark=said.pk)
    return said
