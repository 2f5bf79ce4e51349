"""Pages by the place of the last row: ``{"items": […], "next": token or null}``."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BaseModel, Field

from linli.api.shapes import Text
from linli.kit.keyset import PAGE, field_of, page, read_token
from linli.kit.refused import Refused

MAX_SIZE = 100
Shown = TypeVar("Shown")

After = Annotated[Text | None, Query(None, description="`next` of the page before", max_length=1000)]
Size = Annotated[int, Query(PAGE, ge=1, le=MAX_SIZE, description="Rows on a page")]


class Page(BaseModel, Generic[Shown]):
    """Rows, and where the next page begins (null on the last one)."""

    items: list[Shown]
    next: str | None = Field(description="Give this as `after` to get the next page")


def paged(
    rows: QuerySet[Any], show: Callable[[Any], Shown], *, order: Sequence[str], after: str | None, size: int
) -> Page[Shown]:
    """One page of ``rows``, each as ``show`` makes it; a token of another list is refused."""
    if after and read_token(after, [field_of(rows.model, name) for name in order]) is None:
        raise Refused(_("This page mark belongs to another list."), field="after")
    found = page(rows, order=order, after=after, size=size)
    return Page(items=[show(row) for row in found.rows], next=found.after)
