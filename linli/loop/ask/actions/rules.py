"""Categories and promises: data with effective dates, changed by the office."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.journal.actions import record
from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.refused import Refused
from linli.loop.ask.choices import Unit
from linli.loop.ask.models import Category, Promise


def keep_category(
    *,
    code: str,
    name: str,
    by: Person | None,
    now: datetime,
    valid_from: date,
    group: str = "",
    words: str = "",
    filing: str = "",
    closing: str = "",
    needs_photo: bool = False,
    rank: int = 100,
) -> Category:
    """Enter a category or change its words; its code stays."""
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise Refused(_("Please give a code and a name."), field="name")
    with transaction.atomic():
        row, made = Category.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "group": group,
                "words": words,
                "filing": filing,
                "closing": closing,
                "needs_photo": needs_photo,
                "rank": rank,
            },
            create_defaults={
                "name": name,
                "group": group,
                "words": words,
                "filing": filing,
                "closing": closing,
                "needs_photo": needs_photo,
                "rank": rank,
                "valid_from": valid_from,
            },
        )
        verb = "category.entered" if made else "category.changed"
        record(verb=verb, at=now, by=by.pk if by else None, subject_kind="category", subject=row.pk)
    return row


def set_promise(
    *,
    category: Category | None,
    urgency: str,
    about: str,
    amount: int,
    unit: str,
    valid_from: date,
    by: Person | None,
    now: datetime,
    area: Area | None = None,
) -> Promise:
    """Promise something from a day on. Needs already taken up keep the time they were given."""
    if amount < 1 or unit not in Unit.values:
        raise Refused(_("Please give an amount and its unit."), field="amount")
    stem = area.stem if area else ""
    same = Promise.objects.filter(category=category, urgency=urgency, about=about, stem=stem)
    if same.filter(valid_from=valid_from).exists():
        raise Refused(
            _("A promise from this day on is already there. Choose a later day."), field="valid_from"
        )
    with transaction.atomic():
        row = Promise.objects.create(
            category=category,
            urgency=urgency,
            about=about,
            amount=amount,
            unit=unit,
            stem=stem,
            valid_from=valid_from,
            set_by=by.pk if by else None,
        )
        record(
            verb="promise.set",
            at=now,
            by=by.pk if by else None,
            subject_kind="promise",
            subject=row.pk,
            area_code=stem,
            facts={"amount": amount, "unit": unit, "urgency": urgency, "about": about},
        )
    return row


def end_promise(*, promise: Promise, until: date, by: Person, now: datetime) -> Promise:
    """A promise is not given any more after this day."""
    if promise.valid_until or until < promise.valid_from:
        raise Refused(_("A promise ends once, and not before it begins."), field="until")
    with transaction.atomic():
        promise.valid_until = until
        promise.save(update_fields=["valid_until"])
        record(verb="promise.ended", at=now, by=by.pk, subject_kind="promise", subject=promise.pk)
    return promise
