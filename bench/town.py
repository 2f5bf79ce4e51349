"""One town at any size: its communities stay alike, a larger one has more of them and looks further back.

Every plain community has four grids, a thousand residents and three hundred open needs. One more community holds
a fifth of all needs and up to 4,000 open ones: the harsh case.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

OPEN_HERE = 300  # open needs of a plain community
OPEN_HARSH = 4000
GRIDS = 4
RESIDENTS = 1000  # of a plain community; the harsh one has four times as many
BUILDINGS = 40
STREETS_OF = 4  # communities a street
CITY = "310999"
MINUTES = 24 * 60


@dataclass
class Place:
    """An area as the generator knows it."""

    id: int
    stem: str
    level: str
    name: str
    parent: int | None


@dataclass
class Commune:
    """A community: its areas, its people, its buildings by number, and how many needs it gets."""

    area: Place
    grids: list[Place]
    people: range
    buildings: range
    workers: list[int]
    resources: range
    open: int
    size: int = 0
    seen: int = 0
    last: int = 0


@dataclass
class Town:
    """A town of ``size`` needs up to ``now``."""

    size: int
    seed: int
    now: datetime
    years: int = 0
    areas: list[Place] = field(default_factory=list)
    communes: list[Commune] = field(default_factory=list)
    of_need: bytes | list[int] = b""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.years = 1 if self.size <= 50_000 else 6
        self.start = self.now.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)
        self.start -= timedelta(days=365 * self.years)
        count = max(STREETS_OF, round(self.size * 0.8 / 4000))
        self.clock = Clock(self.start, 365 * self.years + 60)
        self.lay_out(count)
        picks = self.chance.choices(range(count), k=self.size)
        self.of_need = [count if self.chance.random() < 0.2 else pick for pick in picks]
        for place in self.of_need:
            self.communes[place].size += 1

    def lay_out(self, count: int) -> None:
        """The areas, and which numbers the people, buildings and resources of each community have."""
        city = self.area(CITY, "district", "和风区", None)
        for number in range(count + 1):
            harsh = number == count
            street_no = 99 if harsh else number // STREETS_OF + 1 + (number // STREETS_OF >= 98)
            if harsh or number % STREETS_OF == 0:
                street = self.area(f"{CITY}{street_no:03d}", "street", f"第{street_no}街道", city)
            area = self.area(
                f"{street.stem}{number % STREETS_OF + 1:03d}", "community", f"社区{number + 1}", street
            )
            grids = [
                self.area(f"{area.stem}{one:03d}", "grid", f"网格{one}", area) for one in range(1, GRIDS + 1)
            ]
            first = self.communes[-1].people.stop if self.communes else 1
            people = range(first, first + RESIDENTS * (4 if harsh else 1))
            buildings = range(number * BUILDINGS + 1, (number + 1) * BUILDINGS + 1)
            resources = range(number * 5 + 1, number * 5 + 6)
            self.communes.append(
                Commune(area, grids, people, buildings, list(people[: GRIDS + 1]), resources, OPEN_HERE)
            )
        harsh_size = self.size // 5
        self.communes[-1].open = min(OPEN_HARSH, harsh_size // 2)

    def area(self, stem: str, level: str, name: str, parent: Place | None) -> Place:
        """One more area."""
        made = Place(len(self.areas) + 1, stem, level, name, parent.id if parent else None)
        self.areas.append(made)
        return made

    def is_open(self, place: Commune) -> bool:
        """Whether the next need of the community is still open: mostly the newest ones, some older."""
        left = place.size - place.seen
        near = place.open * 5 // 6
        if left <= near:
            return self.chance.random() < 0.8
        rest = min(place.size, place.open * 8) - near
        return left <= place.open * 8 and rest > 0 and self.chance.random() < place.open / 3 / rest

    def located(self, place: Commune, grid: Place) -> tuple[int, str, str, str, str]:
        """area, district, street, community, grid of a row in this grid."""
        stem = grid.stem
        return grid.id, stem[:6], stem[:9], stem[:12], stem

    def minutes(self) -> Iterator[int]:
        """When each need came in, in minutes since the start, in order."""
        whole = 365 * self.years * MINUTES - 30
        for number in range(self.size):
            yield int(whole * (number + self.chance.random()) / self.size)


class Clock:
    """Minutes since the start as text, from tables."""

    def __init__(self, start: datetime, days: int) -> None:
        self.start = start
        self.offset = start.hour * 60 + start.minute
        first = start.date()
        self.days = [f"{first + timedelta(days=ahead):%Y-%m-%d}" for ahead in range(days + 40)]
        self.numbers = [day.replace("-", "") for day in self.days]
        self.clock = [f" {minute // 60:02d}:{minute % 60:02d}:00" for minute in range(MINUTES)]

    def at(self, minute: int) -> str:
        """A time in UTC."""
        minute += self.offset
        return self.days[minute // MINUTES] + self.clock[minute % MINUTES]

    def day(self, minute: int) -> str:
        """A local day (eight hours ahead)."""
        return self.days[(minute + self.offset + 480) // MINUTES]

    def number(self, minute: int) -> str:
        """The day as need numbers write it."""
        return self.numbers[(minute + self.offset + 480) // MINUTES]
