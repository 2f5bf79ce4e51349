"""What the parts' templates are given: bars, bands, tables and form controls, worked out in Python."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.forms import BoundField, widgets

from linli.web.parts import words
from linli.web.parts.ring import read

BAR_FULL: Final = 100.0
BAND_FULL: Final = 200.0
CLASSES: Final[Mapping[type, str]] = {
    widgets.CheckboxInput: "form-check-input",
    widgets.Select: "form-select",
    widgets.Textarea: "form-control",
    widgets.Input: "form-control",
}


def band(low: float | None, high: float | None, at: float | None = None) -> dict[str, float] | None:
    """Where an interval of shares (0..1) lies on a line of 200 units; None where it is not known."""
    if low is None or high is None:
        return None
    start, end = words.width(low, 1, BAND_FULL), words.width(high, 1, BAND_FULL)
    middle = words.width(at, 1, BAND_FULL) if at is not None else (start + end) / 2
    return {
        "start": start,
        "width": round(max(2.0, end - start), 2),
        "at": round(middle, 2),
        "low": low,
        "high": high,
    }


def bar_rows(rows: Iterable[Any], whole: float | None = None) -> list[dict[str, Any]]:
    """Rows with their bars on a scale of 100; ``whole`` fills it, else the largest value does."""
    names = ("label", "value", "url", "low", "high", "target", "hue", "note")
    given = [{name: read(row, name) for name in names} for row in rows or []]
    reaches = [
        float(row[name]) for row in given for name in ("value", "high", "target") if row[name] is not None
    ]
    full = float(whole or max(reaches, default=1.0) or 1.0)
    for row in given:
        row["bar"] = words.width(row["value"], full, BAR_FULL)
        row["target_at"] = words.width(row["target"], full, BAR_FULL) if row["target"] is not None else None
        if row["low"] is not None and row["high"] is not None:
            start, end = words.width(row["low"], full, BAR_FULL), words.width(row["high"], full, BAR_FULL)
            row["band_at"], row["band_width"] = start, round(end - start, 2)
    return given


def chart_table(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures as a table: one row per x, one column per series."""
    series = list(spec.get("series", []))
    rows = [
        {"x": x, "cells": [each["values"][place] if place < len(each["values"]) else None for each in series]}
        for place, x in enumerate(spec.get("x", []))
    ]
    return {"names": [each["name"] for each in series], "rows": rows, "unit": spec.get("unit", "")}


HUES: Final = (5, 1, 3, 2, 4)  # in the order chart.js gives them
MARKS: Final = (
    "M12 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
    "M8 2h8v8H8z",
    "M12 1l5 9H7z",
    "M12 1l5 5-5 5-5-5z",
    "M8 2h8v8H8z",
)


def legend(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name, hue and mark of each series; [] where there is only one, for the title says it."""
    series = list(spec.get("series", []))
    if len(series) < 2:
        return []
    return [
        {"name": each["name"], "hue": each.get("hue") or HUES[at % 5], "mark": MARKS[at % 5]}
        for at, each in enumerate(series)
    ]


def problems(form: Any) -> list[dict[str, str]]:
    """Every error of a form with the id of its control; errors of no field come first."""
    if form is None or not form.errors:
        return []
    found = [{"id": "", "label": "", "words": str(error)} for error in form.non_field_errors()]
    for bound in form:
        found += [
            {"id": bound.id_for_label, "label": str(bound.label), "words": str(error)}
            for error in bound.errors
        ]
    return found


def kind_of(bound: BoundField) -> str:
    """How a field is laid out: check, choices (radio or many boxes) or line."""
    widget = bound.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    return "choices" if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple) else "line"


def field_context(
    bound: BoundField,
    *,
    help_words: str,
    rows: int | None,
    suffix: str,
    placeholder: str,
) -> dict[str, Any]:
    """A bound field with its control rendered: classes, description, what was typed kept."""
    widget: widgets.Widget = bound.field.widget
    attrs: dict[str, Any] = {}
    for kind, css in CLASSES.items():
        if isinstance(widget, kind) and kind_of(bound) != "choices":
            attrs["class"] = (
                f"{widget.attrs.get('class', '')} {css}{' is-invalid' if bound.errors else ''}".strip()
            )
            break
    if isinstance(widget, widgets.Textarea):
        attrs["maxlength"] = False  # the browser would cut what is pasted without a word; the form says it
    if rows and isinstance(widget, widgets.Textarea):
        attrs["rows"] = rows
    if placeholder:
        attrs["placeholder"] = placeholder
    name, said = bound.auto_id or bound.html_name, help_words or bound.help_text
    described = [f"{name}_helptext"] * bool(said) + [f"{name}_error"] * bool(bound.errors)
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound, "control": bound.as_widget(attrs=attrs), "help": said, "suffix": suffix, "name": name,
        "kind": kind_of(bound), "hidden": bound.is_hidden, "optional": not bound.field.required,
    }  # fmt: skip
