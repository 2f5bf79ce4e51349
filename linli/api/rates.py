"""The three rates by area and period, and the rows behind each number."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.paging import After, Page, Size, paged
from linli.api.shapes import ASKING, Code, Day, Named, category_of, link
from linli.ground.people.access import area_for, areas_for, require
from linli.ground.places.choices import Level
from linli.kit.refused import Refused
from linli.loop.evaluate.choices import Rate
from linli.loop.evaluate.queries import rates_by_area, rows_behind

router = Router(tags=["rates"])
First = Annotated[Day | None, Query(None, description="First day; the first of this month if not given")]
Last = Annotated[Day | None, Query(None, description="Last day, included; today if not given")]
Part = Literal["yes", "no", "all", "excluded"]


class RateLinks(BaseModel):
    """Where the rows behind each number are."""

    numerator: str
    denominator: str
    exclusions: str


class RateOut(BaseModel):
    """One rate: how many, of how many, and how many were left out."""

    rate: str
    label: str
    numerator: int
    denominator: int
    exclusions: int
    value: float | None = Field(description="From 0 to 1; null where nobody was asked")
    rows: RateLinks


class AreaRates(BaseModel):
    """The three rates of an area."""

    area: Named
    level: str
    first: date
    last: date
    rates: list[RateOut]


class RateRow(BaseModel):
    """A row behind a number: a need, or one lap's follow-up of it."""

    kind: Literal["need", "follow_up"]
    id: str
    need: str
    category: Named | None
    day: date | None
    yes: bool | None = Field(description="Whether it counts in the numerator")
    link: str


def period(request: Asked, first: date | None, last: date | None) -> tuple[date, date]:
    """Both days included; this month up to today where nothing is said."""
    last = last or request.today
    first = first or last.replace(day=1)
    if first > last:
        raise Refused(_("The period ends before it begins."), field="last")
    return first, last


def show(area: Any, shares: Any, first: date, last: date) -> AreaRates:
    """The three rates of an area, each number with its rows."""
    span = {"first": first.isoformat(), "last": last.isoformat()}

    def rows(rate: str, part: str) -> str:
        """Where the rows behind a number are."""
        return link("rates", "rows", area=area.code, rate=rate, part=part, **span)

    return AreaRates(
        area=Named(code=area.code, name=area.name),
        level=area.level,
        first=first,
        last=last,
        rates=[
            RateOut(
                rate=share.rate,
                label=share.label,
                numerator=share.yes,
                denominator=share.all,
                exclusions=share.excluded,
                value=share.value,
                rows=RateLinks(
                    numerator=rows(share.rate, "yes"),
                    denominator=rows(share.rate, "all"),
                    exclusions=rows(share.rate, "excluded"),
                ),
            )
            for share in shares
        ],
    )


@router.get(
    "", operation_id="listRates", summary="The three rates", response={200: Page[AreaRates], **ASKING}
)
def list_rates(
    request: Asked,
    area: Annotated[Code | None, Query(None, description="This area and those below; else all of yours")],
    level: Annotated[Level | None, Query(None)],
    first: First,
    last: Last,
    after: After,
    size: Size,
) -> Any:
    """Response, resolution and satisfaction rate of each area in a period, in order of the areas' codes."""
    require(request.me, "rates.see", on=request.today)
    begin, end = period(request, first, last)
    rows = areas_for(request.me, "rates.see", on=request.today)
    if area is not None:
        above = area_for(request.me, "rates.see", code=area, on=request.today)
        rows = rows.filter(stem__startswith=above.stem)
    if level is not None:
        rows = rows.filter(level=level.value)
    found = paged(rows, lambda row: row, order=["code"], after=after, size=size)
    shown = [show(one, shares, begin, end) for one, shares in rates_by_area(found.items, begin, end)]
    return Page[AreaRates](items=shown, next=found.next)


def show_need(need: Any) -> RateRow:
    """A need behind the response rate."""
    return RateRow(
        kind="need",
        id=need.no,
        need=need.no,
        category=category_of(need),
        day=need.counted_on,
        yes=need.in_time,
        link=link("needs", need.no),
    )


def show_follow_up(row: Any, rate: str) -> RateRow:
    """A follow-up behind the other two."""
    return RateRow(
        kind="follow_up",
        id=str(row.pk),
        need=row.need.no,
        category=category_of(row.need),
        day=row.answered_on,
        yes=row.solved if rate == Rate.RESOLUTION else row.satisfied,
        link=link("follow-ups", row.pk),
    )


@router.get(
    "/rows",
    operation_id="listRateRows",
    summary="The rows behind a number",
    response={200: Page[RateRow], **ASKING},
)
def list_rows(
    request: Asked,
    area: Annotated[Code, Query(...)],
    rate: Annotated[Rate, Query(...)],
    part: Annotated[Part, Query("all")],
    first: First,
    last: Last,
    after: After,
    size: Size,
) -> Any:
    """As many rows as the number says: `yes` the numerator, `all` the denominator, `excluded` what is left out."""
    stem = area_for(request.me, "rates.see", code=area, on=request.today).stem
    rows: Any = rows_behind(stem, rate.value, part, *period(request, first, last))
    if rate == Rate.RESPONSE:
        return paged(rows.select_related("category"), show_need, order=["id"], after=after, size=size)
    return paged(rows, lambda row: show_follow_up(row, rate.value), order=["id"], after=after, size=size)
