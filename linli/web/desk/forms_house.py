"""Forms of the house: categories, promises, standards, calendar, areas, roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ground.people.access import areas_for
from linli.ground.people.choices import RoleKind
from linli.ground.places.choices import GridKind
from linli.loop.ask.choices import PromiseFor, Unit, Urgency
from linli.loop.ask.queries import categories
from linli.web.desk.shown import DayField


class TimeField(forms.TimeField):
    """A time of day, typed with the phone's own picker."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class CategoryForm(forms.Form):
    """A kind of need; the same code again changes it."""

    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("Letters and digits; it stays for good.")
    )
    name = forms.CharField(label=_("What it is called"), max_length=40)
    group = forms.CharField(label=_("Group"), max_length=40, required=False)
    words = forms.CharField(
        label=_("Words people use for it"),
        max_length=300,
        required=False,
        help_text=_("With spaces between them."),
    )
    filing = forms.CharField(
        label=_("Taken up when"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    closing = forms.CharField(
        label=_("Closed when"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    needs_photo = forms.BooleanField(label=_("A photo afterwards is wanted"), required=False)
    rank = forms.IntegerField(label=_("Place in lists"), min_value=1, max_value=9999, initial=100)


class PromiseForm(forms.Form):
    """What is promised, for what, from when on."""

    category: Any = forms.ModelChoiceField(
        label=_("Kind of need"), queryset=None, required=False, empty_label=_("All others")
    )
    urgency = forms.ChoiceField(label=_("How urgent"), choices=Urgency.choices)
    about = forms.ChoiceField(label=_("What is promised"), choices=PromiseFor.choices)
    amount = forms.IntegerField(label=_("Within"), min_value=1, max_value=9999)
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, initial=Unit.WORK_DAYS)
    area: Any = forms.ModelChoiceField(
        label=_("Where"), queryset=None, required=False, to_field_name="code", empty_label=_("Everywhere")
    )
    valid_from = DayField(label=_("From"))

    def __init__(self, request: Any) -> None:
        super().__init__(request.POST or None, initial={"valid_from": request.today})
        self.today = request.today
        kinds: Any = self.fields["category"]
        kinds.queryset = categories(on=request.today)
        areas: Any = self.fields["area"]
        areas.queryset = areas_for(request.me, "settings.keep", on=request.today)

    def clean_valid_from(self) -> Any:
        """Nothing is promised backwards."""
        day = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(gettext("A promise begins today or later."))
        return day


class ServiceForm(forms.Form):
    """A service standard; its steps become the checklist of every task."""

    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("What it is called"), max_length=40)
    category: Any = forms.ModelChoiceField(
        label=_("Kind of need"), queryset=None, required=False, empty_label="—"
    )
    steps = forms.CharField(
        label=_("Steps, one on each line"), widget=forms.Textarea(attrs={"rows": 5}), max_length=3000
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=6000, initial=60)
    valid_from = DayField(label=_("From"))

    def __init__(self, request: Any, initial: dict[str, Any]) -> None:
        super().__init__(request.POST or None, initial={"valid_from": request.today, **initial})
        kinds: Any = self.fields["category"]
        kinds.queryset = categories(on=request.today)


class DayForm(forms.Form):
    """An administrator's word on one day."""

    day = DayField(label=_("Which day"))
    works = forms.TypedChoiceField(
        label=_("On this day"),
        choices=(("1", _("people work")), ("0", _("people are off"))),
        coerce=lambda value: value == "1",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why"), max_length=80, help_text=_("For instance the number of the notice.")
    )


class OfficeForm(forms.Form):
    """Office hours from a day on."""

    opens = TimeField(label=_("Opens"))
    lunch_from = TimeField(label=_("Lunch from"))
    lunch_until = TimeField(label=_("Lunch until"))
    closes = TimeField(label=_("Closes"))
    valid_from = DayField(label=_("From"))


class AreaForm(forms.Form):
    """A new area by its code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=15,
        help_text=_("12 digits; a grid has 15: the community's code and three more."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(label=_("What it is called"), max_length=60)
    grid_kind = forms.ChoiceField(label=_("Kind of grid"), choices=GridKind.choices, required=False)
    valid_from = DayField(label=_("From"))


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label=_("New name"), max_length=60)
    valid_from = DayField(label=_("From"))


class MergeForm(forms.Form):
    """Into which area of its level another one goes."""

    into: Any = forms.ModelChoiceField(
        label=_("Goes on as part of"), queryset=None, to_field_name="code", empty_label="—"
    )
    day = DayField(label=_("Last day"))


class RoleForm(forms.Form):
    """A role in an area from a day on."""

    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind.choices, initial=RoleKind.GRID_WORKER)
    area: Any = forms.ModelChoiceField(
        label=_("Where"), queryset=None, to_field_name="code", empty_label=None
    )
    valid_from = DayField(label=_("From"))

    def __init__(self, request: Any) -> None:
        super().__init__(request.POST or None, initial={"valid_from": request.today})
        areas: Any = self.fields["area"]
        areas.queryset = areas_for(request.me, "role.grant", on=request.today)


class ColleagueForm(RoleForm):
    """Somebody new, with their role."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=40)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    field_order = ("key", "name", "phone", "kind", "area", "valid_from")


class GrantForm(RoleForm):
    """Somebody who is entered already."""

    person: Any = forms.ModelChoiceField(
        label=_("Who"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    field_order = ("person", "kind", "area", "valid_from")
