"""Tables as people send them, and as they get them back."""

import csv
import io
import zipfile
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from linli.kit import sheets
from linli.kit.refused import Refused
from linli.kit.sheets import Column, Sheet, write_csv, write_xlsx

COLUMNS = {
    "words": ("留言详情", "details", "内容"),
    "said_at": ("留言时间", "time"),
    "phone": ("联系电话", "phone"),
    "number": ("编号", "id"),
}
TABLE = "编号,留言时间,留言详情\n1,2026/3/5 9:07:00,楼道灯坏了\n2,2026-3-6,吃不上热饭\n"


def read(data: bytes | str, *required: str) -> Sheet:
    raw = data.encode() if isinstance(data, str) else data
    return sheets.read(io.BytesIO(raw), "messages.csv", COLUMNS, required or ("words",))


def words(data: bytes | str) -> list[tuple[int, str]]:
    return [(row.number, row.values["words"]) for row in read(data).rows]


def excel(*rows: list[object], title: str = "台账") -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_csv_in_every_dress(encoding: str, delimiter: str, ending: str) -> None:
    data = TABLE.replace(",", delimiter).replace("\n", ending).encode(encoding)
    assert words(data) == [(2, "楼道灯坏了"), (3, "吃不上热饭")]


def test_rows_keep_what_they_hold() -> None:
    sheet = read(TABLE)
    assert sheet.headers == ["编号", "留言时间", "留言详情"]
    assert sheet.found == {"words": "留言详情", "said_at": "留言时间", "number": "编号"}
    first = next(sheet.rows)
    assert first.values == {"words": "楼道灯坏了", "said_at": "2026/3/5 9:07:00", "phone": "", "number": "1"}
    assert first.raw == {"编号": "1", "留言时间": "2026/3/5 9:07:00", "留言详情": "楼道灯坏了"}
    assert first.surplus == ()


def test_numbers_of_rows_are_those_a_person_sees() -> None:
    text = '内容,备注\n"第一行\n第二行",a\n\n,\n,只有备注\n最后,\n'
    assert words(text) == [(2, "第一行\n第二行"), (5, ""), (6, "最后")]


def test_titles_are_known_in_any_dress() -> None:
    for title in (
        "留言详情",
        " 留言 详情 ",
        "留言详情（必填）",
        "【留言详情】",
        "DETAILS",
        "Ｄｅｔａｉｌｓ",
        "details *",
        "words",
    ):
        assert words(f"{title},x\n灯坏了,1\n") == [(2, "灯坏了")], title


def test_a_title_line_above_the_header_is_passed_over() -> None:
    text = "南田社区台账（截至2026年3月5日）,,\n\n编号,内容,电话\n1,灯坏了,x\n"
    assert words(text) == [(4, "灯坏了")]


def test_a_shifted_row_shows() -> None:
    sheet = read("编号,内容\n1,灯坏了,楼道黑\n")
    assert [row.surplus for row in sheet.rows] == [("楼道黑",)]


def test_missing_columns_are_named_with_what_is_there(en: None) -> None:
    with pytest.raises(Refused) as refused:
        read("编号,意见\n1,灯坏了\n", "words", "said_at")
    assert str(refused.value) == "These columns are missing: 留言详情、留言时间. Found: 编号、意见"
    assert refused.value.field == "file"


def test_commas_semicolons_and_quotes_inside_cells() -> None:
    assert words('内容;编号\n"灯坏了; 很黑, 真的 ""黑""";1\n') == [(2, '灯坏了; 很黑, 真的 "黑"')]


def test_a_quotation_mark_never_closed_swallows_nothing(en: None) -> None:
    rows = "".join(f"灯坏了,{number}\n" for number in range(20))
    for text in ('内容,编号\n"没有关,2\n又一行,3\n', f'内容,编号\n{rows}"没有关,2\n{rows}'):
        with pytest.raises(Refused, match="never closed"):
            list(read(text).rows)


