"""Birthdays soon, by the sun and by the moon: the rows of today's list and a page of the month ahead."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.ground.people.access import require
from linli.ground.people.queries import birthdays_soon, masked, tags_of
from linli.kit.calendar import lunar_of, lunar_words

MONTH = 30


def day_words(day: date, today: date) -> str:
    """Today, tomorrow, the day after, or in how many days."""
    ahead = (day - today).days
    named = {0: _("today"), 1: _("tomorrow"), 2: _("the day after tomorrow")}
    return named.get(ahead) or _("in {n} days").format(n=ahead)


def birthday_rows(soon: Iterable[Any], today: date) -> list[dict[str, Any]]:
    """Birthdays as rows, the tags of all in one query."""
    found = list(soon)
    tags = tags_of([item.person for item in found], on=today) if found else {}
    return [birthday_row(item, tags[item.person.pk], today) for item in found]


def birthday_row(item: Any, tags: list[Any], today: date) -> dict[str, Any]:
    """One birthday: who, which calendar, how old, when."""
    who = masked(item.person)
    if item.lunar:
        month, day, _leap = lunar_of(item.day)
        title = _("{who}: birthday by the moon, {day}").format(who=who, day=lunar_words(month, day))
    else:
        title = _("{who}: birthday, {month}/{day}").format(who=who, month=item.day.month, day=item.day.day)
    home = item.person.household
    notes = [_("turns {age}").format(age=item.turns) if item.turns else ""]
    notes += [str(home.building) if home and home.building else ""]
    notes += [str(tag.get_kind_display()) for tag in tags]
    return {
        "icon": "heart",
        "title": title,
        "note": " · ".join(note for note in notes if note),
        "side": day_words(item.day, today),
        "url": reverse("desk:person", args=[item.person.pk]),
    }


@login_required
def birthdays(request: Any) -> HttpResponse:
    """Everybody whose birthday is in the next thirty days."""
    stems = require(request.me, "person.see", on=request.today)
    rows = birthday_rows(birthdays_soon(stems, on=request.today, days=MONTH), request.today)
    return render(request, "desk/birthdays.html", {"rows": rows, "days": MONTH})


urlpatterns = [path("birthdays/", birthdays, name="birthdays")]
