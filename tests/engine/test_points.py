"""The rule of a time bank: 小李 earns, 王奶奶 redeems, and the committee tries a new rule on last quarter."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.points import (
    BadRule,
    Change,
    Earned,
    Lot,
    Refusal,
    Rule,
    Worked,
    care_price,
    compare,
    earned,
    expired,
    may_receive,
    may_redeem,
    may_serve,
    next_window,
    shown,
)

TODAY = date(2026, 3, 5)
TEN = Rule.from_json({"rates": {"default": 10}})
MINUTES = st.integers(0, 3000)
CAP = st.none() | st.integers(60, 2000)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def rule(**body: Any) -> Rule:
    return Rule.from_json(body)


def give(
    by: Rule, minutes: int, day: int = 0, month: int = 0, balance: int = 0, service: str = "meals"
) -> Earned:
    return earned(
        by, service, minutes, day_minutes_before=day, month_minutes_before=month, balance_before=balance
    )


@st.composite
def rules(draw: Callable[..., Any]) -> Rule:
    caps = sorted(draw(st.lists(st.integers(60, 3000), min_size=3, max_size=3)))
    rates = st.fractions(0, 20, max_denominator=8).map(lambda one: [one.numerator, one.denominator])
    return rule(
        rates={"default": draw(rates), "services": {"bath": draw(rates)}},
        step_minutes=draw(st.sampled_from([1, 15, 30, 60])),
        rounding=draw(st.sampled_from(["down", "half_up", "up"])),
        session_max_minutes=draw(st.sampled_from([None, caps[0]])),
        day_max_minutes=draw(st.sampled_from([None, caps[1]])),
        month_max_minutes=draw(st.sampled_from([None, caps[2]])),
        person_cap_points=draw(CAP),
        excess=draw(st.sampled_from(["refuse", "gift_pool", "honour"])),
    )


# Reading and writing


def test_an_empty_rule_is_one_point_an_hour_and_spells_itself_out() -> None:
    assert Rule.from_json({}) == Rule()
    assert Rule().to_json()["rates"] == {"default": 1, "services": {}}
    assert Rule().to_json()["window"] == {
        "kind": "always", "days": [], "count": None, "applies_to": ["care", "benefit", "goods"],
    }  # fmt: skip


@given(rules())
def test_a_rule_comes_back_from_json(one: Rule) -> None:
    body = one.to_json()
    assert Rule.from_json(json.loads(json.dumps(body))) == one
    assert Rule.from_json(body).to_json() == body


def test_the_same_rule_is_written_the_same_way() -> None:
    one = rule(rates={"default": [2, 4]}, evidence=["photo", "signin"], relations={"self": None, "child": 2})
    two = rule(rates={"default": [1, 2]}, evidence=["signin", "photo"], relations={"child": 2, "self": None})
    assert one == two
    assert json.dumps(one.to_json()) == json.dumps(two.to_json())
    assert one.to_json()["rates"]["default"] == [1, 2]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ([], "rule", "object"),
        ({"rate": 1}, "rate", "unknown"),
        ({"rates": {"default": 1.5}}, "rates.default", "rate"),
        ({"rates": {"default": [1, 0]}}, "rates.default", "too_small"),
        ({"rates": {"default": -1}}, "rates.default", "too_small"),
        ({"rates": {"default": True}}, "rates.default", "rate"),
        ({"rates": {"services": {"": 1}}}, "rates.services.", "text"),
        ({"step_minutes": 0}, "step_minutes", "too_small"),
        ({"step_minutes": "30"}, "step_minutes", "whole_number"),
        ({"rounding": "nearest"}, "rounding", "choice"),
        ({"approvers": True}, "approvers", "whole_number"),
        ({"approvers": 4}, "approvers", "too_large"),
        ({"group_donate_only": 1}, "group_donate_only", "yes_or_no"),
        ({"evidence": "photo"}, "evidence", "list"),
        ({"evidence": ["photo", "photo"]}, "evidence", "twice"),
        ({"evidence": ["oath"]}, "evidence.0", "choice"),
        ({"relations": {"cousin": None}}, "relations.cousin", "choice"),
        ({"relations": {"self": 0}}, "relations.self", "too_small"),
        ({"product_name": "x" * 61}, "product_name", "too_long"),
        ({"benefits": {"care": {"hardship_age": 60}}}, "benefits.care.hardship_age", "contradiction"),
        (
            {"benefits": {"care": {"min_age": 60, "hardship_age": 65}}},
            "benefits.care.hardship_age",
            "contradiction",
        ),
        ({"window": {"kind": "month_days"}}, "window.days", "contradiction"),
        ({"window": {"days": [15]}}, "window.days", "contradiction"),
        ({"window": {"kind": "month_days", "days": [32]}}, "window.days.0", "too_large"),
        ({"window": {"kind": "quarterly"}}, "window.count", "contradiction"),
        ({"window": {"kind": "yearly", "count": 0}}, "window.count", "too_small"),
        ({"session_max_minutes": 300, "day_max_minutes": 240}, "day_max_minutes", "contradiction"),
        ({"session_max_minutes": 300, "month_max_minutes": 240}, "month_max_minutes", "contradiction"),
        ({"step_minutes": 60, "day_max_minutes": 30}, "step_minutes", "contradiction"),
        ({"approvers": 0, "confirm_by": []}, "confirm_by", "contradiction"),
        ({"confirm_by": [], "auto_confirm_hours": 72}, "auto_confirm_hours", "contradiction"),
        ({"minor_min_age": 18}, "minor_min_age", "contradiction"),
        ({"volunteer_min_age": 71, "volunteer_max_age": 70}, "volunteer_max_age", "contradiction"),
        ({"unit_parts": 3}, "unit_parts", "contradiction"),
        ({"milestones": [{"points": 0}]}, "milestones.0.points", "too_small"),
        ({"grants": [{"min_age": 80, "max_age": 60}]}, "grants.0.max_age", "contradiction"),
        ({"reserve_percent": 100}, "point_fen", "contradiction"),
    ],
)
def test_a_bad_rule_says_which_field_and_why(body: Any, field: str, code: str) -> None:
    with pytest.raises(BadRule) as refused:
        Rule.from_json(body)
    assert (refused.value.field, refused.value.code) == (field, code)


@given(st.sampled_from(sorted(Rule().to_json())), JUNK)
def test_junk_is_a_rule_or_a_bad_rule(key: str, junk: Any) -> None:
    try:
        one = Rule.from_json({key: junk})
    except BadRule:
        return
    assert Rule.from_json(one.to_json()) == one


# Earning


@pytest.mark.parametrize(
    ("body", "minutes", "points", "counted"),
    [
        ({"rates": {"default": 10}}, 170 * 60, 1700, 170 * 60),
        ({"rates": {"default": 10}}, 59, 5, 30),
        ({"rates": {"default": 10}}, 29, 0, 0),
        ({"rates": {"default": [1, 2]}}, 119, 0, 90),  # 黄岩: two hours a point
        ({"rates": {"default": [1, 2]}}, 120, 1, 120),
        ({"rates": {"default": [1, 2]}, "rounding": "half_up"}, 60, 1, 60),
        ({"rates": {"default": [1, 2]}, "rounding": "half_up"}, 30, 0, 30),
        ({"rates": {"default": [1, 2]}, "rounding": "up"}, 30, 1, 30),
        ({"rates": {"default": 10, "services": {"meals": 12}}}, 60, 12, 60),
        ({"rates": {"default": 10, "services": {"bath": 12}}}, 60, 10, 60),
        ({"rates": {"default": 7}, "step_minutes": 1}, 59, 6, 59),
    ],
)
def test_hours_become_points(body: dict[str, Any], minutes: int, points: int, counted: int) -> None:
    got = give(rule(**body), minutes)
    assert (got.points, got.counted_minutes, got.cut_minutes) == (points, counted, minutes - counted)


def test_caps_cut_in_order_and_say_so() -> None:
    capped = rule(rates={"default": 10}, session_max_minutes=150, day_max_minutes=240, month_max_minutes=600)
    assert give(capped, 200) == Earned(25, 150, (("session", 50),))
    assert give(capped, 200, day=110) == Earned(20, 120, (("session", 50), ("day", 20), ("step", 10)))
    assert give(capped, 100, day=100, month=570) == Earned(5, 30, (("month", 70),))
    assert give(capped, 100, day=240) == Earned(0, 0, (("day", 100),))


@pytest.mark.parametrize("excess", ["refuse", "gift_pool", "honour"])
def test_above_the_cap_of_the_passbook(excess: str) -> None:
    capped = rule(rates={"default": 10}, person_cap_points=1500, excess=excess)
    assert give(capped, 60, balance=1490) == Earned(10, 60)
    assert give(capped, 60, balance=1494) == Earned(6, 60, (), 4, excess)
    assert give(capped, 60, balance=1600) == Earned(0, 60, (), 10, excess)


def test_a_bad_rating_gives_no_points() -> None:
    strict = replace(TEN, zero_below_rating=3)
    known = {"day_minutes_before": 0, "month_minutes_before": 0, "balance_before": 0}
    assert earned(strict, "meals", 60, rating=2, **known) == Earned(0, 0, (("rating", 60),))
    assert earned(strict, "meals", 60, rating=3, **known) == Earned(10, 60)
    assert earned(strict, "meals", 60, rating=None, **known) == Earned(10, 60)


def test_negative_minutes_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        give(TEN, -1)
    with pytest.raises(ValueError, match="negative"):
        care_price(TEN, "meals", -1)


@given(rules(), MINUTES, MINUTES, MINUTES, st.integers(0, 2500), st.sampled_from(["bath", "meals"]))
def test_nothing_lost_and_never_above_a_cap(
    by: Rule, minutes: int, day: int, month: int, balance: int, service: str
) -> None:
    got = give(by, minutes, day, month, balance, service)
    assert got.counted_minutes + got.cut_minutes == minutes
    assert got.points + got.excess_points == care_price(by, service, got.counted_minutes)
    assert got.counted_minutes % by.step_minutes == 0
    assert (got.excess_to != "") is (got.excess_points > 0)
    assert min(got.points, got.counted_minutes, got.excess_points) >= 0
    for cap, before in [
        (by.session_max_minutes, 0), (by.day_max_minutes, day), (by.month_max_minutes, month),
    ]:  # fmt: skip
        assert cap is None or got.counted_minutes <= max(0, cap - before)
    assert by.person_cap_points is None or got.points <= max(0, by.person_cap_points - balance)


@given(rules(), MINUTES, MINUTES)
def test_more_minutes_never_give_less(by: Rule, less: int, more: int) -> None:
    less, more = sorted((less, more))
    assert give(by, less).points <= give(by, more).points
    assert care_price(by, "bath", less) <= care_price(by, "bath", more)


@given(rules(), st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_a_session_cut_in_pieces_gives_no_more(by: Rule, pieces: list[int]) -> None:
    by = replace(by, rounding="down", session_max_minutes=None)
    minutes = points = 0
    for piece in pieces:
        got = give(by, piece, minutes, minutes, points)
        minutes, points = minutes + got.counted_minutes, points + got.points
    assert points <= give(by, sum(pieces)).points


@given(st.lists(st.integers(0, 8), max_size=8))
def test_half_hours_add_up_to_the_point(halves: list[int]) -> None:
    assert sum(give(TEN, 30 * one).points for one in halves) == give(TEN, 30 * sum(halves)).points


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 60))
def test_points_are_the_fraction_rounded_down(minutes: int, points: int, hours: int) -> None:
    by = rule(rates={"default": [points, hours]}, step_minutes=1)
    assert give(by, minutes).points == minutes * points // (hours * 60)
    exact = Fraction(minutes * points, hours * 60)
    assert give(replace(by, rounding="up"), minutes).points - exact in [
        Fraction(n, 60 * hours) for n in range(60 * hours)
    ]
    assert abs(give(replace(by, rounding="half_up"), minutes).points - exact) <= Fraction(1, 2)


def test_care_costs_what_it_earns_unless_it_has_a_price() -> None:
    assert care_price(TEN, "bath", 90) == give(TEN, 90, service="bath").points == 15
    assert [care_price(TEN, "bath", minutes) for minutes in (29, 30, 59, 60)] == [0, 5, 5, 10]
    priced = rule(rates={"default": 10}, care_price={"default": 8, "services": {"bath": [25, 2]}})
    assert (care_price(priced, "meals", 60), care_price(priced, "bath", 60)) == (8, 12)


def test_points_are_shown_in_the_unit_of_the_scheme() -> None:
    halves = replace(TEN, unit_parts=2)
    assert [shown(halves, points) for points in (0, 3, 3000, -1)] == ["0", "1.5", "1500", "-0.5"]
    assert shown(TEN, 1700) == "1700"


# Serving, redeeming, receiving


@pytest.mark.parametrize(
    ("body", "age", "how", "refused"),
    [
        ({}, 18, {}, []),
        ({}, 17, {"guardian": True}, [Refusal("too_young", {"age": 17, "from": 18})]),
        ({}, None, {}, [Refusal("age_unknown", {"from": 18})]),
        ({"minor_min_age": 8}, 8, {"guardian": True}, []),
        ({"minor_min_age": 8}, 8, {"in_group": True}, [Refusal("guardian", {"age": 8, "until": 18})]),
        ({"minor_min_age": 8}, 7, {"guardian": True}, [Refusal("too_young", {"age": 7, "from": 8})]),
        ({"minor_min_age": 8, "minor_with": "group"}, 17, {"in_group": True}, []),
        ({"minor_min_age": 8, "minor_with": "group"}, 17, {}, [Refusal("group", {"age": 17, "until": 18})]),
        ({"volunteer_min_age": 60, "volunteer_women_min_age": 50}, 55, {"woman": True}, []),
        (
            {"volunteer_min_age": 60, "volunteer_women_min_age": 50}, 55, {},
            [Refusal("too_young", {"age": 55, "from": 60})],
        ),
        ({"volunteer_max_age": 70}, 70, {}, []),
        ({"volunteer_max_age": 70}, 71, {}, [Refusal("too_old", {"age": 71, "until": 70})]),
    ],
)  # fmt: skip
def test_who_may_serve(
    body: dict[str, Any], age: int | None, how: dict[str, bool], refused: list[Refusal]
) -> None:
    assert may_serve(rule(**body), age, **how) == refused


OLD = rule(
    min_hours_to_redeem=10,
    benefits={
        "care": {"min_age": 65, "hardship_age": 60},
        "goods": {"month_max": 1},
        "benefit": {"allowed": False},
    },
    window={"kind": "month_days", "days": [15], "applies_to": ["goods"]},
)


@pytest.mark.parametrize(
    ("thing", "age", "hardship", "hours", "today", "before", "refused"),
    [
        ("care", 65, False, 10, TODAY, [], []),
        ("care", 64, False, 10, TODAY, [], [Refusal("age", {"age": 64, "from": 65})]),
        ("care", 60, True, 10, TODAY, [], []),
        ("care", 59, True, 10, TODAY, [], [Refusal("age", {"age": 59, "from": 60})]),
        ("care", None, False, 10, TODAY, [], [Refusal("age_unknown", {"from": 65})]),
        ("care", 70, False, 9, TODAY, [], [Refusal("min_hours", {"hours": 9, "from": 10})]),
        ("goods", 30, False, 10, date(2026, 3, 15), [date(2026, 2, 15)], []),
        ("goods", 30, False, 10, TODAY, [], [Refusal("window", {"next": date(2026, 3, 15)})]),
        (
            "goods", None, False, 10, date(2026, 3, 15), [date(2026, 3, 15)],
            [Refusal("month_max", {"times": 1, "limit": 1})],
        ),
        ("benefit", 70, False, 10, TODAY, [], [Refusal("class_off", {"benefit": "benefit"})]),
    ],
)  # fmt: skip
def test_who_may_redeem(
    thing: str,
    age: int | None,
    hardship: bool,
    hours: int,
    today: date,
    before: list[date],
    refused: list[Refusal],
) -> None:
    assert may_redeem(OLD, thing, age, hardship, hours, today, before) == refused


def test_things_worth_cash_need_leave() -> None:
    allowed = rule(benefits={"goods": {"cash_like": True}})
    assert may_redeem(allowed, "goods", 70, False, 0, TODAY, [], cash_like=True) == []
    assert may_redeem(Rule(), "goods", 70, False, 0, TODAY, [], cash_like=True) == [
        Refusal("cash_like", {"benefit": "goods"})
    ]


def test_an_unknown_class_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="cash"):
        may_redeem(Rule(), "cash", 70, False, 0, TODAY, [])


@pytest.mark.parametrize(
    ("window", "today", "before", "opens"),
    [
        ({}, "2026-03-05", ["2026-03-05"], "2026-03-05"),
        ({"kind": "month_days", "days": [15]}, "2026-03-15", ["2026-03-15"], "2026-03-15"),
        ({"kind": "month_days", "days": [15]}, "2026-12-16", [], "2027-01-15"),
        ({"kind": "month_days", "days": [15, 1]}, "2026-03-16", [], "2026-04-01"),
        ({"kind": "month_days", "days": [31]}, "2026-02-03", [], "2026-02-28"),
        ({"kind": "month_days", "days": [30]}, "2028-02-03", [], "2028-02-29"),
        ({"kind": "quarterly", "count": 1}, "2026-03-05", ["2025-12-31"], "2026-03-05"),
        ({"kind": "quarterly", "count": 1}, "2026-03-05", ["2026-01-01"], "2026-04-01"),
        ({"kind": "quarterly", "count": 2}, "2026-03-05", ["2026-01-01"], "2026-03-05"),
        ({"kind": "quarterly", "count": 1}, "2026-12-05", ["2026-10-01"], "2027-01-01"),
        ({"kind": "yearly", "count": 1}, "2026-03-05", ["2025-12-31"], "2026-03-05"),
        ({"kind": "yearly", "count": 1}, "2026-03-05", ["2026-01-01"], "2027-01-01"),
        ({"kind": "yearly", "count": 1}, "9999-03-05", ["9999-01-01"], None),
        ({"kind": "month_days", "days": [15]}, "9999-12-16", [], None),
    ],
)
def test_when_the_window_opens(window: Any, today: str, before: list[str], opens: str | None) -> None:
    days = [date.fromisoformat(day) for day in before]
    found = next_window(rule(window=window), date.fromisoformat(today), days)
    assert found == (date.fromisoformat(opens) if opens else None)


@given(
    st.sampled_from([{"kind": "month_days", "days": [15, 31]}, {"kind": "quarterly", "count": 2}, {"kind": "yearly", "count": 1}]),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.lists(st.dates(date(2025, 1, 1), date(2027, 1, 1)), max_size=5),
)  # fmt: skip
def test_the_window_is_the_first_day_without_refusal(window: Any, today: date, before: list[date]) -> None:
    by = rule(window=window)
    day = today
    while may_redeem(by, "goods", 70, False, 0, day, before):
        day += timedelta(days=1)
    assert next_window(by, today, before) == day


@pytest.mark.parametrize(
    ("relations", "relation", "age", "times", "refused"),
    [
        ({"self": None}, "self", None, 9, []),
        ({"self": None}, "parent", 70, 0, [Refusal("relation", {"relation": "parent"})]),
        ({"direct": None}, "parent", 60, 0, []),
        ({"direct": None}, "parent", 59, 0, [Refusal("age", {"age": 59, "from": 60})]),
        ({"direct": None}, "parent", None, 0, [Refusal("age_unknown", {"from": 60})]),
        ({"direct": None}, "spouse", 70, 0, [Refusal("relation", {"relation": "spouse"})]),
        ({"relative": 1}, "spouse", 70, 0, []),
        ({"relative": 1}, "child", 70, 1, [Refusal("times", {"times": 1, "limit": 1})]),
        ({"relative": 1, "parent": 3}, "parent", 70, 2, []),
        ({"relative": 1, "parent": None}, "parent", 70, 99, []),
        ({"parent": None}, "direct", 70, 0, [Refusal("relation", {"relation": "direct"})]),
        ({"friend": 2}, "friend", 60, 1, []),
        ({"friend": 2}, "friend", 59, 2, [Refusal("age", {"age": 59, "from": 60}), Refusal("times", {"times": 2, "limit": 2})]),
        ({"nonprofit": None}, "nonprofit", None, 0, []),
        ({"self": None}, "cousin", 70, 0, [Refusal("relation", {"relation": "cousin"})]),
    ],
)  # fmt: skip
def test_who_may_receive(
    relations: Any, relation: str, age: int | None, times: int, refused: list[Refusal]
) -> None:
    assert may_receive(rule(relations=relations, relative_min_age=60), relation, age, times) == refused


# Expiry


def test_first_in_first_out_and_held_points_stay() -> None:
    lots = [Lot(100, date(2026, 3, 5)), Lot(50, date(2026, 6, 5)), Lot(30)]
    assert expired(lots, 0, 0, 180, date(2026, 3, 4)) == 0
    assert expired(lots, 0, 0, 180, date(2026, 3, 5)) == 100
    assert expired(lots, 60, 0, 120, date(2026, 3, 5)) == 40
    assert expired(lots, 60, 0, 25, date(2026, 3, 5)) == 25
    assert expired(lots, 60, 25, 0, date(2026, 3, 5)) == 0
    assert expired(lots, 120, 0, 60, date(2026, 3, 5)) == 0
    assert expired(lots, 60, 40, 80, date(2026, 6, 5)) == 50
    assert expired(lots, 0, 150, 30, date(2099, 1, 1)) == 0


def test_a_grant_expires_though_earned_points_never_do() -> None:
    lots = [Lot(1000), Lot(100, date(2026, 3, 5))]
    assert expired(lots, 1000, 0, 100, date(2026, 3, 5)) == 100


EVENTS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["in", "out"]), st.integers(1, 50)), max_size=20
)


@given(EVENTS, st.integers(1, 30), st.integers(0, 20))
def test_expiry_day_by_day_is_that_of_a_purse_with_lots(
    events: list[tuple[int, str, int]], keep: int, held: int
) -> None:
    """Against the plain way: a purse of lots, spent from the oldest, emptied of the old each night."""
    start = date(2026, 1, 1)
    purse: list[list[int]] = []  # [amount, day of expiry]
    lots: list[Lot] = []
    spent = gone = 0
    for day in range(100):
        today = start + timedelta(days=day)
        due = sum(amount for amount, until in purse if until <= day)
        free = sum(amount for amount, _until in purse)
        assert expired(lots, spent, gone, max(0, free - held), today) == min(due, max(0, free - held))
        now = expired(lots, spent, gone, free, today)
        assert now == due
        gone += now
        assert expired(lots, spent, gone, free - now, today) == 0
        purse = [lot for lot in purse if lot[1] > day]
        for _day, what, amount in [event for event in events if event[0] == day]:
            if what == "in":
                purse.append([amount, day + keep])
                lots.append(Lot(amount, today + timedelta(days=keep)))
                continue
            left = min(amount, sum(one for one, _until in purse))
            spent += left
            for lot in purse:
                used = min(left, lot[0])
                lot[0], left = lot[0] - used, left - used


# A rule tried on last quarter


def test_who_gains_and_who_loses() -> None:
    day = date(2026, 1, 5)
    records = [
        Worked("李", "meals", day, 240),
        Worked("赵", "bath", day, 60),
        Worked("王", "meals", day, 60),
        Worked("李", "meals", day, 120),
        Worked("李", "meals", day + timedelta(days=1), 120),
    ]
    capped = rule(rates={"default": 10, "services": {"bath": 15}}, day_max_minutes=240)
    assert compare(TEN, capped, records) == [Change("李", 80, 60), Change("王", 10, 10), Change("赵", 10, 15)]
    assert [change.difference for change in compare(TEN, capped, records)] == [-20, 0, 5]


def test_a_trial_runs_in_the_order_of_days_with_the_caps_of_month_and_passbook() -> None:
    records = [Worked(1, "meals", date(2026, month, 1), 600) for month in (2, 1)]
    monthly = replace(TEN, month_max_minutes=300)
    assert compare(TEN, monthly, records) == [Change(1, 200, 100)]
    full = replace(TEN, person_cap_points=150)
    assert compare(TEN, full, records) == [Change(1, 200, 150)]
    assert compare(TEN, full, records, {1: 120}) == [Change(1, 200, 30)]
    late = [Worked(1, "bath", date(2026, 1, 2), 120), Worked(1, "meals", date(2026, 1, 1), 120)]
    dear = rule(rates={"default": 10, "services": {"bath": 20}}, month_max_minutes=180)
    assert compare(TEN, dear, late) == [
        Change(1, 40, 40)
    ]  # meals came first: 20 points, then an hour of bath


@given(
    rules(),
    st.lists(
        st.builds(Worked, st.integers(1, 3), st.just("bath"), st.dates(TODAY, date(2026, 5, 1)), MINUTES)
    ),
)
def test_the_same_rule_changes_nothing(by: Rule, records: list[Worked]) -> None:
    changes = compare(by, by, records)
    assert [change.difference for change in changes] == [0] * len({one.member for one in records})