def test_excel_with_everything_in_it() -> None:
    book = excel(
        ["留言详情", "留言时间", "联系电话", "编号"],
        ["灯坏了", datetime(2026, 3, 5, 9, 7), 13812341234, 110105194912310000],
        ["吃不上饭", date(2026, 3, 6), "013812341234", 1.5],
        [None, None, None, None],
        ["=1+1", time(9, 7), True, 1e21],
    )
    rows = list(read(saved(book)).rows)
    assert [list(row.values.values()) for row in rows] == [
        ["灯坏了", "2026-03-05 09:07:00", "13812341234", "110105194912310000"],
        ["吃不上饭", "2026-03-06", "013812341234", "1.5"],
        ["", "09:07", "TRUE", "1000000000000000000000"],
    ]
    assert [row.number for row in rows] == [2, 3, 5]


def test_excel_whose_table_is_on_a_later_sheet() -> None:
    book = excel(["说明"], ["请在第二页填写"])
    hidden = book.create_sheet("旧")
    hidden.sheet_state = "hidden"
    hidden.append(["留言详情"])
    table = book.create_sheet("台账")
    table.append(["留言详情"])
    table.append(["灯坏了"])
    assert words(saved(book)) == [(2, "灯坏了")]


def test_excel_that_lies_about_its_size_is_read_whole() -> None:
    source, target = io.BytesIO(saved(excel(["内容"], ["一"], ["二"]))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part).replace(b'ref="A1:A3"', b'ref="A1"'))
    assert words(target.getvalue()) == [(2, "一"), (3, "二")]


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in parts.items():
            box.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\xef\xbb\xbf", "are missing"),
        (b"\xef\xbb\xbf\n\n", "are missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7 ...", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n....", "cannot be read"),
        (b"PK\x03\x04 not a box", "cannot be read"),
        (zipped(word__document_xml=b"<x/>"), "cannot be read"),
        (zipped(xl__workbook_xml=b"<broken"), "cannot be read"),
        (bytes(range(256)) * 4, "cannot be read"),
        ("内容\n灯\0坏".encode(), "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, why: str, en: None) -> None:
    with pytest.raises(Refused, match=why) as refused:
        list(read(data).rows)
    assert refused.value.field == "file"


def test_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, en: None) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)
    with pytest.raises(Refused, match="too large"):
        words(TABLE)
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(Refused, match="too large"):
        read(TABLE)


def test_a_zip_bomb_is_refused_before_it_is_opened(en: None) -> None:
    bomb = zipped(xl__workbook_xml=b"<a/>", xl__worksheets__sheet1_xml=b"0" * (sheets.MAX_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(Refused, match="too large"):
        read(bomb)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x1e\ufeff"), max_size=20)


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_what_we_write_we_read_back(rows: list[tuple[str, str]]) -> None:
    expected = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    for data in (write_csv(["内容", "编号"], rows), write_xlsx("台账", ["内容", "编号"], rows)):
        found = [(row.values["words"], row.values["number"]) for row in read(data).rows]
        assert [tuple(map(plain, row)) for row in found] == [tuple(map(plain, row)) for row in expected]


def plain(text: str) -> str:
    """A text that begins with the guard itself comes back without it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(sheets.FORMULA) else text


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_ever_calculated(evil: str) -> None:
    (line,) = list(csv.reader(io.StringIO(write_csv(["x"], [[evil]]).decode("utf-8-sig"), newline="")))[1:]
    assert line == ["'" + evil]
    cell = load_workbook(io.BytesIO(write_xlsx("x", ["x"], [[evil]])))["x"]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@override_settings(TIME_ZONE="Asia/Shanghai")
def test_an_excel_file_ready_to_print() -> None:
    when = datetime(2026, 3, 5, 1, 7, tzinfo=ZoneInfo("UTC"))
    rows = [["110105194912310123", "013812341234", when, date(2026, 3, 5), 12, 0.5, None, "坏\x0b字"]]
    columns = ["身份证号", Column("电话", width=20), "时间", "日", "次", "率", "空", "字"]
    sheet = load_workbook(io.BytesIO(write_xlsx("南田社区：台账/2026", columns, rows))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [
        "110105194912310123", "013812341234", datetime(2026, 3, 5, 9, 7), datetime(2026, 3, 5), 12, 0.5, None,
        "坏字",
    ]  # fmt: skip
    assert sheet["A2"].number_format == "@"
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert (str(sheet.page_setup.paperSize), sheet.page_setup.orientation) == ("9", "landscape")
    assert sheet.column_dimensions["B"].width == 20
    assert write_csv(["x"], []).startswith(b"\xef\xbb\xbf")
