"""Load what people wrote from a list: whole or not at all, twice adds nothing, undone as a whole."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.journal.actions import next_numbers, record
from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions.raising import index_needs, title_of
from linli.loop.ask.choices import Channel, Kind, State
from linli.loop.ask.models import Batch, Category, Need

CHUNK = 1000


@dataclass(frozen=True)
class Heard:
    """One checked row of a list."""

    row: int
    words: str
    said_at: datetime
    title: str = ""
    source_id: str = ""
    asker: str = ""
    place: str = ""
    category: Category | None = None
    channel: str = Channel.LOADED


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: which row and column, and why, in words."""

    row: int
    column: str
    why: str


@dataclass(frozen=True)
class Loaded:
    """What became of a file. ``batch`` is None for a preview, or where nothing was new."""

    batch: Batch | None
    rows: int
    loaded: int
    already: int
    errors: Sequence[Bad] = field(default_factory=tuple)


def source_key(area: Area, heard: Heard) -> str:
    """The fingerprint of a row: same community, same number or time, same words."""
    parts = [
        area.stem[:12],
        heard.source_id,
        heard.said_at.isoformat(),
        heard.title,
        heard.words,
        heard.asker,
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def load_rows(
    *,
    area: Area,
    name: str,
    sha256: str,
    rows: Iterable[Heard],
    errors: Sequence[Bad],
    by: Person | None,
    now: datetime,
    preview: bool = False,
) -> Loaded:
    """Enter every row as a new need of the area, in one transaction.

    Rows that are wrong are left out and named in ``errors``; rows loaded before add nothing.
    """
    keyed: dict[str, Heard] = {}
    total = len(errors)
    for heard in rows:
        total += 1
        keyed.setdefault(source_key(area, heard), heard)
    with transaction.atomic():
        known = known_keys(list(keyed))
        fresh = {key: heard for key, heard in keyed.items() if key not in known}
        already = total - len(errors) - len(fresh)
        if preview or not fresh:
            return Loaded(None, total, len(fresh), already, errors)
        batch = Batch.objects.create(
            **area.location, name=name[:200], sha256=sha256, rows=total, loaded=len(fresh), already=already,
            bad=len(errors), at=now, by=by,
        )  # fmt: skip
        keep_all(new_needs(area, batch, fresh, by, now), batch)
        note_batch(
            batch, "batch.loaded", by, now, loaded=len(fresh), already=already, bad=len(errors), sha256=sha256
        )
    return Loaded(batch, total, len(fresh), already, errors)


def keep_all(needs: list[Need], batch: Batch) -> None:
    """Keep and index every need of a batch, and count that all have arrived."""
    for start in range(0, len(needs), CHUNK):
        Need.objects.bulk_create(needs[start : start + CHUNK])
        index_needs(needs[start : start + CHUNK])
    if Need.objects.filter(batch=batch).count() != len(needs):
        raise RuntimeError("not every row arrived; nothing was loaded")


def note_batch(batch: Batch, verb: str, by: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened to a batch into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind="batch",
        subject=batch.pk,
        area_code=batch.stem,
        facts=facts,
    )


def known_keys(keys: Sequence[str]) -> set[str]:
    """Which fingerprints are there already."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        rows = Need.objects.filter(source_key__in=part).values_list("source_key", flat=True)
        found.update(key for key in rows if key)
    return found


def new_needs(
    area: Area, batch: Batch, fresh: dict[str, Heard], by: Person | None, now: datetime
) -> list[Need]:
    """The rows as unsaved needs, numbered in the order in which they were said."""
    day = local_day(now)
    numbers = next_numbers(kind="need", day=day, size=len(fresh))
    ordered = sorted(fresh.items(), key=lambda item: (item[1].said_at, item[1].row))
    return [
        Need(
            **area.location,
            no=f"{day:%Y%m%d}-{number:03d}",
            key=uuid5(NAMESPACE_URL, f"{batch.pk}:{key}"),
            kind=Kind.HELP,
            channel=heard.channel,
            title=(heard.title or title_of(heard.words))[:200],
            words=heard.words,
            category=heard.category,
            asker_words=heard.asker[:80],
            place=heard.place[:200],
            heard_by=by,
            batch=batch,
            source_id=heard.source_id[:80],
            source_key=key,
            said_at=heard.said_at,
            received_at=now,
            sort_at=now,
        )
        for number, (key, heard) in zip(numbers, ordered, strict=True)
    ]


def undo_batch(*, batch: Batch, by: Person | None, now: datetime) -> int:
    """Take a whole file back, as long as nobody has worked on what it brought. Returns how many needs are gone."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.undone_at:
            raise Refused(_("This file has already been taken back."))
        needs = Need.objects.filter(batch=batch)
        moved = list(needs.exclude(state=State.NEW).values_list("no", flat=True)[:5])
        moved += list(
            Need.objects.filter(merged_into__batch=batch)
            .exclude(batch=batch)
            .values_list("no", flat=True)[:5]
        )
        moved += list(needs.exclude(remarks=None).values_list("no", flat=True)[:5])
        if moved:
            raise Refused(
                _("Work has begun on {numbers}; refuse or withdraw these one by one.").format(
                    numbers="、".join(sorted(set(moved))[:5])
                )
            )
        numbers = list(needs.values_list("pk", flat=True))
        Need.INDEX.remove(numbers)
        gone = len(numbers)
        needs._raw_delete(needs.db)
        batch.undone_at = now
        batch.save(update_fields=["undone_at"])
        note_batch(batch, "batch.undone", by, now, gone=gone)
    return gone
