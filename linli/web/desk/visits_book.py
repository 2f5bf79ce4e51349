"""Book a visit for somebody who called or stood at the door; whoever writes it down is named."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.commons.timebank.choices import Strength
from linli.commons.timebank.queries.members import member_of
from linli.commons.timebank.queries.programmes import programme_of
from linli.ground.people.access import may, may_anywhere, person_for, require
from linli.loop.run.access import booking_for
from linli.loop.run.actions import book_care, cancel_booking
from linli.loop.run.choices import Pays
from linli.loop.run.queries import services
from linli.loop.run.queries.visits import bookings_of, visits_of_receiver, with_card
from linli.web.acts import attempt
from linli.web.desk.forms_hearing import chosen_people, people_lines
from linli.web.desk.shown import DayField
from linli.web.parts.visit_words import kindly, minutes_words, weekly_words, when_words

MINUTES = (30, 60, 90, 120, 180)
HOW = (
    ("phone", gettext_lazy("Called on the phone")),
    ("door", gettext_lazy("Said so at the door")),
    ("desk", gettext_lazy("Came to the station")),
    ("other", gettext_lazy("Otherwise")),
)
SHOWN = 20


class BookForm(forms.Form):
    """What, when, how they asked. The key is made when the form is shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("How did they ask?"), choices=HOW, initial="phone", widget=forms.RadioSelect
    )
    how_words = forms.CharField(label=gettext_lazy("How exactly"), required=False, max_length=80)
    service: Any = forms.ModelChoiceField(
        label=gettext_lazy("What shall somebody do?"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    day = DayField(label=gettext_lazy("Which day"))
    clock = forms.TimeField(
        label=gettext_lazy("At what time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long"), required=False, coerce=int, empty_value=None
    )
    weekly = forms.BooleanField(label=gettext_lazy("Every week at this time"), required=False)
    until = DayField(label=gettext_lazy("Until"), required=False)
    strength = forms.ChoiceField(
        label=gettext_lazy("How heavy is it?"), choices=Strength.choices, initial=Strength.USUAL,
        widget=forms.RadioSelect,
    )  # fmt: skip
    pays = forms.ChoiceField(
        label=gettext_lazy("With points?"), choices=Pays.choices, initial=Pays.FREE, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What should whoever comes know?"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, request: Any, **more: Any) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial={"key": uuid4()}, **more)
        fields: Any = self.fields
        fields["service"].queryset = services(on=request.today)
        fields["service"].label_from_instance = lambda one: f"{one.name} · {minutes_words(one.minutes)}"
        fields["minutes"].choices = [
            ("", _("As usual")), *[(one, minutes_words(one)) for one in MINUTES]
        ]  # fmt: skip
        fields["day"].widget.attrs["min"] = request.today.isoformat()

    def asked(self, receiver: Any) -> dict[str, Any]:
        """What the action is told."""
        given = self.cleaned_data
        programme = programme_of(receiver.stem)
        how = str(dict(HOW)[given["how"]]) if given["how"] != "other" else ""
        more = given["how_words"].strip()
        return {
            "key": given["key"],
            "service": given["service"],
            "first_at": timezone.make_aware(datetime.combine(given["day"], given["clock"])),
            "minutes": given["minutes"] or given["service"].minutes,
            "weekly": given["weekly"],
            "until": given["until"],
            "strength": given["strength"],
            "pays": given["pays"],
            "payer": member_of(programme, receiver) if programme and given["pays"] == Pays.POINTS else None,
            "note": given["note"],
            "how": " · ".join(part for part in (how, more) if part),
        }


@login_required
def book(request: Any) -> HttpResponse:
    """The form, and one booking out of it."""
    require(request.me, "booking.keep", on=request.today)
    form = BookForm(request)
    chosen = chosen_people(request, "asker")[:1]
    if request.method == "POST" and form.is_valid():
        made = written(request, form, chosen[0] if chosen else None)
        if made is not None:
            return redirect("desk:visits_person", made.receiver_id)
    context = {
        "form": form,
        "chosen": people_lines(chosen, request.today),
        "finds_people": may_anywhere(request.me, "person.see", on=request.today),
    }
    return render(request, "desk/visits_book.html", context)


def written(request: Any, form: BookForm, receiver: Any) -> Any:
    """One booking out of a valid form; None when it was refused."""
    if receiver is None or not may(request.me, "booking.keep", receiver.stem, on=request.today):
        form.add_error(None, _("Please say for whom it is."))
        return None
    return attempt(
        request,
        lambda: book_care(
            receiver=receiver, by=request.me, authority="worker", now=request.now, **form.asked(receiver)
        ),
        form=form,
        done=_("Booked. You are named as the one who wrote it down."),
    )


@login_required
def person(request: Any, pk: int) -> HttpResponse:
    """Everything planned and booked for somebody; the card at the door."""
    row = person_for(request.me, pk=pk, verb="booking.see", on=request.today)
    today = request.today
    visits = [
        {
            "no": one.no,
            "service": one.service.name,
            "when": when_words(one.starts_at, one.minutes, today),
            "helper": one.member.person.name if one.member else "",
            "state": one.state,
            "state_label": one.get_state_display(),
        }
        for one in visits_of_receiver(row)[:SHOWN]
    ]
    bookings = [
        {
            "no": one.no,
            "service": one.service.name,
            "words": weekly_words(one.first_at)
            if one.weekly
            else when_words(one.first_at, one.minutes, today),
            "asked": one.asked_by.name,
            "how": one.how,
        }
        for one in bookings_of(row)[:SHOWN]
    ]
    context = {
        "person": row,
        "who": kindly(row, today),
        "visits": visits,
        "bookings": bookings,
        "card": row.pk in with_card([row]),
        "keeps": may(request.me, "booking.keep", row.stem, on=today),
    }
    return render(request, "desk/visits_person.html", context)


@login_required
@require_POST
def stop(request: Any, no: str) -> HttpResponse:
    """Call off a booking and all its visits to come."""
    booking = booking_for(request.me, no=no, verb="booking.keep", on=request.today)
    reason = request.POST.get("reason", "")[:200]
    attempt(
        request,
        lambda: cancel_booking(booking=booking, by=request.me, now=request.now, reason=reason),
        done=_("Stopped. What was set aside is free again."),
    )
    return redirect("desk:visits_person", booking.receiver_id)


urlpatterns = [
    path("visits/new/", book, name="visit_new"),
    path("visits/of/<int:pk>/", person, name="visits_person"),
    path("visits/bookings/<str:no>/stop/", stop, name="visits_stop"),
]
