"""A dispute as both sides, their families and the desk read it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.people.queries import called, masked, names_of
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_text

TONES = {"open": "late", "answered": "near", "decided": "done", "withdrawn": "quiet"}


def about(dispute: Any) -> dict[str, str]:
    """What it is about, in a line."""
    if dispute.record_id:
        record = dispute.record
        day = timezone.localtime(record.started_at)
        return {
            "title": _("{service}, {day}").format(service=record.service_name, day=f"{day:%Y-%m-%d %H:%M}"),
            "who": f"{called(record.member.person)} → {masked(record.receiver)}",
            "amount": _("{n} minutes").format(n=record.minutes),
        }
    payment = dispute.payment
    day = timezone.localtime(payment.made_at)
    return {
        "title": _("{kind}, {day}").format(kind=payment.get_kind_display(), day=f"{day:%Y-%m-%d}"),
        "who": masked(payment.member.person),
        "amount": _("{n} points set aside").format(n=payment.points),
    }


def line(dispute: Any) -> dict[str, Any]:
    """One row of a list."""
    return {
        **about(dispute),
        "pk": dispute.pk,
        "state": dispute.state,
        "label": dispute.get_state_display(),
        "tone": TONES[dispute.state],
        "opened_at": dispute.opened_at,
        "words": mask_text(dispute.words),
    }


def shown(dispute: Any) -> dict[str, Any]:
    """Everything there is to read; residents are masked, colleagues and volunteers are known by name."""
    names = names_of([dispute.opened_by_id, dispute.answered_by_id])
    return {
        **line(dispute),
        "opener": names[dispute.opened_by_id],
        "answer": mask_text(dispute.answer),
        "answerer": names.get(dispute.answered_by_id, ""),
        "answered_at": dispute.answered_at,
        "verdict": dispute.get_verdict_display() if dispute.verdict else "",
        "grounds": mask_text(dispute.grounds),
        "judge": called(dispute.decided_by) if dispute.decided_by_id else "",
        "decided_at": dispute.decided_at,
        "photos": [photo.public_key for photo in photos_of("dispute", [dispute.pk])[dispute.pk]],
    }
