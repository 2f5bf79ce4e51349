"""Kinds of need, promises and service standards: plain tables with one form each."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.ground.people.access import require
from linli.ground.places.queries import areas_under
from linli.loop.ask import actions
from linli.loop.ask.choices import PromiseFor, Urgency
from linli.loop.ask.queries import categories, promises
from linli.loop.run.actions import keep_service
from linli.loop.run.queries import services
from linli.web.acts import attempt
from linli.web.desk.forms_house import CategoryForm, PromiseForm, ServiceForm

BEGINNING = date(1900, 1, 1)
CATEGORY_FIELDS = ("code", "name", "group", "words", "filing", "closing", "needs_photo", "rank")


@login_required
def house_categories(request: Any) -> HttpResponse:
    """Kinds of need; ``?edit=code`` puts one into the form."""
    require(request.me, "settings.keep", on=request.today)
    rows = list(categories(on=request.today))
    old = next((row for row in rows if row.code == request.GET.get("edit")), None)
    initial = {name: getattr(old, name) for name in CATEGORY_FIELDS} if old else {}
    form = CategoryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            request,
            lambda: actions.keep_category(
                **form.cleaned_data, valid_from=request.today, by=request.me, now=request.now
            ),
            form=form,
            done=_("Kept."),
        )
        if kept is not None:
            return redirect("desk:house_categories")
    return render(request, "desk/house_categories.html", {"rows": rows, "form": form, "old": old})


def holding(rows: list[Any], today: date) -> set[int]:
    """Which of the promises hold today: of each kind the newest that has begun and not ended."""
    newest: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        if row.valid_from > today or (row.valid_until and row.valid_until < today):
            continue
        key = (row.category_id, row.urgency, row.about, row.stem)
        if key not in newest or newest[key].valid_from < row.valid_from:
            newest[key] = row
    return {row.pk for row in newest.values()}


def promise_groups(rows: list[Any], names: dict[str, str]) -> list[dict[str, Any]]:
    """Promises that hold, one line for each kind and urgency: first answer and settled side by side."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    order = {value: at for at, value in enumerate(Urgency.values)}
    for row in sorted(rows, key=lambda one: (one.category_id or 0, one.stem, order[one.urgency])):
        key = (row.category_id, row.stem, row.urgency)
        line = found.setdefault(
            key,
            {
                "category": row.category.name if row.category_id else _("All others"),
                "area": names.get(row.stem, row.stem),
                "urgency": row.get_urgency_display(),
                "respond": None,
                "resolve": None,
            },
        )
        line["respond" if row.about == PromiseFor.RESPOND else "resolve"] = row
    return list(found.values())


@login_required
def house_promises(request: Any) -> HttpResponse:
    """What holds today, what comes, what was; and the form for another one."""
    require(request.me, "settings.keep", on=request.today)
    form = PromiseForm(request)
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            request,
            lambda: actions.set_promise(**form.cleaned_data, by=request.me, now=request.now),
            form=form,
            done=_("Promised. What was taken up before keeps its time."),
        )
        if kept is not None:
            return redirect("desk:house_promises")
    rows = list(promises(on=BEGINNING))
    holds = holding(rows, request.today)
    names = {area.stem: area.name for area in areas_under({row.stem for row in rows if row.stem})}
    context = {
        "form": form,
        "groups": promise_groups([row for row in rows if row.pk in holds], names),
        "coming": [row for row in rows if row.valid_from > request.today and not row.valid_until],
        "before": [row for row in rows if row.pk not in holds and row.valid_from <= request.today],
    }
    return render(request, "desk/house_promises.html", context)


@login_required
@require_POST
def house_promise_end(request: Any, pk: int) -> HttpResponse:
    """A promise is not given any more after today."""
    require(request.me, "settings.keep", on=request.today)
    row = promises(on=request.today).filter(pk=pk).first()
    if row is None:
        raise Http404
    until = max(request.today, row.valid_from)
    attempt(
        request,
        lambda: actions.end_promise(promise=row, until=until, by=request.me, now=request.now),
        done=_("It holds until {day}, and not longer.").format(day=until),
    )
    return redirect("desk:house_promises")


@login_required
def house_services(request: Any) -> HttpResponse:
    """Service standards; ``?edit=code`` puts one into the form."""
    require(request.me, "service.keep", on=request.today)
    rows = list(services(on=request.today))
    old = next((row for row in rows if row.code == request.GET.get("edit")), None)
    initial: dict[str, Any] = {}
    if old:
        initial = {"code": old.code, "name": old.name, "category": old.category_id, "minutes": old.minutes}
        initial |= {"steps": "\n".join(old.steps), "valid_from": old.valid_from}
    form = ServiceForm(request, initial)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "steps": form.cleaned_data["steps"].splitlines()}
        kept = attempt(
            request, lambda: keep_service(**given, by=request.me, now=request.now), form=form, done=_("Kept.")
        )
        if kept is not None:
            return redirect("desk:house_services")
    return render(request, "desk/house_services.html", {"rows": rows, "form": form, "old": old})


urlpatterns = [
    path("house/categories/", house_categories, name="house_categories"),
    path("house/promises/", house_promises, name="house_promises"),
    path("house/promises/<int:pk>/end/", house_promise_end, name="house_promise_end"),
    path("house/services/", house_services, name="house_services"),
]
