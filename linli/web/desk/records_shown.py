"""A service record as the desk shows it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.commons.timebank.choices import ClaimState
from linli.commons.timebank.queries.booked import approvers_wanted, booked_for
from linli.commons.timebank.queries.checks import approvals_of, findings_of
from linli.ground.people.queries import called, masked, names_of
from linli.kit.clock import local_day
from linli.kit.masks import mask_text
from linli.web.desk.shown import building_words
from linli.web.parts.bank_words import cut_words, finding_words, hours
from linli.web.parts.purse import amount_words, points
from linli.web.parts.visit_words import SIGNED, day_words

TONES = {
    ClaimState.WAITING: "near",
    ClaimState.CONFIRMED: "step-4",
    ClaimState.APPROVED: "near",
    ClaimState.PAID: "done",
    ClaimState.HONOUR: "done",
    ClaimState.REFUSED: "late",
    ClaimState.FROZEN: "late",
    ClaimState.CORRECTED: "quiet",
}


def record_line(record: Any) -> dict[str, Any]:
    """A record in one row."""
    claim = record.claim
    started, ended = timezone.localtime(record.started_at), timezone.localtime(record.ended_at)
    return {
        "pk": record.pk,
        "url": reverse("desk:record", args=[record.pk]),
        "helper": called(record.member.person),
        "helper_url": reverse("desk:member", args=[record.member.no]),
        "elder": masked(record.receiver),
        "service": record.service_name,
        "day": f"{started:%Y-%m-%d}",
        "clock": f"{started:%H:%M}–{ended:%H:%M}",
        "hours": hours(record.minutes),
        "minutes": record.minutes,
        "state": claim.get_state_display(),
        "tone": TONES[claim.state],
        "points": claim.points if claim.state == ClaimState.PAID else None,
    }


def said(record: Any, names: Mapping[int, str]) -> dict[str, Any]:
    """Who confirmed it, with how many stars and in which words: a worker by name, residents masked."""
    row = getattr(record, "confirmation", None)
    if row is None:
        return {}
    return {
        "role": row.get_role_display(),
        "who": names.get(row.by_id, ""),
        "stars": "★" * (row.rating or 0),
        "rating": row.rating,
        "words": mask_text(row.words),
        "at": row.at,
    }


def finding_line(finding: Any) -> dict[str, Any]:
    """What was seen, and what somebody made of it."""
    return {
        "pk": finding.pk,
        "words": finding_words(finding.code, finding.facts),
        "open": not finding.verdict,
        "verdict": finding.get_verdict_display() if finding.verdict else "",
        "why": finding.words,
        "who": called(finding.seen_by) if finding.seen_by_id else "",
    }


def cards(records: Iterable[Any], me: Any, today: Any) -> list[dict[str, Any]]:
    """Records as cards of the queue: everything an approver looks at, in a few queries for all of them."""
    rows = list(records)
    approvals, findings, rules = approvals_of(rows), findings_of(rows), approvers_wanted(rows)
    names = names_of(getattr(getattr(record, "confirmation", None), "by_id", None) for record in rows)
    found = []
    for record in rows:
        day = local_day(record.started_at)
        wanted = rules[record.pk]
        good = [row for row in approvals[record.pk] if row.good]
        seen = [finding_line(row) for row in findings[record.pk]]
        confirmed = said(record, names)
        mine = me.pk in {record.member.person_id, record.receiver_id} or any(
            row.by_id == me.pk for row in approvals[record.pk]
        )
        mine = mine or getattr(getattr(record, "confirmation", None), "by_id", None) == me.pk
        found.append(
            record_line(record)
            | {
                "when": day_words(day, today),
                "place": building_words(record.building) if record.building_id else "",
                "in_how": str(SIGNED.get(record.in_how, "")),
                "out_how": str(SIGNED.get(record.out_how, "")),
                "metres": record.distance_m,
                "said": confirmed,
                "findings": seen,
                "looks": any(row["open"] for row in seen),
                "good": len(good),
                "wanted": wanted,
                "left": max(0, wanted - len(good)),
                "approvers": [called(row.by) for row in good],
                "mine": mine,
                "asks": record.claim.state == ClaimState.WAITING and not mine,
            }
        )
    return found


def booked_lines(chain: Iterable[Any], terms: Any) -> list[dict[str, Any]]:
    """What was booked for a record and what it corrects, each with its number, amount, time and version of the rule."""
    words = {"award": _("Credited"), "reversal": _("Booked back"), "debt": _("Booked back in part")}
    return [
        {
            "number": one.number,
            "words": words.get(one.kind, one.kind),
            "at": one.at,
            "amount": points(one.points, terms, sign=True, css="came" if one.points > 0 else "went"),
            "loss": amount_words(one.loss, terms) if one.loss else "",
            "rule_day": one.rule.valid_from if one.rule else None,
            "rule_pk": one.rule.pk if one.rule else None,
        }
        for one in booked_for(list(chain))
    ]


def claim_words(claim: Any) -> list[str]:
    """How the points came about."""
    words = []
    if claim.rule_id:
        words.append(_("by the rule of {day}").format(day=claim.rule.valid_from))
        words.append(_("{hours} count").format(hours=hours(claim.counted)))
    words += cut_words(claim.cuts)
    if claim.excess:
        words.append(_("{n} points above the limit went to the common pool").format(n=claim.excess))
    return words
