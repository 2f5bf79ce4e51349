"""Read a CSV or Excel file of what people wrote, check every row, and load it."""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.refused import Refused
from linli.kit.sheets import Row, read
from linli.kit.times import parse_when
from linli.loop.ask.actions.loading import Bad, Heard, Loaded, load_rows
from linli.loop.ask.choices import LOAD_COLUMNS, MAX_WORDS, Channel
from linli.loop.ask.models import Category
from linli.loop.ask.queries import categories

CHANNELS = {"12345": Channel.HOTLINE, "热线": Channel.HOTLINE, "电话": Channel.PHONE, "来访": Channel.WALK_IN}


def load_file(
    *,
    stream: BinaryIO,
    name: str,
    area: Area,
    by: Person | None,
    now: datetime,
    preview: bool = False,
) -> Loaded:
    """Load a file into an area. Columns are matched by name, Chinese or English; wrong rows are named, right ones kept.

    Nothing is half-loaded; the same rows again add nothing; ``preview`` changes nothing at all.
    """
    if len(area.stem) < 12:
        raise Refused(_("Please choose the community or grid these come from."), field="area")
    content = stream.read()
    sheet = read(io.BytesIO(content), name, LOAD_COLUMNS, required=("words",))
    known = {row.name: row for row in categories(on=timezone.localdate(now))}
    rows, errors = checked(sheet.rows, known, now)
    return load_rows(
        area=area,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        errors=errors,
        by=by,
        now=now,
        preview=preview,
    )


def checked(rows: Iterable[Row], known: dict[str, Category], now: datetime) -> tuple[list[Heard], list[Bad]]:
    """The rows that can be taken, and the ones that cannot, with the reason."""
    good: list[Heard] = []
    bad: list[Bad] = []
    for row in rows:
        try:
            good.append(heard(row, known, now))
        except Refused as refusal:
            bad.append(Bad(row.number, refusal.field or "", str(refusal)))
    return good, bad


def heard(row: Row, known: dict[str, Category], now: datetime) -> Heard:
    """One row as an ask; refused with the column it fails in."""
    values = row.values
    words = values.get("words", "").replace("\x00", "").strip() or values.get("title", "").strip()
    if not words:
        raise Refused(_("Nothing is written here."), field="words")
    if len(words) > MAX_WORDS:
        raise Refused(_("This is longer than {limit} characters.").format(limit=MAX_WORDS), field="words")
    category = values.get("category", "").strip()
    channel = values.get("channel", "").strip()
    return Heard(
        row=row.number,
        words=words,
        said_at=said_at(values.get("said_at", ""), now),
        title=values.get("title", "").strip(),
        source_id=values.get("source_id", "").strip(),
        asker=values.get("asker", "").strip(),
        place=values.get("place", "").strip(),
        category=known.get(category),
        channel=next((kind for word, kind in CHANNELS.items() if word in channel), Channel.LOADED),
    )


def said_at(text: str, now: datetime) -> datetime:
    """When it was said, in any of the usual ways of writing it; empty means now."""
    if not text.strip():
        return now
    try:
        when = parse_when(text, timezone.get_current_timezone())
    except ValueError as error:
        raise Refused(
            _("“{text}” is not a time we can read.").format(text=text[:40]), field="said_at"
        ) from error
    if when > now + timedelta(days=1):
        raise Refused(_("This lies in the future."), field="said_at")
    return when
