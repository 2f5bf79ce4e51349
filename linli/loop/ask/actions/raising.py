"""Raise a need, through whichever door it came in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.geo import to_wgs84
from linli.engine.pairs import pairs
from linli.ground.journal.actions import next_numbers
from linli.ground.journal.choices import Notice
from linli.ground.people.access import bond_between
from linli.ground.people.models import Person
from linli.ground.photos.actions import attach_photos
from linli.ground.places.models import Area, Building
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions.base import note
from linli.loop.ask.actions.telling import tell_askers
from linli.loop.ask.choices import MAX_WORDS, REPEAT_DAYS, REPEAT_TIMES, TITLE_LENGTH, Channel, Kind, Urgency
from linli.loop.ask.models import Category, DiaryEntry, Need

FACE_TO_FACE = frozenset({Channel.DIARY, Channel.WALK_IN, Channel.PHONE})


def title_of(words: str) -> str:
    """The first sentence or line, short enough for a list."""
    first = words.strip().splitlines()[0] if words.strip() else ""
    for stop in "。！？!?；;":
        head, found, _rest = first.partition(stop)
        if found and 4 <= len(head) <= TITLE_LENGTH:
            return head + (found if stop in "？?！!" else "")
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def check_words(words: str) -> str:
    """The words as they were said; empty or endless ones are refused, nothing is changed."""
    words = words.replace("\x00", "").strip()
    if not words:
        raise Refused(_("Please write what was said, in their own words."), field="words")
    if len(words) > MAX_WORDS:
        raise Refused(_("This is longer than {limit} characters.").format(limit=MAX_WORDS), field="words")
    return words


def index_needs(needs: Sequence[Need]) -> None:
    """Put needs into the pair index: title, words, place, and their number."""
    Need.INDEX.put(
        (need.pk, pairs(f"{need.title}\n{need.words}\n{need.place}"), need.codes) for need in needs
    )


def raise_need(
    *,
    area: Area,
    words: str,
    channel: str,
    by: Person | None,
    now: datetime,
    key: UUID | None = None,
    kind: str = Kind.HELP,
    title: str = "",
    category: Category | None = None,
    urgency: str = Urgency.NORMAL,
    asker: Person | None = None,
    asker_words: str = "",
    proxy: Person | None = None,
    building: Building | None = None,
    place: str = "",
    position: tuple[float, float] | None = None,
    crs: str = "wgs84",
    diary: DiaryEntry | None = None,
    said_at: datetime | None = None,
    photos: Sequence[int] = (),
) -> Need:
    """Enter one ask. The same ``key`` twice is one need. Whoever acts for an asker is named as the proxy.

    ``position`` is (lon, lat) in ``crs``; it is stored as WGS-84. ``photos`` are numbers of kept photos.
    """
    if known := Need.objects.filter(key=key).first() if key else None:
        return known
    if proxy and asker and proxy.pk == asker.pk:
        proxy = None
    words = check_words(words)
    need = Need(
        **area.location, key=key or uuid4(), kind=kind, channel=channel, title=(title.strip() or title_of(words))[:200],
        words=words, category=category, urgency=urgency, asker=asker, asker_words=asker_words.strip()[:80],
        proxy=proxy, heard_by=by if by and (asker is None or by.pk != asker.pk) else None, building=building,
        place=place.strip()[:200], diary=diary, said_at=said_at or now, received_at=now, sort_at=now,
    )  # fmt: skip
    need.lon, need.lat = to_wgs84(*position, crs) if position else (None, None)
    return enter(need, photos, by, now)


def enter(need: Need, photos: Sequence[int], by: Person | None, now: datetime) -> Need:
    """Number a need, keep it with its photos, and tell whoever asked that it has arrived."""
    if need.said_at > now + timedelta(minutes=5):
        raise Refused(_("This lies in the future."), field="said_at")
    if need.lon is None and need.building:
        need.lon, need.lat = need.building.lon, need.building.lat
    with transaction.atomic():
        day = local_day(now)
        (number,) = next_numbers(kind="need", day=day)
        need.no = f"{day:%Y%m%d}-{number:03d}"
        need.is_repeat = is_repeat(need.asker, need.category, need.building, now)
        need.save(force_insert=True)
        index_needs([need])
        attach_photos(
            photo_ids=photos,
            subject_type="need",
            subject_id=need.pk,
            by_id=by.pk if by else None,
            area_code=need.stem,
        )
        note(need, "need.raised", by, now, channel=need.channel, proxy=need.proxy_id, photos=len(photos))
        tell_askers(need, Notice.RECEIVED, now)
    return need


def is_repeat(
    asker: Person | None, category: Category | None, building: Building | None, now: datetime
) -> bool:
    """Whether this is the third ask of its kind by this person or for this building within three months."""
    if category is None or (asker is None and building is None):
        return False
    rows = Need.objects.filter(category=category, received_at__gte=now - timedelta(days=REPEAT_DAYS))
    rows = rows.filter(asker=asker) if asker else rows.filter(building=building)
    return rows.count() >= REPEAT_TIMES - 1


def may_act_for(helper: Person, elder: Person) -> bool:
    """Whether a family member may ask for an elder: only with a bond that rests on consent."""
    return bond_between(elder, helper) is not None


def as_proxy(*, by: Person, asker: Person | None) -> dict[str, Any]:
    """The asker and proxy columns when a worker writes down what somebody asked."""
    return {"asker": asker, "proxy": by if asker and asker.pk != by.pk else None}
