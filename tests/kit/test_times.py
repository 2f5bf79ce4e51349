"""Times as people write and say them."""

from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kit.times import parse_when

HERE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=HERE)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019/2/28 11:25:05", "2019-02-28T11:25:05"),
        ("2026-3-5", "2026-03-05T00:00:00"),
        ("2026.3.5", "2026-03-05T00:00:00"),
        ("20260305", "2026-03-05T00:00:00"),
        ("20260305090733", "2026-03-05T09:07:33"),
        ("2026年3月5日 9:07", "2026-03-05T09:07:00"),
        ("2026年3月5日9时7分", "2026-03-05T09:07:00"),
        ("2026年3月5日（星期四）下午3点半", "2026-03-05T15:30:00"),
        ("2026年3月5日", "2026-03-05T00:00:00"),
        ("２０２６－３－５　９：０７", "2026-03-05T09:07:00"),
        ("46086", "2026-03-05T00:00:00"),
        ("46086.5", "2026-03-05T12:00:00"),
        ("46086.380092592594", "2026-03-05T09:07:20"),
        ("2026-03-05T09:07:33Z", "2026-03-05T17:07:33"),
        ("2026-03-05T09:07:33.250+08:00", "2026-03-05T09:07:33"),
        ("2026-03-05 09:07 +0900", "2026-03-05T08:07:00"),
        ("2026-03-04T20:00:00-05:00", "2026-03-05T09:00:00"),
        ("2026/3/5 上午9:07", "2026-03-05T09:07:00"),
        ("2026/3/5 下午 3:07", "2026-03-05T15:07:00"),
        ("2026/3/5 3:07 PM", "2026-03-05T15:07:00"),
        ("2026/3/5 12:07 AM", "2026-03-05T00:07:00"),
        ("2026/3/5 中午12点", "2026-03-05T12:00:00"),
        ("2026/3/5 晚上8点", "2026-03-05T20:00:00"),
        ("2026/3/5 晚上12点", "2026-03-06T00:00:00"),
        ("2026/3/5 凌晨2点", "2026-03-05T02:00:00"),
        ("2026/3/5 24:00", "2026-03-06T00:00:00"),
        ("  2026-3-5  ", "2026-03-05T00:00:00"),
    ],
)
def test_times_people_write(text: str, iso: str) -> None:
    assert parse_when(text, HERE) == datetime.fromisoformat(iso).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "3月5日",
        "3/5/2026",
        "2026-13-5",
        "2026-2-30",
        "2026-3",
        "2026",
        "12345",
        "138123",
        "1.5",
        "2026-3-5 25:00",
        "2026-3-5 9:61",
        "2026-3-5 10:30-11:30",
        "2026-3-5 晚上2点",
        "2026-3/5",
        "2026-3-5 abc",
        "2026-03-05T",
        "0999-1-1",
        "nan",
    ],
)
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError):
        parse_when(text, HERE)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)).map(lambda when: when.replace(microsecond=0)))
def test_every_second_is_read_in_every_form(when: datetime) -> None:
    here = when.replace(tzinfo=HERE)
    for form in (
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y.%m.%d %H:%M:%S",
        "%Y年%m月%d日%H时%M分%S秒",
        "%Y%m%d%H%M%S",
    ):
        assert parse_when(when.strftime(form), HERE) == here
    serial = (when - datetime(1899, 12, 30)) / timedelta(days=1)
    assert parse_when(f"{serial:.8f}", HERE) == here


@given(
    st.text(max_size=30)
    | st.from_regex(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日 T]?[\d:点时分半+-]{0,9}", fullmatch=True)
)
def test_nothing_but_value_errors(text: str) -> None:
    with suppress(ValueError):
        assert parse_when(text, HERE).tzinfo is not None
