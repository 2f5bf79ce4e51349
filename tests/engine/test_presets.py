"""The published schemes, number by number."""

import json
from datetime import date
from typing import Any

import pytest

from linli.engine.points import Earned, Refusal, care_price, earned, may_receive, may_redeem, may_serve, shown
from linli.engine.presets import PRESETS, Benefit, Preset, Rule

BY_CODE = {preset.code: preset for preset in PRESETS}
RULES = {preset.code: Rule.from_json(preset.body) for preset in PRESETS}
TODAY = date(2026, 3, 5)


def test_the_presets_in_their_order() -> None:
    assert [preset.code for preset in PRESETS] == [
        "nanjing_2019", "beijing_2022", "shanghai_2026", "shanghai_changning", "guangzhou_2019", "points10",
    ]  # fmt: skip


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_a_preset_is_json_with_a_source_and_marks_its_guesses(preset: Preset) -> None:
    assert json.loads(json.dumps(preset.body)) == preset.body
    one = Rule.from_json(preset.body)
    assert Rule.from_json(one.to_json()) == one
    assert one.product_name and one.unit_name and preset.title_zh
    assert "[G]" in preset.source
    assert int(preset.as_of[:4]) >= 2019


def test_every_given_knob_says_something() -> None:
    """A knob that repeats the default would not be a number of the scheme, but for those of 1 in 60 minutes."""
    plain = Rule().to_json()
    for preset in PRESETS:
        written = Rule.from_json(preset.body).to_json()
        same = {key for key in preset.body if written[key] == plain[key]}
        assert same <= {"step_minutes", "wording"}, preset.code


@pytest.mark.parametrize(
    ("code", "minutes", "units"),
    [
        ("nanjing_2019", 60, "1"),
        ("nanjing_2019", 90, "1.5"),
        ("nanjing_2019", 29, "0"),
        ("beijing_2022", 60, "1"),
        ("beijing_2022", 119, "1"),
        ("shanghai_2026", 60, "1"),
        ("shanghai_changning", 60, "1"),
        ("shanghai_changning", 300, "2"),
        ("guangzhou_2019", 60, "1"),
        ("guangzhou_2019", 59, "0"),
        ("points10", 60, "10"),
        ("points10", 90, "15"),
        ("points10", 100, "15"),
        ("points10", 300, "40"),
    ],
)
def test_what_time_gives(code: str, minutes: int, units: str) -> None:
    got = earned(
        RULES[code], "companionship", minutes, day_minutes_before=0, month_minutes_before=0, balance_before=0
    )
    assert shown(RULES[code], got.points) == units
    assert care_price(RULES[code], "companionship", got.counted_minutes) == got.points


@pytest.mark.parametrize(
    ("code", "cap", "excess"),
    [
        ("nanjing_2019", "1500", "gift_pool"),
        ("shanghai_changning", "600", "honour"),
        ("guangzhou_2019", "1500", "honour"),
        ("beijing_2022", None, None),
        ("shanghai_2026", None, None),
        ("points10", None, None),
    ],
)
def test_what_a_passbook_holds(code: str, cap: str | None, excess: str | None) -> None:
    one = RULES[code]
    if cap is None:
        assert one.person_cap_points is None
        return
    assert one.person_cap_points is not None
    assert shown(one, one.person_cap_points) == cap
    hour = care_price(one, "companionship", 60)
    full = earned(
        one, "companionship", 60,
        day_minutes_before=0, month_minutes_before=0, balance_before=one.person_cap_points,
    )  # fmt: skip
    assert full == Earned(0, 60, (), hour, excess or "")


@pytest.mark.parametrize(
    ("code", "care", "benefit", "goods"),
    [
        ("nanjing_2019", Benefit(min_age=60), Benefit(allowed=False), Benefit(allowed=False)),
        ("beijing_2022", Benefit(min_age=60), Benefit(allowed=False), Benefit(allowed=False)),
        (
            "shanghai_2026", Benefit(min_age=65, hardship_age=60), Benefit(min_age=65, hardship_age=60),
            Benefit(allowed=False),
        ),
        ("shanghai_changning", Benefit(), Benefit(), Benefit()),
        ("guangzhou_2019", Benefit(), Benefit(), Benefit()),
        ("points10", Benefit(min_age=60), Benefit(), Benefit()),
    ],
)  # fmt: skip
def test_who_redeems_what(code: str, care: Benefit, benefit: Benefit, goods: Benefit) -> None:
    found = RULES[code].benefits
    assert (found.care, found.benefit, found.goods) == (care, benefit, goods)


