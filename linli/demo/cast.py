"""Who lives and works in the simulated neighbourhoods: the few everybody knows, and the others."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from linli.demo.rules import set_rules
from linli.demo.towns import (
    ELDERS,
    LABEL,
    MEN,
    NORTH,
    OLD_MEN,
    OLD_WOMEN,
    PLANS,
    RIDERS,
    SURNAMES,
    WOMEN,
    Plan,
)  # fmt: skip
from linli.ground.people import actions as people
from linli.ground.people.choices import BirthdayKind, CareKind, Purpose, Reach, RoleKind
from linli.ground.people.models import Person, User
from linli.ground.places import actions as places
from linli.ground.places.models import Area, Building, Facility
from linli.kit.calendar import lunar_of, solar_of
from linli.kit.clock import local_day
from linli.loop.ask.models import Category
from linli.loop.link import actions as link

RESIDENTS = (60, 78)
BUILDINGS = 3  # a grid
CARE = (
    CareKind.ALONE,
    CareKind.ALONE,
    CareKind.EMPTY_NEST,
    CareKind.DISABLED,
    CareKind.MEMORY,
    CareKind.LEFT_BEHIND,
)

# login, name, role, neighbourhood, grid (0 is the community, -1 the street)
CAST = (
    ("demo-admin", "管理员小何", RoleKind.ADMINISTRATOR, ELDERS, -1),
    ("demo-auditor", "审计员小严", RoleKind.AUDITOR, ELDERS, -1),
    ("demo-leader", "林书记", RoleKind.LEADER, ELDERS, -1),
    ("demo-zhou", "周主任", RoleKind.DIRECTOR, ELDERS, 0),
    ("demo-zhao", "赵姐", RoleKind.GRID_WORKER, ELDERS, 1),
    ("demo-liu", "刘师傅", RoleKind.VOLUNTEER, ELDERS, 0),
    ("demo-chen", "陈阿姨", RoleKind.VOLUNTEER, ELDERS, 0),
    ("demo-wei", "小薇", RoleKind.DOMESTIC_WORKER, ELDERS, 0),
    ("demo-sun", "孙晓晨", RoleKind.FAMILY, ELDERS, 1),
    ("demo-li", "小李", RoleKind.RIDER, RIDERS, 0),
)


class Settling:
    """Everybody moves in on one day; ``until`` is the moment they will have reached."""

    def __init__(self, rng: random.Random, now: datetime, until: datetime) -> None:
        self.rng, self.now, self.until, self.today = rng, now, until, local_day(until)
        self.since = local_day(now)
        self.phones = 1000
        self.names: set[str] = set()
        self.areas: dict[str, Area] = {}
        self.known: dict[str, Person] = {}
        self.admin: Person | None = None

    def settle(self) -> None:
        """Found the areas, set the rules, let everybody move in, list what there is."""
        for plan in PLANS:
            self.found(plan)
        for login, name, role, plan, grid in CAST:
            code = {-1: plan.street, 0: plan.community}.get(grid) or plan.grid(grid)
            who = self.person(self.areas[code], name, role, reach=Reach.APP, note=f"{LABEL}人物")
            open_account(who, login, self.until)
            self.known[name] = who
            self.admin = self.admin or who
        self.lend_roles()
        assert self.admin is not None
        kinds = set_rules(by=self.admin, now=self.now, since=self.since)
        for plan in PLANS:
            self.staff(plan)
            homes = self.build_homes(plan)
            self.move_everybody_in(plan, homes)
            if plan is ELDERS:
                self.the_two_elders(homes)
            self.list_things(plan, kinds)

    def found(self, plan: Plan) -> None:
        """Street, community and grids, each grid with an outline around its part of the estate."""
        rows: list[tuple[str, str, int | None]] = [
            (plan.street, plan.street_name, None), (plan.community, plan.name, None),
        ]  # fmt: skip
        rows += [(plan.grid(number), name, number) for number, name in enumerate(plan.grids, start=1)]
        for code, name, number in rows:
            west = plan.lon + 0.003 * ((number or 1) - 1)
            outline = None
            if number:
                south, east, north = plan.lat, west + 0.003, plan.lat + 0.003
                outline = [(west, south), (east, south), (east, north), (west, north)]
            self.areas[code] = places.found_area(
                code=code, name=name, by=None, now=self.now, valid_from=self.since, outline=outline,
                lon=west + 0.0015, lat=plan.lat + 0.0015,
            )  # fmt: skip

    def lend_roles(self) -> None:
        """赵姐 walks two grids; whoever keeps the house in order does so in all three."""
        rows = [(self.known["赵姐"], RoleKind.GRID_WORKER, ELDERS.grid(2))]
        for plan in (RIDERS, NORTH):
            rows += [(self.known["管理员小何"], RoleKind.ADMINISTRATOR, plan.street)]
            rows += [(self.known["审计员小严"], RoleKind.AUDITOR, plan.street)]
        for who, kind, code in rows:
            self.grant(who, kind, self.areas[code])

    def grant(self, who: Person, kind: str, area: Area) -> None:
        """A role from the first day on."""
        people.grant_role(
            person=who, kind=kind, area=area, valid_from=self.since, by=self.admin or who, now=self.now
        )

    def person(self, area: Area, name: str, role: str, **more: Any) -> Person:
        """Somebody with a role."""
        made = people.keep_person(area=area, name=name, by=self.admin, now=self.now, **more)
        self.names.add(name)
        self.grant(made, role, area)
        return made

    def staff(self, plan: Plan) -> None:
        """Those who work here beside the cast; grid workers share the grids."""
        turn = 2 if plan is ELDERS else 0
        for name, role in plan.staff:
            community = self.areas[plan.community]
            area = self.areas[plan.street] if role == RoleKind.LEADER else community
            mine = []
            if role == RoleKind.GRID_WORKER:
                mine = [
                    self.areas[plan.grid(turn + 1)],
                    *([self.areas[plan.grid(3)]] if plan.grids[2:] and turn == 1 else []),
                ]
                area, turn = mine[0], turn + 1
            who = self.person(area, name, role, reach=Reach.APP)
            for more in mine[1:]:
                self.grant(who, role, more)
            self.known[name] = who

    def build_homes(self, plan: Plan) -> list[Building]:
        """A few buildings in each grid."""
        homes = []
        for number in range(1, len(plan.grids) + 1):
            for place in range(BUILDINGS):
                homes.append(
                    places.keep_building(
                        area=self.areas[plan.grid(number)], estate=plan.estate,
                        name=f"{(number - 1) * BUILDINGS + place + 1}号楼", units=3, floors=6,
                        lon=round(plan.lon + 0.003 * (number - 1) + 0.0008 * (place + 1), 6),
                        lat=round(plan.lat + 0.0006 + 0.0009 * self.rng.random(), 6), by=None, now=self.now,
                    )
                )  # fmt: skip
        return homes

    def phone(self) -> str:
        """A number of a block that nobody has."""
        self.phones += 1
        return f"1990000{self.phones:04d}"

    def name(self, old: bool, sex: str) -> str:
        """A name nobody here has yet."""
        given = {(True, "f"): OLD_WOMEN, (True, "m"): OLD_MEN, (False, "f"): WOMEN, (False, "m"): MEN}[
            old, sex
        ]
        while True:
            name = self.rng.choice(SURNAMES) + self.rng.choice(given)
            if name not in self.names:
                self.names.add(name)
                return name

    def move_everybody_in(self, plan: Plan, homes: list[Building]) -> None:
        """Residents behind their doors, riders among them where there are stations."""
        worker = self.known["赵姐"] if plan is ELDERS else self.known[plan.staff[2][0]]
        for _number in range(self.rng.randint(*RESIDENTS)):
            old = self.rng.random() < plan.elders
            role = (
                RoleKind.RIDER
                if plan is RIDERS and not old and self.rng.random() < 0.4
                else RoleKind.RESIDENT
            )
            who = self.neighbour(self.rng.choice(homes), old, role)
            if old:
                self.care(who, worker)

    def neighbour(self, home: Building, old: bool, role: str) -> Person:
        """One resident."""
        rng = self.rng
        sex = rng.choice("fm")
        age = rng.randint(62, 91) if old else rng.randint(22, 58)
        born = date(self.today.year - age, rng.randint(1, 12), rng.randint(1, 28))
        moon = lunar_of(born)[:2] if old and rng.random() < 0.5 else None
        reach = rng.choice((Reach.PHONE, Reach.PHONE, Reach.VISIT, Reach.APP)) if old else Reach.APP
        who = self.person(
            home.area, self.name(old, sex), role, sex=sex, birthday=born, lunar=moon, reach=reach,
            birthday_kind=BirthdayKind.LUNAR if moon else BirthdayKind.SOLAR,
            phone=self.phone() if reach != Reach.VISIT else "",
        )  # fmt: skip
        self.move(who, home, f"{rng.randint(1, 3)}-{rng.randint(1, 6)}0{rng.randint(1, 2)}")
        return who

    def move(self, who: Person, home: Building, door: str) -> None:
        """Behind a door."""
        people.move_in(person=who, building=home, door=door, by=self.admin, now=self.now)

    def care(self, who: Person, worker: Person) -> None:
        """An elder's tags, whom to call, and that a worker may come by."""
        rng = self.rng
        people.give_consent(person=who, purpose=Purpose.CARE, how="当面说好", by=worker, now=self.now)
        if rng.random() < 0.6:
            people.set_tag(person=who, kind=rng.choice(CARE), since=self.since, by=worker, now=self.now)
        if rng.random() < 0.7:
            relation, sex = rng.choice((("女儿", "f"), ("儿子", "m"), ("侄女", "f"), ("邻居", "m")))
            people.keep_contact(
                person=who, name=self.name(False, sex), relation=relation, phone=self.phone(), by=worker, now=self.now
            )  # fmt: skip

    def the_two_elders(self, homes: list[Building]) -> None:
        """王奶奶, 82, alone, without a phone, whose lunar birthday is near; 李大爷, 78, who cannot cook any more."""
        zhao, grid = self.known["赵姐"], self.areas[ELDERS.grid(1)]
        soon = next(
            day
            for day in (self.today + timedelta(days=ahead) for ahead in (2, 3, 1))
            if lunar_of(day)[1] < 30
        )
        moon = lunar_of(soon)[:2]
        births = [solar_of(self.today.year - years, *moon) for years in (82, 83, 84, 81)]
        born = next((day for day in births if age(day, self.today) == 82), births[0])
        wang = self.person(
            grid, "王桂兰", RoleKind.RESIDENT, sex="f", birthday=born, birthday_kind=BirthdayKind.LUNAR, lunar=moon,
            reach=Reach.VISIT, note="王奶奶",
        )  # fmt: skip
        tomorrow = self.today + timedelta(days=1)
        li = self.person(
            grid, "李长河", RoleKind.RESIDENT, sex="m", birthday=born_on(tomorrow, 79), reach=Reach.PHONE,
            phone=self.phone(), note="李大爷",
        )  # fmt: skip
        for elder, home, door in (
            (wang, homes[2], "2-501"),
            (li, homes[2], "2-302"),
            (self.known["孙晓晨"], homes[4], "1-602"),
        ):
            self.move(elder, home, door)
        for elder in (wang, li):
            people.set_tag(person=elder, kind=CareKind.ALONE, since=self.since, by=zhao, now=self.now)
            people.give_consent(person=elder, purpose=Purpose.CARE, how="当面说好", by=zhao, now=self.now)
        people.keep_contact(
            person=wang, name="孙晓晨", relation="外孙女", phone=self.phone(), by=zhao, now=self.now
        )
        people.bind_family(
            elder=wang, helper=self.known["孙晓晨"], relation="外孙女", how="当面说好", by=zhao, now=self.now
        )

    def list_things(self, plan: Plan, kinds: dict[str, Category]) -> None:
        """Facilities with their hours, and the list of resources."""
        community = self.areas[plan.community]
        open_places: dict[str, Facility] = {}
        for number, place in enumerate(plan.places):
            open_places[place.kind] = places.keep_facility(
                area=community, kind=place.kind, name=place.name, valid_from=self.since, openings=place.hours,
                lon=round(plan.lon + 0.0012 * (number + 1), 6), lat=round(plan.lat + 0.0014, 6), by=None, now=self.now,
            )  # fmt: skip
        for thing in plan.things:
            link.keep_resource(
                area=community, kind=thing.kind, name=thing.name, capacity=thing.capacity, period=thing.period,
                categories=[kinds[code] for code in thing.kinds.split()], valid_from=self.since,
                person=self.known.get(thing.whose), facility=open_places.get(thing.place), measure=thing.measure,
                by=self.admin, now=self.now,
            )  # fmt: skip


def age(born: date, day: date) -> int:
    """Full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born_on(day: date, years: int) -> date:
    """The birthday of somebody who will be ``years`` old on a day."""
    return date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)


def open_account(who: Person, login: str, now: datetime) -> User:
    """A login without password: in the demo people walk in, and nobody can log in with one."""
    user = User(username=login, person=who, must_change=False, password_set_at=now)
    user.set_unusable_password()
    user.save()
    return user
