"""ID numbers and phone numbers, checked; refused in words."""

import re
import unicodedata
from datetime import date
from typing import NoReturn

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from linli.kit.refused import Refused

SEPARATORS = re.compile(r"[\s\-‐-―−._/()（）]+")
# First two digits: provinces, the residence permits of Hong Kong, Macau and Taiwan, permanent residents (9x).
ORIGINS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d")
FIRST_BIRTH = 1890
MOBILE = re.compile(r"1[3-9]\d{9}")
EXTENSION = re.compile(r"(?:转|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)


def plain(text: str) -> str:
    """Full-width characters made plain, spaces at the ends off."""
    return unicodedata.normalize("NFKC", text).strip()


def refuse(words: str | Promise, field: str | None) -> NoReturn:
    """Raise the refusal."""
    raise Refused(words, field=field)


def clean_id_number(text: str, field: str | None = None) -> str:
    """An ID number of 18 digits as it is stored (X in upper case); refused with what is wrong about it."""
    number = SEPARATORS.sub("", plain(text)).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        if re.fullmatch(r"[0-9]{15}", number):
            refuse(_("This is an old ID number of 15 digits. Please enter the one with 18."), field)
        refuse(
            _("An ID number has 18 digits (the last may be X); this one has {count}.").format(
                count=len(number)
            ),
            field,
        )
    if not ORIGINS.match(number):
        refuse(_("No place in China has an ID number that begins with these digits."), field)
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        refuse(_("The birthday in this ID number (digits 7 to 14) is not a day of the calendar."), field)
    if born.year < FIRST_BIRTH:
        refuse(_("The birthday in this ID number (digits 7 to 14) is too long ago."), field)
    if number[-1] != ric.calc_check_digit(number):
        refuse(_("The check digit does not fit: one of the digits of this ID number is wrong."), field)
    return number


def birthday_of(id_number: str) -> date:
    """The birthday in a checked ID number."""
    born: date = ric.get_birth_date(id_number)
    return born


def sex_of(id_number: str) -> str:
    """ "m" or "f", from the last digit but one of a checked ID number."""
    return "m" if int(id_number[16]) % 2 else "f"


DOOR = re.compile(r"(?:(\d{1,3})\s*(?:单元|门|-|－|—|–))?\s*(\d{1,4}[A-Za-z]?)\s*(?:室|号|户)?")


def clean_door(text: str, field: str | None = None) -> str:
    """Unit and room as 2-501, however they were written (2单元501室, 2－501); refuses what is no door."""
    found = DOOR.fullmatch(plain(text).strip())
    if found is None:
        refuse(_("Write the door as unit and room, for instance 2-501."), field)
    unit, room = found.groups()
    return f"{unit}-{room.upper()}" if unit else room.upper()


def clean_phone(text: str, field: str | None = None) -> str:
    """A phone number as it is stored: 13812341234, 010-62345678 (an extension as 010-62345678-801).

    Full-width digits, spaces, dashes, brackets and +86 are understood; anything that is no number of the
    mainland is refused.
    """
    given = plain(text)
    extension = ""
    if found := EXTENSION.search(given):
        given, extension = given[: found.start()], found[1]
    else:
        landline = re.fullmatch(r"(0\d{2,3}-\d{7,8})-(\d{1,6})", given)
        given, extension = (landline[1], landline[2]) if landline else (given, "")
    digits = SEPARATORS.sub("", given)
    if not re.fullmatch(r"\+?[0-9]{3,20}", digits):
        refuse(_("A phone number is made of digits; please look at it again."), field)
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        refuse(_("This is not a phone number: it has too few or too many digits."), field)
    national = phonenumbers.national_significant_number(number)
    if number.country_code != 86:
        refuse(_("Only phone numbers of mainland China can be entered here."), field)
    if MOBILE.fullmatch(national):  # number blocks are opened faster than libraries learn of them
        return national
    if re.fullmatch(r"[2-9]\d{6,7}", national) and not digits.startswith(("+", "0")):
        refuse(_("Please add the area code of this landline, for instance 010-62345678."), field)
    if national.startswith("1") and digits.startswith("1"):
        refuse(_("A mobile number has 11 digits; this one has {count}.").format(count=len(national)), field)
    if not phonenumbers.is_valid_number(number):
        refuse(_("There is no such phone number; please check the digits."), field)
    return landline_form(number, national, extension)


def landline_form(number: phonenumbers.PhoneNumber, national: str, extension: str) -> str:
    """Area code, dash, number; service numbers (400…) as they are."""
    area = phonenumbers.length_of_geographical_area_code(number)
    stored = f"0{national[:area]}-{national[area:]}" if area else national
    return f"{stored}-{extension}" if extension else stored
