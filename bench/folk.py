"""The rows of a town that are not needs: areas, people, roles, rules, resources, rounds, and four logins."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

from bench.fill import Row, index, write
from bench.town import BUILDINGS, Commune, Town
from linli.engine.pairs import pairs
from linli.ground.people.models import Person, User
from linli.loop.ask.models import Category, Promise
from linli.loop.run.models import Service

LOCATED = ["area_id", "district", "street", "community", "grid"]
BEGAN = "2019-01-01"
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "桂兰长河秀英建国玉梅淑珍志强丽华春生文斌晓晨金凤永福爱莲德明小薇宝根月娥"
KINDS = ("助餐", "维修", "保洁", "噪音", "停车", "水电", "绿化", "消防", "就医", "陪伴", "出行", "其他")
# login -> (role, which community, its place among the areas): 周主任, 赵姐, the street's leader, the harsh community's director
LOGINS = {
    "director": ("director", 0, "area"),
    "grid_worker": ("grid_worker", 0, "grid"),
    "leader": ("leader", 0, "street"),
    "harsh": ("director", -1, "area"),
}


def fill_places(town: Town) -> None:
    """Areas and buildings."""
    names = ["id", "code", "stem", "level", "grid_kind", "name", "parent_id", "valid_from"]
    rows = (
        (one.id, one.stem.ljust(12, "0"), one.stem, one.level, "basic" if one.level == "grid" else "", one.name,
         one.parent, BEGAN)
        for one in town.areas
    )  # fmt: skip
    write("places_area", names, rows)
    columns = ["id", *LOCATED, "estate", "name", "units", "floors", "lon", "lat", "source_crs"]
    write("places_building", columns, chain.from_iterable(buildings(town, place) for place in town.communes))


def spot(town: Town, building: int) -> tuple[float, float]:
    """Where a building stands: communities lie kilometres apart, buildings of one a hundred metres."""
    place, one = divmod(building - 1, BUILDINGS)
    return 121.0 + place % 20 * 0.03 + one % 8 * 0.001, 31.0 + place // 20 * 0.03 + one // 8 * 0.001


def buildings(town: Town, place: Commune) -> Iterator[Row]:
    """The buildings of a community, grid after grid."""
    for one, number in enumerate(place.buildings):
        where = town.located(place, place.grids[one % len(place.grids)])
        yield (number, *where, "南田苑", f"{one + 1}号楼", 3, 6, *spot(town, number), "wgs84")


def fill_people(town: Town) -> None:
    """Residents with their households, names in the pair index, roles of the workers."""
    write("people_household", ["id", *LOCATED, "building_id", "door"], households(town))
    columns = [
        "id",
        *LOCATED,
        "name",
        "sex",
        "birthday",
        "birthday_kind",
        "solar_md",
        "lunar_md",
        "id_number",
    ]
    columns += ["id_blind", "phone", "phone_blind", "reach", "note", "created_at", "household_id"]
    names: dict[int, tuple[str, list[str]]] = {}
    write("people_person", columns, people(town, names))
    index(Person.INDEX, ((number, pairs(name), codes) for number, (name, codes) in names.items()))
    write("people_role", ["kind", "stem", "valid_from", "area_id", "person_id"], roles(town))


def households(town: Town) -> Iterator[Row]:
    """One household for two people."""
    for place in town.communes:
        for number in place.people[::2]:
            building = place.buildings[number // 2 % BUILDINGS]
            grid = place.grids[(building - place.buildings.start) % len(place.grids)]
            yield (number, *town.located(place, grid), building, "")


def people(town: Town, names: dict[int, tuple[str, list[str]]]) -> Iterator[Row]:
    """Everybody; fills ``names`` for the index."""
    chance = town.chance
    for place in town.communes:
        for at, number in enumerate(place.people):
            household = place.people[at - at % 2]
            building = place.buildings[household // 2 % BUILDINGS]
            where = town.located(place, place.grids[(building - place.buildings.start) % len(place.grids)])
            name = chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=2))
            born = date(1930, 1, 1) + timedelta(days=int(chance.random() * 25_000))
            names[number] = (name, list(where[1:]))
            lunar = chance.randint(1, 12) * 100 + chance.randint(1, 29)
            yield (
                number, *where, name, "fm"[number % 2], born.isoformat(), "both", born.month * 100 + born.day, lunar,
                "", "", "", f"{number:064x}", chance.choice(("app", "phone", "visit")), "", "2019-01-02 08:00:00",
                household,
            )  # fmt: skip


def roles(town: Town) -> Iterator[Row]:
    """A director and a worker for each grid."""
    for place in town.communes:
        yield ("director", place.area.stem, BEGAN, place.area.id, place.workers[0])
        for grid, worker in zip(place.grids, place.workers[1:], strict=True):
            yield ("grid_worker", grid.stem, BEGAN, grid.id, worker)
    first = town.communes[0]
    street = next(area for area in town.areas if area.stem == first.area.stem[:9])
    yield ("leader", street.stem, BEGAN, street.id, first.people[10])


def fill_rules(town: Town) -> None:
    """Kinds of ask, promises, a service each, resources, logins."""
    for number, name in enumerate(KINDS, 1):
        made = Category.objects.create(pk=number, code=f"kind{number}", name=name, valid_from=BEGAN)
        Service.objects.create(
            code=f"kind{number}", name=name, category=made, steps=["看", "做"], valid_from=BEGAN
        )
    for urgency, days in (("normal", 5), ("urgent", 2), ("extreme", 1)):
        for about in ("respond", "resolve"):
            Promise.objects.create(
                urgency=urgency, about=about, amount=days, unit="work_days", valid_from=BEGAN
            )
    columns = [
        "id",
        *LOCATED,
        "kind",
        "name",
        "contact",
        "capacity",
        "period",
        "measure",
        "valid_from",
        "note",
    ]
    write("link_resource", [*columns, "rated", "satisfied"], resources(town))
    serves = (
        (number, category) for place in town.communes for number in place.resources for category in (1, 2, 3)
    )
    write("link_resource_categories", ["resource_id", "category_id"], serves)
    first, harsh = town.communes[0], town.communes[-1]
    numbers = {"director": first.workers[0], "grid_worker": first.workers[1], "leader": first.people[10]}
    for login, person in {**numbers, "harsh": harsh.workers[0]}.items():
        user = User(
            username=login, person_id=person, must_change=False, password_set_at=town.now.replace(year=2100)
        )
        user.set_unusable_password()
        user.save()


def resources(town: Town) -> Iterator[Row]:
    """Five a community."""
    for place in town.communes:
        where = (place.area.id, place.area.stem[:6], place.area.stem[:9], place.area.stem, "")
        for number in place.resources:
            yield (number, *where, "service", f"服务队{number}", "", 20, "week", "", BEGAN, "", 10, 8)


def fill_rounds(town: Town) -> None:
    """Rounds of the last thirty days, morning and evening."""
    columns = [*LOCATED, "day", "shift", "started_at", "ended_at", "note", "by_id"]
    write("ask_patrol", columns, rounds(town))


def rounds(town: Town) -> Iterator[tuple[Any, ...]]:
    """Two a day and grid."""
    last = 365 * town.years
    for place in town.communes:
        for grid, worker in zip(place.grids, place.workers[1:], strict=True):
            for day in range(last - 30, last):
                for shift, hour in (("morning", 1), ("evening", 9)):
                    begin = f"{town.clock.days[day]} {hour:02d}:00:00"
                    end = f"{town.clock.days[day]} {hour:02d}:40:00"
                    yield (*town.located(place, grid), town.clock.days[day], shift, begin, end, "", worker)


def facts(state: str, **more: object) -> str:
    """The facts of an event as the journal keeps them."""
    return json.dumps({"state": state, "lap": 1, **more})
