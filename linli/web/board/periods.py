"""Periods of a report: this week, month, quarter, or two days of one's own; and the steps of a line over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = ("week", "month", "quarter", "custom")
DAILY = 16  # as many days are shown day by day, more of them week by week
LONGEST = 3 * 366


class Days(forms.Form):
    """Two days of one's own."""

    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """In order, and not endless."""
        given = super().clean() or self.cleaned_data
        if given.get("first") and given.get("last"):
            if given["last"] < given["first"]:
                self.add_error("last", _("This is before the first day."))
            elif (given["last"] - given["first"]).days > LONGEST:
                self.add_error("last", _("At most three years at a time."))
        return given


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    kind: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """2026-03-01 – 2026-03-05."""
        return f"{self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    @property
    def query(self) -> str:
        """The period in an address."""
        if self.kind != "custom":
            return urlencode({"period": self.kind})
        return urlencode(
            {"period": self.kind, "first": self.first.isoformat(), "last": self.last.isoformat()}
        )


def first_of(kind: str, today: date) -> date:
    """The first day of the week, month or quarter that today lies in."""
    if kind == "week":
        return today - timedelta(days=today.weekday())
    month = today.month if kind == "month" else (today.month - 1) // 3 * 3 + 1
    return date(today.year, month, 1)


def period_of(sent: Any, today: date) -> tuple[Period, Days]:
    """The period asked for, this month where none or a wrong one is; and the form with its two days."""
    kind = sent.get("period", "month")
    if kind not in KINDS:
        kind = "month"
    if kind == "custom":
        form = Days(sent)
        if form.is_valid():
            return Period("custom", form.cleaned_data["first"], form.cleaned_data["last"]), form
        return Period("month", first_of("month", today), today), form
    found = Period(kind, first_of(kind, today), today)
    return found, Days(initial={"first": found.first, "last": found.last})


def tabs(now: Period, prefix: str) -> list[dict[str, Any]]:
    """The periods as tabs; ``prefix`` is the address up to the period."""
    names = {"week": _("This week"), "month": _("This month"), "quarter": _("This quarter")}
    found = [
        {"url": f"{prefix}{urlencode({'period': kind})}", "label": name, "current": kind == now.kind}
        for kind, name in names.items()
    ]
    if now.kind == "custom":
        found.append({"url": f"{prefix}{now.query}", "label": now.words, "current": True})
    return found


def buckets(rows: Iterable[Any], period: Period) -> list[tuple[str, dict[str, int]]]:
    """Daily counts summed by day or by week: (label, {measure: count}) for every step of the period, also empty ones."""
    days = (period.last - period.first).days + 1
    step = 1 if days <= DAILY else 7
    starts = [period.first + timedelta(days=at) for at in range(0, days, step)]
    found: list[dict[str, int]] = [{} for _start in starts]
    for row in rows:
        place = found[(row.day - period.first).days // step]
        place[row.measure] = place.get(row.measure, 0) + row.count
    return [(f"{start.month}/{start.day}", counts) for start, counts in zip(starts, found, strict=True)]
