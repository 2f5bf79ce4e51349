"""Forms of hearing (diary, rounds, intake), and what these pages share: photos, people found, the promise."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.engine.geo import distance_m
from linli.ground.people.access import areas_for, may, people_for, stems_for
from linli.ground.people.queries import age_on, masked, tags_of
from linli.ground.photos.actions import keep_photo
from linli.ground.photos.choices import PhotoKind
from linli.ground.places.queries import WorkCalendar, buildings_under
from linli.kit.refused import Refused
from linli.loop.ask import actions, queries
from linli.loop.ask.actions.clock import due_time
from linli.loop.ask.choices import Channel, Kind, PromiseFor, Unit, Urgency, Weather
from linli.web.parts import words as parts_words

HERE_METRES = 60
HEARD_BY_WORKER = (Channel.WALK_IN, Channel.PHONE, Channel.PAPER, Channel.HOTLINE)


def pick(label: Any, *, required: bool = False, empty_label: Any = "—", **more: Any) -> Any:
    """A choice among rows; which ones is said when the form is made for somebody."""
    return forms.ModelChoiceField(
        label=label, queryset=None, required=required, empty_label=empty_label, **more
    )  # fmt: skip


class HearingForm(forms.Form):
    """What every form of hearing carries: a key made when it was shown, and photos that were already kept."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photo_ids = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)

    def __init__(self, request: Any, verb: str, **more: Any) -> None:
        """``verb`` says in which areas this may be written."""
        initial = {"key": uuid4(), **more.pop("initial", {})}
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial=initial, **more)
        self.request, self.verb = request, verb
        me, on = request.me, request.today
        if "area" in self.fields:
            areas = areas_for(me, verb, on=on)
            grids = areas.filter(level="grid")
            self.fields["area"].queryset = areas  # type: ignore[attr-defined]
            self.fields["area"].empty_label = None  # type: ignore[attr-defined]
            self.initial.setdefault("area", grids.first() or areas.first())
        if "building" in self.fields:
            buildings = buildings_under(stems_for(me, verb, on=on)).select_related("area")
            self.fields["building"].queryset = buildings  # type: ignore[attr-defined]
        if "category" in self.fields:
            self.fields["category"].queryset = queries.categories(on=on)  # type: ignore[attr-defined]

    @property
    def kept_photos(self) -> list[int]:
        """Numbers of the photos that were kept when this form was sent before and refused."""
        found = [part for part in str(self["photo_ids"].value() or "").split(",") if part.isdecimal()]
        return [int(part) for part in found if len(part) < 19]

    def keep_photos(self, kind: str = PhotoKind.PHOTO) -> list[int] | None:
        """Keep the photos sent with the form; None, with words beside them, when one cannot be read.

        The same picture with the same form key is one photo, however often it is sent. What was kept stays
        with the form, so that nobody chooses it a second time.
        """
        numbers = self.kept_photos
        try:
            for upload in self.request.FILES.getlist("photos"):
                digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
                upload.seek(0)
                key = uuid5(self.cleaned_data["key"], digest)
                kept = keep_photo(
                    upload=upload, key=key, by_id=self.request.me.pk, now=self.request.now, kind=kind
                )
                numbers.append(kept.pk)
        except Refused as refusal:
            self.add_error(None, str(refusal))
            numbers = list(dict.fromkeys(numbers))
            self.remember(numbers)
            return None
        numbers = list(dict.fromkeys(numbers))
        self.remember(numbers)
        return numbers

    def remember(self, numbers: Iterable[int]) -> None:
        """Put kept photos into the form as it will be shown again."""
        sent: Any = self.data
        self.data = sent.copy()
        self.data["photo_ids"] = ",".join(map(str, numbers))  # type: ignore[index]

    def spot(self) -> dict[str, Any]:
        """Where it was: a chosen building brings its own area; a measured place finds the building it is at."""
        given = self.cleaned_data
        building = given.get("building")
        if building is None and None not in (given.get("lon"), given.get("lat")) and not given.get("place"):
            building = building_at(self.fields["building"].queryset, given["lon"], given["lat"])  # type: ignore[attr-defined]
        area = building.area if building else given["area"]
        return {"area": area, "building": building, "place": given.get("place", "")}


