"""Times as people write them, read; times as people say them, written."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  what Excel counts days from
SERIALS = (18264, 109574)  # 1950 to 2199: anything else is a number, not a day
YEARS = (1900, 2199)
DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"
    r"|年(\d{1,2})月(\d{1,2})(?:[日号]|(?!\d))"
    r"|(\d{2})(\d{2})(?!\d))"
)
CLOCK = re.compile(
    r"(上午|下午|中午|晚上|晚|凌晨|早上|早|清晨|傍晚|夜里|夜间|am|pm)?"
    r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?|[点时](?:(半)|(\d{1,2})分?(?:(\d{1,2})秒)?)?)(am|pm)?"
)
ZONE = re.compile(r"(?:utc|gmt)?(z|[+-]\d{2}:?\d{2})$")
YEAR = re.compile("Y年|,? ?Y")  # in a date format
AFTERNOON = {"下午", "傍晚", "pm"}
EVENING = {"晚上", "晚"}
NIGHT = {"夜里", "夜间"}
EARLY = {"凌晨", "早上", "早", "清晨", "am"}
WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?")


def parse_when(text: str, tz: tzinfo) -> datetime:
    """The time a person meant, in ``tz``; a zone in the text is heeded. A day alone is its midnight.

    Read: 2019/2/28 11:25:05 · 2026-3-5 · 2026.3.5 · 20260305 · 2026年3月5日 9:07 · 下午3点半 · serial days of
    Excel (46086, 46086.5) · ISO 8601 with a zone; full-width characters, weekdays and spaces anywhere.
    ``ValueError`` for anything else: days without a year, and 3/5/2026, which two people read differently.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if re.fullmatch(r"\d{5,6}(\.\d+)?", plain):
        return from_serial(float(plain), tz)
    if re.fullmatch(r"\d{12}|\d{14}", plain):
        plain = f"{plain[:8]} {plain[8:]}"
    plain = WEEKDAY.sub(" ", plain)
    found = DAY.match(plain)
    if not found:
        raise ValueError(f"not a time: {text[:40]!r}")
    numbers = [int(part) for part in found.groups() if part and part.isdigit()]
    day = date(numbers[0], numbers[1], numbers[2])
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError(f"a year out of reach: {day.year}")
    rest = re.sub(r"[\s,]", "", plain[found.end() :])
    iso, rest = rest.startswith("t"), rest.removeprefix("t")
    zone: tzinfo = tz
    mark = ZONE.search(rest)
    if mark and (iso or not mark[1].startswith("-")):  # 10:30-11:30 is a span of time, no zone
        zone = zone_of(mark[1])
        rest = rest[: mark.start()]
    if not rest and (mark or iso):
        raise ValueError(f"a zone without a time: {text[:40]!r}")
    clock, later = clock_of(rest) if rest else (time(), timedelta())
    return (datetime.combine(day, clock, zone) + later).astimezone(tz)


def from_serial(days: float, tz: tzinfo) -> datetime:
    """The time of a serial day of Excel, to the second."""
    if not SERIALS[0] <= days <= SERIALS[1]:
        raise ValueError(f"not a day of Excel: {days}")
    return (SERIAL_ZERO + timedelta(seconds=round(days * 86400))).replace(tzinfo=tz)


def zone_of(mark: str) -> tzinfo:
    """The zone of "z" or "+08:00"."""
    if mark == "z":
        return UTC
    moved = datetime.strptime(mark, "%z").tzinfo
    assert moved is not None
    return moved


def clock_of(text: str) -> tuple[time, timedelta]:
    """The time of day, and the days to add (24:00 is the next midnight)."""
    if re.fullmatch(r"\d{4}|\d{6}", text):
        text = ":".join(text[at : at + 2] for at in range(0, len(text), 2))
    found = CLOCK.fullmatch(text)
    if not found:
        raise ValueError(f"not a time of day: {text[:20]!r}")
    before, hour_text, minute, second, half, minute_cn, second_cn, after = found.groups()
    hour = hour_of(int(hour_text), before or after or "")
    minutes = 30 if half else int(minute or minute_cn or 0)
    seconds = int(second or second_cn or 0)
    if hour == 24 and minutes < 60 and seconds < 60:
        return time(0, minutes, seconds), timedelta(days=1)
    return time(hour, minutes, seconds), timedelta()


def hour_of(hour: int, said: str) -> int:
    """The hour from 0 to 24 that people mean by 下午3点, 晚上12点, 凌晨1点."""
    if hour == 12:
        return 0 if said in EARLY else 24 if said in EVENING | NIGHT else 12
    if hour > 12 or said in EARLY or said in {"", "上午"}:
        return hour
    if said == "中午":
        return hour if hour > 9 else hour + 12
    if said in EVENING and hour < 5:
        raise ValueError("an evening hour that may be of the next day")
    return hour if said in NIGHT and hour < 6 else hour + 12


def relative_words(then: datetime, now: datetime, due: bool = False) -> str:
    """``relative``, in the language of the moment."""
    if then > now:
        return time_left(then - now, then, now, due)
    gone = now - then
    if due:
        return late_by(gone)
    minutes, hours = gone // timedelta(minutes=1), gone // timedelta(hours=1)
    local, today = timezone.localtime(then), timezone.localtime(now)
    days = (today.date() - local.date()).days
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if days == 0:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if days == 1:
        return gettext("yesterday %(clock)s") % {"clock": local.strftime("%H:%M")}
    if days < 7:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    if local.year == today.year:
        return date_format(local, YEAR.sub("", get_format("DATE_FORMAT")))
    return date_format(local, "DATE_FORMAT")


def time_left(left: timedelta, then: datetime, now: datetime, due: bool) -> str:
    """How long until a time to come."""
    minutes, hours = left // timedelta(minutes=1), left // timedelta(hours=1)
    local, today = timezone.localtime(then), timezone.localtime(now)
    if minutes < 1:
        return gettext("less than a minute left")
    if minutes < 60:
        return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
    if not due and (local.date() - today.date()).days == 1:
        return gettext("tomorrow %(clock)s") % {"clock": local.strftime("%H:%M")}
    if hours < 24:
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    days = left // timedelta(days=1)
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def late_by(gone: timedelta) -> str:
    """How long something is late."""
    minutes, hours, days = (gone // timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
    if days:
        return ngettext("late by %(n)d day", "late by %(n)d days", days) % {"n": days}
    if hours:
        return ngettext("late by %(n)d hour", "late by %(n)d hours", hours) % {"n": hours}
    if minutes:
        return ngettext("late by %(n)d minute", "late by %(n)d minutes", minutes) % {"n": minutes}
    return gettext("due now")


# When something was or will be, as people say it: 3 小时前, 昨天 09:10, 还剩 2 小时; with ``due=True`` what
# has passed is late (晚了 1 天). Days begin at midnight in the current time zone; translated when shown.
relative = lazy(relative_words, str)
