"""Points on pages and paper, the same for whoever they belong to and for the desk: figures, the passbook's page, the letter.

Every figure stands in one form, its points in ``data-points``, so that a test can read them all.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.commons.timebank.queries.allowed import next_exchange, on_certain_days, within_reach
from linli.commons.timebank.queries.expiring import running_out
from linli.commons.timebank.queries.members import hours_words
from linli.commons.timebank.queries.pool import head_of
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import periods_of, purses_of, served_between, served_by
from linli.commons.timebank.queries.records import start_of
from linli.ground.people.access import workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.queries import age_on, called, masked
from linli.ground.places.choices import FacilityKind
from linli.ground.places.queries import facilities_under
from linli.kit.masks import mask_name

GROUP, SHOWN, OLD, AHEAD = 8, 6, 70, 62
COMMON = frozenset({"", "积分"})  # units that people call by the short word


def unit_of(terms: Any) -> str:
    """What one point is called beside a number."""
    return _("pt") if terms.unit_name in COMMON else str(terms.unit_name)


def number(amount: int, terms: Any) -> str:
    """Points as people see them: 1,700, or 1.5 where two points are one unit."""
    return f"{Decimal(amount) / terms.unit_parts:,f}"


def points(amount: int, terms: Any, url: str = "", *, sign: bool = False, css: str = "") -> SafeString:
    """A figure with its points in ``data-points``: a link to the rows behind it, or plain where it is a row itself."""
    words = f"{'+' if amount > 0 else ''}{number(amount, terms)}" if sign else number(amount, terms)
    words, name = words.replace("-", "−"), f"points num {css}".strip()
    if url:
        return format_html('<a class="{}" href="{}" data-points="{}">{}</a>', name, url, amount, words)
    return format_html('<span class="{}" data-points="{}">{}</span>', name, amount, words)


def amount_words(amount: int, terms: Any) -> str:
    """A number with its unit, for sentences."""
    return f"{number(amount, terms)} {unit_of(terms)}"


def granted_first(given: str | None, member: Any, purse: Any) -> bool:
    """Whether the lines of granted points are shown: as the address says (``1`` or ``0``), else to who has no others."""
    if member.granted_id is None:
        return False
    return given == "1" if given else only_granted(member, purse)


def only_granted(member: Any, purse: Any) -> bool:
    """Whether somebody has been granted points and never earned any."""
    return bool(member.granted_id and not purse.earned and not member.minutes)


def month_of(text: str, today: date) -> date:
    """The first day of the month an address names; the month before this one where it names none that has begun."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = date.max
    if found.replace(day=1) > today or found.year < 2000:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return found


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=32)).replace(day=1)


def year_of(text: str, today: date) -> int:
    """The year an address names, or this one."""
    return int(text) if text.isdecimal() and 2000 <= int(text[:5]) <= today.year else today.year


def greeting(person: Any, today: date) -> str:
    """What neighbours call somebody: 王奶奶, 李爷爷, 陈阿姨; it says no more than a masked name does."""
    surname, age = mask_name(person.name).split("*")[0], age_on(person, today)
    old = age is not None and age >= OLD
    words = {
        ("f", True): _("Grandma {surname}"), ("m", True): _("Grandpa {surname}"),
        ("f", False): _("Aunt {surname}"), ("m", False): _("Uncle {surname}"),
    }.get((person.sex, old), _("Neighbour {surname}"))  # fmt: skip
    return words.format(surname=surname)


def line_row(one: Any, terms: Any, url: str = "") -> dict[str, Any]:
    """A line of a passbook as pages show it."""
    return {
        "at": one.at, "words": one.words, "note": one.note, "said": one.kind == "gift", "helper": one.helper, "url": url, "transfer": one.transfer,
        "amount": points(one.amount, terms, sign=True, css="came" if one.amount > 0 else "went"),
        "came_in": points(one.came_in, terms) if one.came_in else "",
        "went_out": points(one.went_out, terms) if one.went_out else "",
        "balance": points(one.balance, terms) if one.balance is not None else "",
    }  # fmt: skip


