"""Certificates of hours of service: given out free of charge, signed, numbered; withdrawn in the open.

Whoever asks gets one: the hours of the certificate are the record of what was done, whatever became of the points.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import locked, note
from linli.commons.timebank.models import HoursCertificate, Member, Programme
from linli.commons.timebank.queries.certificates import (
    Hours,
    clock_words,
    decimal_words,
    export_row,
    hours_of,
    records_of_month,
)
from linli.engine.chain import canonical
from linli.ground.journal.actions import log_look, next_numbers
from linli.ground.people.access import may, stems_for, workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.ground.places.choices import FacilityKind
from linli.ground.places.queries import facilities_under
from linli.kit import signing
from linli.kit.clock import local_day
from linli.kit.masks import mask_id
from linli.kit.refused import Refused
from linli.kit.turns import turn

WHAT = "linli/volunteer-hours/1"
ID_CARD = "id_card"
REVEALED = ("name", "id_number")


def new_number(programme: Programme, now: datetime) -> str:
    """The organisation's code, the year, a serial."""
    year = local_day(now).replace(month=1, day=1)
    (serial,) = next_numbers(kind=f"c{programme.pk}", day=year)
    return f"{programme.community}{year:%Y}{serial:05d}"


def check_issuer(member: Member, by: Person, now: datetime) -> None:
    """Oneself, or a worker of the area."""
    if by.pk != member.person_id and not may(by, "certificate.issue", member.stem, on=local_day(now)):
        raise Refused(_("This is not yours to give out."))


def office_phone(programme: Programme, day: date) -> str:
    """Where one can ask about it."""
    near = facilities_under([programme.community], on=day)
    return next((one.phone for one in near if one.kind == FacilityKind.OFFICE and one.phone), "")


def payload_of(
    member: Member, hours: Hours, *, number: str, first_on: date, last_on: date, by: Person, now: datetime
) -> dict[str, Any]:
    """What the certificate says: names, whole numbers and codes, the same in every language of the page."""
    programme, person, day = member.programme, member.person, local_day(now)
    director = workers_at(programme.community, kinds=[RoleKind.DIRECTOR], on=day).first()
    own = by.pk == person.pk
    return {
        "what": WHAT,
        "number": number,
        "name": person.name,
        "id_kind": ID_CARD if person.id_number else "",
        "id_masked": mask_id(person.id_number),
        "volunteer_number": member.no,
        "hours": clock_words(hours.minutes),
        "hours_decimal": decimal_words(hours.minutes),
        "minutes": hours.minutes,
        "times": hours.count,
        "services": [
            {
                "name": one.name,
                "hours": clock_words(one.minutes),
                "hours_decimal": decimal_words(one.minutes),
                "minutes": one.minutes,
                "times": one.count,
            }
            for one in hours.services
        ],
        "first_on": first_on.isoformat(),
        "last_on": last_on.isoformat(),
        "programme": programme.name,
        "organisation": programme.organisation,
        "phone": office_phone(programme, day),
        "responsible": director.name if director else "",
        "issuer": programme.organisation if own else by.name,
        "asked_by_oneself": own,
        "issued_on": day.isoformat(),
        "unpaid": True,
        "free_of_charge": True,
    }


def known_certificate(key: UUID, member: Member, first_on: date, last_on: date) -> HoursCertificate | None:
    """What this key made before; refused where it meant something else."""
    row = HoursCertificate.objects.filter(key=key).first()
    if row and (row.member_id, row.first_on, row.last_on) != (member.pk, first_on, last_on):
        raise Refused(_("This was already sent with other contents; please open the page anew."))
    return row


