"""Projects: what one need or several become, measured before they start."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.ground.people.access import areas_for, helpers_under, may, may_anywhere, require
from linli.ground.people.choices import RoleKind
from linli.ground.people.queries import called
from linli.kit import keyset
from linli.loop.ask.access import need_for
from linli.loop.launch.access import project_for, projects_for
from linli.loop.launch.actions import (
    add_need,
    launch_project,
    measure_project,
    move_project,
    reach_milestone,
    set_milestone,
)
from linli.loop.launch.choices import ProjectState
from linli.loop.launch.queries import milestones_of, needs_of
from linli.web.acts import attempt
from linli.web.desk.shown import DayField, MaskedChoice, need_lines

LEADING = (RoleKind.LEADER, RoleKind.DIRECTOR, RoleKind.GRID_WORKER)
FEN = Decimal(100)
MOST_NEEDS = 50
VERBS = {
    ProjectState.DRAFT: ("start", "drop"),
    ProjectState.RUNNING: ("finish", "stop"),
    ProjectState.STOPPED: ("start", "drop"),
}


class ProjectForm(forms.Form):
    """What it is called, where, who answers for it."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    area: Any = forms.ModelChoiceField(label=gettext_lazy("Where"), queryset=None, to_field_name="code")
    owner = MaskedChoice(label=gettext_lazy("Who answers for it"), queryset=None)

    def __init__(self, *args: Any, me: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        stems = require(me, "project.lead", on=today)
        self.fields["area"].queryset = areas_for(me, "project.lead", on=today)  # type: ignore[attr-defined]
        self.fields["owner"].queryset = helpers_under(stems, kinds=LEADING, on=today)  # type: ignore[attr-defined]
        self.fields["owner"].initial = me.pk


class MeasureForm(forms.Form):
    """What is measured, how it stands, what is wanted by when; money in yuan."""

    measure = forms.CharField(
        label=gettext_lazy("What is measured"), max_length=80, required=False,
        help_text=gettext_lazy("For instance: elders with a warm meal a day"),
    )  # fmt: skip
    unit = forms.CharField(label=gettext_lazy("Counted in"), max_length=12, required=False)
    baseline = forms.DecimalField(
        label=gettext_lazy("Baseline"), max_digits=12, decimal_places=2, required=False
    )
    baseline_on = DayField(label=gettext_lazy("Measured on"), required=False)
    target = forms.DecimalField(label=gettext_lazy("Target"), max_digits=12, decimal_places=2, required=False)
    target_on = DayField(label=gettext_lazy("Reached by"), required=False)
    budget = forms.DecimalField(
        label=gettext_lazy("Budget"), max_digits=12, decimal_places=2, min_value=0, initial=0
    )


class MilestoneForm(forms.Form):
    """A step with a day."""

    milestone = forms.CharField(label=gettext_lazy("Milestone"), max_length=80)
    due_on = DayField(label=gettext_lazy("By"))


def measured(row: Any) -> dict[str, Any]:
    """What the measuring form shows of a project."""
    names = ("measure", "unit", "baseline", "baseline_on", "target", "target_on")
    return {**{name: getattr(row, name) for name in names}, "budget": Decimal(row.budget) / FEN}


def line(row: Any) -> dict[str, Any]:
    """A project as a row."""
    aim = f"{row.baseline.normalize():f} → {row.target.normalize():f} {row.unit}" if measured_yet(row) else ""
    return {
        "url": reverse("desk:project", args=[row.no]), "no": row.no, "title": row.title, "area": row.area.name,
        "state": row.state, "label": row.get_state_display(), "owner": called(row.owner), "aim": aim,
        "measure": row.measure,
    }  # fmt: skip


def measured_yet(row: Any) -> bool:
    """Whether baseline and target are both known."""
    return row.baseline is not None and row.target is not None


@login_required
def projects(request: HttpRequest) -> HttpResponse:
    """Projects in one's areas, newest first."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    require(me, "project.see", on=today)
    state = request.GET.get("state", "")
    rows = projects_for(me, on=today)
    if state in ProjectState.values:
        rows = rows.filter(state=state)
    page = keyset.page(rows, order=("-id",), after=request.GET.get("after"))
    here = reverse("desk:projects")
    query = urlencode({name: value for name, value in (("state", state), ("after", page.after)) if value})
    context = {
        "tabs_": [
            {"url": f"{here}?state={value}" if value else here, "label": label, "current": value == state}
            for value, label in [("", _("All")), *ProjectState.choices]
        ],
        "rows": [line(row) for row in page.rows],
        "next": f"{here}?{query}" if page.after else "",
        "leads": may_anywhere(me, "project.lead", on=today),
    }
    return render(request, "desk/projects.html", context)


@login_required
def project_new(request: HttpRequest) -> HttpResponse:
    """A project of the needs that were ticked, or of none yet."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    numbers = (request.POST if request.method == "POST" else request.GET).getlist("need")[:MOST_NEEDS]
    needs = [need_for(me, no=no, on=today) for no in dict.fromkeys(numbers)]
    first = {"area": needs[0].area.code, "title": needs[0].title} if needs else {}
    form = ProjectForm(request.POST if request.method == "POST" else None, me=me, today=today, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = attempt(
            request,
            lambda: launch_project(**given, needs=needs, by=me, now=now),
            form=form,
            done=_("The project is there. Now: how does it stand today, and what do you want to reach?"),
        )
        if row:
            return redirect("desk:project", no=row.no)
    return render(request, "desk/project_new.html", {"form": form, "needs": need_lines(needs)})


@login_required
def project(request: HttpRequest, no: str) -> HttpResponse:
    """One project: measured from where to where, by whom, with which steps, for whose needs."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = project_for(me, no=no, on=today)
    leads = may(me, "project.lead", row.stem, on=today)
    form = MeasureForm(request.POST if request.method == "POST" else None, initial=measured(row))
    if request.method == "POST":
        row = project_for(me, no=no, verb="project.lead", on=today)
        if form.is_valid():
            given = {**form.cleaned_data, "budget": int(form.cleaned_data["budget"] * FEN)}
            if attempt(
                request,
                lambda: measure_project(project=row, **given, by=me, now=now),
                form=form,
                done=_("Written down."),
            ):
                return redirect("desk:project", no=no)
    context = {
        "row": row,
        "line": line(row),
        "yuan": f"{Decimal(row.budget) / FEN:,.2f}",
        "form": form if leads and row.state == ProjectState.DRAFT else None,
        "verbs": verbs_of(row) if leads else [],
        "milestones": milestone_lines(row, leads=leads),
        "milestone_form": MilestoneForm() if leads and row.state != ProjectState.FINISHED else None,
        "needs": need_lines(needs_of(row).select_related("area")),
        "leads": leads,
    }
    return render(request, "desk/project.html", context)


def verbs_of(row: Any) -> list[dict[str, str]]:
    """What can be done with it now, the usual thing first."""
    words = {
        "start": _("Start the project"), "finish": _("It is finished"), "stop": _("Halt it"), "drop": _("Give it up"),
    }  # fmt: skip
    return [{"verb": verb, "label": words[verb]} for verb in VERBS.get(row.state, ())]


def milestone_lines(row: Any, *, leads: bool) -> list[dict[str, Any]]:
    """Milestones as parts/steps.html wants them."""
    return [
        {
            "label": one.title,
            "done": one.done_on is not None,
            "at": one.done_on or one.due_on,
            "do_url": reverse("desk:milestone_reached", args=[row.no, one.pk]) if leads else "",
        }
        for one in milestones_of(row)
    ]


@login_required
@require_POST
def project_move(request: HttpRequest, no: str, verb: str) -> HttpResponse:
    """Start, finish, halt, give up. Without baseline and target it does not start, and says so."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = project_for(me, no=no, verb="project.lead", on=today)
    if verb not in {"start", "finish", "stop", "drop"}:
        raise Http404
    done = {"start": _("Off we go."), "finish": _("Finished. Well done, everybody.")}.get(verb, _("Noted."))
    attempt(request, lambda: move_project(project=row, verb=verb, by=me, now=now), done=done)
    return redirect("desk:project", no=no)


@login_required
@require_POST
def milestone_new(request: HttpRequest, no: str) -> HttpResponse:
    """One more step with a day."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = project_for(me, no=no, verb="project.lead", on=today)
    form = MilestoneForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        add = {"title": given["milestone"], "due_on": given["due_on"]}
        if attempt(request, lambda: set_milestone(project=row, **add, by=me, now=now), form=form):
            return redirect("desk:project", no=no)
    context = {
        "row": row,
        "line": line(row),
        "milestones": milestone_lines(row, leads=True),
        "milestone_form": form,
    }
    return render(request, "desk/project_milestones.html", context)


@login_required
@require_POST
def milestone_reached(request: HttpRequest, no: str, pk: int) -> HttpResponse:
    """A step was reached."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = project_for(me, no=no, verb="project.lead", on=today)
    step = milestones_of(row).filter(pk=pk).first()
    if step is None:
        raise Http404
    attempt(request, lambda: reach_milestone(milestone=step, by=me, now=now))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/steps_part.html", {"items": milestone_lines(row, leads=True)})
    return redirect("desk:project", no=no)


@login_required
@require_POST
def project_add(request: HttpRequest, no: str) -> HttpResponse:
    """Let the project answer one more need."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = project_for(me, no=no, verb="project.lead", on=today)
    need = need_for(me, no=request.POST.get("need", "").strip(), on=today)
    attempt(
        request, lambda: add_need(project=row, need=need, by=me, now=now), done=_("Added to the project.")
    )
    return redirect("desk:project", no=no)


urlpatterns = [
    path("projects/", projects, name="projects"),
    path("projects/new/", project_new, name="project_new"),
    path("projects/<str:no>/", project, name="project"),
    path("projects/<str:no>/needs/", project_add, name="project_add"),
    path("projects/<str:no>/milestones/", milestone_new, name="milestone_new"),
    path("projects/<str:no>/milestones/<int:pk>/", milestone_reached, name="milestone_reached"),
    path("projects/<str:no>/<slug:verb>/", project_move, name="project_move"),
]
