"""What follows from the rule of a time bank: points, prices, refusals, expiry, a rule tried on what was.

Minutes and points are whole numbers, rates fractions of whole numbers: 170 hours at 10 an hour are 1700 to the
point. Hours of service are a record, not a balance: what is cut here gives no points, the hours stay. The knobs
are those of the published schemes (presets.py names them; docs/algorithms/points.md explains them).

Refusals are codes with facts; callers turn them into words:
``may_serve``    ``age_unknown`` {from} · ``too_young`` {age, from} · ``too_old`` {age, until} ·
                 ``guardian`` {age, until} · ``group`` {age, until}
``may_redeem``   ``class_off`` {benefit} · ``cash_like`` {benefit} · ``age_unknown`` {from} · ``age`` {age, from} ·
                 ``min_hours`` {hours, from} · ``month_max`` {times, limit} · ``window`` {next}
``may_receive``  ``relation`` {relation} · ``age_unknown`` {from} · ``age`` {age, from} · ``times`` {times, limit}
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from linli.engine.presets import BadRule, Benefit, Rates, Rule

__all__ = ["BadRule", "Benefit", "Rates", "Rule"]

Key = int | str

# A relation is also part of these, nearest first. A spouse is not in the direct line.
DIRECT: Final = ("direct", "relative")
PART_OF: Final = {"spouse": ("relative",), "parent": DIRECT, "child": DIRECT, "direct": ("relative",)}
GROWN: Final = frozenset({*PART_OF, "relative", "friend"})  # whose age relative_min_age asks for


@dataclass(frozen=True)
class Earned:
    """What a record gives. ``counted_minutes`` plus the minutes in ``cuts`` are the minutes of the record.

    ``cuts`` are pairs of what cut (``rating``, ``session``, ``day``, ``month``, ``step``) and how many minutes.
    ``excess_points`` are above the cap of the passbook; ``excess_to`` says what happens to them ("" for none).
    """

    points: int
    counted_minutes: int
    cuts: tuple[tuple[str, int], ...] = ()
    excess_points: int = 0
    excess_to: str = ""

    @property
    def cut_minutes(self) -> int:
        """All minutes cut."""
        return sum(minutes for _what, minutes in self.cuts)


@dataclass(frozen=True)
class Refusal:
    """One thing in the way: its code, and what its words need."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lot:
    """Points that came in together. From ``expires_on`` on they are worth nothing; None: they keep."""

    amount: int
    expires_on: date | None = None


@dataclass(frozen=True)
class Worked:
    """Minutes of service of a member on a day."""

    member: Key
    service: str
    day: date
    minutes: int


@dataclass(frozen=True)
class Change:
    """The points of a member under two rules."""

    member: Key
    old_points: int
    new_points: int

    @property
    def difference(self) -> int:
        """What the member gains; negative for a loss."""
        return self.new_points - self.old_points


