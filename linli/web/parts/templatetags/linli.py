"""The parts every page is made of: ``{% load linli %}``. The gallery shows each of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from linli.kit import clock
from linli.web.parts import icons, shapes, words
from linli.web.parts import ring as rings

register = template.Library()
Context = dict[str, Any]

CHIP_TONES: Mapping[str, str] = {
    "new": "step-1", "accepted": "step-1", "reopened": "near", "linked": "step-2", "proposed": "step-2",
    "draft": "step-3", "running": "step-4", "started": "step-4", "given": "step-4", "done": "step-5",
    "closed": "done", "checked": "done", "finished": "done", "answered": "done", "kept": "done",
    "refused": "quiet", "merged": "quiet", "withdrawn": "quiet", "waiting": "near", "unreached": "late",
}  # fmt: skip
DUE_ICONS = {
    "late": "alert",
    "near": "clock",
    "quiet": "ring",
    "stopped": "pause",
    "done": "check",
    "none": "ring",
}


# --- small things -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A line drawing, hidden from readers: ``{% icon "camera" %}``."""
    path = icons.ICONS[name]
    return format_html(
        '<svg class="icon" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        size,
        size,
        path,
    )


@register.filter
def spaced(text: Any) -> str:
    """A thin space between Chinese and Latin: ``{{ title|spaced }}``."""
    return words.spaced(text)


@register.filter
def excerpt(text: Any, length: int = 60) -> str:
    """The beginning of what somebody said, on one line: ``{{ need.words|excerpt:40 }}``."""
    return Truncator(" ".join(str(text or "").split())).chars(length, truncate="…")


@register.filter
def share(value: float | None) -> str:
    """0.67 as 67%: ``{{ rate|share }}``."""
    return words.percent(value)


@register.filter
def hue(given: Any) -> int:
    """The number of a step's hue (1 to 5) from its number or its name ("ask"); 0 for anything else."""
    return rings.hue_of(given)


@register.filter
def undo_address(tags: str | None) -> str:
    """The address in a message's extra_tags "undo:/…", else nothing."""
    return next((tag[5:] for tag in (tags or "").split() if tag.startswith("undo:/")), "")


@register.simple_tag
def when(at: datetime | date | None, beside: bool = False, now: datetime | None = None) -> SafeString:
    """A time: relative, the absolute one in its title and, with ``beside``, next to it."""
    if not at:
        return mark_safe("")
    now = now or clock.now()
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), words.exact(at))
    next_to = format_html(' <span class="quiet">{}</span>', words.exact(at, now=now)) if beside else ""
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>{}',
        at.isoformat(),
        words.exact(at),
        words.ago(at, now),
        next_to,
    )


@register.inclusion_tag("parts/due.html")
def due(
    due_at: datetime | None,
    near_at: datetime | None = None,
    stopped_at: datetime | None = None,
    done_at: datetime | None = None,
    now: datetime | None = None,
    beside: bool = True,
) -> Context:
    """The due chip: ``{% due need.due_at near_at=need.near_at stopped_at=need.stopped_at %}``."""
    now = now or clock.now()  # a name that a template does not know arrives as ""
    given = {"near_at": near_at or None, "stopped_at": stopped_at or None, "done_at": done_at or None}
    said = words.due(due_at or None, now, **given)
    exact = words.exact(said.at, now=now) if said.at else ""
    full = words.exact(said.at) if said.at else ""
    return {"due": said, "icon": DUE_ICONS[said.tone], "exact": exact, "full": full, "beside": beside}


@register.inclusion_tag("parts/chip.html")
def chip(label: Any, state: str = "", tone: str = "", char: str = "") -> Context:
    """A word with a shape: ``{% chip need.get_state_display state=need.state %}`` or ``tone="near"``."""
    return {"label": label, "tone": tone or CHIP_TONES.get(state, "quiet"), "char": char}


@register.inclusion_tag("parts/face.html")
def face(name: str, size: int = 40) -> Context:
    """A face of two strokes in the ring's hues, no photo: ``{% face "王奶奶" size=48 %}``."""
    return {**rings.face_of(str(name)), "size": size}


# --- the ring -----------------------------------------------------------------------------------------


@register.inclusion_tag("parts/ring.html")
def ring(step: int = 0, lap: int = 1, size: int = 64, decorative: bool = False) -> Context:
    """The emblem drawn up to ``step``: ``{% ring step=3 lap=1 size=18 %}``."""
    return {"ring": rings.draw(int(step or 0), int(lap or 1), int(size)), "decorative": decorative}


