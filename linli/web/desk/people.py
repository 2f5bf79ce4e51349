"""People: the list by grid, one person's card, masked; private columns open for a reason that is written down."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.journal.actions import begin_receipt, end_receipt
from linli.ground.journal.queries import looks_at
from linli.ground.people import actions
from linli.ground.people.access import area_for, areas_for, may, may_anywhere, people_for, person_for, require
from linli.ground.people.choices import CareKind
from linli.ground.people.queries import (
    age_on,
    bonds_of,
    consents_of,
    contacts_of,
    has_login,
    masked,
    names_of,
    search_people,
    tags_of,
)
from linli.ground.places.queries import within
from linli.kit.calendar import lunar_words
from linli.kit.keyset import page
from linli.kit.masks import mask_address, mask_id, mask_name, mask_phone, mask_text
from linli.kit.refused import Refused
from linli.loop.ask.access import needs_for
from linli.loop.ask.queries import ROW_PARTS
from linli.web.acts import attempt
from linli.web.desk import people_acts
from linli.web.desk.forms_hearing import people_lines
from linli.web.desk.forms_people import PersonForm
from linli.web.desk.shown import building_words, need_lines

SHOWN_NEEDS, SHOWN_LOOKS = 10, 20
LABELS = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("ID number"),
    "phone": gettext_lazy("Phone"),
    "door": gettext_lazy("Address"),
}


def listed(request: Any, area: Any, tag: str) -> Any:
    """The people of an area, or of all one's areas, with a tag or with any."""
    rows = people_for(request.me, on=request.today).filter(left_on=None)
    if area is not None:
        rows = rows.filter(within([area.stem]))
    if tag in CareKind.values:
        rows = rows.filter(tags__kind=tag, tags__until=None)
    return rows.select_related("household__building")


@login_required
def people(request: Any) -> HttpResponse:
    """By grid and by tag, or by two characters of a name."""
    stems = require(request.me, "person.see", on=request.today)
    areas = list(areas_for(request.me, "person.see", on=request.today))
    code, tag = request.GET.get("area", "")[:15], request.GET.get("tag", "")
    text = request.GET.get("name", "").replace("\x00", "").strip()[:40]
    area = area_for(request.me, "person.see", code=code, on=request.today) if code else None
    if text:
        rows, after = search_people([area.stem] if area else stems, text), None
    else:
        found = page(listed(request, area, tag), order=("id",), after=request.GET.get("after"))
        rows, after = found.rows, found.after
    kept = {"area": code, "tag": tag}
    context = {
        "rows": people_lines(rows, request.today),
        "next": f"?{urlencode({**kept, 'after': after})}" if after else "",
        "areas": areas,
        "area": area,
        "tag": tag,
        "text": text,
        "tags_": [
            {"url": f"?{urlencode({'area': code, 'tag': value})}", "label": label, "current": value == tag}
            for value, label in [("", _("All")), *CareKind.choices]
        ],
        "keeps": may_anywhere(request.me, "person.keep", on=request.today),
    }
    return render(request, "desk/people.html", context)


def private_lines(person: Any) -> list[dict[str, Any]]:
    """The masked columns that open for a reason."""
    home = person.household
    shown = {
        "name": mask_name(person.name),
        "phone": mask_phone(person.phone) if person.phone else "",
        "id_number": mask_id(person.id_number) if person.id_number else "",
        "door": mask_address(f"{building_words(home.building)}{home.door}") if home else "",
    }
    return [
        {"label": LABELS[name], "shown": words, "url": reverse("desk:person_reveal", args=[person.pk, name])}
        for name, words in shown.items()
        if words
    ]


def look_lines(person: Any) -> list[dict[str, Any]]:
    """Who looked, when, at what, why."""
    looks = list(looks_at(person.pk)[:SHOWN_LOOKS])
    names = names_of(look.actor for look in looks)
    return [
        {
            "at": look.at,
            "who": names.get(look.actor, "—"),
            "columns": "、".join(str(LABELS.get(name, name)) for name in look.columns.split(",")),
            "reason": look.reason,
        }
        for look in looks
    ]


