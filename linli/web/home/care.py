"""Care at home: who comes when and with which six digits, what was done and whether it was good, book and call off."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.commons.timebank.access import acting_for
from linli.ground.people.access import elders_of
from linli.ground.people.queries import called
from linli.kit.keyset import page
from linli.kit.masks import mask_text
from linli.loop.run.access import care_booking_for, care_visit_for
from linli.loop.run.actions import book_care, cancel_booking, cancel_visit, confirm_visit
from linli.loop.run.choices import Pays, VisitState
from linli.loop.run.queries.visits import COMING, bookings_of, holiday, visits_of_receiver
from linli.web.acts import attempt
from linli.web.home.care_forms import CareForm, service_cards
from linli.web.home.shown import bar, somebody
from linli.web.parts.visit_words import kindly, minutes_words, weekly_words, when_words

SHOWN, PAGE = 20, 10
PAST = (VisitState.CONFIRMED, VisitState.CANCELLED, VisitState.MISSED)


def whom(request: Any) -> Any:
    """For whom the page is: named by ``for``, else the viewer, or the one elder of somebody who only helps."""
    me = somebody(request)
    asked = request.GET.get("for", "")
    if asked:
        return acting_for(me, asked)
    if visits_of_receiver(me).exists():
        return me
    elder = elders_of(me).order_by("id").first()
    return elder or me


def faces(request: Any, person: Any) -> list[dict[str, Any]]:
    """The people one may look after here, as tabs; nothing where it is only oneself."""
    elders = list(elders_of(request.me).order_by("id").distinct())
    people = [request.me, *elders] if elders else []
    return [
        {
            "url": f"{reverse('home:care')}?{urlencode({'for': one.pk})}",
            "label": _("For me") if one.pk == request.me.pk else kindly(one, request.today),
            "current": one.pk == person.pk,
            "count": None,
        }
        for one in people
    ]


def spaced_code(code: str) -> str:
    """123 456: as one reads it out."""
    return f"{code[:3]} {code[3:]}" if code else ""


def line(visit: Any, today: Any) -> dict[str, Any]:
    """One visit as the elder's side sees it."""
    points = visit.payment.points if visit.payment else 0
    start = visit.in_at or visit.starts_at
    length = int((visit.out_at - visit.in_at).total_seconds() // 60) if visit.out_at else visit.minutes
    return {
        "no": visit.no,
        "state": visit.state,
        "state_label": visit.get_state_display(),
        "service": visit.service.name,
        "when": when_words(start if visit.out_at else visit.starts_at, length, today),
        "length": minutes_words(length),
        "who": called(visit.member.person) if visit.member else "",
        "code": spaced_code(visit.code) if visit.state in {VisitState.TAKEN, VisitState.STARTED} else "",
        "points": points,
        "holiday": holiday(timezone.localtime(visit.starts_at).date()),
        "said": mask_text(visit.said),
        "steps": [
            words for rank, words in enumerate(visit.service.steps, start=1) if rank in set(visit.ticks)
        ],
        "missing": [
            words for rank, words in enumerate(visit.service.steps, start=1) if rank not in set(visit.ticks)
        ],
        "record": visit.record_id,
        "why": mask_text(visit.ended_why),
        "calls_off": visit.state in {VisitState.OPEN, VisitState.TAKEN},
        "stars": range(getattr(getattr(visit.record, "confirmation", None), "rating", None) or 0),
    }  # fmt: skip


@login_required
@never_cache
def care(request: Any) -> HttpResponse:
    """What waits for a word, what is coming, what is booked every week, what has been."""
    person = whom(request)
    today, rows = request.today, visits_of_receiver(person)
    coming = rows.filter(state__in=COMING).order_by("starts_at", "id")[:SHOWN]
    to_say = rows.filter(state=VisitState.ENDED).order_by("starts_at", "id")[:SHOWN]
    past = page(
        rows.filter(state__in=PAST), order=("-starts_at", "-id"), after=request.GET.get("after"), size=PAGE
    )
    weekly = [one for one in bookings_of(person)[:SHOWN] if one.weekly]
    here = {"for": person.pk}
    context = {
        "person": person,
        "own": person.pk == request.me.pk,
        "who": kindly(person, today),
        "faces": faces(request, person),
        "to_say": [line(one, today) for one in to_say],
        "coming": [line(one, today) for one in coming],
        "weekly": [
            {
                "no": one.no,
                "words": weekly_words(one.first_at),
                "service": one.service.name,
                "length": minutes_words(one.minutes),
                "points": one.pays == Pays.POINTS,
                "until": one.until,
            }
            for one in weekly
        ],
        "past": [line(one, today) for one in past.rows],
        "next": f"?{urlencode({**here, 'after': past.after})}" if past.after else "",
        "book_url": f"{reverse('home:care_book')}?{urlencode(here)}",
        "nav": bar(request),
    }
    return render(request, "home/care.html", context)


def back_to(person: Any) -> HttpResponse:
    """The page of this person's care."""
    return redirect(f"{reverse('home:care')}?{urlencode({'for': person.pk})}")


@login_required
@never_cache
def book(request: Any) -> HttpResponse:
    """Book care for oneself or for an elder."""
    person = whom(request)
    form = CareForm(request, person)
    if request.method == "POST" and form.is_valid():
        me, now = request.me, request.now
        authority = "self" if me.pk == person.pk else "family"
        done = _("It is written down. You are told who comes.")
        made = attempt(
            request,
            lambda: book_care(receiver=person, by=me, authority=authority, now=now, **form.asked()),
            form=form,
            done=done,
        )
        if made is not None:
            return back_to(person)
    context = {
        "form": form,
        "person": person,
        "own": person.pk == request.me.pk,
        "who": kindly(person, request.today),
        "cards": service_cards(person, request.today),
        "chosen": str(form["service"].value() or ""),
        "back": f"{reverse('home:care')}?{urlencode({'for': person.pk})}",
        "nav": bar(request),
    }
    return render(request, "home/care_book.html", context)


@login_required
@require_POST
def confirm(request: Any, no: str) -> HttpResponse:
    """It took place: stars and a sentence if one likes."""
    visit = care_visit_for(somebody(request), no=no)
    stars = request.POST.get("rating", "")
    rating = int(stars) if stars in {"1", "2", "3", "4", "5"} else None
    words = request.POST.get("words", "")[:500]
    role = "elder" if visit.receiver_id == request.me.pk else "family"
    done = _("Thank you. {name} will be glad.").format(
        name=called(visit.member.person) if visit.member else ""
    )
    attempt(
        request,
        lambda: confirm_visit(
            visit=visit, by=request.me, role=role, now=request.now, rating=rating, words=words
        ),
        done=done,
    )
    return back_to(visit.receiver)


@login_required
@require_POST
def call_off(request: Any, no: str) -> HttpResponse:
    """Not this time."""
    visit = care_visit_for(somebody(request), no=no)
    reason = request.POST.get("reason", "")[:200]
    attempt(
        request,
        lambda: cancel_visit(visit=visit, by=request.me, now=request.now, reason=reason),
        done=_("Called off. Whoever wanted to come is told."),
    )
    return back_to(visit.receiver)


@login_required
@require_POST
def stop(request: Any, no: str) -> HttpResponse:
    """No longer every week."""
    booking = care_booking_for(somebody(request), no=no)
    attempt(
        request,
        lambda: cancel_booking(booking=booking, by=request.me, now=request.now),
        done=_("Stopped. What was set aside is free again."),
    )
    return back_to(booking.receiver)


urlpatterns = [
    path("care/", care, name="care"),
    path("care/book/", book, name="care_book"),
    path("care/visits/<str:no>/confirm/", confirm, name="care_confirm"),
    path("care/visits/<str:no>/cancel/", call_off, name="care_cancel"),
    path("care/bookings/<str:no>/stop/", stop, name="care_stop"),
]