@register.inclusion_tag("parts/ring_line.html")
def ring_line(step: int = 0, lap: int = 1) -> Context:
    """The five characters in a line beside a ring, the head of a need: ``{% ring_line step=2 %}``."""
    return {
        "steps": rings.STEPS,
        "step": int(step or 0),
        "lap": int(lap or 1),
        "words": rings.words_of(step, lap),
    }


@register.inclusion_tag("parts/ring_logo.html")
def ring_logo(size: int = 36) -> Context:
    """The logo, all five arcs."""
    return {"ring": rings.draw(5, 1, size)}


@register.inclusion_tag("parts/ring_links.html")
def ring_links(items: Iterable[Any], size: int = 168, centre: str = "", label: str = "") -> Context:
    """The ring as navigation, each arc a link: ``{% ring_links steps size=168 centre="南田" %}``."""
    given = [item for item in items or [] if rings.hue_of(rings.read(item, "hue"))]
    return {
        "arcs": rings.draw_links(given),
        "size": size,
        "centre": centre,
        "label": label or _("The five steps"),
    }


@register.inclusion_tag("parts/ring_strip.html")
def ring_strip(items: Iterable[Any], label: str = "") -> Context:
    """The five steps in a line, for phones, in a ``<div class="only-phone">``: ``{% ring_strip nav %}``."""
    given = [item for item in items or [] if rings.hue_of(rings.read(item, "hue"))]
    return {"arcs": rings.draw_links(given), "label": label or _("The five steps")}


@register.inclusion_tag("parts/ring_board.html")
def ring_board(items: Iterable[Any], centre: str = "", below: str = "") -> Context:
    """The board's large ring: per arc url, count, note ("等了 2 天")."""
    return {
        "arcs": rings.draw_links(list(items)[:5], radius=37.0, width=6.0),
        "centre": centre,
        "below": below,
    }


# --- rows, people, photos, time -----------------------------------------------------------------------


@register.inclusion_tag("parts/need_row.html")
def need_row(need: Any, now: datetime | None = None) -> Context:
    """One need in a list. Reads the names that parts/need_row.html lists at its top."""
    return {"need": need, "now": now or clock.now()}


@register.inclusion_tag("parts/person_line.html")
def person_line(person: Any, size: int = 40) -> Context:
    """A person in one line, masked: name, age, tags, place, url."""
    return {"person": person, "size": size}


@register.inclusion_tag("parts/reveal.html")
def reveal(shown: str, url: str, label: str = "") -> Context:
    """A masked value that opens for a reason: ``{% reveal "138****1234" url=… label="电话" %}``."""
    return {"shown": shown, "url": url, "label": label}


@register.inclusion_tag("parts/photos.html")
def photos(items: Iterable[Any], label: str = "") -> Context:
    """A strip of photos, each with url, thumb, alt, caption."""
    return {"photos": list(items or []), "label": label or _("Photos")}


@register.inclusion_tag("parts/photo_pair.html")
def photo_pair(before: Any, after: Any) -> Context:
    """Before and after side by side; either may be None."""
    return {"before": before, "after": after}


@register.inclusion_tag("parts/timeline.html")
def timeline(events: Iterable[Any], now: datetime | None = None) -> Context:
    """What happened, one item per event."""
    return {"events": list(events or []), "now": now or clock.now()}


@register.inclusion_tag("parts/today_section.html")
def today_section(title: str, rows: Iterable[Any], note: str = "", key: str = "") -> Context:
    """A section of today's list whose rows open in place."""
    return {"title": title, "rows": list(rows or []), "note": note, "key": key}


@register.inclusion_tag("parts/today_row.html")
def today_row(row: Any) -> Context:
    """One row of today's list; see parts/today_row.html."""
    return {"row": row}


@register.inclusion_tag("parts/candidate.html")
def candidate(candidate: Any, best: bool = False) -> Context:
    """A resource proposed for a need, with score and reasons."""
    score = rings.read(candidate, "score")
    bar = words.width(score, 1.0)
    return {"c": candidate, "best": best, "bar": bar}


@register.inclusion_tag("parts/steps.html")
def steps(items: Iterable[Any], label: str = "") -> Context:
    """A checklist of steps: label, done, at, by, note, current."""
    return {"steps": list(items or []), "label": label or _("Steps")}


