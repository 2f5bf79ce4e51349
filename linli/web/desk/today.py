"""幸福清单: a worker's home. Everything that waits today as one list; rows open in place."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from linli.ground.journal import actions as journal
from linli.ground.people.access import areas_for, is_worker, require, stems_for
from linli.ground.people.queries import called, masked
from linli.kit.calendar import lunar_of, lunar_words
from linli.kit.refused import Refused
from linli.loop.ask.access import need_for
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.access import follow_up_for
from linli.loop.evaluate.choices import Way
from linli.loop.run.access import task_for
from linli.web.acts import attempt
from linli.web.desk import birthdays, diary
from linli.web.desk.shown import place_of
from linli.web.desk.today_rows import TOLD_READ, all_sections, follow_up_row, newest_words, tell_rows, untold

HOURS = ((5, "late"), (11, "morning"), (13, "noon"), (18, "afternoon"), (23, "evening"), (24, "late"))
YES_NO = (("1", gettext_lazy("Yes, it is")), ("0", gettext_lazy("Not yet")))


def greeting(request: Any) -> str:
    """A greeting by the time of day."""
    hour = timezone.localtime(request.now).hour
    part = next(name for until, name in HOURS if hour < until)
    said = {
        "late": _("Still up, {name}"),
        "morning": _("Good morning, {name}"),
        "noon": _("Good day, {name}"),
        "afternoon": _("Good afternoon, {name}"),
        "evening": _("Good evening, {name}"),
    }
    return said[part].format(name=request.me.name)


def day_line(request: Any) -> str:
    """The day in words, by the sun and by the moon."""
    day = request.today
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    month, number, _leap = lunar_of(day)
    sun = _("{month}/{day}").format(month=day.month, day=day.day)
    return f"{sun} {names[day.weekday()]} · {lunar_words(month, number)}"


@login_required
def today(request: Any) -> HttpResponse:
    """Today's list."""
    me, on = request.me, request.today
    if me is None or not is_worker(me, on=on):
        raise Http404
    areas = list(areas_for(me, "patrol.walk", on=on))
    sections = all_sections(request, areas)
    context = {
        "greeting": greeting(request),
        "day": day_line(request),
        "sky": diary.sky_today(request).get("words", ""),
        "sections": [section for section in sections if section.rows],
        "quiet": [section for section in sections if not section.rows],
        "walks": bool(areas),
        "hears": bool(stems_for(me, "need.hear", on=on)),
    }
    return render(request, "desk/today.html", context)


@login_required
def tell(request: Any) -> HttpResponse:
    """Everything that must be brought by word of mouth."""
    require(request.me, "need.see", on=request.today)
    words = newest_words(untold(request)[:TOLD_READ])
    return render(request, "desk/today_tell.html", {"rows": tell_rows(request, words)})


def row_only(request: Any, row: dict[str, Any]) -> HttpResponse:
    """One row, to stand where another stood; without htmx back to the list."""
    if not request.htmx:
        return redirect("desk:today")
    answer = render(request, "desk/today_row_only.html", {"row": row})
    return reswap(retarget(answer, "closest .today-row"), "outerHTML")


@login_required
def need(request: Any, no: str) -> HttpResponse:
    """A need opened in place: the words, and the next thing to do."""
    found = need_for(request.me, no=no, on=request.today)
    at = [found.no]
    nexts = {
        "new": (reverse("desk:need", args=at), _("Look and take up")),
        "accepted": (reverse("desk:matching", args=at), _("Find help")),
        "reopened": (reverse("desk:matching", args=at), _("Find help again")),
        "linked": (reverse("desk:need", args=at), _("Give the task")),
        "running": (reverse("desk:need", args=at), _("See how far it is")),
    }
    url, label = nexts.get(found.state, (reverse("desk:need", args=at), _("Open")))
    context = {
        "need": found,
        "who": masked(found.asker),
        "place": place_of(found),
        "url": url,
        "label": label,
    }
    return render(request, "desk/today_need.html", context)


@login_required
def task(request: Any, no: str) -> HttpResponse:
    """A task opened in place."""
    found = task_for(request.me, no=no, on=request.today)
    labels = {
        "given": _("Go to the task"), "started": _("Go on with the task"), "done": _("Look and check"),
    }  # fmt: skip
    context = {
        "task": found,
        "who": masked(found.need.asker),
        "owner": called(found.owner),
        "place": place_of(found.need),
        "label": labels.get(found.state, _("Open")),
        "url": reverse("desk:task", args=[found.no]),
    }
    return render(request, "desk/today_task.html", context)