def birthday_words(person: Any) -> str:
    """The birthday they keep, by the sun, the moon or both."""
    moon = (
        lunar_words(person.lunar_month, person.lunar_day) if person.lunar_month and person.lunar_day else ""
    )
    sun = f"{person.birthday.month}/{person.birthday.day}" if person.birthday else ""
    kept = {"solar": [sun], "lunar": [moon], "both": [sun, moon]}[person.birthday_kind]
    return " · ".join(word for word in kept if word)


def card(request: Any, person: Any) -> dict[str, Any]:
    """Everything on the page of a person, masked."""
    needs = needs_for(request.me, on=request.today).filter(asker=person).select_related(*ROW_PARTS)
    contacts = [
        {"name": mask_name(row.name), "relation": row.relation, "phone": mask_phone(row.phone)}
        for row in contacts_of(person)
    ]
    may_ = {
        name: may(request.me, verb, person.stem, on=request.today)
        for name, verb in (("keep", "person.keep"), ("reveal", "person.reveal"), ("open", "account.open"))
    }
    return {
        "person": person,
        "name": masked(person),
        "age": age_on(person, request.today),
        "birthday": birthday_words(person),
        "note": mask_text(person.note),
        "private": private_lines(person),
        "tags": tags_of([person], on=request.today)[person.pk],
        "contacts": contacts,
        "consents": list(consents_of(person)),
        "bonds": [
            {"pk": row.pk, "name": masked(row.helper), "relation": row.relation} for row in bonds_of(person)
        ],
        "needs": need_lines(needs.order_by("-id")[:SHOWN_NEEDS]),
        "looks": look_lines(person),
        "may": may_,
        "login": has_login(person),
    }


@login_required
def person(request: Any, pk: int) -> HttpResponse:
    """One person's card."""
    require(request.me, "person.see", on=request.today)
    row = person_for(request.me, pk=pk, on=request.today)
    return render(request, "desk/person.html", card(request, row))


@login_required
@never_cache
@require_POST
def person_reveal(request: Any, pk: int, column: str) -> HttpResponse:
    """Show one private column, after the reason is written down."""
    row = person_for(request.me, pk=pk, verb="person.reveal", on=request.today)
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    label, told = LABELS.get(column, ""), ""
    try:
        shown = actions.reveal(person=row, columns=[column], reason=reason, by=request.me, now=request.now)
        value = shown[column]
    except Refused as refusal:
        value, told = "—", str(refusal)
    context = {"value": value, "label": label, "told": told, "back": reverse("desk:person", args=[pk])}
    template = "parts/revealed.html" if request.htmx else "desk/person_revealed.html"
    return render(request, template, context)


@login_required
def person_new(request: Any) -> HttpResponse:
    """Enter somebody."""
    require(request.me, "person.keep", on=request.today)
    return edit(request, PersonForm(request), None)


@login_required
def person_edit(request: Any, pk: int) -> HttpResponse:
    """Change what is known."""
    row = person_for(request.me, pk=pk, verb="person.keep", on=request.today)
    return edit(request, PersonForm(request, row), row)


def keep(request: Any, form: PersonForm) -> int:
    """Keep the card; the same form sent twice enters one person. Returns their number."""
    me, now, key = request.me, request.now, form.cleaned_data["key"]
    with transaction.atomic():
        once = {"key": f"person:{key}", "by": me.pk} if key and form.person is None else None
        before = begin_receipt(**once, request_hash="person", now=now) if once else None
        if before is not None and before.answer:
            return int(before.answer)
        kept = actions.keep_person(**form.columns(), by=me, now=now)
        if once:
            end_receipt(**once, status=201, answer=kept.pk)
    return int(kept.pk)


def edit(request: Any, form: PersonForm, row: Any) -> HttpResponse:
    """The form, and one person out of it."""
    if request.method == "POST" and form.is_valid():
        kept = attempt(request, lambda: keep(request, form), form=form, done=_("Kept."))
        if kept is not None:
            return redirect("desk:person", kept)
    context = {"form": form, "person": row, "name": masked(row)}
    return render(request, "desk/person_edit.html", context)


urlpatterns = [
    path("people/", people, name="people"),
    path("people/new/", person_new, name="person_new"),
    path("people/<int:pk>/", person, name="person"),
    path("people/<int:pk>/edit/", person_edit, name="person_edit"),
    path("people/<int:pk>/reveal/<slug:column>/", person_reveal, name="person_reveal"),
    *people_acts.urlpatterns,
]
