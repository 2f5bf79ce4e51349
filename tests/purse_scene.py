"""Passbooks with something in them, for pages and stories: hours served, rice ordered and fetched, a gift, a grant."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from linli.commons.timebank import actions as timebank
from linli.ground.people.models import Person
from tests.factories import NOW, Neighbourhood
from tests.factories_care import Care, care, served

ROOT = UUID(int=0x9E5)
RULE: dict[str, Any] = {
    "grants": [
        {"group": "alone", "points_month": 30, "min_age": 60, "max_age": 79},
        {"group": "alone", "points_month": 60, "min_age": 80},
    ],
    "grant_expiry_months": 2,
    "window": {"kind": "month_days", "days": [5, 15], "applies_to": ["goods"]},
}
GOODS = (
    ("rice", "大米", "5 公斤", 100, 12, {"month_max": 2, "low_at": 3}),
    ("oil", "菜籽油", "1.8 升", 80, 4, {"low_at": 5}),
    ("soap", "洗衣液", "2 公斤", 40, 20, {}),
    ("hair", "理发", "一次", 20, 30, {"kind": "benefit"}),
    ("quilt", "被子", "一床", 900, 2, {}),
    ("card", "购物卡", "50 元", 60, 5, {"cash_like": True}),
)


def stocked(one: Care, now: datetime) -> dict[str, Any]:
    """A shelf with prices and goods."""
    made = {}
    for code, name, measure, price, count, more in GOODS:
        good = timebank.keep_good(
            programme=one.programme, code=code, name=name, measure=measure, by=one.town.zhou, now=now, **more
        )
        timebank.set_price(good=good, points=price, valid_from=now.date(), by=one.town.zhou, now=now)
        timebank.receive_goods(
            key=uuid5(ROOT, code), good=good, count=count, voucher=f"送货单 {code}", best_before=date(2027, 3, 1),
            by=one.town.zhou, now=now,
        )  # fmt: skip
        made[code] = good
    return made


def hours(one: Care, times: int, now: datetime) -> None:
    """陈阿姨 served 王奶奶 so many times, three hours each, most of it in the month before."""
    for number in range(times):
        served(one, 180, now - timedelta(days=3 * (times - number), hours=1))


def purses(town: Neighbourhood, now: datetime = NOW) -> dict[str, Any]:
    """Everything that the pages of passbook, shop and pool show, on a day of exchange."""
    one = care(town, **RULE)
    Person.objects.filter(pk=one.chen.pk).update(birthday=date(1959, 11, 2))
    hours(one, 14, now)
    goods = stocked(one, now)
    timebank.run_grants(programme=one.programme, month=now.date().replace(day=1), by=town.zhou, now=now)

    def order(member: Any, code: str, by: Person, authority: str) -> Any:
        return timebank.place_order(
            key=uuid4(), member=member, good=goods[code], count=1, by=by, authority=authority, now=now
        )

    fetched = timebank.collect(
        order=order(one.volunteer, "rice", one.chen, "self"),
        by=town.zhao,
        signed_by="陈爱珍",
        known=True,
        now=now,
    )
    waiting = order(one.volunteer, "soap", one.chen, "self")
    timebank.give(
        key=uuid4(), member=one.volunteer, gift_to="elder", receiver=town.wang, points=50, words="您多歇歇", by=one.chen,
        authority="self", now=now,
    )  # fmt: skip
    proxied = order(one.wang, "hair", town.zhao, "worker")
    timebank.collect(order=proxied, by=town.qian, signed_by="王桂兰", known=True, now=now)
    timebank.set_aside(
        key=uuid4(), member=one.volunteer, kind="care", points=50, by=one.chen, authority="self", now=now, words="周五王阿姨来陪诊"
    )  # fmt: skip
    return {
        "care": one, "goods": goods, "fetched": fetched, "waiting": waiting, "proxied": proxied, "chen": one.chen,
        "no": one.volunteer.no, "wang_no": one.wang.no, "wang": town.wang.pk,
    }  # fmt: skip