@pytest.mark.parametrize(
    ("code", "relations"),
    [
        ("nanjing_2019", {"self", "direct", "elder_in_need", "gift_pool"}),
        ("beijing_2022", {"self", "direct"}),
        ("shanghai_2026", {"self", "relative", "friend", "elder_in_need", "nonprofit", "gift_pool"}),
    ],
)
def test_who_receives(code: str, relations: set[str]) -> None:
    assert {relation for relation, limit in RULES[code].relations if limit is None} == relations
    assert len(RULES[code].relations) == len(relations)


@pytest.mark.parametrize(
    ("code", "age", "how", "codes"),
    [
        ("beijing_2022", 18, {}, []),
        ("beijing_2022", 17, {"guardian": True}, []),
        ("beijing_2022", 17, {}, ["guardian"]),
        ("shanghai_2026", 17, {"in_group": True}, []),
        ("shanghai_2026", 17, {"guardian": True}, ["group"]),
        ("shanghai_changning", 59, {}, ["too_young"]),
        ("shanghai_changning", 59, {"woman": True}, []),
        ("shanghai_changning", 49, {"woman": True}, ["too_young"]),
        ("shanghai_changning", 70, {}, []),
        ("shanghai_changning", 71, {"woman": True}, ["too_old"]),
        ("nanjing_2019", 17, {"guardian": True}, ["too_young"]),
    ],
)
def test_who_serves(code: str, age: int, how: dict[str, Any], codes: list[str]) -> None:
    assert [refusal.code for refusal in may_serve(RULES[code], age, **how)] == codes


def test_nanjing() -> None:
    one = RULES["nanjing_2019"]
    assert one.group_donate_only is True
    assert one.entry == ("review", "course", "exam")
    assert [(grant.min_age, grant.max_age) for grant in one.grants] == [(80, None), (60, 79)]
    assert may_receive(one, "parent", 60, 0) == []
    assert may_receive(one, "parent", 59, 0) == [Refusal("age", {"age": 59, "from": 60})]
    assert "银行" not in one.product_name


def test_beijing() -> None:
    one = RULES["beijing_2022"]
    assert [milestone.points for milestone in one.milestones] == [10000]
    assert one.evidence == ("signin", "signout")
    assert len(one.rates.services) == 8


def test_shanghai_plays_down_finance() -> None:
    one = RULES["shanghai_2026"]
    assert one.wording == "plain"
    assert "银行" not in one.product_name
    assert may_redeem(one, "benefit", 70, False, 0, TODAY, [], cash_like=True) == [
        Refusal("cash_like", {"benefit": "benefit"})
    ]


def test_guangzhou_starts_at_a_hundred_hours() -> None:
    assert may_redeem(RULES["guangzhou_2019"], "care", 60, False, 99, TODAY, []) == [
        Refusal("min_hours", {"hours": 99, "from": 100})
    ]
    assert may_redeem(RULES["guangzhou_2019"], "care", 60, False, 100, TODAY, []) == []


def test_ten_points_an_hour() -> None:
    one = RULES["points10"]
    assert (one.approvers, one.auto_confirm_hours, one.day_max_minutes) == (2, 72, 240)
    assert may_redeem(one, "goods", 40, False, 0, date(2026, 3, 15), []) == []
    assert may_redeem(one, "goods", 40, False, 0, TODAY, []) == [
        Refusal("window", {"next": date(2026, 3, 15)})
    ]
    assert may_redeem(one, "care", 60, False, 0, TODAY, []) == []
    got = earned(one, "bath", 180, day_minutes_before=120, month_minutes_before=0, balance_before=0)
    assert got == Earned(20, 120, (("day", 60),))
