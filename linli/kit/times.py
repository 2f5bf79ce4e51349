"""Times as people write them, read. How times are said is a matter of the pages (web/parts/words.py)."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

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
