"""The simulated world: what is to happen when, and who is there for it to happen to."""

import heapq
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from linli.demo.towns import PLANS, Plan
from linli.demo.words import KIN, SPOTS, fitting
from linli.ground.journal.actions import seal_pending
from linli.ground.people.choices import Reach, RoleKind
from linli.ground.people.models import Person, Role
from linli.ground.places.models import Area, Building
from linli.ground.places.queries import areas_under
from linli.kit.calendar import is_workday
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.models import Category, Need
from linli.loop.link.models import Resource

ZONE = ZoneInfo(settings.TIME_ZONE)
OPENS, CLOSES = time(8, 40), time(17, 20)
AWAKE = (time(7), time(21, 30))
ELDERLY = 62
log = logging.getLogger(__name__)
Happening = Callable[..., None]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A local time."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass
class Town:
    """A neighbourhood as the simulation uses it."""

    plan: Plan
    street: Area
    community: Area
    grids: list[Area]
    homes: dict[str, list[Building]]  # by grid
    elders: list[Person]
    others: list[Person]
    riders: list[Person]
    workers: dict[str, Person]  # by grid
    director: Person
    leader: Person
    helpers: list[Person]
    things: dict[str, list[Resource]]  # by category code

    @property
    def key(self) -> str:
        """a, b or c."""
        return self.plan.key

    def colleague(self, *but: int | None) -> Person:
        """Somebody else of the office, to look a second time."""
        staff = [*self.workers.values(), self.director]
        return next(who for who in staff if who.pk not in but)


@dataclass
class Story:
    """One need and where its simulation stops by itself (the name of the step that is left to people)."""

    town: Town
    need: Need
    left: str = ""
    late: bool = False
    notes: dict[str, Any] = field(default_factory=dict)


