"""ID numbers and phones as people write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kit.refused import Refused
from linli.kit.validators import birthday_of, clean_door, clean_id_number, clean_phone, sex_of


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_an_id_number_in_any_dress(written: str) -> None:
    assert clean_id_number(written) == "11010519491231002X"


def test_what_an_id_number_tells() -> None:
    assert birthday_of("11010519491231002X") == date(1949, 12, 31)
    assert sex_of("11010519491231002X") == "f"
    assert sex_of("110105194912310011") == "m"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("110105194912310021", "check digit"),
        ("110105491231002", "15 digits"),
        ("1101051949", "this one has 10"),
        ("11010519491331002X", "birthday"),
        ("11010518491231002X", "too long ago"),
        ("001105194912310021", "No place"),
        ("", "18 digits"),
        ("王奶奶", "18 digits"),
    ],
)
def test_what_is_wrong_is_said(written: str, why: str, en: None) -> None:
    with pytest.raises(Refused, match=why) as refused:
        clean_id_number(written, field="id_number")
    assert refused.value.field == "id_number"


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_one_wrong_digit_is_noticed(place: int, digit: str) -> None:
    right = "11010519491231002X"
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong != right:
        with pytest.raises(Refused):
            clean_id_number(wrong)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13812341234", "13812341234"),
        ("138 1234 1234", "13812341234"),
        ("138-1234-1234", "13812341234"),
        ("１３８－１２３４－１２３４", "13812341234"),
        ("+86 13812341234", "13812341234"),
        ("0086 138 1234 1234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("(010) 62345678", "010-62345678"),
        ("01062345678", "010-62345678"),
        ("0512－62345678", "0512-62345678"),
        ("010-62345678转801", "010-62345678-801"),
        ("010-62345678-801", "010-62345678-801"),
        ("4008108888", "4008108888"),
    ],
)
def test_a_phone_in_any_dress(written: str, stored: str) -> None:
    assert clean_phone(written) == stored
    assert clean_phone(stored) == stored


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("62345678", "area code"),
        ("1381234123", "this one has 10"),
        ("138123412345", "this one has 12"),
        ("没有电话", "made of digits"),
        ("+852 9123 4567", "mainland"),
        ("0571-8765432", "no such"),
        ("1", "made of digits"),
        ("", "made of digits"),
        ("9" * 30, "made of digits"),
    ],
)
def test_no_phone_is_said_to_be_one(written: str, why: str, en: None) -> None:
    with pytest.raises(Refused, match=why) as refused:
        clean_phone(written, field="phone")
    assert refused.value.field == "phone"


@given(st.text(max_size=30))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    for clean in (clean_phone, clean_id_number):
        stored = None
        with suppress(Refused):
            stored = clean(text)
        if stored is not None:
            assert clean(stored) == stored


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2-501", "2-501"),
        ("2单元501室", "2-501"),
        ("２－５０１", "2-501"),
        (" 501 ", "501"),
        ("3 单元 1201b", "3-1201B"),
    ],
)
def test_a_door_is_kept_in_one_form(written: str, kept: str) -> None:
    assert clean_door(written) == kept


@pytest.mark.parametrize("written", ["", "三楼左手", "2-501-3", "501;DROP"])
def test_what_is_no_door_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        clean_door(written, field="door")
