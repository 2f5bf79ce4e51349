"""Roles: who answers for which area. Given and ended, never changed; the person chooses their own password."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.journal.actions import begin_receipt, end_receipt
from linli.ground.people import actions
from linli.ground.people.access import may, people_for, require
from linli.ground.people.choices import Reach, RoleKind
from linli.ground.people.queries import masked, roles_under, search_people
from linli.kit.keyset import page
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import person_words
from linli.web.desk.forms_house import ColleagueForm, GrantForm

PRIVATE_LIFE = (RoleKind.RESIDENT, RoleKind.FAMILY)
TABS = ("staff", "all")


@login_required
def house_roles(request: Any) -> HttpResponse:
    """Who answers for what."""
    stems = require(request.me, "role.grant", on=request.today)
    name = request.GET.get("tab", "staff")
    if name not in TABS:
        raise Http404
    rows = roles_under(stems, on=request.today)
    if name == "staff":
        rows = rows.exclude(kind__in=PRIVATE_LIFE)
    found = page(
        rows.select_related("person__user"), order=("stem", "kind", "id"), after=request.GET.get("after")
    )
    labels = {"staff": _("Those who work here"), "all": _("Everybody")}
    context = {
        "tabs_": [{"url": f"?tab={one}", "label": labels[one], "current": one == name} for one in TABS],
        "rows": [
            {
                "pk": row.pk,
                "name": masked(row.person),
                "kind": row.get_kind_display(),
                "area": row.area.name,
                "since": row.valid_from,
                "until": row.valid_until,
                "person": row.person_id,
                "login": getattr(row.person, "user", None) is not None,
                "opens": may(request.me, "account.open", row.person.stem, on=request.today),
            }
            for row in found.rows
        ],
        "next": f"?{urlencode({'tab': name, 'after': found.after})}" if found.after else "",
    }
    return render(request, "desk/house_roles.html", context)


@login_required
def house_role_new(request: Any) -> HttpResponse:
    """A role for somebody who is entered: found by name or phone."""
    stems = require(request.me, "role.grant", on=request.today)
    text = request.GET.get("name", "").replace("\x00", "").strip()[:40]
    found = search_people(stems, text) if text else []
    form = GrantForm(request)
    chosen: Any = form.fields["person"]
    sent = request.POST.get("person", "")
    numbers = [int(sent)] if sent.isdecimal() and len(sent) < 19 else []
    rows = people_for(request.me, "role.grant", on=request.today).select_related("household__building")
    chosen.queryset = rows.filter(pk__in=numbers or [one.pk for one in found])
    chosen.label_from_instance = lambda one: person_words(one, request.today)
    if request.method == "POST" and form.is_valid():
        given = attempt(
            request,
            lambda: actions.grant_role(**form.cleaned_data, by=request.me, now=request.now),
            form=form,
            done=_("Given."),
        )
        if given is not None:
            return redirect("desk:house_roles")
    context = {"form": form, "text": text, "found": bool(found or numbers)}
    return render(request, "desk/house_role_new.html", context)


@login_required
@never_cache
def house_colleague(request: Any) -> HttpResponse:
    """Somebody new, with their role: the first director of a fresh house comes in here."""
    require(request.me, "role.grant", on=request.today)
    form = ColleagueForm(request)
    form.initial["key"] = uuid4()
    if request.method == "POST" and form.is_valid():
        person = attempt(
            request,
            lambda: enter(request, form),
            form=form,
            done=_("Entered. Invite them in, and they are there."),
        )
        if person is not None:
            return redirect("desk:house_roles")
    return render(request, "desk/house_colleague.html", {"form": form})


def enter(request: Any, form: ColleagueForm) -> int:
    """The person and their role, both or neither, and once however often the form is sent."""
    given, me, now = form.cleaned_data, request.me, request.now
    once = {"key": f"colleague:{given['key']}", "by": me.pk}
    with transaction.atomic():
        before = begin_receipt(**once, request_hash="colleague", now=now)
        if before is not None and before.answer:
            return int(before.answer)
        person = actions.keep_person(
            area=given["area"], name=given["name"], phone=given["phone"], reach=Reach.PHONE, by=me, now=now
        )
        actions.grant_role(
            person=person,
            kind=given["kind"],
            area=given["area"],
            valid_from=given["valid_from"],
            by=me,
            now=now,
        )
        end_receipt(**once, status=201, answer=person.pk)
    return int(person.pk)


@login_required
@require_POST
def house_role_end(request: Any, pk: int) -> HttpResponse:
    """They no longer hold the role after today."""
    stems = require(request.me, "role.grant", on=request.today)
    role = roles_under(stems, on=request.today).filter(pk=pk).first()
    if role is None:
        raise Http404
    attempt(
        request,
        lambda: actions.end_role(role=role, until=request.today, by=request.me, now=request.now),
        done=_("It ends with this day."),
    )
    return redirect("desk:house_roles")


urlpatterns = [
    path("house/roles/", house_roles, name="house_roles"),
    path("house/roles/new/", house_role_new, name="house_role_new"),
    path("house/roles/colleague/", house_colleague, name="house_colleague"),
    path("house/roles/<int:pk>/end/", house_role_end, name="house_role_end"),
]
