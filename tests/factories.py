"""The same few neighbours for every test, made through the real actions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.ground.people import actions as people
from linli.ground.people.choices import CareKind, Reach, RoleKind
from linli.ground.people.models import Person, User
from linli.ground.places import actions as places
from linli.ground.places.models import Area, Building
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, PromiseFor, Unit, Urgency
from linli.loop.ask.models import Category, Need
from linli.loop.evaluate import actions as evaluate
from linli.loop.link import actions as link
from linli.loop.link.choices import Period, ResourceKind
from linli.loop.link.models import Resource
from linli.loop.run import actions as run
from linli.loop.run.models import Task

ZONE = ZoneInfo("Asia/Shanghai")
# A Thursday, 09:10, a working day.
NOW = datetime(2026, 3, 5, 9, 10, tzinfo=ZONE)
TODAY = NOW.date()
BEGAN = date(2025, 1, 1)
STREET, COMMUNITY, GRID, OTHER_GRID = "310999001000", "310999001001", "310999001001001", "310999001001002"
ELSEWHERE, ELSEWHERE_GRID = "310999001002", "310999001002001"


@dataclass
class Neighbourhood:
    """Everything that most tests need."""

    street: Area
    community: Area
    grid: Area
    other_grid: Area
    elsewhere: Area
    elsewhere_grid: Area
    building: Building
    zhao: Person  # 赵姐, grid worker of 南田网格
    qian: Person  # 钱姐, grid worker of the same grid: the second pair of eyes
    zhou: Person  # 周主任, community director
    leader: Person  # the street's leader
    admin: Person
    auditor: Person
    wang: Person  # 王奶奶, 82, lives alone, no phone
    li: Person  # 李大爷, 78
    liu: Person  # 刘师傅, craftsman
    sun: Person  # 孙家, bound to 王奶奶
    stranger: Person  # 外人, grid worker of another community
    meals: Category
    repair: Category
    wires: Category
    canteen: Resource
    craftsman: Resource


def area_tree() -> dict[str, Area]:
    """Two communities of one street, with their grids."""
    names = (
        (STREET, "和风街道"),
        (COMMUNITY, "南田社区"),
        (GRID, "南田网格"),
        (OTHER_GRID, "北田网格"),
        (ELSEWHERE, "远山社区"),
        (ELSEWHERE_GRID, "远山网格"),
    )
    return {
        code: places.found_area(code=code, name=name, by=None, now=NOW, valid_from=BEGAN)
        for code, name in names
    }


def person(area: Area, name: str, *roles: str, **more: Any) -> Person:
    """Somebody, with roles in the area."""
    made = people.keep_person(area=area, name=name, by=None, now=NOW, **more)
    for kind in roles:
        people.grant_role(person=made, kind=kind, area=area, valid_from=BEGAN, by=None, now=NOW)
    return made


def login(who: Person, username: str) -> User:
    """A login whose password is not needed: tests use ``client.force_login``."""
    user = User(username=username, person=who, must_change=False, password_set_at=NOW.replace(year=2100))
    user.set_unusable_password()
    user.save()
    return user


def rules() -> dict[str, Category]:
    """Three kinds of ask and what is promised for them."""
    rows = (
        ("meals", "助餐", "吃饭 做饭 热饭", False),
        ("repair", "维修", "水管 灯 门", False),
        ("wires", "飞线充电", "飞线 充电", True),
    )
    made = {
        code: ask.keep_category(
            code=code, name=name, words=words, needs_photo=photo, by=None, now=NOW, valid_from=BEGAN
        )
        for code, name, words, photo in rows
    }
    table = (
        (Urgency.NORMAL, PromiseFor.RESPOND, 1, Unit.WORK_DAYS),
        (Urgency.NORMAL, PromiseFor.RESOLVE, 5, Unit.WORK_DAYS),
        (Urgency.URGENT, PromiseFor.RESPOND, 2, Unit.WORK_HOURS),
        (Urgency.URGENT, PromiseFor.RESOLVE, 4, Unit.WORK_HOURS),
        (Urgency.EXTREME, PromiseFor.RESPOND, 10, Unit.MINUTES),
        (Urgency.EXTREME, PromiseFor.RESOLVE, 2, Unit.HOURS),
    )
    for urgency, about, amount, unit in table:
        ask.set_promise(
            category=None,
            urgency=urgency,
            about=about,
            amount=amount,
            unit=unit,
            valid_from=BEGAN,
            by=None,
            now=NOW,
        )
    run.keep_service(
        code="meals", name="送餐", category=made["meals"], steps=["确认忌口", "送到门口", "看着吃上"], minutes=30,
        valid_from=BEGAN, by=None, now=NOW,
    )  # fmt: skip
    return made


def resources(area: Area, kinds: dict[str, Category], craftsman: Person) -> tuple[Resource, Resource]:
    """A canteen with two places a day, and a craftsman."""
    canteen = link.keep_resource(
        area=area, kind=ResourceKind.SERVICE, name="幸福餐厅", capacity=2, period=Period.DAY,
        categories=[kinds["meals"]], valid_from=BEGAN, position=(121.4001, 31.2001), by=None, now=NOW,
    )  # fmt: skip
    repairs = link.keep_resource(
        area=area, kind=ResourceKind.CRAFTSMAN, name="刘师傅", capacity=5, period=Period.WEEK, person=craftsman,
        categories=[kinds["repair"], kinds["wires"]], valid_from=BEGAN, by=None, now=NOW,
    )  # fmt: skip
    return canteen, repairs


def neighbourhood() -> Neighbourhood:
    """The neighbourhood of the tests. Logins: zhao, qian, zhou, leader, admin, auditor, liu, sun, stranger."""
    areas = area_tree()
    grid, community, street = areas[GRID], areas[COMMUNITY], areas[STREET]
    app = {"reach": Reach.APP}
    folk = {
        "zhao": person(grid, "赵姐", RoleKind.GRID_WORKER, **app),
        "qian": person(grid, "钱姐", RoleKind.GRID_WORKER, **app),
        "zhou": person(community, "周主任", RoleKind.DIRECTOR, **app),
        "leader": person(street, "林书记", RoleKind.LEADER, **app),
        "admin": person(street, "管理员小何", RoleKind.ADMINISTRATOR, **app),
        "auditor": person(street, "审计员小严", RoleKind.AUDITOR, **app),
        "liu": person(grid, "刘师傅", RoleKind.VOLUNTEER, **app),
        "sun": person(grid, "孙晓晨", RoleKind.FAMILY, **app),
        "stranger": person(areas[ELSEWHERE_GRID], "外人", RoleKind.GRID_WORKER, **app),
    }
    for username, who in folk.items():
        login(who, username)
    building = places.keep_building(
        area=grid, estate="南田苑", name="3号楼", lon=121.4, lat=31.2, units=3, by=None, now=NOW
    )
    wang = person(grid, "王桂兰", RoleKind.RESIDENT, sex="f", birthday=date(1944, 3, 7), reach=Reach.VISIT)
    li = person(grid, "李长河", RoleKind.RESIDENT, sex="m", birthday=date(1948, 1, 2), phone="021-62345678")
    for elder, door in ((wang, "2-501"), (li, "2-302")):
        people.move_in(person=elder, building=building, door=door, by=None, now=NOW)
        people.set_tag(person=elder, kind=CareKind.ALONE, since=BEGAN, by=None, now=NOW)
    people.bind_family(
        elder=wang, helper=folk["sun"], relation="女儿", how="当面说好", by=folk["zhao"], now=NOW
    )
    kinds = rules()
    canteen, craftsman = resources(community, kinds, folk["liu"])
    return Neighbourhood(
        street=street, community=community, grid=grid, other_grid=areas[OTHER_GRID], elsewhere=areas[ELSEWHERE],
        elsewhere_grid=areas[ELSEWHERE_GRID], building=building, wang=wang, li=li, meals=kinds["meals"],
        repair=kinds["repair"], wires=kinds["wires"], canteen=canteen, craftsman=craftsman, **folk,
    )  # fmt: skip


def need(town: Neighbourhood, words: str = "岁数大了，想吃口热乎饭都难", **more: Any) -> Need:
    """李大爷 says something to 赵姐."""
    given: dict[str, Any] = {
        "area": town.grid, "channel": Channel.WALK_IN, "asker": town.li, "building": town.building, "by": town.zhao,
        "proxy": town.zhao, "now": NOW,
    }  # fmt: skip
    return ask.raise_need(words=words, **(given | more))


def accepted(town: Neighbourhood, words: str = "岁数大了，想吃口热乎饭都难", **more: Any) -> Need:
    """The same, taken up as a wish for meals."""
    urgency = more.pop("urgency", Urgency.NORMAL)
    category = more.pop("category", town.meals)
    raised = need(town, words, **more)
    return ask.accept(need=raised, category=category, urgency=urgency, by=town.zhao, now=more.get("now", NOW))


def given(town: Neighbourhood, raised: Need, now: datetime = NOW) -> Task:
    """Linked to the canteen and given to 刘师傅 to do."""
    match = link.agree(need=raised, resource=town.canteen, by=town.zhao, now=now)
    raised.refresh_from_db()
    return run.give_task(need=raised, owner=town.liu, match=match, by=town.zhao, now=now)


def closed(town: Neighbourhood, raised: Need, now: datetime = NOW) -> Task:
    """Done by 刘师傅 with all steps ticked, checked by 赵姐, closed."""
    task = given(town, raised, now)
    for step in task.steps.all():
        run.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=now)
    run.finish_task(task=task, text="送到家门口，看着吃上了", by=town.liu, now=now)
    return evaluate.check_and_close(task=task, good=True, by=town.zhao, now=now)