# --- figures ------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/figure.html")
def figure(
    value: Any, label: str, part: Any = None, whole: Any = None, unit: str = "", period: str = "", url: str = "",
    low: float | None = None, high: float | None = None, at: float | None = None, note: str = "",
) -> Context:  # fmt: skip
    """A number with its denominator, period and, where given (0..1), its interval as a light band."""
    band = shapes.band(low, high, at)
    return {
        "value": value, "label": label, "part": part, "whole": whole, "unit": unit, "period": period, "url": url,
        "band": band, "note": note,
    }  # fmt: skip


@register.inclusion_tag("parts/bars.html")
def bars(
    rows: Iterable[Any], label: str, unit: str = "", whole: float | None = None, hue: int = 5
) -> Context:
    """Small bars with a table behind: rows of label, value, and where given url, low, high, target, hue, note."""
    return {"rows": shapes.bar_rows(rows, whole), "label": label, "unit": unit, "hue": hue}


@register.inclusion_tag("parts/chart.html")
def chart(spec: Mapping[str, Any], key: str, label: str) -> Context:
    """A chart with its table: spec = kind (line, bar), unit, x, series [name, values, low, high, hue]."""
    return {
        "spec": dict(spec),
        "key": key,
        "label": label,
        "table": shapes.chart_table(spec),
        "legend": shapes.legend(spec),
    }


# --- lists and forms ----------------------------------------------------------------------------------


@register.inclusion_tag("parts/empty.html")
def empty(words: str, hint: str = "", url: str = "", action: str = "") -> Context:
    """An empty list says what to do next."""
    return {"words": words, "hint": hint, "url": url, "action": action}


@register.inclusion_tag("parts/tabs.html")
def tabs(items: Iterable[Any], label: str = "") -> Context:
    """Tabs with counts: url, label, count, current, tone."""
    return {"tabs": list(items or []), "label": label or _("Views")}


@register.inclusion_tag("parts/pager.html")
def pager(
    next_url: str = "", label: str = "", shown: Any = None, whole: Any = None, target: str = ""
) -> Context:
    """Keyset paging: one link to what is older; with ``target`` (a list's id) it is added in place."""
    return {"url": next_url, "label": label, "shown": shown, "whole": whole, "target": target}


@register.inclusion_tag("parts/errors.html")
def errors(form: Any, kept: bool = True) -> Context:
    """What is wrong with a form, each a link to its field; nothing when nothing is."""
    return {"form": form, "problems": shapes.problems(form), "kept": kept}


@register.inclusion_tag("parts/field.html")
def field(
    bound: Any,
    help: str = "",  # noqa: A002 - what page writers call it
    rows: int | None = None,
    suffix: str = "",
    placeholder: str = "",
) -> Context:
    """A form field with label, help, control and error: ``{% field form.words rows=5 %}``."""
    return shapes.field_context(bound, help_words=help, rows=rows, suffix=suffix, placeholder=placeholder)


@register.inclusion_tag("parts/form_actions.html")
def form_actions(
    verb: str, back: str = "", icon_name: str = "", busy: str = "", sticky: bool = True
) -> Context:
    """The end of a form: one primary verb, and the way back."""
    return {
        "verb": verb,
        "back": back,
        "icon_name": icon_name,
        "busy": busy or _("On its way…"),
        "sticky": sticky,
    }


@register.inclusion_tag("parts/photo_input.html")
def photo_input(
    name: str = "photos", label: str = "", help: str = "", multiple: bool = True, camera: bool = True,  # noqa: A002
    required: bool = False, big: bool = False, error: str = "",
) -> Context:  # fmt: skip
    """Take or choose photos: preview, made smaller on the phone, progress."""
    return {
        "name": name, "label": label or _("Photos"), "help": help, "multiple": multiple, "camera": camera,
        "required": required, "big": big, "error": error,
    }  # fmt: skip


# --- paper --------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/sheet_head.html")
def sheet_head(title: str, number: str = "", organisation: str = "", day: date | None = None) -> Context:
    """The head of a printed sheet."""
    return {"title": title, "number": number, "organisation": organisation, "day": day}


@register.inclusion_tag("parts/sheet_foot.html")
def sheet_foot(day: date | None = None, stamp: bool = True) -> Context:
    """The foot of a printed sheet: who signs, the stamp, the day."""
    return {"day": day, "stamp": stamp}
