"""Triage: take up, refuse with a reason, merge what is the same, split again, withdraw."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.ground.journal.choices import Notice
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions.base import Counting, add_remark, locked, note, step
from linli.loop.ask.actions.clock import end_stop, set_limits
from linli.loop.ask.actions.raising import FACE_TO_FACE
from linli.loop.ask.actions.telling import mark_responded, tell_askers
from linli.loop.ask.choices import RefusalReason, RemarkKind, Urgency
from linli.loop.ask.models import Category, Need


def accept(
    *,
    need: Need,
    category: Category,
    by: Person,
    now: datetime,
    urgency: str = Urgency.NORMAL,
    owner: Person | None = None,
) -> Need:
    """Take an ask up: from now on the promise for its kind and urgency runs."""
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            step(need, "accept")
            need.category, need.urgency = category, urgency
            need.owner = owner or need.owner or by
            need.accepted_at = now
            need.counted_on = local_day(now)
            need.in_time = False
            set_limits(need, now)
            if not (need.asker or need.asker_words) or (need.channel in FACE_TO_FACE and need.heard_by_id):
                mark_responded(need, now)
            need.save()
        note(need, "need.accepted", by, now, category=category.code, urgency=urgency, due=need.promise_words)
        tell_askers(need, Notice.ACCEPTED, now)
    return need


def recategorise(*, need: Need, category: Category, urgency: str, by: Person, now: datetime) -> Need:
    """Change what a need is taken for; the promise of the new kind counts from when it was taken up."""
    with transaction.atomic():
        need = locked(need)
        if need.accepted_at is None or not need.is_open:
            raise Refused(_("Only an open ask that was taken up can be moved to another kind."))
        old = need.category.code if need.category else ""
        end_stop(need, now)
        need.category, need.urgency = category, urgency
        set_limits(need, need.accepted_at)
        need.save()
        note(need, "need.recategorised", by, now, old=old, category=category.code, urgency=urgency)
    return need


def refuse(*, need: Need, reason: str, text: str, by: Person, now: datetime) -> Need:
    """Do not take it up, with a reason and words that say who answers for it instead."""
    if reason not in RefusalReason.values:
        raise Refused(_("Please choose a reason."), field="reason")
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            step(need, "refuse")
            end_stop(need, now)
            said = add_remark(need, RemarkKind.REFUSAL, text, by, now)
            need.refusal, need.closed_at, need.counted_on = reason, now, None
            need.save()
        note(need, "need.refused", by, now, reason=reason, remark=said.pk)
        tell_askers(need, Notice.REFUSED, now)
    return need


def merge(*, need: Need, into: Need, by: Person, now: datetime) -> Need:
    """The same matter as another open ask: it goes on there, and everyone who asked hears the end."""
    if need.pk == into.pk:
        raise Refused(_("An ask cannot be merged into itself."))
    with transaction.atomic():
        first, second = sorted((need, into), key=lambda row: row.pk)
        held = {row.pk: row for row in (locked(first), locked(second))}
        need, into = held[need.pk], held[into.pk]
        if not into.is_open:
            raise Refused(_("The other ask is no longer open."))
        with Counting(need):
            step(need, "merge")
            end_stop(need, now)
            need.merged_into, need.counted_on = into, None
            need.save()
        note(need, "need.merged", by, now, into=into.pk, into_no=into.no)
        note(into, "need.absorbed", by, now, other=need.pk, other_no=need.no)
        tell_askers(need, Notice.MERGED, now)
    return need


def split(*, need: Need, by: Person, now: datetime) -> Need:
    """Undo a merge: the ask goes its own way again, its promise counted from when it was first taken up."""
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            step(need, "split")
            need.merged_into = None
            need.accepted_at = need.accepted_at or now
            need.owner = need.owner or by
            need.counted_on = local_day(need.accepted_at)
            need.in_time = bool(need.in_time)
            if need.due_at is None:
                set_limits(need, now)
            need.save()
        note(need, "need.split", by, now)
    return need


def withdraw(*, need: Need, text: str, by: Person, now: datetime) -> Need:
    """The person who asked no longer needs it."""
    with transaction.atomic():
        need = locked(need)
        with Counting(need):
            step(need, "withdraw")
            end_stop(need, now)
            said = add_remark(need, RemarkKind.NOTE, text, by, now)
            need.closed_at, need.counted_on = now, None
            need.save()
        note(need, "need.withdrawn", by, now, remark=said.pk)
    return need
