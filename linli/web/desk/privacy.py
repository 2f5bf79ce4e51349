"""One person's data, for an administrator: what is held by kind and count, a copy, erasure with its receipt."""

import json
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.journal.queries import looks_at
from linli.ground.people import actions
from linli.ground.people.access import erased_for, person_for, require
from linli.ground.people.actions.privacy import blanks, rows_about
from linli.ground.people.choices import PRIVATE_COLUMNS
from linli.ground.people.queries import erasure_of, find_exactly, masked
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_id, mask_phone
from linli.web.acts import attempt
from linli.web.desk.shown import building_words

FOUND = 20  # people with one phone number: a large family
PHOTOS = "photos.Photo"
KINDS = {
    "people.Person": gettext_lazy("The card: name, birthday, phone, ID number, note"),
    "people.CareTag": gettext_lazy("Why a closer look"),
    "people.Contact": gettext_lazy("Whom to call in an emergency"),
    "people.Consent": gettext_lazy("What they agreed to"),
    "people.Bond": gettext_lazy("Who may speak for them"),
    "people.Role": gettext_lazy("Roles held"),
    "people.User": gettext_lazy("Login"),
    "people.PasswordBefore": gettext_lazy("Passwords used before (unreadable)"),
    "people.Invitation": gettext_lazy("Invitations to a login"),
    "people.ApiToken": gettext_lazy("Tokens for programs"),
    "ask.Concern": gettext_lazy("Diary and rounds that concern them"),
    "ask.Need": gettext_lazy("What they asked for, in their words"),
    "ask.Remark": gettext_lazy("Remarks on it"),
    "link.Resource": gettext_lazy("Entries on the list of helpers"),
    "run.Task": gettext_lazy("What was done about it"),
    "evaluate.FollowUp": gettext_lazy("What they said of it afterwards"),
    "run.Booking": gettext_lazy("Care that was booked for them"),
    "run.Visit": gettext_lazy("Visits to them"),
    "run.DoorCard": gettext_lazy("The card at their door"),
    "ledger.Account": gettext_lazy("Whose account of points it is"),
    "timebank.Member": gettext_lazy("Passbook: what they can do, when"),
    "timebank.Record": gettext_lazy("Hours they served (the hours stay)"),
    "timebank.Payment": gettext_lazy("What points were spent on"),
    "timebank.Order": gettext_lazy("Who signed for goods"),
    "timebank.Dispute": gettext_lazy("Disputes they opened"),
    "timebank.HoursCertificate": gettext_lazy("Certificates of hours"),
    PHOTOS: gettext_lazy("Photos"),
}