def building_at(buildings: Iterable[Any], lon: float, lat: float) -> Any:
    """The nearest of the buildings within a stone's throw of a measured place, or None."""
    near = [
        (distance_m(lon, lat, row.lon, row.lat), row.pk, row)
        for row in buildings
        if row.lon is not None and row.lat is not None
    ]
    best = min(near, default=None, key=lambda item: item[:2])
    return best[2] if best and best[0] <= HERE_METRES else None


class DiaryForm(HearingForm):
    """One page of the diary; time, weather and place come filled in."""

    words = forms.CharField(
        label=_("What somebody said"),
        required=False,
        widget=forms.Textarea,
        max_length=20_000,
        help_text=_("Write it, or photograph the page: one of the two is enough."),
    )
    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    area = pick(_("Area"), required=True, to_field_name="code")
    building = pick(_("Building"))
    place = forms.CharField(label=_("Where exactly"), required=False, max_length=120)
    weather = forms.ChoiceField(label=_("Weather"), required=False, choices=[("", "—"), *Weather.choices])
    temperature = forms.IntegerField(label=_("Temperature"), required=False, min_value=-50, max_value=60)
    measures = forms.CharField(
        label=_("What you did there and then"), required=False, widget=forms.Textarea, max_length=4000
    )
    outcome = forms.CharField(
        label=_("What came of it"), required=False, widget=forms.Textarea, max_length=4000
    )

    def clean_at(self) -> datetime:
        """A diary tells of what has been."""
        at: datetime = self.cleaned_data["at"]
        if at > self.request.now:
            at = self.request.now if (at - self.request.now).total_seconds() < 120 else at
        if at > self.request.now:
            raise forms.ValidationError(_("This lies in the future."))
        return at


