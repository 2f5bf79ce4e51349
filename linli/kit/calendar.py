"""The Chinese calendar: working days with make-up days, and the moon."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays
from borax.calendars.lunardate import LunarDate

NOTHING: Mapping[date, bool] = MappingProxyType({})
MONTHS = "正二三四五六七八九十冬腊"
DIGITS = "一二三四五六七八九十"
SATURDAY = 5


@lru_cache(maxsize=16)
def official(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off and weekend days worked of a year, as the library knows them."""
    china = holidays.country_holidays("CN", years=year)
    return (
        frozenset(day for day in china if day.year == year),
        frozenset(day for day in china.weekend_workdays if day.year == year),
    )


def is_workday(day: date, overrides: Mapping[date, bool] = NOTHING) -> bool:
    """Whether people work that day: an override first, then make-up workdays, public holidays, weekends."""
    if day in overrides:
        return overrides[day]
    off, made_up = official(day.year)
    if day in made_up:
        return True
    return day not in off and day.weekday() < SATURDAY


def year_is_published(year: int) -> bool:
    """Whether the yearly notice of the State Council is known: without it no day off is made up for.

    The library answers for later years too, but only with the holidays themselves.
    """
    return bool(official(year)[1])


def lunar_of(day: date) -> tuple[int, int, bool]:
    """Month, day and whether the month is a leap month, by the moon. For 1900-02 to 2099."""
    moon = LunarDate.from_solar_date(day.year, day.month, day.day)
    return moon.month, moon.day, bool(moon.leap)


def next_lunar_birthday(month: int, day: int, after: date) -> date:
    """The first day later than ``after`` on which a birthday of this lunar month and day is kept.

    The 30th falls on the 29th where the month has no more; whoever was born in a leap month keeps the plain
    one. Raises ``ValueError`` for a month or day that no year has.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no such lunar day: {month}-{day}")
    for year in (after.year - 1, after.year, after.year + 1):
        found = solar_of(year, month, day)
        if found > after:
            return found
    raise ValueError(f"no lunar year after {after}")


def solar_of(year: int, month: int, day: int) -> date:
    """The day of a lunar date in the plain month; the 30th is the 29th in a short month."""
    first: date = LunarDate(year, month, 1).to_solar_date()
    if day < 30:
        return first + timedelta(days=day - 1)
    last = first + timedelta(days=29)
    short = lunar_of(last)[:2] != (month, 30)
    return last - timedelta(days=1) if short else last


def lunar_words(month: int, day: int) -> str:
    """A lunar date as people say it: 正月初三, 腊月廿九."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no such lunar day: {month}-{day}")
    ten, one = divmod(day, 10)
    if day <= 10:
        words = "初" + DIGITS[day - 1]
    elif one == 0:
        words = {2: "二十", 3: "三十"}[ten]
    else:
        words = {1: "十", 2: "廿"}[ten] + DIGITS[one - 1]
    return f"{MONTHS[month - 1]}月{words}"
