"""The queue of what was asked, for the areas somebody looks after."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from linli.engine.nearby import word_share
from linli.ground.people.access import area_for, areas_for, may_anywhere, require
from linli.ground.places.queries import within
from linli.kit import keyset
from linli.kit.refused import Refused
from linli.loop.ask.access import need_for, needs_for
from linli.loop.ask.actions import merge
from linli.loop.ask.choices import COUNT_CAP
from linli.loop.ask.queries import ROW_PARTS, categories, duplicate_groups, said, tab, tab_counts
from linli.web.desk.shown import count_words, is_new, need_line

TABS = ("new", "due", "near", "late", "check", "open", "all", "same")
TONES = {"late": "late", "near": "near"}
MOST = 50
SOUNDS_ALIKE = 0.3  # share of character pairs in common from which a double is ticked beforehand
NEWEST = 120  # how many open asks are compared with one another on the tab of likely doubles


def labels() -> dict[str, str]:
    """The tabs in words."""
    return {
        "new": _("New"),
        "near": _("Near the limit"),
        "late": _("Late"),
        "check": _("To check"),
        "open": _("On the way"),
        "all": _("All"),
        "same": _("Perhaps the same"),
    }


def hints(name: str) -> tuple[str, str, str, str]:
    """What an empty tab says, what to do next, where, and in which words."""
    rows = {
        "new": (
            _("Nothing new is waiting."),
            _("Time to write down what you heard on the way?"),
            "desk:need_new",
        ),
        "near": (_("Nothing is near its limit."), _("Who has not been visited for a while?"), "desk:people"),
        "late": (
            _("Nothing is late. Well done."),
            _("Perhaps ask how the last ones turned out?"),
            "desk:follow_ups",
        ),
        "check": (
            _("Nothing waits to be checked."),
            _("See what is being done at the moment."),
            "desk:tasks",
        ),
        "same": (_("Nothing looks like the same matter twice."), _("Go on with what is new."), "desk:triage"),
    }
    words, hint, url = rows.get(
        name, (_("Nobody has asked for anything here yet."), _("Write down the first ask."), "desk:need_new")
    )
    return words, hint, reverse(url), _("Go there")


class Filter:
    """What the address asks for: tab, area, category; with the rows it leaves."""

    def __init__(self, request: HttpRequest) -> None:
        me, today = request.me, request.today  # type: ignore[attr-defined]
        require(me, "need.see", on=today)
        self.name = request.GET.get("tab", "new")
        if self.name not in TABS:
            raise Http404
        self.area = request.GET.get("area", "")
        self.category = request.GET.get("category", "")
        self.picks = request.GET.get("pick") == "1"
        self.areas = list(areas_for(me, "need.see", on=today))
        self.categories = list(categories(on=today))
        rows = needs_for(me, on=today)
        if self.area:
            rows = rows.filter(within([area_for(me, "need.see", code=self.area, on=today).stem]))
        if self.category:
            chosen = next((row for row in self.categories if row.code == self.category), None)
            rows = rows.filter(category=chosen) if self.category != "none" else rows.filter(category=None)
        self.rows = rows

    def url(self, **changes: str) -> str:
        """The address of the same filter with changes."""
        given = {"tab": self.name, "area": self.area, "category": self.category}
        given |= {"pick": "1" if self.picks else "", **changes}
        query = urlencode({key: value for key, value in given.items() if value})
        return f"{reverse('desk:triage')}?{query}"


def tab_items(chosen: Filter, now: Any) -> list[dict[str, Any]]:
    """The tabs with their counts, each counted no further than the cap."""
    counts = tab_counts(chosen.rows, now=now)
    return [
        {
            "url": chosen.url(tab=name),
            "label": label,
            "count": count_words(counts[name], COUNT_CAP) if name in counts else None,
            "current": name == chosen.name,
            "tone": TONES.get(name, "") if counts.get(name) else "",
        }
        for name, label in labels().items()
    ]


def group_lines(group: Any) -> list[dict[str, Any]]:
    """A group of likely doubles, the first to come in first; ``close`` marks what also sounds like it."""
    rows = sorted(group, key=lambda row: row.pk)
    first = said(rows[0]).tokens
    return [need_line(row, close=word_share(first, said(row).tokens) >= SOUNDS_ALIKE) for row in rows]


@login_required
def triage(request: HttpRequest) -> HttpResponse:
    """One queue: new, near, late, to check, open, all, perhaps the same."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    chosen = Filter(request)
    context: dict[str, Any] = {
        "chosen": chosen,
        "tabs_": tab_items(chosen, now) if not request.GET.get("after") else [],
        "decides": may_anywhere(me, "need.triage", on=today),
        "leads": may_anywhere(me, "project.lead", on=today),
        "empty": dict(zip(("words", "hint", "url", "action"), hints(chosen.name), strict=True)),
        "filtered": bool(chosen.area or chosen.category),
        "all_url": f"{reverse('desk:triage')}?tab={chosen.name}",
        "picks": chosen.picks and may_anywhere(me, "project.lead", on=today),
        "pick_url": chosen.url(pick="1"),
    }
    if chosen.name == "same":
        groups = duplicate_groups(chosen.rows, size=NEWEST)
        context["groups"] = [group_lines(group) for group in groups[:MOST]]
        return render(request, "desk/triage_same.html", context)
    order = ("-id",) if chosen.name == "all" else ("sort_at", "id")
    found = tab(chosen.rows, chosen.name, now=now).select_related(*ROW_PARTS)
    page = keyset.page(found, order=order, after=request.GET.get("after"))
    context["rows"] = [
        need_line(row, new=is_new(row), quick=is_new(row) and row.category_id, open=row.is_open)
        for row in page.rows
    ]
    context["next"] = chosen.url(after=page.after) if page.after else ""
    return render(request, "desk/triage.html", context)


@login_required
@require_POST
def merge_same(request: HttpRequest) -> HttpResponse:
    """Merge the ticked ones of a group into its first; everyone who asked goes on being told."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    into = need_for(me, no=request.POST.get("into", ""), verb="need.triage", on=today)
    numbers = [no for no in request.POST.getlist("no")[:MOST] if no != into.no]
    needs = [need_for(me, no=no, verb="need.triage", on=today) for no in numbers]
    try:
        for need in needs:
            merge(need=need, into=into, by=me, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('desk:triage')}?tab=same")
    if needs:
        words = ngettext(
            "Merged one; everyone who asked will hear.",
            "Merged {n}; everyone who asked will hear.",
            len(needs),
        )
        messages.success(request, words.format(n=len(needs)))
    else:
        messages.error(request, _("Nothing was ticked, so nothing was merged."))
    return redirect(f"{reverse('desk:triage')}?tab=same")


urlpatterns = [
    path("triage/", triage, name="triage"),
    path("triage/merge/", merge_same, name="triage_merge"),
]
