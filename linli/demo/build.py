"""Build the simulated neighbourhoods, know whether they are built, and live the days that were missed."""

import gc
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils.translation import gettext_lazy as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from linli.demo import care, course, money, shop
from linli.demo.care_scenes import stage_care
from linli.demo.cast import Settling
from linli.demo.days import plan_day, send_messages
from linli.demo.projects import plan_projects
from linli.demo.scenes import stage
from linli.demo.world import ZONE, Story, World, moment, seal_once
from linli.ground.journal.actions import seal_pending
from linli.ground.journal.queries import head
from linli.ground.ledger.actions import publish_head, seal_ledger
from linli.ground.people.models import User
from linli.ground.places.models import Area
from linli.kit import clock
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.models import Need, Stop
from linli.loop.evaluate.choices import FollowUpState

MARKER = "demo.json"
MISSED_DAYS = 31
DAYS_A_MONTH = 365 / 12


def marker() -> Path:
    """The file that says how far the demo is."""
    return Path(settings.LINLI_DATA) / MARKER


def read_marker() -> dict[str, Any]:
    """What the marker says; nothing where there is none."""
    try:
        found = json.loads(marker().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_marker(facts: dict[str, Any]) -> None:
    """Replace the marker as a whole."""
    marker().parent.mkdir(parents=True, exist_ok=True)
    draft = marker().with_suffix(".new")
    draft.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(marker())


def is_built() -> bool:
    """Whether the demo was built to its end in this database."""
    return bool(read_marker().get("built_at")) and Area.objects.exists()


def build(*, seed: int, months: int, now: datetime | None = None, quiet: bool = False) -> None:
    """Let the neighbourhoods live ``months`` months up to this hour. A build that broke off is begun anew.

    The same seed in the same hour gives the same people, needs and words. Data that is no demo is refused.
    """
    if not 1 <= months <= 60:
        raise Refused(_("A demo lives between one month and sixty."))
    make_room()
    until = (now or clock.now()).astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    first = local_day(until) - timedelta(days=round(months * DAYS_A_MONTH))
    write_marker({"building": True, "seed": seed, "months": months})
    world = World(random.Random(seed), moment(first, 8))
    with hurried():
        with transaction.atomic():
            Settling(world.rng, world.now, until).settle()
            seal_once()
        world.meet()
        with transaction.atomic():
            care.found(world, until)
            shop.open_shop(world, until)
            money.open_bill(world, until)
            seal_once()
        care.plan_year(world, first, until)
        stage_care(world, first, until)
        plan_projects(world, world.now, until)
        stage(world, until)
        live(world, first, until, quiet)
    finish(world, until, {"seed": seed, "months": months})


def live(world: World, first: date, until: datetime, quiet: bool) -> None:
    """Day after day up to the present hour, one transaction each."""
    last = local_day(until)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True, quiet=quiet), refresh_per_second=2) as progress:
        bar = progress.add_task(str(_("Days lived in the neighbourhoods")), total=len(days))
        for day in days:
            plan_day(world, day)
            world.live_until(min(moment(day, 23, 59), until))
            progress.update(bar, advance=1)


def finish(world: World, until: datetime, facts: dict[str, Any]) -> None:
    """Send what is due, seal the journal to its end, and say that the demo is whole."""
    send_messages(until)
    while seal_pending():
        pass
    publish_head(now=until)
    while seal_ledger():
        pass
    User.objects.filter(username__startswith="demo-").update(password_set_at=until)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    write_marker(
        facts
        | {
            "last_day": local_day(until).isoformat(),
            "built_at": clock.now().isoformat(timespec="seconds"),
            "counts": dict(sorted(world.counts.items())),
            "refused": dict(sorted(world.refused.items())),
            "needs": Need.objects.count(),
            "head": head(),
        }
    )


def catch_up(*, now: datetime | None = None, quiet: bool = False) -> int:
    """Live the days since the demo was last alive, at most 31 of them; returns how many. Today is lively again."""
    facts = read_marker()
    if not facts.get("built_at"):
        return 0
    until = (now or clock.now()).astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    last = date.fromisoformat(facts["last_day"])
    missed = (local_day(until) - last).days
    if missed < 1:
        return 0
    first = max(last, local_day(until) - timedelta(days=MISSED_DAYS)) + timedelta(days=1)
    world = World(random.Random(f"{facts['seed']} {until.date()}"), moment(first, 0, 5))
    with hurried():
        world.meet()
        care.recall(world)
        if world.care is not None:
            shop.go_on(world, until)
            money.go_on(world, until)
        take_up_stories(world)
        stage(world, until)
        world.queue = [row for row in world.queue if row[0] >= world.now]
        live(world, first, until, quiet)
    finish(world, until, {"seed": facts["seed"], "months": facts["months"]})
    return (local_day(until) - first).days + 1


def take_up_stories(world: World) -> None:
    """Whatever is under way goes on over the next days."""
    rows = Need.objects.filter(community__in=[town.community.stem for town in world.towns]).exclude(
        state__in=["refused", "merged", "withdrawn"]
    )
    stopped = set(Stop.objects.filter(until=None).values_list("need", flat=True))
    waiting = rows.filter(state="closed", follow_ups__state=FollowUpState.WAITING)
    for need in [*rows.exclude(state="closed").select_related(*PARTS), *waiting.select_related(*PARTS)]:
        town = next(town for town in world.towns if town.community.stem == need.community)
        code = need.category.code if need.category else "ask"
        story = Story(town, need, notes={"kind": code})
        step = course.resume if need.pk in stopped else course.NEXT[need.state]
        if step is course.call:
            world.plan(moment(world.today, 9) + timedelta(minutes=world.rng.randint(0, 3000)), step, story)
        else:
            world.plan(world.after(9, 60), step, story)


PARTS = ("area", "category", "asker", "owner", "building")


def make_room() -> None:
    """Only an empty database is built in; the remains of a build that broke off are thrown away first."""
    if not Area.objects.exists():
        return
    if connection.vendor != "sqlite" or not read_marker().get("building"):
        raise Refused(
            _(
                "There is data here that is no demo. Please choose another folder with --data, or an empty database."
            )
        )
    file = Path(connection.settings_dict["NAME"])
    connections.close_all()
    for path in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        path.unlink(missing_ok=True)
    rmtree(Path(settings.LINLI_DATA) / "photos", ignore_errors=True)
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def hurried() -> Iterator[None]:
    """SQLite does not wait for the disk meanwhile: a build that breaks off is begun anew anyway."""
    quick = connection.vendor == "sqlite" and not connection.in_atomic_block
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)  # thousands of small rows, hardly any of them in circles

    def say(level: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous = {level}")

    if quick:
        say("OFF")
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if quick:
            connection.close()
            connection.ensure_connection()
