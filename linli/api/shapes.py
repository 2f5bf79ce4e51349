"""What every part of the REST face says and takes: words without traps, links, answers to acts, problems."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from ninja import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from linli.kit.masks import mask_name, mask_text
from linli.kit.refused import Refused

ROOT = "/api/v1"
BIGGEST = 2**63 - 1
YEARS = range(1970, 2200)


def storable(text: str) -> str:
    """Text that every database holds: no NUL character, no half of a surrogate pair."""
    text.encode()
    if "\x00" in text:
        raise ValueError("a NUL character")
    return text


def in_reach(moment: Any) -> Any:
    """Days and times that calendars and databases can count with."""
    if moment.year not in YEARS:
        raise ValueError("a year out of reach")
    return moment


Text = Annotated[str, AfterValidator(storable)]
Line = Annotated[Text, Field(max_length=200)]
Words = Annotated[Text, Field(max_length=20_000)]
Code = Annotated[Text, Field(max_length=20)]
Day = Annotated[date, AfterValidator(in_reach)]
Moment = Annotated[AwareDatetime, AfterValidator(in_reach)]
Ref = Annotated[int, Field(ge=1, le=BIGGEST)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
No = Annotated[str, Path(pattern=r"^[0-9A-Z-]{1,20}$", description="The number people know it by")]
Number = Annotated[int, Path(ge=1, le=BIGGEST)]


class Body(BaseModel):
    """What a POST brings; a field nobody knows is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why it did not work, in words for people, and the field it is about."""

    detail: str
    field: str | None = None


class Done(BaseModel):
    """What an act left behind. It holds no personal text, because answers are kept for repeats."""

    kind: str = Field(description="need, match, resource, project, task or follow_up")
    id: str = Field(description="Its number")
    state: str
    link: str = Field(description="Where to read it")
    need: str | None = Field(default=None, description="The ask it belongs to")
    need_state: str | None = None


class Named(BaseModel):
    """A code and its name."""

    code: str
    name: str


PROBLEMS = {frozenset({400, 401, 403, 404, 409, 422}): Problem}
ASKING = {frozenset({401, 403, 404, 422}): Problem}
KEYED = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "description": "New for every act. The same key and body again give the same answer, once only.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 100},
        }
    ]
}


def link(*parts: object, **query: object) -> str:
    """An address of this API."""
    path = "/".join([ROOT, *(str(part) for part in parts)])
    return f"{path}?{urlencode(query)}" if query else path


def position_of(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    """Longitude and latitude, which come together or not at all."""
    if lon is not None and lat is not None:
        return lon, lat
    if lon is None and lat is None:
        return None
    raise Refused(_("A position needs both longitude and latitude."), field="lon")


def named(person: Any) -> str | None:
    """A person as others see them: the masked name."""
    return mask_name(person.name) if person else None


def text(words: str) -> str:
    """Somebody's words with phones, ID numbers, cards and the like masked."""
    return mask_text(words)


def area_of(row: Any) -> Named:
    """The finest area of a row."""
    return Named(code=row.area.code, name=row.area.name)


def category_of(row: Any) -> Named | None:
    """The kind of ask of a row."""
    return Named(code=row.category.code, name=row.category.name) if row.category else None
