"""How the desk shows a need, a person, a photo: masked, and as the parts want them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.ground.people.queries import called, masked
from linli.ground.photos.actions import keep_photo
from linli.kit.masks import mask_address, mask_name, mask_text
from linli.loop.ask.choices import State, Unit, Urgency
from linli.web.parts.templatetags.linli import excerpt

ROW_CHARS = (
    400  # of a text that a row cuts much shorter: enough for a whole number to be masked before the cut
)
DOOR = re.compile(r"\d|单元|室|[一二三四五六七八九十]\s*[楼层号]")


def who_of(need: Any) -> str:
    """Who asked, masked: the person, else the name that came with the words."""
    return masked(need.asker) if need.asker_id else mask_name(need.asker_words)


def place_words(text: str) -> str:
    """A place in words, without anybody's door."""
    return mask_address(text) if DOOR.search(text) else text


def building_words(building: Any) -> str:
    """The building as people call it."""
    return f"{building.estate}{building.name}" if building else ""


def place_of(need: Any) -> str:
    """Where it is: the building, else the words about the place."""
    return building_words(need.building) if need.building_id else place_words(need.place)


def promise_words(stored: str) -> str:
    """“5 work_days” in words."""
    amount, _space, unit = stored.partition(" ")
    return f"{amount} {Unit(unit).label}" if unit in Unit.values else stored


def title_row(need: Any) -> str:
    """A row's text, masked and cut."""
    return mask_text(str(excerpt(need.title or need.words[:ROW_CHARS], 120)))


def need_line(need: Any, **more: Any) -> dict[str, Any]:
    """A need as parts/need_row.html wants it."""
    return {
        "no": need.no,
        "url": reverse("desk:need", args=[need.no]),
        "words": title_row(need),
        "who": who_of(need),
        "place": place_of(need),
        "category": need.category.name if need.category_id else "",
        "state": need.state,
        "state_label": need.get_state_display(),
        "step": need.step,
        "lap": need.lap,
        "due_at": need.due_at,
        "near_at": need.near_at,
        "stopped_at": need.stopped_at,
        "done_at": need.done_at,
        "received_at": need.received_at,
        "urgent": need.urgency != Urgency.NORMAL,
        **more,
    }


def need_lines(needs: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of a list."""
    return [need_line(need) for need in needs]


def is_new(need: Any) -> bool:
    """Whether nobody has looked at it yet."""
    return bool(need.state == State.NEW)


def photo_item(photo: Any, caption: str = "") -> dict[str, Any]:
    """A photo as parts/photos.html wants it; its address opens only for whoever may see what it belongs to."""
    return {
        "url": reverse("photo", args=[photo.public_key]),
        "thumb": reverse("photo_sized", args=[photo.public_key, "thumb"]),
        "alt": caption or _("Photo"),
        "caption": caption,
    }


def resource_name(resource: Any) -> str:
    """A resource's name: whoever is on the list helps under this name."""
    return str(resource.name)


class MaskedChoice(forms.ModelChoiceField):
    """A choice of a person, by the masked name and the end of the phone number that tells two apart."""

    def label_from_instance(self, obj: Any) -> str:
        """The masked name."""
        return f"{called(obj)} · {obj.phone[-4:]}" if obj.phone else called(obj)


class WhenField(forms.DateTimeField):
    """A day and time, typed with the phone's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DayField(forms.DateField):
    """A day, typed with the phone's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class KeptField(forms.CharField):
    """Numbers of photos that were kept when the form was sent before; cleans to a list of int."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> list[int]:
        """The numbers; anything else is refused."""
        parts = [part for part in str(value or "").split(",") if part]
        if not all(part.isdigit() and len(part) < 18 for part in parts):
            raise ValidationError(_("This photo cannot be used here. Please choose it again."))
        return [int(part) for part in parts]


def keep_photos(request: HttpRequest, *, key: UUID, area_code: str, name: str = "photos") -> list[int]:
    """Keep what was uploaded with a form; ``key`` is the form's own, so that sending twice keeps once."""
    me: Any = request.me  # type: ignore[attr-defined]
    uploads: Sequence[UploadedFile] = request.FILES.getlist(name)
    return [
        keep_photo(
            upload=upload,
            key=uuid5(key, f"{number}:{upload.name}:{upload.size}"),
            by_id=me.pk,
            now=request.now,  # type: ignore[attr-defined]
            area_code=area_code,
        ).pk
        for number, upload in enumerate(uploads)
    ]


def count_words(count: int, cap: int) -> str:
    """A count that stops at its cap: 999+."""
    return f"{cap}+" if count > cap else str(count)
