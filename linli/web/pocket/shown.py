"""What the pages of a volunteer's phone share: the bar, a visit as she sees it before and after she has taken it."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.commons.timebank.queries.members import memberships_of
from linli.ground.journal.queries import inbox_of
from linli.loop.run.queries.visits import Offer, end_of, holiday
from linli.web.parts.visit_words import building_words, kindly, metres_words, minutes_words, when_words

SIGN_IN_MINUTES = 60


def somebody(request: Any) -> Any:
    """The person who asks; 404 for a login without one."""
    if request.me is None:
        raise Http404
    return request.me


def membership(request: Any) -> Any:
    """Their place in a time bank, or None."""
    return memberships_of(somebody(request)).first()


def bar(request: Any) -> list[dict[str, Any]]:
    """Where a volunteer goes from here."""
    unread = inbox_of(request.me.pk).filter(read_at=None).count()
    rows = (
        (reverse("pocket:home"), _("My visits"), "heart", None),
        ("/home/passbook/", _("My passbook"), "book", None),
        (reverse("home:messages"), _("Messages"), "list", unread or None),
        (reverse("home:home"), _("My place"), "home", None),
    )
    return [
        {"url": url, "label": label, "icon": icon, "current": request.path == url, "count": count}
        for url, label, icon, count in rows
    ]


def basics(visit: Any, today: Any) -> dict[str, Any]:
    """What everybody who serves may see of a visit: what, when, how long, which building."""
    day = timezone.localtime(visit.starts_at).date()
    return {
        "no": visit.no,
        "url": reverse("pocket:visit", args=[visit.no]),
        "service": visit.service.name,
        "when": when_words(visit.starts_at, visit.minutes, today),
        "starts_at": visit.starts_at,
        "length": minutes_words(visit.minutes),
        "place": building_words(visit),
        "strength": visit.booking.get_strength_display(),
        "holiday": holiday(day),
        "state": visit.state,
        "state_label": visit.get_state_display(),
    }


def offer_card(offer: Offer, member: Any, today: Any) -> dict[str, Any]:
    """A visit she could take."""
    visit = offer.visit
    return {
        **basics(visit, today),
        "far": metres_words(offer.metres),
        "points": offer.points,
        "wished": visit.booking.wanted_id == member.pk,
        "weekly": visit.booking.weekly,
    }


def own_card(visit: Any, now: Any, today: Any) -> dict[str, Any]:
    """A visit she has taken: with the name one calls them by, and whether she can sign in by now."""
    return {
        **basics(visit, today),
        "who": kindly(visit.receiver, today),
        "opens": (visit.starts_at - now).total_seconds() <= SIGN_IN_MINUTES * 60 and now <= end_of(visit),
        "over": now > end_of(visit),
    }
