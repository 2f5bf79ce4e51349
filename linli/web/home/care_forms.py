"""The form by which care is booked at home: what, when, every week or once, with whose points."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.commons.timebank.actions.payments import care_price
from linli.commons.timebank.choices import MemberState, Relation, Strength
from linli.commons.timebank.queries.members import member_of
from linli.commons.timebank.queries.programmes import programme_of
from linli.commons.timebank.queries.purses import purses_of
from linli.ground.people.queries import called, tags_of
from linli.kit.refused import Refused
from linli.loop.run.choices import Pays
from linli.loop.run.queries import services
from linli.loop.run.queries.visits import visits_of_receiver
from linli.web.parts.visit_words import kindly, minutes_words

MINUTES = (30, 60, 90, 120)
KNOWN, READ = 6, 40
KIN = (Relation.PARENT, Relation.SPOUSE, Relation.DIRECT, Relation.RELATIVE)
REACHED = frozenset({MemberState.LEFT, MemberState.REFUSED, MemberState.APPLIED})


@dataclass(frozen=True)
class Purse:
    """One way to pay: free, or with the points of a member."""

    code: str
    label: str
    member: Any = None


def ways_to_pay(me: Any, receiver: Any, today: Any) -> list[Purse]:
    """Whose points can be used, and whether it is free."""
    programme = programme_of(receiver.stem)
    if programme is None:
        return []
    found = []
    if tags_of([receiver], on=today)[receiver.pk]:
        found.append(Purse(Pays.FREE, _("Free of points: the neighbourhood's care")))
    people = [receiver] if me.pk == receiver.pk else [receiver, me]
    members = [one for one in (member_of(programme, person) for person in people) if one]
    members = [one for one in members if one.state not in REACHED]
    purses = purses_of(members)
    for one in members:
        whose = _("My points") if one.person_id == me.pk else kindly(one.person, today)
        said = _("{whose}: {free} points free").format(whose=whose, free=purses[one.pk].free)
        found.append(Purse(f"m{one.pk}", said, one))
    return found


def service_cards(receiver: Any, today: Any) -> list[dict[str, Any]]:
    """The services with their length and price."""
    programme = programme_of(receiver.stem)
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "length": minutes_words(one.minutes),
            "steps": one.steps[:3],
            "points": price(programme, one, today),
        }
        for one in services(on=today)
    ]


def price(programme: Any, service: Any, today: Any) -> int | None:
    """What it costs, where a rule says so."""
    try:
        return care_price(programme, service.code, service.minutes, today) if programme else None
    except Refused:
        return None


def known_helpers(receiver: Any) -> list[Any]:
    """Who has come before, the latest first."""
    found: dict[int, Any] = {}
    for one in visits_of_receiver(receiver).exclude(member=None)[:READ]:
        member: Any = one.member
        if member.state == MemberState.ADMITTED:
            found.setdefault(member.pk, member)
    return list(found.values())[:KNOWN]


class CareForm(forms.Form):
    """Care for oneself or for an elder who lets one act. The key is made when the form is shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    service: Any = forms.ModelChoiceField(
        label=gettext_lazy("What shall somebody do?"), queryset=None,
        error_messages={"required": gettext_lazy("Please choose what somebody shall do.")},
    )  # fmt: skip
    day = forms.DateField(
        label=gettext_lazy("Which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    clock = forms.TimeField(
        label=gettext_lazy("At what time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("As usual")), *[(one, one) for one in MINUTES]],
    )  # fmt: skip
    weekly = forms.BooleanField(label=gettext_lazy("Every week at this time"), required=False)
    strength = forms.ChoiceField(
        label=gettext_lazy("How heavy is it?"), choices=Strength.choices, initial=Strength.USUAL,
        widget=forms.RadioSelect,
    )  # fmt: skip
    pays = forms.ChoiceField(
        label=gettext_lazy("With points?"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose how it is paid.")},
    )  # fmt: skip
    relation = forms.ChoiceField(
        label=gettext_lazy("They are to me"), required=False,
        choices=[("", "—"), *[(one.value, one.label) for one in KIN]],
    )  # fmt: skip
    wanted = forms.TypedChoiceField(
        label=gettext_lazy("Whom do you hope for?"), required=False, coerce=int, empty_value=None
    )
    note = forms.CharField(
        label=gettext_lazy("What should they know?"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Hard of hearing, the dog, the key: whoever comes reads it."),
    )  # fmt: skip

    def __init__(self, request: Any, receiver: Any, **more: Any) -> None:
        data = request.POST if request.method == "POST" else None
        today = request.today
        initial = {"key": uuid4(), "service": request.GET.get("service", ""), **more.pop("initial", {})}
        super().__init__(data, initial=initial, **more)
        self.ways = ways_to_pay(request.me, receiver, today)
        self.helpers = known_helpers(receiver)
        fields: Any = self.fields
        fields["service"].queryset = services(on=today)
        fields["day"].widget.attrs["min"] = today.isoformat()
        fields["minutes"].choices = [
            ("", _("As usual")), *[(one, minutes_words(one)) for one in MINUTES]
        ]  # fmt: skip
        fields["pays"].choices = [(one.code, one.label) for one in self.ways]
        if self.ways:
            self.initial.setdefault("pays", self.ways[0].code)
        fields["wanted"].choices = [
            ("", _("Whoever has time")), *[(one.pk, called(one.person)) for one in self.helpers]
        ]  # fmt: skip
        if not any(one.member and one.member.person_id not in {receiver.pk} for one in self.ways):
            del self.fields["relation"]
        if not self.helpers:
            del self.fields["wanted"]

    def asked(self) -> dict[str, Any]:
        """What the action is told."""
        given = self.cleaned_data
        way = next(one for one in self.ways if one.code == given["pays"])
        return {
            "key": given["key"],
            "service": given["service"],
            "first_at": timezone.make_aware(datetime.combine(given["day"], given["clock"])),
            "minutes": given["minutes"] or given["service"].minutes,
            "weekly": given["weekly"],
            "strength": given["strength"],
            "note": given["note"],
            "pays": Pays.POINTS if way.member else Pays.FREE,
            "payer": way.member,
            "relation": given.get("relation") or "",
            "wanted": next((one for one in self.helpers if one.pk == given.get("wanted")), None),
        }
