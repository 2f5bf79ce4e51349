"""What belongs to a person and changes: home, tags, contacts, consent, family, the invitation to a login."""

from collections.abc import Callable
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.people import actions
from linli.ground.people.access import may, people_for, person_for, stems_for
from linli.ground.people.choices import INVITE_DAYS
from linli.ground.people.queries import bonds_of, consents_of, masked, search_people, tags_of
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import person_words
from linli.web.desk.forms_people import BondForm, ConsentForm, ContactForm, HomeForm, TagForm

DONE = gettext_lazy("Kept.")


def kept_person(request: Any, pk: int) -> Any:
    """The person, for somebody who keeps their record; 404 otherwise."""
    return person_for(request.me, pk=pk, verb="person.keep", on=request.today)


def form_page(request: Any, person: Any, form: Any, title: str, act: Callable[[], Any]) -> HttpResponse:
    """A small form about a person, and one action out of it."""
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(request, act, form=form, done=DONE) is not None
    ):
        return redirect("desk:person", person.pk)
    context = {"form": form, "person": person, "name": masked(person), "title": title}
    return render(request, "desk/person_part.html", context)


@login_required
def person_home(request: Any, pk: int) -> HttpResponse:
    """Where they live."""
    person = kept_person(request, pk)
    form = HomeForm(request, request.POST or None)
    return form_page(
        request, person, form, _("Where they live"),
        lambda: actions.move_in(person=person, by=request.me, now=request.now, **form.cleaned_data),
    )  # fmt: skip


@login_required
def person_tag(request: Any, pk: int) -> HttpResponse:
    """Why they deserve a closer look."""
    person = kept_person(request, pk)
    form = TagForm(request.POST or None, initial={"since": request.today})
    return form_page(
        request, person, form, _("Why a closer look"),
        lambda: actions.set_tag(person=person, by=request.me, now=request.now, **form.cleaned_data),
    )  # fmt: skip


@login_required
def person_contact(request: Any, pk: int) -> HttpResponse:
    """Whom to call in an emergency."""
    person = kept_person(request, pk)
    form = ContactForm(request.POST or None)

    def act() -> Any:
        given = form.cleaned_data
        return actions.keep_contact(
            person=person, name=given["contact_name"], relation=given["relation"], phone=given["contact_phone"],
            rank=given["rank"], by=request.me, now=request.now,
        )  # fmt: skip

    return form_page(request, person, form, _("Whom to call in an emergency"), act)


@login_required
def person_consent(request: Any, pk: int) -> HttpResponse:
    """What they agreed to."""
    person = kept_person(request, pk)
    form = ConsentForm(request.POST or None)
    return form_page(
        request, person, form, _("What they agree to"),
        lambda: actions.give_consent(person=person, by=request.me, now=request.now, **form.cleaned_data),
    )  # fmt: skip


@login_required
def person_bond(request: Any, pk: int) -> HttpResponse:
    """Who of the family may speak for them: found by name or phone, then bound."""
    person = kept_person(request, pk)
    text = request.GET.get("name", "").replace("\x00", "").strip()[:40]
    found = search_people(stems_for(request.me, "person.see", on=request.today), text) if text else []
    form = BondForm(request.POST or None)
    chosen: Any = form.fields["helper"]
    rows = people_for(request.me, on=request.today).exclude(pk=pk).select_related("household__building")
    sent = request.POST.get("helper", "")
    numbers = [int(sent)] if sent.isdecimal() and len(sent) < 19 else []
    chosen.queryset = rows.filter(pk__in=numbers or [one.pk for one in found])
    chosen.label_from_instance = lambda one: person_words(one, request.today)
    if request.method == "POST" and form.is_valid():
        bound = attempt(
            request,
            lambda: actions.bind_family(elder=person, by=request.me, now=request.now, **form.cleaned_data),
            form=form,
            done=_("They may speak for them from now on."),
        )
        if bound is not None:
            return redirect("desk:person", pk)
    context = {
        "form": form,
        "person": person,
        "name": masked(person),
        "text": text,
        "found": bool(found or numbers),
    }
    return render(request, "desk/person_bond.html", context)


def ending(request: Any, pk: int, row: Any, act: Callable[[], Any]) -> HttpResponse:
    """End what belongs to the person, and back to the card."""
    if row is None:
        raise Http404
    attempt(request, act, done=_("Ended."))
    return redirect("desk:person", pk)


@login_required
@require_POST
def person_tag_end(request: Any, pk: int, tag: int) -> HttpResponse:
    """The reason for a closer look is gone."""
    person = kept_person(request, pk)
    row = next((one for one in tags_of([person], on=request.today)[person.pk] if one.pk == tag), None)
    return ending(
        request,
        pk,
        row,
        lambda: actions.end_tag(tag=row, until=request.today, by=request.me, now=request.now),  # type: ignore[arg-type]
    )


@login_required
@require_POST
def person_consent_end(request: Any, pk: int, consent: int) -> HttpResponse:
    """They take a consent back."""
    person = kept_person(request, pk)
    row = consents_of(person).filter(pk=consent).first()
    return ending(
        request,
        pk,
        row,
        lambda: actions.withdraw_consent(consent=row, by=request.me, now=request.now),  # type: ignore[arg-type]
    )


@login_required
@require_POST
def person_bond_end(request: Any, pk: int, bond: int) -> HttpResponse:
    """Somebody no longer speaks for them."""
    person = kept_person(request, pk)
    row = bonds_of(person).filter(pk=bond).first()
    return ending(request, pk, row, lambda: actions.end_bond(bond=row, by=request.me, now=request.now))  # type: ignore[arg-type]


@login_required
@never_cache
@require_POST
def person_invite(request: Any, pk: int) -> HttpResponse:
    """A one-time link to a login, shown this once, also as a picture for the phone."""
    person = person_for(request.me, pk=pk, verb="account.open", on=request.today)
    seen = may(request.me, "person.see", person.stem, on=request.today)
    back = reverse("desk:person", args=[pk]) if seen else reverse("desk:house_roles")
    token = attempt(request, lambda: actions.invite(person=person, by=request.me, now=request.now))
    if token is None:
        return redirect(back)
    return invitation(request, person, token, back)


def invitation(request: Any, person: Any, token: str, back: str) -> HttpResponse:
    """The page with the link and its picture."""
    link = request.build_absolute_uri(reverse("public:join", args=[token]))
    picture = segno.make(link, error="m").svg_data_uri(scale=6, border=2)
    context = {"name": masked(person), "link": link, "picture": picture, "days": INVITE_DAYS, "back": back}
    return render(request, "desk/person_invite.html", context)


urlpatterns = [
    path("people/<int:pk>/home/", person_home, name="person_home"),
    path("people/<int:pk>/tag/", person_tag, name="person_tag"),
    path("people/<int:pk>/tag/<int:tag>/end/", person_tag_end, name="person_tag_end"),
    path("people/<int:pk>/contact/", person_contact, name="person_contact"),
    path("people/<int:pk>/consent/", person_consent, name="person_consent"),
    path("people/<int:pk>/consent/<int:consent>/end/", person_consent_end, name="person_consent_end"),
    path("people/<int:pk>/family/", person_bond, name="person_bond"),
    path("people/<int:pk>/family/<int:bond>/end/", person_bond_end, name="person_bond_end"),
    path("people/<int:pk>/invite/", person_invite, name="person_invite"),
]
