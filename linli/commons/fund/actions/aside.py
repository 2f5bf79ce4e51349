"""A meeting decides, and money is set aside: never more than it resolved."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.fund.actions.base import (
    book,
    check_amount,
    check_day,
    check_words,
    locked,
    money,
    note,
    pot,
    same,
)
from linli.commons.fund.choices import LineKind, TargetKind, yuan
from linli.commons.fund.models import Allocation, Fund, Line, Resolution, Target
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.ground.places.models import Facility
from linli.kit.refused import Refused
from linli.kit.turns import turn


def resolve(
    *,
    fund: Fund,
    uid: UUID,
    no: str,
    title: str,
    met_on: date,
    amount: int,
    kind: str,
    by: Person,
    now: datetime,
    name: str = "",
    facility: Facility | None = None,
    decides: str = "",
    photos: Iterable[int] = (),
) -> Resolution:
    """Enter what a meeting resolved: how much, for which facility or project, or for the guarantee pool."""
    no = check_words(no, _("Please give the number of the resolution."), "no")[:40]
    title = check_words(title, _("Please give the resolution a title."), "title")[:80]
    check_amount(amount)
    check_day(met_on, now, "met_on")
    with turn():
        fund = locked(fund)
        told = {"no": no, "title": title, "met_on": met_on, "amount": amount, "decides": decides.strip()}
        if before := Resolution.objects.filter(uid=uid).first():
            return Resolution.objects.get(pk=same(before, {"fund_id": fund.pk, **told}).pk)
        if Resolution.objects.filter(fund=fund, no=no).exists():
            raise Refused(_("There is a resolution with this number already."), field="no")
        target = aim(fund, kind, name, facility)
        row = Resolution.objects.create(fund=fund, uid=uid, target=target, by=by, at=now, **told)
        attach_photos(
            photo_ids=photos,
            subject_type="resolution",
            subject_id=row.pk,
            by_id=by.pk,
            area_code=fund.community,
        )
        note(fund, "resolved", by, now, subject=row.pk, amount=amount, target=target.pk)
    return row


def aim(fund: Fund, kind: str, name: str, facility: Facility | None) -> Target:
    """What the money is for: known by kind and name, else new."""
    if kind not in TargetKind.values:
        raise Refused(_("Please say what the money is for."), field="kind")
    if kind == TargetKind.GUARANTEE:
        return Target.objects.get_or_create(fund=fund, kind=kind, name="")[0]
    if kind == TargetKind.PROJECT:
        facility = None
    words = name or (facility.name if facility else "")
    words = check_words(words, _("Please name what the money is for."), "name")[:60]
    return Target.objects.get_or_create(fund=fund, kind=kind, name=words, defaults={"facility": facility})[0]


def allocate(*, resolution: Resolution, uid: UUID, amount: int, by: Person, now: datetime) -> Allocation:
    """Set money aside by a resolution: at most what is left of what it resolved. The same ``uid`` twice is one."""
    check_amount(amount)
    with turn():
        fund = locked(resolution.fund)
        row = (
            Resolution.objects.select_for_update(of=("self",)).select_related("target").get(pk=resolution.pk)
        )
        if before := Allocation.objects.filter(uid=uid).select_related("line").first():
            same(before.line, {"fund_id": fund.pk, "amount": amount})
            return Allocation.objects.get(pk=same(before, {"resolution_id": row.pk}).pk)
        if amount > row.left:
            left = yuan(row.left)
            raise Refused(
                _("The resolution leaves {left} yuan to set aside.").format(left=left), field="amount"
            )
        line = Line(kind=LineKind.ALLOCATION, target=row.target, amount=amount)
        legs = [(money(fund, now), -amount), (pot(fund, row.target, now), amount)]
        line = book(fund, line, legs, uid=uid, event_on=row.met_on, by=by, now=now)
        row.allocated += amount
        row.save(update_fields=["allocated"])
        made = Allocation.objects.create(fund=fund, uid=uid, line=line, resolution=row, by=by, at=now)
        note(fund, "aside", by, now, subject=made.pk, no=line.no, amount=amount, target=row.target_id)
    return made
