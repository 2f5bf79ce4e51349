"""Change places: areas are founded, renamed, merged, ended; buildings, facilities, calendar days are kept."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.geo import to_wgs84
from linli.ground.journal.actions import record
from linli.ground.places.choices import DIGITS, PROVINCES, Crs, Level
from linli.ground.places.models import Area, AreaName, Building, CalendarDay, Facility, Office, Opening
from linli.ground.places.queries import stem_of
from linli.kit.refused import Refused

Outline = list[tuple[float, float]]


def found_area(
    *,
    code: str,
    name: str,
    by: int | None,
    now: datetime,
    valid_from: date,
    grid_kind: str = "",
    outline: Outline | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> Area:
    """Enter an area by its code; what lies above it must be there first (streets stand alone)."""
    code, name = code.strip(), name.strip()
    if not code.isdigit() or len(code) not in {12, 15} or code[:2] not in PROVINCES:
        raise Refused(
            _("An area code has 12 digits, a grid 15; “{code}” does not fit.").format(code=code), field="code"
        )
    if not name:
        raise Refused(_("Please give the area a name."), field="name")
    stem = stem_of(code)
    level = {digits: kind for kind, digits in DIGITS.items()}[len(stem)]
    parent = Area.objects.filter(stem=stem[:-3]).first() if level != Level.DISTRICT else None
    if parent is None and level in {Level.COMMUNITY, Level.GRID}:
        raise Refused(_("The area above {code} is not entered yet.").format(code=code), field="code")
    if Area.objects.filter(code=code).exists():
        raise Refused(_("The code {code} is taken.").format(code=code), field="code")
    with transaction.atomic():
        area = Area.objects.create(
            code=code,
            stem=stem,
            level=level,
            grid_kind=(grid_kind or "basic") if level == Level.GRID else "",
            name=name,
            parent=parent,
            valid_from=valid_from,
            outline=outline,
            lon=lon,
            lat=lat,
        )
        AreaName.objects.create(area=area, name=name, valid_from=valid_from)
        note(area, "area.founded", by, now)
    return area


def rename_area(*, area: Area, name: str, by: int | None, now: datetime, valid_from: date) -> Area:
    """Give an area a new name from a day on; the old name stays in its history."""
    name = name.strip()
    if not name:
        raise Refused(_("Please give the area a name."), field="name")
    with transaction.atomic():
        AreaName.objects.filter(area=area, valid_until=None).update(valid_until=valid_from)
        AreaName.objects.create(area=area, name=name, valid_from=valid_from)
        area.name = name
        area.save(update_fields=["name"])
        note(area, "area.renamed", by, now, name=name)
    return area


def merge_area(*, area: Area, into: Area, by: int | None, now: datetime, day: date) -> Area:
    """End an area and send what comes later to the one that absorbed it; nothing of its past moves."""
    if area.pk == into.pk or into.merged_into_id or into.level != area.level:
        raise Refused(
            _("An area can only be merged into another one of its level that is in use."), field="into"
        )
    if area.merged_into_id or area.valid_until:
        raise Refused(_("This area has already ended."))
    with transaction.atomic():
        area.merged_into, area.valid_until = into, day
        area.save(update_fields=["merged_into", "valid_until"])
        note(area, "area.merged", by, now, into=into.code)
    return area


def note(area: Area, verb: str, by: int | None, now: datetime, **facts: str) -> None:
    """Write what happened to an area into the journal."""
    record(
        verb=verb,
        at=now,
        by=by,
        subject_kind="area",
        subject=area.pk,
        area_code=area.stem,
        facts={"code": area.code, **facts},
    )


def keep_building(
    *,
    area: Area,
    name: str,
    now: datetime,
    by: int | None,
    estate: str = "",
    units: int = 1,
    floors: int = 6,
    lon: float | None = None,
    lat: float | None = None,
    crs: str = Crs.WGS84,
) -> Building:
    """Enter a building; coordinates in GCJ-02 or BD-09 are turned into WGS-84 here, at the edge."""
    if lon is not None and lat is not None:
        lon, lat = to_wgs84(lon, lat, crs)
    if Building.objects.filter(community=area.stem[:12], estate=estate, name=name).exists():
        raise Refused(_("This building is already there."), field="name")
    with transaction.atomic():
        building = Building.objects.create(
            **area.location,
            estate=estate,
            name=name,
            units=units,
            floors=floors,
            lon=lon,
            lat=lat,
            source_crs=crs,
        )
        record(
            verb="building.kept",
            at=now,
            by=by,
            subject_kind="building",
            subject=building.pk,
            area_code=area.stem,
        )
    return building


def keep_facility(
    *,
    area: Area,
    kind: str,
    name: str,
    by: int | None,
    now: datetime,
    valid_from: date,
    place: str = "",
    phone: str = "",
    lon: float | None = None,
    lat: float | None = None,
    crs: str = Crs.WGS84,
    openings: Iterable[tuple[int, time, time]] = (),
) -> Facility:
    """Enter a facility with its opening hours: (weekday, opens, closes), Monday is 0."""
    if lon is not None and lat is not None:
        lon, lat = to_wgs84(lon, lat, crs)
    with transaction.atomic():
        facility = Facility.objects.create(
            **area.location,
            kind=kind,
            name=name,
            place=place,
            phone=phone,
            lon=lon,
            lat=lat,
            source_crs=crs,
            valid_from=valid_from,
        )
        Opening.objects.bulk_create(
            Opening(facility=facility, weekday=day, opens=opens, closes=closes)
            for day, opens, closes in openings
        )
        record(
            verb="facility.kept",
            at=now,
            by=by,
            subject_kind="facility",
            subject=facility.pk,
            area_code=area.stem,
        )
    return facility


def set_calendar_day(*, day: date, works: bool, note: str, by: int | None, now: datetime) -> CalendarDay:
    """Say that a day is a working day, or is not, whatever the calendar library thinks."""
    if not note.strip():
        raise Refused(_("Please say why, for instance the number of the notice."), field="note")
    with transaction.atomic():
        row, _made = CalendarDay.objects.update_or_create(
            day=day, defaults={"works": works, "note": note.strip()[:80]}
        )
        record(
            verb="calendar.set",
            at=now,
            by=by,
            subject_kind="calendar",
            subject=row.pk,
            facts={"day": day.isoformat(), "works": works},
        )
    return row


def set_office_hours(
    *,
    opens: time,
    lunch_from: time,
    lunch_until: time,
    closes: time,
    valid_from: date,
    by: int | None,
    now: datetime,
) -> Office:
    """Office hours from a day on."""
    if not opens < lunch_from <= lunch_until < closes:
        raise Refused(_("These hours are not in order."), field="opens")
    with transaction.atomic():
        row, _made = Office.objects.update_or_create(
            valid_from=valid_from,
            defaults={"opens": opens, "lunch_from": lunch_from, "lunch_until": lunch_until, "closes": closes},
        )
        record(verb="office.set", at=now, by=by, subject_kind="office", subject=row.pk)
    return row
