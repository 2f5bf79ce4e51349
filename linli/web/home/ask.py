"""Ask for something: words, a place, a photo. For oneself, or for an elder one is bound to."""

import hashlib
from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.ground.people.access import elders_of, require
from linli.ground.photos.actions import keep_photo
from linli.ground.places.choices import GridKind
from linli.ground.places.queries import grids_at
from linli.kit.refused import Refused
from linli.loop.ask import actions
from linli.loop.ask.choices import Channel
from linli.web.acts import attempt
from linli.web.home.shown import bar, somebody

LONGEST_ID = 18


class AskForm(forms.Form):
    """Three fields at most. The key is made when the form is shown, so that sending twice asks once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photo_ids = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    asker: Any = forms.ModelChoiceField(
        label=_("For whom"), queryset=None, required=False, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What is it about?"),
        widget=forms.Textarea,
        max_length=20_000,
        help_text=_("Just as you would tell a neighbour."),
    )
    place = forms.CharField(
        label=_("Where is it?"),
        required=False,
        max_length=200,
        help_text=_("Building, stairwell, or what stands beside it."),
    )

    def __init__(self, request: Any, **more: Any) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial={"key": uuid4()}, **more)
        self.request = request
        elders = (
            elders_of(request.me)
            .select_related("area", "household__building__area")
            .order_by("id")
            .distinct()
        )
        asker: Any = self.fields["asker"]
        asker.queryset, asker.empty_label = elders, gettext("For myself")
        asker.label_from_instance = lambda elder: elder.name
        if not elders:
            del self.fields["asker"]

    def numbers(self) -> list[int]:
        """Photos that were kept when the form was sent before and refused."""
        parts = str(self["photo_ids"].value() or "").split(",")
        return [int(part) for part in parts if part.isdecimal() and len(part) <= LONGEST_ID]

    def keep_photos(self) -> list[int] | None:
        """Keep what was photographed; None, with words, where one cannot be read."""
        numbers, whole = self.numbers(), True
        try:
            for upload in self.request.FILES.getlist("photos"):
                digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
                upload.seek(0)
                key = uuid5(self.cleaned_data["key"], digest)
                kept = keep_photo(upload=upload, key=key, by_id=self.request.me.pk, now=self.request.now)
                numbers += [kept.pk] if kept.pk not in numbers else []
        except Refused as refusal:
            self.add_error(None, str(refusal))
            whole = False
        data: Any = self.data
        self.data = data.copy()
        self.data["photo_ids"] = ",".join(map(str, numbers))  # type: ignore[index]
        return numbers if whole else None


def spot_of(form: AskForm, elder: Any) -> dict[str, Any]:
    """Where it is: the grid under the phone, else where the person lives."""
    given, whose = form.cleaned_data, elder or form.request.me
    position = (given["lon"], given["lat"]) if None not in (given["lon"], given["lat"]) else None
    under = grids_at(*position, on=form.request.today) if position else []
    here = next((grid for grid in under if grid.grid_kind == GridKind.BASIC), None)
    home = whose.household if elder else None
    return {
        "area": here or whose.area,
        "building": home.building if home and not given["place"] else None,
        "place": given["place"],
        "position": position,
    }


@login_required
def ask(request: Any) -> HttpResponse:
    """The form, and one ask out of it."""
    me = somebody(request)
    require(me, "need.ask", on=request.today)
    form = AskForm(request)
    if request.method == "POST" and form.is_valid():
        need = raise_from(request, form)
        if need is not None:
            messages.success(
                request, gettext("Sent. It is number {no}; you will hear from us.").format(no=need.no)
            )
            return redirect("home:own_need", need.no)
    return render(request, "home/ask.html", {"form": form, "kept": len(form.numbers()), "nav": bar(request)})


def raise_from(request: Any, form: AskForm) -> Any:
    """One ask out of a valid form; None when it was refused."""
    photos = form.keep_photos()
    if photos is None:
        return None
    elder = form.cleaned_data.get("asker")
    return attempt(
        request,
        lambda: actions.raise_need(
            **spot_of(form, elder),
            words=form.cleaned_data["words"],
            channel=Channel.ONLINE,
            key=form.cleaned_data["key"],
            asker=elder or request.me,
            proxy=request.me if elder else None,
            photos=photos,
            by=request.me,
            now=request.now,
        ),
        form=form,
    )


urlpatterns = [path("ask/", ask, name="ask")]
