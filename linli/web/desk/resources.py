"""The list of what the neighbourhood has to help with, and how full it is."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.ground.people.access import areas_for, helpers_under, may, may_anywhere, require
from linli.ground.people.choices import RoleKind
from linli.ground.places.queries import facilities_under
from linli.kit import keyset
from linli.kit.masks import mask_phone
from linli.kit.refused import Refused
from linli.kit.validators import clean_phone
from linli.loop.ask.access import needs_for
from linli.loop.ask.queries import ROW_PARTS, categories
from linli.loop.link.access import resource_for, resources_for
from linli.loop.link.actions import keep_resource
from linli.loop.link.choices import Period, ResourceKind
from linli.loop.link.queries import loads, matches_with
from linli.web.acts import attempt
from linli.web.desk.shown import DayField, MaskedChoice, need_line, resource_name

HELPERS = (
    RoleKind.VOLUNTEER, RoleKind.DOMESTIC_WORKER, RoleKind.RIDER, RoleKind.STATION_HOST, RoleKind.GRID_WORKER,
)  # fmt: skip


class ResourceForm(forms.Form):
    """A resource: what, where, for which kinds of ask, how much and until when."""

    name = forms.CharField(label=gettext_lazy("What it is called"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of help"), choices=ResourceKind.choices)
    area: Any = forms.ModelChoiceField(
        label=gettext_lazy("Serves everybody in"), queryset=None, to_field_name="code"
    )
    categories: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Helps with"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    capacity = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=1_000_000)
    period = forms.ChoiceField(label=gettext_lazy("How often anew"), choices=Period.choices)
    measure = forms.CharField(
        label=gettext_lazy("Counted in"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("places, hours, bags …"),
    )
    valid_from = DayField(label=gettext_lazy("There from"))
    valid_until = DayField(label=gettext_lazy("Until"), required=False)
    person = MaskedChoice(label=gettext_lazy("Who it is"), queryset=None, required=False)
    facility: Any = forms.ModelChoiceField(label=gettext_lazy("Where it is"), queryset=None, required=False)
    contact = forms.CharField(label=gettext_lazy("Phone to arrange it"), max_length=60, required=False)
    note = forms.CharField(label=gettext_lazy("Good to know"), max_length=200, required=False)

    def __init__(self, *args: Any, me: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        areas = areas_for(me, "resource.keep", on=today)
        stems = require(me, "resource.keep", on=today)
        choices = {
            "area": areas,
            "categories": categories(on=today),
            "person": helpers_under(stems, kinds=HELPERS, on=today),
            "facility": facilities_under(stems, on=today),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = today
        self.fields["area"].initial = areas.first()

    def clean_contact(self) -> str:
        """A phone number, where it is given."""
        typed: str = self.cleaned_data["contact"].strip()
        if not typed:
            return ""
        try:
            return str(clean_phone(typed, field="contact"))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


def valid_words(resource: Any, today: Any) -> tuple[str, str]:
    """Whether it is there now: words, and the tone of their chip."""
    if resource.valid_until and resource.valid_until < today:
        return _("ended"), "quiet"
    if resource.valid_from > today:
        return _("not yet"), "plain"
    if resource.valid_until and (resource.valid_until - today).days <= 14:
        left = (resource.valid_until - today).days
        return ngettext("{n} day left", "{n} days left", left).format(n=left), "near"
    return "", ""


def line(load: Any, today: Any) -> dict[str, Any]:
    """A resource as a row: how much is free in this period."""
    row = load.resource
    words, tone = valid_words(row, today)
    free = _("{free} of {all} {measure} free {period}").format(
        free=load.free, all=row.capacity, measure=row.measure, period=row.get_period_display()
    )
    return {
        "url": reverse("desk:resource", args=[row.pk]),
        "name": resource_name(row),
        "kind": row.get_kind_display(),
        "area": row.area.name,
        "free": " ".join(free.split()),
        "full": load.free == 0,
        "share": min(100, round(100 * load.taken / row.capacity)) if row.capacity else 100,
        "valid": words,
        "tone": tone,
    }


@login_required
def resources(request: HttpRequest) -> HttpResponse:
    """The list, by kind; every row says what is free in its period."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    require(me, "resource.see", on=today)
    kind = request.GET.get("kind", "")
    rows = resources_for(me, on=today)
    if kind in ResourceKind.values:
        rows = rows.filter(kind=kind)
    page = keyset.page(rows, order=("-id",), after=request.GET.get("after"))
    here = reverse("desk:resources")
    kinds = [("", _("All")), *ResourceKind.choices]
    query = urlencode({name: value for name, value in (("kind", kind), ("after", page.after)) if value})
    context = {
        "tabs_": [
            {"url": f"{here}?kind={value}" if value else here, "label": label, "current": value == kind}
            for value, label in kinds
        ],
        "rows": [line(load, today) for load in loads(page.rows, on=today)],
        "next": f"{here}?{query}" if page.after else "",
        "keeps": may_anywhere(me, "resource.keep", on=today),
    }
    return render(request, "desk/resources.html", context)


