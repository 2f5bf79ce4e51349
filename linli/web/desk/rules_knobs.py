"""The knobs of a rule as people set them: what each is called, what it takes, where it stands in the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.choices import ConfirmAs
from linli.web.desk.rules_lines import ENTRY, EVIDENCE, SHORT_CLASSES

FREE = _("Empty: no limit.")
ANY_AGE = _("Empty: any age.")
KEEP = _("Empty: they keep.")
YEARS, MINUTES, MONTHS, HOURS, TIMES = _("years"), _("minutes"), _("months"), _("hours"), _("times a month")


@dataclass(frozen=True)
class Knob:
    """One thing to set. ``kind``: text, number, limit (may be empty), yes, rate, one, many, days, and four lists."""

    path: str
    kind: str
    label: Any
    help: Any = ""
    suffix: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    low: int = 0
    high: int = 1_000_000_000


@dataclass(frozen=True)
class Block:
    """Knobs that stand together."""

    title: Any
    knobs: Sequence[Knob]


def one(path: str, label: Any, choices: Mapping[str, Any], note: Any = "") -> Knob:
    """A choice."""
    return Knob(path, "one", label, note, choices=tuple(choices.items()))


def many(path: str, label: Any, choices: Mapping[str, Any], note: Any = "") -> Knob:
    """Any of several."""
    return Knob(path, "many", label, note, choices=tuple(choices.items()))


def yes(path: str, label: Any, note: Any = "") -> Knob:
    """Yes or no."""
    return Knob(path, "yes", label, note)


def age(path: str, label: Any, note: Any = ANY_AGE) -> Knob:
    """An age that may be left open."""
    return Knob(path, "limit", label, note, YEARS, high=130)


def limit(path: str, label: Any, suffix: Any, note: Any = FREE) -> Knob:
    """A limit that may be left open."""
    return Knob(path, "limit", label, note, suffix, low=1)


def number(
    path: str, label: Any, suffix: Any = "", note: Any = "", low: int = 0, high: int = 1_000_000_000
) -> Knob:
    """A whole number."""
    return Knob(path, "number", label, note, suffix, (), low, high)


def benefit(name: str, title: Any) -> Block:
    """One class of benefits."""
    at = f"benefits.{name}"
    return Block(
        title,
        [
            yes(f"{at}.allowed", _("Can be had for points")),
            yes(f"{at}.cash_like", _("Also what is as good as money"), _("Vouchers, money off a bill.")),
            age(f"{at}.min_age", _("From what age")),
            age(f"{at}.hardship_age", _("In hardship from"), _("Not above the age beside it.")),
            limit(f"{at}.month_max", _("At most"), TIMES),
        ],
    )


STRICT = {"refuse": _("is refused"), "look": _("is looked at")}
GROUPS: dict[str, Sequence[Block]] = {
    "earning": [
        Block(_("Names"), [
            Knob("product_name", "text", _("What it is called")),
            Knob("unit_name", "text", _("What is earned is called"), _("Points, hours, time coins.")),
            number("unit_parts", _("Smallest parts in one"), "", _("1: whole ones only. 2: halves. A divisor of 100."), 1, 100),
            one("wording", _("Pages speak of"), {"plain": _("serving and using"), "bank": _("deposits and balances")}),
        ]),
        Block(_("Points for an hour"), [
            Knob("rates.default", "rate", _("One hour of service gives"), _("A number such as 10 or 1.5, or a fraction such as 1/2.")),
        ]),
        Block(_("Other services"), [
            Knob("rates.services", "rates", _("Other services"), _("Only where a service gives something else.")),
        ]),
        Block(_("How it is counted"), [
            number("step_minutes", _("In steps of"), MINUTES, _("A step that was only begun does not count."), 1, 1440),
            one("rounding", _("What is left over in a record"), {
                "down": _("rounded down"), "half_up": _("rounded to the nearest"), "up": _("rounded up")}),
            Knob("zero_below_rating", "limit", _("No points below"), _("Empty: whatever the stars."), _("stars"), (), 1, 5),
            one("issue", _("Where points come from"), {"pool": _("a pool that is filled by resolution"), "direct": _("issued for each service")}),
        ]),
        Block(_("Points that are not for service"), [
            number("bonus.start", _("At the start")), number("bonus.recruit", _("For bringing somebody")),
        ]),
    ],
    "limits": [
        Block(_("How much counts"), [
            limit("session_max_minutes", _("In one service"), MINUTES), limit("day_max_minutes", _("In one day"), MINUTES),
            limit("month_max_minutes", _("In one month"), MINUTES),
        ]),
        Block(_("How much somebody may gather"), [
            Knob("person_cap_points", "limit", _("At most"), FREE),
            one("excess", _("What is above"), {
                "honour": _("counts as honour, the hours stay"), "gift_pool": _("goes to the common pool"),
                "refuse": _("is not credited; they are told beforehand")}),
        ]),
        Block(_("How long points keep"), [
            limit("expiry_months", _("Earned ones"), MONTHS, KEEP), limit("grant_expiry_months", _("Granted ones"), MONTHS, KEEP),
        ]),
    ],
    "spending": [
        Block(_("Price of care"), [
            Knob("care_price", "price", _("One hour of care costs"), _("Empty: as much as an hour of service gives.")),
        ]),
        Block(_("Other services"), [
            Knob("care_price.services", "rates", _("Other services"), _("Only where a price is set above.")),
        ]),
        benefit("care", _("Care for somebody")),
        benefit("benefit", _("Benefits (check-up, haircut, half-price meal)")),
        benefit("goods", _("Goods to take home")),
        Block(_("When"), [
            number("min_hours_to_redeem", _("After so much service"), HOURS),
            one("window.kind", _("Days of exchange"), {
                "always": _("at any time"), "month_days": _("on days of the month"), "quarterly": _("so many times a quarter"),
                "yearly": _("so many times a year")}),
            Knob("window.days", "days", _("Which days"), _("For days of the month, such as 15 or 1, 15.")),
            limit("window.count", _("How many times"), "", _("For a quarter or a year.")),
            many("window.applies_to", _("It holds for"), SHORT_CLASSES),
        ]),
        Block(_("What gathering so many opens"), [Knob("milestones", "milestones", _("What it opens"))]),
    ],
    "receiving": [
        Block(_("Whom points can be used for"), [Knob("relations", "relations", _("Relations"))]),
        Block(_("Conditions"), [
            age("relative_min_age", _("Relatives and friends from")), yes("relation_proof", _("The relation must be shown by a paper")),
        ]),
        Block(_("Points granted every month"), [
            Knob("grants", "grants", _("Granted every month"), _("Out of the pool, to elders of a group and age.")),
        ]),
    ],
    "joining": [
        Block(_("Before the first service"), [many("entry", _("What comes first"), ENTRY)]),
        Block(_("Age"), [
            age("volunteer_min_age", _("From age")), age("volunteer_women_min_age", _("Women from"), _("Empty: as above.")),
            age("volunteer_max_age", _("Until age")),
        ]),
        Block(_("The young"), [
            Knob("guardian_until", "number", _("With somebody until"), "", YEARS, (), 0, 130),
            age("minor_min_age", _("They may from"), _("Empty: they do not serve.")),
            one("minor_with", _("They come with"), {"guardian": _("a guardian"), "group": _("a group")}),
        ]),
        Block(_("Groups"), [yes("group_donate_only", _("What a group earns it can only give away"))]),
    ],
    "approval": [
        Block(_("Confirming"), [
            many("confirm_by", _("Who can confirm"), {key: label for key, label in ConfirmAs.choices if key != ConfirmAs.AUTO}),
            limit("auto_confirm_hours", _("By itself after"), HOURS, _("Empty: never.")),
        ]),
        Block(_("Approving"), [
            Knob("approvers", "one", _("How many approve"), "", "", (("0", "0"), ("1", "1"), ("2", "2"), ("3", "3"))),
        ]),
        Block(_("Proof"), [many("evidence", _("What is asked for"), EVIDENCE)]),
    ],
    "honesty": [
        Block(_("Stopped or looked at"), [
            one("honesty.same_household", _("One's own household or near relatives"), STRICT),
            one("honesty.overlap", _("Two services at one time"), STRICT),
        ]),
        Block(_("Where and how fast"), [
            number("honesty.distance_look_m", _("Signing in farther than"), _("metres")),
            number("honesty.travel_kmh", _("From door to door faster than"), _("km/h"), "", 1, 1000),
            number("honesty.travel_slack_minutes", _("with, to spare,"), MINUTES),
        ]),
        Block(_("When and how often"), [
            number("honesty.night_from", _("Night from"), _("o'clock"), _("Both the same: no night."), 0, 23),
            number("honesty.night_until", _("Night until"), _("o'clock"), "", 0, 23),
            limit("honesty.pair_month_max", _("The same two more than"), TIMES),
            limit("honesty.long_session_minutes", _("Longer than"), MINUTES, _("Where one service has no limit. Empty: never.")),
        ]),
    ],
    "ends": [
        Block(_("Leaving"), [
            one("leaver", _("Whoever leaves"), {
                "donate": _("gives the points to the common pool"), "settle": _("uses the points first"), "keep": _("keeps the points")}),
            one("estate", _("After a death"), {
                "committee": _("the committee decides"), "gift_pool": _("they go to the common pool"), "heirs": _("they go to the heirs")}),
            number("estate_hold_days", _("They stay untouched for"), _("days")),
        ]),
        Block(_("Other communities"), [number("peer_limit_points", _("May owe up to"), "", _("0: points do not cross."))]),
        Block(_("The reserve"), [
            Knob("reserve_percent", "limit", _("The fund holds at least"), _("Of all points that are out."), "%", (), 0, 1000),
            Knob("point_fen", "limit", _("A point counts for"), _("Only in this reckoning; it is not money."), _("fen")),
        ]),
    ],
}  # fmt: skip

# what is wrong with a knob, by the engine's code; contradictions are said for each knob
WRONG = {
    "unknown": _("This is not known."),
    "object": _("This cannot be read."),
    "list": _("This cannot be read."),
    "text": _("Please give a word."),
    "too_long": _("This is too long."),
    "whole_number": _("Please give a whole number."),
    "yes_or_no": _("Please say yes or no."),
    "rate": _("Please give a number such as 10 or 1.5, or a fraction such as 1/2."),
    "too_small": _("This is too small."),
    "too_large": _("This is too large."),
    "choice": _("Please choose from the list."),
    "twice": _("The same thing stands here twice."),
}
CONTRADICTIONS = {
    "unit_parts": _("100 must be divisible by it: 1, 2, 4, 5, 10, 20, 25, 50 or 100."),
    "step_minutes": _("A step cannot be longer than what counts in one service, day or month."),
    "day_max_minutes": _("A day cannot count less than one service."),
    "month_max_minutes": _("A month cannot count less than a day or one service."),
    "confirm_by": _("Without approvers somebody must confirm."),
    "auto_confirm_hours": _("This needs somebody who could confirm."),
    "minor_min_age": _("This must lie below the age until which somebody comes along."),
    "volunteer_max_age": _("This lies below the age from which one serves."),
    "point_fen": _("The reserve can only be reckoned when a point counts for something."),
    "hardship_age": _("This must not lie above the age for everybody; give that one too."),
    "days": _("Give days for “on days of the month”, and only then."),
    "count": _("Say how many times for a quarter or a year, and only then."),
    "applies_to": _("Please choose at least one."),
    "max_age": _("This lies below the age it begins with."),
}


def wrong_words(path: str, code: str) -> Any:
    """What is wrong, in words."""
    if code == "contradiction":
        return CONTRADICTIONS.get(path.rsplit(".", 1)[-1], _("This contradicts another setting."))
    return WRONG[code]
