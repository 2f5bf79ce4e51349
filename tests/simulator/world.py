"""The neighbourhood of a run: two communities with a time bank each, a shop, a fund; a clock and a dice of their own."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from linli.commons.fund import actions as fund
from linli.commons.fund.models import Fund
from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import TIMES, MemberState, Strength
from linli.commons.timebank.models import Good, Member, Programme
from linli.ground.people import actions as people
from linli.ground.people.choices import CareKind, Reach, RoleKind
from linli.ground.people.models import Person
from linli.ground.places import actions as places
from linli.ground.places.models import Building
from linli.kit.clock import local_day
from tests.care_stage import standards
from tests.factories import BEGAN, NOW, Neighbourhood, neighbourhood, person
from tests.simulator.checks.sql import marks, rows
from tests.simulator.rules import first_rule

ADOPTED = NOW - timedelta(days=40)
POOL = 3000
MORNING, EVENING = 7, 20
SHOP = (("rice", "大米", "goods", 40), ("oil", "菜籽油", "goods", 60), ("hair", "理发", "benefit", 15))
ALL = tuple(MemberState.values)
Thing = TypeVar("Thing")


class World:
    """Who is there, what time it is, what chance says."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice, self.now = seed, random.Random(seed), NOW
        self.number = 0  # of the step
        self.serial = 0  # of people who came
        self.town: Neighbourhood = neighbourhood()
        standards()
        self.pks = {
            name: who.pk for name, who in vars(self.town).items() if isinstance(who, Person)
        }  # fmt: skip
        self.here = self.founded("nantian", self.town.community, self.town.zhou)
        far = person(self.town.elsewhere, "远主任", RoleKind.DIRECTOR, reach=Reach.APP)
        second = person(self.town.community, "胡主任", RoleKind.DIRECTOR, reach=Reach.APP)
        deputy = person(self.town.elsewhere, "远山副主任", RoleKind.DIRECTOR, reach=Reach.APP)
        self.pks |= {"far": far.pk, "hu": second.pk, "deputy": deputy.pk}
        self.there = self.founded("yuanshan", self.town.elsewhere, far)
        self.houses = self.built()
        for _number in range(6):
            self.newcomer(self.here, serves=True)
        for _number in range(2):
            self.newcomer(self.there, serves=True)
        for _number in range(4):
            self.newcomer(self.here, serves=False)
        Person.objects.filter(pk=self.town.qian.pk).update(birthday=date(1968, 5, 5))
        self.serving(
            self.here, self.who("qian")
        )  # a worker who also serves: she may not decide about herself
        for elder in (self.town.wang, self.town.li):
            timebank.enrol_receiver(programme=self.programme(), person=elder, by=self.town.zhao, now=ADOPTED)
        self.stocked()
        timebank.run_grants(programme=self.programme(), month=self.today, by=self.town.zhou, now=NOW)
        self.bill = fund.open_fund(
            area=self.town.community, title="养老大账单", by=self.town.zhou, now=ADOPTED, two_from=200_000,
            fen_per_point=10, backs=["PT:nantian"],
        ).pk  # fmt: skip
        self.funded()

    # --- building ---------------------------------------------------------------------------------------

    def founded(self, code: str, area: Any, director: Person) -> int:
        """A time bank with its first rule and a filled pool."""
        made = timebank.found_programme(
            area=area, code=code, name="幸福养老账单", organisation=area.name, started_on=BEGAN, by=director, now=ADOPTED
        )  # fmt: skip
        draft = timebank.draft_rule(
            programme=made, body=first_rule(), valid_from=local_day(ADOPTED), by=director, now=ADOPTED
        )
        timebank.adopt_rule(rule=draft, resolution="1", by=self.town.leader, now=ADOPTED)
        timebank.fill_pool(
            programme=made, key=self.key(), points=POOL, resolution="2", by=director, now=ADOPTED
        )
        return int(made.pk)

    def built(self) -> dict[int, list[int]]:
        """Houses of both communities, by programme."""
        rows: dict[int, list[int]] = {self.here: [self.town.building.pk], self.there: []}
        areas = (
            (self.here, self.town.grid),
            (self.here, self.town.other_grid),
            (self.there, self.town.elsewhere_grid),
        )
        for number, (programme, area) in enumerate(areas):
            made = places.keep_building(
                area=area, estate="南田苑", name=f"{number + 11}号楼", lon=121.4 + 0.004 * number, lat=31.2, units=3,
                by=None, now=NOW,
            )  # fmt: skip
            rows[programme].append(made.pk)
        return rows

    def newcomer(self, programme: int, *, serves: bool) -> Person:
        """Somebody moves in: a younger elder who serves, or an old one who is cared for."""
        self.serial += 1
        year = self.dice.randint(1955, 1972) if serves else self.dice.randint(1934, 1948)
        house = Building.objects.select_related("area").get(pk=self.dice.choice(self.houses[programme]))
        born = date(year, self.dice.randint(1, 12), self.dice.randint(1, 28))
        who = person(
            house.area, f"邻居{self.serial}", RoleKind.RESIDENT, sex=self.dice.choice("fm"), birthday=born,
            reach=Reach.APP if serves else Reach.VISIT,
        )  # fmt: skip
        door = f"{self.dice.randint(1, 3)}-{self.serial // 4 + 1}0{self.serial % 4 + 1}"
        people.move_in(person=who, building=house, door=door, by=None, now=self.now)
        if serves:
            if self.number == 0:
                self.serving(programme, who)
        else:
            people.set_tag(person=who, kind=CareKind.ALONE, since=BEGAN, by=None, now=self.now)
        return who

    def serving(self, programme: int, who: Person) -> None:
        """Somebody who has gone the whole way."""
        bank = Programme.objects.get(pk=programme)
        mine = programme == self.here
        worker, director = (self.town.zhao, self.town.zhou) if mine else (self.town.stranger, self.who("far"))
        row = timebank.apply(
            programme=bank, person=who, skills=["meals", "clean", "company"], times=list(TIMES),
            strength=Strength.HEAVY, by=who, now=ADOPTED,
        )  # fmt: skip
        row = timebank.check(member=row, by=worker, now=ADOPTED)
        if row.state == "checked":
            row = timebank.learn(member=row, by=worker, now=ADOPTED)
        timebank.admit(member=row, by=director, now=ADOPTED)

    def stocked(self) -> None:
        """A shelf with prices and goods."""
        for code, name, kind, points in SHOP:
            good = timebank.keep_good(
                programme=self.programme(), code=code, name=name, kind=kind, low_at=2, by=self.town.zhou, now=NOW
            )  # fmt: skip
            timebank.set_price(good=good, points=points, valid_from=NOW.date(), by=self.town.zhou, now=NOW)
            timebank.receive_goods(key=self.key(), good=good, count=10, by=self.town.zhou, now=NOW)

    def funded(self) -> None:
        """Some money, and a resolution what for."""
        by, on = self.town.zhou, {"by": self.town.zhou, "now": NOW}
        fund.take_income(
            fund=self.fund(), uid=self.key(), source="collective", amount=3_000_000, origin="商铺租金", received_on=NOW.date(), **on
        )  # fmt: skip
        row = fund.resolve(
            fund=self.fund(), uid=self.key(), no="居议 1", title="餐厅补助", met_on=NOW.date(), amount=2_000_000, kind="facility",
            name="幸福餐厅", by=by, now=NOW,
        )  # fmt: skip
        fund.allocate(resolution=row, uid=self.key(), amount=1_500_000, by=by, now=NOW)

    # --- reading, as a request does: rows are fetched anew each time --------------------------------------

    def programme(self, pk: int | None = None) -> Programme:
        """The time bank here, or another."""
        return Programme.objects.select_related("area").get(pk=pk or self.here)

    def who(self, name: str | int) -> Person:
        """Somebody by name or number."""
        number = self.pks[name] if isinstance(name, str) else name
        return Person.objects.get(pk=number)

    def member(self, pk: int) -> Member:
        """A member."""
        return Member.objects.select_related("programme", "person", "account", "granted").get(pk=pk)

    def good(self, pk: int) -> Good:
        """Something in the shop."""
        return Good.objects.select_related("programme", "area").get(pk=pk)

    def fund(self) -> Fund:
        """The big bill."""
        return Fund.objects.select_related("area").get(pk=self.bill)

    # --- chance -----------------------------------------------------------------------------------------

    def key(self) -> UUID:
        """A key as a form makes it."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def pick(self, things: Iterable[Thing]) -> Thing | None:
        """One of them, none where there is none."""
        found: Sequence[Thing] = list(things)
        return self.dice.choice(found) if found else None

    def one_in(self, many: int) -> bool:
        """Once in so many times."""
        return self.dice.randrange(many) == 0

    def chosen(self, *states: str, programme: int | None = None) -> int | None:
        """Some member in one of the states, here or there, by number; now and then also somebody who has left."""
        wanted, where = (
            states or ALL[: -1 if self.dice.randrange(12) else None],
            [self.here, self.there] if programme is None else [programme],
        )
        found = rows(
            f"SELECT id FROM timebank_member WHERE state IN ({marks(wanted)}) AND programme_id IN ({marks(where)})"
            " ORDER BY id",
            *wanted,
            *where,
        )
        return self.pick(number for (number,) in found)

    def worker(self, *names: str) -> Person:
        """Somebody who works here."""
        return self.who(self.dice.choice(names or ("zhao", "qian", "zhou", "hu")))

    # --- time -------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day it is there."""
        return local_day(self.now)

    def pass_time(self, hours: int = 0) -> None:
        """Minutes go by; at night everybody sleeps."""
        self.now += timedelta(minutes=self.dice.randint(1, 20), hours=hours)
        local = timezone.localtime(self.now)
        if local.hour >= EVENING or local.hour < MORNING:
            self.now = next_morning(local)


def next_morning(local: datetime) -> datetime:
    """When people get up."""
    day = local + timedelta(days=local.hour >= EVENING)
    return day.replace(hour=MORNING, minute=30, second=0, microsecond=0)
