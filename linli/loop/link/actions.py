"""The second step's verbs: keep the list of resources, agree a match, give it back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import MATCH, NotAllowed, move
from linli.ground.journal.actions import record
from linli.ground.people.models import Person
from linli.ground.places.models import Area, Facility
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions import mark_linked, mark_unlinked
from linli.loop.ask.actions.base import add_remark
from linli.loop.ask.choices import RemarkKind
from linli.loop.ask.models import Category, Need
from linli.loop.link.choices import MatchState
from linli.loop.link.models import Match, Resource, Slot
from linli.loop.link.queries import candidates, matches_of, period_begins


def keep_resource(
    *,
    area: Area,
    kind: str,
    name: str,
    capacity: int,
    period: str,
    categories: Iterable[Category],
    valid_from: date,
    by: Person | None,
    now: datetime,
    resource: Resource | None = None,
    valid_until: date | None = None,
    person: Person | None = None,
    facility: Facility | None = None,
    contact: str = "",
    measure: str = "",
    position: tuple[float, float] | None = None,
    note: str = "",
) -> Resource:
    """Put a resource on the list, or change it. Its capacity never falls below what is already promised."""
    if not name.strip():
        raise Refused(_("Please give a name."), field="name")
    if capacity < 1:
        raise Refused(_("A resource needs at least one place."), field="capacity")
    if valid_until and valid_until < valid_from:
        raise Refused(_("It cannot end before it begins."), field="valid_until")
    lon, lat = position or ((facility.lon, facility.lat) if facility else (None, None))
    with transaction.atomic():
        row = resource or Resource()
        changes = {
            **area.location, "kind": kind, "name": name.strip()[:60], "capacity": capacity, "period": period,
            "valid_from": valid_from, "valid_until": valid_until, "person": person, "facility": facility,
            "contact": contact.strip(), "measure": measure.strip(), "lon": lon, "lat": lat, "note": note.strip(),
        }  # fmt: skip
        for key, value in changes.items():
            setattr(row, key, value)
        row.save()
        row.categories.set(list(categories))
        fit_slots(row, local_day(now))
        record(
            verb="resource.changed" if resource else "resource.entered",
            at=now,
            by=by.pk if by else None,
            subject_kind="resource",
            subject=row.pk,
            area_code=row.stem,
            facts={"capacity": capacity, "period": period},
        )
    return row


def fit_slots(resource: Resource, today: date) -> None:
    """Give the present and coming periods the new capacity; refused where more is already promised."""
    begins = period_begins(resource.period, today)
    coming = Slot.objects.filter(resource=resource, begins__gte=begins)
    if coming.filter(taken__gt=resource.capacity).exists():
        raise Refused(_("More than this is already promised."), field="capacity")
    coming.update(capacity=resource.capacity)


def take(resource: Resource, day: date, amount: int) -> Slot:
    """Take an amount of the period's capacity; the database refuses what is not there, also for two at once."""
    begins = period_begins(resource.period, day)
    slot, _made = Slot.objects.get_or_create(
        resource=resource, begins=begins, defaults={"capacity": resource.capacity}
    )
    left = Slot.objects.filter(pk=slot.pk, taken__lte=F("capacity") - amount)
    if not left.update(taken=F("taken") + amount):
        raise Refused(
            _("{name} has no place left in this period.").format(name=resource.name), field="resource"
        )
    return slot


def agree(
    *,
    need: Need,
    resource: Resource,
    by: Person,
    now: datetime,
    wanted_on: date | None = None,
    amount: int = 1,
    override: str = "",
) -> Match:
    """Link a need with a resource. Against the engine's advice only with a reason; capacity is taken at once."""
    need = Need.objects.select_related("area", "category").get(pk=need.pk)  # as it stands now
    today = local_day(now)
    day = wanted_on or today
    if need.category_id is None or need.accepted_at is None:
        raise Refused(_("Please take the ask up first: its kind decides what fits."))
    proposals = candidates(need, on=today, wanted_on=day, amount=amount)
    seen = next((row for row in proposals if row.resource.pk == resource.pk), None)
    best = next((row for row in proposals if row.candidate.fits), None)
    against = seen.against if seen else []
    advised = seen is not None and seen.candidate.fits
    if not advised and len(override.strip()) < 2:
        raise Refused(_("Please write why you choose it although it does not seem to fit."), field="override")
    try:
        with transaction.atomic():
            why = add_remark(need, RemarkKind.OVERRIDE, override, by, now) if override.strip() else None
            slot = take(resource, day, amount)
            match = Match.objects.create(
                need=need,
                resource=resource,
                slot=slot,
                lap=need.lap,
                state=MatchState.ACCEPTED,
                amount=amount,
                score=seen.candidate.score if seen else 0.0,
                reasons=seen.reasons if seen else [],
                against=against,
                override=why,
                at=now,
                by=by,
            )
            note(match, "match.agreed", by, now, best=bool(best and best.resource.pk == resource.pk))
            mark_linked(need=need, match=match.pk, by=by, now=now)
    except IntegrityError as error:
        if "match_once_a_lap" in str(error) or "unique" in str(error).lower():
            raise Refused(_("This has already been agreed.")) from error
        raise
    return match


def note(match: Match, verb: str, by: Person | None, now: datetime, **facts: object) -> None:
    """Write what happened to a match into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind="match",
        subject=match.pk,
        need=match.need_id,
        area_code=match.need.stem,
        facts={"resource": match.resource_id, "amount": match.amount, **facts},
    )


def release(*, match: Match, by: Person, now: datetime, text: str = "") -> Match:
    """Give an agreed match back; what it took is free again."""
    with transaction.atomic():
        match = (
            Match.objects.select_for_update(of=("self",))
            .select_related("need__area", "resource")
            .get(pk=match.pk)
        )
        change_state(match, "release")
        match.save(update_fields=["state"])
        if match.slot_id:
            Slot.objects.filter(pk=match.slot_id).update(taken=F("taken") - match.amount)
        if text.strip():
            add_remark(match.need, RemarkKind.NOTE, text, by, now)
        note(match, "match.released", by, now)
        if not matches_of(match.need).filter(state=MatchState.ACCEPTED, lap=match.need.lap).exists():
            mark_unlinked(need=match.need, match=match.pk, by=by, now=now)
    return match


def keep(*, match: Match, by: Person | None, now: datetime) -> Match:
    """The promise of a match was kept; what it took stays taken."""
    with transaction.atomic():
        match = Match.objects.select_for_update(of=("self",)).select_related("need__area").get(pk=match.pk)
        change_state(match, "keep")
        match.save(update_fields=["state"])
        note(match, "match.kept", by, now)
    return match


def change_state(match: Match, verb: str) -> None:
    """Move the match along its table, or refuse in words."""
    try:
        match.state = move(MATCH, match.state, verb)
    except NotAllowed as error:
        raise Refused(_("This is already “{state}”.").format(state=MatchState(match.state).label)) from error


def count_rating(*, need: Need, lap: int, satisfied: bool) -> None:
    """Remember with the resources that answered a need whether people were satisfied."""
    ids = Match.objects.filter(need=need, lap=lap, state__in=[MatchState.ACCEPTED, MatchState.KEPT])
    changes = {"rated": F("rated") + 1}
    if satisfied:
        changes["satisfied"] = F("satisfied") + 1
    Resource.objects.filter(pk__in=ids.values("resource")).update(**changes)
