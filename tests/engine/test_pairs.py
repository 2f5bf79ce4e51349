"""Any two characters of what was said find it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.pairs import MAX_TOKEN, is_cjk, pairs, query_pairs

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=30)
RARE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
        st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    ),
    min_size=2,
    max_size=20,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("李大爷做不了饭", ["李大", "大爷", "爷做", "做不", "不了", "了饭"]),
        ("饭", ["饭"]),
        ("好好好好", ["好好"]),
        ("3号楼2单元", ["3", "号楼", "2", "单元"]),
        ("ＷｉＦｉ坏了", ["wifi", "坏了"]),
        ("吃饭，睡觉", ["吃饭", "睡觉"]),
        ("a-b_c 𠀀𠀁", ["a", "b", "c", "𠀀𠀁"]),
        ("🙂<b>&'\"", ["b"]),
        ("", []),
    ],
)
def test_text_becomes_pairs_and_words(text: str, tokens: list[str]) -> None:
    assert pairs(text) == tokens


def test_a_query_leaves_single_characters_out() -> None:
    assert query_pairs("李") == []
    assert query_pairs("3号") == ["3"]
    assert query_pairs("大爷 饭") == ["大爷"]


@given(st.one_of(HAN, RARE), st.data())
def test_any_part_of_two_or_more_characters_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert set(query_pairs(text[start:end])) <= set(pairs(text))
    assert query_pairs(text[start:end])


@given(HAN, st.text(max_size=20))
def test_what_stands_around_a_sentence_does_not_hide_it(inside: str, around: str) -> None:
    assert set(query_pairs(inside)) <= set(pairs(f"{around} {inside} {around}"))


@given(st.text(max_size=200))
def test_tokens_are_safe_in_search_languages(text: str) -> None:
    tokens = pairs(text)
    assert len(tokens) == len(set(tokens))
    for token in tokens:
        assert token.isalnum()
        assert 0 < len(token) <= MAX_TOKEN
        assert len(token) <= 2 or not any(map(is_cjk, token))
    assert set(query_pairs(text)) <= set(tokens)


def test_a_word_without_end_is_cut() -> None:
    assert pairs("a" * 5000) == query_pairs("a" * 5000) == ["a" * MAX_TOKEN]
