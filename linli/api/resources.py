"""Resources: the list, one, a new one."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.once import once
from linli.api.paging import After, Page, Size, paged
from linli.api.shapes import (
    ASKING,
    KEYED,
    PROBLEMS,
    Body,
    Code,
    Day,
    Done,
    Lat,
    Line,
    Lon,
    Named,
    Number,
    Ref,
    area_of,
    link,
    position_of,
    text,
)
from linli.engine.geo import to_wgs84
from linli.ground.people.access import area_for, person_for, require
from linli.ground.places.choices import Crs
from linli.ground.places.queries import within
from linli.kit.masks import mask_name
from linli.kit.refused import Refused
from linli.loop.ask.queries import categories
from linli.loop.link import actions
from linli.loop.link.access import resource_for, resources_for
from linli.loop.link.choices import Period, ResourceKind
from linli.loop.link.queries import loads

router = Router(tags=["resources"])
PEOPLE = {ResourceKind.PERSON, ResourceKind.CRAFTSMAN}


class ResourceOut(BaseModel):
    """Somebody or something that can answer needs; people by their masked name, never how to call them."""

    id: int
    kind: str
    name: str
    area: Named
    categories: list[Named]
    capacity: int
    period: str = Field(description="How often the capacity is there anew")
    measure: str
    free: int = Field(description="What is left in the present period")
    valid_from: date
    valid_until: date | None
    lon: float | None
    lat: float | None
    rated: int
    satisfied: int
    link: str


def name_of(resource: Any) -> str:
    """People by their masked name."""
    is_somebody = resource.person_id is not None or resource.kind in PEOPLE
    return mask_name(resource.name) if is_somebody else text(resource.name)


def show(resource: Any, free: int) -> ResourceOut:
    """A resource and what is free of it."""
    return ResourceOut(
        id=resource.pk,
        kind=resource.kind,
        name=name_of(resource),
        area=area_of(resource),
        categories=[Named(code=row.code, name=row.name) for row in resource.categories.all()],
        capacity=resource.capacity,
        period=resource.period,
        measure=resource.measure,
        free=free,
        valid_from=resource.valid_from,
        valid_until=resource.valid_until,
        lon=resource.lon,
        lat=resource.lat,
        rated=resource.rated,
        satisfied=resource.satisfied,
        link=link("resources", resource.pk),
    )


@router.get(
    "", operation_id="listResources", summary="List resources", response={200: Page[ResourceOut], **ASKING}
)
def list_resources(
    request: Asked,
    kind: Annotated[ResourceKind | None, Query(None)],
    category: Annotated[Code | None, Query(None, description="Code of a kind of ask it answers")],
    area: Annotated[Code | None, Query(None)],
    after: After,
    size: Size,
) -> Any:
    """Resources in your areas and those above that serve them, in the order they were entered."""
    require(request.me, "resource.see", on=request.today)
    rows = resources_for(request.me, on=request.today).prefetch_related("categories")
    if area is not None:
        rows = rows.filter(within([area_for(request.me, "resource.see", code=area, on=request.today).stem]))
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if category is not None:
        rows = rows.filter(categories__code=category)
    found = paged(rows, lambda row: row, order=["id"], after=after, size=size)
    shown = [show(load.resource, load.free) for load in loads(found.items, on=request.today)]
    return Page[ResourceOut](items=shown, next=found.next)


@router.get(
    "/{pk}", operation_id="getResource", summary="One resource", response={200: ResourceOut, **ASKING}
)
def get_resource(request: Asked, pk: Number) -> Any:
    """A resource that your areas may count on."""
    (load,) = loads([resource_for(request.me, pk=pk, on=request.today)], on=request.today)
    return show(load.resource, load.free)


class NewResource(Body):
    """What can help, how much of it, and how long."""

    area: Code
    kind: ResourceKind
    name: Line = Field(max_length=60)
    capacity: int = Field(ge=1, le=1_000_000)
    period: Period
    categories: list[Code] = Field(min_length=1, max_length=50)
    valid_from: Day | None = Field(None, description="Today, if not given")
    valid_until: Day | None = None
    person: Ref | None = Field(None, description="Number of the person, where it is somebody")
    contact: Line = Field("", max_length=60, description="Kept, and never given back here")
    measure: Line = Field("", max_length=10)
    note: Line = ""
    lon: Lon | None = None
    lat: Lat | None = None
    crs: Crs = Crs.WGS84


def kinds_by(request: Asked, codes: list[str]) -> list[Any]:
    """Kinds of ask in use by their codes."""
    found = list(categories(on=request.today).filter(code__in=codes))
    if len(found) != len(set(codes)):
        raise Refused(_("There is no such kind of ask."), field="categories")
    return found


@router.post(
    "",
    operation_id="createResource",
    summary="Put a resource on the list",
    response={201: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def create_resource(request: Asked, body: NewResource) -> HttpResponse:
    """It serves everything under its area."""
    area = area_for(request.me, "resource.keep", code=body.area, on=request.today)
    person = person_for(request.me, pk=body.person, on=request.today) if body.person else None
    given = position_of(body.lon, body.lat)
    position = to_wgs84(*given, body.crs.value) if given else None

    def act() -> Done:
        """Keep it."""
        row = actions.keep_resource(
            area=area,
            kind=body.kind.value,
            name=body.name,
            capacity=body.capacity,
            period=body.period.value,
            categories=kinds_by(request, body.categories),
            valid_from=body.valid_from or request.today,
            valid_until=body.valid_until,
            person=person,
            contact=body.contact,
            measure=body.measure,
            position=position,
            note=body.note,
            by=request.me,
            now=request.now,
        )
        return Done(kind="resource", id=str(row.pk), state="listed", link=link("resources", row.pk))

    return once(request, act, status=201)
