"""Tables of people: CSV and Excel files read with their columns found by name, and written for them to open.

What a file is called does not matter, what is in it does. Anything that cannot be read whole is refused in
words; nothing is left out in silence.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from linli.kit.refused import Refused

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 100_000
HEADER_ROWS = 10  # a title and notes may stand above the header
A4 = 9  # as Excel numbers paper
CELL_LIMIT = 32_767  # characters that Excel holds in a cell
END = "\x1eend\x1e"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BRACKETED = re.compile(r"[(\[{<【〔《「][^)\]}>】〕》」]*[)\]}>】〕》」]")
NOISE = re.compile(r"[\s()\[\]{}<>【】〔〕《》「」*:_.\-]+")
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"PK\x05\x06",
)

UNREADABLE = _("This file cannot be read. Please save it as Excel (.xlsx) or CSV and try again.")
TOO_LARGE = _("This file is too large. Please split it and load the parts one after the other.")


@dataclass(frozen=True)
class Row:
    """One row. ``number`` is the one people see at its left; ``values`` by our names, ``raw`` by theirs.

    ``surplus`` are cells beyond the last column of the header: a sign that the row is shifted.
    """

    number: int
    values: dict[str, str]
    raw: dict[str, str]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A table. ``found`` maps our names to the header of the column, ``headers`` are all there are.

    ``rows`` can be walked once; it raises ``Refused`` where the file turns out to be damaged or too long.
    """

    headers: list[str]
    found: dict[str, str]
    rows: Iterator[Row]


@dataclass(frozen=True)
class Column:
    """A column to write: its title and, if need be, its width in characters."""

    title: Any
    width: float = field(default=14)


def read(
    stream: IO[bytes], filename: str, columns: Mapping[str, Sequence[str]], required: Iterable[str] = ()
) -> Sheet:
    """Read a table; ``columns`` maps our names to the titles people use (our name itself is one of them).

    CSV in UTF-8, UTF-16 or GB18030, with commas, semicolons or tabs; Excel (.xlsx) with its values. The
    header is the first of the first ten rows that has every required column. Titles are compared without
    case, spaces, brackets and what is in them. Blank rows are passed over but counted. Raises ``Refused``.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused(TOO_LARGE, field="file")
    if not data.strip():
        raise Refused(_("This file is empty."), field="file")
    wanted, must = dict(columns), list(required)
    if data.startswith(OLE):
        raise Refused(old_excel(data), field="file")
    if data.startswith(ZIP):
        return table(excel_rows(data, wanted, must), wanted, must)
    if data.startswith(FOREIGN):
        raise Refused(UNREADABLE, field="file")
    text = decoded(data)
    return table(csv_rows(text, best_delimiter(text, wanted)), wanted, must)


def old_excel(data: bytes) -> Any:
    """What to say of a file in the old container of Microsoft: old Excel, or a new one under a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("This Excel file is protected by a password. Please save it without one and try again.")
    return _("This is a file of the old Excel (.xls). Please save it as .xlsx or CSV and try again.")


def decoded(data: bytes) -> str:
    """The text of a CSV file, whatever its encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:200:2].count(0) > len(data[1:200:2]) * 0.4:
        encodings = ["utf-16-le"]
    elif data[0:200:2].count(0) > len(data[0:200:2]) * 0.4:
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text[:100_000]) and "\0" not in text:
                return text
    raise Refused(UNREADABLE, field="file")


def csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a CSV text. A quotation mark that is never closed would swallow the rest: refused."""
    reader = csv.reader(chain(io.StringIO(text, newline=""), [END]), delimiter=delimiter)
    number = 0
    try:
        for record in reader:
            if record == [END]:
                return
            number += 1
            yield record
    except csv.Error as error:
        raise Refused(
            _("Row {row} cannot be read: a cell is far too long, or a quotation mark is missing.").format(
                row=number + 1
            ),
            field="file",
        ) from error
    raise Refused(
        _("A quotation mark opened in row {row} or before is never closed.").format(row=number), field="file"
    )


def best_delimiter(text: str, columns: Mapping[str, Sequence[str]]) -> str:
    """Comma, semicolon or tab: whichever makes the header known, else the one that cuts rows most."""

    def fit(delimiter: str) -> tuple[int, int]:
        with suppress(Refused):
            head = list(islice(csv_rows(text[:200_000], delimiter), HEADER_ROWS))
            known = max((len(matched(row, columns)) for row in head), default=0)
            return known, max(map(len, head), default=0)
        return 0, 0

    return max(",;\t", key=fit)


def excel_rows(
    data: bytes, columns: Mapping[str, Sequence[str]], required: Sequence[str]
) -> Iterator[list[str]]:
    """The rows of the first visible sheet that has the required columns, else of the first."""
    check_container(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        chosen = sheets[0]
        for sheet in sheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            head = [
                list(map(as_text, cells)) for cells in islice(sheet.iter_rows(values_only=True), HEADER_ROWS)
            ]
            if any(set(required) <= set(matched(row, columns)) for row in head) and any(map(any, head)):
                chosen = sheet
                break
        for cells in chosen.iter_rows(values_only=True):
            yield [as_text(cell) for cell in cells]
        book.close()
    except Refused:
        raise
    except Exception as error:  # a foreign file leads the reader into errors of every kind
        raise Refused(UNREADABLE, field="file") from error


def check_container(data: bytes) -> None:
    """Refuse what is no Excel file, or would unpack to more than anybody writes by hand."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            parts = box.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused(UNREADABLE, field="file") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts) or any(
        part.flag_bits & 1 for part in parts
    ):
        raise Refused(UNREADABLE, field="file")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(TOO_LARGE, field="file")


def as_text(cell: Any) -> str:
    """A cell of Excel as text: long numbers in full, days as 2026-03-05, times as 09:07."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def table(
    records: Iterator[list[str]], columns: Mapping[str, Sequence[str]], required: Sequence[str]
) -> Sheet:
    """Find the header among the first rows, and give the rest row by row."""
    head = list(islice(records, HEADER_ROWS))
    places, at = {}, -1
    for number, record in enumerate(head):
        here = matched(record, columns)
        if here and set(required) <= set(here):
            places, at = here, number
            break
    if at < 0:
        missing(head, columns, required)
    headers = named(head[at])
    found = {key: headers[place] for key, place in places.items()}
    return Sheet(headers, found, rows_of(chain(head[at + 1 :], records), at + 2, headers, places, columns))


