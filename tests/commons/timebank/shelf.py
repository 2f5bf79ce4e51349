"""A bag of rice on the shelf, points in the purse, the day on which goods are exchanged."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Good, Member, Order
from linli.ground.ledger.actions import Leg, Who, post
from linli.ground.ledger.actions import Order as Posting
from tests.factories import NOW
from tests.factories_care import Care

FAIR = NOW + timedelta(days=10)  # Sunday the 15th, 9:10: the day of exchange
PRICE, BAGS = 100, 5


def points(care: Care, amount: int, member: Member | None = None) -> None:
    """So many points at once, from the pool."""
    own, to = timebank.accounts(care.programme, NOW), (member or care.volunteer).account
    post(
        order=Posting(
            uid=uuid4(), book=care.programme.book, kind="award", legs=[Leg(own.pool, -amount), Leg(to, amount)],
            who=Who(None, "rule"),
        ),
        now=NOW,
    )  # fmt: skip


def rice(care: Care, bags: int = BAGS, price: int = PRICE, **more: Any) -> Good:
    """大米, 5 公斤 a bag."""
    given: dict[str, Any] = {"name": "大米", "measure": "5 公斤", "code": "rice", "low_at": 1}
    good = timebank.keep_good(programme=care.programme, by=care.town.zhou, now=NOW, **(given | more))
    timebank.set_price(good=good, points=price, valid_from=NOW.date(), by=care.town.zhou, now=NOW)
    if bags:
        timebank.receive_goods(
            key=uuid4(), good=good, count=bags, voucher="粮油店送货单 18", best_before=date(2027, 3, 1),
            by=care.town.zhou, now=NOW,
        )  # fmt: skip
    return good


def ordered(care: Care, good: Good, count: int = 1, **more: Any) -> Order:
    """陈阿姨 orders on the day of exchange."""
    given: dict[str, Any] = {
        "key": uuid4(),
        "member": care.volunteer,
        "by": care.chen,
        "authority": "self",
        "now": FAIR,
    }
    return timebank.place_order(good=good, count=count, **(given | more))
