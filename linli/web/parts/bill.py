"""The bill on pages, the desk's and everybody's: how money is written, the views behind figures, lines as rows.

Every figure stands in one form, its fen in ``data-fen`` and a link to the lines behind it, so that a test can read them
all. Nobody's name is in it.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.commons.fund import queries
from linli.commons.fund.choices import COUNTS, LineKind, Source, Use, What, yuan
from linli.commons.fund.queries import View

TONES: dict[str, str] = {
    LineKind.INCOME: "step-1",
    LineKind.ALLOCATION: "step-2",
    LineKind.SPENDING: "step-5",
}
DIGITS = 9


def money(fen: int, url: str = "", *, plus: bool = False) -> SafeString:
    """An amount with its fen in ``data-fen``: a link to the rows behind it, or plain where it is a row itself."""
    sign = "−" if fen < 0 else "+" if plus and fen else ""
    words = format_html('{}<span class="money-sign">¥</span>{}', sign, yuan(abs(fen)))
    if url:
        return format_html('<a class="money num" href="{}" data-fen="{}">{}</a>', url, fen, words)
    return format_html('<span class="money num" data-fen="{}">{}</span>', fen, words)


def moved(line: Any, *, undone: bool = False) -> SafeString:
    """What a line did to what there is: + came in, − went out; set aside, it only changed its place.

    ``undone``: what its correction would do.
    """
    sign = COUNTS[What.ALL][line.kind]
    return money(line.amount * (sign or 1) * (-1 if undone else 1), plus=bool(sign))


@dataclass(frozen=True)
class Room:
    """Where the bill is shown: the names of its pages there, and whether those who look work for the community."""

    entries: str
    entry: str
    staff: bool = False


DESK = Room("desk:fund_entries", "desk:fund_entry", staff=True)
OPEN = Room("public:bill_entries", "public:bill_entry")


def address(code: str, view: View, room: Room = OPEN) -> str:
    """The page of the lines of a view."""
    told: list[tuple[str, Any]] = [("what", view.what), ("source", view.source), ("use", view.use)]
    told += [("target", number) for number in view.targets]
    told += [("from", view.first), ("until", view.until), ("upto", view.upto)]
    query = urlencode([(name, value) for name, value in told if value])
    return f"{reverse(room.entries, args=[code])}?{query}"


def asked(request: Any, fund: Any) -> View:
    """The view an address asks for; 404 for one that cannot be."""
    given = request.GET
    view = View(given.get("what", What.ALL), given.get("source", ""), (), given.get("use", ""))
    targets = {target.pk for target in queries.targets_of(fund)} if given.getlist("target") else set()
    try:
        numbers = tuple(int(text[:DIGITS]) for text in given.getlist("target"))
        first, until = (
            date.fromisoformat(given[name]) if given.get(name) else None for name in ("from", "until")
        )
        upto = int(given["upto"][:DIGITS]) if given.get("upto") else None
    except ValueError as error:
        raise Http404 from error
    known = (view.what in What.values, not view.source or view.source in Source.values)
    if not all(known) or (view.use and view.use not in Use.values) or not set(numbers) <= targets:
        raise Http404
    return replace(view, targets=numbers, first=first, until=until, upto=upto)


def title_of(view: View, fund: Any) -> str:
    """What the lines of a view are, for its heading."""
    names = [str(What(view.what).label)]
    if view.source:
        names.append(str(Source(view.source).label))
    if view.targets:
        names += [str(target) for target in queries.targets_of(fund) if target.pk in view.targets]
    if view.use:
        names.append(str(Use(view.use).label))
    return " · ".join(names)


def row_of(code: str, line: Any, room: Room = OPEN) -> dict[str, Any]:
    """A line as a row of a list."""
    return {
        "no": line.no,
        "day": line.day,
        "title": queries.title_of(line, staff=room.staff),
        "note": queries.note_of(line),
        "kind": line.get_kind_display(),
        "tone": TONES[line.kind],
        "url": reverse(room.entry, args=[code, line.no]),
        "money": moved(line),
        "counts": getattr(line, "counts", line.amount),
        "corrects": line.corrects.no if line.corrects_id else None,
        "corrected": line.corrected_by.no if hasattr(line, "corrected_by") else None,
    }