def rows_of(
    records: Iterable[list[str]],
    first: int,
    headers: list[str],
    places: Mapping[str, int],
    columns: Mapping[str, Sequence[str]],
) -> Iterator[Row]:
    """Rows with anything in them."""
    count = 0
    for number, record in enumerate(records, first):
        cells = [cell.replace("\0", "") for cell in record]
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise Refused(TOO_LARGE, field="file")
        cells += [""] * (len(headers) - len(cells))
        values = {key: unguarded(cells[places[key]].strip()) if key in places else "" for key in columns}
        surplus = tuple(cell for cell in cells[len(headers) :] if cell.strip())
        yield Row(number, values, dict(zip(headers, cells, strict=False)), surplus)


def missing(head: list[list[str]], columns: Mapping[str, Sequence[str]], required: Sequence[str]) -> None:
    """Refuse a table without its columns: name them, and say what is there instead."""
    best = max(head, key=lambda record: (len(matched(record, columns)), sum(map(bool, record))), default=[])
    there = matched(best, columns)
    lacking = [columns[key][0] if columns.get(key) else key for key in required if key not in there]
    seen = "、".join(cell.strip()[:30] for cell in best if cell.strip())[:300]
    if not lacking:
        raise Refused(_("No column is known here. Found: {found}").format(found=seen or "—"), field="file")
    raise Refused(
        _("These columns are missing: {missing}. Found: {found}").format(
            missing="、".join(lacking), found=seen or "—"
        ),
        field="file",
    )


def matched(record: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Which column holds what, by its title: titles as they are before titles without what is in brackets."""
    places: dict[str, int] = {}
    for form in (essence, bare_essence):
        titles = [form(cell) for cell in record]
        for key, aliases in columns.items():
            for alias in (*aliases, key):
                name = essence(alias)
                free = (at for at, title in enumerate(titles) if title == name and at not in places.values())
                if key not in places and name and (place := next(free, None)) is not None:
                    places[key] = place
    return places


def essence(title: str) -> str:
    """A column title without case, width, spaces and brackets."""
    return NOISE.sub("", unicodedata.normalize("NFKC", title).casefold())


def bare_essence(title: str) -> str:
    """A column title without what is said in brackets."""
    return essence(BRACKETED.sub("", unicodedata.normalize("NFKC", title)))


def named(record: Sequence[str]) -> list[str]:
    """The titles of a header, each once; a column without one is called by its letter."""
    names: list[str] = []
    for at, cell in enumerate(record, 1):
        name = " ".join(cell.split()) or get_column_letter(at)
        names.append(name if name not in names else f"{name} ({get_column_letter(at)})")
    while names and not record[len(names) - 1].strip():
        names.pop()
    return names


def unguarded(cell: str) -> str:
    """A cell without the mark that keeps spreadsheets from calculating it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def guarded(value: Any) -> str:
    """A cell of a CSV file that no spreadsheet calculates."""
    text = str(plain(value))
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float | Decimal) else text


def plain(value: Any) -> Any:
    """A value as a spreadsheet takes it: aware times in local time, words as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if value.tzinfo else value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | date | time):
        text = ILLEGAL_CHARACTERS_RE.sub("", str(value)).encode("utf-8", "replace").decode()
        return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"
    return value


def write_csv(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that Excel opens in the right encoding (BOM), no cell of which it calculates."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([guarded(column.title if isinstance(column, Column) else column) for column in columns])
    writer.writerows([guarded(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(title: Any, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """An Excel file: header frozen and repeated, A4 across, ready to print; texts stay texts.

    ``columns`` are titles or ``Column``. ID numbers and phones given as text keep every digit.
    """
    wanted = [column if isinstance(column, Column) else Column(column) for column in columns]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", str(title)).strip()[:31] or "1")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.center.text = str(title).replace("&", "&&")[:100]
    sheet.oddFooter.center.text = "&P / &N"
    for at, column in enumerate(wanted, 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    bold = {"font": Font(bold=True), "alignment": Alignment(wrap_text=True, vertical="center")}
    sheet.append([excel_cell(sheet, column.title, **bold) for column in wanted])
    for row in rows:
        sheet.append([excel_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def excel_cell(sheet: Any, value: Any, **style: Any) -> Any:
    """A cell that holds what it says: text never becomes a formula or a rounded number."""
    cell = WriteOnlyCell(sheet, value=None)
    held = plain(value)
    if isinstance(held, str):
        cell.value = held
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = held.startswith(FORMULA)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = held
        formats: list[tuple[type, str]] = [
            (datetime, "yyyy-mm-dd hh:mm"),
            (date, "yyyy-mm-dd"),
            (time, "hh:mm"),
        ]
        cell.number_format = next((shape for kind, shape in formats if isinstance(held, kind)), "General")
    for name, part in style.items():
        setattr(cell, name, part)
    return cell
