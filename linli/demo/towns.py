"""The three invented neighbourhoods: codes (999 is no district), names, estates, what each has to offer."""

from dataclasses import dataclass, field
from datetime import time

from linli.ground.places.choices import FacilityKind
from linli.loop.link.choices import Period, ResourceKind

LABEL = "模拟"
ALL_DAY = tuple(range(7))
PROPERTY = "lamp trash green clutter firelane manhole parking leak bikes repair wires heating"
CANTEEN_HOURS = tuple((day, time(10, 30), time(18, 30)) for day in ALL_DAY)
STATION_HOURS = tuple((day, time(7), time(22)) for day in ALL_DAY)
HALVES = ((time(9), time(12)), (time(13, 30), time(17, 30)))
OFFICE_HOURS = tuple((day, opens, closes) for day in range(5) for opens, closes in HALVES)


@dataclass(frozen=True)
class Place:
    """A facility of a neighbourhood."""

    kind: str
    name: str
    hours: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True)
class Thing:
    """A resource: what it answers, how much a period, and whose it is (a name of the cast or of a helper)."""

    kind: str
    name: str
    kinds: str  # category codes
    capacity: int
    period: str
    measure: str = ""
    whose: str = ""
    place: str = ""


@dataclass(frozen=True)
class Plan:
    """A neighbourhood before anybody lives in it."""

    key: str
    street: str
    street_name: str
    name: str
    grids: tuple[str, ...]
    estate: str
    lon: float
    lat: float
    rounds: int  # how many grids are walked twice a day
    needs: float  # asks a day
    cold: tuple[int, int]  # temperature of January and July
    weights: dict[str, int]  # what is asked for how often; 4 is usual
    elders: float  # share of the residents
    staff: tuple[tuple[str, str], ...]  # name and role, beside the cast
    places: tuple[Place, ...]
    things: tuple[Thing, ...] = field(default=())

    @property
    def community(self) -> str:
        """The 12 digits of the community."""
        return self.street[:9] + "001"

    def grid(self, number: int) -> str:
        """The 15 digits of a grid, counted from 1."""
        return f"{self.community}{number:03d}"


def things(
    craftsman: str, second: str, driver: str, hand: str, station: bool, canteen: str
) -> tuple[Thing, ...]:
    """What every neighbourhood has, in its own people's hands."""
    rows = (
        Thing(ResourceKind.SERVICE, canteen, "meals", 24, Period.DAY, "份", place="canteen"),
        Thing(ResourceKind.CRAFTSMAN, f"{craftsman}（水电木）", "repair leak aging lamp heating", 14, Period.WEEK, "件", craftsman),
        Thing(ResourceKind.CRAFTSMAN, f"{second}（瓦工）", "leak aging manhole repair", 8, Period.WEEK, "件", second),
        Thing(ResourceKind.ORGANISATION, "和邻物业（模拟）", PROPERTY, 60, Period.WEEK, "件"),
        Thing(ResourceKind.ORGANISATION, "社区卫生服务站", "doctor", 20, Period.WEEK, "人次", place="clinic"),
        Thing(ResourceKind.VENUE, "活动室", "company ask", 40, Period.WEEK, "人次", place="venue"),
        Thing(ResourceKind.DONATION, "爱心大米（邻里捐）", "meals company", 60, Period.MONTH, "袋"),
        Thing(ResourceKind.FUND, "社区微基金（适老小修）", "aging repair heating", 12, Period.MONTH, "件"),
        Thing(ResourceKind.PERSON, f"{hand}和志愿者队", "company doctor meals papers clean lost clutter", 30, Period.WEEK, "人次", hand),
        Thing(ResourceKind.SERVICE, f"{driver}（保洁助浴）", "clean aging", 10, Period.WEEK, "次", driver),
        Thing(ResourceKind.ORGANISATION, "巷口派出所联络点（模拟）", "noise lost parking firelane", 20, Period.WEEK, "件"),
        Thing(ResourceKind.SERVICE, "为民窗口代办", "papers ask", 40, Period.WEEK, "件", place="office"),
        Thing(ResourceKind.GOODS, "共享轮椅和拐杖", "aging doctor", 6, Period.WEEK, "副"),
    )  # fmt: skip
    rider = Thing(
        ResourceKind.VENUE,
        "畅小站（充电口和停车位）",
        "wires bikes parking ask",
        30,
        Period.WEEK,
        "位",
        place="station",
    )
    return (*rows, rider) if station else rows


