"""My place: what I asked and where it stands, what I have to do, what there is to read."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.ground.people.queries import masked
from linli.kit.keyset import page
from linli.loop.ask.access import own_needs
from linli.loop.ask.queries import ROW_PARTS
from linli.loop.run.access import own_tasks
from linli.loop.run.queries import OPEN
from linli.web.home.shown import bar, need_lines, said_short, somebody, unread

PAGE, TASKS = 20, 8


def task_lines(me: Any) -> list[dict[str, Any]]:
    """What I have to do: the next appointments first."""
    return [
        {
            "icon": "check",
            "title": said_short(task.need),
            "note": " · ".join(
                word
                for word in (masked(task.need.asker), str(task.need.building or ""), task.get_state_display())
                if word
            ),
            "url": reverse("desk:task", args=[task.no]),
            "due_at": task.appointed_at or task.need.due_at,
            "near_at": None if task.appointed_at else task.need.near_at,
            "go_url": reverse("desk:task", args=[task.no]),
            "go_label": _("Open"),
        }
        for task in own_tasks(me).filter(state__in=OPEN)[:TASKS]
    ]


@login_required
def home(request: Any) -> HttpResponse:
    """My asks with their rings, ask now, my tasks, unread messages."""
    me = somebody(request)
    rows = own_needs(me).select_related(*ROW_PARTS)
    found = page(rows, order=("-id",), after=request.GET.get("after"), size=PAGE)
    new = unread(me)
    context = {
        "name": me.name,
        "needs": need_lines(found.rows, me),
        "next": f"?after={found.after}" if found.after else "",
        "tasks": task_lines(me),
        "unread": new,
        "nav": bar(request, new=new),
    }
    return render(request, "home/home.html", context)


urlpatterns = [path("", home, name="home")]
