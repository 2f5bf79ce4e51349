"""Read places: areas, what lies at a point, the working calendar."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet

from linli.engine.geo import inside
from linli.engine.promises import OfficeHours
from linli.ground.places.choices import DIGITS, Level
from linli.ground.places.models import Area, Building, CalendarDay, Facility, Office
from linli.kit.calendar import is_workday
from linli.kit.refused import Refused
from linli.kit.words import NO_SUCH_AREA

LEVEL_OF_DIGITS = {digits: str(level) for level, digits in DIGITS.items()}


def within(stems: Iterable[str]) -> Q:
    """The filter on ``Located`` rows (or a lookup path to them) that lie under any of these stems."""
    found = Q(pk__in=[])
    by_level: dict[str, list[str]] = {}
    for stem in stems:
        if stem in {"", "*"}:
            return Q()
        if column := LEVEL_OF_DIGITS.get(len(stem)):
            by_level.setdefault(column, []).append(stem)
        else:
            found |= Q(district__startswith=stem)
    for level, codes in by_level.items():
        found |= Q(**{level: codes[0]}) if len(codes) == 1 else Q(**{f"{level}__in": codes})
    return found


def area_by_code(code: str) -> Area:
    """The area of a code in any of its forms (9, 12 or 15 digits); refused when there is none."""
    digits = code.strip()
    stem = stem_of(digits) if digits.isdigit() else ""
    area = Area.objects.filter(stem=stem).first() if stem else None
    if area is None:
        raise Refused(NO_SUCH_AREA.format(code=code), field="area")
    return area.merged_into or area


def stem_of(code: str) -> str:
    """The own part of a code: grids keep 15 digits, communities 12, streets 9, districts 6."""
    code = code[:15]
    while len(code) > 6 and code.endswith("000") and len(code) % 3 == 0:
        code = code[:-3]
    return code


def areas_under(stems: Iterable[str], *, on: date | None = None) -> QuerySet[Area]:
    """Areas under the stems, in order of their codes; with ``on`` only those valid that day."""
    wanted = Q(pk__in=[])
    for stem in stems:
        wanted |= Q() if stem in {"", "*"} else Q(stem__gte=stem, stem__lte=stem.ljust(15, "9"))
        if stem in {"", "*"}:
            wanted = Q()
            break
    rows = Area.objects.filter(wanted)
    if on:
        rows = rows.filter(valid_from__lte=on).exclude(valid_until__lt=on)
    return rows.order_by("code")


def grids_at(lon: float, lat: float, *, on: date) -> list[Area]:
    """Every grid, of every kind, whose outline holds the WGS-84 point."""
    grids = areas_under(["*"], on=on).filter(level=Level.GRID).exclude(outline=None)
    return [grid for grid in grids if inside(lon, lat, grid.outline or [])]


def buildings_under(stems: Iterable[str]) -> QuerySet[Building]:
    """Buildings under the stems."""
    return Building.objects.filter(within(stems)).order_by("estate", "id")


def facilities_under(stems: Iterable[str], *, on: date) -> QuerySet[Facility]:
    """Facilities in use under the stems, with their opening hours."""
    rows = Facility.objects.filter(within(stems), valid_from__lte=on).exclude(valid_until__lt=on)
    return rows.prefetch_related("openings")


def is_open(facility: Facility, at: datetime) -> bool:
    """Whether the facility is open at a local time."""
    clock = at.time()
    return any(
        row.weekday == at.weekday() and row.opens <= clock < row.closes for row in facility.openings.all()
    )


class WorkCalendar:
    """The working calendar with the administrator's days and the office hours, read once and then asked often."""

    def __init__(self) -> None:
        self.overrides = dict(CalendarDay.objects.values_list("day", "works"))
        self.offices = list(Office.objects.order_by("-valid_from"))

    def works(self, day: date) -> bool:
        """Whether people work on that day: make-up Saturdays count, public holidays do not."""
        return is_workday(day, self.overrides)

    def hours(self, day: date) -> OfficeHours:
        """The office hours that hold on that day."""
        for office in self.offices:
            if office.valid_from <= day:
                return OfficeHours(office.opens, office.closes, (office.lunch_from, office.lunch_until))
        return OfficeHours()


def calendar_days() -> QuerySet[CalendarDay]:
    """The days an administrator set."""
    return CalendarDay.objects.order_by("day")


def describe_office(day: date) -> dict[str, Any]:
    """The office hours of a day, for a settings page."""
    hours = WorkCalendar().hours(day)
    lunch: tuple[time, time] = hours.lunch
    return {"opens": hours.opens, "closes": hours.closes, "lunch_from": lunch[0], "lunch_until": lunch[1]}
