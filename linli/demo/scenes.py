"""What is set up by hand so that today is lively: asks that wait, limits that near, answers that are due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.demo import course
from linli.demo.days import say, walk
from linli.demo.world import Story, Town, World, moment, pick
from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.calendar import is_workday
from linli.kit.clock import local_day
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, Shift, Urgency
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.choices import FollowUpState
from linli.loop.evaluate.models import FollowUp
from linli.loop.run.actions import give_task


@dataclass(frozen=True)
class Scene:
    """One ask staged by hand. ``at`` is hours before now ("2.5"), or a day and a clock ("-6 10:00")."""

    town: str
    grid: int
    at: str
    code: str
    who: str  # elder, other, rider, nobody, or a name
    words: str
    steps: str = ""  # names of steps with the hours after the ask
    channel: str = Channel.PHONE
    urgency: str = Urgency.NORMAL


ONLINE, URGENT, EXTREME = Channel.ONLINE, Urgency.URGENT, Urgency.EXTREME
RING = "accept@0.3 help@2 give@3 work@22 look@27"
SCENES = (
    # new: they wait to be taken up
    Scene("b", 1, "0.3", "lamp", "other", "凉亭边上的路灯黑了四天了，老人晚上不敢走。", channel=ONLINE),
    Scene("b", 1, "1.1", "repair", "elder", "家里水龙头关不严，滴了一晚上，我自己拧不动。"),
    Scene("b", 2, "2.2", "wires", "other", "5号楼有人从四楼拉线下来充电，电线就在雨里泡着。", channel=ONLINE),
    Scene("b", 2, "1.4", "wires", "other", "我也看见了，5号楼四楼拉线充电，电线泡在水里。", channel=ONLINE),
    Scene("b", 1, "3.0", "company", "孙晓晨", "我外婆王奶奶这两天电话里没精神，能不能请人上门看看、陪她说说话？", channel=ONLINE),
    Scene("a", 2, "0.6", "manhole", "小李", "送餐路过菜鸟架子旁，井盖松的，差点摔了。", channel=ONLINE),
    Scene("a", 1, "2.0", "bikes", "rider", "驿站门口停满了社会车辆，我们想歇个脚都进不去。", channel=ONLINE),
    Scene("c", 1, "0.8", "papers", "elder", "高龄补贴要啥材料？我腿脚不好能不能替我办？"),
    # near their limit
    Scene("b", 1, "21.6", "leak", "other", "楼上漏水，我家客厅顶都鼓包了，盆都接不过来。", "accept@0.1 help@0.8 give@1", ONLINE, URGENT),
    Scene("b", 2, "1.1", "lost", "other", "我家老爷子出去买菜到现在没回来，手机也没带！", "accept@0.05 help@0.15 give@0.2", Channel.PHONE, EXTREME),
    Scene("a", 1, "21.2", "leak", "other", "三楼水管爆了，水顺着楼梯往下淌！", "accept@0.1 help@0.6 give@1", ONLINE, URGENT),
    Scene("c", 2, "43", "heating", "elder", "我家暖气片还是凉的，屋里冷得坐不住。", "accept@0.4 help@1"),
    # late
    Scene("b", 1, "29", "manhole", "elder", "车棚口的井盖缺了个角，拐杖差点卡进去。", "accept@0.2 help@1 give@3"),
    Scene("b", 2, "33", "leak", "other", "卫生间漏到我家来了，敲门没人应。", "accept@0.1", ONLINE, URGENT),
    Scene("c", 1, "55", "heating", "other", "顶楼暖气一点不热，底下热得开窗。", "accept@0.5 help@1 give@2", ONLINE),
    # taken up, linked, being done, done
    Scene("b", 1, "4", "aging", "elder", "上厕所起不来，想在马桶边上装个扶手。", "accept@0.2"),
    Scene("b", 1, "6", "clean", "elder", "窗户两年没擦过了，我爬不了高，找人帮着擦擦。", "accept@0.2 help@1", Channel.WALK_IN),
    Scene("b", 1, "26", "repair", "elder", "厨房下水堵了，水都漫出来了。", "accept@0.2 help@1 give@2 work@24.5"),
    Scene("b", 2, "28", "doctor", "elder", "下周三要去医院复查，挂号机我不会弄，有人能陪我去一趟吗？", "accept@0.2 help@1 visit@2"),
    Scene("b", 1, "27", "company", "王桂兰", "一天到晚没个说话的人，谁来陪我聊聊就好了。", "accept@0.1 help@1 mine@2", Channel.DIARY),
    Scene("a", 1, "25", "clutter", "other", "三单元四楼楼道里全是纸箱子，堆得过不去人。", "accept@0.2 help@1 give@2 work@23", ONLINE),
    Scene("c", 1, "25", "meals", "elder", "下雪天路滑，我不敢下楼打饭了，能送一份不？", "accept@0.2 help@0.6 visit@2"),
    # follow-ups due today, one tried in vain, one that came back a second and a third time
    Scene("b", 1, "-5 09:10", "meals", "李长河", "岁数大了，想吃口热乎饭都难。", "accept@0.1 help@1.5 give@2 work@26 look@48", Channel.DIARY),
    Scene("b", 2, "-4 10:20", "repair", "elder", "大门的锁拧不动了，怕哪天把自己锁外面。", RING),
    Scene("b", 1, "-4 14:05", "green", "other", "大树枝子伸到我家窗户里了，一刮风就拍玻璃。", "accept@0.3 help@1 give@2 work@19 look@23", ONLINE),
    Scene("a", 1, "-4 11:00", "wires", "rider", "充电桩老是坏，不拉线我们上哪儿充？", RING, ONLINE),
    Scene("c", 1, "-4 10:40", "repair", "elder", "单元门关不上，风呼呼往里灌。", RING),
    Scene("b", 2, "-9 09:30", "papers", "elder", "老年证掉了，补一个上哪儿办？", f"{RING} miss@120 miss@144 miss@168"),
    Scene("b", 1, "-6 10:10", "noise", "elder", "楼下棋牌室吵到十一二点，心脏受不了。", f"{RING} unhappy@126"),
    Scene("b", 1, "-8 10:00", "meals", "elder", "送餐晚了半个多钟头，饭都凉透了。", f"{RING} unhappy@100 help@104 give@105"),
    Scene(
        "b", 2, "-14 09:00", "leak", "elder", "一下大雨顶楼就漏，几个盆都接不过来。",
        f"{RING} unhappy@98 help@100 give@101 work@120 look@124 unhappy@198 help@200 give@201 work@220 look@224 happy@300",
    ),
    # refused and withdrawn, whatever chance brings
    Scene("b", 1, "30", "parking", "other", "马路对面商场停车费太贵，社区能不能管管？", "refuse@2", ONLINE),
    Scene("b", 2, "32", "ask", "elder", "想问问养狗证，算了我让儿子问。", "withdraw@1"),
    Scene("c", 1, "31", "ask", "nobody", "你们要不要买电视购物的药？", "refuse@2"),
)  # fmt: skip


def stage(world: World, until: datetime) -> None:
    """Put the scenes into the queue; ``until`` is the moment they are made for."""
    for scene in SCENES:
        world.plan(when(scene.at, until), perform, scene)
    today = local_day(until)
    for town in world.towns:
        for number, grid in enumerate(town.grids[: max(1, town.plan.rounds)]):
            if not is_workday(today):
                world.plan(moment(today, 7, 32 + number), walk, town, grid, Shift.MORNING)
            world.plan(moment(today, 7, 50), leave_finding, town, grid)


def when(at: str, until: datetime) -> datetime:
    """The moment a scene begins."""
    day, _space, clock = at.partition(" ")
    if not clock:
        return until - timedelta(hours=float(day))
    hour, minute = clock.split(":")
    return moment(local_day(until) + timedelta(days=int(day)), int(hour), int(minute))


def perform(world: World, scene: Scene) -> None:
    """Let somebody say it, and plan its steps."""
    town = next(town for town in world.towns if town.key == scene.town)
    grid = town.grids[scene.grid - 1]
    who = actor(world, town, grid, scene)
    home = who.household.building if who and who.household and who.household.building else None
    if home is None or home.grid != grid.stem:
        home = pick(world.rng, town.homes[grid.stem])
    more: dict[str, Any] = {"urgency": scene.urgency, "category": world.kinds[scene.code]}
    story = say(
        world, town, scene.code, who, home=home, words=scene.words, left="all", channel=scene.channel, **more
    )
    if story is None:
        return
    for part in scene.steps.split():
        name, _at, hours = part.partition("@")
        world.plan(world.now + timedelta(hours=float(hours)), STEPS[name], story)


def actor(world: World, town: Town, grid: Area, scene: Scene) -> Person | None:
    """Somebody of the grid, with a phone where they call; or somebody by name."""
    who = scene.who
    groups = {"elder": town.elders, "other": town.others, "rider": town.riders, "nobody": []}
    if who not in groups:
        return Person.objects.select_related("area", "household__building__area").filter(
            name=who, community=town.community.stem
        ).first()  # fmt: skip
    some = [
        one for one in groups[who] if not one.note and (one.phone_blind or scene.channel != Channel.PHONE)
    ]
    rows = [one for one in some if one.grid == grid.stem] or some
    return pick(world.rng, rows) if rows else None


def leave_finding(world: World, town: Town, grid: Area) -> None:
    """Something on this morning's round that the evening looks at again."""
    by = town.workers[grid.stem]
    patrol = ask.begin_patrol(area=grid, shift=Shift.MORNING, day=world.today, by=by, now=world.now)
    if patrol.ended_at:
        return
    home = pick(world.rng, town.homes[grid.stem])
    for words in (f"{home.name}门口一辆电动车横着停", f"{home.name}二单元楼道堆了纸箱"):
        ask.find(patrol=patrol, key=world.key(), words=words, building=home, by=by, now=world.now)