def year_sheet(member: Any, year: int, today: date, *, name: str) -> dict[str, Any]:
    """A year of a passbook for paper: every line with the running balance, and who acted."""
    terms = rule_on(member.programme, today).terms
    period = periods_of([member], start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1)))[member.pk]
    return {
        "programme": member.programme, "member": member, "name": name, "year": year, "today": today,
        "unit": unit_of(terms), "hours": hours_words(member.minutes),
        "opening": points(period.opening, terms), "closing": points(period.closing, terms),
        "came_in": points(period.came_in, terms), "went_out": points(period.went_out, terms),
        "rows": [line_row(one, terms) for one in period.lines], "before": year - 1,
        "after": year + 1 if year < today.year else None, "head": head_lines(today),
    }  # fmt: skip


def head_lines(today: date) -> dict[str, Any] | None:
    """The published head of the ledger's chain in groups that can be compared by eye."""
    found = head_of(today)
    if found is None:
        return None
    day, text = found
    return {"day": day, "groups": [text[at : at + GROUP] for at in range(0, len(text), GROUP)]}


def letters(programme: Any, members: Sequence[Any], month: date, today: date) -> list[dict[str, Any]]:
    """The month's letters: what was done and had, what came and went, what can be had next; a constant number of queries."""
    first, until = start_of(month), start_of(next_month(month))
    terms, people = rule_on(programme, today).terms, [member.person for member in members]
    periods, purses = periods_of(members, first, until), purses_of(members)
    served, had = served_by(members, first, until), served_between(people, first, until)
    fair = next_exchange(members[0], today) if members else None
    reach = within_reach(programme, members, fair) if fair else {}
    ends = {
        one.account: one for one in reversed(running_out(programme, today, today + timedelta(days=AHEAD)))
    }
    bound, phone = on_certain_days(programme, today), phone_of(programme, today)
    near, head = nearest(members, today), head_lines(today)
    return [
        {
            "member": member, "programme": programme, "month": month, "today": today, "unit": unit_of(terms),
            "hello": greeting(member.person, today), "who": masked(member.person), "head": head, "fair": fair, "bound": bound, "phone": phone,
            "place": place_of(member.person), "call": near.get(member.stem, ""),
            "served": [visit(row, row.receiver) for row in served[member.pk]],
            "served_hours": hours_words(sum(row.minutes for row in served[member.pk])),
            "had": [visit(row, row.member.person) for row in had[member.person_id]],
            **figures(periods[member.pk], purses[member.pk], terms),
            "ends": [
                (one.day, points(one.points, terms))
                for one in (ends.get(number) for number in (member.account_id, member.granted_id))
                if one
            ],
            "wishes": [(str(one.good), points(one.price or 0, terms)) for one in reach.get(member.pk, [])[:SHOWN]],
        }
        for member in members
    ]  # fmt: skip


def visit(row: Any, other: Any) -> dict[str, Any]:
    """One service as the letter tells it."""
    return {
        "at": row.started_at,
        "what": row.service_name,
        "who": masked(other),
        "hours": hours_words(row.minutes),
    }


def figures(period: Any, purse: Any, terms: Any) -> dict[str, Any]:
    """The month's points."""
    return {
        "opening": points(period.opening, terms),
        "came_in": points(period.came_in, terms),
        "went_out": points(period.went_out, terms),
        "closing": points(period.closing, terms),
        "lines": [line_row(one, terms) for one in period.lines if one.kind != "award"],
        "held": points(purse.held, terms) if purse.held else "",
        "now": points(purse.all, terms) if purse.all != period.closing or purse.held else "",
    }


def place_of(person: Any) -> str:
    """The building, for whoever brings it."""
    home = person.household
    return str(home.building or "") if home else ""


def phone_of(programme: Any, today: date) -> str:
    """Where the community's office is reached; nothing where no number is kept."""
    near = facilities_under([programme.stem], on=today)
    return next((str(one.phone) for one in near if one.kind == FacilityKind.OFFICE and one.phone), "")


def nearest(members: Iterable[Any], today: date) -> dict[str, str]:
    """Whom to turn to, by where members live: the grid's worker by name."""
    found = {}
    for stem in {member.stem for member in members}:
        worker = workers_at(stem, kinds=[RoleKind.GRID_WORKER], on=today).first()
        found[stem] = called(worker)
    return found
