"""What is held about me, who looked at it and why; a copy to take home; consents to take back."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.journal.queries import looks_at
from linli.ground.people import actions
from linli.ground.people.access import roles_of
from linli.ground.people.queries import bonds_of, consents_of, contacts_of, names_of, tags_of
from linli.kit.calendar import lunar_words
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.home.shown import bar, somebody

COLUMNS = {
    "name": gettext_lazy("name"),
    "id_number": gettext_lazy("ID number"),
    "phone": gettext_lazy("phone"),
    "door": gettext_lazy("address"),
}


def facts_of(me: Any) -> list[tuple[str, Any]]:
    """Everything on the card, unmasked: it is one's own."""
    home = me.household
    moon = lunar_words(me.lunar_month, me.lunar_day) if me.lunar_month and me.lunar_day else ""
    rows = (
        (_("Name"), me.name),
        (_("Sex"), me.get_sex_display() if me.sex else ""),
        (_("Birthday"), me.birthday),
        (_("Birthday by the moon"), moon),
        (_("ID number"), me.id_number),
        (_("Phone"), me.phone),
        (_("Address"), f"{home.building or ''}{home.door}" if home else ""),
        (_("Area"), me.area.name),
        (_("How you are told things"), me.get_reach_display()),
        (_("Note"), me.note),
    )
    return [(label, value) for label, value in rows if value]


def look_rows(me: Any, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Who looked at my private columns, when, at which, why."""
    found = page(looks_at(me.pk), order=("-id",), after=after, size=20)
    names = names_of(look.actor for look in found.rows)
    rows = [
        {
            "at": look.at,
            "who": names.get(look.actor, "—"),
            "columns": "、".join(str(COLUMNS.get(name, name)) for name in look.columns.split(",")),
            "reason": look.reason,
        }
        for look in found.rows
    ]
    return rows, found.after


@login_required
@never_cache
def record(request: Any) -> HttpResponse:
    """My record."""
    me = somebody(request)
    looks, after = look_rows(me, request.GET.get("after"))
    context = {
        "facts": facts_of(me),
        "tags": tags_of([me], on=request.today)[me.pk],
        "contacts": contacts_of(me),
        "consents": consents_of(me),
        "bonds": bonds_of(me),
        "roles": roles_of(me, on=request.today),
        "looks": looks,
        "next": f"?after={after}#looks" if after else "",
        "nav": bar(request),
    }
    return render(request, "home/record.html", context)


@login_required
@require_POST
def take_home(request: Any) -> HttpResponse:
    """A copy of everything held about me, as a file."""
    me = somebody(request)
    copy = actions.export_person(person=me, by=me, now=request.now)
    body = json.dumps(copy, ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="linli-about-me.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def consent_end(request: Any, pk: int) -> HttpResponse:
    """Take back a consent of my own."""
    me = somebody(request)
    consent = consents_of(me).filter(pk=pk).first()
    if consent is None:
        raise Http404
    attempt(
        request,
        lambda: actions.withdraw_consent(consent=consent, by=me, now=request.now),
        done=_("Taken back. It holds from now on."),
    )
    return redirect("home:record")


urlpatterns = [
    path("record/", record, name="record"),
    path("record/copy/", take_home, name="take_home"),
    path("record/consents/<int:pk>/end/", consent_end, name="consent_end"),
]
