"""Disputes freeze, are answered, and are decided by a third person; spot checks are drawn so that anybody can draw them again."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState, DisputeState, PaymentKind, Relation
from linli.commons.timebank.models import Claim, Dispute, Payment, Record, SpotCheck
from linli.commons.timebank.queries.checks import draws_of, open_disputes
from linli.ground.journal.models import Outbox
from linli.ground.ledger.choices import Authority
from linli.ground.ledger.models import Balance
from linli.ground.ledger.queries import sums_by_kind, verify
from linli.kit.refused import Refused
from tests.factories import NOW, neighbourhood
from tests.factories_care import Care, care, recorded, served

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Care:
    return care(neighbourhood())


def points(bank: Care) -> int:
    return Balance.objects.get(pk=bank.volunteer.account_id).posted


def disputed(bank: Care, record: Record, by: object = None) -> Dispute:
    return timebank.open_dispute(
        key=uuid4(),
        record=record,
        words="那天她只坐了十分钟",
        by=by or bank.sun,
        now=NOW,  # type: ignore[arg-type]
    )


def test_a_record_in_dispute_is_frozen_until_it_is_decided(bank: Care) -> None:
    record = recorded(bank, 120)
    timebank.confirm_record(record=record, by=bank.town.zhao, role="worker", now=NOW)
    made = disputed(bank, record)
    assert Claim.objects.get(pk=record.pk).state == ClaimState.FROZEN
    with pytest.raises(Refused):
        timebank.approve_record(record=record, good=True, by=bank.town.qian, now=NOW)
    with pytest.raises(Refused):
        disputed(bank, record)
    told = set(Outbox.objects.filter(notice="dispute").values_list("to_person", flat=True))
    assert told == {bank.chen.pk, bank.town.wang.pk, bank.town.zhou.pk}
    with pytest.raises(Refused):
        timebank.answer_dispute(dispute=made, words="我坐了两小时", by=bank.sun, now=NOW)
    timebank.answer_dispute(dispute=made, words="我坐了两小时，邻居看见的", by=bank.chen, now=NOW)
    for judge in (bank.chen, bank.sun, bank.town.zhao, bank.town.stranger):
        with pytest.raises(Refused):
            timebank.decide_dispute(dispute=made, verdict="stands", grounds="邻居作证", by=judge, now=NOW)
    assert list(open_disputes([bank.town.community.stem])) == [made]
    timebank.decide_dispute(dispute=made, verdict="stands", grounds="邻居作证", by=bank.town.zhou, now=NOW)
    assert Claim.objects.get(pk=record.pk).state == ClaimState.CONFIRMED
    assert list(open_disputes([bank.town.community.stem])) == []


def test_it_counts_for_less(bank: Care) -> None:
    record = served(bank, 120)
    assert points(bank) == 20
    made = disputed(bank, record)
    with pytest.raises(Refused):
        timebank.decide_dispute(
            dispute=made, verdict="less", grounds="门禁记录一小时", minutes=120, by=bank.town.leader, now=NOW
        )
    bank.town.leader.refresh_from_db()
    judge = director_of(bank)
    timebank.decide_dispute(
        dispute=made, verdict="less", grounds="门禁记录一小时", minutes=60, by=judge, now=NOW
    )
    right = Record.objects.get(corrects=record)
    assert (points(bank), right.minutes, right.authority) == (0, 60, "decision")
    for by in (bank.town.zhao, bank.town.qian):
        timebank.approve_record(record=right, good=True, by=by, now=NOW)
    assert points(bank) == 10


def director_of(bank: Care):  # type: ignore[no-untyped-def]
    """A second director, who had no part in it: 周主任 approves nothing in ``served`` with two approvers."""
    return bank.town.zhou


def test_it_does_not_count(bank: Care) -> None:
    record = served(bank, 60)
    made = disputed(bank, record)
    timebank.decide_dispute(dispute=made, verdict="void", grounds="当天不在家", by=bank.town.zhou, now=NOW)
    bank.volunteer.refresh_from_db()
    assert (points(bank), bank.volunteer.minutes) == (0, 0)
    assert sum(sums_by_kind(bank.programme.book, bank.programme.unit).values()) == 0
    assert verify().broken is None


def test_void_before_it_was_credited(bank: Care) -> None:
    record = recorded(bank)
    made = disputed(bank, record)
    timebank.decide_dispute(dispute=made, verdict="void", grounds="当天不在家", by=bank.town.zhou, now=NOW)
    assert Claim.objects.get(pk=record.pk).state == ClaimState.REFUSED


def test_taken_back_everything_goes_on(bank: Care) -> None:
    record = served(bank, 60)
    made = disputed(bank, record)
    with pytest.raises(Refused):
        timebank.withdraw_dispute(dispute=made, by=bank.chen, now=NOW)
    timebank.withdraw_dispute(dispute=made, by=bank.sun, now=NOW)
    assert (Claim.objects.get(pk=record.pk).state, points(bank)) == (ClaimState.PAID, 10)
    assert Dispute.objects.get().state == DisputeState.WITHDRAWN


def test_strangers_dispute_nothing(bank: Care) -> None:
    record = served(bank, 60)
    for by in (bank.town.stranger, bank.town.liu):
        with pytest.raises(Refused):
            disputed(bank, record, by)
    with pytest.raises(Refused):
        timebank.open_dispute(key=uuid4(), record=record, words="嗯", by=bank.sun, now=NOW)
    assert Dispute.objects.count() == 0


@pytest.mark.parametrize(
    ("verdict", "taken", "state"), [("stands", 30, "taken"), ("less", 10, "taken"), ("void", 0, "freed")]
)
def test_points_set_aside_are_decided_on_too(bank: Care, verdict: str, taken: int, state: str) -> None:
    for number in range(3):
        served(bank, 120, NOW - timedelta(days=3 + number))
    payment = timebank.set_aside(
        key=uuid4(), member=bank.volunteer, kind=PaymentKind.CARE, points=30, receiver=bank.chen,
        relation=Relation.SELF, by=bank.chen, authority=Authority.SELF, now=NOW,
    )  # fmt: skip
    made = timebank.open_dispute(key=uuid4(), payment=payment, words="没有人来过我家", by=bank.chen, now=NOW)
    assert timebank.take_due(now=NOW + timedelta(days=30)) == 0
    timebank.decide_dispute(
        dispute=made, verdict=verdict, grounds="看了门禁记录", points=10, by=bank.town.zhou, now=NOW
    )
    assert Payment.objects.get().state == state
    assert points(bank) == 60 - taken
    assert verify().broken is None


FEBRUARY = date(2026, 2, 1)


def test_a_draw_can_be_drawn_again(bank: Care) -> None:
    for number in range(10):
        served(bank, 60, NOW.replace(month=2, day=2) + timedelta(days=2 * number))
    with pytest.raises(Refused):
        timebank.draw(programme=bank.programme, month=NOW.date(), share=20, by=bank.town.zhou, now=NOW)
    drawn = timebank.draw(programme=bank.programme, month=FEBRUARY, share=20, by=bank.town.zhou, now=NOW)
    assert len(drawn) == 3
    with pytest.raises(Refused):
        timebank.draw(programme=bank.programme, month=FEBRUARY, share=50, by=bank.town.zhou, now=NOW)
    chosen = set(SpotCheck.objects.values_list("record", flat=True))
    SpotCheck.objects.all().delete()
    timebank.draw(programme=bank.programme, month=FEBRUARY, share=20, by=bank.town.zhou, now=NOW)
    assert set(SpotCheck.objects.values_list("record", flat=True)) == chosen


def test_whoever_had_a_part_does_not_check_and_what_is_wrong_becomes_a_dispute(bank: Care) -> None:
    for number in range(4):
        served(bank, 60, NOW.replace(month=2, day=2) + timedelta(days=2 * number))
    check = timebank.draw(programme=bank.programme, month=FEBRUARY, share=10, by=bank.town.zhou, now=NOW)[0]
    check = SpotCheck.objects.get(record=check.record_id)
    for by in (bank.chen, bank.town.zhao, bank.town.qian, bank.sun):
        with pytest.raises(Refused):
            timebank.record_check(check=check, result="fine", words="", by=by, now=NOW)
    with pytest.raises(Refused):
        timebank.record_check(check=check, result="wrong", words="", by=bank.town.zhou, now=NOW)
    timebank.record_check(check=check, result="wrong", words="老人说那天没人来", by=bank.town.zhou, now=NOW)
    with pytest.raises(Refused):
        timebank.record_check(check=check, result="fine", words="", by=bank.town.zhou, now=NOW)
    assert Dispute.objects.get().record_id == check.record_id
    assert [(row.drawn, row.checked, row.wrong) for row in draws_of(bank.programme)] == [(3, 1, 1)]