class World:
    """Time passes from one happening to the next; chance comes from one seeded source."""

    def __init__(self, rng: random.Random, now: datetime) -> None:
        self.rng, self.now = rng, now
        self.queue: list[tuple[datetime, int, Happening, tuple[Any, ...]]] = []
        self.planned = 0
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.towns: list[Town] = []
        self.kinds: dict[str, Category] = {}
        self.pictures = 0
        self.care: Any = None  # demo.care.Care, once it is founded

    @property
    def today(self) -> date:
        """The day it is."""
        return local_day(self.now)

    def key(self) -> UUID:
        """A key as a client would make it, out of the one source of chance."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def chance(self, share: float) -> bool:
        """Yes with this probability."""
        return self.rng.random() < share

    def plan(self, when: datetime, happening: Happening, *details: Any) -> None:
        """Let something happen."""
        self.planned += 1
        heapq.heappush(self.queue, (when, self.planned, happening, details))

    def live_until(self, until: datetime) -> None:
        """Let everything happen that is due by then, in one transaction; what was written is sealed after it."""
        with transaction.atomic():
            while self.queue and self.queue[0][0] <= until:
                when, _number, happening, details = heapq.heappop(self.queue)
                self.now = max(self.now, when)
                self.live(happening, details)
            seal_once()
        self.now = max(self.now, until)

    def live(self, happening: Happening, details: tuple[Any, ...]) -> None:
        """One happening; what an action refuses does not happen."""
        try:
            happening(self, *details)
        except Refused as refusal:
            self.refused[f"{happening.__name__}: {refusal}"] += 1
            log.debug("%s was refused: %s", happening.__name__, refusal)

    def after(self, low: float, high: float, around_the_clock: bool = False) -> datetime:
        """Some hours from now, most often nearer the lower bound; put into office hours of a working day."""
        hours = low + (high - low) * self.rng.random() ** 1.7
        when = self.now + timedelta(hours=hours)
        return when if around_the_clock else self.office(when)

    def office(self, when: datetime) -> datetime:
        """The same time if the office is open, else soon after it opens."""
        local = when.astimezone(ZONE)
        if is_workday(local.date()) and local.time() < CLOSES:
            if local.time() >= OPENS:
                return local
            return moment(local.date(), 8, 40) + timedelta(minutes=self.rng.randint(0, 90))
        day = local.date() + timedelta(days=1)
        while not is_workday(day):
            day += timedelta(days=1)
        return moment(day, 8, 40) + timedelta(minutes=self.rng.randint(0, 150))

    def fill(self, text: str, home: Building, who: str = "王奶奶") -> str:
        """A sentence with its slots filled."""
        rng = self.rng
        return text.format(
            b=home.name, u=rng.randint(1, 3), f=rng.choice("一二三四五六"), n=rng.choice("两三四五六"),
            spot=rng.choice(SPOTS), kin=rng.choice(KIN), who=who,
        )  # fmt: skip

    def say(self, block: str, town: Town, home: Building, who: str = "王奶奶") -> str:
        """A sentence of a block that fits the season and the town; empty where none does."""
        choices = fitting(block, self.now.astimezone(ZONE).month, town.key)
        return self.fill(self.rng.choice(choices).text, home, who) if choices else ""

    def meet(self) -> None:
        """Read who lives where: after the settling, and when a demo is taken up again."""
        self.towns = [read_town(plan, self.now) for plan in PLANS]
        self.kinds = {row.code: row for row in Category.objects.order_by("id")}


def seal_once() -> None:
    """Keep one sealing of the journal for after the commit instead of one an event."""
    others = [row for row in connection.run_on_commit if row[1] is not seal_pending]
    one = [row for row in connection.run_on_commit if row[1] is seal_pending][:1]
    connection.run_on_commit = [*others, *one]


def read_town(plan: Plan, now: datetime) -> Town:
    """A neighbourhood from the database."""
    areas = {area.stem: area for area in areas_under([plan.street[:9]])}
    grids = [areas[plan.grid(number)] for number in range(1, len(plan.grids) + 1)]
    roles = list(
        Role.objects.filter(stem__startswith=plan.street[:9], valid_until=None, person__erased_at=None)
        .select_related("person__area", "person__household__building__area", "area")
        .order_by("id")
    )

    def holding(*kinds: str) -> list[Person]:
        return list({role.person_id: role.person for role in roles if role.kind in kinds}.values())

    homes: dict[str, list[Building]] = {grid.stem: [] for grid in grids}
    for building in Building.objects.filter(community=plan.community).select_related("area").order_by("id"):
        homes[building.grid].append(building)
    at_home = [who for who in holding(RoleKind.RESIDENT) if who.household]
    elders = [who for who in at_home if who.birthday and now.year - who.birthday.year >= ELDERLY]
    workers = {role.stem: role.person for role in roles if role.kind == RoleKind.GRID_WORKER}
    director = holding(RoleKind.DIRECTOR)[0]
    return Town(
        plan=plan, street=areas[plan.street[:9]], community=areas[plan.community], grids=grids, homes=homes,
        elders=elders, others=[who for who in at_home if who not in elders], riders=holding(RoleKind.RIDER),
        workers={grid.stem: workers.get(grid.stem, director) for grid in grids}, director=director,
        leader=holding(RoleKind.LEADER)[0], helpers=holding(RoleKind.VOLUNTEER, RoleKind.DOMESTIC_WORKER),
        things=read_things(plan),
    )  # fmt: skip


def read_things(plan: Plan) -> dict[str, list[Resource]]:
    """The resources of a neighbourhood by what they answer."""
    found: dict[str, list[Resource]] = {}
    rows = Resource.objects.filter(community=plan.community).select_related("person__area")
    for row in rows.prefetch_related("categories").order_by("id"):
        for category in row.categories.all():
            found.setdefault(category.code, []).append(row)
    return found


def is_online(who: Person | None) -> bool:
    """Whether somebody uses the site."""
    return who is not None and who.reach == Reach.APP


def pick(rng: random.Random, rows: Sequence[Any]) -> Any:
    """One of several."""
    return rows[rng.randrange(len(rows))]
