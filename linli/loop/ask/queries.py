"""Read the first step: the queue, promises, what may be the same, the timeline's texts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from linli.engine.nearby import Likeness, Said, groups, likenesses
from linli.engine.pairs import pairs, query_pairs
from linli.engine.transitions import NEED_OPEN, NEED_RUNNING_CLOCK
from linli.ground.places.models import Area
from linli.ground.places.queries import within
from linli.loop.ask.choices import COUNT_CAP, NEAR_DAYS, NEAR_METRES, FindingState, PromiseFor, Shift, State
from linli.loop.ask.models import Category, Extension, Finding, Need, Patrol, Promise, Remark, Stop

OPEN = sorted(NEED_OPEN)
CLOCK = sorted(NEED_RUNNING_CLOCK)
TABS = ("new", "near", "late", "open", "check", "all")
ROW_PARTS = ("category", "building", "asker", "area")


def tab(rows: QuerySet[Need], name: str, *, now: datetime) -> QuerySet[Need]:
    """One tab of the queue: new, near its limit, late, both (due), to be checked, open, all."""
    if name == "new":
        return rows.filter(live=True, state=State.NEW)
    if name == "near":
        return rows.filter(ticking=True, near_at__lte=now, sort_at__gte=now)
    if name == "late":
        return rows.filter(ticking=True, sort_at__lt=now)
    if name == "due":
        return rows.filter(ticking=True, near_at__lte=now)
    if name == "check":
        return rows.filter(live=True, state=State.DONE)
    return rows.filter(live=True) if name == "open" else rows


def capped(rows: QuerySet[Need]) -> int:
    """How many rows, counted no further than ``COUNT_CAP`` + 1."""
    return len(rows.order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])


def tab_counts(rows: QuerySet[Need], *, now: datetime) -> dict[str, int]:
    """The count of each tab but ``all``, capped so that a million rows cost no more than a thousand."""
    return {name: capped(tab(rows, name, now=now)) for name in TABS if name != "all"}


def search(stems: Iterable[str], text: str, *, limit: int = 30, before: int | None = None) -> list[Need]:
    """Needs under the stems that hold every character pair of the text, or whose number it is; newest first."""
    stems = list(stems)
    number = text.strip()
    rows = Need.objects.filter(within(stems)).select_related(*ROW_PARTS)
    if re.fullmatch(r"\d{8}-\d{3,}", number):
        return list(rows.filter(no=number))
    ids = Need.INDEX.search(query_pairs(text), scopes=stems, limit=limit, before=before)
    return sorted(rows.filter(pk__in=ids), key=lambda need: -need.pk)


def categories(*, on: date) -> QuerySet[Category]:
    """Categories in use, in their order."""
    return Category.objects.filter(valid_from__lte=on).exclude(valid_until__lt=on)


def promises(*, on: date) -> QuerySet[Promise]:
    """Promises in force or coming."""
    return Promise.objects.exclude(valid_until__lt=on).select_related("category")


def promise_for(
    category: Category | None, urgency: str, about: str, area: Area, *, on: date
) -> Promise | None:
    """The promise that holds: of the category before the general one, of the nearest area, the newest."""
    rows = Promise.objects.filter(urgency=urgency, about=about, valid_from__lte=on).exclude(
        valid_until__lt=on
    )
    rows = rows.filter(Q(category=category) | Q(category=None))
    fitting = [row for row in rows if area.stem.startswith(row.stem)]
    order = sorted(
        fitting, key=lambda row: (row.category_id is None, -len(row.stem), -row.valid_from.toordinal())
    )
    return order[0] if order else None


def said(need: Need) -> Said:
    """A need as the comparison of the engine sees it."""
    text = f"{need.title} {need.words[:400]}"
    return Said(
        key=need.pk,
        category=need.category_id,
        building=need.building_id,
        lon=need.lon,
        lat=need.lat,
        at=need.said_at,
        tokens=frozenset(pairs(text)),
        digits=frozenset(re.findall(r"\d+", need.title or need.words[:80])),
    )


@dataclass(frozen=True)
class Alike:
    """A need that may be the same matter as another, and how alike they are."""

    need: Need
    likeness: Likeness


def neighbours(need: Need, *, size: int = 300) -> QuerySet[Need]:
    """Open needs of the same community in the weeks around."""
    window = timedelta(days=NEAR_DAYS)
    rows = Need.objects.filter(within([need.community or need.stem]), live=True)
    rows = rows.filter(said_at__range=(need.said_at - window, need.said_at + window)).exclude(pk=need.pk)
    return rows.select_related(*ROW_PARTS).order_by("-id")[:size]


def alike_to(need: Need, *, limit: int = 5) -> list[Alike]:
    """Needs that may be the same matter, the most alike first."""
    rows = {row.pk: row for row in neighbours(need)}
    hits = likenesses(said(need), map(said, rows.values()), metres=NEAR_METRES, days=NEAR_DAYS)
    return [Alike(rows[hit.key], hit) for hit in hits[:limit]]


def duplicate_groups(rows: QuerySet[Need], *, size: int = 300) -> list[list[Need]]:
    """Open needs among the newest ``size`` that may belong together, largest group first."""
    newest = list(rows.filter(live=True).select_related(*ROW_PARTS).order_by("-id")[:size])
    by_key = {need.pk: need for need in newest}
    found = groups([said(need) for need in newest], metres=NEAR_METRES, days=NEAR_DAYS)
    return [[by_key[key] for key in group] for group in found]


def with_askers(need: Need) -> list[Need]:
    """The need and all that were merged into it, directly or through others: everyone who waits for the end."""
    found, level = [need], [need.pk]
    while level := list(
        Need.objects.filter(merged_into__in=level).order_by("pk").values_list("pk", flat=True)
    ):
        found += Need.objects.filter(pk__in=level).select_related("asker").order_by("pk")
    return found


def remarks_of(need: Need) -> dict[int, Remark]:
    """The texts of a need's timeline by number."""
    return {row.pk: row for row in Remark.objects.filter(need=need).select_related("by")}


