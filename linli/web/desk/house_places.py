"""The working calendar, the office hours, and the areas."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from linli.ground.people.access import area_for, areas_for, may, require
from linli.ground.places import actions
from linli.ground.places.choices import Level
from linli.ground.places.queries import areas_under, calendar_days, describe_office, stem_of
from linli.kit.calendar import official, year_is_published
from linli.web.acts import attempt
from linli.web.desk.forms_house import AreaForm, DayForm, MergeForm, OfficeForm, RenameForm

DEPTH = {Level.DISTRICT: 0, Level.STREET: 1, Level.COMMUNITY: 2, Level.GRID: 3}


@login_required
def house_calendar(request: Any) -> HttpResponse:
    """Days somebody set, the make-up workdays of the year, and the office hours."""
    require(request.me, "settings.keep", on=request.today)
    today, me = request.today, request.me
    office = request.POST.get("which") == "office"
    day_form = DayForm(request.POST if request.method == "POST" and not office else None)
    hours = describe_office(today)
    office_form = OfficeForm(
        request.POST if request.method == "POST" and office else None, initial={**hours, "valid_from": today}
    )
    form: Any = office_form if office else day_form
    act: Any = actions.set_office_hours if office else actions.set_calendar_day
    if request.method == "POST" and form.is_valid():
        kept = attempt(
            request, lambda: act(**form.cleaned_data, by=me.pk, now=request.now), form=form, done=_("Kept.")
        )
        if kept is not None:
            return redirect("desk:house_calendar")
    off, worked = official(today.year)
    context = {
        "day_form": day_form,
        "office_form": office_form,
        "hours": hours,
        "set_days": list(calendar_days()),
        "year": today.year,
        "worked": sorted(worked),
        "off": sorted(off),
        "next_year": today.year + 1,
        "next_is_known": year_is_published(today.year + 1),
    }
    return render(request, "desk/house_calendar.html", context)


@login_required
def house_areas(request: Any) -> HttpResponse:
    """The tree of areas, also those that have ended; and the form for another one."""
    stems = require(request.me, "area.keep", on=request.today)
    form = AreaForm(request.POST or None, initial={"valid_from": request.today})
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"].strip()
        if code.isdecimal() and not may(request.me, "area.keep", stem_of(code), on=request.today):
            form.add_error("code", _("This lies outside of your areas."))
        else:
            founded = attempt(
                request,
                lambda: actions.found_area(**form.cleaned_data, by=request.me.pk, now=request.now),
                form=form,
                done=_("Entered."),
            )
            if founded is not None:
                return redirect("desk:house_areas")
    rows = [
        {"area": area, "depth": DEPTH[Level(area.level)], "keeps": area.valid_until is None}
        for area in areas_under(stems).select_related("merged_into")
    ]
    return render(request, "desk/house_areas.html", {"rows": rows, "form": form})


@login_required
def house_area(request: Any, code: str) -> HttpResponse:
    """One area: another name, or into which one it goes."""
    area = area_for(request.me, "area.keep", code=code, on=request.today)
    merging = request.POST.get("which") == "merge"
    sent = request.POST if request.method == "POST" else None
    rename = RenameForm(None if merging else sent, initial={"valid_from": request.today})
    merge = MergeForm(sent if merging else None, initial={"day": request.today})
    others: Any = merge.fields["into"]
    same = areas_for(request.me, "area.keep", on=request.today).filter(level=area.level, merged_into=None)
    others.queryset = same.exclude(pk=area.pk)
    form: Any = merge if merging else rename
    act: Any = actions.merge_area if merging else actions.rename_area
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: act(area=area, **form.cleaned_data, by=request.me.pk, now=request.now),
            form=form,
            done=_("Kept. Nothing of its past has moved."),
        )
        if done is not None:
            return redirect("desk:house_areas")
    context = {
        "area": area,
        "names": list(area.names.order_by("-valid_from", "-id")),
        "rename": rename,
        "merge": merge,
        "others": others.queryset.exists(),
    }
    return render(request, "desk/house_area.html", context)


urlpatterns = [
    path("house/calendar/", house_calendar, name="house_calendar"),
    path("house/areas/", house_areas, name="house_areas"),
    path("house/areas/<str:code>/", house_area, name="house_area"),
]
