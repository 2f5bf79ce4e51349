"""The front step: where each person goes, whether the house is well, and the door that leads nowhere."""

import os
import shutil
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from linli.commons.timebank.queries.members import serves
from linli.ground.people.access import roles_of
from linli.ground.people.choices import RoleKind
from linli.ground.people.queries import needs_set_up

BEAT, BEAT_SECONDS = "worker.beat", 60
FREE_BYTES = 50 * 1024 * 1024
# Where a person is at home, the first that fits.
HOMES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({RoleKind.DIRECTOR, RoleKind.GRID_WORKER, RoleKind.STATION_HOST}), "desk:today"),
    (frozenset({RoleKind.LEADER, RoleKind.AUDITOR}), "board:rates"),
    (frozenset({RoleKind.ADMINISTRATOR}), "desk:house"),
)


def front(request: Any) -> HttpResponse:
    """Everyone to their own first page; strangers to the welcome, or in a demo to the people who invite them in."""
    if request.me is None:
        if settings.LINLI_DEMO:
            return redirect("public:walk_in")
        return render(request, "public/welcome.html", {"fresh": needs_set_up()})
    kinds = {role.kind for role in roles_of(request.me, on=request.today)}
    own = "pocket:home" if serves(request.me) else "home:home"
    return redirect(next((page for homes, page in HOMES if kinds & homes), own))


def healthz(request: Any) -> JsonResponse:
    """Whether database, disk and worker are well: 200, else 503 with what is not."""
    well = {"database": database_is_well(), "disk": disk_is_well(), "worker": worker_is_well(request.now)}
    ok = all(well.values())
    return JsonResponse({"ok": ok, **well}, status=200 if ok else 503, headers={"Cache-Control": "no-store"})


def database_is_well() -> bool:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Error:
        return False


def disk_is_well() -> bool:
    """Whether the data folder can be written to and has room."""
    folder = settings.LINLI_DATA
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > FREE_BYTES
    except OSError:
        return False


def worker_is_well(now: datetime) -> bool:
    """Whether the worker showed itself within the last minute."""
    try:
        beat = datetime.fromisoformat((settings.LINLI_DATA / BEAT).read_text().strip())
    except (OSError, ValueError):
        return False
    return beat.tzinfo is not None and (now - beat).total_seconds() < BEAT_SECONDS


def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """Nobody home at this door."""
    return render(request, "404.html", status=404)
