"""The sentences of a rule, one or more a knob, each with a key that stays the same from version to version."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.commons.timebank.choices import ConfirmAs, Relation
from linli.engine.points import Benefit, Rates, Rule, shown
from linli.ground.people.choices import CareKind

Sentences = Iterator[tuple[str, str]]
Names = Mapping[str, str]

CLASSES = {
    "care": gettext_lazy("Care for somebody"),
    "benefit": gettext_lazy("Benefits (check-up, haircut, half-price meal)"),
    "goods": gettext_lazy("Goods to take home"),
}
SHORT_CLASSES = {
    "care": gettext_lazy("care"),
    "benefit": gettext_lazy("benefits"),
    "goods": gettext_lazy("goods"),
}
ENTRY = {
    "review": gettext_lazy("a check of who it is"),
    "course": gettext_lazy("a course"),
    "exam": gettext_lazy("an exam"),
}
EVIDENCE = {
    "signin": gettext_lazy("signing in"),
    "signout": gettext_lazy("signing out"),
    "photo": gettext_lazy("a photo"),
    "checklist": gettext_lazy("the steps ticked"),
}
POOL_RELATION = {"gift_pool": gettext_lazy("The common pool")}


def unit_of(rule: Rule) -> str:
    """What points are called."""
    return rule.unit_name or _("points")


def points(rule: Rule, amount: int) -> str:
    """Points in the unit people see: 1.5 小时, 300 积分."""
    return f"{shown(rule, amount)} {unit_of(rule)}"


def rate_words(rule: Rule, rate: Fraction) -> str:
    """A rate an hour in the unit people see."""
    value = rate / rule.unit_parts
    exact = value.denominator in {1, 2, 4, 5, 10, 20, 25, 50, 100}
    return f"{f'{float(value):.2f}'.rstrip('0').rstrip('.') if exact else value} {unit_of(rule)}"


def time_words(minutes: int) -> str:
    """So much time as people say it."""
    if minutes == 30:
        return _("half an hour")
    if minutes % 60 == 0:
        return ngettext("{n} hour", "{n} hours", minutes // 60).format(n=minutes // 60)
    return _("{n} minutes").format(n=minutes)


def listed(words: Iterator[Any] | Sequence[Any]) -> str:
    """Words one after the other."""
    return _(", ").join(map(str, words))


def relation_name(relation: str) -> str:
    """What a relation is called."""
    return str(POOL_RELATION.get(relation) or Relation(relation).label)


def group_name(code: str) -> str:
    """What a group of elders is called; an unknown code as it is."""
    return str(dict(CareKind.choices).get(code, code))


def earning(rule: Rule, names: Names) -> Sentences:
    """Name, rates, steps, where points come from."""
    yield "rate", _("One hour gives {points}.").format(points=rate_words(rule, rule.rates.default))
    yield from service_rates(rule, rule.rates, names, "rate", _("{service}: one hour gives {points}."))
    yield (
        "step",
        _("Counted from {time} on, in steps of {time}; a step that was only begun does not count.").format(
            time=time_words(rule.step_minutes)
        ),
    )
    rounding = {"down": _("rounded down"), "half_up": _("rounded to the nearest"), "up": _("rounded up")}
    yield "rounding", _("What is left over in one record is {how}.").format(how=rounding[rule.rounding])
    if rule.unit_parts > 1:
        yield "parts", _("The smallest amount is {points}.").format(points=points(rule, 1))
    if rule.zero_below_rating:
        yield (
            "rating",
            _("Fewer than {n} stars give no points; the hours stay in the record.").format(
                n=rule.zero_below_rating
            ),
        )
    issue = {
        "pool": _("Points come out of a pool that is filled by resolution; when it is empty they wait."),
        "direct": _("Points are issued for each approved service, without a pool."),
    }
    yield "issue", issue[rule.issue]
    if rule.bonus.start:
        yield (
            "bonus.start",
            _("Whoever is admitted begins with {points}.").format(points=points(rule, rule.bonus.start)),
        )
    if rule.bonus.recruit:
        yield (
            "bonus.recruit",
            _("Whoever brings somebody gets {points}.").format(points=points(rule, rule.bonus.recruit)),
        )
    wording = {
        "plain": _("Pages speak of serving and using, not of money."),
        "bank": _("Pages may speak of deposits and balances."),
    }
    yield (
        "name",
        _("It is called “{name}”, and what is earned “{unit}”.").format(
            name=rule.product_name or _("time bank"), unit=unit_of(rule)
        ),
    )
    yield "wording", wording[rule.wording]


def service_rates(rule: Rule, rates: Rates, names: Names, key: str, words: str) -> Sentences:
    """Rates of single services."""
    for service, rate in rates.services:
        said = words.format(service=names.get(service, service), points=rate_words(rule, rate))
        yield f"{key}.{service}", said


def limits(rule: Rule, _names: Names) -> Sentences:
    """Caps and expiry."""
    caps = (
        ("session", rule.session_max_minutes, _("One service counts {time} at most."), _("One service counts in full, however long.")),
        ("day", rule.day_max_minutes, _("One day counts {time} at most."), _("One day counts in full.")),
        ("month", rule.month_max_minutes, _("One month counts {time} at most."), _("One month counts in full.")),
    )  # fmt: skip
    for key, cap, words, free in caps:
        yield key, words.format(time=time_words(cap)) if cap else free
    excess = {
        "refuse": _("Nobody gathers more than {points}; they are told beforehand that more is not credited."),
        "gift_pool": _("Nobody gathers more than {points}; what is above goes to the common pool."),
        "honour": _("Nobody gathers more than {points}; what is above counts as honour, the hours stay."),
    }
    cap_points = rule.person_cap_points
    yield (
        "cap",
        _("There is no limit to what somebody gathers.")
        if cap_points is None
        else excess[rule.excess].format(points=points(rule, cap_points)),
    )
    for key, months, kept, words in (
        ("expiry", rule.expiry_months, _("Earned points keep."), _("Earned points keep {n} months, the oldest are used first.")),
        ("grant_expiry", rule.grant_expiry_months, _("Granted points keep."), _("Granted points keep {n} months.")),
    ):  # fmt: skip
        yield key, words.format(n=months) if months else kept


def spending(rule: Rule, names: Names) -> Sentences:
    """Prices, classes, days."""
    if rule.care_price is None:
        yield "price", _("An hour of care costs what an hour of service gives.")
    else:
        yield (
            "price",
            _("An hour of care costs {points}.").format(points=rate_words(rule, rule.care_price.default)),
        )
        yield from service_rates(
            rule, rule.care_price, names, "price", _("{service}: an hour costs {points}.")
        )
    for key, title in CLASSES.items():
        yield f"benefit.{key}", benefit_words(str(title), getattr(rule.benefits, key))
    if rule.min_hours_to_redeem:
        yield (
            "min_hours",
            _("Points can be used after {n} hours of service.").format(n=rule.min_hours_to_redeem),
        )
    yield "window", window_words(rule)
    for one in rule.milestones:
        yield (
            f"milestone.{one.title}",
            _("Whoever has gathered {points}: {title}.").format(
                points=points(rule, one.points), title=one.title or "—"
            ),
        )


def benefit_words(title: str, benefit: Benefit) -> str:
    """What the rule says of a class."""
    if not benefit.allowed:
        return _("{what}: not for points.").format(what=title)
    parts = [_("yes")]
    if benefit.min_age is not None:
        parts.append(_("from {n} years on").format(n=benefit.min_age))
    if benefit.hardship_age is not None:
        parts.append(_("in hardship from {n} years on").format(n=benefit.hardship_age))
    if benefit.month_max is not None:
        parts.append(_("{n} times a month at most").format(n=benefit.month_max))
    parts.append(
        _("vouchers and money off a bill too") if benefit.cash_like else _("nothing that is as good as money")
    )
    return _("{what}: {conditions}.").format(what=title, conditions=listed(parts))


def window_words(rule: Rule) -> str:
    """When things are exchanged."""
    window, what = rule.window, listed([SHORT_CLASSES[one] for one in rule.window.applies_to])
    if window.kind == "always":
        return _("At any time.")
    if window.kind == "month_days":
        return _("On day {days} of the month: {what}; the rest at any time.").format(
            days=listed(window.days), what=what
        )
    period = (
        _("{n} times a quarter: {what}; the rest at any time.")
        if window.kind == "quarterly"
        else _("{n} times a year: {what}; the rest at any time.")
    )
    return period.format(n=window.count, what=what)


def receiving(rule: Rule, _names: Names) -> Sentences:
    """Relations and grants."""
    ones = [
        relation_name(name) + ("" if limit is None else _(" ({n} times a year)").format(n=limit))
        for name, limit in rule.relations
    ]
    yield "relations", _("For: {list}.").format(list=listed(ones)) if ones else _("For nobody.")
    if rule.relative_min_age is not None:
        yield "relative_age", _("Relatives and friends from {n} years on.").format(n=rule.relative_min_age)
    yield (
        "proof",
        _("The relation must be shown by a paper.")
        if rule.relation_proof
        else _("Their word is enough for the relation."),
    )
    for grant in rule.grants:
        ages = [
            words.format(n=age)
            for age, words in ((grant.min_age, _("from {n} years on")), (grant.max_age, _("until {n} years")))
            if age is not None
        ]
        about = listed([group_name(grant.group), *ages])
        yield (
            f"grant.{grant.group}.{grant.min_age}",
            _("{who}: {points} a month from the pool.").format(
                who=about, points=points(rule, grant.points_month)
            ),
        )


def joining(rule: Rule, _names: Names) -> Sentences:
    """Ages and the way in."""
    entry = listed([ENTRY[one] for one in rule.entry])
    yield (
        "entry",
        _("Before the first service: {list}.").format(list=entry)
        if entry
        else _("Whoever is admitted serves."),
    )
    if rule.volunteer_min_age is not None:
        yield "min_age", _("From {n} years on.").format(n=rule.volunteer_min_age)
    if rule.volunteer_women_min_age is not None:
        yield "women_age", _("Women from {n} years on.").format(n=rule.volunteer_women_min_age)
    if rule.volunteer_max_age is not None:
        yield "max_age", _("Until {n} years.").format(n=rule.volunteer_max_age)
    if rule.minor_min_age is None:
        yield "minors", _("Under {until} years nobody serves.").format(until=rule.guardian_until)
    else:
        words = (
            _("From {from} to {until} years with a guardian.")
            if rule.minor_with == "guardian"
            else _("From {from} to {until} years only with a group.")
        )
        yield "minors", words.format(**{"from": rule.minor_min_age, "until": rule.guardian_until})
    yield (
        "groups",
        _("What a group earns it can only give away.")
        if rule.group_donate_only
        else _("Groups use their points like anybody."),
    )


def approval(rule: Rule, _names: Names) -> Sentences:
    """Who confirms, who approves, what is asked as proof."""
    who = listed([ConfirmAs(one).label for one in rule.confirm_by])
    yield (
        "confirm",
        _("One of these confirms: {list}.").format(list=who) if who else _("Nobody need confirm."),
    )
    yield (
        "auto",
        _("Nothing is confirmed by itself.")
        if rule.auto_confirm_hours is None
        else _("After {n} hours without objection it counts as confirmed.").format(n=rule.auto_confirm_hours),
    )
    yield (
        "approvers",
        ngettext(
            "{n} person approves.", "{n} people approve; one no, and it does not count.", rule.approvers
        ).format(n=rule.approvers)
        if rule.approvers
        else _("Nobody approves after that."),
    )
    proof = listed([EVIDENCE[one] for one in rule.evidence])
    yield "evidence", _("As proof: {list}.").format(list=proof) if proof else _("No proof is asked for.")


def honesty(rule: Rule, _names: Names) -> Sentences:
    """What the checks go by."""
    one = rule.honesty
    strict = {"refuse": _("is refused"), "look": _("is looked at")}
    yield (
        "household",
        _("Serving one's own household or near relatives {verdict}.").format(
            verdict=strict[one.same_household]
        ),
    )
    yield "overlap", _("Two services at one time {verdict}.").format(verdict=strict[one.overlap])
    yield (
        "distance",
        _("Signing in more than {n} m from the door is looked at.").format(n=one.distance_look_m),
    )
    yield "travel", _("Getting from one door to the next faster than {n} km/h (with {m} minutes to spare) is looked at.").format(
        n=one.travel_kmh, m=one.travel_slack_minutes
    )  # fmt: skip
    if one.night_from != one.night_until:
        yield (
            "night",
            _("Services between {from} and {until} o'clock are looked at.").format(
                **{"from": one.night_from, "until": one.night_until}
            ),
        )
    if one.pair_month_max:
        yield (
            "pair",
            _("The same two more than {n} times a month are looked at.").format(n=one.pair_month_max),
        )
    if one.long_session_minutes:
        yield (
            "long",
            _("A service longer than {time} is looked at, where no limit is set.").format(
                time=time_words(one.long_session_minutes)
            ),
        )


def ends(rule: Rule, _names: Names) -> Sentences:
    """Leaving, dying, other communities, the reserve."""
    leaver = {
        "keep": _("Whoever leaves keeps the points."),
        "settle": _("Whoever leaves uses the points first."),
        "donate": _("Whoever leaves gives the points to the common pool."),
    }
    yield "leaver", leaver[rule.leaver]
    estate = {
        "heirs": _("After a death the points go to the heirs."),
        "gift_pool": _("After a death the points go to the common pool."),
        "committee": _("After a death the committee decides on the points."),
    }
    waits = ngettext(
        " They stay untouched for {n} day.", " They stay untouched for {n} days.", rule.estate_hold_days
    )
    yield (
        "estate",
        estate[rule.estate] + (waits.format(n=rule.estate_hold_days) if rule.estate_hold_days else ""),
    )
    yield (
        "peers",
        _("Another community may owe up to {points}.").format(points=points(rule, rule.peer_limit_points))
        if rule.peer_limit_points
        else _("Points do not cross to other communities."),
    )
    if rule.reserve_percent is not None:
        yield (
            "reserve",
            _("The fund should hold {n}% of what all points count for.").format(n=rule.reserve_percent),
        )
    if rule.point_fen is not None:
        yield (
            "worth",
            _("In that reckoning {points} counts for {yuan} yuan; it is not money.").format(
                points=points(rule, rule.unit_parts), yuan=f"{rule.point_fen * rule.unit_parts / 100:.2f}"
            ),
        )


WRITERS: dict[str, Callable[[Rule, Names], Sentences]] = {
    "earning": earning, "limits": limits, "spending": spending, "receiving": receiving, "joining": joining,
    "approval": approval, "honesty": honesty, "ends": ends,
}  # fmt: skip