def refuse(world: World, story: Story) -> None:
    """Not ours, with words."""
    ask.refuse(
        need=story.need, reason="not_ours", text="这件事归市场监管，电话写在回复里了。", by=course.worker_of(story),
        now=world.now,
    )  # fmt: skip


def withdraw(world: World, story: Story) -> None:
    """They changed their mind."""
    ask.withdraw(need=story.need, text="本人说不用了。", by=course.worker_of(story), now=world.now)


def visit(world: World, story: Story) -> None:
    """A task with an appointment today."""
    story.notes["appointed"] = appointment(world)
    course.give(world, story)


def mine(world: World, story: Story) -> None:
    """The worker goes herself, today."""
    by = course.worker_of(story)
    give_task(
        need=story.need, owner=by, by=by, key=world.key(), appointed_at=appointment(world), now=world.now
    )


def appointment(world: World) -> datetime:
    """An hour of the day after the task was given that is most often still to come."""
    day = local_day(world.now) + timedelta(days=1)
    return moment(day, world.rng.choice((15, 16, 17)), world.rng.choice((0, 30)))


def waiting(story: Story) -> FollowUp | None:
    """The follow-up that waits for an answer."""
    rows = FollowUp.objects.filter(need=story.need, state=FollowUpState.WAITING).select_related("need__asker")
    return rows.order_by("-lap").first()


def miss(world: World, story: Story) -> None:
    """Nobody opens."""
    if row := waiting(story):
        evaluate.miss(follow_up=row, by=course.world_caller(story, row), now=world.now)


def answered(world: World, story: Story, good: bool) -> None:
    """An answer of this kind."""
    if row := waiting(story):
        by = course.world_caller(story, row)
        course.give_answer(world, story, row, solved=good, satisfied=good, by=by)


def happy(world: World, story: Story) -> None:
    """Solved, and they say so."""
    answered(world, story, True)


def unhappy(world: World, story: Story) -> None:
    """Not solved, and it opens again."""
    answered(world, story, False)


STEPS: dict[str, Callable[..., None]] = {
    "accept": course.take_up, "help": course.find_help, "give": course.give, "work": course.work, "look": course.look,
    "refuse": refuse, "withdraw": withdraw, "visit": visit, "mine": mine, "miss": miss, "happy": happy,
    "unhappy": unhappy,
}  # fmt: skip
