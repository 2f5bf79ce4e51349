"""The only way to a follow-up: in one's areas, or by the one-time link."""

import hashlib
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404

from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within
from linli.loop.ask.models import Need
from linli.loop.evaluate.models import Exclusion, FollowUp

PARTS = ("need__asker", "need__category", "need__building", "need__area", "by", "area")


def follow_ups_for(viewer: Person | None, verb: str = "followup.see", *, on: date) -> QuerySet[FollowUp]:
    """Follow-ups in the viewer's areas."""
    return FollowUp.objects.filter(within(stems_for(viewer, verb, on=on))).select_related(*PARTS)


def follow_up_for(viewer: Person | None, *, pk: int, verb: str = "followup.answer", on: date) -> FollowUp:
    """One follow-up; 404 outside the viewer's areas."""
    found = follow_ups_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def hashed(token: str) -> str:
    """What is stored of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def follow_up_by_token(token: str, *, now: datetime) -> FollowUp:
    """The follow-up a one-time link opens; 404 once it was used or has run out."""
    rows = FollowUp.objects.filter(token_hash=hashed(token), token_until__gt=now).select_related(*PARTS)
    found = rows.first()
    if found is None:
        raise Http404
    return found


def exclusions_for(viewer: Person | None, verb: str = "rates.see", *, on: date) -> QuerySet[Exclusion]:
    """Cases taken out of the rates, or asked to be, in the viewer's areas."""
    needs = Need.objects.filter(within(stems_for(viewer, verb, on=on)))
    return Exclusion.objects.filter(need__in=needs).select_related(
        "need", "asked_by", "approved_by", "remark"
    )


def exclusion_for(
    viewer: Person | None, *, pk: int, verb: str = "need.exclude.approve", on: date
) -> Exclusion:
    """One of them; 404 otherwise."""
    found = exclusions_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
