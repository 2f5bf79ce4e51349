"""What may be the same matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from linli.engine.nearby import Said, alike, groups, likenesses, word_share

AT = datetime(2026, 3, 5, 9, tzinfo=UTC)
WORDS = [frozenset("一二三四五六"[:n]) for n in range(7)]
ONE = Said(1, 7, None, 121.4, 31.2, AT, WORDS[4], frozenset())

asks = st.builds(
    Said,
    key=st.integers(1, 50),
    category=st.sampled_from([None, 1, 2]),
    building=st.sampled_from([None, 1]),
    lon=st.sampled_from([None, 121.4, 121.5]),
    lat=st.just(31.2),
    at=st.integers(0, 40).map(lambda days: AT + timedelta(days=days)),
    tokens=st.frozensets(st.sampled_from("甲乙丙丁戊己庚辛"), max_size=8),
    digits=st.frozensets(st.sampled_from("12"), max_size=1),
)


def test_same_kind_and_close() -> None:
    other = replace(ONE, key=2, tokens=frozenset("别的话"), lat=31.2015)
    hit = alike(ONE, other, metres=250, days=30)
    assert hit is not None and 160 < (hit.metres or 0) < 175
    assert alike(ONE, replace(other, lat=31.205), metres=250, days=30) is None
    assert alike(ONE, replace(other, category=8), metres=250, days=30) is None
    assert alike(ONE, replace(other, at=AT + timedelta(days=31)), metres=250, days=30) is None


def test_same_words_but_other_numbers() -> None:
    far = {"lon": None, "lat": None}
    one = replace(ONE, digits=frozenset({"1"}), **far)
    other = replace(ONE, key=2, category=None, digits=frozenset({"7"}), **far)
    assert alike(one, other, metres=250, days=30) is None
    assert alike(one, replace(other, digits=frozenset({"1"})), metres=250, days=30) is not None


def test_an_ask_is_not_like_itself_and_the_most_alike_comes_first() -> None:
    near, nearer = replace(ONE, key=3, lat=31.202), replace(ONE, key=2, lat=31.2001)
    assert [hit.key for hit in likenesses(ONE, [ONE, near, nearer], metres=250, days=30)] == [2, 3]


@given(st.lists(asks, unique_by=lambda ask: ask.key, max_size=12))
def test_groups_are_the_connected_ones_in_any_order(rows: list[Said]) -> None:
    """The shortcut by length leaves nothing out, and the order of the rows does not matter."""
    found = groups(rows, metres=250, days=30)
    assert found == groups(rows[::-1], metres=250, days=30)
    together = {key: place for place, keys in enumerate(found) for key in keys}
    for one, other in combinations(rows, 2):
        if alike(one, other, metres=250, days=30):
            assert together.get(one.key, -1) == together.get(other.key, -2)


@given(st.frozensets(st.integers(0, 9)), st.frozensets(st.integers(0, 9)))
def test_word_share_is_symmetric_and_bounded(a: frozenset[str], b: frozenset[str]) -> None:
    assert 0 <= word_share(a, b) == word_share(b, a) <= 1
