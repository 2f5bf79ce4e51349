"""Rules that a committee might think of: the published ten points an hour, with this and that changed."""

import random
from typing import Any

from tests.factories_care import preset

EASY: dict[str, Any] = {
    "window": {"kind": "always"},
    "benefits": {"care": {}, "benefit": {}, "goods": {}},
    "relations": dict.fromkeys(("self", "spouse", "direct", "relative", "friend", "elder_in_need")),
    "peer_limit_points": 300,
    "grants": [
        {"group": "alone", "points_month": 15, "min_age": 60, "max_age": 79},
        {"group": "alone", "points_month": 25, "min_age": 80},
    ],
    "grant_expiry_months": 1,
    "bonus": {"start": 40},
    "evidence": [],
    "approvers": 1,
    "auto_confirm_hours": 24,
    "honesty": {"pair_month_max": None},
}
CHOICES: dict[str, tuple[Any, ...]] = {
    "rates": ({"default": 10}, {"default": 10, "services": {"clean": 15}}, {"default": 10, "services": {"meals": [25, 3]}},
              {"default": 10}, {"default": [37, 4]}),
    "care_price": (None, {"default": 6}, {"default": [7, 2]}),
    "step_minutes": (1, 15, 30),
    "rounding": ("down", "half_up", "up"),
    "session_max_minutes": (None, 90),
    "day_max_minutes": (None, 150, 240),
    "month_max_minutes": (None, 600, 1500),
    "person_cap_points": (None, 60, 250),
    "excess": ("honour", "gift_pool", "refuse"),
    "issue": ("pool", "pool", "direct"),
    "bonus": ({}, {"start": 5}, {"start": 5, "recruit": 3}),
    "expiry_months": (None, 1, 2),
    "grant_expiry_months": (1, 2, None),
    "approvers": (0, 1, 1, 2),
    "auto_confirm_hours": (None, 24, 72),
    "zero_below_rating": (None, 3),
    "window": (
        {"kind": "always"}, {"kind": "always"}, {"kind": "month_days", "days": [5, 15, 25], "applies_to": ["goods"]}
    ),
    "peer_limit_points": (300, 300, 60, 60, 0),
    "estate": ("heirs", "gift_pool", "committee"),
    "leaver": ("donate", "keep"),
    "evidence": ([], ["signin", "signout"]),
}  # fmt: skip


def first_rule() -> dict[str, Any]:
    """The one in force at the beginning."""
    return preset() | EASY


def some_rule(dice: random.Random) -> dict[str, Any]:
    """Another one: a handful of knobs turned."""
    turned = dice.sample(sorted(CHOICES), k=dice.randint(2, 8))
    return first_rule() | {knob: dice.choice(CHOICES[knob]) for knob in turned}