def stops_of(need: Need) -> QuerySet[Stop]:
    """Every time the clock stood still."""
    return Stop.objects.filter(need=need).select_related("remark").order_by("id")


def extensions_of(need: Need) -> QuerySet[Extension]:
    """Every extension."""
    return Extension.objects.filter(need=need).select_related("remark", "by").order_by("id")


@dataclass(frozen=True)
class Round:
    """The two rounds of one grid on one day: what was walked, and what waits to be looked at again."""

    area: Area
    morning: Patrol | None
    evening: Patrol | None
    to_recheck: int


def rounds(areas: Iterable[Area], *, day: date) -> list[Round]:
    """The rounds of these grids on a day, in three queries."""
    areas = list(areas)
    walked = {(row.area_id, row.shift): row for row in Patrol.objects.filter(area__in=areas, day=day)}
    open_findings: dict[int, int] = {}
    found = Finding.objects.filter(patrol__area__in=areas, patrol__day=day, state=FindingState.FOUND)
    for area_id in found.filter(patrol__shift=Shift.MORNING).values_list("patrol__area", flat=True):
        open_findings[area_id] = open_findings.get(area_id, 0) + 1
    return [
        Round(
            area,
            walked.get((area.pk, Shift.MORNING)),
            walked.get((area.pk, Shift.EVENING)),
            open_findings.get(area.pk, 0),
        )
        for area in areas
    ]


def to_recheck(patrol: Patrol) -> QuerySet[Finding]:
    """What an evening round looks at again: what the morning of that day found, and what was still there before."""
    since = patrol.day - timedelta(days=7)
    rows = Finding.objects.filter(patrol__area=patrol.area_id, patrol__day__range=(since, patrol.day))
    rows = rows.exclude(state=FindingState.GONE).exclude(patrol=patrol).exclude(rechecked_in=patrol)
    return rows.select_related("patrol", "building").order_by("id")


def findings_of(patrol: Patrol) -> QuerySet[Finding]:
    """What a round found."""
    return Finding.objects.filter(patrol=patrol).select_related("building").order_by("id")


def limits(category: Category | None, area: Area, *, on: date) -> Mapping[str, Promise | None]:
    """What would be promised for each urgency, for the triage form."""
    return {
        urgency: promise_for(category, urgency, PromiseFor.RESOLVE, area, on=on)
        for urgency in ("normal", "urgent", "extreme")
    }
