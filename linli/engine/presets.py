"""The rule of a time bank as data: its knobs, how JSON becomes a rule, and the published schemes as presets.

A dataclass says by its types what its JSON may hold: ``int`` (not negative), ``Annotated[int, low, high]``,
``bool``, ``str``, ``Fraction`` (a rate: n, or [n, d]), ``Literal`` (a choice), ``X | None``, ``tuple[X, ...]`` (a
list), ``tuple[tuple[str, X], ...]`` (an object), another dataclass. Reading never guesses: what is not exactly
right is refused with its path. Writing gives one canonical form, everything spelled out. What follows from a
rule is in points.py; docs/algorithms/points.md explains the knobs.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, is_dataclass
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

MOST: Final = 1_000_000_000  # of any number; the bounds of rates, texts and lists follow
MOST_RATE, MOST_TEXT, MOST_LIST = 10_000, 60, 100
Limit = Annotated[int, 1, MOST] | None  # None: no limit
Age = Annotated[int, 0, 130] | None
BenefitClass = Literal["care", "benefit", "goods"]
Relation = Literal[
    "self", "spouse", "parent", "child", "direct", "relative", "friend",
    "elder_in_need", "nonprofit", "gift_pool",
]  # fmt: skip


class BadRule(ValueError):
    """A rule that cannot be: ``field`` is the path (``benefits.care.min_age``), ``code`` what is wrong with it.

    Codes: ``unknown`` · ``object`` · ``list`` · ``text`` · ``too_long`` · ``whole_number`` · ``yes_or_no`` ·
    ``rate`` · ``too_small`` · ``too_large`` · ``choice`` · ``twice`` · ``contradiction`` (with another field).
    """

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def expect(met: bool, path: str, code: str = "contradiction") -> None:
    """Refuse the rule where the condition is not met."""
    if not met:
        raise BadRule(path, code)


@cache
def hints(make: Hashable) -> dict[str, Any]:
    """The fields of a dataclass with their types."""
    return get_type_hints(make, include_extras=True)


def read(kind: Any, value: Any, path: str = "") -> Any:
    """The value as a thing of the kind; raises ``BadRule``."""
    args = get_args(kind)
    if type(None) in args:
        return None if value is None else read(args[0], value, path)
    if is_dataclass(kind):
        return read_group(kind, value, path)
    if get_origin(kind) is tuple:
        return read_many(args[0], value, path)
    if get_origin(kind) is Annotated:
        return read_number(value, path, *args[1:])
    if get_origin(kind) is Literal:
        expect(isinstance(value, str) and value in args, path, "choice")
    elif kind is Fraction:
        points, hours = value if isinstance(value, list | tuple) and len(value) == 2 else (value, 1)
        expect(type(points) is int and type(hours) is int, path, "rate")
        return Fraction(read_number(points, path, 0, MOST_RATE), read_number(hours, path, 1, MOST_RATE))
    elif kind is str:
        expect(isinstance(value, str), path, "text")
        expect(len(value) <= MOST_TEXT, path, "too_long")
    elif kind is bool:
        expect(isinstance(value, bool), path, "yes_or_no")
    else:
        return read_number(value, path)
    return value


def read_number(value: Any, path: str, low: int = 0, high: int = MOST) -> int:
    """A whole number from ``low`` to ``high``."""
    expect(type(value) is int, path, "whole_number")
    expect(value >= low, path, "too_small")
    expect(value <= high, path, "too_large")
    return int(value)


def read_many(kind: Any, value: Any, path: str) -> tuple[Any, ...]:
    """A list of different things: choices in the order of the type, numbers by size. Pairs come from an object."""
    pairs = get_origin(kind) is tuple
    expect(isinstance(value, Mapping if pairs else list | tuple), path, "object" if pairs else "list")
    expect(len(value) <= MOST_LIST, path, "too_long")
    if pairs:
        name, thing = get_args(kind)
        for key in value:
            expect(key != "", f"{path}.{key}", "text")
        at = [(key, f"{path}.{key}") for key in value]
        return tuple(sorted((read(name, key, where), read(thing, value[key], where)) for key, where in at))
    ones = [read(kind, one, f"{path}.{place}") for place, one in enumerate(value)]
    expect(len(set(ones)) == len(ones), path, "twice")
    if get_origin(kind) is Literal:
        ones.sort(key=get_args(kind).index)
    elif get_origin(kind) is Annotated:
        ones.sort()
    return tuple(ones)


def read_group(make: Any, value: Any, path: str) -> Any:
    """An object as a dataclass; what it leaves out keeps its default."""
    expect(isinstance(value, Mapping), path or "rule", "object")
    within = f"{path}." if path else ""
    for key in value:
        expect(key in hints(make), f"{within}{key}", "unknown")
    values = {key: read(hints(make)[key], one, f"{within}{key}") for key, one in value.items()}
    try:
        return make(**values)
    except BadRule as bad:
        raise BadRule(f"{within}{bad.field}", bad.code) from None


def write(kind: Any, value: Any) -> Any:
    """The JSON of a thing of the kind; ``read`` gives the same thing back."""
    args = get_args(kind)
    if value is None:
        return None
    if type(None) in args:
        return write(args[0], value)
    if is_dataclass(kind):
        return {name: write(hint, getattr(value, name)) for name, hint in hints(value.__class__).items()}
    if get_origin(kind) is tuple and get_origin(args[0]) is tuple:
        return {key: write(get_args(args[0])[1], one) for key, one in value}
    if get_origin(kind) is tuple:
        return [write(args[0], one) for one in value]
    if kind is Fraction:
        return value.numerator if value.denominator == 1 else [value.numerator, value.denominator]
    return value


@dataclass(frozen=True)
class Rates:
    """Points per 60 minutes: by service code, else ``default``. A rate of 0 earns nothing."""

    default: Fraction = Fraction(1)
    services: tuple[tuple[str, Fraction], ...] = ()

    def of(self, service: str) -> Fraction:
        """The rate of a service."""
        return dict(self.services).get(service, self.default)


@dataclass(frozen=True)
class Benefit:
    """Who may have a class of benefits, and how many times in a calendar month.

    ``cash_like``: whether it may be worth cash (vouchers, money off a bill). ``hardship_age`` is for people in
    hardship, at most ``min_age``.
    """

    allowed: bool = True
    cash_like: bool = False
    min_age: Age = None
    hardship_age: Age = None
    month_max: Limit = None

    def __post_init__(self) -> None:
        if self.hardship_age is not None:
            expect(self.min_age is not None and self.hardship_age <= self.min_age, "hardship_age")


@dataclass(frozen=True)
class Benefits:
    """The classes: care (somebody's time), benefits (a check-up, a haircut, half-price meals), goods."""

    care: Benefit = Benefit()
    benefit: Benefit = Benefit()
    goods: Benefit = Benefit()


@dataclass(frozen=True)
class Window:
    """When the classes of ``applies_to`` are exchanged: always, on days of the month, n times a quarter or year.

    A day that a month does not have falls on its last.
    """

    kind: Literal["always", "month_days", "quarterly", "yearly"] = "always"
    days: tuple[Annotated[int, 1, 31], ...] = ()
    count: Limit = None
    applies_to: tuple[BenefitClass, ...] = ("care", "benefit", "goods")

    def __post_init__(self) -> None:
        expect(bool(self.days) is (self.kind == "month_days"), "days")
        expect((self.count is not None) is (self.kind in ("quarterly", "yearly")), "count")
        expect(bool(self.applies_to), "applies_to")


@dataclass(frozen=True)
class Bonus:
    """Points that are not for service: at the start, and for each recruit."""

    start: int = 0
    recruit: int = 0


@dataclass(frozen=True)
class Milestone:
    """What gathering so many points opens beside the shop."""

    points: Annotated[int, 1, MOST] = 1
    title: str = ""


@dataclass(frozen=True)
class Grant:
    """Points a month from the fund's pool for people of a group (a code of the caller's) and age."""

    group: str = ""
    points_month: int = 0
    min_age: Age = None
    max_age: Age = None

    def __post_init__(self) -> None:
        expect(self.min_age is None or self.max_age is None or self.min_age <= self.max_age, "max_age")


@dataclass(frozen=True)
class Honesty:
    """What fairplay.py goes by. ``long_session_minutes`` is asked where there is no ``session_max_minutes``."""

    distance_look_m: int = 300
    night_from: Annotated[int, 0, 23] = 21  # hours of the day; both the same: no night
    night_until: Annotated[int, 0, 23] = 6
    pair_month_max: Limit = 12  # times in a calendar month
    long_session_minutes: Limit = 240
    travel_kmh: Annotated[int, 1, 1000] = 25
    travel_slack_minutes: int = 5
    same_household: Literal["refuse", "look"] = "refuse"
    overlap: Literal["refuse", "look"] = "refuse"


@dataclass(frozen=True)
class Rule:
    """One version of a community's rule. The ledger counts points; ``unit_parts`` of them are one unit shown.

    Read it with ``from_json``; where it is made by hand only contradictions are found (``BadRule``).
    """

    product_name: str = ""
    unit_name: str = ""
    unit_parts: Annotated[int, 1, 100] = 1
    wording: Literal["plain", "bank"] = "plain"  # whether pages may speak of deposits and balances
    rates: Rates = Rates()
    care_price: Rates | None = None  # None: an hour of care costs what it earns
    step_minutes: Annotated[int, 1, 1440] = 30  # started steps are not counted
    rounding: Literal["down", "half_up", "up"] = "down"  # of the points of one record
    zero_below_rating: Annotated[int, 1, 5] | None = None  # a record rated lower gives no points
    session_max_minutes: Limit = None
    day_max_minutes: Limit = None
    month_max_minutes: Limit = None
    person_cap_points: int | None = None
    excess: Literal["refuse", "gift_pool", "honour"] = "honour"  # of points above the cap
    issue: Literal["pool", "direct"] = "pool"
    bonus: Bonus = Bonus()
    grants: tuple[Grant, ...] = ()
    expiry_months: Limit = None  # of earned points
    grant_expiry_months: Limit = None
    min_hours_to_redeem: int = 0
    benefits: Benefits = Benefits()
    window: Window = Window()
    milestones: tuple[Milestone, ...] = ()
    relations: tuple[tuple[Relation, Limit], ...] = (("direct", None), ("self", None), ("spouse", None))
    relative_min_age: Age = None  # of relatives and friends
    relation_proof: bool = False
    entry: tuple[Literal["review", "course", "exam"], ...] = ()  # before the first service
    volunteer_min_age: Age = None
    volunteer_women_min_age: Age = None
    volunteer_max_age: Age = None
    minor_min_age: Age = None  # None: under ``guardian_until`` nobody serves
    guardian_until: Annotated[int, 0, 130] = 18
    minor_with: Literal["guardian", "group"] = "guardian"
    group_donate_only: bool = False
    approvers: Annotated[int, 0, 3] = 1
    confirm_by: tuple[Literal["elder", "family", "worker"], ...] = ("elder", "family", "worker")
    auto_confirm_hours: Limit = None
    evidence: tuple[Literal["signin", "signout", "photo", "checklist"], ...] = ()
    leaver: Literal["keep", "settle", "donate"] = "donate"
    estate: Literal["heirs", "gift_pool", "committee"] = "committee"
    estate_hold_days: int = 0
    peer_limit_points: int = 0  # what another community may owe; 0: no clearing
    reserve_percent: Annotated[int, 0, 1000] | None = None  # of outstanding points, that the fund should hold
    point_fen: int | None = None  # what a point counts for in that
    honesty: Honesty = Honesty()

    def __post_init__(self) -> None:
        expect(100 % self.unit_parts == 0, "unit_parts")
        caps = [("session", self.session_max_minutes), ("day", self.day_max_minutes)]
        caps.append(("month", self.month_max_minutes))
        least = [minutes for _name, minutes in caps if minutes is not None]
        expect(self.step_minutes <= min(least, default=self.step_minutes), "step_minutes")
        for (_shorter, low), (longer, high) in [caps[:2], caps[1:], caps[::2]]:
            expect(low is None or high is None or low <= high, f"{longer}_max_minutes")
        expect(bool(self.approvers or self.confirm_by), "confirm_by")
        expect(self.auto_confirm_hours is None or bool(self.confirm_by), "auto_confirm_hours")
        expect(self.minor_min_age is None or self.minor_min_age < self.guardian_until, "minor_min_age")
        for youngest in (self.volunteer_min_age, self.volunteer_women_min_age):
            oldest = self.volunteer_max_age
            expect(youngest is None or oldest is None or youngest <= oldest, "volunteer_max_age")
        expect(self.reserve_percent is None or self.point_fen is not None, "point_fen")

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Rule":
        """The rule of a JSON object; what it leaves out keeps its default. Raises ``BadRule``, nothing else."""
        rule: Rule = read(cls, body)
        return rule

    def to_json(self) -> dict[str, Any]:
        """The rule as JSON, everything spelled out; ``from_json`` gives an equal rule back."""
        body: dict[str, Any] = write(Rule, self)
        return body


@dataclass(frozen=True)
class Preset:
    """A published scheme as a rule to start from. ``body`` is JSON for ``Rule.from_json``; copy it to change it.

    ``source`` says in Chinese what was published, by whom; (弱) is a weak source, [G] our guess to be checked.
    """

    code: str
    title_zh: str
    source: str
    as_of: str
    body: dict[str, Any]


# fmt: off
OLD_60: Final = {"min_age": 60}
OFF: Final = {"allowed": False}
PRESETS: Final = (
    Preset("nanjing_2019", "南京（2019 年试行）",
        "《南京市养老服务时间银行实施方案（试行）》及新华社 2019-08-30 报道：1 小时记 1，流水有 0.5 小时；个人上限 1500 小时，超出部分捐赠或褒奖；"
        "本人及直系 60 岁以上兑换；团体只可捐赠；报名、审核、学习、考试；重点空巢独居老人由基金发放时间。名称为后改（弱）。"
        "[G] 只兑服务；超出部分入公益池；发放数额未公布，记 0；一人复核。",
        "2019-08", {
            "product_name": "养老服务互助时间平台", "unit_name": "小时", "unit_parts": 2, "rates": {"default": 2},
            "step_minutes": 30, "person_cap_points": 3000, "excess": "gift_pool", "group_donate_only": True,
            "entry": ["review", "course", "exam"], "benefits": {"care": OLD_60, "benefit": OFF, "goods": OFF},
            "relations": {"self": None, "direct": None, "elder_in_need": None, "gift_pool": None}, "relative_min_age": 60,
            "grants": [{"group": "empty_nest", "min_age": 80}, {"group": "empty_nest_low_income_disabled", "min_age": 60, "max_age": 79}],
        }),
    Preset("beijing_2022", "北京（2022 年试行）",
        "北京市养老服务时间银行实施方案（试行，2022）：1 小时 1 时间币；满 18 岁，未成年在校生由监护人带领；60 岁后本人用或送直系；"
        "存满 1 万可入住公办养老机构；八类服务；平台签到签出。[G] 未成年人 8 岁起；不足 1 小时不计；只兑服务；服务代码是我们的。",
        "2022", {
            "product_name": "养老服务时间银行", "unit_name": "时间币", "wording": "bank", "step_minutes": 60, "minor_min_age": 8,
            "rates": {"default": 1, "services": dict.fromkeys(
                ("companionship", "assistance", "outing", "culture", "health", "legal", "training", "fraud_prevention"), 1)},
            "benefits": {"care": OLD_60, "benefit": OFF, "goods": OFF}, "relations": {"self": None, "direct": None},
            "relative_min_age": 60, "milestones": [{"points": 10000, "title": "可入住公办养老机构"}], "evidence": ["signin", "signout"],
        }),
    Preset("shanghai_2026", "上海“沪助养老时光汇”（2026 年）",
        "上海市“沪助养老时光汇”文件（2026）：1 小时 1 币；满 18 岁，未满 18 只可随团体到机构；65 岁以上、困难老人 60 岁可兑服务和权益；"
        "可转赠亲友，捐平台、困难老人、公益机构；淡化金融色彩。[G] 不兑实物；团体未成年人 8 岁起；不足 1 小时不计。",
        "2026", {
            "product_name": "沪助养老时光汇", "unit_name": "时间币", "wording": "plain", "step_minutes": 60,
            "minor_min_age": 8, "minor_with": "group", "benefits": {
                "care": {"min_age": 65, "hardship_age": 60}, "benefit": {"min_age": 65, "hardship_age": 60}, "goods": OFF},
            "relations": dict.fromkeys(("self", "relative", "friend", "elder_in_need", "nonprofit", "gift_pool")),
        }),
    Preset("shanghai_changning", "上海长宁",
        "上海长宁区时间银行：1 小时记 1；60–70 岁（女可 50 岁起）；每天最多 2，每人最多 600；荣誉加兑换加服务反馈。"
        "[G] 超出部分只记荣誉；不足 1 小时不计；兑换年龄没有读到，不限。",
        "2026", {
            "product_name": "时间银行", "unit_name": "时间币", "step_minutes": 60, "day_max_minutes": 120, "person_cap_points": 600,
            "volunteer_min_age": 60, "volunteer_women_min_age": 50, "volunteer_max_age": 70,
        }),
    Preset("guangzhou_2019", "广州（2019 年）",
        "广州 2019 年办法：1 小时 1 分，只记整数；上限 1500 分；满 100 小时（一星）可兑换。[G] 超出部分只记荣誉；兑换年龄没有读到，不限。",
        "2019", {
            "product_name": "时间银行", "unit_name": "分", "step_minutes": 60, "person_cap_points": 1500, "min_hours_to_redeem": 100,
        }),
    Preset("points10", "积分制（1 小时 10 分）",
        "本项目：1 小时 10 分（1 分折 1 元：地点不明，弱）；每月 15 日兑换（唐山某社区）；两人复核，缺一作废（武汉东亭）；分三档。"
        "[G] 半小时取整、每天最多 4 小时、72 小时自动确认、签到签出、60 岁起兑服务；15 日只管权益和实物，服务随时。",
        "2026", {
            "product_name": "幸福养老账单", "unit_name": "积分", "rates": {"default": 10}, "step_minutes": 30, "day_max_minutes": 240,
            "approvers": 2, "auto_confirm_hours": 72, "evidence": ["signin", "signout"], "point_fen": 100, "benefits": {"care": OLD_60},
            "window": {"kind": "month_days", "days": [15], "applies_to": ["benefit", "goods"]},
        }),
)
# fmt: on
