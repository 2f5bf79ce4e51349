"""Tasks: given, worked through step by step, shown to be done, and checked by somebody else."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.ground.people.access import helpers_under, is_worker, may, stems_for
from linli.ground.people.choices import RoleKind
from linli.ground.people.queries import called
from linli.ground.photos.queries import photos_of
from linli.kit import keyset
from linli.kit.masks import mask_text
from linli.loop.ask.access import need_for
from linli.loop.ask.choices import COUNT_CAP
from linli.loop.evaluate.actions import check_and_close
from linli.loop.link.queries import agreed
from linli.loop.run.access import own_task_for, own_tasks, task_for, tasks_for
from linli.loop.run.actions import cancel_task, finish_task, give_task, hand_over, start_task, tick_step
from linli.loop.run.choices import TaskState
from linli.loop.run.queries import OPEN, service_for, steps_of, to_check
from linli.web.acts import attempt
from linli.web.desk.shown import (
    KeptField,
    MaskedChoice,
    WhenField,
    count_words,
    keep_photos,
    need_line,
    photo_item,
    place_of,
    resource_name,
    title_row,
)

DOERS = (
    RoleKind.GRID_WORKER, RoleKind.DIRECTOR, RoleKind.VOLUNTEER, RoleKind.RIDER, RoleKind.STATION_HOST,
    RoleKind.DOMESTIC_WORKER,
)  # fmt: skip
TABS = ("mine", "area", "check", "done")


def doers(need: Any, today: Any) -> Any:
    """Everybody who could do it: whoever holds a role at its place, above it or below, and who was agreed with."""
    people = [match.resource.person_id for match in agreed(need) if match.resource.person_id]
    return helpers_under([need.stem], kinds=DOERS, on=today, also=people)


class GiveForm(forms.Form):
    """Who does it, with which help, when."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    owner = MaskedChoice(
        label=gettext_lazy("Who does it"), queryset=None, empty_label=gettext_lazy("Please choose")
    )
    match: Any = forms.ModelChoiceField(label=gettext_lazy("With the help of"), queryset=None, required=False)
    appointed_at = WhenField(label=gettext_lazy("Appointment"), required=False)

    def __init__(self, *args: Any, need: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        helps = agreed(need)
        self.fields["owner"].queryset = doers(need, today)  # type: ignore[attr-defined]
        self.fields["match"].queryset = helps  # type: ignore[attr-defined]
        self.fields["match"].label_from_instance = lambda row: resource_name(row.resource)  # type: ignore[attr-defined]
        first = helps.first()
        self.fields["key"].initial = uuid4
        if first:
            self.fields["match"].initial = first.pk
            self.fields["owner"].initial = first.resource.person_id


class HandForm(forms.Form):
    """To whom it goes."""

    to = MaskedChoice(
        label=gettext_lazy("Hand it over to"), queryset=None, empty_label=gettext_lazy("Please choose")
    )

    def __init__(self, *args: Any, task: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].queryset = doers(task.need, today).exclude(pk=task.owner_id)  # type: ignore[attr-defined]


class FinishForm(forms.Form):
    """What was done, in words and in a photo."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kept = KeptField(required=False)
    text = forms.CharField(
        label=gettext_lazy("What was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("In a sentence the person who asked would understand."),
    )  # fmt: skip


class CheckForm(forms.Form):
    """What is still missing."""

    text = forms.CharField(
        label=gettext_lazy("What is still missing"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def line(task: Any) -> dict[str, Any]:
    """A task as a row of needs: who does it, where, when."""
    need = task.need
    return need_line(
        need, no=task.no, url=reverse("desk:task", args=[task.no]), state=task.state,
        state_label=task.get_state_display(), who=called(task.owner), due_at=task.appointed_at or need.due_at,
        near_at=None if task.appointed_at else need.near_at, done_at=task.done_at, step=4, lap=task.lap,
        received_at=task.given_at,
    )  # fmt: skip


def rows_of(name: str, me: Any, today: Any) -> Any:
    """The tasks of a tab."""
    if name == "mine":
        return own_tasks(me).filter(state__in=OPEN)
    if name == "check":
        return to_check(stems_for(me, "task.check", on=today)).exclude(done_by=me).exclude(owner=me)
    rows = tasks_for(me, on=today)
    return rows.filter(state__in=OPEN) if name == "area" else rows.exclude(state__in=OPEN)


@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks, those of the area, those to check."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    staff = me is not None and bool(stems_for(me, "task.see", on=today))
    name = request.GET.get("tab", "mine")
    if name not in (TABS if staff else TABS[:1]) or me is None:
        raise Http404
    here = reverse("desk:tasks")
    labels = {"mine": _("Mine"), "area": _("In my areas"), "check": _("To check"), "done": _("Done")}
    counts = {
        one: len(rows_of(one, me, today).values_list("pk", flat=True)[: COUNT_CAP + 1]) for one in TABS[:3]
    }
    found = rows_of(name, me, today).select_related(
        "need__category", "need__area", "need__asker", "need__building", "owner"
    )
    page = keyset.page(found, order=("-id",), after=request.GET.get("after"))
    context = {
        "frame": "parts/base.html" if is_worker(me, on=today) else "parts/pocket.html",
        "tabs_": [
            {
                "url": f"{here}?tab={one}", "label": labels[one], "current": one == name,
                "count": count_words(counts[one], COUNT_CAP) if one in counts else None,
            }
            for one in (TABS if staff else TABS[:1])
        ],
        "rows": [line(task) for task in page.rows],
        "next": f"{here}?{urlencode({'tab': name, 'after': page.after})}" if page.after else "",
        "name": name,
    }  # fmt: skip
    return render(request, "desk/tasks.html", context)


@login_required
def task_new(request: HttpRequest, no: str) -> HttpResponse:
    """Give somebody a task for a need."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    need = need_for(me, no=no, verb="task.give", on=today)
    form = GiveForm(
        request.POST if request.method == "POST" else None,
        need=need,
        today=today,
        initial={"owner": need.owner_id},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = _("{name} has it now.").format(name=called(given["owner"]))
        task = attempt(request, lambda: give_task(need=need, **given, by=me, now=now), form=form, done=done)
        if task:
            return redirect("desk:need", no=no)
    standard = service_for(need.category, on=today)
    context = {
        "need": need,
        "form": form,
        "title": title_row(need),
        "line": need_line(need),
        "standard": standard,
    }
    return render(request, "desk/task_new.html", context)


def doing(me: Any, no: str, today: Any) -> Any:
    """A task somebody may work on: their own, or one they may give in their areas; 404 otherwise."""
    try:
        return own_task_for(me, no=no)
    except Http404:
        return task_for(me, no=no, verb="task.give", on=today)


def step_lines(task: Any, *, does: bool) -> list[dict[str, Any]]:
    """The checklist as parts/steps.html wants it."""
    rows = list(steps_of(task))
    first = next((row.rank for row in rows if row.done_at is None), 0)
    return [
        {
            "label": row.words, "done": row.done_at is not None, "current": row.rank == first and does,
            "at": row.done_at, "by": called(row.done_by),
            "do_url": reverse("desk:task_tick", args=[task.no, row.rank]) if does else "",
        }
        for row in rows
    ]  # fmt: skip


def page_of(request: HttpRequest, task: Any, **forms_: Any) -> HttpResponse:
    """The page of a task, with the forms that were refused."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    gives = may(me, "task.give", task.stem, on=today)
    does = task.state in OPEN and (task.owner_id == me.pk or gives)
    before, after = photos_of("need", [task.need_id])[task.need_id], photos_of("task", [task.pk])[task.pk]
    checks = task.state == TaskState.DONE and may(me, "task.check", task.stem, on=today)
    context = {
        "frame": "parts/base.html" if is_worker(me, on=today) else "parts/pocket.html",
        "task": task,
        "title": title_row(task.need),
        "words": mask_text(task.need.words),
        "place": place_of(task.need),
        "owner": called(task.owner),
        "mine": task.owner_id == me.pk,
        "staff": may(me, "need.see", task.stem, on=today),
        "does": does,
        "gives": gives and task.state in OPEN,
        "steps": step_lines(task, does=does),
        "before": photo_item(before[0]) if before else None,
        "after": photo_item(after[0]) if after else None,
        "photos": [photo_item(row) for row in [*before[1:], *after[1:]]],
        "done_note": mask_text(task.done_note),
        "done_by": called(task.done_by),
        "wants_photo": bool(task.need.category and task.need.category.needs_photo),
        "finish": forms_.get("finish") or (FinishForm() if does else None),
        "check": forms_.get("check")
        or (CheckForm() if checks and me.pk not in {task.done_by_id, task.owner_id} else None),
        "hand": forms_.get("hand")
        or (HandForm(task=task, today=today) if gives and task.state in OPEN else None),
        "own_work": checks and me.pk in {task.done_by_id, task.owner_id},
    }
    return render(request, "desk/task.html", context)


@login_required
def task(request: HttpRequest, no: str) -> HttpResponse:
    """One task: for those of its area, and for whoever does it."""
    return page_of(request, task_for(request.me, no=no, on=request.today))  # type: ignore[attr-defined]


@login_required
@require_POST
def task_tick(request: HttpRequest, no: str, rank: int) -> HttpResponse:
    """Tick a line of the checklist (undo=1 takes the tick back)."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = doing(me, no, today)
    done = request.POST.get("undo") != "1"
    attempt(request, lambda: tick_step(task=row, rank=rank, done=done, by=me, now=now))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/steps_part.html", {"items": step_lines(row, does=row.state in OPEN)})
    return redirect("desk:task", no=no)


@login_required
@require_POST
def task_start(request: HttpRequest, no: str) -> HttpResponse:
    """Begin."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = doing(me, no, today)
    attempt(request, lambda: start_task(task=row, by=me, now=now), done=_("Good. Tick the steps as you go."))
    return redirect("desk:task", no=no)


@login_required
@require_POST
def task_finish(request: HttpRequest, no: str) -> HttpResponse:
    """Say and show that it is done; photos already sent are kept when something is still missing."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = doing(me, no, today)
    form = FinishForm(request.POST.copy())
    if form.is_valid():
        given = form.cleaned_data
        photos: list[int] = given["kept"]
        fresh = attempt(
            request, lambda: keep_photos(request, key=given["key"], area_code=row.stem), form=form
        )
        if fresh is not None:
            photos = list(dict.fromkeys([*photos, *fresh]))
            told = {"text": given["text"], "photos": photos, "by": me, "now": now}
            done = _("Well done. A colleague will take a look.")
            if attempt(request, lambda: finish_task(task=row, **told), form=form, done=done):
                return redirect("desk:task", no=no)
        form.data["kept"] = ",".join(map(str, photos))  # type: ignore[index]
    return page_of(request, task_for(me, no=no, on=today), finish=form)


@login_required
@require_POST
def task_check(request: HttpRequest, no: str) -> HttpResponse:
    """Check what was done: good, or not there yet and why."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = task_for(me, no=no, verb="task.check", on=today)
    good = request.POST.get("good") == "yes"
    form = CheckForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        done = (
            _("Checked. In a few days somebody asks how it turned out.")
            if good
            else _("Sent back, with your words.")
        )
        if attempt(
            request,
            lambda: check_and_close(task=row, good=good, text=text, by=me, now=now),
            form=form,
            done=done,
        ):
            return redirect("desk:need", no=row.need.no)
    return page_of(request, row, check=form)


@login_required
@require_POST
def task_hand(request: HttpRequest, no: str) -> HttpResponse:
    """Hand it over."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = task_for(me, no=no, verb="task.give", on=today)
    form = HandForm(request.POST, task=row, today=today)
    if form.is_valid():
        to = form.cleaned_data["to"]
        done = _("{name} has it now.").format(name=called(to))
        if attempt(request, lambda: hand_over(task=row, to=to, by=me, now=now), form=form, done=done):
            return redirect("desk:task", no=no)
    return page_of(request, row, hand=form)


@login_required
@require_POST
def task_cancel(request: HttpRequest, no: str) -> HttpResponse:
    """Call it off."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = task_for(me, no=no, verb="task.give", on=today)
    attempt(
        request,
        lambda: cancel_task(task=row, by=me, now=now),
        done=_("Called off. The ask waits for somebody else."),
    )
    return redirect("desk:need", no=row.need.no)


urlpatterns = [
    path("tasks/", tasks, name="tasks"),
    path("tasks/<str:no>/", task, name="task"),
    path("tasks/<str:no>/steps/<int:rank>/", task_tick, name="task_tick"),
    path("tasks/<str:no>/start/", task_start, name="task_start"),
    path("tasks/<str:no>/finish/", task_finish, name="task_finish"),
    path("tasks/<str:no>/check/", task_check, name="task_check"),
    path("tasks/<str:no>/hand/", task_hand, name="task_hand"),
    path("tasks/<str:no>/cancel/", task_cancel, name="task_cancel"),
    path("needs/<str:no>/task/", task_new, name="task_new"),
]
