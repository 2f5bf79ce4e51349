"""The care of the day in today's list: visits that need somebody, records that need a second pair of eyes."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.commons.timebank.queries.records import to_approve, to_look
from linli.ground.people.access import stems_for
from linli.ground.people.queries import called, masked
from linli.kit.masks import mask_name
from linli.loop.run.queries.visits import nobody_yet, to_confirm, unsettled
from linli.web.desk.patrols import clock_of
from linli.web.desk.shown import building_words

SOON = timedelta(hours=24)


def visit_row(visit: Any, icon: str, title: str, tone: str = "", note: str = "") -> dict[str, Any]:
    """A visit in the list."""
    home = visit.receiver.household
    notes = [visit.service.name, building_words(home.building) if home else "", note]
    return {
        "icon": icon,
        "tone": tone,
        "title": title,
        "note": " · ".join(one for one in notes if one),
        "url": reverse("desk:visit", args=[visit.no]),
    }


def open_row(visit: Any) -> dict[str, Any]:
    """Nobody has taken it yet, and it is near."""
    words = _("Nobody comes to {who} at {time} yet").format(
        who=masked(visit.receiver), time=clock_of(visit.starts_at)
    )
    return visit_row(visit, "alert", words, "near")


def late_row(visit: Any) -> dict[str, Any]:
    """Should have come, or have gone, long ago."""
    who = called(visit.member.person) if visit.member_id else ""
    words = _("{who} at {elder}: not signed out") if visit.in_at else _("{who} at {elder}: not signed in")
    return visit_row(visit, "clock", words.format(who=who, elder=masked(visit.receiver)), "late")


def confirm_row(visit: Any) -> dict[str, Any]:
    """Done; whoever was cared for is to be asked."""
    who = called(visit.member.person) if visit.member_id else ""
    words = _("Ask {elder}: was {who} there?").format(elder=masked(visit.receiver), who=who)
    return visit_row(visit, "phone", words)


def record_row(record: Any, look: bool) -> dict[str, Any]:
    """A record to look at or to approve."""
    words = _("Look twice: {who} at {elder}") if look else _("Approve: {who} at {elder}")
    helper = called(record.member.person)
    return {
        "icon": "eye" if look else "check",
        "tone": "near" if look else "",
        "title": words.format(who=helper, elder=mask_name(record.receiver.name)),
        "note": f"{record.service_name} · {record.started_at:%m-%d}",
        "url": reverse("desk:record", args=[record.pk]),
    }


def visit_rows(request: Any, shown: int) -> tuple[list[dict[str, Any]], int]:
    """What is wrong first, then what nobody has taken, then whom to ask; and how many in all (as far as read)."""
    me, on, now = request.me, request.today, request.now
    stems = stems_for(me, "booking.see", on=on)
    if not stems:
        return [], 0
    stuck = unsettled(stems, now=now)
    late = [late_row(one) for one in [*stuck.unsigned, *stuck.too_long]]
    lonely = nobody_yet(stems, now=now, until=now + SOON)
    asked = to_confirm(stems)
    rows = (
        late
        + [open_row(one) for one in lonely[: shown + 1]]
        + [confirm_row(one) for one in asked[: shown + 1]]
    )
    return rows[:shown], len(rows)


def record_rows(request: Any, shown: int) -> tuple[list[dict[str, Any]], int]:
    """Records that wait for this person's eyes: never her own service."""
    me = request.me
    stems = stems_for(me, "record.approve", on=request.today)
    if not stems:
        return [], 0
    mine = {"member__person": me}
    looks = list(to_look(stems).exclude(**mine)[: shown + 1])
    waiting = to_approve(stems).exclude(**mine).exclude(receiver=me).exclude(confirmation__by=me)
    ready = list(waiting.exclude(approvals__by=me).exclude(pk__in=[one.pk for one in looks])[: shown + 1])
    rows = [record_row(one, True) for one in looks] + [record_row(one, False) for one in ready]
    return rows[:shown], len(rows)
