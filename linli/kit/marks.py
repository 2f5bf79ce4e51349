"""Every column says whether it is personal. Export, erasure, scrubbing and masking read these marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What kind of personal data a column holds; decides its mask and how erasure treats it."""

    NAME = "name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    TEXT = "text"  # words that may name or describe somebody
    DATE = "date"  # a birthday
    CARE = "care"  # care tags, consent, relations
    PLACE = "place"  # where somebody was
    LINK = "link"  # a foreign key to a person: says that the row is about them
    SECRET = "secret"  # password hashes, blind indexes: erased, never exported


@dataclass(frozen=True)
class Marks:
    """The marks of one model.

    ``personal`` maps a column to its kind, ``plain`` lists all others, ``owner`` is the lookup path from the
    row to the ``people.Person`` it belongs to ("self" for the person itself, None where rows belong to nobody
    in particular). ``vanishes``: rows go with the person. ``keep`` says why rows survive an erasure (their
    personal columns are blanked all the same).
    """

    personal: Mapping[str, Mark]
    plain: Iterable[str]
    owner: str | None = None
    keep: str = ""
    vanishes: bool = False
