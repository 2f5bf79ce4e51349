"""What others see of private columns, and what they never see."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from linli.kit.masks import (
    Span,
    is_id_number,
    mask_address,
    mask_email,
    mask_id,
    mask_name,
    mask_phone,
    mask_plate,
    mask_text,
    private_spans,
)

DIGITS = "0123456789"
MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINE = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})-[2-9][0-9]{6,7}", fullmatch=True)
ANY = st.text(st.sampled_from("张王欧阳小珍奶号楼单元室栋0123456789-*＊ 　·１９aZ@.+()京A"), max_size=24)


def id_number(place: int, days: int, order: int) -> str:
    """An invented ID number with its check digit."""
    from_1930 = f"{1930 + days // 336}{days // 28 % 12 + 1:02}{days % 28 + 1:02}"
    bare = f"{place}{from_1930}{order:03}"
    return bare + ric.calc_check_digit(bare + "0")


ID_NUMBERS = st.builds(
    id_number, st.sampled_from([110105, 320102, 440106]), st.integers(0, 25_000), st.integers(0, 999)
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小珍", "张*珍"),
        ("欧阳小珍", "欧阳*珍"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("张小小珍", "张**珍"),
        ("王奶奶", "王**"),
        ("李大爷", "李**"),
        ("刘师傅", "刘**"),
        ("赵姐", "赵*"),
        ("小李", "小*"),
        ("张", "张*"),
        (" 张 小 珍 ", "张*珍"),
        ("阿卜杜拉·买买提", "阿***·买**"),
        ("John Smith", "J*** S****"),
        ("rider01", "r******"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("010-62345678", "010-****5678"),
        ("0512 62345678", "0512-****5678"),
        ("62345678", "****5678"),
        ("无", "***"),
        ("", ""),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_id_numbers() -> None:
    assert mask_id("110105194912310123") == "110105********0123"
    assert mask_id("11010519491231002x") == "110105********002X"
    assert mask_id("12345") == "*****"
    assert mask_id("") == ""


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("3号楼2单元501", "3号楼***"),
        ("3号楼", "3号楼"),
        ("幸福小区3号楼2单元501室", "幸福小区3号楼***"),
        ("5号院3栋1单元", "5号院3栋***"),
        ("A座1203", "A座***"),
        ("三号楼二单元", "三号楼***"),
        ("中关村大街27号1101室", "中关村大街27号***"),
        ("望京西里501", "望京西里***"),
        ("幸福大厦5楼501", "幸福大厦***"),
        ("2单元501", "***"),
        ("2-501", "***"),
        ("老槐树旁边蓝门", "***"),
        ("", ""),
    ],
)
def test_addresses_go_down_to_the_building(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_plates_and_addresses_of_mail() -> None:
    assert mask_plate("京A12345") == "京A***45"
    assert mask_email("wang@example.com") == "w***@example.com"


@given(MOBILE | LANDLINE)
def test_the_middle_of_a_phone_is_never_seen(phone: str) -> None:
    masked = mask_phone(phone)
    assert masked.count("*") >= 3
    assert sum(char in DIGITS for char in masked) <= 8
    digits = phone.replace("-", "")
    assert digits[-8:-4] not in masked or digits[-8:-4] == digits[-4:]


@given(ID_NUMBERS)
def test_the_birthday_of_an_id_number_is_never_seen(number: str) -> None:
    assert is_id_number(number)
    assert mask_id(number) == f"{number[:6]}********{number[-4:]}"


@given(ANY)
def test_masking_twice_changes_nothing(text: str) -> None:
    for mask in (mask_name, mask_phone, mask_id, mask_address, mask_text):
        assert mask(mask(text)) == mask(text), mask.__name__


@given(st.integers(1, 99), st.integers(1, 9), st.integers(1000, 9999))
def test_unit_and_room_are_never_seen(building: int, unit: int, room: int) -> None:
    masked = mask_address(f"幸福小区{building}号楼{unit}单元{room}室")
    assert masked == f"幸福小区{building}号楼***"
    assert str(room) not in mask_address(f"幸福小区{unit}单元{room}")


def test_a_message_with_everything_in_it() -> None:
    said = (
        "我叫王奶奶，身份证１１０１０５１９４９１２３１００２Ｘ，电话 138-1234-1234 或 010-62345678，"
        "邮箱wang.nai@example.com，车牌京A·12345，卡号 6222 0212 3456 7894 ，3月5日交了20260305012号单。"
    )
    assert mask_text(said) == (
        "我叫王奶奶，身份证110105********002X，电话 138****1234 或 010-****5678，"
        "邮箱w***@example.com，车牌京A***45，卡号 **** **** **** 7894 ，3月5日交了20260305012号单。"
    )


def test_spans_stand_where_the_text_has_them() -> None:
    text = "①㈠ 找１３８１２３４１２３４！"
    assert private_spans(text) == [Span("phone", 4, 15)]


@pytest.mark.parametrize(
    "harmless",
    [
        "110105194912310021",  # wrong check digit
        "6222021234567890",  # wrong check digit
        "23812341234",
        "2026-03-05 09:07:33",
        "工单20260305-012，共 1234567 元",
        "A市A3区B座",
        "湘A市",
        "99138123412345",
    ],
)
def test_other_numbers_are_left_alone(harmless: str) -> None:
    assert mask_text(harmless) == harmless


@given(st.text(max_size=40), MOBILE, st.text(max_size=40))
def test_a_phone_in_a_text_is_masked_and_the_rest_kept(before: str, phone: str, after: str) -> None:
    masked = mask_text(f"{before}：{phone}。{after}")
    assert f"：{phone}。" not in masked
    if not re.search(r"[@*\w.+-]", before + after):
        assert masked == f"{before}：{phone[:3]}****{phone[7:]}。{after}"


@given(st.text(max_size=30), ID_NUMBERS)
def test_an_id_number_in_a_text_is_masked(before: str, number: str) -> None:
    assert mask_text(f"{before}号{number}，").endswith(f"号{mask_id(number)}，")
