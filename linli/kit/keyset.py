"""Paging by the place of the last row, not by a number: as quick on the thousandth page as on the first."""

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE = 30
LONGEST = 1000  # characters of a token


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page, and the token that the next one begins after (None on the last page)."""

    rows: list[Row]
    after: str | None


def page(
    queryset: QuerySet[Row],
    *,
    order: Sequence[str],
    after: str | None = None,
    size: int = PAGE,
    filled: Collection[str] = (),
) -> Page[Row]:
    """One page of ``queryset`` by ``order`` ("due_at", "-id", …), in one query of ``size`` + 1 rows.

    The fields of ``order`` hold no NULL, and together they tell any two rows apart (end with "id"); ``filled``
    names fields that may be NULL elsewhere but never in these rows. A token that is none of ours, or of
    another order, gives the first page. Rows that come in while somebody pages appear where they belong and
    shift nothing.
    """
    fields = [field_of(queryset.model, name, filled) for name in order]
    rows = queryset.order_by(*order)
    values = read_token(after, fields) if after else None
    if values is not None:
        rows = rows.filter(beyond(order, values))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], write_token(found[size - 1], fields) if more else None)


def field_of(model: type[Model], name: str, filled: Collection[str] = ()) -> "Field[Any, Any]":
    """The concrete column of an order field; ``ValueError`` where rows could hold NULL."""
    bare = name.removeprefix("-")
    field = model._meta.pk if bare == "pk" else model._meta.get_field(bare)
    if not isinstance(field, Field) or (field.null and bare not in filled):
        raise ValueError(f"{name}: order by columns of the table itself that are never NULL")
    return field


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after ``values``: further in the first field, or level there and further in the next, and so on.

    The bound on the first field stands alone in front, so that the database walks its index from there.
    """
    after, level = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        bare, past = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        after |= level & Q(**{f"{bare}__{past}": value})
        level &= Q(**{bare: value})
    first = order[0].removeprefix("-")
    bound = Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
    return after if len(order) == 1 else bound & after


def write_token(row: Model, fields: Sequence["Field[Any, Any]"]) -> str:
    """The place of a row, for a URL."""
    values = [plain(getattr(row, field.attname)) for field in fields]
    named = json.dumps([[field.name for field in fields], values], separators=(",", ":"))
    return base64.urlsafe_b64encode(named.encode()).decode().rstrip("=")


def plain(value: Any) -> Any:
    """A value as JSON holds it, exactly."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) or not isinstance(value, str | int | float) else value


def read_token(token: str, fields: Sequence["Field[Any, Any]"]) -> list[Any] | None:
    """The place a token names, or None where it is none of ours."""
    if len(token) > LONGEST:
        return None
    try:
        names, values = json.loads(
            base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        )
        if names != [field.name for field in fields] or len(values) != len(fields):
            return None
        return [checked(field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, RecursionError, OverflowError, ValidationError):
        return None


def checked(field: "Field[Any, Any]", value: Any) -> Any:
    """The value of a field from its JSON form; ``ValueError`` where it cannot be one."""
    if value is None or isinstance(value, list | dict | bool):
        raise ValueError("not a value of a column")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("a text that no database holds")
    read = field.to_python(value)
    if isinstance(read, int) and not -(2**63) <= read < 2**63:
        raise ValueError("a number out of reach")
    if isinstance(read, float) and read != read:
        raise ValueError("not a number")
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError("a time without zone")
    return read
