"""When a promise falls due: in minutes, hours, days, working hours or working days.

The rules of the trade (working time follows office hours and the calendar with its make-up workdays):

* minutes and hours are elapsed time, night and holidays included;
* days end at the same time of day, that many calendar days later;
* working hours run only while the office is open;
* working days end at closing time of the n-th working day after the day of the start. A start outside office
  hours counts from the next opening, so that a call on Friday night starts on Monday.

Times are aware; office hours are read in the time zone of the first datetime given. The zone is assumed to
have no clock changes inside office hours. Whether a day is worked is asked of the caller: no calendar, no
clock here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

NO_WORK_DAYS: Final = 370  # days without a working day after which the calendar must be wrong
NOTHING: Final = timedelta()


class Unit(StrEnum):
    """In what a promise is counted."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORK_HOURS = "work_hours"
    WORK_DAYS = "work_days"
    DAYS = "days"


@dataclass(frozen=True)
class OfficeHours:
    """When the office is open on a working day. Without a pause ``lunch`` begins and ends at once."""

    opens: time = time(9)
    closes: time = time(17, 30)
    lunch: tuple[time, time] = (time(12), time(13, 30))

    def __post_init__(self) -> None:
        if not self.opens < self.closes or not self.opens <= self.lunch[0] <= self.lunch[1] <= self.closes:
            raise ValueError("office hours are not in order")
        if self.lunch == (self.opens, self.closes):
            raise ValueError("the office never opens")

    def spells(self) -> list[tuple[time, time]]:
        """The open spells of a day, in order."""
        halves = [(self.opens, self.lunch[0]), (self.lunch[1], self.closes)]
        if self.lunch[0] == self.lunch[1]:
            halves = [(self.opens, self.closes)]
        return [(begins, ends) for begins, ends in halves if begins < ends]


IsWorkday = Callable[[date], bool]
Hours = OfficeHours | Callable[[date], OfficeHours]
OFFICE: Final = OfficeHours()


def due(
    start: datetime, amount: int, unit: Unit | str, is_workday: IsWorkday, hours: Hours = OFFICE
) -> datetime:
    """When a promise of ``amount`` ``unit`` made at ``start`` falls due, in the time zone of ``start``.

    ``hours`` are the office hours, or a function that gives those of a day. Raises ``ValueError`` for an
    amount below 1, a naive ``start``, an unknown unit, or a calendar without working days.
    """
    aware(start)
    if amount < 1:
        raise ValueError("a promise needs an amount of at least 1")
    match Unit(unit):
        case Unit.MINUTES:
            return elapsed(start, timedelta(minutes=amount))
        case Unit.HOURS:
            return elapsed(start, timedelta(hours=amount))
        case Unit.DAYS:
            return start + timedelta(days=amount)
        case Unit.WORK_HOURS:
            return after_work(start, timedelta(hours=amount), is_workday, hours)
        case _:
            return nth_closing(start, amount, is_workday, hours)


def work_minutes_between(a: datetime, b: datetime, is_workday: IsWorkday, hours: Hours = OFFICE) -> float:
    """Working minutes from ``a`` to ``b``; negative where ``b`` lies before ``a``."""
    return work_between(a, b, is_workday, hours) / timedelta(minutes=1)


def pushed_by(
    due_at: datetime,
    stopped_from: datetime,
    stopped_until: datetime,
    unit: Unit | str,
    is_workday: IsWorkday,
    hours: Hours = OFFICE,
) -> datetime:
    """The due time after the clock stood still from ``stopped_from`` to ``stopped_until``.

    It moves by the time of its own kind that passed meanwhile: working time for working hours and days, else
    elapsed time. So what was left when the clock stopped is left when it runs again, to the microsecond, and
    stops that follow each other add up. Raises ``ValueError`` where the stop ends before it begins.
    """
    for moment in (due_at, stopped_from, stopped_until):
        aware(moment)
    if stopped_until < stopped_from:
        raise ValueError("the stop ends before it begins")
    if Unit(unit) not in (Unit.WORK_HOURS, Unit.WORK_DAYS):
        return elapsed(due_at, stopped_until - stopped_from)
    zone = due_at.tzinfo
    stopped = work_between(stopped_from.astimezone(zone), stopped_until.astimezone(zone), is_workday, hours)
    return after_work(due_at, stopped, is_workday, hours)


def aware(moment: datetime) -> None:
    """Refuse a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone")


def elapsed(start: datetime, length: timedelta) -> datetime:
    """``start`` plus elapsed time, clock changes allowed for."""
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def hours_on(hours: Hours, day: date) -> OfficeHours:
    """The office hours of a day."""
    return hours if isinstance(hours, OfficeHours) else hours(day)


def spells_from(start: datetime, is_workday: IsWorkday, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """Open spells that end after ``start``, without end; the first one is cut at ``start``."""
    day, idle = start.date(), 0
    while idle < NO_WORK_DAYS:
        idle += 1
        if is_workday(day):
            idle = 0
            for opens, closes in hours_on(hours, day).spells():
                begins = datetime.combine(day, opens, start.tzinfo)
                ends = datetime.combine(day, closes, start.tzinfo)
                if ends > start:
                    yield max(begins, start), ends
        day += timedelta(days=1)
    raise ValueError("a calendar without working days")


def after_work(start: datetime, length: timedelta, is_workday: IsWorkday, hours: Hours) -> datetime:
    """The moment at which ``length`` of working time has passed since ``start``, the earliest such."""
    if length <= NOTHING:
        return start
    for begins, ends in spells_from(start, is_workday, hours):
        if length <= ends - begins:
            return begins + length
        length -= ends - begins
    raise AssertionError("spells have no end")


def work_between(a: datetime, b: datetime, is_workday: IsWorkday, hours: Hours) -> timedelta:
    """Working time from ``a`` to ``b``, office hours in the zone of ``a``."""
    aware(a)
    aware(b)
    b = b.astimezone(a.tzinfo)
    if b < a:
        return -work_between(b, a, is_workday, hours)
    total, day = NOTHING, a.date()
    while day <= b.date():
        if is_workday(day):
            for opens, closes in hours_on(hours, day).spells():
                begins = max(datetime.combine(day, opens, a.tzinfo), a)
                ends = min(datetime.combine(day, closes, a.tzinfo), b)
                total += max(ends - begins, NOTHING)
        day += timedelta(days=1)
    return total


def nth_closing(start: datetime, amount: int, is_workday: IsWorkday, hours: Hours) -> datetime:
    """Closing time of the ``amount``-th working day after the day on which ``start`` counts."""
    day = next(spells_from(start, is_workday, hours))[0].date()
    idle = 0
    while amount:
        day += timedelta(days=1)
        idle += 1
        if is_workday(day):
            amount, idle = amount - 1, 0
        elif idle > NO_WORK_DAYS:
            raise ValueError("a calendar without working days")
    return datetime.combine(day, hours_on(hours, day).closes, start.tzinfo)
