"""The fifth step's questions: what is due, one, the answer."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from linli.api.door import Asked
from linli.api.once import once
from linli.api.paging import After, Page, Size, paged
from linli.api.shapes import (
    ASKING,
    KEYED,
    PROBLEMS,
    Body,
    Done,
    Named,
    Number,
    Words,
    category_of,
    link,
    named,
    text,
)
from linli.ground.people.access import require
from linli.loop.evaluate import actions
from linli.loop.evaluate.access import follow_up_for
from linli.loop.evaluate.queries import due_follow_ups

router = Router(tags=["follow-ups"])


class FollowUpOut(BaseModel):
    """Whether it is solved, whether they are satisfied, in their words."""

    id: int
    need: str
    title: str
    asker: str | None = Field(description="Masked name")
    category: Named | None
    area: str = Field(description="Code without its trailing zeros")
    lap: int
    state: str
    due_on: date
    tries: int
    solved: bool | None
    satisfied: bool | None
    words: str
    way: str
    answered_at: datetime | None
    link: str


def show(row: Any) -> FollowUpOut:
    """A follow-up."""
    return FollowUpOut(
        id=row.pk,
        need=row.need.no,
        title=text(row.need.title),
        asker=named(row.need.asker),
        category=category_of(row.need),
        area=row.stem,
        lap=row.lap,
        state=row.state,
        due_on=row.due_on,
        tries=row.tries,
        solved=row.solved,
        satisfied=row.satisfied,
        words=text(row.words),
        way=row.way,
        answered_at=row.answered_at,
        link=link("follow-ups", row.pk),
    )


@router.get(
    "",
    operation_id="listDueFollowUps",
    summary="Whom to ask today",
    response={200: Page[FollowUpOut], **ASKING},
)
def list_due(request: Asked, after: After, size: Size) -> Any:
    """Follow-ups in your areas that are due, oldest first."""
    stems = require(request.me, "followup.see", on=request.today)
    rows = due_follow_ups(stems, on=request.today)
    return paged(rows, show, order=["due_on", "id"], after=after, size=size)


@router.get(
    "/{pk}", operation_id="getFollowUp", summary="One follow-up", response={200: FollowUpOut, **ASKING}
)
def get_follow_up(request: Asked, pk: Number) -> Any:
    """A follow-up in your areas."""
    return show(follow_up_for(request.me, pk=pk, verb="followup.see", on=request.today))


class Answer(Body):
    """What the person said on the phone or at the door."""

    solved: bool
    satisfied: bool
    words: Words = Field("", description="In their words; needed where something is still missing")
    way: Literal["call", "visit"]


@router.post(
    "/{pk}/answer",
    operation_id="answerFollowUp",
    summary="Write down the answer",
    response={200: Done, **PROBLEMS},
    openapi_extra=KEYED,
)
def answer(request: Asked, pk: Number, body: Answer) -> HttpResponse:
    """Unsolved or unsatisfied opens the need again, with its history."""
    row = follow_up_for(request.me, pk=pk, on=request.today)

    def act() -> Done:
        """Keep it."""
        said = actions.answer(follow_up=row, **body.model_dump(), by=request.me, now=request.now)
        said.need.refresh_from_db(fields=["state"])
        return Done(
            kind="follow_up",
            id=str(said.pk),
            state=said.state,
            link=link("follow-ups", said.pk),
            need=said.need.no,
            need_state=said.need.state,
        )

    return once(request, act)
