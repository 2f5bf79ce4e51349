"""Load a list of what people wrote: choose, look, load; and take it back as a whole."""

from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.ground.people.access import area_for, areas_for, require
from linli.ground.people.queries import called
from linli.kit.keyset import page
from linli.kit.masks import mask_name, mask_text
from linli.kit.sheets import read
from linli.loop.ask import actions
from linli.loop.ask.access import batch_for, batches_for
from linli.loop.ask.actions.files import load_file
from linli.loop.ask.choices import LOAD_COLUMNS
from linli.web.acts import attempt

WAITING = "load"  # what of a file waiting for its confirmation stands in the session
FIRST_ROWS, ERRORS_SHOWN, CELL = 10, 200, 120
MAX_BYTES = 25 * 1024 * 1024
KEPT_SECONDS = 24 * 3600
NAMES = {
    "words": gettext_lazy("What was said"),
    "title": gettext_lazy("Headline"),
    "source_id": gettext_lazy("Number"),
    "said_at": gettext_lazy("When"),
    "asker": gettext_lazy("Who"),
    "category": gettext_lazy("Kind"),
    "place": gettext_lazy("Where"),
    "channel": gettext_lazy("How it came"),
}


class LoadForm(forms.Form):
    """A file, and where it comes from."""

    area: Any = forms.ModelChoiceField(
        label=gettext_lazy("Which community or grid"), queryset=None, to_field_name="code"
    )
    file = forms.FileField(
        label=gettext_lazy("The list"),
        max_length=200,
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx). One row for each thing said; the first row names the columns."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, request: Any) -> None:
        post = request.method == "POST"
        super().__init__(request.POST if post else None, request.FILES if post else None)
        rows: Any = self.fields["area"]
        areas = areas_for(request.me, "need.load", on=request.today)
        rows.queryset, rows.empty_label = areas.filter(level__in=("community", "grid")), _("Please choose")

    def clean_file(self) -> Any:
        """Not larger than anybody writes by hand."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too large. Please cut it in two."))
        return file


def folder() -> Path:
    """Where files wait between being looked at and being loaded."""
    found: Path = settings.LINLI_DATA / "uploads"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def waiting(request: Any) -> tuple[dict[str, str], Path] | None:
    """The file of this session that waits, if it is still there."""
    kept = request.session.get(WAITING)
    if not kept:
        return None
    file = folder() / UUID(kept["file"]).hex
    return (kept, file) if file.is_file() else None


def forget(request: Any) -> None:
    """Delete the file that waits."""
    if found := waiting(request):
        found[1].unlink(missing_ok=True)
    request.session.pop(WAITING, None)


def sweep(request: Any) -> None:
    """Delete what somebody put aside and never came back to."""
    oldest = request.now.timestamp() - KEPT_SECONDS
    for file in folder().iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def keep(request: Any, form: LoadForm) -> None:
    """Put the file aside under a name nobody can guess; an earlier one goes."""
    forget(request)
    sweep(request)
    upload, name = form.cleaned_data["file"], uuid4()
    with (folder() / name.hex).open("xb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    request.session[WAITING] = {
        "file": str(name),
        "name": upload.name[:200],
        "area": form.cleaned_data["area"].code,
    }


def look(request: Any, area: Any, name: str, file: Path) -> dict[str, Any]:
    """What loading would do, which column is what, and the first rows; refused where the file cannot be read."""
    with file.open("rb") as stream:
        sheet = read(stream, name, LOAD_COLUMNS, required=("words",))
        rows = [
            {"number": row.number, **{key: cell(key, row.values[key]) for key in NAMES}}
            for row in islice(sheet.rows, FIRST_ROWS)
        ]
    with file.open("rb") as stream:
        would = load_file(stream=stream, name=name, area=area, by=request.me, now=request.now, preview=True)
    used = {key: title for key, title in sheet.found.items() if key in NAMES}
    return {
        "would": would,
        "errors": errors_of(would),
        "more_errors": max(0, len(would.errors) - ERRORS_SHOWN),
        "columns": [{"name": NAMES[key], "title": title} for key, title in used.items()],
        "unused": [title for title in sheet.headers if title not in used.values()],
        "rows": rows,
    }


def cell(key: str, value: str) -> str:
    """A cell, masked and cut."""
    text = mask_name(value) if key == "asker" else mask_text(value[: CELL * 4])
    return Truncator(" ".join(text.split())).chars(CELL, truncate="…")


def errors_of(loaded: Any) -> list[dict[str, Any]]:
    """The first of the rows that cannot be taken."""
    return [
        {"row": bad.row, "column": NAMES.get(bad.column, bad.column or "—"), "why": bad.why}
        for bad in loaded.errors[:ERRORS_SHOWN]
    ]


@login_required
def load(request: Any) -> HttpResponse:
    """Choose a file; below, what was loaded before."""
    require(request.me, "need.load", on=request.today)
    form = LoadForm(request)
    if request.method == "POST" and form.is_valid():
        keep(request, form)
        found = waiting(request)
        area = form.cleaned_data["area"]
        if found and attempt(request, lambda: look(request, area, found[0]["name"], found[1]), form=form):
            return redirect("desk:load_look")
        forget(request)
    batches = page(batches_for(request.me, on=request.today), order=("-id",), after=request.GET.get("after"))
    context = {
        "form": form,
        "batches": [{"row": row, "by": called(row.by)} for row in batches.rows],
        "next": f"?after={batches.after}" if batches.after else "",
    }
    return render(request, "desk/load.html", context)


@login_required
def load_look(request: Any) -> HttpResponse:
    """What would be loaded; a POST loads it."""
    require(request.me, "need.load", on=request.today)
    found = waiting(request)
    if found is None:
        return redirect("desk:load")
    kept, file = found
    area = area_for(request.me, "need.load", code=kept["area"], on=request.today)
    if request.method == "POST":
        return load_now(request, area, kept["name"], file)
    seen = attempt(request, lambda: look(request, area, kept["name"], file))
    if seen is None:
        forget(request)
        return redirect("desk:load")
    return render(request, "desk/load_look.html", {"area": area, "name": kept["name"], **seen})


def load_now(request: Any, area: Any, name: str, file: Path) -> HttpResponse:
    """Load the file that waits, and say what became of it."""
    if request.POST.get("leave"):
        forget(request)
        return redirect("desk:load")

    def act() -> Any:
        with file.open("rb") as stream:
            return load_file(stream=stream, name=name, area=area, by=request.me, now=request.now)

    loaded = attempt(request, act)
    forget(request)
    if loaded is None:
        return redirect("desk:load")
    context = {
        "area": area,
        "name": name,
        "loaded": loaded,
        "errors": errors_of(loaded),
        "more_errors": max(0, len(loaded.errors) - ERRORS_SHOWN),
    }
    return render(request, "desk/load_done.html", context)


@login_required
@require_POST
def load_undo(request: Any, pk: int) -> HttpResponse:
    """Take a whole file back."""
    batch = batch_for(request.me, pk=pk, on=request.today)
    attempt(
        request,
        lambda: actions.undo_batch(batch=batch, by=request.me, now=request.now),
        done=_("“{name}” was taken back as a whole.").format(name=batch.name),
    )
    return redirect("desk:load")


urlpatterns = [
    path("load/", load, name="load"),
    path("load/look/", load_look, name="load_look"),
    path("load/<int:pk>/undo/", load_undo, name="load_undo"),
]
