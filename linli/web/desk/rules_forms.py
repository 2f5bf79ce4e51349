"""The form of one group of a rule's knobs: it reads a rule, takes what people set, and gives the whole rule back."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.choices import Relation
from linli.engine.points import BadRule, Rule
from linli.ground.people.choices import CareKind
from linli.web.desk.rules_knobs import ANY_AGE, GROUPS, Block, Knob, wrong_words
from linli.web.desk.rules_lines import relation_name, unit_of
from linli.web.desk.rules_words import TITLES
from linli.web.desk.shown import DayField

MOST_GRANTS = MOST_MILESTONES = 2  # empty rows that are offered beside those filled
RATE = re.compile(r"\d{1,6}(\.\d{1,4})?|\d{1,5}/0*[1-9]\d{0,4}", re.ASCII)
OFTEN = (1, 2, 3, 4, 6, 12, 24, 52)


class RateField(forms.CharField):
    """A rate as people write it: 10, 1.5 or 1/2; cleans to JSON (n, or [n, d]), None where empty."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=12, **given)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Any:
        """The rate; refused in words."""
        text = str(super().clean(value)).strip().replace("，", ".").replace("／", "/")
        if not text:
            return None
        if not RATE.fullmatch(text):
            raise forms.ValidationError(wrong_words("", "rate"))
        rate = Fraction(text)
        return rate.numerator if rate.denominator == 1 else [rate.numerator, rate.denominator]


class DaysField(forms.CharField):
    """Days of the month with commas between them; cleans to a list of numbers."""

    def clean(self, value: Any) -> list[int]:
        """The days; refused in words."""
        parts = str(super().clean(value)).replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
        try:
            return sorted({int(part) for part in parts if part.strip()})
        except ValueError as error:
            raise forms.ValidationError(wrong_words("", "whole_number")) from error


def rate_text(value: Any) -> str:
    """A rate of JSON as people write it."""
    if value is None:
        return ""
    rate = Fraction(*value) if isinstance(value, list | tuple) else Fraction(value)
    exact = Fraction(str(float(rate))) == rate
    return f"{float(rate):g}" if exact else str(rate)


def name_of(path: str) -> str:
    """The name of a knob's field."""
    return path.replace(".", "__")


