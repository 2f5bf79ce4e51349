"""The diary and the two rounds a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import FINDING, NotAllowed, move
from linli.ground.journal.actions import record
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.ground.places.models import Area, Building
from linli.kit.refused import Refused
from linli.loop.ask.actions.raising import raise_need
from linli.loop.ask.choices import Channel, Kind, Shift
from linli.loop.ask.models import Category, Concern, DiaryEntry, Finding, Need, Patrol


def write_diary(
    *,
    area: Area,
    key: UUID,
    at: datetime,
    by: Person,
    now: datetime,
    words: str = "",
    photos: Sequence[int] = (),
    concerns: Iterable[Person] = (),
    weather: str = "",
    temperature: int | None = None,
    building: Building | None = None,
    place: str = "",
    measures: str = "",
    outcome: str = "",
) -> DiaryEntry:
    """Keep what was heard: text, a photo of the handwritten page, or both. The same ``key`` twice is one entry."""
    if known := DiaryEntry.objects.filter(key=key).first():
        return known
    if not words.strip() and not photos:
        raise Refused(_("Write what you heard, or photograph the page."), field="words")
    with transaction.atomic():
        entry = DiaryEntry.objects.create(
            **area.location,
            key=key,
            at=at,
            weather=weather,
            temperature=temperature,
            building=building,
            place=place.strip()[:120],
            words=words.replace("\x00", "").strip(),
            measures=measures.strip(),
            outcome=outcome.strip(),
            by=by,
        )
        Concern.objects.bulk_create(
            Concern(entry=entry, person=person) for person in {row.pk: row for row in concerns}.values()
        )
        attach_photos(photo_ids=photos, subject_type="diary", subject_id=entry.pk, by_id=by.pk)
        note_hearing("diary.written", "diary", entry.pk, area, by, now, photos=len(photos))
    return entry


def note_hearing(verb: str, kind: str, pk: int, area: Area, by: Person, now: datetime, **facts: Any) -> None:
    """Write a hearing's step into the journal."""
    record(verb=verb, at=now, by=by.pk, subject_kind=kind, subject=pk, area_code=area.stem, facts=facts)


def begin_patrol(*, area: Area, shift: str, day: date, by: Person, now: datetime) -> Patrol:
    """Set out on the morning or evening round of a grid; each is walked once a day."""
    if shift not in Shift.values:
        raise Refused(_("Please choose the morning or the evening round."), field="shift")
    try:
        with transaction.atomic():
            patrol = Patrol.objects.create(**area.location, shift=shift, day=day, by=by, started_at=now)
            note_hearing("patrol.begun", "patrol", patrol.pk, area, by, now, shift=shift)
    except IntegrityError:
        return Patrol.objects.get(area=area, day=day, shift=shift)
    return patrol


def find(
    *,
    patrol: Patrol,
    key: UUID,
    words: str,
    by: Person,
    now: datetime,
    building: Building | None = None,
    place: str = "",
    photos: Sequence[int] = (),
    category: Category | None = None,
    as_need: bool = False,
) -> Finding:
    """Note something found on the round; with ``as_need`` it also becomes a need."""
    if known := Finding.objects.filter(key=key).first():
        return known
    if patrol.ended_at:
        raise Refused(_("This round has ended. Please write it into the diary."))
    if not words.strip():
        raise Refused(_("Please say in a few words what you found."), field="words")
    with transaction.atomic():
        need: Need | None = None
        if as_need:
            need = raise_need(
                area=patrol.area,
                words=words,
                channel=Channel.PATROL,
                kind=Kind.REPORT,
                category=category,
                building=building,
                place=place,
                photos=photos,
                key=key,
                by=by,
                now=now,
            )
        finding = Finding.objects.create(
            patrol=patrol,
            key=key,
            words=words.strip(),
            building=building,
            place=place.strip()[:120],
            at=now,
            need_no=need.no if need else "",
        )
        if not as_need:
            attach_photos(photo_ids=photos, subject_type="finding", subject_id=finding.pk, by_id=by.pk)
        note_hearing("patrol.found", "patrol", patrol.pk, patrol.area, by, now, finding=finding.pk)
    return finding


def recheck(*, finding: Finding, patrol: Patrol, gone: bool, by: Person, now: datetime) -> Finding:
    """Look again at what an earlier round found: gone, or still there."""
    if finding.patrol_id == patrol.pk or finding.patrol.area_id != patrol.area_id:
        raise Refused(_("This belongs to another round."))
    with transaction.atomic():
        finding = Finding.objects.select_for_update().get(pk=finding.pk)
        try:
            finding.state = move(FINDING, finding.state, "recheck_gone" if gone else "recheck_still")
        except NotAllowed as error:
            raise Refused(_("This has already been looked at again.")) from error
        finding.rechecked_in, finding.rechecked_at = patrol, now
        finding.save(update_fields=["state", "rechecked_in", "rechecked_at"])
        note_hearing(
            "patrol.rechecked", "patrol", patrol.pk, patrol.area, by, now, finding=finding.pk, gone=gone
        )
    return finding


def end_patrol(*, patrol: Patrol, note: str, by: Person, now: datetime) -> Patrol:
    """Come home from the round."""
    with transaction.atomic():
        patrol = Patrol.objects.select_for_update(of=("self",)).select_related("area").get(pk=patrol.pk)
        if patrol.ended_at:
            raise Refused(_("This round has already ended."))
        patrol.ended_at, patrol.note = now, note.strip()
        patrol.save(update_fields=["ended_at", "note"])
        note_hearing("patrol.ended", "patrol", patrol.pk, patrol.area, by, now)
    return patrol
