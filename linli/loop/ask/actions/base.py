"""What every verb on a need shares: the lock, the move, the journal row, the kept counts."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import NEED, NotAllowed, move
from linli.ground.journal.actions import record, tally
from linli.ground.people.models import Person
from linli.kit.refused import Refused
from linli.loop.ask.choices import RemarkKind, State
from linli.loop.ask.models import Need, Remark

LOST_RACE = _("This ask is already “{state}”. Please look at it again.")


def locked(need: Need) -> Need:
    """The need read again under a row lock: call inside a transaction, use what comes back."""
    return (
        Need.objects.select_for_update(of=("self",))
        .select_related("area", "category", "asker")
        .get(pk=need.pk)
    )


def step(need: Need, verb: str) -> None:
    """Move the need along the state table, or refuse in words."""
    try:
        need.state = move(NEED, need.state, verb)
    except NotAllowed as error:
        raise Refused(LOST_RACE.format(state=State(need.state).label)) from error


def note(need: Need, verb: str, by: Person | None, now: datetime, **facts: Any) -> None:
    """Write what happened into the journal; facts hold numbers and codes, never texts."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind="need",
        subject=need.pk,
        need=need.pk,
        area_code=need.stem,
        facts={"state": need.state, "lap": need.lap, **facts},
    )


def add_remark(need: Need, kind: RemarkKind, text: str, by: Person | None, now: datetime) -> Remark:
    """Keep a piece of text beside the need; it is personal and can be erased, the journal only has its number."""
    text = text.strip()
    if len(text) < 2:
        raise Refused(_("Please write a few words why."), field="text")
    return Remark.objects.create(need=need, kind=kind, text=text, at=now, by=by)


def counts_of(need: Need) -> dict[str, int]:
    """What the need adds to the kept counts of the response rate."""
    if need.counted_on is None:
        return {}
    if need.excluded:
        return {"response_excluded": 1}
    return {"response_all": 1, **({"response_yes": 1} if need.in_time else {})}


class Counting:
    """Keeps the counts right whatever changes in between: ``with Counting(need): change it and save``."""

    def __init__(self, need: Need) -> None:
        self.need = need
        self.before = counts_of(need)
        self.day = need.counted_on

    def __enter__(self) -> Need:
        return self.need

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            return
        after, day = counts_of(self.need), self.need.counted_on
        codes = self.need.codes
        if (after, day) == (self.before, self.day):
            return
        changes: dict[tuple[str, Any], int] = {}
        for measure, count in self.before.items():
            changes[measure, self.day] = -count
        for measure, count in after.items():
            changes[measure, day] = changes.get((measure, day), 0) + count
        for (measure, when), count in sorted(changes.items(), key=str):
            tally(measure=measure, codes=codes, day=when, by=count)
