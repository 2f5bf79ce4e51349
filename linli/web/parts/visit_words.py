"""A visit in words: when, how long, how far, whose; the same for whoever comes, is cared for or keeps the list."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.ground.people.queries import age_on, masked
from linli.kit.masks import TITLES

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
OLD, ELDERLY = 75, 60
NEAR = 50  # metres: nearer than this nobody is told
HALVES = {"a": gettext_lazy("Morning"), "p": gettext_lazy("Afternoon"), "e": gettext_lazy("Evening")}
SIGNED = {
    "qr": gettext_lazy("by the card at the door"),
    "code": gettext_lazy("by the six digits"),
    "worker": gettext_lazy("by a worker's mark"),
    "righted": gettext_lazy("put right afterwards"),
}


def day_words(day: date, today: date) -> str:
    """A day as people name it: today, tomorrow, 3/12 Thursday."""
    near = {0: _("Today"), 1: _("Tomorrow"), 2: _("The day after tomorrow"), -1: _("Yesterday")}
    away = (day - today).days
    weekday = str(WEEKDAYS[day.weekday()])
    if away in near:
        return _("{day} {weekday}").format(day=near[away], weekday=weekday)
    return _("{month}/{day} {weekday}").format(month=day.month, day=day.day, weekday=weekday)


def clock_words(at: datetime) -> str:
    """9:10."""
    local = timezone.localtime(at)
    return f"{local.hour}:{local:%M}"


def span_words(start: datetime, minutes: int) -> str:
    """9:10–10:10."""
    return f"{clock_words(start)}–{clock_words(start + timedelta(minutes=minutes))}"


def when_words(start: datetime, minutes: int, today: date) -> str:
    """Tomorrow Friday 9:10–10:10."""
    return f"{day_words(timezone.localtime(start).date(), today)} {span_words(start, minutes)}"


def weekly_words(start: datetime) -> str:
    """Every Thursday 9:10."""
    local = timezone.localtime(start)
    return _("Every {weekday} {clock}").format(weekday=WEEKDAYS[local.weekday()], clock=clock_words(start))


def minutes_words(minutes: int) -> str:
    """30 minutes, 1 hour, 1 hour 30 minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} minutes").format(n=rest)
    if not rest:
        return _("{n} h").format(n=hours)
    return _("{h} h {m} min").format(h=hours, m=rest)


def metres_words(metres: int | None) -> str:
    """How far, roughly: within 50 m, about 200 m, about 1.2 km; nothing where it is not known."""
    if metres is None:
        return ""
    if metres <= NEAR:
        return _("within {n} m").format(n=NEAR)
    if metres < 1000:
        return _("about {n} m").format(n=metres)
    return _("about {n} km").format(n=f"{metres / 1000:.1f}")


def kindly(person: Any, today: date) -> str:
    """Somebody as a neighbour says: the surname and what one calls their age; masked where that is not known."""
    shown = masked(person)
    surname = shown.partition("*")[0]
    if person.name.removeprefix(surname) in TITLES:
        return str(person.name)
    age = age_on(person, today)
    if not surname or surname == shown or age is None or age < ELDERLY or person.sex not in {"f", "m"}:
        return shown
    said = {
        ("f", True): _("Granny {name}"),
        ("m", True): _("Grandpa {name}"),
        ("f", False): _("Auntie {name}"),
        ("m", False): _("Uncle {name}"),
    }
    return said[person.sex, age >= OLD].format(name=surname)


def building_words(visit: Any) -> str:
    """The building, never the door."""
    home = visit.receiver.household
    return str(home.building or "") if home else ""
