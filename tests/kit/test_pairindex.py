"""The pair index finds what holds every pair, inside the areas asked for, newest first, on both databases."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.engine.pairs import pairs, query_pairs
from linli.kit import pairindex
from linli.kit.pairindex import PairIndex

GRID = ["310999", "310999001", "310999001001", "310999001001001"]
NEXT_GRID = ["310999", "310999001", "310999001001", "310999001001002"]
ELSEWHERE = ["310999", "310999002", "310999002001", "310999002001001"]
LI = "李大爷说：岁数大了，想吃口热乎饭都难"
WANG = "王奶奶家的水管漏水"
CHEN = "陈阿姨说楼道的路灯又坏了，请看看水管"

with_a_fresh_index = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def index(db: None) -> PairIndex:
    """An index of the test's own; it goes with the transaction of the test."""
    made = PairIndex("story_pairs")
    made.create(connection.SchemaEditorClass(connection, atomic=False))
    return made


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 2, 4, 16 and 64 numbers, so that a few rows lie in many."""
    monkeypatch.setattr(pairindex, "BLOCKS", (1, 2, 4, 6))


def put(index: PairIndex, texts: dict[int, str], codes: Sequence[str] = GRID) -> None:
    index.put((number, pairs(text), codes) for number, text in texts.items())


def find(
    index: PairIndex, text: str, *, scopes: Sequence[str] = ("310999",), limit: int = 30, **more: int
) -> list[int]:
    return index.search(query_pairs(text), scopes=scopes, limit=limit, **more)


def test_any_two_neighbouring_characters_find_what_somebody_said(index: PairIndex) -> None:
    put(index, {1: LI, 2: WANG, 3: CHEN})
    for run in ("李大爷说", "岁数大了", "想吃口热乎饭都难"):
        for at in range(len(run) - 1):
            assert find(index, run[at : at + 2]) == [1]
    assert find(index, "水管") == [3, 2]
    assert find(index, "热水") == []


def test_every_pair_must_be_there_and_several_words_narrow(index: PairIndex) -> None:
    put(index, {1: LI, 2: WANG, 3: CHEN})
    assert find(index, "水管 路灯") == [3]
    assert find(index, "水管漏水") == [2]
    assert find(index, "水管 热乎饭") == []


def test_nothing_to_look_for_or_nowhere_to_look_finds_nothing(index: PairIndex) -> None:
    put(index, {1: LI})
    assert find(index, "，。") == []
    assert find(index, "李大", scopes=[]) == []
    assert find(index, "李大", limit=0) == []


def test_an_empty_index_finds_nothing(index: PairIndex) -> None:
    assert find(index, "李大") == []


def test_the_search_stays_inside_the_areas_asked_for(index: PairIndex) -> None:
    put(index, {1: WANG})
    put(index, {2: WANG}, NEXT_GRID)
    put(index, {3: WANG}, ELSEWHERE)
    assert find(index, "水管", scopes=["310999001001001"]) == [1]
    assert find(index, "水管", scopes=["310999001001"]) == [2, 1]
    assert find(index, "水管", scopes=["310999001001002", "310999002"]) == [3, 2]
    assert find(index, "水管", scopes=["310999003"]) == []
    assert find(index, "水管", scopes=["*"]) == find(index, "水管", scopes=[""]) == [3, 2, 1]


def test_no_text_can_pretend_to_lie_in_an_area(index: PairIndex) -> None:
    put(index, {1: "水管 /310999002 /310999002/0/0 //0/0"})
    assert find(index, "水管", scopes=["310999002"]) == []
    assert find(index, "/310999001 水管") == []
    assert find(index, "310999001") == []


def test_the_newest_come_first_and_the_limit_holds(index: PairIndex) -> None:
    put(index, dict.fromkeys((5, 900, 20000, 3000000, 7), WANG))
    assert find(index, "漏水") == [3_000_000, 20_000, 900, 7, 5]
    assert find(index, "漏水", limit=2) == [3_000_000, 20_000]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_turning_pages_shows_each_row_once_and_misses_none(index: PairIndex, size: int) -> None:
    texts = {number: WANG if number % 3 else CHEN for number in range(1, 200, 2)}
    put(index, texts)
    wanted = [number for number in sorted(texts, reverse=True) if number % 3 == 0]
    seen: list[int] = []
    before = None
    while page := index.search(query_pairs("路灯"), scopes=["310999"], limit=size, before=before):
        seen += page
        before = page[-1]
    assert seen == wanted


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("before", range(1, 70))
def test_before_begins_right_below_wherever_it_lies_in_a_block(index: PairIndex, before: int) -> None:
    put(index, dict.fromkeys(range(1, 70), WANG))
    assert find(index, "漏水", limit=100, before=before) == list(range(before - 1, 0, -1))


def test_what_is_removed_is_not_found_and_what_was_never_there_does_not_matter(index: PairIndex) -> None:
    put(index, dict.fromkeys(range(1, 1200), WANG))
    index.remove([*range(2, 1200), 5000])
    assert find(index, "漏水") == [1]
    index.remove([])
    assert find(index, "漏水") == [1]


def test_a_row_put_again_is_found_by_its_new_words_only(index: PairIndex) -> None:
    put(index, {1: WANG})
    put(index, {1: LI}, ELSEWHERE)
    assert find(index, "漏水") == []
    assert find(index, "李大", scopes=["310999001"]) == []
    assert find(index, "李大", scopes=["310999002"]) == [1]
    assert find(index, "李大") == [1]


@pytest.mark.usefixtures("small_blocks")
def test_a_walk_for_words_that_never_meet_ends_after_a_few_questions(
    index: PairIndex, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    put(index, {number: "暖气不热" if number % 2 else "空调不冷" for number in range(1, 250)})
    with django_assert_max_num_queries(10):
        assert find(index, "暖气 空调") == []


def test_a_table_name_is_a_name() -> None:
    with pytest.raises(ValueError, match="not a table name"):
        PairIndex("x; DROP TABLE people_person")


@pytest.mark.parametrize(
    "text",
    ["O'Brien 水管", 'a"b"c', "x\\y\\'z", "水管 & 漏水 | !路灯", "漏水:* <-> NEAR(a b)", "a* OR b", "NOT 水管", "{tokens}: ^水管",
     "%s %d %%", "--; DROP TABLE story_pairs", "AND OR NOT", "()", "ǅ ſtraße İ ﬁ Ⅷ ½ 𠀀𠀁 𰀀𰀁 々〇", "한국어 ไทย हिन्दी"],
)  # fmt: skip
def test_signs_of_the_query_languages_are_only_text(index: PairIndex, text: str) -> None:
    put(index, {1: text, 2: WANG})
    if query_pairs(text):
        assert 1 in find(index, text)


@with_a_fresh_index
@given(text=st.text(max_size=60), around=st.text(max_size=30))
def test_whatever_was_said_is_found_by_what_was_said(index: PairIndex, text: str, around: str) -> None:
    put(index, {1: f"{around} {text} {around}", 2: "别的事"})
    tokens = query_pairs(text)
    assert (1 in find(index, text)) == bool(tokens)


@with_a_fresh_index
@given(
    said=st.lists(st.text(alphabet="水管漏路灯坏a'\"\\&|!*:() ", max_size=8), min_size=1, max_size=12),
    query=st.text(alphabet="水管漏路灯坏a'\"\\&|!*:() ", max_size=5),
)
def test_it_finds_exactly_what_holds_every_pair(index: PairIndex, said: list[str], query: str) -> None:
    index.remove(range(1, 20))
    put(index, dict(enumerate(said, 1)))
    wanted = set(query_pairs(query))
    holds = [number for number, text in enumerate(said, 1) if wanted and wanted <= set(pairs(text))]
    assert find(index, query) == holds[::-1]
