"""The big bill of 南田社区 through the year: where the money came from, what was resolved, what it was spent on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.commons.fund import actions as fund
from linli.commons.fund.choices import Source, Stage, TargetKind, Use
from linli.commons.fund.models import Fund, Resolution, Spending
from linli.demo.pictures import keep as keep_picture
from linli.demo.pictures import scene
from linli.demo.world import World, moment, pick
from linli.ground.ledger.choices import Reversal
from linli.ground.photos.choices import PhotoKind
from linli.kit.clock import local_day

YUAN = 100


@dataclass(frozen=True)
class Plan:
    """A resolution: when (share of the time lived), how much, for what; spent monthly or at once on what."""

    at: float
    no: str
    title: str
    yuan: int
    kind: str
    name: str
    use: str
    payee: str
    purpose: str
    bill: int  # yuan of one bill
    every: int  # days between bills; 0: one bill


PLANS = (
    Plan(0.02, "2 号", "设立积分兑付准备金", 12000, TargetKind.GUARANTEE, "", Use.REDEEM, "和邻便民超市（模拟）", "兑换用大米和油", 960, 61),
    Plan(0.04, "3 号", "幸福餐厅送餐补贴", 40000, TargetKind.PROJECT, "幸福餐厅送餐", Use.MEALS, "幸福餐厅（模拟）", "当月送餐到户补贴", 2600, 30),
    Plan(0.22, "5 号", "三栋老楼装扶手", 18000, TargetKind.PROJECT, "楼道扶手", Use.REPAIR, "安步无障碍工程队（模拟）", "三栋楼扶手安装", 15800, 0),
    Plan(0.40, "7 号", "活动室添桌椅", 9000, TargetKind.FACILITY, "邻里活动室", Use.GOODS, "巷口家具店（模拟）", "折叠桌椅", 4300, 0),
    Plan(0.55, "9 号", "高龄老人走访", 8000, TargetKind.PROJECT, "走访慰问", Use.VISIT, "和邻便民超市（模拟）", "高龄老人走访慰问品", 1180, 75),
)  # fmt: skip
DONORS = (
    ("福满堂面馆（模拟）", False, 2000, "给独居老人添个菜"),
    ("热心邻居", True, 500, ""),
    ("老厂退休工友会（模拟）", False, 3000, "冬天给老人送点暖"),
    ("一家三口", True, 888, "祝老人们身体好"),
    ("南塘药房（模拟）", False, 1500, "血压计和日常药箱"),
)


def open_bill(world: World, until: datetime) -> None:
    """The bill, and everything that will happen to it."""
    town, now = world.care.town, world.now
    bill = fund.open_fund(
        area=town.community, title="南田社区养老大账单", by=town.director, now=now, two_from=5000 * YUAN,
        fen_per_point=YUAN, backs=[world.care.programme.unit],
    )  # fmt: skip
    world.plan(now + timedelta(minutes=30), collective, bill, 36800, "上年集体收益结转")
    world.plan(now + timedelta(minutes=50), granted, bill, 60000, "街道为老服务专项补助")
    day = world.today
    while day <= local_day(until):
        plan_month(world, bill, day)
        day += timedelta(days=30)
    for plan in PLANS:
        when = now + max(timedelta(hours=2), (until - now) * plan.at)
        world.plan(world.office(when), resolve, bill, plan, until)


def go_on(world: World, until: datetime) -> None:
    """What comes in while a demo is taken up again."""
    bill = Fund.objects.filter(community=world.care.town.community.stem).first()
    if bill is not None:
        plan_month(world, bill, world.today)


def plan_month(world: World, bill: Fund, day: date) -> None:
    """What comes in month by month."""
    rng = world.rng
    world.plan(
        moment(day, 10, 5) + timedelta(days=4),
        collective,
        bill,
        5200 + 100 * rng.randint(0, 18),
        "公共停车位收益",
    )
    if day.month % 3 == 0:
        world.plan(moment(day, 10, 30) + timedelta(days=6), collective, bill, 2400, "快递柜场地费")
        world.plan(moment(day, 11, 0) + timedelta(days=20), interest, bill, 86)
    if world.chance(0.75):
        world.plan(moment(day, 15, 20) + timedelta(days=rng.randint(2, 24)), donated, bill)


def collective(world: World, bill: Fund, yuan: int, origin: str) -> None:
    """What belongs to everybody earns something."""
    fund.take_income(
        fund=bill, uid=world.key(), source=Source.COLLECTIVE, amount=yuan * YUAN, origin=origin, received_on=world.today,
        by=world.care.town.director, now=world.now,
    )  # fmt: skip


def granted(world: World, bill: Fund, yuan: int, origin: str) -> None:
    """The street helps."""
    fund.take_income(
        fund=bill, uid=world.key(), source=Source.GRANT, amount=yuan * YUAN, origin=origin, received_on=world.today,
        by=world.care.town.director, now=world.now,
    )  # fmt: skip


def interest(world: World, bill: Fund, yuan: int) -> None:
    """The bank's part."""
    fund.take_income(
        fund=bill, uid=world.key(), source=Source.INTEREST, amount=yuan * YUAN, origin="活期利息", received_on=world.today,
        by=world.care.town.director, now=world.now,
    )  # fmt: skip


