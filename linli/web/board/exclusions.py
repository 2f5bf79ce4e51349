"""What is left out of the rates: asked for by one, decided by another, open to everyone who sees the rates."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.ground.people.access import may, require
from linli.ground.people.queries import masked
from linli.kit.keyset import page
from linli.kit.masks import mask_text
from linli.loop.evaluate.access import exclusion_for, exclusions_for
from linli.loop.evaluate.actions import decide_exclusion
from linli.web.acts import attempt

TABS = ("waiting", "decided")


def line(row: Any, request: Any) -> dict[str, Any]:
    """One of them as a row."""
    me, open_ = request.me, row.approved_at is None and row.declined_at is None
    allowed = may(me, "need.exclude.approve", row.need.stem, on=request.today)
    return {
        "pk": row.pk,
        "no": row.need.no,
        "url": reverse("desk:need", args=[row.need.no]),
        "title": mask_text(row.need.title),
        "reason": row.get_reason_display(),
        "text": mask_text(row.remark.text),
        "asked_by": masked(row.asked_by),
        "asked_at": row.asked_at,
        "decided_at": row.approved_at or row.declined_at,
        "decided_by": masked(row.approved_by) if row.approved_by_id else "",
        "approved": row.approved_at is not None,
        "decide": open_ and allowed and row.asked_by_id != me.pk,
    }


@login_required
def exclusions(request: Any) -> HttpResponse:
    """Those that wait, and those that were decided."""
    require(request.me, "rates.see", on=request.today)
    name = request.GET.get("tab", "waiting")
    if name not in TABS:
        raise Http404
    rows = exclusions_for(request.me, on=request.today)
    waits = rows.filter(approved_at=None, declined_at=None)
    decided = rows.exclude(pk__in=waits.values("pk"))
    found = page(waits if name == "waiting" else decided, order=("-id",), after=request.GET.get("after"))
    labels = {"waiting": _("To be decided"), "decided": _("Decided")}
    context = {
        "tabs_": [{"url": f"?tab={one}", "label": labels[one], "current": one == name} for one in TABS],
        "rows": [line(row, request) for row in found.rows],
        "name": name,
        "next": f"?tab={name}&after={found.after}" if found.after else "",
    }
    return render(request, "board/exclusions.html", context)


@login_required
@require_POST
def exclusion_decide(request: Any, pk: int) -> HttpResponse:
    """Leave it out, or let it count."""
    row = exclusion_for(request.me, pk=pk, on=request.today)
    approve = request.POST.get("approve")
    if approve not in {"1", "0"}:
        raise Http404
    attempt(
        request,
        lambda: decide_exclusion(exclusion=row, approve=approve == "1", by=request.me, now=request.now),
        done=_("Left out of the rates; the numbers follow.") if approve == "1" else _("It keeps counting."),
    )
    return redirect("board:exclusions")


urlpatterns = [
    path("exclusions/", exclusions, name="exclusions"),
    path("exclusions/<int:pk>/decide/", exclusion_decide, name="exclusion_decide"),
]
