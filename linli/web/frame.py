"""What the frame around every page shows: who, where, the five steps, elder mode, theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from linli.ground.people.access import is_worker, may_anywhere, roles_of
from linli.web.parts.prefer import preferences

STEPS = (
    ("ask", "问", "desk:triage", "need.see"),
    ("link", "链", "desk:resources", "resource.see"),
    ("launch", "立", "desk:projects", "project.see"),
    ("run", "运", "desk:tasks", "task.see"),
    ("evaluate", "评", "desk:follow_ups", "followup.see"),
)


@dataclass(frozen=True)
class Way:
    """One place the navigation leads to."""

    url: str
    label: str
    char: str
    hue: str
    current: bool
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True)
class Me:
    """The person as the frame shows them: to themselves by their own name."""

    pk: int
    display_name: str
    initial: str
    url: str


def labels() -> dict[str, str]:
    """The five steps in words."""
    return {
        "ask": _("Ask"),
        "link": _("Link"),
        "launch": _("Launch"),
        "run": _("Run"),
        "evaluate": _("Evaluate"),
    }


def ways(request: HttpRequest, me: Any) -> list[Way]:
    """Where this person may go, in the order of the ring."""
    today, words = request.today, labels()  # type: ignore[attr-defined]
    found = []
    for name, char, url, verb in STEPS:
        if may_anywhere(me, verb, on=today):
            path = reverse(url)
            found.append(Way(path, words[name], char, name, request.path.startswith(path)))
    return found


def more_ways(request: HttpRequest, me: Any) -> list[Way]:
    """The rest of the desk: people, diary, rounds, lists, the board, settings."""
    today = request.today  # type: ignore[attr-defined]
    rows = (
        ("desk:people", _("People"), "person", "person.see"),
        ("desk:diary", _("Diary"), "pen", "diary.see"),
        ("desk:patrols", _("Rounds"), "walk", "patrol.walk"),
        ("desk:visits", _("Care visits"), "heart", "booking.see"),
        ("desk:members", _("Passbooks"), "book", "timebank.see"),
        ("desk:shop", _("The shop"), "gift", "shop.hand"),
        ("desk:fund", _("The big bill"), "list", "fund.see"),
        ("desk:load", _("Load a list"), "down", "need.load"),
        ("board:rates", _("Three rates"), "chart", "rates.see"),
        ("desk:house", _("Settings"), "settings", "settings.keep"),
    )
    found = []
    for url, label, icon, verb in rows:
        if may_anywhere(me, verb, on=today):
            path = reverse(url)
            found.append(Way(path, label, "", "", request.path.startswith(path), icon=icon))
    return found


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of parts/base.html."""
    person = getattr(request, "me", None)
    context: dict[str, Any] = {
        "demo": settings.LINLI_DEMO,
        "walk_in_url": reverse("public:walk_in"),
        **preferences(request),
        "me": None,
        "nav": [],
        "more": [],
        "worker": False,
    }
    if person is None:
        return context
    today = request.today  # type: ignore[attr-defined]
    roles = roles_of(person, on=today)
    context["me"] = Me(person.pk, person.name, person.name[:1], reverse("home:record"))
    context["worker"] = is_worker(person, on=today)
    context["area_name"] = roles[0].area.name if roles else ""
    context["nav"] = SimpleLazyObject(lambda: ways(request, person)) if context["worker"] else []
    context["more"] = SimpleLazyObject(lambda: more_ways(request, person)) if context["worker"] else []
    return context
