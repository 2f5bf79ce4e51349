"""What others see of private columns: 张*珍, 138****1234, 110105********0123, 3号楼***.

Masks are idempotent (masking twice changes nothing) and keep the length of numbers. A star in the input
counts as a digit, so that a half-masked number is masked in full.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.cn import ric
from stdnum.luhn import is_valid as luhn_is_valid

COMPOUND = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙令狐宇文长孙慕容司徒司空夏侯端木百里南宫闻人赫连"
        "澹台轩辕独孤呼延钟离西门申屠公羊公冶宗政濮阳淳于单于太史拓跋万俟第五东郭左丘鲜于",
    )
)
TITLES = frozenset("姐哥叔姨婶嫂爷奶") | frozenset(
    re.findall(
        "..",
        "奶奶爷爷大爷大妈大娘大姐大哥大叔大婶阿姨阿婆阿公叔叔伯伯婆婆老伯师傅老师医生大夫护士"
        "主任书记站长女士先生小姐同志",
    )
)
STARS = "***"
HAN = r"\u3400-\u9fff\U00020000-\U0003ffff〇"
# A building, after which a floor, unit or room may follow. “5楼” alone is a floor, “5号” alone a street
# number.
NUMBER = r"(?:\d+|[一二三四五六七八九十百甲乙丙丁]+|[A-Za-z]\d*)"
BUILDING = re.compile(rf"{NUMBER}\s*(?:号楼|#楼|#|栋|幢|座)|[A-Za-z甲乙丙丁]\d*\s*楼")
HOUSE_NUMBER = re.compile(r"\d+\s*(?:号院|号|弄)(?!\s*(?:房|室|单元|门|铺))")
PLACE = re.compile(r"小区|社区|[区院村街路巷弄里园苑城庄镇乡湾府寓厦]")
INNER = re.compile(r"\d|单元|室|层|门牌|[一二三四五六七八九十]+(?:单元|楼|层|门)")

GAP = "[ -]?"
ID_NUMBER = re.compile(rf"(?<![0-9])[1-9][0-9]{{5}}{GAP}[0-9]{{8}}{GAP}[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])")
CARD = re.compile(rf"(?<![0-9])[3-9](?:{GAP}[0-9]){{15,18}}(?![0-9])")
MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{GAP})?1[3-9][0-9]{GAP}[0-9]{{4}}{GAP}[0-9]{{4}}(?![0-9])")
LANDLINE = re.compile(r"(?<![0-9])(?:\(0[0-9]{2,3}\) ?|0[0-9]{2,3}[ -]?)[2-9][0-9]{6,7}(?![0-9])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·. ]?"
    "(?=[A-HJ-NP-Z]?[0-9]|[0-9])[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Span:
    """Something private in a text: its kind and where it stands, from ``start`` up to ``end``."""

    kind: str
    start: int
    end: int


def mask_name(name: str) -> str:
    """张三→张*, 张小珍→张*珍, 欧阳小珍→欧阳*珍, 王奶奶→王**, others by their first letter.

    A surname of two characters is kept whole; of the given name only its last character, if it has more than
    one.
    """
    name = " ".join(name.split())
    if not name:
        return ""
    if re.fullmatch(rf"[{HAN} ]+", name):
        name = name.replace(" ", "")
    if re.fullmatch(rf"[{HAN}*]+", name):
        return masked_chinese(name)
    return re.sub(r"[^\s·•・]+", lambda part: part[0][0] + "*" * max(1, len(part[0]) - 1), name)


def masked_chinese(name: str) -> str:
    """The mask of a name in Chinese characters."""
    surname = name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[:1]
    given = name[len(surname) :]
    if len(given) < 2 or given in TITLES:
        return surname + "*" * max(1, len(given))
    return surname + "*" * (len(given) - 1) + given[-1]


def digits_of(text: str) -> str:
    """The digits of a number, stars included, full-width ones made plain."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char in "0123456789*")


def mask_phone(phone: str) -> str:
    """138****1234; of a landline area code and last four digits (010-****5678); else the last four."""
    digits = digits_of(phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]}****{digits[7:]}"
    if len(digits) in (10, 11, 12) and digits[0] == "0":
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}-{'*' * (len(digits) - area - 4)}{digits[-4:]}"
    if len(digits) >= 7:
        return "*" * (len(digits) - 4) + digits[-4:]
    return "*" * max(3, len(digits)) if phone.strip() else ""


