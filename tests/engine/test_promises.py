"""When a promise falls due, over three years of the real calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engine.promises import OfficeHours, Unit, due, pushed_by, work_minutes_between
from linli.kit.calendar import is_workday

HERE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MINUTES_A_DAY = 7 * 60
SOMETIME = st.datetimes(datetime(2025, 1, 1), datetime(2027, 11, 1), timezones=st.just(HERE))
WORKING = st.sampled_from([Unit.WORK_HOURS, Unit.WORK_DAYS])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-05 09:10", 30, "minutes", "2026-03-05 09:40"),
        ("2026-03-05 23:10", 2, "hours", "2026-03-06 01:10"),
        ("2026-02-27 10:00", 7, "days", "2026-03-06 10:00"),
        ("2026-03-05 09:10", 4, "work_hours", "2026-03-05 14:40"),  # noon is not worked
        ("2026-03-05 17:00", 1, "work_hours", "2026-03-06 09:30"),
        ("2026-03-05 13:00", 4, "work_hours", "2026-03-05 17:30"),  # to the minute of closing
        ("2026-03-05 20:00", 1, "work_hours", "2026-03-06 10:00"),
        ("2026-03-06 16:30", 2, "work_hours", "2026-03-09 10:00"),  # over a weekend
        ("2026-02-14 16:30", 2, "work_hours", "2026-02-24 10:00"),  # make-up Saturday, then Spring Festival
        ("2026-02-13 10:00", 1, "work_days", "2026-02-14 17:30"),
        ("2026-02-14 10:00", 1, "work_days", "2026-02-24 17:30"),
        ("2026-03-05 09:10", 2, "work_days", "2026-03-09 17:30"),
        ("2026-03-06 18:00", 1, "work_days", "2026-03-10 17:30"),  # Friday night starts on Monday
        ("2026-03-06 17:30", 1, "work_days", "2026-03-10 17:30"),
        ("2026-03-06 17:29", 1, "work_days", "2026-03-09 17:30"),
        ("2026-03-07 12:00", 1, "work_days", "2026-03-10 17:30"),
        ("2026-03-06 03:00", 1, "work_days", "2026-03-09 17:30"),
    ],
)
def test_promises_people_know(start: str, amount: int, unit: str, end: str) -> None:
    assert due(at(start), amount, unit, is_workday) == at(end)


def test_make_up_workdays_of_2026_are_worked() -> None:
    for month, day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]:
        start = datetime(2026, month, day, 9, tzinfo=HERE)
        assert due(start, 7, Unit.WORK_HOURS, is_workday) == start.replace(hour=17, minute=30)


@pytest.mark.parametrize("clock", [time(3), time(9), time(12, 30), time(17, 30), time(23, 59)])
def test_every_day_of_three_years(clock: time) -> None:
    workdays = [day for day in DAYS if is_workday(day)]
    for day in DAYS[:-40]:
        start = datetime.combine(day, clock, HERE)
        counts = is_workday(day) and clock < time(17, 30)
        coming = [one for one in workdays if one > day][:4]
        expected = coming[0] if counts else coming[1]
        closing = datetime.combine(expected, time(17, 30), HERE)
        assert due(start, 1, Unit.WORK_DAYS, is_workday) == closing
        hours = due(start, 7, Unit.WORK_HOURS, is_workday)
        assert is_workday(hours.date())
        assert work_minutes_between(start, hours, is_workday) == MINUTES_A_DAY


@given(SOMETIME, st.integers(1, 200))
def test_working_hours_are_exact(start: datetime, amount: int) -> None:
    end = due(start, amount, Unit.WORK_HOURS, is_workday)
    assert work_minutes_between(start, end, is_workday) == pytest.approx(amount * 60, abs=1e-6)
    assert work_minutes_between(end, start, is_workday) == -work_minutes_between(start, end, is_workday)
    just_before = end - timedelta(microseconds=1)
    assert work_minutes_between(start, just_before, is_workday) < amount * 60


@given(
    SOMETIME, st.integers(1, 20), st.sampled_from(list(Unit)), st.integers(0, 10**6), st.integers(0, 10**6)
)
def test_what_was_left_when_the_clock_stopped_is_left_when_it_runs(
    start: datetime, amount: int, unit: Unit, stop: int, length: int
) -> None:
    end = due(start, amount, unit, is_workday)
    stopped = start + timedelta(seconds=stop)
    again = stopped + timedelta(seconds=length)
    moved = pushed_by(end, stopped, again, unit, is_workday)
    if unit in (Unit.WORK_HOURS, Unit.WORK_DAYS):
        left = work_minutes_between(stopped, end, is_workday)
        assert work_minutes_between(again, moved, is_workday) == pytest.approx(left, abs=1e-6)
    else:
        assert moved - again == end - stopped
    assert moved >= end


@given(SOMETIME, WORKING, st.lists(st.integers(0, 300_000), min_size=3, max_size=3))
def test_stops_that_follow_each_other_add_up(start: datetime, unit: Unit, parts: list[int]) -> None:
    first, middle, last = (start + timedelta(seconds=sum(parts[:n])) for n in (1, 2, 3))
    end = due(start, 3, unit, is_workday)
    once = pushed_by(end, first, last, unit, is_workday)
    twice = pushed_by(pushed_by(end, first, middle, unit, is_workday), middle, last, unit, is_workday)
    assert once == twice


@settings(max_examples=30)
@given(SOMETIME, st.integers(1, 10), st.sampled_from(list(Unit)))
def test_more_is_later(start: datetime, amount: int, unit: Unit) -> None:
    assert start < due(start, amount, unit, is_workday) < due(start, amount + 1, unit, is_workday)


def test_a_night_stop_costs_no_working_time() -> None:
    end = at("2026-03-06 11:00")
    assert pushed_by(end, at("2026-03-05 18:00"), at("2026-03-06 08:59"), "work_hours", is_workday) == end
    late = pushed_by(end, at("2026-03-05 18:00"), at("2026-03-06 09:30"), "work_hours", is_workday)
    assert late == at("2026-03-06 11:30")


def test_half_a_day_of_stop_moves_a_promise_in_days_by_half_a_day() -> None:
    end = due(at("2026-03-05 09:00"), 2, Unit.WORK_DAYS, is_workday)
    moved = pushed_by(end, at("2026-03-05 09:00"), at("2026-03-05 12:00"), Unit.WORK_DAYS, is_workday)
    assert (end, moved) == (at("2026-03-09 17:30"), at("2026-03-10 12:00"))


def test_times_of_other_zones_are_read_in_the_zone_of_the_promise() -> None:
    end = at("2026-03-06 11:00")
    stopped = [at("2026-03-05 16:00").astimezone(UTC), at("2026-03-05 17:00").astimezone(UTC)]
    assert pushed_by(end, *stopped, "work_hours", is_workday) == at("2026-03-06 13:30") - timedelta(
        hours=1, minutes=30
    )


def test_office_hours_may_change_with_the_day() -> None:
    summer = OfficeHours(time(8, 30), time(18), (time(12), time(15)))

    def hours(day: date) -> OfficeHours:
        return summer if day >= date(2026, 7, 1) else OfficeHours()

    assert due(at("2026-06-30 17:00"), 1, "work_hours", is_workday, hours) == at("2026-07-01 09:00")
    assert due(at("2026-06-30 17:00"), 1, "work_days", is_workday, hours) == at("2026-07-01 18:00")


def test_an_office_without_a_pause() -> None:
    hours = OfficeHours(time(9), time(17), (time(12), time(12)))
    assert due(at("2026-03-05 09:00"), 8, "work_hours", is_workday, hours) == at("2026-03-05 17:00")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: due(datetime(2026, 3, 5), 1, "days", is_workday),
        lambda: due(at("2026-03-05"), 0, "days", is_workday),
        lambda: due(at("2026-03-05"), 1, "weeks", is_workday),
        lambda: due(at("2026-03-05"), 1, "work_days", lambda _day: False),
        lambda: due(at("2026-03-05"), 1, "work_hours", lambda _day: False),
        lambda: pushed_by(at("2026-03-05"), at("2026-03-04"), at("2026-03-03"), "days", is_workday),
        lambda: OfficeHours(time(17), time(9)),
        lambda: OfficeHours(time(9), time(17), (time(9), time(17))),
    ],
)
def test_nonsense_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()