def value_at(body: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; None where a step is missing."""
    found: Any = body
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set what stands at a path."""
    *steps, last = path.split(".")
    for step in steps:
        body = body[step]
    body[last] = value


class GroupForm(forms.Form):
    """One group. ``whole`` is the rule as JSON after a clean; mistakes stand at the knob they are about."""

    def __init__(
        self, group: str, body: Mapping[str, Any], names: Mapping[str, str], data: Any = None
    ) -> None:
        self.group, self.body, self.names = group, body, names
        self.laid: list[dict[str, Any]] = []
        super().__init__(data)
        rule = Rule.from_json(body)
        self.suffix = unit_of(rule) if rule.unit_parts == 1 else gettext("smallest parts")
        for block in GROUPS[group]:
            self.lay(block)

    def lay(self, block: Block) -> None:
        """Make a block's fields and remember where they stand."""
        rows = []
        for knob in block.knobs:
            make = getattr(self, f"make_{knob.kind}", self.make_simple)
            before = set(self.fields)
            make(knob)
            suffix = knob.suffix or (self.suffix if self.in_points(knob) else "")
            rows += [(name, suffix) for name in self.fields if name not in before]
        notes = [knob.help for knob in block.knobs if hasattr(self, f"make_{knob.kind}") and knob.help]
        self.laid.append({"title": block.title, "note": notes[0] if notes else "", "names": rows})

    @staticmethod
    def in_points(knob: Knob) -> bool:
        """Whether what is set are points."""
        return knob.kind in {"rate", "rates", "price"} or knob.path in {
            "bonus.start", "bonus.recruit", "person_cap_points", "peer_limit_points",
        }  # fmt: skip

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks with their fields, for the template."""
        return [
            {**block, "rows": [{"field": self[name], "suffix": suffix} for name, suffix in block["names"]]}
            for block in self.laid
        ]

    # --- fields -----------------------------------------------------------------------------------------

    def make_simple(self, knob: Knob) -> None:
        """Text, numbers, rates, choices."""
        value = value_at(self.body, knob.path)
        said: dict[str, Any] = {
            "label": knob.label,
            "help_text": knob.help,
            "required": False,
            "initial": value,
        }
        if knob.kind == "text":
            made: forms.Field = forms.CharField(**said, max_length=60)
        elif knob.kind == "yes":
            made = forms.BooleanField(**said)
        elif knob.kind in {"number", "limit"}:
            said |= {"required": knob.kind == "number", "min_value": knob.low, "max_value": knob.high}
            made = forms.IntegerField(**said)
        elif knob.kind == "rate":
            made = RateField(**(said | {"required": True, "initial": rate_text(value)}))
        elif knob.kind == "days":
            made = DaysField(**(said | {"initial": ", ".join(map(str, value or ()))}))
        elif knob.kind == "many":
            made = forms.MultipleChoiceField(
                **said, choices=knob.choices, widget=forms.CheckboxSelectMultiple
            )
        else:
            made = forms.ChoiceField(
                **(said | {"required": True}), choices=knob.choices, widget=forms.RadioSelect
            )
        self.fields[name_of(knob.path)] = made

    def make_rates(self, knob: Knob) -> None:
        """A rate for each service that is known or that the rule names."""
        held = value_at(self.body, knob.path) or {}
        for code in [*self.names, *(one for one in held if one not in self.names)]:
            self.fields[f"{name_of(knob.path)}__{code}"] = RateField(
                label=self.names.get(code, code), required=False, initial=rate_text(held.get(code))
            )

    def make_price(self, knob: Knob) -> None:
        """The price of care, or none of its own."""
        self.fields[name_of(knob.path)] = RateField(
            label=knob.label, required=False, initial=rate_text(value_at(self.body, "care_price.default"))
        )

    def make_relations(self, _knob: Knob) -> None:
        """How often for each relation."""
        held = self.body["relations"]
        for code in [*Relation.values, "gift_pool"]:
            limit = held.get(code)
            often = sorted({*OFTEN, *([limit] if limit else [])})
            choices: list[tuple[str, Any]] = [("", _("no")), ("any", _("as often as one likes"))]
            choices += [(str(n), gettext("{n} times a year").format(n=n)) for n in often]
            now = "" if code not in held else "any" if limit is None else str(limit)
            self.fields[f"relations__{code}"] = forms.ChoiceField(
                label=relation_name(code), choices=choices, required=False, initial=now
            )

    def make_grants(self, _knob: Knob) -> None:
        """One row a grant, and empty ones."""
        held = self.body["grants"]
        extra = [(one["group"], one["group"]) for one in held if one["group"] not in CareKind.values]
        for at in range(len(held) + MOST_GRANTS):
            row = held[at] if at < len(held) else {}
            for key, made in (
                ("group", forms.ChoiceField(label=_("Who"), choices=[("", "—"), *CareKind.choices, *extra], required=False)),
                ("points_month", forms.IntegerField(label=_("Points a month"), required=False, min_value=0)),
                ("min_age", forms.IntegerField(label=_("From age"), help_text=ANY_AGE, required=False, min_value=0, max_value=130)),
                ("max_age", forms.IntegerField(label=_("Until age"), help_text=ANY_AGE, required=False, min_value=0, max_value=130)),
            ):  # fmt: skip
                made.initial = row.get(key)
                self.fields[f"grants__{at}__{key}"] = made

    def make_milestones(self, _knob: Knob) -> None:
        """One row a milestone, and empty ones."""
        held = self.body["milestones"]
        for at in range(len(held) + MOST_MILESTONES):
            row = held[at] if at < len(held) else {}
            self.fields[f"milestones__{at}__points"] = forms.IntegerField(
                label=_("From so many points on"), required=False, min_value=1, initial=row.get("points")
            )
            self.fields[f"milestones__{at}__title"] = forms.CharField(
                label=_("What it opens"), required=False, max_length=60, initial=row.get("title")
            )

    # --- and back ---------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """The whole rule out of what was set; what the engine refuses stands at its knob."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        whole = deepcopy(dict(self.body))
        for block in GROUPS[self.group]:
            for knob in block.knobs:
                take = getattr(self, f"take_{knob.kind}", None)
                if take is not None:
                    take(knob, whole, given)
                else:
                    put(whole, knob.path, self.plain(knob, given[name_of(knob.path)]))
        try:
            self.whole = Rule.from_json(whole).to_json()
        except BadRule as bad:
            self.blame(bad)
        return given

    @staticmethod
    def plain(knob: Knob, value: Any) -> Any:
        """A cleaned value as JSON."""
        return int(value) if knob.path == "approvers" else value

    def rows(self, given: Mapping[str, Any], name: str, keys: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of a list, those whose first cell is empty left out."""
        count = sum(field.startswith(f"{name}__") and field.endswith(f"__{keys[0]}") for field in self.fields)
        rows = [{key: given.get(f"{name}__{at}__{key}") for key in keys} for at in range(count)]
        return [row for row in rows if row[keys[0]] not in {None, ""}]

    def take_rates(self, knob: Knob, whole: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Rates that were set."""
        begin = f"{name_of(knob.path)}__"
        rates = {
            name.removeprefix(begin): value
            for name, value in given.items()
            if name.startswith(begin) and value is not None
        }
        if value_at(whole, knob.path.rpartition(".")[0]) is not None:
            put(whole, knob.path, rates)

    def take_price(self, _knob: Knob, whole: dict[str, Any], given: Mapping[str, Any]) -> None:
        """A price of its own, or none."""
        price = given["care_price"]
        whole["care_price"] = None if price is None else {"default": price, "services": {}}

    def take_relations(self, _knob: Knob, whole: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Relations that were chosen."""
        chosen = {code: given[f"relations__{code}"] for code in [*Relation.values, "gift_pool"]}
        whole["relations"] = {
            code: None if often == "any" else int(often) for code, often in chosen.items() if often
        }

    def take_grants(self, _knob: Knob, whole: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Grants whose group was chosen."""
        rows = self.rows(given, "grants", ("group", "points_month", "min_age", "max_age"))
        whole["grants"] = [row | {"points_month": row["points_month"] or 0} for row in rows]

    def take_milestones(self, _knob: Knob, whole: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Milestones that have a number."""
        whole["milestones"] = self.rows(given, "milestones", ("points", "title"))

    def blame(self, bad: BadRule) -> None:
        """Put what is wrong at the knob, or at the nearest one; with the group's name where it stands elsewhere."""
        words, path = wrong_words(bad.field, bad.code), bad.field
        while path:
            near = [
                name for name in self.fields if name == name_of(path) or name.startswith(f"{name_of(path)}__")
            ]
            if near:
                self.add_error(near[0], words)
                return
            path = path.rpartition(".")[0]
        self.add_error(None, gettext("{group}: {words}").format(group=group_holding(bad.field), words=words))


def group_holding(path: str) -> str:
    """The group and the knob a path belongs to, in words."""
    for group, blocks in GROUPS.items():
        for block in blocks:
            for knob in block.knobs:
                if path == knob.path or path.startswith(f"{knob.path}."):
                    return f"{TITLES[group]} · {knob.label}"
    return path


class StartForm(forms.Form):
    """What a draft begins from."""

    start = forms.ChoiceField(label=_("Begin from"))

    def __init__(self, starts: Sequence[str], data: Any = None) -> None:
        super().__init__(data)
        chosen: Any = self.fields["start"]
        chosen.choices = [(one, one) for one in starts]


class DraftForm(forms.Form):
    """From which day a draft is to hold, and a remark."""

    valid_from = DayField(label=_("In force from"))
    words = forms.CharField(
        label=_("What is new, in a sentence"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AdoptForm(forms.Form):
    """The resolution a rule is adopted by."""

    resolution = forms.CharField(
        label=_("Resolution"), max_length=100, help_text=_("Its number, or the meeting and the day.")
    )
