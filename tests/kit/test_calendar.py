"""Working days, made-up days, and birthdays by the moon."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kit.calendar import is_workday, lunar_of, lunar_words, next_lunar_birthday, year_is_published


def test_the_year_2026() -> None:
    made_up = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert all(is_workday(date(2026, *day)) for day in made_up)
    assert not any(is_workday(date(2026, 2, day)) for day in range(15, 24))  # Spring Festival
    assert is_workday(date(2026, 2, 24))
    assert not is_workday(date(2026, 3, 7))
    assert sum(is_workday(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)) == 248


def test_an_administrator_has_the_last_word() -> None:
    snow, holiday = date(2026, 3, 5), date(2026, 10, 1)
    assert (is_workday(snow), is_workday(holiday)) == (True, False)
    said = {snow: False, holiday: True}
    assert (is_workday(snow, said), is_workday(holiday, said)) == (False, True)


def test_a_year_without_its_notice_is_known_as_such() -> None:
    assert [year_is_published(year) for year in (2025, 2026, 2027)] == [True, True, False]
    assert not is_workday(date(2027, 10, 1))


@pytest.mark.parametrize(
    ("day", "moon"),
    [
        (date(2025, 10, 29), (9, 9, False)),
        (date(2026, 10, 18), (9, 9, False)),
        (date(2027, 10, 8), (9, 9, False)),
        (date(2025, 8, 1), (6, 8, True)),
    ],
)
def test_known_days_of_the_moon(day: date, moon: tuple[int, int, bool]) -> None:
    assert lunar_of(day) == moon


def test_birthdays_by_the_moon() -> None:
    assert next_lunar_birthday(9, 9, date(2026, 1, 1)) == date(2026, 10, 18)
    assert next_lunar_birthday(9, 9, date(2026, 10, 18)) == date(2027, 10, 8)
    assert next_lunar_birthday(12, 30, date(2026, 1, 1)) == date(2026, 2, 16)  # the month has 29 days
    assert next_lunar_birthday(12, 29, date(2026, 1, 1)) == date(2026, 2, 16)
    assert next_lunar_birthday(6, 8, date(2025, 1, 1)) == date(2025, 7, 2)  # the plain sixth month
    assert next_lunar_birthday(6, 8, date(2025, 7, 2)) == date(2026, 7, 21)  # the leap one does not count


@given(st.integers(1, 12), st.integers(1, 30), st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_everybody_has_a_birthday_every_lunar_year(month: int, day: int, after: date) -> None:
    found = next_lunar_birthday(month, day, after)
    assert timedelta() < found - after <= timedelta(days=386)
    kept = lunar_of(found)
    assert kept[0] == month and not kept[2]
    assert kept[1] == day or (day, kept[1]) == (30, 29)


@pytest.mark.parametrize(
    ("month", "day", "words"),
    [
        (1, 3, "正月初三"),
        (1, 10, "正月初十"),
        (5, 15, "五月十五"),
        (8, 20, "八月二十"),
        (11, 21, "冬月廿一"),
        (12, 30, "腊月三十"),
    ],
)
def test_lunar_words(month: int, day: int, words: str) -> None:
    assert lunar_words(month, day) == words


def test_days_no_moon_has() -> None:
    for wrong in ((0, 1), (13, 1), (1, 0), (1, 31)):
        with pytest.raises(ValueError, match="no such"):
            next_lunar_birthday(*wrong, after=date(2026, 1, 1))
        with pytest.raises(ValueError, match="no such"):
            lunar_words(*wrong)
