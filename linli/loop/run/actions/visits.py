"""Somebody takes a visit, gives it back, does not come: one wins, and everybody else is told."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.choices import SERVING
from linli.commons.timebank.models import Member
from linli.engine.transitions import VISIT
from linli.ground.journal.choices import Notice
from linli.ground.people.models import Person
from linli.kit.refused import Refused
from linli.kit.turns import turn
from linli.loop.run.actions import visit_base as base
from linli.loop.run.actions.bookings import end_if_over, plan_again
from linli.loop.run.choices import VISIT_CODE_DIGITS, VisitState
from linli.loop.run.models import Visit
from linli.loop.run.queries.visits import end_of, is_own, kin_of, overlap, skilled, taken_around

FREE_UNTIL = timedelta(hours=2)  # until so long before nobody asks why it is given back
WAIT = timedelta(minutes=15)  # after the start before it counts as missed
FASTER = _("Somebody was faster: {who} goes there. Thank you all the same.")
AT_ONCE = 200


def take_visit(*, visit: Visit, member: Member, by: Person, now: datetime) -> Visit:
    """Take a visit, by oneself or (a worker on the phone) for a member. Of two at one moment one gets it.

    Not for one's own people, not at the time of another visit of one's own, not without the skill.
    """
    with turn():
        helper = (
            Member.objects.select_for_update(of=("self",))
            .select_related("person__household", "programme")
            .get(pk=member.pk)
        )
        row = base.locked_visit(visit)
        if row.member_id == helper.pk and row.state == VisitState.TAKEN:
            return row
        if row.member and row.state in {VisitState.TAKEN, VisitState.STARTED}:
            raise Refused(FASTER.format(who=row.member.person.name))
        check_helper(helper, row, now)
        base.step(VISIT, row, "take")
        row.member, row.taken_at, row.ended_why = helper, now, ""
        row.code = f"{secrets.randbelow(10**VISIT_CODE_DIGITS):0{VISIT_CODE_DIGITS}d}"
        row.save(update_fields=["state", "member", "taken_at", "ended_why", "code"])
        base.note_visit(row, "taken", by, now, member=helper.no)
        mark = base.stamp(now)
        base.tell_receiver(row, Notice.VISIT_TAKEN, now, mark=mark)
        if by.pk != helper.person_id:
            base.tell_helper(row, helper.person, Notice.TASK, now, mark=mark)
    return row


def check_helper(member: Member, visit: Visit, now: datetime) -> None:
    """Whether this member may go there."""
    if member.state not in SERVING:
        raise Refused(_("Only somebody who has been admitted serves."))
    if member.programme_id != visit.booking.programme_id:
        raise Refused(_("They do not serve in this community."))
    if now >= end_of(visit):
        raise Refused(_("This time has passed."))
    if is_own(member.person, visit.receiver, kin_of([member.person_id])):
        raise Refused(_("Family helps anyway; a neighbour comes from the time bank."))
    if not skilled(member, visit):
        raise Refused(_("This is not among what they said they do, or too heavy for them."))
    around = taken_around([member.pk], visit.starts_at, visit.starts_at).get(member.pk, [])
    if overlap(visit, around):
        raise Refused(_("They have another visit at this time."))


def give_back(*, visit: Visit, by: Person, now: datetime, reason: str = "") -> Visit:
    """Cannot come after all: it looks for somebody again. Near its time, or taken from somebody else, with a reason."""
    with turn():
        row = base.locked_visit(visit)
        base.step(VISIT, row, "give_back")
        helper = row.member
        assert helper is not None
        if now > row.starts_at - FREE_UNTIL or by.pk != helper.person_id:
            reason = base.wrote_why(reason)
        row.member, row.taken_at, row.code, row.ended_why = None, None, "", reason.strip()[:200]
        row.save(update_fields=["state", "member", "taken_at", "code", "ended_why"])
        base.note_visit(row, "given_back", by, now, member=helper.no)
        mark = base.stamp(now)
        base.tell_receiver(row, Notice.VISIT_CHANGED, now, mark=mark)
        if by.pk != helper.person_id:
            base.tell_helper(row, helper.person, Notice.VISIT_CHANGED, now, mark=mark)
        if row.starts_at - now < base.SOON:
            base.tell_workers(row, Notice.VISIT_CHANGED, now, mark=mark)
    return row


def miss_visit(
    *, visit: Visit, by: Person | None, now: datetime, reason: str = "", again_at: datetime | None = None
) -> Visit:
    """Nobody came. Points are free again, everybody is told; with ``again_at`` a second visit is made at that time.

    Returns the second visit where there is one, else the one that was missed.
    """
    with turn():
        row = base.locked_visit(visit)
        if now < row.starts_at + WAIT:
            raise Refused(_("It is not late yet; please wait a quarter of an hour."))
        base.step(VISIT, row, "miss")
        base.free_points(row, by, now)
        row.ended_why, row.code = reason.strip()[:200], ""
        row.save(update_fields=["state", "ended_why", "code"])
        base.note_visit(
            row, "missed", by, now, member=row.member.no if row.member else "", again=bool(again_at)
        )
        base.tell_receiver(row, Notice.VISIT_CHANGED, now, mark="missed")
        if row.member:
            base.tell_helper(row, row.member.person, Notice.VISIT_CHANGED, now, mark="missed")
        if by is None:
            base.tell_workers(row, Notice.VISIT_CHANGED, now, mark="missed")
        if again_at and by:
            return plan_again(row, again_at, by, now)
        end_if_over(base.locked_booking(row.booking), now)
    return row


def miss_due(*, now: datetime) -> int:
    """Visits that nobody took and whose time is over count as missed. Returns how many."""
    rows = Visit.objects.filter(state=VisitState.OPEN, starts_at__lt=now - WAIT).order_by("starts_at", "id")
    done = 0
    for visit in rows[:AT_ONCE]:
        if now < end_of(visit):
            continue
        try:
            done += miss_visit(visit=visit, by=None, now=now).state == VisitState.MISSED
        except Refused:  # taken or called off meanwhile, or in dispute
            continue
    return done
