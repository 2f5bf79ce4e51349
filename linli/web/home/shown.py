"""What the pages of residents, riders, families and volunteers share: their bar, a need as they see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.commons.timebank.queries.members import memberships_of, serves
from linli.ground.journal.queries import inbox_of
from linli.ground.people.queries import masked
from linli.kit.masks import mask_text
from linli.web.parts.templatetags.linli import excerpt

ROW_CHARS, CUT = 400, 120


@dataclass(frozen=True)
class Way:
    """One place the bar leads to."""

    url: str
    label: str
    icon: str
    current: bool
    count: int | None = None
    hue: int = 0
    char: str = ""


def somebody(request: Any) -> Any:
    """The person who asks; 404 for a login without one."""
    if request.me is None:
        raise Http404
    return request.me


def unread(me: Any) -> int:
    """Messages not opened yet."""
    return inbox_of(me.pk).filter(read_at=None).count()


def bar(request: Any, *, new: int | None = None) -> list[Way]:
    """Where somebody goes from here: home, ask, messages, their record."""
    count = unread(request.me) if new is None else new
    rows = [
        ("home:home", _("My place"), "home", None),
        ("home:ask", _("Ask for something"), "pen", None),
        ("home:care", _("Care at home"), "heart", None),
        ("home:messages", _("Messages"), "list", count or None),
        ("home:record", _("About me"), "lock", None),
    ]
    if memberships_of(request.me).exists():
        rows.insert(3, ("home:passbook", _("My passbook"), "book", None))
    if serves(request.me):
        rows.insert(1, ("pocket:home", _("My visits"), "walk", None))
    return [
        Way(reverse(name), label, icon, request.path == reverse(name), number)
        for name, label, icon, number in rows
    ]


def said_short(need: Any) -> str:
    """A row's words, cut."""
    return mask_text(str(excerpt(need.title or need.words[:ROW_CHARS], CUT)))


def need_lines(needs: Iterable[Any], me: Any) -> list[dict[str, Any]]:
    """Needs as parts/need_row.html wants them; whose it is only where it is another's."""
    return [
        {
            "no": need.no,
            "url": reverse("home:own_need", args=[need.no]),
            "words": said_short(need),
            "who": masked(need.asker) if need.asker_id and need.asker_id != me.pk else "",
            "category": need.category.name if need.category_id else "",
            "state": need.state,
            "state_label": need.get_state_display(),
            "step": need.step,
            "lap": need.lap,
            "due_at": need.due_at,
            "near_at": need.near_at,
            "stopped_at": need.stopped_at,
            "done_at": need.done_at,
            "received_at": need.received_at,
        }
        for need in needs
    ]


def photo_items(photos: Iterable[Any]) -> list[dict[str, Any]]:
    """Photos as the strip shows them."""
    return [
        {
            "url": reverse("photo", args=[photo.public_key]),
            "thumb": reverse("photo_sized", args=[photo.public_key, "thumb"]),
            "alt": _("Photo"),
        }
        for photo in photos
    ]
