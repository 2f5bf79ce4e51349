"""Needs: the list, one, raise, accept, refuse, respond, merge."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
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
    Done,
    Lat,
    Line,
    Lon,
    Moment,
    Named,
    No,
    Ref,
    Text,
    Words,
    area_of,
    category_of,
    link,
    named,
    position_of,
    text,
)
from linli.ground.people.access import area_for, elders_of, may_anywhere, person_for, require
from linli.ground.places.choices import Crs
from linli.ground.places.queries import buildings_under, within
from linli.kit.masks import mask_address, mask_name
from linli.kit.refused import Refused
from linli.loop.ask import actions
from linli.loop.ask.access import need_for, needs_for, own_need_for, own_needs
from linli.loop.ask.choices import Kind, RefusalReason, Urgency
from linli.loop.ask.queries import ROW_PARTS, categories, tab

router = Router(tags=["needs"])
Doors = Literal["api", "online", "walk_in", "phone", "paper", "hotline"]


class NeedRow(BaseModel):
    """A need as lists show it; names masked, private numbers in the title too."""

    no: str
    kind: str
    channel: str
    state: str
    step: int = Field(description="Where it stands on the ring, 1 to 5")
    lap: int
    title: str
    category: Named | None
    urgency: str
    area: Named
    building: str | None
    asker: str | None = Field(description="Masked name")
    is_repeat: bool
    received_at: datetime
    due_at: datetime | None
    link: str


class NeedOut(NeedRow):
    """A need in full."""

    words: str
    place: str
    proxy: str | None
    heard_by: str | None
    owner: str | None
    refusal: str
    said_at: datetime
    accepted_at: datetime | None
    respond_by: datetime | None
    responded_at: datetime | None
    stopped_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    promise: str
    excluded: bool
    candidates_link: str
    matches_link: str


def row_of(need: Any) -> dict[str, Any]:
    """The columns of ``NeedRow``."""
    return {
        "no": need.no,
        "kind": need.kind,
        "channel": need.channel,
        "state": need.state,
        "step": need.step,
        "lap": need.lap,
        "title": text(need.title),
        "category": category_of(need),
        "urgency": need.urgency,
        "area": area_of(need),
        "building": str(need.building) if need.building else None,
        "asker": named(need.asker) or mask_name(need.asker_words) or None,
        "is_repeat": need.is_repeat,
        "received_at": need.received_at,
        "due_at": need.due_at,
        "link": link("needs", need.no),
    }


def show_row(need: Any) -> NeedRow:
    """A line of a list."""
    return NeedRow(**row_of(need))


def show(need: Any) -> NeedOut:
    """The whole need."""
    return NeedOut(
        **row_of(need),
        words=text(need.words),
        place=mask_address(need.place),
        proxy=named(need.proxy),
        heard_by=named(need.heard_by),
        owner=named(need.owner),
        refusal=need.refusal,
        said_at=need.said_at,
        accepted_at=need.accepted_at,
        respond_by=need.respond_by,
        responded_at=need.responded_at,
        stopped_at=need.stopped_at,
        done_at=need.done_at,
        closed_at=need.closed_at,
        promise=need.promise_words,
        excluded=need.excluded,
        candidates_link=link("needs", need.no, "candidates"),
        matches_link=link("needs", need.no, "matches"),
    )


def done(need: Any) -> Done:
    """The answer to an act on a need."""
    return Done(kind="need", id=need.no, state=need.state, link=link("needs", need.no))


def category_by(request: Asked, code: str | None) -> Any:
    """A kind of ask in use, by its code."""
    if code is None:
        return None
    found = categories(on=request.today).filter(code=code).first()
    if found is None:
        raise Refused(_("There is no such kind of ask."), field="category")
    return found


@router.get("", operation_id="listNeeds", summary="List needs", response={200: Page[NeedRow], **ASKING})
def list_needs(
    request: Asked,
    tab_: Annotated[Literal["new", "near", "late", "open", "check", "all"], Query("all", alias="tab")],
    area: Annotated[Code | None, Query(None, description="12 digits, 15 for a grid")],
    mine: Annotated[bool, Query(False, description="What you asked, or hand in for somebody")],
    after: After,
    size: Size,
) -> Any:
    """Needs in your areas. All of them newest first; the other tabs by their limit, nearest first."""
    if mine:
        rows = own_needs(request.me)
    else:
        require(request.me, "need.see", on=request.today)
        rows = needs_for(request.me, on=request.today)
    if area is not None:
        verb = "need.ask" if mine else "need.see"
        rows = rows.filter(within([area_for(request.me, verb, code=area, on=request.today).stem]))
    rows = tab(rows, tab_, now=request.now).select_related(*ROW_PARTS)
    order = ["-id"] if tab_ == "all" else ["sort_at", "id"]
    return paged(rows, show_row, order=order, after=after, size=size)


@router.get("/{no}", operation_id="getNeed", summary="One need", response={200: NeedOut, **ASKING})
def get_need(request: Asked, no: No) -> Any:
    """A need in your areas, or one of your own."""
    try:
        return show(need_for(request.me, no=no, on=request.today))
    except Http404:
        return show(own_need_for(request.me, no=no))


class Raise(Body):
    """An ask, in the words of the person who asked."""

    words: Words
    area: Code | None = Field(None, description="Workers must name it; else the home of whoever asks")
    title: Line = ""
    kind: Kind = Kind.HELP
    channel: Doors = "api"
    category: Code | None = None
    urgency: Urgency = Urgency.NORMAL
    asker: Ref | None = Field(None, description="Number of the person; you are named as who hands it in")
    asker_words: Line = Field("", max_length=80, description="Who asked, where the person is not entered")
    building: Ref | None = None
    place: Line = ""
    lon: Lon | None = None
    lat: Lat | None = None
    crs: Crs = Crs.WGS84
    said_at: Moment | None = None


def who_asks(request: Asked, body: Raise) -> dict[str, Any]:
    """Area, asker and proxy: a worker asks for anyone in her areas, others for themselves or an elder of theirs."""
    me, today = request.me, request.today
    if may_anywhere(me, "need.hear", on=today):
        if body.area is None:
            raise Refused(_("Please name the area."), field="area")
        area = area_for(me, "need.hear", code=body.area, on=today)
        asker = person_for(me, pk=body.asker, on=today) if body.asker else None
        return {"area": area, "asker": asker, "proxy": me if asker and asker.pk != me.pk else None}
    if body.channel not in {"api", "online"}:
        raise Refused(_("Only workers write down what came in by another door."), field="channel")
    asker = me
    if body.asker and body.asker != me.pk:
        asker = elders_of(me).select_related("area").filter(pk=body.asker).first()
        if asker is None:
            raise Http404
    require(me, "need.ask", on=today)
    area = area_for(me, "need.ask", code=body.area, on=today) if body.area else asker.area
    return {"area": area, "asker": asker, "proxy": me if asker.pk != me.pk else None}


def building_by(number: int | None, area: Any) -> Any:
    """A building of the area."""
    if number is None:
        return None
    found = buildings_under([area.stem]).filter(pk=number).first()
    if found is None:
        raise Refused(_("This building is not in the area."), field="building")
    return found


@router.post(
    "",
    operation_id="raiseNeed",
    summary="Raise a need",
    response={201: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def raise_need(request: Asked, body: Raise) -> HttpResponse:
    """Enter one ask. Whoever asked is told that it has arrived."""
    who = who_asks(request, body)
    position = position_of(body.lon, body.lat)

    def act() -> Done:
        """Raise it."""
        return done(
            actions.raise_need(
                **who,
                words=body.words,
                title=body.title,
                kind=body.kind.value,
                channel=body.channel,
                category=category_by(request, body.category),
                urgency=body.urgency.value,
                asker_words=body.asker_words,
                building=building_by(body.building, who["area"]),
                place=body.place,
                position=position,
                crs=body.crs.value,
                said_at=body.said_at,
                by=request.me,
                now=request.now,
            )
        )

    return once(request, act, status=201)


class Accept(Body):
    """What it is taken for; the promise follows from it."""

    category: Code
    urgency: Urgency = Urgency.NORMAL
    owner: Ref | None = Field(None, description="Number of the person who looks after it; else you")


@router.post(
    "/{no}/accept",
    operation_id="acceptNeed",
    summary="Take a need up",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def accept_need(request: Asked, no: No, body: Accept) -> HttpResponse:
    """From now on the promise for its kind and urgency runs."""
    need = need_for(request.me, no=no, verb="need.triage", on=request.today)
    owner = person_for(request.me, pk=body.owner, on=request.today) if body.owner else None

    def act() -> Done:
        """Accept it."""
        kind, urgency = category_by(request, body.category), body.urgency.value
        return done(
            actions.accept(
                need=need, category=kind, urgency=urgency, owner=owner, by=request.me, now=request.now
            )
        )

    return once(request, act)


class Refuse(Body):
    """Why not, and who answers for it instead."""

    reason: RefusalReason
    text: Words


@router.post(
    "/{no}/refuse",
    operation_id="refuseNeed",
    summary="Refuse a need",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def refuse_need(request: Asked, no: No, body: Refuse) -> HttpResponse:
    """Do not take it up, with a reason; whoever asked reads it."""
    need = need_for(request.me, no=no, verb="need.refuse", on=request.today)
    said = {"reason": body.reason.value, "text": body.text}
    return once(request, lambda: done(actions.refuse(need=need, **said, by=request.me, now=request.now)))


class Respond(Body):
    """Words for whoever asked."""

    text: Words


@router.post(
    "/{no}/respond",
    operation_id="respondToNeed",
    summary="Answer whoever asked",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def respond(request: Asked, no: No, body: Respond) -> HttpResponse:
    """The first answer counts for the response rate."""
    need = need_for(request.me, no=no, verb="need.triage", on=request.today)

    def act() -> Done:
        """Say it."""
        actions.respond(need=need, text=body.text, by=request.me, now=request.now)
        return done(need)

    return once(request, act)


class Merge(Body):
    """The other ask about the same matter."""

    into: Text = Field(max_length=20, description="Number of the ask it goes on in")


@router.post(
    "/{no}/merge",
    operation_id="mergeNeed",
    summary="Merge a need into another",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def merge_need(request: Asked, no: No, body: Merge) -> HttpResponse:
    """It goes on in the other ask, and everyone who asked hears the end."""
    need = need_for(request.me, no=no, verb="need.triage", on=request.today)
    into = need_for(request.me, no=body.into, verb="need.triage", on=request.today)
    return once(request, lambda: done(actions.merge(need=need, into=into, by=request.me, now=request.now)))