def reason_field(label: Any) -> forms.CharField:
    """Why: in words, and required."""
    return forms.CharField(label=label, max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class CopyForm(forms.Form):
    """Why a copy is made."""

    reason = reason_field(gettext_lazy("Why a copy is made"))


class EraseForm(forms.Form):
    """Why somebody is erased, and their number once more: this cannot be undone."""

    reason = reason_field(gettext_lazy("Why it is erased"))
    number = forms.CharField(
        label=gettext_lazy("The person's number, typed once more"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.person = person

    def clean_number(self) -> str:
        """Exactly this person's number."""
        number = str(self.cleaned_data["number"]).strip()
        if number != str(self.person.pk):
            raise forms.ValidationError(_("This is not the number of this person. Nothing was erased."))
        return number


class FindForm(forms.Form):
    """Whole numbers only: whoever has no lists does not leaf through people here either."""

    text = forms.CharField(
        label=gettext_lazy("Phone, ID number or person number"),
        max_length=40,
        help_text=gettext_lazy("The whole number, not a part of it."),
        widget=forms.TextInput(attrs={"inputmode": "search", "autocomplete": "off"}),
    )


def held(person: Any) -> list[dict[str, Any]]:
    """What is held, by kind and count; whether erasure blanks it, or it stays and names nobody."""
    lines, photos = [], 0
    for model, marks, rows in rows_about(person):
        numbers = list(rows.values_list("pk", flat=True))
        if numbers:
            label = model._meta.label
            words = KINDS.get(label, label)
            lines.append({"label": words, "count": len(numbers), "goes": bool(blanks(model, marks))})
        if subject := getattr(model, "PHOTOS", ""):
            photos += sum(len(some) for some in photos_of(subject, numbers).values())
    if photos:
        lines.append({"label": KINDS[PHOTOS], "count": photos, "goes": True})
    if looks := looks_at(person.pk).count():
        lines.append({"label": _("Who looked at it, when, why"), "count": looks, "goes": False})
    return lines


def subject(request: Any, pk: int) -> Any:
    """Whom it is about; 404 for whoever may not erase there."""
    return person_for(request.me, pk=pk, verb="person.erase", on=request.today)


def page_of(request: Any, person: Any, **forms_: Any) -> HttpResponse:
    """The page, with a form that was refused in its place."""
    context = {
        "person": person,
        "name": masked(person),
        "held": held(person),
        "copy": forms_.get("copy") or CopyForm(auto_id="copy_%s"),
        "erase": forms_.get("erase") or EraseForm(person=person, auto_id="erase_%s"),
    }
    return render(request, "desk/person_privacy.html", context)


@login_required
@never_cache
def person_privacy(request: Any, pk: int) -> HttpResponse:
    """What is held about one person, never the words."""
    return page_of(request, subject(request, pk))


def copied(request: Any, person: Any, reason: str) -> dict[str, Any]:
    """The copy; that everything private was looked at, and why, is written down with it."""
    with transaction.atomic():
        told = {"reason": reason, "by": request.me, "now": request.now}
        actions.reveal(person=person, columns=PRIVATE_COLUMNS, **told)
        return actions.export_person(person=person, by=request.me, now=request.now)


@login_required
@never_cache
@require_POST
def person_copy(request: Any, pk: int) -> HttpResponse:
    """A copy of everything as a file, for a reason."""
    person = subject(request, pk)
    form = CopyForm(request.POST, auto_id="copy_%s")
    if form.is_valid():
        copy = attempt(request, lambda: copied(request, person, form.cleaned_data["reason"]), form=form)
        if copy is not None:
            body = json.dumps(copy, ensure_ascii=False, indent=1)
            answer = HttpResponse(body, content_type="application/json; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="linli-person-{person.pk}.json"'
            return answer
    return page_of(request, person, copy=form)


@login_required
@never_cache
@require_POST
def person_erase(request: Any, pk: int) -> HttpResponse:
    """Erase somebody for good, for a reason and with their number typed."""
    person = subject(request, pk)
    form = EraseForm(request.POST, person=person, auto_id="erase_%s")
    if form.is_valid():
        told = {"reason": form.cleaned_data["reason"], "by": request.me, "now": request.now}
        if attempt(request, lambda: actions.erase_person(person=person, **told), form=form) is not None:
            return redirect("desk:person_erased", pk)
    return page_of(request, person, erase=form)


@login_required
def person_erased(request: Any, pk: int) -> HttpResponse:
    """The receipt of an erasure, as the journal keeps it."""
    person = erased_for(request.me, pk=pk, on=request.today)
    event = erasure_of(person)
    receipt = event.facts.get("receipt", {}) if event else {}
    context = {
        "person": person,
        "at": person.erased_at,
        "event": event,
        "rows": [{"label": KINDS.get(kind, kind), "count": count} for kind, count in receipt.items()],
        "whole": sum(receipt.values()),
    }
    return render(request, "desk/person_erased.html", context)


def found_lines(stems: Any, text: str) -> list[dict[str, Any]]:
    """Who was found, masked."""
    return [
        {
            "name": masked(person),
            "place": building_words(person.household.building) if person.household else person.area.name,
            "note": " · ".join(
                words
                for words in (
                    _("number {number}").format(number=person.pk),
                    mask_phone(person.phone),
                    mask_id(person.id_number),
                )
                if words
            ),
            "url": reverse("desk:person_privacy", args=[person.pk]),
        }
        for person in find_exactly(stems, text)[:FOUND]
    ]


@login_required
@never_cache
def privacy_find(request: Any) -> HttpResponse:
    """Find somebody by a whole number. Sent by POST, so that no address ever holds it."""
    stems = require(request.me, "person.erase", on=request.today)
    form = FindForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    rows = found_lines(stems, form.cleaned_data["text"]) if asked else []
    return render(request, "desk/privacy_find.html", {"form": form, "asked": asked, "rows": rows})


urlpatterns = [
    path("house/privacy/", privacy_find, name="privacy_find"),
    path("people/<int:pk>/privacy/", person_privacy, name="person_privacy"),
    path("people/<int:pk>/privacy/copy/", person_copy, name="person_copy"),
    path("people/<int:pk>/privacy/erase/", person_erase, name="person_erase"),
    path("people/<int:pk>/erased/", person_erased, name="person_erased"),
]
