"""Which resources answer a need: hard rules, a score, and the reasons for both in codes.

Hard rules decide whether an offer fits: it does this category, comes to this area, is valid on the day, and
has enough left. Each rule broken is a blocker. Among offers the score weighs four things, each between 0 and
1: the category met exactly, nearness, satisfaction of people helped before, spare capacity. What is not known
counts one half and gives no reason. Callers turn codes into words:

reasons   ``category`` · ``near`` {metres} · ``near_area`` · ``same_community`` · ``satisfied`` {percent} ·
          ``spare`` {free} · ``idle``
blockers  ``category`` · ``area`` · ``not_yet`` {day} · ``over`` {day} · ``full`` · ``too_small`` {free,
amount}

Nothing here depends on the order of the offers, a clock or chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from linli.engine.geo import distance_m

GRID, COMMUNITY = 15, 12  # digits
HALF_WAY: Final = 600.0  # metres at which nearness is one half: a walk of ten minutes for an elder
UNKNOWN: Final = 0.5
GOOD: Final = 0.7  # satisfaction worth a reason
IDLE: Final = 0.3  # load below which an offer has little to do
NEAR: Final = 3000.0  # metres worth a reason
PEOPLE: Final = frozenset({"person", "craftsman"})
MEANS: Final = frozenset({"fund", "donation", "goods"})


@dataclass(frozen=True)
class Ask:
    """What is needed. ``tags`` are broader category codes that also describe it; ``area`` a 15-digit code."""

    category: str
    tags: frozenset[str] = frozenset()
    lon: float | None = None
    lat: float | None = None
    area: str = ""
    wanted_on: date | None = None
    amount: int = 1


@dataclass(frozen=True)
class Offer:
    """What can be given. No ``categories`` means anything; ``area`` is a prefix of the codes it serves.

    ``free`` is what is left in the period wanted; ``load`` how much of it is taken, 0 to 1; ``score_history``
    the share of people satisfied before, 0 to 1, None where nobody was asked.
    """

    key: int
    name: str
    kind: str
    categories: frozenset[str] = frozenset()
    area: str = ""
    lon: float | None = None
    lat: float | None = None
    free: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    score_history: float | None = None
    load: float = 0.0


@dataclass(frozen=True)
class Reason:
    """One reason: its code, how much of the score it gives (0 for blockers), and what its words need."""

    code: str
    weight: float = 0.0
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """An offer judged: whether it fits, its score (0 to 1), reasons for it (heaviest first) and against."""

    key: int
    fits: bool
    score: float
    reasons: tuple[Reason, ...]
    blockers: tuple[Reason, ...]


@dataclass(frozen=True)
class Weights:
    """How much each part counts; only their proportions matter."""

    category: float = 3.0
    near: float = 3.0
    satisfied: float = 2.0
    spare: float = 2.0

    def __post_init__(self) -> None:
        parts = (self.category, self.near, self.satisfied, self.spare)
        if min(parts) < 0 or sum(parts) <= 0:
            raise ValueError("weights are not negative, and not all of them nothing")


DEFAULT: Final = Weights()


def rank(ask: Ask, offers: Iterable[Offer], *, today: date, weights: Weights = DEFAULT) -> list[Candidate]:
    """Every offer judged: those that fit first, by score from high to low, ties by key."""
    judged = [judge(ask, offer, today, weights) for offer in offers]
    return sorted(judged, key=lambda one: (not one.fits, -one.score, one.key))


def judge(ask: Ask, offer: Offer, today: date, weights: Weights) -> Candidate:
    """One offer for one ask."""
    against = blockers(ask, offer, ask.wanted_on or today)
    parts = [
        (weights.category, *suits(ask, offer)),
        (weights.near, *nearness(ask, offer)),
        (weights.satisfied, *history(offer)),
        (weights.spare, *room(ask, offer)),
    ]
    total = sum(weight for weight, _value, _reason in parts)
    score = sum(weight * value for weight, value, _reason in parts) / total
    reasons = [
        Reason(reason.code, round(weight * value / total, 4), reason.params)
        for weight, value, reason in parts
        if reason and weight * value > 0
    ]
    reasons.sort(key=lambda reason: (-reason.weight, reason.code))
    return Candidate(offer.key, not against, round(min(1.0, max(0.0, score)), 4), tuple(reasons), against)


def blockers(ask: Ask, offer: Offer, day: date) -> tuple[Reason, ...]:
    """The hard rules that ``offer`` breaks."""
    broken = []
    if offer.categories and not offer.categories & {ask.category, *ask.tags}:
        broken.append(Reason("category"))
    if not ask.area.startswith(offer.area):
        broken.append(Reason("area"))
    if offer.valid_from and day < offer.valid_from:
        broken.append(Reason("not_yet", params={"day": offer.valid_from}))
    if offer.valid_until and day > offer.valid_until:
        broken.append(Reason("over", params={"day": offer.valid_until}))
    if offer.free <= 0:
        broken.append(Reason("full"))
    elif offer.free < ask.amount:
        broken.append(Reason("too_small", params={"free": offer.free, "amount": ask.amount}))
    return tuple(broken)


def suits(ask: Ask, offer: Offer) -> tuple[float, Reason | None]:
    """Exactly this category 1 (money and goods, which need hands as well, 0.5), a broader one 0.5, anything 0.25."""
    if ask.category in offer.categories:
        return (0.5 if offer.kind in MEANS else 1.0), Reason("category")
    if offer.categories & ask.tags:
        return 0.5, None
    return (0.0 if offer.categories else 0.25), None


def nearness(ask: Ask, offer: Offer) -> tuple[float, Reason | None]:
    """One half at ``HALF_WAY`` metres; without coordinates by the area that the offer serves."""
    if None not in (ask.lon, ask.lat, offer.lon, offer.lat):
        metres = distance_m(ask.lon or 0.0, ask.lat or 0.0, offer.lon or 0.0, offer.lat or 0.0)
        value = 1.0 / (1.0 + metres / HALF_WAY)
        return value, Reason("near", params={"metres": round(metres)}) if metres <= NEAR else None
    if ask.area.startswith(offer.area):
        if len(offer.area) >= GRID:
            return 0.8, Reason("near_area")
        if len(offer.area) >= COMMUNITY:
            return 0.6, Reason("same_community")
    return 0.2, None


def history(offer: Offer) -> tuple[float, Reason | None]:
    """How satisfied people were before."""
    if offer.score_history is None:
        return UNKNOWN, None
    share = min(1.0, max(0.0, offer.score_history))
    return share, Reason("satisfied", params={"percent": round(share * 100)}) if share >= GOOD else None


def room(ask: Ask, offer: Offer) -> tuple[float, Reason | None]:
    """How much is left, by load; people with little to do say so, anything else how much is free."""
    idle = 1.0 - min(1.0, max(0.0, offer.load))
    if offer.free < max(1, ask.amount):
        return 0.0, None
    if offer.kind in PEOPLE and offer.load <= IDLE:
        return idle, Reason("idle")
    return idle, Reason("spare", params={"free": offer.free})
