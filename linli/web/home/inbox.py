"""Messages: a number and a link, never anybody's words. What is opened here counts as read."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from linli.ground.journal.actions import mark_read
from linli.ground.journal.queries import inbox_of
from linli.kit.keyset import page
from linli.web.home.shown import bar, somebody


@login_required
def messages(request: Any) -> HttpResponse:
    """The newest first; unread ones are marked, and are read from now on."""
    me = somebody(request)
    found = page(inbox_of(me.pk), order=("-id",), after=request.GET.get("after"))
    rows = [
        {
            "words": row.get_notice_display(),
            "number": row.number,
            "url": row.link if row.link.startswith("/") else "",
            "at": row.created_at,
            "new": row.read_at is None,
        }
        for row in found.rows
    ]
    if request.method == "GET" and any(row["new"] for row in rows):
        mark_read(person=me.pk, now=request.now)
    context = {"rows": rows, "next": f"?after={found.after}" if found.after else "", "nav": bar(request)}
    return render(request, "home/messages.html", context)


urlpatterns = [path("messages/", messages, name="messages")]