class AnswerForm(forms.Form):
    """Solved? Satisfied? In their words."""

    way = forms.ChoiceField(
        label=gettext_lazy("How you asked"),
        choices=[(row.value, row.label) for row in (Way.CALL, Way.VISIT)],
        initial=Way.CALL,
        widget=forms.RadioSelect,
    )
    solved = forms.ChoiceField(
        label=gettext_lazy("Is it solved?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose: is it solved?")},
    )
    satisfied = forms.ChoiceField(
        label=gettext_lazy("Are they satisfied?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose: are they satisfied?")},
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"), required=False, widget=forms.Textarea, max_length=4000
    )


def answer_form(request: Any, pk: int) -> AnswerForm:
    """The form of one follow-up; its ids tell several open rows apart."""
    data = request.POST if request.method == "POST" else None
    return AnswerForm(data, auto_id=f"id_f{pk}_%s")


@login_required
def followup(request: Any, pk: int) -> HttpResponse:
    """A follow-up opened in place, and its answer."""
    row = follow_up_for(request.me, pk=pk, on=request.today)
    form = answer_form(request, pk)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        solved, satisfied = given["solved"] == "1", given["satisfied"] == "1"
        answered = attempt(
            request,
            lambda: evaluate.answer(
                follow_up=row, solved=solved, satisfied=satisfied, words=given["words"], way=given["way"],
                by=request.me, now=request.now,
            ),
            form=form,
        )  # fmt: skip
        if answered is not None:
            return row_only(request, answered_row(row, solved=solved, satisfied=satisfied))
    context = {"row": row, "form": form, "who": masked(row.need.asker), "place": place_of(row.need)}
    page = "desk/today_followup.html" if request.htmx else "desk/today_followup_page.html"
    return render(request, page, context)


def answered_row(row: Any, *, solved: bool, satisfied: bool) -> dict[str, Any]:
    """What stands in the list once somebody has answered."""
    good = solved and satisfied
    return follow_up_row(row) | {
        "icon": "check" if good else "undo",
        "tone": "done" if good else "near",
        "note": _("Solved and satisfied.") if good else _("Not good yet: the need has been opened again."),
        "open_url": "",
    }


@login_required
@require_POST
def followup_missed(request: Any, pk: int) -> HttpResponse:
    """Nobody answered: tomorrow again."""
    row = follow_up_for(request.me, pk=pk, on=request.today)
    missed = attempt(request, lambda: evaluate.miss(follow_up=row, by=request.me, now=request.now))
    if missed is None:
        return row_only(
            request, follow_up_row(row) | {"note": _("Somebody else has just asked."), "open_url": ""}
        )
    note = _("Nobody answered. Again tomorrow.")
    if missed.state != "waiting":
        note = _("Nobody answered three times. It stays open in the list of follow-ups.")
    return row_only(
        request, follow_up_row(row) | {"icon": "pause", "tone": "done", "note": note, "open_url": ""}
    )


@login_required
@require_POST
def told(request: Any, pk: int) -> HttpResponse:
    """Somebody was told in person: the newest word on an ask, and with it those before."""
    require(request.me, "need.see", on=request.today)
    message = untold(request).filter(pk=pk).first()
    if message is None:
        return row_only(
            request, {"icon": "check", "tone": "done", "title": _("Somebody has already told them.")}
        )
    (row,) = tell_rows(request, [message])
    note = _("Told. Thank you.")
    same = untold(request).filter(to_person=message.to_person, number=message.number, pk__lte=pk)
    for one in list(same) if message.number else [message]:
        try:
            journal.mark_told(message=one.pk, by=request.me.pk, now=request.now)
        except Refused as refusal:
            note = str(refusal)
    return row_only(request, row | {"icon": "check", "tone": "done", "note": note, "do_url": ""})


urlpatterns = [
    path("", today, name="today"),
    path("today/needs/<str:no>/", need, name="today_need"),
    path("today/tasks/<str:no>/", task, name="today_task"),
    path("today/follow-ups/<int:pk>/", followup, name="today_followup"),
    path("today/follow-ups/<int:pk>/missed/", followup_missed, name="today_missed"),
    path("today/tell/", tell, name="today_tell"),
    path("today/tell/<int:pk>/", told, name="today_told"),
    *birthdays.urlpatterns,
]