def places(canteen: str, station: str) -> tuple[Place, ...]:
    """What people can go to."""
    rows = [
        Place(FacilityKind.CANTEEN, canteen, CANTEEN_HOURS),
        Place(FacilityKind.CLINIC, "社区卫生服务站", OFFICE_HOURS),
        Place(FacilityKind.VENUE, "邻里活动室", STATION_HOURS),
        Place(FacilityKind.OFFICE, "为民服务中心", OFFICE_HOURS),
    ]
    return (*rows, Place(FacilityKind.STATION, station, STATION_HOURS)) if station else tuple(rows)


RIDERS = Plan(
    key="a", street="310999001000", street_name="和风街道", name="和风苑社区", estate="和风苑",
    grids=("和风一网格", "和风二网格", "驿站网格"), lon=121.432, lat=31.184, rounds=1, needs=1.15, cold=(4, 30),
    weights={"wires": 9, "bikes": 9, "parking": 7, "firelane": 6, "manhole": 5, "lamp": 5, "meals": 3, "heating": 0},
    elders=0.3,
    staff=(
        ("沈书记", "leader"), ("顾主任", "director"), ("陆姐", "grid_worker"), ("小丁", "grid_worker"),
        ("阿杰站长", "station_host"), ("汤师傅", "volunteer"), ("万师傅", "volunteer"), ("许阿姨", "volunteer"),
        ("吴嫂", "domestic_worker"),
    ),
    places=places("和风邻里食堂", "畅小站3号"),
    things=things("汤师傅", "万师傅", "吴嫂", "许阿姨", True, "和风邻里食堂"),
)  # fmt: skip

ELDERS = Plan(
    key="b", street="320999001000", street_name="南塘街道", name="南田社区", estate="南田苑",
    grids=("南田一网格", "南田二网格", "南田三网格", "南田四网格"), lon=118.761, lat=32.071, rounds=2, needs=1.35,
    cold=(3, 31),
    weights={"meals": 9, "doctor": 7, "company": 7, "aging": 7, "clean": 5, "repair": 6, "heating": 0},
    elders=0.6,
    staff=(
        ("钱姐", "grid_worker"), ("小葛", "grid_worker"), ("邵师傅", "volunteer"), ("何大伯", "volunteer"),
    ),
    places=places("幸福餐厅", "畅小站1号"),
    things=things("刘师傅", "邵师傅", "小薇", "陈阿姨", True, "幸福餐厅"),
)  # fmt: skip

NORTH = Plan(
    key="c", street="150999001000", street_name="云岭街道", name="晴川社区", estate="晴川里",
    grids=("晴川一网格", "晴川二网格", "晴川三网格"), lon=111.694, lat=40.838, rounds=1, needs=1.05, cold=(-14, 27),
    weights={"heating": 9, "repair": 6, "clutter": 6, "papers": 6, "meals": 5, "green": 3},
    elders=0.45,
    staff=(
        ("白书记", "leader"), ("康主任", "director"), ("塔娜", "grid_worker"), ("小郝", "grid_worker"),
        ("武师傅", "volunteer"), ("苗师傅", "volunteer"), ("贺阿姨", "volunteer"), ("巧嫂", "domestic_worker"),
    ),
    places=places("晴川暖心食堂", ""),
    things=things("武师傅", "苗师傅", "巧嫂", "贺阿姨", False, "晴川暖心食堂"),
)  # fmt: skip

PLANS = (RIDERS, ELDERS, NORTH)

SURNAMES = "丁于万孔毛方石田叶白史付吕任华江汤许阮沈宋陆邵范林季金周郑洪胡柏柳施费贺倪夏徐高唐陶梅曹常崔章梁葛程傅温谢蓝裴廖谭黎潘薛戴魏"
OLD_WOMEN = [
    "桂英",
    "秀兰",
    "玉珍",
    "凤仙",
    "淑芬",
    "素琴",
    "月娥",
    "金凤",
    "惠珍",
    "彩云",
    "美娣",
    "兰英",
    "巧珍",
    "翠华",
    "秀芳",
    "爱珍",
]
OLD_MEN = [
    "长根",
    "福生",
    "德明",
    "国栋",
    "建业",
    "振华",
    "玉山",
    "宝根",
    "广林",
    "永昌",
    "志远",
    "金生",
    "文斌",
    "树人",
    "庆祥",
    "洪亮",
]
WOMEN = [
    "晓燕",
    "雅琴",
    "静怡",
    "佳慧",
    "思雨",
    "梦洁",
    "丽萍",
    "海霞",
    "文静",
    "小敏",
    "春梅",
    "雪莹",
    "婷婷",
    "晶晶",
    "若男",
    "冬妮",
]
MEN = [
    "志强",
    "浩然",
    "宇航",
    "建国",
    "海涛",
    "俊杰",
    "子轩",
    "鹏飞",
    "伟东",
    "小军",
    "立新",
    "阿明",
    "大勇",
    "天佑",
    "少华",
    "一凡",
]