def donated(world: World, bill: Fund) -> None:
    """A donation, with a name or without."""
    donor, anonymous, yuan, wish = pick(world.rng, DONORS)
    fund.take_donation(
        fund=bill, uid=world.key(), amount=yuan * YUAN, donor=donor, donor_is_person=anonymous, anonymous=anonymous,
        wish=wish, received_on=world.today, by=world.care.town.director, now=world.now,
    )  # fmt: skip
    world.counts["donations"] += 1


def resolve(world: World, bill: Fund, plan: Plan, until: datetime) -> None:
    """The meeting decides, the money is set aside, the bills come."""
    town = world.care.town
    made = fund.resolve(
        fund=bill, uid=world.key(), no=f"居民代表会议 {plan.no}", title=plan.title, met_on=world.today,
        amount=plan.yuan * YUAN, kind=plan.kind, name=plan.name, decides=f"{plan.title}，从养老大账单列支。",
        by=town.director, now=world.now,
    )  # fmt: skip
    fund.allocate(resolution=made, uid=world.key(), amount=plan.yuan * YUAN, by=town.director, now=world.now)
    day, left, number = world.now + timedelta(days=6), plan.yuan, 0
    while day < until and left >= plan.bill:
        world.plan(world.office(day), pay, made, plan, number)
        left, number = left - plan.bill, number + 1
        if not plan.every:
            break
        day += timedelta(days=plan.every)


def pay(world: World, made: Resolution, plan: Plan, number: int) -> None:
    """A bill with its photographed voucher; a large one waits for the second signature; once an amount is mistyped."""
    town = world.care.town
    wrong = plan.use == Use.MEALS and number == 2
    yuan = plan.bill - 540 if wrong else plan.bill
    row = bought(world, made, plan, yuan)
    if row.state == Stage.SIGNED:
        world.plan(world.office(world.now + timedelta(hours=20)), second, row)
    if wrong and row.line:
        correction = fund.correct(
            line=row.line, uid=world.key(), reason=Reversal.WRONG_AMOUNT, words="少录了 540 元，冲正后重录", by=town.director,
            now=world.now + timedelta(minutes=10),
        )  # fmt: skip
        if correction.state != Stage.PAID:
            fund.sign(row=correction, by=town.leader, now=world.now + timedelta(minutes=40))
        bought(world, made, plan, plan.bill, later=60)


def bought(world: World, made: Resolution, plan: Plan, yuan: int, later: int = 0) -> Spending:
    """One bill."""
    town, now = world.care.town, world.now + timedelta(minutes=later)
    photo = keep_picture(
        world, scene("ask", False, world.rng.randrange(3)), town.director, PhotoKind.VOUCHER, now
    )
    world.counts["bills"] += 1
    return fund.spend(
        resolution=made, uid=world.key(), amount=yuan * YUAN, use=plan.use, payee=plan.payee, purpose=plan.purpose,
        spent_on=world.today, photos=[photo], by=town.director, now=now,
    )  # fmt: skip


def second(world: World, row: Spending) -> None:
    """The leader signs too."""
    fund.sign(row=row, by=world.care.town.leader, now=world.now)
