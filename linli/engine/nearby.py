"""Which open asks may be the same matter: same category, close in place and time, or nearly the same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.engine.geo import distance_m


@dataclass(frozen=True)
class Said:
    """One ask as the comparison sees it; ``tokens`` are its character pairs, lon and lat in degrees (WGS-84)."""

    key: int
    category: int | None
    building: int | None
    lon: float | None
    lat: float | None
    at: datetime
    tokens: frozenset[str]
    digits: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How alike two asks are: metres apart (None if unknown), days apart, share of words in common (0 to 1)."""

    key: int
    metres: float | None
    days: int
    words: float
    score: float


def word_share(a: frozenset[str], b: frozenset[str]) -> float:
    """The Jaccard index of two sets of character pairs, 0 to 1."""
    return len(a & b) / len(a | b) if a and b else 0.0


def alike(one: Said, other: Said, *, metres: float, days: int) -> Likeness | None:
    """The likeness of two asks, or None when they are not proposed as the same matter.

    Proposed when said within ``days`` and either of the same category within ``metres`` (or in one building),
    or with at least half of their character pairs in common. Different house or line numbers in otherwise
    equal words are different matters.
    """
    apart = abs((one.at - other.at).days)
    if one.key == other.key or apart > days:
        return None
    distance = None
    if None not in (one.lon, one.lat, other.lon, other.lat):
        distance = distance_m(one.lon or 0.0, one.lat or 0.0, other.lon or 0.0, other.lat or 0.0)
    share = word_share(one.tokens, other.tokens)
    same_house = one.building is not None and one.building == other.building
    close = same_house or (distance is not None and distance <= metres)
    same_kind = one.category is not None and one.category == other.category
    same_words = share >= 0.5 and one.digits == other.digits and (distance is None or distance <= 4 * metres)
    if not (same_kind and close) and not same_words:
        return None
    nearness = 1.0 if same_house else 0.5 if distance is None else max(0.0, 1 - distance / (4 * metres))
    score = 0.5 * share + 0.3 * nearness + 0.2 * (1 - apart / (days + 1))
    return Likeness(other.key, distance, apart, share, round(score, 4))


def likenesses(one: Said, others: Iterable[Said], *, metres: float, days: int) -> list[Likeness]:
    """All asks proposed as the same matter as ``one``, the most alike first; ties by key."""
    found = [hit for other in others if (hit := alike(one, other, metres=metres, days=days))]
    return sorted(found, key=lambda hit: (-hit.score, hit.key))


def groups(asks: Sequence[Said], *, metres: float, days: int) -> list[list[int]]:
    """Groups of two and more asks that hang together by ``alike``, each in order of key, largest group first."""
    parent = {ask.key: ask.key for ask in asks}

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    by_length = sorted(asks, key=lambda ask: (len(ask.tokens), ask.key))
    for place, one in enumerate(by_length):
        for other in by_length[place + 1 :]:
            # half of all pairs in common needs lists of like length; sameness of kind and place does not
            if len(other.tokens) > 2 * len(one.tokens) and one.category is None:
                break
            if len(other.tokens) > 2 * len(one.tokens) and one.category != other.category:
                continue
            if alike(one, other, metres=metres, days=days):
                parent[max(root(one.key), root(other.key))] = min(root(one.key), root(other.key))
    found: dict[int, list[int]] = {}
    for ask in asks:
        found.setdefault(root(ask.key), []).append(ask.key)
    return sorted(
        (sorted(keys) for keys in found.values() if len(keys) > 1), key=lambda keys: (-len(keys), keys)
    )
