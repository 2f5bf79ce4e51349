"""Forms about people: the card, home, tags, contacts, consent, family."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ground.people.access import areas_for, stems_for
from linli.ground.people.choices import BirthdayKind, CareKind, Purpose, Reach, Sex
from linli.ground.places.queries import buildings_under
from linli.kit.calendar import lunar_of, lunar_words
from linli.kit.masks import mask_id, mask_name, mask_phone
from linli.web.desk.shown import DayField

MONTHS = [(None, "—"), *[(month, lunar_words(month, 1)[:-2]) for month in range(1, 13)]]
DAYS = [(None, "—"), *[(day, lunar_words(1, day)[2:]) for day in range(1, 31)]]


def number_or_none(value: str) -> int | None:
    """A choice of a number, or none."""
    return int(value) if value and value != "None" else None


class PersonForm(forms.Form):
    """The card. What is masked stays as it was where the field is left empty."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=40)
    area: Any = forms.ModelChoiceField(label=_("Area"), queryset=None, to_field_name="code", empty_label=None)
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, required=False, widget=forms.RadioSelect)
    id_number = forms.CharField(
        label=_("ID number"),
        max_length=40,
        required=False,
        help_text=_("Only where it is needed. Birthday and sex follow from it."),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    reach = forms.ChoiceField(
        label=_("How they are told things"),
        choices=Reach.choices,
        initial=Reach.PHONE,
        widget=forms.RadioSelect,
    )
    birthday = DayField(label=_("Birthday"), required=False)
    birthday_kind = forms.ChoiceField(
        label=_("Which birthday do they keep?"),
        choices=BirthdayKind.choices,
        initial=BirthdayKind.SOLAR,
        widget=forms.RadioSelect,
    )
    lunar_month = forms.TypedChoiceField(
        label=_("Lunar month"), choices=MONTHS, coerce=number_or_none, empty_value=None, required=False
    )
    lunar_day = forms.TypedChoiceField(
        label=_("Lunar day"), choices=DAYS, coerce=number_or_none, empty_value=None, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, request: Any, person: Any = None) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial={"key": uuid4()})
        areas: Any = self.fields["area"]
        areas.queryset = areas_for(request.me, "person.keep", on=request.today)
        self.person = person
        if person is None:
            return
        for name in ("sex", "reach", "birthday", "birthday_kind", "lunar_month", "lunar_day", "note"):
            self.initial[name] = getattr(person, name)
        self.initial["area"] = person.area.code
        self.fields["name"].required = False
        keep = gettext("Now {masked}. Leave it empty to keep it.")
        self.fields["name"].help_text = keep.format(masked=mask_name(person.name))
        if person.id_number:
            self.fields["id_number"].help_text = keep.format(masked=mask_id(person.id_number))
        if person.phone:
            self.fields["phone"].help_text = keep.format(masked=mask_phone(person.phone))
        self.fields["forget_id"] = forms.BooleanField(label=_("Take the ID number off"), required=False)
        self.fields["forget_phone"] = forms.BooleanField(label=_("Take the phone number off"), required=False)

    def clean(self) -> dict[str, Any]:
        """Who keeps a lunar birthday has one: it follows from the other where it is not given."""
        given = super().clean() or self.cleaned_data
        month, day = given.get("lunar_month"), given.get("lunar_day")
        if (month is None) != (day is None):
            self.add_error(
                "lunar_day" if day is None else "lunar_month",
                gettext("A lunar birthday has a month and a day."),
            )
        elif given.get("birthday_kind") != BirthdayKind.SOLAR and month is None:
            born = given.get("birthday")
            if born and born >= date(1900, 2, 1) and born <= date(2099, 12, 31):
                given["lunar_month"], given["lunar_day"], _leap = lunar_of(born)
            elif "birthday" not in self.errors:
                self.add_error(
                    "lunar_month", gettext("Please give the lunar birthday, or the birthday it follows from.")
                )
        return given

    def columns(self) -> dict[str, Any]:
        """What ``keep_person`` is given."""
        given, old = self.cleaned_data, self.person
        month, day = given["lunar_month"], given["lunar_day"]
        found = {name: given[name] for name in ("area", "sex", "birthday", "birthday_kind", "reach", "note")}
        found |= {"lunar": (month, day) if month and day else None, "person": old}
        for name in ("name", "id_number", "phone"):
            found[name] = given[name] or (getattr(old, name) if old else "")
        if given.get("forget_id"):
            found["id_number"] = ""
        if given.get("forget_phone"):
            found["phone"] = ""
        return found


class HomeForm(forms.Form):
    """Where somebody lives."""

    building: Any = forms.ModelChoiceField(label=_("Building"), queryset=None, empty_label=_("Please choose"))
    door = forms.CharField(label=_("Unit and room"), max_length=40, help_text=_("For example 2-501."))

    def __init__(self, request: Any, data: Any = None) -> None:
        super().__init__(data)
        rows: Any = self.fields["building"]
        rows.queryset = buildings_under(
            stems_for(request.me, "person.keep", on=request.today)
        ).select_related("area")


class TagForm(forms.Form):
    """Why somebody deserves a closer look."""

    kind = forms.ChoiceField(label=_("Why a closer look"), choices=CareKind.choices)
    since = DayField(label=_("Since"))


class ContactForm(forms.Form):
    """Whom to call in an emergency."""

    contact_name = forms.CharField(label=_("Name"), max_length=40)
    relation = forms.CharField(label=_("Relation"), max_length=20)
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    rank = forms.IntegerField(label=_("Call as number"), min_value=1, max_value=9, initial=1)


class ConsentForm(forms.Form):
    """What they agreed to."""

    purpose = forms.ChoiceField(label=_("What they agree to"), choices=Purpose.choices)
    how = forms.CharField(
        label=_("How they said so"), max_length=100, help_text=_("In words at the door, on paper, by phone.")
    )


class BondForm(forms.Form):
    """A family member who may speak for them."""

    helper: Any = forms.ModelChoiceField(
        label=_("Who"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    relation = forms.CharField(label=_("Relation"), max_length=20)
    how = forms.CharField(
        label=_("How the elder agreed"),
        max_length=100,
        help_text=_("In words at the door, on paper, by phone."),
    )
