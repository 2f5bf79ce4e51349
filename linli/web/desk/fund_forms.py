"""Forms of the big bill at the desk: amounts in yuan, a key that makes sending twice one act, vouchers that stay."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.commons.fund.choices import WRONG, Source, TargetKind, Use, yuan
from linli.commons.fund.queries import resolutions_of
from linli.ground.places.queries import facilities_under
from linli.web.desk.forms_hearing import HearingForm
from linli.web.desk.shown import DayField

NO_NAMES = _("Everybody reads this: no names of people, no phone numbers.")


class YuanField(forms.DecimalField):
    """Yuan with two decimals; cleans to fen."""

    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "autocomplete": "off"})

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **({"min_value": Decimal("0.01")} | more))

    def clean(self, value: Any) -> Any:
        """The amount in fen."""
        given = super().clean(value)
        return None if given is None else int(given * 100)


class KeyForm(forms.Form):
    """A form with a key of its own, made when it is shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        more["initial"] = {"key": uuid4(), **more.get("initial", {})}
        super().__init__(*args, **more)


class OpenForm(forms.Form):
    """The community, and what its bill is called."""

    area: Any = forms.ModelChoiceField(label=_("Community"), queryset=None, to_field_name="code")
    title = forms.CharField(label=_("What the bill is called"), max_length=60)

    def __init__(self, *args: Any, areas: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["area"].empty_label = None  # type: ignore[attr-defined]


class IncomeForm(KeyForm):
    """Collective income, a grant, interest."""

    amount = YuanField(label=_("Amount"))
    source = forms.ChoiceField(
        label=_("Where it comes from"),
        widget=forms.RadioSelect,
        choices=[one for one in Source.choices if one[0] != Source.DONATION],
    )
    origin = forms.CharField(
        label=_("What it was paid for"),
        max_length=80,
        help_text=_("For instance: rent of the shops, subsidy of the street for meals"),
    )
    received_on = DayField(label=_("Received on"))


class DonationForm(KeyForm):
    """Who gave, how much, what they wish."""

    amount = YuanField(label=_("Amount"))
    donor = forms.CharField(
        label=_("Who gave it"),
        max_length=60,
        required=False,
        help_text=_("Others see it masked. May stay empty where nobody wants to be named."),
    )
    donor_is_person = forms.TypedChoiceField(
        label=_("That is"),
        choices=[("1", _("a person")), ("0", _("a firm or an organisation"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "1",
        initial="1",
    )
    anonymous = forms.BooleanField(label=_("They wish to stay unnamed: “a kind neighbour”"), required=False)
    contact = forms.CharField(
        label=_("Phone, to thank them"),
        max_length=30,
        required=False,
        help_text=_("Never shown to anybody in full, never printed."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    wish = forms.CharField(
        label=_("What they wish it to be used for"),
        max_length=200,
        required=False,
        help_text=_("In their own words; only the desk reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    received_on = DayField(label=_("Received on"))


class PaperForm(HearingForm):
    """A form with photographed papers."""

    lon = lat = None  # type: ignore[assignment]

    def __init__(self, request: Any, fund: Any, **more: Any) -> None:
        super().__init__(request, "fund.keep", **more)
        self.fund = fund


class ResolutionForm(PaperForm):
    """What a meeting decided."""

    no = forms.CharField(
        label=_("Number of the resolution"), max_length=40, help_text=_("As it stands in the minutes")
    )
    title = forms.CharField(label=_("What the resolution is about"), max_length=80, help_text=NO_NAMES)
    met_on = DayField(label=_("Day of the meeting"))
    amount = YuanField(label=_("At most"))
    kind = forms.ChoiceField(
        label=_("What the money is for"), choices=TargetKind.choices, widget=forms.RadioSelect
    )
    facility: Any = forms.ModelChoiceField(
        label=_("Which facility"), queryset=None, required=False, empty_label="—"
    )
    name = forms.CharField(
        label=_("Or its name"),
        max_length=60,
        required=False,
        help_text=_(
            "Of the project, or of a facility that is not on the list; the same name is the same purse."
        ),
    )
    decides = forms.CharField(
        label=_("What it decides"),
        max_length=1000,
        required=False,
        help_text=NO_NAMES,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, request: Any, fund: Any, **more: Any) -> None:
        super().__init__(request, fund, **more)
        near = facilities_under([fund.community], on=request.today)
        self.fields["facility"].queryset = near  # type: ignore[attr-defined]


class AllocateForm(KeyForm):
    """How much is set aside."""

    amount = YuanField(label=_("Set aside now"))


class ResolutionChoice(forms.ModelChoiceField):
    """A resolution by what its money is for, and what is left there."""

    pots: dict[int, int]

    def label_from_instance(self, obj: Any) -> str:
        """The target, what is left of it, the title."""
        left = yuan(self.pots.get(obj.target_id, 0))
        return f"{obj.target} · {obj.title} · ¥{left}"


class SpendingForm(PaperForm):
    """Who is paid for what, by which resolution."""

    amount = YuanField(label=_("Amount"))
    resolution: Any = ResolutionChoice(label=_("Which resolution allows it"), queryset=None, empty_label="—")
    use = forms.ChoiceField(label=_("Kind of use"), choices=Use.choices, widget=forms.RadioSelect)
    payee = forms.CharField(label=_("Paid to"), max_length=60)
    payee_is_person = forms.BooleanField(label=_("That is a person: masked for everybody"), required=False)
    purpose = forms.CharField(label=_("What for"), max_length=200, help_text=NO_NAMES)
    spent_on = DayField(label=_("Spent on"))

    def __init__(self, request: Any, fund: Any, pots: dict[int, int], **more: Any) -> None:
        super().__init__(request, fund, **more)
        rows = resolutions_of(fund).filter(allocated__gt=0)
        self.fields["resolution"].queryset = rows  # type: ignore[attr-defined]
        self.fields["resolution"].pots = pots  # type: ignore[attr-defined]


class CorrectForm(KeyForm):
    """What was wrong."""

    reason = forms.ChoiceField(
        label=_("What was wrong"), choices=[(one.value, one.label) for one in WRONG], widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In words"), max_length=200, help_text=NO_NAMES, widget=forms.Textarea(attrs={"rows": 2})
    )


class WordsForm(forms.Form):
    """Why not."""

    words = forms.CharField(label=_("Why not"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class RulesForm(forms.Form):
    """From a day on: when two sign, what a point is worth, which points the guarantee stands behind."""

    valid_from = DayField(label=_("From"))
    two_from = YuanField(label=_("Two people sign from"))
    fen_per_point = YuanField(
        label=_("A point is worth"),
        min_value=Decimal(0),
        help_text=_("For the guarantee only; points are not money. 0: not said yet."),
    )
    backs = forms.CharField(
        label=_("Programmes whose points the guarantee stands behind"),
        max_length=200,
        required=False,
        help_text=_("Their short names, separated by commas"),
    )
    decided = forms.CharField(
        label=_("Decided by"), max_length=120, required=False, help_text=_("Which meeting, which resolution")
    )

    def clean_backs(self) -> list[str]:
        """Units of the ledger."""
        names = self.cleaned_data["backs"].replace("，", ",").replace("、", ",").split(",")
        return [f"PT:{name.strip().removeprefix('PT:')}" for name in names if name.strip()]
