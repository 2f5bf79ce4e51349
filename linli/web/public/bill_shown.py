"""What only the public bill shows: what waits for a signature, quarters, the published hash in groups."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from linli.commons.fund import queries
from linli.commons.fund.choices import Source
from linli.web.parts.bill import money

HUES = {Source.COLLECTIVE: 1, Source.GRANT: 2, Source.DONATION: 3, Source.INTEREST: 4}
YEARS = (2000, 2199)


def waiting_rows(fund: Any) -> list[dict[str, Any]]:
    """Spending that waits for its second signature; the public sees it coming."""
    return [
        {
            "title": queries.title_waiting(row),
            "note": f"{queries.payee_words(row)} · {row.get_use_display()} · {row.resolution.target}",
            "at": row.at,
            "fen": row.amount,
            "money": money(-row.amount),
        }
        for row in queries.waiting_spendings(fund)
    ]


def quarter_of(text: str, today: date) -> tuple[int, int]:
    """Year and quarter of "2026Q3"; the one that runs where nothing is asked; 404 for one that cannot be."""
    if not text:
        return today.year, (today.month + 2) // 3
    year, mark, number = text[:4], text[4:5], text[5:]
    if not (
        year.isdecimal()
        and mark == "Q"
        and number in {"1", "2", "3", "4"}
        and YEARS[0] <= int(year) <= YEARS[1]
    ):
        raise Http404
    return int(year), int(number)


def days_of(year: int, quarter: int) -> tuple[date, date]:
    """The first day of a quarter, and the first one after it."""
    first = date(year, quarter * 3 - 2, 1)
    return first, date(year + quarter // 4, quarter * 3 % 12 + 1, 1)


def quarter_words(year: int, quarter: int) -> str:
    """A quarter in words."""
    return _("{year}, quarter {quarter}").format(year=year, quarter=quarter)


def grouped(hash_: str) -> list[str]:
    """A hash in groups of eight, for eyes that compare."""
    return [hash_[at : at + 8] for at in range(0, len(hash_), 8)]
