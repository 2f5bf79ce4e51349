"""What the stories of disputes leave out: whose side answers, orders of the shop, a spot check of what is in dispute already."""

from datetime import date
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import CheckResult, OrderState, PaymentState
from linli.commons.timebank.models import Dispute, Order, Payment, SpotCheck
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.queries import sums_by_kind, verify
from linli.kit.refused import Refused
from tests.commons.timebank.shelf import BAGS, FAIR, PRICE, ordered, points, rice
from tests.factories import NOW, neighbourhood
from tests.factories_care import Care, care, recorded, served

pytestmark = pytest.mark.django_db
FEBRUARY = date(2026, 2, 1)


@pytest.fixture
def bank() -> Care:
    return care(neighbourhood())


def test_only_the_other_side_or_a_worker_answers(bank: Care) -> None:
    """孙家 speak for 王奶奶: neither answers what the other opened."""
    record = recorded(bank)
    for opener, own_side in ((bank.sun, bank.town.wang), (bank.town.wang, bank.sun)):
        made = timebank.open_dispute(
            key=uuid4(), record=record, words="那天她只坐了十分钟", by=opener, now=NOW
        )
        for by in (opener, own_side, bank.town.stranger):
            with pytest.raises(Refused):
                timebank.answer_dispute(dispute=made, words="就是这样", by=by, now=NOW)
        assert Dispute.objects.get(pk=made.pk).answer == ""
        timebank.withdraw_dispute(dispute=made, by=opener, now=NOW)
    by_a_worker = timebank.open_dispute(
        key=uuid4(), record=record, words="电话里说没人来", by=bank.town.zhao, now=NOW
    )
    timebank.answer_dispute(dispute=by_a_worker, words="我在的", by=bank.chen, now=NOW)
    assert Dispute.objects.get(pk=by_a_worker.pk).answered_by == bank.chen


def of_an_order(bank: Care) -> tuple[Order, Dispute]:
    """A bag of rice 陈阿姨 says she never ordered."""
    good = rice(bank)
    points(bank, 3 * PRICE)
    order = ordered(bank, good)
    made = timebank.open_dispute(
        key=uuid4(), payment=order.payment, words="我没有订这袋米", by=bank.chen, now=FAIR
    )
    return order, made


def shelf(bank: Care, order: Order) -> tuple[int, int]:
    """Bags on hand, bags handed out."""
    stands = sums_by_kind(bank.programme.book, order.good.unit)
    return stands[Kind.STOCK], stands.get(Kind.GONE_OUT, 0)


def test_an_order_that_stands_waits_for_its_code_and_leaves_the_shelf_once(bank: Care) -> None:
    order, made = of_an_order(bank)
    with pytest.raises(Refused):
        timebank.decide_dispute(
            dispute=made, verdict="less", grounds="只算一半", points=50, by=bank.town.zhou, now=FAIR
        )
    timebank.decide_dispute(dispute=made, verdict="stands", grounds="有她的签字", by=bank.town.zhou, now=FAIR)
    assert Payment.objects.get().state == PaymentState.HELD
    assert shelf(bank, order) == (BAGS, 0)
    timebank.collect(order=order, signed_by="陈", code=order.code, by=bank.town.zhou, now=FAIR)
    assert (Payment.objects.get().state, shelf(bank, order)) == (PaymentState.TAKEN, (BAGS - 1, 1))
    assert verify().broken is None


def test_an_order_that_is_void_frees_points_and_goods_together(bank: Care) -> None:
    order, made = of_an_order(bank)
    timebank.decide_dispute(
        dispute=made, verdict="void", grounds="手机丢了，别人点的", by=bank.town.zhou, now=FAIR
    )
    assert Order.objects.get().state == OrderState.CANCELLED
    assert (Payment.objects.get().state, shelf(bank, order)) == (PaymentState.FREED, (BAGS, 0))
    again = ordered(bank, order.good, BAGS - 3)
    assert again.count == 2


def test_a_wrong_visit_that_is_in_dispute_already_is_written_down_all_the_same(bank: Care) -> None:
    rows = [served(bank, 60, NOW.replace(month=2, day=day)) for day in (2, 4, 6)]
    for row, words in ((rows[0], "那天她没有来"), (rows[1], "只坐了十分钟")):
        timebank.open_dispute(key=uuid4(), record=row, words=words, by=bank.sun, now=NOW)
    timebank.decide_dispute(
        dispute=Dispute.objects.get(record=rows[1]), verdict="void", grounds="门禁记录没有", by=bank.town.zhou, now=NOW
    )  # fmt: skip
    timebank.draw(programme=bank.programme, month=FEBRUARY, share=100, by=bank.town.zhou, now=NOW)
    for check in SpotCheck.objects.order_by("id"):
        timebank.record_check(check=check, result="wrong", words="老人说没人来过", by=bank.town.zhou, now=NOW)
    assert set(SpotCheck.objects.values_list("result", flat=True)) == {CheckResult.WRONG}
    assert sorted(Dispute.objects.values_list("record", flat=True)) == sorted(row.pk for row in rows)
