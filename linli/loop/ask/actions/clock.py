"""The clock of a need: promises become due times when set, stop for a reason, move by what passed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.engine.promises import due, pushed_by
from linli.ground.journal.choices import Notice
from linli.ground.people.models import Person
from linli.ground.places.queries import WorkCalendar
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions.base import add_remark, locked, note
from linli.loop.ask.actions.telling import tell_askers
from linli.loop.ask.choices import MAX_EXTENSION_DAYS, NEAR_SHARE, PromiseFor, RemarkKind, Unit
from linli.loop.ask.models import Extension, Need, Promise, Stop
from linli.loop.ask.queries import CLOCK, promise_for


def due_time(promise: Promise, start: datetime, calendar: WorkCalendar) -> datetime:
    """When a promise given at ``start`` falls due, on the working calendar of that day."""
    local = timezone.localtime(start)
    return due(local, promise.amount, promise.unit, calendar.works, calendar.hours)


def set_limits(need: Need, now: datetime, calendar: WorkCalendar | None = None) -> None:
    """Store what is promised for the need from now on: answer by, settle by, and when that is near."""
    calendar = calendar or WorkCalendar()
    today = local_day(now)
    answer = promise_for(need.category, need.urgency, PromiseFor.RESPOND, need.area, on=today)
    settle = promise_for(need.category, need.urgency, PromiseFor.RESOLVE, need.area, on=today)
    if settle is None:
        raise Refused(_("No promise is set for this kind and urgency. Please set one under Settings first."))
    if need.responded_at is None:
        need.respond_by = due_time(answer, now, calendar) if answer else None
    set_due(need, due_time(settle, now, calendar), now)
    need.promise_words = f"{settle.amount} {settle.unit}"


def set_due(need: Need, due_at: datetime, since: datetime) -> None:
    """Store the due time and the moment from which it counts as near (the last fifth of the way)."""
    need.due_at = due_at
    need.near_at = due_at - max((due_at - since) * NEAR_SHARE, timedelta(minutes=10))
    need.sort_at = due_at


def stop_clock(*, need: Need, reason: str, text: str, by: Person, now: datetime) -> Stop:
    """Let the clock stand still for a reason that the asker can read."""
    with transaction.atomic():
        need = locked(need)
        if need.state not in CLOCK:
            raise Refused(_("The clock of this ask is not running."))
        if need.stopped_at:
            raise Refused(_("The clock already stands still."))
        said = add_remark(need, RemarkKind.STOP, text, by, now)
        stop = Stop.objects.create(need=need, reason=reason, since=now, remark=said)
        need.stopped_at = now
        need.save(update_fields=["stopped_at"])
        note(need, "need.stopped", by, now, reason=reason, remark=said.pk)
        tell_askers(need, Notice.DELAYED, now, mark=f"stop{stop.pk}")
    return stop


def resume_clock(*, need: Need, by: Person | None, now: datetime) -> Need:
    """Let the clock go on; the due time moves by the time that passed, counted in the promise's own unit."""
    with transaction.atomic():
        need = locked(need)
        if need.stopped_at is None:
            raise Refused(_("The clock is running."))
        end_stop(need, now)
        need.save(update_fields=["stopped_at", "due_at", "near_at", "sort_at"])
        note(need, "need.resumed", by, now, due=need.due_at.isoformat() if need.due_at else None)
    return need


def end_stop(need: Need, now: datetime) -> None:
    """End an open stop, if there is one, and push the due time."""
    if need.stopped_at is None:
        return
    Stop.objects.filter(need=need, until=None).update(until=now)
    if need.due_at:
        calendar = WorkCalendar()
        since = timezone.localtime(need.stopped_at)
        unit = need.promise_words.rpartition(" ")[2] or Unit.HOURS
        old = timezone.localtime(need.due_at)
        new = pushed_by(old, since, timezone.localtime(now), unit, calendar.works, calendar.hours)
        near = need.near_at or need.due_at
        need.near_at = near + (new - old)
        need.due_at = need.sort_at = new
    need.stopped_at = None


def extend(*, need: Need, due_at: datetime, text: str, by: Person, now: datetime) -> Extension:
    """A later due time, only before the old one has passed, with a reason the asker is told."""
    with transaction.atomic():
        need = locked(need)
        if need.state not in CLOCK or need.due_at is None:
            raise Refused(_("The clock of this ask is not running."))
        if need.stopped_at:
            raise Refused(_("The clock stands still. Let it go on first, then extend."))
        if now > need.due_at:
            raise Refused(_("It is already late; an extension must be asked for before."), field="due_at")
        if due_at > need.due_at + timedelta(days=MAX_EXTENSION_DAYS):
            raise Refused(
                _("At most {days} days more at a time.").format(days=MAX_EXTENSION_DAYS), field="due_at"
            )
        if due_at <= need.due_at:
            raise Refused(_("The new time must be later than the old one."), field="due_at")
        said = add_remark(need, RemarkKind.EXTENSION, text, by, now)
        row = Extension.objects.create(
            need=need, old_due=need.due_at, new_due=due_at, at=now, by=by, remark=said
        )
        set_due(need, due_at, now)
        need.save(update_fields=["due_at", "near_at", "sort_at"])
        note(need, "need.extended", by, now, remark=said.pk, extension=row.pk, due=due_at.isoformat())
        tell_askers(need, Notice.DELAYED, now, mark=f"extension{row.pk}")
    return row
