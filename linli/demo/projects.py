"""The projects of the simulated year: measured first, some finished, some under way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from linli.demo.world import Town, World, moment
from linli.kit.clock import local_day
from linli.loop.ask.models import Need
from linli.loop.launch import actions as launch
from linli.loop.launch.models import Milestone, Project


@dataclass(frozen=True)
class Idea:
    """A project: for which town, from which kind of ask, when (share of the time lived), how long (days)."""

    town: str
    title: str
    code: str
    at: float
    days: int
    measure: str
    unit: str
    baseline: str
    target: str
    budget: int  # yuan
    stones: tuple[str, ...]
    fate: str = "finish"


IDEAS = (
    Idea("b", "幸福餐厅送餐到户", "meals", 0.15, 120, "每天送到家的热饭", "份", "6", "40", 80000, ("定下骑手错峰送", "保温箱到位", "每天四十份")),
    Idea("b", "三栋老楼装扶手", "aging", 0.45, 90, "装了扶手的楼道", "个", "2", "18", 64000, ("量尺寸", "装好样板", "全部装完")),
    Idea("b", "周三陪诊日", "doctor", 0.7, 200, "有人陪同的就诊", "人次", "9", "60", 12000, ("志愿者培训", "和卫生站说定时间")),
    Idea("b", "楼道灯换声控", "repair", 0.35, 60, "不亮的楼道灯", "盏", "31", "3", 15000, ("清点", "换灯"), "stop"),
    Idea("a", "充电棚扩容", "wires", 0.2, 100, "充电口", "个", "24", "80", 150000, ("选址公示", "进场", "通电")),
    Idea("a", "骑手临停位", "parking", 0.55, 150, "五分钟临停位", "个", "0", "12", 9000, ("划线", "立牌")),
    Idea("a", "井盖大检查", "manhole", 0.75, 120, "松动井盖", "个", "17", "0", 22000, ("普查", "更换")),
    Idea("c", "暖气户户到十八度", "heating", 0.1, 110, "室温不达标的户数", "户", "43", "5", 96000, ("入户测温", "冲洗管网", "复测")),
    Idea("c", "楼道清清爽爽", "clutter", 0.5, 80, "有堆物的楼道", "个", "26", "4", 8000, ("楼组长会", "集中清理日")),
    Idea("c", "冬储白菜有地方放", "clutter", 0.85, 90, "共享菜窖格子", "格", "0", "60", 30000, ("腾地下室", "做隔板")),
)  # fmt: skip


def plan_projects(world: World, first: datetime, last: datetime) -> None:
    """Put the projects into the queue."""
    for idea in IDEAS:
        town = next(town for town in world.towns if town.key == idea.town)
        day = local_day(first + (last - first) * idea.at)
        world.plan(moment(day, 15, 10), draft, town, idea)


def draft(world: World, town: Town, idea: Idea) -> None:
    """Make a project of the asks of the last weeks and measure how things stand."""
    rows = Need.objects.filter(community=town.community.stem, category=world.kinds[idea.code]).exclude(
        state__in=["refused", "merged", "withdrawn"]
    )
    project = launch.launch_project(
        area=town.community, title=idea.title, owner=town.director, by=town.director, needs=list(rows.order_by("-id")[:5]),
        why="同类诉求一再出现，几家一起办更省力。", now=world.now,
    )  # fmt: skip
    world.counts["projects"] += 1
    ends = world.today + timedelta(days=idea.days)
    launch.measure_project(
        project=project, measure=idea.measure, unit=idea.unit, baseline=Decimal(idea.baseline), baseline_on=world.today,
        target=Decimal(idea.target), target_on=ends, budget=idea.budget * 100, by=town.director, now=world.now,
    )  # fmt: skip
    step = idea.days // (len(idea.stones) + 1)
    for number, title in enumerate(idea.stones, start=1):
        due = world.today + timedelta(days=step * number)
        stone = launch.set_milestone(
            project=project, title=title, due_on=due, by=town.director, now=world.now
        )
        world.plan(moment(due, 16), reach, town, stone)
    world.plan(world.after(40, 110), move, town, project, "start")
    end(world, town, project, idea, ends)


def end(world: World, town: Town, project: Project, idea: Idea, day: date) -> None:
    """It ends on its day, or is halted half way."""
    if idea.fate == "stop":
        day = world.today + timedelta(days=idea.days // 2)
    world.plan(moment(day, 16, 30), move, town, project, idea.fate)


def reach(world: World, town: Town, stone: Milestone) -> None:
    """A milestone is reached; one in eight is not in time."""
    if not world.chance(0.12):
        launch.reach_milestone(milestone=stone, by=town.director, now=world.now)


def move(world: World, town: Town, project: Project, verb: Any) -> None:
    """Start, finish or halt."""
    launch.move_project(project=project, verb=verb, by=town.director, now=world.now)