class NeedFromDiaryForm(HearingForm):
    """A need that a diary entry holds."""

    words = forms.CharField(label=_("Their words"), widget=forms.Textarea, max_length=20_000)
    asker = forms.ChoiceField(label=_("Who asks"), required=False, widget=forms.RadioSelect)
    category = pick(_("Kind of need"), empty_label=_("Not sure yet"))
    urgency = forms.ChoiceField(
        label=_("How urgent"), choices=Urgency.choices, initial=Urgency.NORMAL, widget=forms.RadioSelect
    )
    accept = forms.BooleanField(label=_("Take it up at once"), required=False, initial=True)

    def __init__(self, request: Any, entry: Any, people: Iterable[Any], **more: Any) -> None:
        super().__init__(request, "diary.write", **more)
        self.entry, self.people = entry, {str(person.pk): person for person in people}
        asked = [(key, person_words(person, request.today)) for key, person in self.people.items()]
        self.fields["asker"].choices = [*asked, ("", _("The place, nobody in particular"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A promise needs a kind of need."""
        given = super().clean() or self.cleaned_data
        if given.get("accept") and not given.get("category") and "category" not in self.errors:
            self.add_error("category", _("Say what kind of need it is, or leave “take it up at once” open."))
        return given


class IntakeForm(HearingForm):
    """What a resident asks for, written down by somebody else."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(row.value, row.label) for row in HEARD_BY_WORKER],
        initial=Channel.WALK_IN,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("Their words"), widget=forms.Textarea, max_length=20_000)
    asker_words = forms.CharField(
        label=_("Or describe them"),
        required=False,
        max_length=80,
        help_text=_("For somebody who is not entered yet."),
    )
    area = pick(_("Area"), required=True, to_field_name="code")
    building = pick(_("Building"))
    place = forms.CharField(label=_("Where exactly"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("What it is about"), choices=Kind.choices, initial=Kind.HELP)
    category = pick(_("Kind of need"), empty_label=_("Not sure yet"))
    urgency = forms.ChoiceField(
        label=_("How urgent"), choices=Urgency.choices, initial=Urgency.NORMAL, widget=forms.RadioSelect
    )


class FindingForm(HearingForm):
    """Something found on a round."""

    words = forms.CharField(label=_("What you found"), widget=forms.Textarea, max_length=4000)
    building = pick(_("Building"))
    place = forms.CharField(label=_("Where exactly"), required=False, max_length=120)
    as_need = forms.BooleanField(label=_("Make it a need"), required=False)
    category = pick(_("Kind of need"), empty_label=_("Not sure yet"))

    def __init__(self, request: Any, area: Any, **more: Any) -> None:
        super().__init__(request, "patrol.walk", **more)
        self.fields["building"].queryset = buildings_under([area.stem])  # type: ignore[attr-defined]


def chosen_people(request: Any, name: str) -> list[Any]:
    """The people whose numbers a form sent under this name, those the viewer may see."""
    sent = request.POST if request.method == "POST" else request.GET
    numbers = [int(part) for part in sent.getlist(name) if part.isdecimal() and len(part) < 19]
    if not numbers:
        return []
    rows = people_for(request.me, on=request.today).filter(pk__in=numbers)
    return list(rows.select_related("household__building").order_by("id"))


def person_words(person: Any, on: date) -> str:
    """A person in a chip: the masked name, age, building."""
    parts = [masked(person)]
    if (age := age_on(person, on)) is not None:
        parts.append(gettext("{age} years old").format(age=age))
    home = person.household
    if home and home.building:
        parts.append(str(home.building))
    return " · ".join(parts)


def people_lines(people: Iterable[Any], on: date) -> list[dict[str, Any]]:
    """People as ``person_line`` shows them: masked, with age, building and tags."""
    rows = list(people)
    tags = tags_of(rows, on=on) if rows else {}
    return [
        {
            "pk": person.pk,
            "name": masked(person),
            "age": age_on(person, on),
            "place": str(person.household.building or "") if person.household else "",
            "tags": [tag.get_kind_display() for tag in tags[person.pk]],
            "url": reverse("desk:person", args=[person.pk]),
            "chip": person_words(person, on),
        }
        for person in rows
    ]


def photo_lines(photos: Iterable[Any], alt: str = "") -> list[dict[str, Any]]:
    """Photos as the photo strip shows them."""
    return [
        {
            "url": reverse("photo", args=[photo.public_key]),
            "thumb": reverse("photo_sized", args=[photo.public_key, "thumb"]),
            "alt": alt or gettext("Photo"),
        }
        for photo in photos
    ]


def promise_words(category: Any, urgency: str, area: Any, now: datetime, on: date) -> str:
    """What would be promised from now on, in words with its end: "within 2 working days, by 3/9 17:30"."""
    held = queries.promise_for(category, urgency, PromiseFor.RESOLVE, area, on=on)
    if held is None:
        return gettext("Nothing is promised for this kind yet.")
    due = due_time(held, now, WorkCalendar())
    return gettext("Settled within {amount} {unit}, by {when}").format(
        amount=held.amount, unit=Unit(held.unit).label, when=parts_words.exact(due, now=now)
    )


def take_up(request: HttpRequest, need: Any, category: Any, urgency: str) -> str:
    """Take up a need that was just raised; returns why not, or "" when it runs or was taken up before."""
    me, now, on = request.me, request.now, request.today  # type: ignore[attr-defined]
    if need.state != "new" or category is None or not may(me, "need.triage", need.stem, on=on):
        return ""
    try:
        actions.accept(need=need, category=category, urgency=urgency, by=me, now=now)
    except Refused as refusal:
        return str(refusal)
    return ""
