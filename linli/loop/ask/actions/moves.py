"""Moves that later steps ask for: link, run, done, close, reopen. They call down; nothing here looks up."""

from datetime import datetime

from django.db import transaction

from linli.ground.journal.choices import Notice
from linli.ground.people.models import Person
from linli.loop.ask.actions.base import Counting, add_remark, locked, note, step
from linli.loop.ask.actions.clock import end_stop, set_limits
from linli.loop.ask.actions.telling import tell_askers
from linli.loop.ask.choices import RemarkKind
from linli.loop.ask.models import Need


def mark_linked(*, need: Need, match: int, by: Person, now: datetime) -> Need:
    """Help was found."""
    with transaction.atomic():
        need = locked(need)
        if need.state not in {"linked", "running"}:
            step(need, "link")
        need.save(update_fields=["state"])
        note(need, "need.linked", by, now, match=match)
        tell_askers(need, Notice.LINKED, now, mark=str(match))
    return need


def mark_unlinked(*, need: Need, match: int, by: Person, now: datetime) -> Need:
    """The last help that was found has been given back."""
    with transaction.atomic():
        need = locked(need)
        if need.state in {"linked", "running"}:
            step(need, "unlink")
            need.save(update_fields=["state"])
        note(need, "need.unlinked", by, now, match=match)
    return need


def mark_running(*, need: Need, task: int, by: Person, now: datetime) -> Need:
    """Somebody is on it."""
    with transaction.atomic():
        need = locked(need)
        if need.state != "running":
            step(need, "run")
        need.save(update_fields=["state"])
        note(need, "need.running", by, now, task=task)
        tell_askers(need, Notice.WORKING, now, mark=f"task{task}")
    return need


def mark_done(*, need: Need, by: Person, now: datetime, task: int | None = None) -> Need:
    """What was to be done is done; somebody else checks it."""
    with transaction.atomic():
        need = locked(need)
        step(need, "done")
        end_stop(need, now)
        need.done_at = now
        need.save()
        note(need, "need.done", by, now, task=task)
        tell_askers(need, Notice.DONE, now)
    return need


def send_back(*, need: Need, text: str, by: Person, now: datetime) -> Need:
    """The check found that it is not done."""
    with transaction.atomic():
        need = locked(need)
        step(need, "send_back")
        said = add_remark(need, RemarkKind.NOTE, text, by, now)
        need.done_at = None
        need.save(update_fields=["state", "done_at"])
        note(need, "need.sent_back", by, now, remark=said.pk)
    return need


def close_need(*, need: Need, by: Person, now: datetime) -> Need:
    """Checked by somebody other than the doer, and closed; the follow-up is still to come."""
    with transaction.atomic():
        need = locked(need)
        step(need, "close")
        need.closed_at = now
        need.save(update_fields=["state", "closed_at"])
        note(need, "need.closed", by, now)
        tell_askers(need, Notice.CLOSED, now)
    return need


def reopen_need(*, need: Need, text: str, by: Person | None, now: datetime) -> Need:
    """Take it up again: a new lap with a new promise; the history stays."""
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            step(need, "reopen")
            need.lap += 1
            need.refusal = ""
            need.done_at = need.closed_at = None
            if need.accepted_at is None:
                need.accepted_at, need.responded_at = now, None
            set_limits(need, now)
            need.save()
        said = add_remark(need, RemarkKind.NOTE, text, by, now) if text.strip() else None
        note(need, "need.reopened", by, now, remark=said.pk if said else None)
        tell_askers(need, Notice.REOPENED, now)
    return need


def set_excluded(*, need: Need, excluded: bool, by: Person, now: datetime) -> Need:
    """Take a need out of the rates, or put it back; who may, and why, is the evaluation's business."""
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            need.excluded = excluded
            need.save(update_fields=["excluded"])
        note(need, "need.excluded" if excluded else "need.included", by, now)
    return need