def rounded(value: Fraction, rounding: str) -> int:
    """A whole number: ``down``, ``half_up`` or ``up``."""
    if rounding == "up":
        return -(-value.numerator // value.denominator)
    return (value + Fraction(rounding == "half_up", 2)).__floor__()


def worth(rule: Rule, rates: Rates, service: str, minutes: int) -> int:
    """The points of so many minutes, started steps left out."""
    whole_steps = minutes - minutes % rule.step_minutes
    return rounded(rates.of(service) * whole_steps / 60, rule.rounding)


def shown(rule: Rule, points: int) -> str:
    """Points in the unit people see, as an exact decimal: 3 half hours are "1.5"."""
    return f"{Decimal(points) / rule.unit_parts:f}"


def earned(
    rule: Rule,
    service: str,
    minutes: int,
    *,
    day_minutes_before: int,
    month_minutes_before: int,
    balance_before: int,
    rating: int | None = None,
) -> Earned:
    """What a record of ``minutes`` gives a member with so many counted minutes on that day and in that month.

    Caps cut in the order session, day, month; then a started step is left out; then the points of this record
    are rounded. Points above ``person_cap_points`` go where ``excess`` says ("refuse": nowhere, tell the member
    beforehand). More minutes never give fewer points. ``ValueError`` for negative minutes.
    """
    if min(minutes, day_minutes_before, month_minutes_before) < 0:
        raise ValueError("negative minutes")
    left, cuts = minutes, []
    if rating is not None and rule.zero_below_rating is not None and rating < rule.zero_below_rating:
        left, cuts = 0, [("rating", minutes)]
    for name, cap, before in (
        ("session", rule.session_max_minutes, 0),
        ("day", rule.day_max_minutes, day_minutes_before),
        ("month", rule.month_max_minutes, month_minutes_before),
    ):
        over = 0 if cap is None else left - max(0, cap - before)
        if over > 0:
            left -= over
            cuts.append((name, over))
    if left % rule.step_minutes:
        cuts.append(("step", left % rule.step_minutes))
        left -= left % rule.step_minutes
    points = worth(rule, rule.rates, service, left)
    cap = rule.person_cap_points
    excess = 0 if cap is None else max(0, points - max(0, cap - balance_before))
    return Earned(
        points - excess, left, tuple(cut for cut in cuts if cut[1]), excess, rule.excess if excess else ""
    )


def care_price(rule: Rule, service: str, minutes: int) -> int:
    """What receiving ``minutes`` of care costs: the same steps and rounding as earning, no caps."""
    if minutes < 0:
        raise ValueError("negative minutes")
    return worth(rule, rule.care_price or rule.rates, service, minutes)


def may_serve(
    rule: Rule, age: int | None, *, woman: bool = False, guardian: bool = False, in_group: bool = False
) -> list[Refusal]:
    """What stands in the way of somebody serving; empty where nothing does."""
    youngest = rule.volunteer_women_min_age if woman else None
    youngest = rule.volunteer_min_age if youngest is None else youngest
    if youngest is None:
        youngest = rule.guardian_until if rule.minor_min_age is None else rule.minor_min_age
    if age is None:
        return [Refusal("age_unknown", {"from": youngest})] if youngest else []
    found = []
    if age < youngest:
        found.append(Refusal("too_young", {"age": age, "from": youngest}))
    elif age < rule.guardian_until and not (guardian if rule.minor_with == "guardian" else in_group):
        found.append(Refusal(rule.minor_with, {"age": age, "until": rule.guardian_until}))
    if rule.volunteer_max_age is not None and age > rule.volunteer_max_age:
        found.append(Refusal("too_old", {"age": age, "until": rule.volunteer_max_age}))
    return found


def aged(age: int | None, least: int | None) -> list[Refusal]:
    """The refusal of an age that is too low, or not known."""
    if least is None or (age is not None and age >= least):
        return []
    return [
        Refusal("age_unknown", {"from": least})
        if age is None
        else Refusal("age", {"age": age, "from": least})
    ]


def may_redeem(
    rule: Rule,
    benefit_class: str,
    age: int | None,
    hardship: bool,
    hours_total: int,
    today: date,
    redeemed_days: Sequence[date],
    *,
    cash_like: bool = False,
) -> list[Refusal]:
    """What stands in the way of exchanging points for a thing of a class today; empty where nothing does.

    ``hours_total`` are whole hours of service, ``redeemed_days`` one entry for each earlier exchange of this
    class. ``age`` and ``hardship`` are of the person who will enjoy it. ``ValueError`` for an unknown class.
    """
    if benefit_class not in ("care", "benefit", "goods"):
        raise ValueError(f"unknown benefit class: {benefit_class}")
    benefit: Benefit = getattr(rule.benefits, benefit_class)
    if not benefit.allowed:
        return [Refusal("class_off", {"benefit": benefit_class})]
    found = [Refusal("cash_like", {"benefit": benefit_class})] if cash_like and not benefit.cash_like else []
    least = benefit.hardship_age if hardship and benefit.hardship_age is not None else benefit.min_age
    found += aged(age, least)
    if hours_total < rule.min_hours_to_redeem:
        found.append(Refusal("min_hours", {"hours": hours_total, "from": rule.min_hours_to_redeem}))
    times = sum((day.year, day.month) == (today.year, today.month) for day in redeemed_days)
    if benefit.month_max is not None and times >= benefit.month_max:
        found.append(Refusal("month_max", {"times": times, "limit": benefit.month_max}))
    if benefit_class in rule.window.applies_to:
        opens = next_window(rule, today, redeemed_days)
        if opens != today:
            found.append(Refusal("window", {"next": opens}))
    return found


def next_window(rule: Rule, today: date, redeemed_days: Sequence[date]) -> date | None:
    """The first day from ``today`` on which the window is open; None where that lies beyond the calendar.

    ``redeemed_days`` are the days of earlier exchanges, each of which uses one of the ``count`` of its period.
    """
    window, day = rule.window, today
    if window.kind == "always":
        return today
    months = 3 if window.kind == "quarterly" else 12

    def period(one: date) -> int:
        return (one.year * 12 + one.month - 1) // months

    used = Counter(map(period, redeemed_days))
    try:
        if window.kind == "month_days":
            while all(day.day != min(wanted, monthrange(day.year, day.month)[1]) for wanted in window.days):
                day += timedelta(days=1)
            return day
        while used[period(day)] >= (window.count or 1):
            year, month = divmod((period(day) + 1) * months, 12)
            day = date(year, month + 1, 1)
    except (OverflowError, ValueError):
        return None
    return day


def may_receive(rule: Rule, relation: str, age: int | None, times_this_year: int) -> list[Refusal]:
    """What stands in the way of care for somebody who stands in ``relation`` to the owner of the points.

    The nearest relation that the rule names decides about the times: a parent is in the direct line, and that
    is a relative. Ages are asked of relatives and friends only.
    """
    limits = dict(rule.relations)
    named = [one for one in (relation, *PART_OF.get(relation, ())) if one in limits]
    if not named:
        return [Refusal("relation", {"relation": relation})]
    found = aged(age, rule.relative_min_age if relation in GROWN else None)
    limit = limits[named[0]]
    if limit is not None and times_this_year >= limit:
        found.append(Refusal("times", {"times": times_this_year, "limit": limit}))
    return found


def expired(lots: Sequence[Lot], spent: int, already_expired: int, available: int, day: date) -> int:
    """How many points of a member expire on ``day``: first in, first out, and never more than ``available``.

    ``lots`` are all that ever came in, in the order in which they are used up; ``spent`` is all that ever went
    out other than by expiry. Once the answer is booked (added to ``already_expired``), asking again gives 0.
    Where lots expire in their order it is exact; else, points spent later may count against a lot that has
    expired already, to the good of the member.
    """
    over = 0
    for lot in lots:
        used = min(spent, lot.amount)
        spent -= used
        if lot.expires_on is not None and lot.expires_on <= day:
            over += lot.amount - used
    return max(0, min(over - already_expired, available))


def compare(
    old: Rule, new: Rule, records: Sequence[Worked], balances: Mapping[Key, int] | None = None
) -> list[Change]:
    """What each member would have earned by both rules, largest loss first, then by member.

    Both are computed anew in the order of the days (of one day, as given) with all caps, from ``balances`` (0
    where none is given). Nothing else that moved points in that time is considered.
    """
    before, after = (tried(rule, records, balances or {}) for rule in (old, new))
    changes = [Change(member, before[member], after[member]) for member in before]
    return sorted(changes, key=lambda change: (change.difference, str(change.member)))


def tried(rule: Rule, records: Sequence[Worked], balances: Mapping[Key, int]) -> dict[Key, int]:
    """The points of each member by a rule."""
    points: dict[Key, int] = {}
    days: Counter[tuple[Key, date]] = Counter()
    months: Counter[tuple[Key, int, int]] = Counter()
    for record in sorted(records, key=lambda one: one.day):
        who, day = record.member, record.day
        month = (who, day.year, day.month)
        got = earned(
            rule, record.service, record.minutes, day_minutes_before=days[who, day],
            month_minutes_before=months[month], balance_before=balances.get(who, 0) + points.get(who, 0),
        )  # fmt: skip
        points[who] = points.get(who, 0) + got.points
        days[who, day] += got.counted_minutes
        months[month] += got.counted_minutes
    return points
