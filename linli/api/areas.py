"""Areas in which somebody has a role."""

from datetime import date
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.paging import After, Page, Size, paged
from linli.api.shapes import ASKING, Code
from linli.ground.people.access import area_for, areas_for
from linli.ground.places.choices import Level

router = Router(tags=["areas"])


class AreaOut(BaseModel):
    """A street, community or grid."""

    code: str = Field(description="12 digits, 15 for a grid")
    name: str
    level: str
    grid_kind: str
    parent: str | None = Field(description="Code of the area above")
    valid_from: date
    valid_until: date | None
    lon: float | None
    lat: float | None


def show(area: Any) -> AreaOut:
    """An area."""
    return AreaOut(
        code=area.code,
        name=area.name,
        level=area.level,
        grid_kind=area.grid_kind,
        parent=area.parent.code if area.parent else None,
        valid_from=area.valid_from,
        valid_until=area.valid_until,
        lon=area.lon,
        lat=area.lat,
    )


@router.get("", operation_id="listAreas", summary="List areas", response={200: Page[AreaOut], **ASKING})
def list_areas(
    request: Asked,
    level: Annotated[Level | None, Query(None)],
    under: Annotated[Code | None, Query(None, description="Code of an area above")],
    after: After,
    size: Size,
) -> Any:
    """The areas of your roles and all below them, valid today, in order of their codes."""
    rows = areas_for(request.me, "need.ask", on=request.today).select_related("parent")
    if under is not None:
        above = area_for(request.me, "need.ask", code=under, on=request.today)
        rows = rows.filter(stem__startswith=above.stem)
    if level is not None:
        rows = rows.filter(level=level.value)
    return paged(rows, show, order=["code"], after=after, size=size)
