"""The second step: candidates for a need with their reasons, matches, giving one back."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.once import once
from linli.api.paging import After, Page, Size, paged
from linli.api.resources import name_of
from linli.api.shapes import (
    ASKING,
    KEYED,
    PROBLEMS,
    Body,
    Day,
    Done,
    No,
    Number,
    Ref,
    Words,
    link,
    named,
    text,
)
from linli.loop.ask.access import need_for
from linli.loop.link import actions
from linli.loop.link.access import match_for, resource_for_need
from linli.loop.link.queries import candidates, matches_of

router = Router(tags=["matches"])
Amount = Annotated[int, Field(ge=1, le=100_000)]


class CandidateOut(BaseModel):
    """A resource, how well it fits, and why in words."""

    resource: int
    name: str
    kind: str
    fits: bool
    percent: int = Field(description="From 0 to 100")
    reasons: list[str]
    against: list[str] = Field(description="Why it does not fit, empty where it does")
    free: int
    link: str


class Candidates(BaseModel):
    """Fitting ones first, best first; the others follow with what stands against them."""

    items: list[CandidateOut]


class MatchOut(BaseModel):
    """A resource agreed for a need."""

    id: int
    need: str
    resource: int
    name: str
    state: str
    lap: int
    amount: int
    begins: str | None = Field(description="First day of the period whose capacity it takes")
    reasons: list[str]
    against: list[str]
    override: str | None = Field(description="Why it was chosen against the advice")
    by: str | None
    at: datetime
    link: str


def show_candidate(proposal: Any) -> CandidateOut:
    """A line of the proposal."""
    return CandidateOut(
        resource=proposal.resource.pk,
        name=name_of(proposal.resource),
        kind=proposal.resource.kind,
        fits=proposal.candidate.fits,
        percent=proposal.percent,
        reasons=proposal.reasons,
        against=proposal.against,
        free=proposal.free,
        link=link("resources", proposal.resource.pk),
    )


def show(match: Any, need_no: str) -> MatchOut:
    """A match."""
    return MatchOut(
        id=match.pk,
        need=need_no,
        resource=match.resource_id,
        name=name_of(match.resource),
        state=match.state,
        lap=match.lap,
        amount=match.amount,
        begins=match.slot.begins.isoformat() if match.slot else None,
        reasons=match.reasons,
        against=match.against,
        override=text(match.override.text) if match.override else None,
        by=named(match.by),
        at=match.at,
        link=link("matches", match.pk),
    )


def done(match: Any, need: Any) -> Done:
    """The answer to an act on a match."""
    need.refresh_from_db(fields=["state"])
    return Done(
        kind="match",
        id=str(match.pk),
        state=match.state,
        link=link("matches", match.pk),
        need=need.no,
        need_state=need.state,
    )


@router.get(
    "/needs/{no}/candidates",
    operation_id="listCandidates",
    summary="What could help",
    response={200: Candidates, **ASKING},
)
def list_candidates(
    request: Asked,
    no: No,
    wanted_on: Annotated[Day | None, Query(None, description="The day it is needed; today if not given")],
    amount: Annotated[Amount, Query(1)],
) -> Any:
    """Resources ranked for a need with their reasons, and why others do not fit."""
    need = need_for(request.me, no=no, verb="match.decide", on=request.today)
    found = candidates(need, on=request.today, wanted_on=wanted_on, amount=amount)
    return Candidates(items=[show_candidate(proposal) for proposal in found])


@router.get(
    "/needs/{no}/matches",
    operation_id="listMatches",
    summary="What was agreed",
    response={200: Page[MatchOut], **ASKING},
)
def list_matches(request: Asked, no: No, after: After, size: Size) -> Any:
    """Every match of a need, oldest first."""
    need = need_for(request.me, no=no, on=request.today)
    return paged(matches_of(need), lambda row: show(row, need.no), order=["id"], after=after, size=size)


@router.get("/matches/{pk}", operation_id="getMatch", summary="One match", response={200: MatchOut, **ASKING})
def get_match(request: Asked, pk: Number) -> Any:
    """A match of a need in your areas."""
    match = match_for(request.me, pk=pk, verb="need.see", on=request.today)
    return show(match, match.need.no)


class Agree(Body):
    """What shall help, when, and how much of it."""

    resource: Ref
    wanted_on: Day | None = None
    amount: Amount = 1
    override: Words = Field("", description="Needed where it does not seem to fit")


@router.post(
    "/needs/{no}/matches",
    operation_id="agreeMatch",
    summary="Agree a match",
    response={201: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def agree(request: Asked, no: No, body: Agree) -> HttpResponse:
    """The capacity is taken at once; it can never be promised twice."""
    need = need_for(request.me, no=no, verb="match.decide", on=request.today)
    resource = resource_for_need(request.me, need, pk=body.resource, on=request.today)

    def act() -> Done:
        """Agree it."""
        match = actions.agree(
            need=need,
            resource=resource,
            wanted_on=body.wanted_on,
            amount=body.amount,
            override=body.override,
            by=request.me,
            now=request.now,
        )
        return done(match, need)

    return once(request, act, status=201)


class Release(Body):
    """A word why, for the colleagues."""

    text: Words = ""


@router.post(
    "/matches/{pk}/release",
    operation_id="releaseMatch",
    summary="Give a match back",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def release(request: Asked, pk: Number, body: Release) -> HttpResponse:
    """What it took is free again."""
    match = match_for(request.me, pk=pk, on=request.today)

    def act() -> Done:
        """Release it."""
        freed = actions.release(match=match, text=body.text, by=request.me, now=request.now)
        return done(freed, freed.need)

    return once(request, act)
