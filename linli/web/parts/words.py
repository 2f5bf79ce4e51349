"""Times and numbers as a neighbour says them. Plain functions of what they are given; no clock in here."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
NEAR_DEFAULT: Final = timedelta(hours=4)  # where a thing has no near_at of its own
HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
THIN: Final = "\u2009"
BORDER: Final = re.compile(f"(?<=[{HAN}])(?=[A-Za-z0-9%+@#])|(?<=[A-Za-z0-9%°℃])(?=[{HAN}])")


def amount(length: timedelta) -> str:
    """A length of time in its largest unit, rounded down: 40 分钟, 2 小时, 3 天."""
    if length < HOUR:
        return _("{n} min").format(n=max(1, int(length / MINUTE)))
    if length < 2 * DAY:
        return _("{n} h").format(n=int(length / HOUR))
    return _("{n} days").format(n=int(length / DAY))


@dataclass(frozen=True)
class Due:
    """What a limit says: ``tone`` is quiet, near, late, stopped, done or none."""

    tone: str
    words: str
    at: datetime | None


def due(
    due_at: datetime | None,
    now: datetime,
    *,
    near_at: datetime | None = None,
    stopped_at: datetime | None = None,
    done_at: datetime | None = None,
) -> Due:
    """How a limit stands at ``now``; what is finished is judged by when it was finished."""
    if done_at is not None:
        late = due_at is not None and done_at > due_at
        return Due("done", _("done, after its limit") if late else _("done in time"), done_at)
    if due_at is None:
        return Due("none", _("no limit"), None)
    if stopped_at is not None:
        return Due("stopped", _("the clock stands still"), due_at)
    if now > due_at:
        return Due("late", _("late by {time}").format(time=amount(now - due_at)), due_at)
    near = now >= (near_at if near_at is not None else due_at - NEAR_DEFAULT)
    return Due("near" if near else "quiet", _("{time} left").format(time=amount(due_at - now)), due_at)


def ago(when: datetime, now: datetime) -> str:
    """How long ago, or in how long."""
    past = now - when
    if abs(past) < MINUTE:
        return _("just now")
    if past < timedelta(0):
        return _("in {time}").format(time=amount(-past))
    days = (timezone.localtime(now).date() - timezone.localtime(when).date()).days
    if days == 1 and past >= 6 * HOUR:
        return _("yesterday")
    return _("{time} ago").format(time=amount(past))


def exact(when: datetime | date, *, now: datetime | None = None) -> str:
    """The absolute time, as short as it can be without doubt: 09:10 today, 3月5日 09:10, 2025年3月5日 09:10."""
    if not isinstance(when, datetime):
        return _("{m}/{d}/{y}").format(y=when.year, m=when.month, d=when.day)
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    clock = f"{local:%H:%M}"
    today = timezone.localtime(now) if now is not None else None
    if today is not None and today.date() == local.date():
        return clock
    if today is not None and today.year == local.year:
        return _("{m}/{d} {clock}").format(m=local.month, d=local.day, clock=clock)
    return _("{m}/{d}/{y} {clock}").format(y=local.year, m=local.month, d=local.day, clock=clock)


def spaced(text: Any) -> str:
    """A thin space between Chinese and Latin letters or figures, for eyes; never stored."""
    return BORDER.sub(THIN, str(text))


def percent(value: float | None) -> str:
    """A share between 0 and 1 in words; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.0f}%"


def width(value: float | None, whole: float, full: float = 100.0) -> float:
    """How long a bar of ``value`` is where ``whole`` fills ``full``; never outside 0..full."""
    if not value or whole <= 0:
        return 0.0
    return round(min(full, max(0.0, full * float(value) / float(whole))), 2)