def mask_id(number: str) -> str:
    """110105********0123: the first six and the last four of an ID number, of anything else nothing."""
    text = "".join(
        char for char in unicodedata.normalize("NFKC", number).upper() if char.isalnum() or char == "*"
    )
    if len(text) not in (15, 18):
        return "*" * max(3, len(text)) if text else ""
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def mask_address(address: str) -> str:
    """An address down to its building (3号楼2单元501→3号楼***), or the estate if none is named."""
    text = " ".join(address.split())
    bare = text.rstrip("*").rstrip()
    if not text:
        return ""
    found = BUILDING.search(bare) or HOUSE_NUMBER.search(bare)
    kept = bare[: found.end()] if found else estate_of(bare)
    return kept if kept == text else kept + STARS


def estate_of(text: str) -> str:
    """An address up to its last place name before any number of unit, floor or room."""
    inner = INNER.search(text)
    before = text[: inner.start()] if inner else text
    ends = [found.end() for found in PLACE.finditer(before)]
    return before[: ends[-1]] if ends else ""


def mask_email(address: str) -> str:
    """w***@example.com."""
    user, at, host = address.partition("@")
    return f"{user[:1]}{STARS}@{host}" if at else STARS


def mask_plate(plate: str) -> str:
    """京A***45: the middle goes."""
    letters = "".join(char for char in plate if char.isalnum() or char == "*")
    return letters[:2] + "*" * max(1, len(letters) - 4) + letters[-2:]


def mask_card(number: str) -> str:
    """A bank card by its last four digits; spaces and dashes stay where they are."""
    left, shown = len(digits_of(number)) - 4, ""
    for char in number:
        if char in "0123456789*":
            shown += "*" if left > 0 else char
            left -= 1
        else:
            shown += char
    return shown


def is_id_number(text: str) -> bool:
    """Whether eighteen characters are an ID number: check digit and birthday."""
    number = ric.compact(text)
    try:
        ric.get_birth_date(number)
    except (ric.InvalidComponent, ValueError):
        return False
    return bool(number[-1] == ric.calc_check_digit(number))


def is_card(text: str) -> bool:
    """Whether digits are a bank card: the Luhn check digit."""
    return bool(luhn_is_valid(digits_of(text)))


def always(_text: str) -> bool:
    """No check digit to look at."""
    return True


Rule = tuple[str, re.Pattern[str], Callable[[str], bool], Callable[[str], str]]
RULES: tuple[Rule, ...] = (
    ("id_number", ID_NUMBER, is_id_number, mask_id),
    ("card", CARD, is_card, mask_card),
    ("phone", MOBILE, always, mask_phone),
    ("phone", LANDLINE, always, mask_phone),
    ("email", EMAIL, always, mask_email),
    ("plate", PLATE, always, mask_plate),
)
MASKS: dict[str, Callable[[str], str]] = {kind: mask for kind, _pattern, _check, mask in RULES}


def private_spans(text: str) -> list[Span]:
    """ID numbers and cards with valid check digits, phones, e-mail addresses and plates, in order.

    Full-width characters are read as plain ones; positions are those of ``text`` as it is.
    """
    plain, places = flattened(text)
    taken: list[Span] = []
    for kind, pattern, check, _mask in RULES:
        for found in pattern.finditer(plain):
            start, end = places[found.start()], places[found.end() - 1] + 1
            free = all(end <= span.start or span.end <= start for span in taken)
            if free and check(found[0]):
                taken.append(Span(kind, start, end))
    return sorted(taken, key=lambda span: span.start)


def flattened(text: str) -> tuple[str, list[int]]:
    """The text in NFKC, character by character, with the place each one came from."""
    parts = [(piece, at) for at, char in enumerate(text) for piece in unicodedata.normalize("NFKC", char)]
    return "".join(piece for piece, _at in parts), [at for _piece, at in parts]


def mask_text(text: str) -> str:
    """The text with everything private in it masked; all other characters stay as they are."""
    while spans := private_spans(text):
        text = "".join(pieces(text, spans))
    return text


def pieces(text: str, spans: list[Span]) -> Iterator[str]:
    """The text cut at its spans, these masked."""
    at = 0
    for span in spans:
        yield text[at : span.start]
        yield MASKS[span.kind](unicodedata.normalize("NFKC", text[span.start : span.end]))
        at = span.end
    yield text[at:]