def issue(
    *, key: UUID, member: Member, first_on: date, last_on: date, by: Person, now: datetime
) -> HoursCertificate:
    """A certificate of a member's hours from one day to another; the same key again is the same certificate.

    The member may take it without asking anybody: only approved hours count, and the organisation's key signs.
    """
    if known := known_certificate(key, member, first_on, last_on):
        return known
    check_issuer(member, by, now)
    if member.person.erased_at:
        raise Refused(_("This person's record has been erased; nothing can be certified any more."))
    if first_on > last_on:
        raise Refused(_("The first day lies after the last."), field="first_on")
    if last_on > local_day(now):
        raise Refused(_("Only what has been can be certified: until today at the latest."), field="last_on")
    hours = hours_of(member, first_on, last_on)
    if not hours.minutes:
        raise Refused(_("There are no approved hours in this time yet."), field="first_on")
    signer = signing.signing_key()
    with turn():
        number = new_number(member.programme, now)  # whoever sends the same at the same time waits here
        if known := known_certificate(key, member, first_on, last_on):
            return known
        payload = payload_of(member, hours, number=number, first_on=first_on, last_on=last_on, by=by, now=now)
        signed = signing.sign(payload, signer)
        row = HoursCertificate.objects.create(
            **member.area.location, programme=member.programme, key=key, no=number, member=member, first_on=first_on,
            last_on=last_on, minutes=hours.minutes, records=hours.count, payload=canonical(payload),
            signature=signed["signature"], key_id=signer.id, issued_at=now, issued_by=by,
        )  # fmt: skip
        note(
            row, "certificate.issued", "certificate", row.pk, by, now, number=number, member=member.no,
            minutes=hours.minutes,
        )  # fmt: skip
    return row


def revoke(*, certificate: HoursCertificate, why: str, by: Person, now: datetime) -> HoursCertificate:
    """Withdraw a certificate: whoever checks its number is told so from now on. It is not deleted."""
    if len(why.strip()) < 2:
        raise Refused(_("Please say why, in words they would understand."), field="why")
    if by.pk == certificate.member.person_id:
        raise Refused(_("This is your own; please let a colleague decide."))
    if not may(by, "certificate.issue", certificate.stem, on=local_day(now)):
        raise Refused(_("This is not yours to withdraw."))
    with turn():
        row: HoursCertificate = locked(certificate)
        if row.revoked_at:
            raise Refused(_("This has already been withdrawn."))
        row.revoked_at, row.revoked_by, row.revoked_why = now, by, why.strip()[:200]
        row.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
        note(row, "certificate.revoked", "certificate", row.pk, by, now, number=row.no)
    return row


def paper_of(certificate: HoursCertificate) -> dict[str, Any]:
    """The signed document, as a file holds it; checked once more before it leaves the house."""
    if not certificate.payload.startswith("{"):
        raise Refused(_("This person's record has been erased; the number is known, the paper is gone."))
    public = signing.trusted_keys().get(certificate.key_id)
    if public is None:
        raise Refused(_("The key that signed this is not on the list of this installation any more."))
    document = {
        "payload": json.loads(certificate.payload),
        "signature": certificate.signature,
        "key": {"id": certificate.key_id, "public": public},
    }
    if signing.verify(document, [public]).state != signing.GOOD:
        raise Refused(_("This certificate was changed after it was signed. Please tell your administrator."))
    return document


def take_paper(*, certificate: HoursCertificate, by: Person | None, now: datetime) -> str:
    """The signed document as a file to be carried away; that it was taken is written down (``by`` None: an operator)."""
    paper = signing.write_paper(paper_of(certificate))
    with turn():
        note(certificate, "certificate.taken", "certificate", certificate.pk, by, now, number=certificate.no)
    return paper


def export_month(*, month: date, by: Person, now: datetime, reason: str = "") -> list[Sequence[Any]]:
    """What counts of a month in the columns of the national volunteer system, of volunteers in one's areas.

    Names and ID numbers are masked, unless there is a reason: then that look is written down for each person.
    """
    day = local_day(now)
    rows = list(records_of_month(stems_for(by, "certificate.issue", on=day), month))
    plain = bool(reason.strip())
    if plain:
        people = {row.member.person_id: row.member.person for row in rows}
        if not all(may(by, "person.reveal", one.stem, on=day) for one in people.values()):
            raise Refused(_("Some of these people are not in your area; their names stay masked."))
        with turn():
            for number in sorted(people):
                log_look(person=number, columns=REVEALED, reason=reason, by=by.pk, now=now)
    return [export_row(row, plain=plain) for row in rows]