def initial_of(row: Any) -> dict[str, Any]:
    """What a resource's form shows before it is changed."""
    names = ("name", "kind", "capacity", "period", "measure", "valid_from", "valid_until", "contact", "note")
    given = {name: getattr(row, name) for name in names}
    return {
        **given, "area": row.area.code, "person": row.person_id, "facility": row.facility_id,
        "categories": [one.pk for one in row.categories.all()],
    }  # fmt: skip


def kept(request: HttpRequest, form: ResourceForm, row: Any = None) -> Any:
    """The resource as it was kept, or None where it was refused."""
    me, now = request.me, request.now  # type: ignore[attr-defined]
    given = dict(form.cleaned_data)
    place = given["facility"] or (row.facility if row else None)
    if row and row.lon is not None and place == row.facility and not given["facility"]:
        given["position"] = (row.lon, row.lat)
    done = _("Changed.") if row else _("It is on the list now.")
    return attempt(
        request, lambda: keep_resource(**given, resource=row, by=me, now=now), form=form, done=done
    )


@login_required
def resource_new(request: HttpRequest) -> HttpResponse:
    """Put something or somebody on the list."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    form = ResourceForm(request.POST if request.method == "POST" else None, me=me, today=today)
    if request.method == "POST" and form.is_valid() and (row := kept(request, form)):
        return redirect("desk:resource", pk=row.pk)
    return render(request, "desk/resource_edit.html", {"form": form, "back": reverse("desk:resources")})


@login_required
def resource_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the list says; never below what is promised."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    row = resource_for(me, pk=pk, verb="resource.keep", on=today)
    form = ResourceForm(
        request.POST if request.method == "POST" else None, me=me, today=today, initial=initial_of(row)
    )
    if request.method == "POST" and form.is_valid() and kept(request, form, row):
        return redirect("desk:resource", pk=pk)
    back = reverse("desk:resource", args=[pk])
    return render(
        request,
        "desk/resource_edit.html",
        {"form": form, "row": row, "back": back, "name": resource_name(row)},
    )


@login_required
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """One resource with the needs it answers and answered."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    row = resource_for(me, pk=pk, on=today)
    reach = needs_for(me, on=today).values("pk")
    matches = (
        matches_with(row)
        .filter(need__in=reach)
        .select_related("slot", *(f"need__{part}" for part in ROW_PARTS))
    )
    page = keyset.page(matches, order=("-id",), after=request.GET.get("after"))
    context = {
        "row": row,
        "line": line(loads([row], on=today)[0], today),
        "name": resource_name(row),
        "kinds": [one.name for one in row.categories.all()],
        "contact": mask_phone(row.contact) if row.contact else "",
        "rows": [need_line(match.need, place=match.get_state_display()) for match in page.rows],
        "next": f"{reverse('desk:resource', args=[pk])}?{urlencode({'after': page.after})}"
        if page.after
        else "",
        "keeps": may(me, "resource.keep", row.stem, on=today),
    }
    return render(request, "desk/resource.html", context)


urlpatterns = [
    path("resources/", resources, name="resources"),
    path("resources/new/", resource_new, name="resource_new"),
    path("resources/<int:pk>/", resource, name="resource"),
    path("resources/<int:pk>/edit/", resource_edit, name="resource_edit"),
]
