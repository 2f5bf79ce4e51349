"""A bag of rice: on the shelf, ordered, picked up, brought back; nothing is sold twice and nobody guesses a code."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.shop import LETTERS
from linli.commons.timebank.models import Delivery, Good, Member, Order, Payment
from linli.commons.timebank.queries.purses import purse_of
from linli.commons.timebank.queries.shop import price_on, shelf_of
from linli.ground.journal.models import Outbox
from linli.ground.ledger.models import Transfer
from linli.ground.ledger.queries import accounts_of, entries_of, standing, verify
from linli.kit.refused import Refused
from tests.commons.timebank.shelf import FAIR, ordered, points, rice
from tests.factories import NOW, neighbourhood
from tests.factories_care import Care, care

pytestmark = pytest.mark.django_db
KEY = UUID(int=7)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def one() -> Care:
    made = care(neighbourhood())
    points(made, 500)
    return made


def shelf(good: Good) -> tuple[int, int, int]:
    found = shelf_of(good, FAIR.date())
    return found.stock, found.held, found.free


def purse(care: Care) -> tuple[int, int, int]:
    found = purse_of(Member.objects.get(pk=care.volunteer.pk))
    return found.earned, found.held, found.free


def collected(care: Care, order: Order, **more: object) -> Order:
    given = {"by": care.town.zhao, "signed_by": "陈爱珍", "now": FAIR, "code": order.code} | more
    return timebank.collect(order=order, **given)  # type: ignore[arg-type]


def told(notice: str) -> int:
    return Outbox.objects.filter(notice=notice).count()


def test_points_and_goods_are_set_aside_together_and_the_code_is_told(one: Care) -> None:
    good = rice(one)
    order = ordered(one, good, 2)
    assert (order.no, order.state, order.payment.points) == ("D20260315-001", "held", 200)
    assert len(order.code) == 8 and set(order.code) <= set(LETTERS)
    assert (shelf(good), purse(one)) == ((5, 2, 3), (500, 200, 300))
    assert (told("pick_up"), verify().broken) == (1, None)


def test_handing_over_is_one_transfer_of_four_legs(one: Care) -> None:
    good = rice(one)
    order = collected(one, ordered(one, good, 2))
    assert (order.state, order.handed_by, order.signed_by, order.code) == (
        "collected",
        one.town.zhao,
        "陈爱珍",
        "",
    )
    legs = entries_of([order.payment.transfer_id or 0])[order.payment.transfer_id or 0]
    assert sorted((leg.account.kind, leg.amount) for leg in legs) == [
        ("gone_out", 2), ("member", -200), ("redeemed", 200), ("stock", -2),
    ]  # fmt: skip
    assert (shelf(good), purse(one)) == ((3, 0, 3), (300, 0, 300))
    gone = accounts_of(book=one.programme.book, unit=good.unit, kinds=["gone_out"]).get()
    assert (standing(gone), verify().broken) == (2, None)


def test_the_same_key_twice_is_one_order(one: Care) -> None:
    good = rice(one)
    first = ordered(one, good, key=KEY)
    assert ordered(one, good, key=KEY) == first
    with pytest.raises(Refused, match="other contents"):
        ordered(one, good, 2, key=KEY)
    assert (Order.objects.count(), shelf(good), purse(one)) == (1, (5, 1, 4), (500, 100, 400))


def test_more_than_is_left_leaves_nothing_half_done(one: Care) -> None:
    good = rice(one, bags=1)
    before = Transfer.objects.count()
    with pytest.raises(Refused, match="Only 1 are left"):
        ordered(one, good, 2)
    with pytest.raises(Refused, match="100 points are missing: 500 are free"):
        ordered(one, rice(one, code="oil", price=600))
    assert (Order.objects.count(), Payment.objects.count(), purse(one)) == (0, 0, (500, 0, 500))
    assert (Transfer.objects.count(), shelf(good)) == (before + 1, (1, 0, 1))


def test_on_other_days_it_says_when(one: Care) -> None:
    good = rice(one)
    with pytest.raises(Refused, match="Next on 3/15"):
        ordered(one, good, now=NOW)
    assert (Order.objects.count(), purse(one)) == (0, (500, 0, 500))


def test_so_many_a_month_over_all_orders_that_stand(one: Care) -> None:
    good = rice(one, month_max=2)
    ordered(one, good)
    kept = ordered(one, good)
    with pytest.raises(Refused, match="At most 2 a month; 2 so far"):
        ordered(one, good)
    timebank.cancel_order(order=kept, by=one.chen, authority="self", now=FAIR)
    ordered(one, good)
    ordered(one, good, now=FAIR + timedelta(days=31))
    assert shelf(good) == (5, 3, 2)


def test_what_is_as_good_as_money_is_not_in_the_shop_unless_the_rule_says_so(one: Care) -> None:
    card = rice(one, name="购物卡", code="card", cash_like=True)
    with pytest.raises(Refused, match="as good as money"):
        ordered(one, card)
    gone = rice(one, name="旧货", code="old", offered=False)
    with pytest.raises(Refused, match="not in the shop"):
        ordered(one, gone)
    assert Order.objects.count() == 0


def test_a_price_holds_from_its_day_on_and_not_for_what_was_ordered(one: Care) -> None:
    good = rice(one)
    day = FAIR.date()
    timebank.set_price(good=good, points=150, valid_from=day + timedelta(days=1), by=one.town.zhou, now=FAIR)
    assert (price_on(good, day), price_on(good, day + timedelta(days=1))) == (100, 150)
    assert price_on(good, date(2026, 1, 1)) is None
    with pytest.raises(Refused, match="today on"):
        timebank.set_price(good=good, points=90, valid_from=NOW.date(), by=one.town.zhou, now=FAIR)
    order = ordered(one, good)
    collected(one, order, now=FAIR + timedelta(days=2))
    assert purse(one) == (400, 0, 400)


def test_the_wrong_code_hands_nothing_over(one: Care) -> None:
    order = ordered(one, rice(one))
    with pytest.raises(Refused, match="does not fit"):
        collected(one, order, code="XXXXXXXX")
    with pytest.raises(Refused, match="who signed"):
        collected(one, order, signed_by=" ")
    order.refresh_from_db()
    assert (order.state, purse(one)) == ("held", (500, 100, 400))
    typed = f"{order.code[:4].lower()} {order.code[4:].lower()}"
    assert collected(one, order, code=typed).state == "collected"
    with pytest.raises(Refused, match="already"):
        collected(one, order, known=True)
    assert purse(one) == (400, 0, 400)


def test_a_worker_who_knows_her_needs_no_code_but_serves_herself_never(one: Care) -> None:
    order = ordered(one, rice(one))
    with pytest.raises(Refused, match="your own"):
        collected(one, order, by=one.chen, known=True)
    assert collected(one, order, code="", known=True).state == "collected"


def test_an_elder_without_a_phone_has_it_ordered_by_a_worker_who_is_named(one: Care) -> None:
    points(one, 100, one.wang)
    order = ordered(one, rice(one), member=one.wang, by=one.town.zhao, authority="worker")
    assert (order.payment.made_by, order.payment.authority) == (one.town.zhao, "worker")
    call = Outbox.objects.get(notice="pick_up")
    assert (call.to_person, call.channel) == (one.town.wang.pk, "call")
    with pytest.raises(Refused, match="not yours"):
        ordered(one, order.good, member=one.wang, by=one.town.liu, authority="worker")


def test_cancelled_both_are_free_again(one: Care) -> None:
    good = rice(one)
    order = timebank.cancel_order(order=ordered(one, good), by=one.chen, authority="self", now=FAIR)
    assert (order.state, Payment.objects.get().state) == ("cancelled", "freed")
    assert (shelf(good), purse(one)) == ((5, 0, 5), (500, 0, 500))
    with pytest.raises(Refused, match="not yours"):
        timebank.cancel_order(order=ordered(one, good), by=one.town.liu, authority="self", now=FAIR)
    with pytest.raises(Refused, match="already"):
        timebank.cancel_order(order=order, by=one.chen, authority="self", now=FAIR)
    assert purse(one) == (500, 100, 400)


def test_what_is_not_picked_up_lapses_once_and_they_are_told(one: Care) -> None:
    good = rice(one)
    ordered(one, good)
    frozen = ordered(one, good)
    timebank.freeze_payment(payment=frozen.payment, by=one.town.zhou, now=FAIR)
    assert timebank.lapse_orders(now=FAIR + timedelta(days=13)) == 0
    assert timebank.lapse_orders(now=FAIR + timedelta(days=15)) == 1
    assert timebank.lapse_orders(now=FAIR + timedelta(days=15)) == 0
    assert sorted(Order.objects.values_list("state", flat=True)) == ["held", "lapsed"]
    assert (shelf(good), purse(one), told("lapsed")) == ((5, 1, 4), (500, 100, 400), 1)


def test_brought_back_to_a_second_worker(one: Care) -> None:
    good = rice(one, month_max=1)
    order = collected(one, ordered(one, good))
    for by in (one.town.zhao, one.chen):
        with pytest.raises(Refused, match="ask a colleague"):
            timebank.return_goods(order=order, reason="袋子破了", by=by, now=FAIR)
    with pytest.raises(Refused, match="say why"):
        timebank.return_goods(order=order, reason="", by=one.town.qian, now=FAIR)
    assert (shelf(good), purse(one)) == ((4, 0, 4), (400, 0, 400))
    timebank.return_goods(order=order, reason="袋子破了", by=one.town.qian, now=FAIR)
    assert (shelf(good), purse(one)) == ((5, 0, 5), (500, 0, 500))
    timebank.return_goods(order=order, reason="袋子破了", by=one.town.qian, now=FAIR)
    assert (shelf(good), purse(one), verify().broken) == ((5, 0, 5), (500, 0, 500), None)
    ordered(one, good)  # what came back does not count against the month


def test_goods_come_in_once_and_spoil_with_a_reason(one: Care) -> None:
    good, zhou = rice(one, bags=0), one.town.zhou
    for _time in range(2):
        timebank.receive_goods(key=KEY, good=good, count=3, voucher="送货单", by=zhou, now=NOW)
    with pytest.raises(Refused, match="other contents"):
        timebank.receive_goods(key=KEY, good=good, count=4, voucher="送货单", by=zhou, now=NOW)
    ordered(one, good, 2)
    with pytest.raises(Refused, match="what happened"):
        timebank.spoil(key=uuid4(), good=good, count=1, reason="", by=zhou, now=FAIR)
    with pytest.raises(Refused, match="Only 1 are free"):
        timebank.spoil(key=uuid4(), good=good, count=2, reason="受潮", by=zhou, now=FAIR)
    timebank.spoil(key=uuid4(), good=good, count=1, reason="受潮", by=zhou, now=FAIR)
    assert sorted(Delivery.objects.values_list("count", flat=True)) == [-1, 3]
    assert (shelf(good), verify().broken) == ((2, 2, 0), None)
    sums = {
        account.kind: standing(account) for account in accounts_of(book=one.programme.book, unit=good.unit)
    }
    assert sums == {"stock": 2, "supplier": -3, "spoiled": 1}


def test_the_director_hears_once_that_it_runs_low_until_more_comes(one: Care) -> None:
    good = rice(one, bags=3, low_at=1)
    ordered(one, good)
    assert told("stock") == 0
    second = ordered(one, good)
    assert told("stock") == 1
    timebank.cancel_order(order=second, by=one.chen, authority="self", now=FAIR)
    ordered(one, good)
    assert told("stock") == 1
    timebank.receive_goods(key=uuid4(), good=good, count=1, by=one.town.zhou, now=FAIR)
    ordered(one, good)
    assert told("stock") == 2


def test_a_code_is_found_however_it_is_typed_and_never_guessed(one: Care) -> None:
    order, zhao = ordered(one, rice(one)), one.town.zhao
    found = timebank.find_order(programme=one.programme, code=f" {order.code.lower()} ", by=zhao, now=FAIR)
    assert found == order
    for _time in range(10):
        with pytest.raises(Refused, match="No order waits"):
            timebank.find_order(programme=one.programme, code="AAAAAAAA", by=zhao, now=FAIR)
    with pytest.raises(Refused, match="Too many"):
        timebank.find_order(programme=one.programme, code=order.code, by=zhao, now=FAIR)
    assert timebank.find_order(programme=one.programme, code=order.code, by=one.town.qian, now=FAIR) == order
    later = FAIR + timedelta(minutes=11)
    assert timebank.find_order(programme=one.programme, code=order.code, by=zhao, now=later) == order
