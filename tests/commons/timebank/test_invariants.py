"""The time bank's and the fund's part of the invariants (docs/algorithms/ledger.md), by example: 13 to 16, 19 and 20.

What the tests beside this one show already is not shown again; the simulator shows all of it in any order.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from linli.commons.fund import actions as fund
from linli.commons.fund import queries as bill
from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState, MemberState
from linli.commons.timebank.models import Claim, Dispute, Member, Record
from linli.commons.timebank.queries.purses import purse_of
from linli.engine.points import earned
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Leg, Order, Who, post
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.models import Balance, Transfer
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from tests.commons.fund_book import filled
from tests.factories import NOW, neighbourhood, person
from tests.factories_care import POOL, Care, adopted, care, recorded, served, volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


def bank(**knobs: Any) -> Care:
    return care(neighbourhood(), **knobs)


def points(one: Care, member: Member | None = None) -> int:
    return books.standing((member or one.volunteer).account)


def disputed(one: Care, record: Record) -> Dispute:
    return timebank.open_dispute(key=uuid4(), record=record, words="那天她只坐了十分钟", by=one.sun, now=NOW)


def settled(one: Care, dispute: Dispute, verdict: str, **more: Any) -> None:
    timebank.decide_dispute(
        dispute=dispute, verdict=verdict, grounds="看了门禁记录", by=one.town.zhou, now=NOW, **more
    )


def decided(one: Care, record: Record, verdict: str, **more: Any) -> None:
    settled(one, disputed(one, record), verdict, **more)


def looked_at(one: Care, minutes: int, begins: Any, **more: Any) -> Record:
    """Served, confirmed, looked at by 周主任 where a check found something, approved."""
    record = recorded(one, minutes, begins, **more)
    when = record.made_at + timedelta(hours=1)
    timebank.confirm_record(record=record, by=one.sun, role="family", rating=5, now=when)
    for row in record.findings.filter(verdict=""):
        timebank.see_finding(finding=row, verdict="fine", words="照看整天", by=one.town.zhou, now=when)
    for by in (one.town.zhao, one.town.qian)[: one.rule.terms.approvers]:
        timebank.approve_record(record=record, good=True, by=by, now=when)
    return record


def again(one: Care, record: Record) -> Record:
    """The correction of a record, approved."""
    right = Record.objects.select_related("member__person", "programme", "receiver").get(corrects=record)
    for by in (one.town.zhao, one.town.qian)[: one.rule.terms.approvers]:
        timebank.approve_record(record=right, good=True, by=by, now=NOW)
    return right


# --- 13: points follow from the approved records and the rule of their day ---------------------------------


def test_170_hours_are_1700_points_whatever_rule_comes_later() -> None:
    one = bank(day_max_minutes=None, honesty={"pair_month_max": None})
    hours = (*[8] * 21, 2)
    assert sum(hours) == 170
    for number, many in enumerate(hours):
        looked_at(one, many * 60, NOW.replace(month=1, hour=8) + timedelta(days=number))
    assert points(one) == 1700
    assert Member.objects.get(pk=one.volunteer.pk).minutes == 170 * 60
    before = list(Transfer.objects.order_by("pk").values_list())
    adopted(one.town, one.programme, NOW.date(), rates={"default": 1}, expiry_months=1)
    assert points(one) == 1700
    assert list(Transfer.objects.order_by("pk").values_list()) == before


def test_a_record_of_before_counts_by_the_rule_of_before() -> None:
    one = bank()
    early = recorded(one, 60, NOW - timedelta(days=2))
    adopted(one.town, one.programme, NOW.date(), rates={"default": 3})
    one.programme.__dict__.pop("_rules", None)
    late = recorded(one, 60, NOW + timedelta(hours=1))
    for record in (early, late):
        timebank.confirm_record(record=record, by=one.sun, role="family", now=NOW + timedelta(hours=4))
        for by in (one.town.zhao, one.town.qian):
            fresh = Record.objects.get(pk=record.pk)
            timebank.approve_record(record=fresh, good=True, by=by, now=NOW + timedelta(hours=5))
    assert list(Claim.objects.order_by("pk").values_list("points", flat=True)) == [10, 3]
    assert points(one) == 13


def test_what_is_in_dispute_still_counts_towards_the_day() -> None:
    """Found by the simulator: a record frozen in a dispute made room for points above the cap of the day."""
    one = bank(day_max_minutes=60, approvers=1)
    begins = NOW - timedelta(days=2)
    dispute = disputed(one, served(one, 60, begins))
    looked_at(one, 60, begins + timedelta(hours=2))
    assert points(one) == 10
    settled(one, dispute, "stands")
    assert points(one) == 10
    counted = Claim.objects.order_by("pk").values_list("counted", "state")
    assert list(counted) == [(60, ClaimState.PAID), (0, ClaimState.HONOUR)]


def test_stars_stay_when_the_minutes_are_put_right() -> None:
    """Found by the simulator: a correction gave points to what two stars had given none."""
    one = bank(zero_below_rating=3)
    record = recorded(one, 60)
    timebank.confirm_record(record=record, by=one.sun, role="family", rating=2, now=NOW)
    for by in (one.town.zhao, one.town.qian):
        timebank.approve_record(record=record, good=True, by=by, now=NOW)
    assert (points(one), Claim.objects.get(pk=record.pk).state) == (0, ClaimState.HONOUR)
    timebank.correct_record(record=record, minutes=90, why="门禁记录", by=one.town.zhou, now=NOW)
    right = again(one, record)
    claim = Claim.objects.get(pk=right.pk)
    assert (points(one), claim.state, claim.cuts) == (0, ClaimState.HONOUR, [["rating", 90]])


def test_the_points_are_those_of_the_engine() -> None:
    one = bank(day_max_minutes=150, rates={"default": [25, 3]}, rounding="half_up", person_cap_points=30)
    begins, so_far = NOW - timedelta(days=3), 0
    for number, minutes in enumerate((70, 95, 45)):
        record = looked_at(one, minutes, begins + timedelta(hours=3 * number))
        before = sum(Claim.objects.filter(record__lt=record.pk).values_list("counted", flat=True))
        should = earned(
            one.rule.terms, "company", minutes, day_minutes_before=before, month_minutes_before=before,
            balance_before=so_far, rating=5,
        )  # fmt: skip
        claim = Claim.objects.get(pk=record.pk)
        assert (claim.points, claim.counted) == (should.points, should.counted_minutes)
        so_far += should.points
    assert points(one) == so_far > 0


# --- 14: nobody decides about themselves, and whoever acts for somebody says so ----------------------------


def test_a_worker_who_also_serves_neither_confirms_nor_approves_nor_corrects_it() -> None:
    one = bank()
    Person.objects.filter(pk=one.town.qian.pk).update(birthday=date(1968, 5, 5))
    qian = volunteer(one.town, one.programme, Person.objects.get(pk=one.town.qian.pk))
    record = recorded(one, 60, member=qian, by=one.town.qian)
    for act in (
        lambda: timebank.confirm_record(record=record, by=one.town.qian, role="worker", now=NOW),
        lambda: timebank.approve_record(record=record, good=True, by=one.town.qian, now=NOW),
        lambda: timebank.correct_record(record=record, minutes=600, why="更久", by=one.town.qian, now=NOW),
    ):
        with pytest.raises(Refused):
            act()
    assert (points(one, qian), Claim.objects.get(pk=record.pk).state) == (0, ClaimState.WAITING)


def test_every_transfer_that_takes_somebodys_points_says_for_whom_and_on_what_ground() -> None:
    one = bank(benefits={"care": {}})
    for number in range(3):
        served(one, 120, NOW - timedelta(days=3 + number))
    town, on = one.town, {"member": one.volunteer, "now": NOW}
    timebank.give(key=uuid4(), gift_to="pool", points=5, by=one.chen, authority="self", **on)
    timebank.give(key=uuid4(), gift_to="pool", points=6, by=town.zhao, authority="worker", **on)
    payment = timebank.set_aside(key=uuid4(), kind="care", points=7, by=one.chen, authority="self", **on)
    timebank.take_payment(payment=payment, by=None, authority="rule", now=NOW)
    found = Transfer.objects.filter(entries__account=one.volunteer.account, entries__amount__lt=0).order_by(
        "pk"
    )
    assert list(found.values_list("actor", "on_behalf", "authority")) == [
        (one.chen.pk, None, "self"),
        (town.zhao.pk, one.chen.pk, "worker"),
        (None, one.chen.pk, "rule"),
    ]


# --- 16: whoever leaves leaves nothing behind ---------------------------------------------------------------


def gone(one: Care, **more: Any) -> Member:
    return timebank.leave(member=one.volunteer, by=one.town.zhou, now=NOW, reason="搬走了", **more)


def test_who_leaves_leaves_a_closed_account_and_everything_to_the_common_pool() -> None:
    one = bank()
    served(one, 120)
    row = gone(one)
    kept = Balance.objects.get(pk=row.account_id)
    assert (row.state, kept.posted, kept.held, kept.closed_at) == (MemberState.LEFT, 0, 0, NOW)
    assert books.standing(timebank.accounts(one.programme, NOW).gifts) == 20
    assert books.verify().broken is None


def test_what_is_set_aside_is_settled_first() -> None:
    one = bank(benefits={"care": {}})
    served(one, 120)
    timebank.set_aside(
        key=uuid4(), member=one.volunteer, kind="care", points=5, by=one.chen, authority="self", now=NOW
    )
    with pytest.raises(Refused):
        gone(one)
    assert (points(one), Member.objects.get(pk=one.volunteer.pk).state) == (20, MemberState.ADMITTED)


def test_points_that_come_after_somebody_left_go_to_the_common_pool_and_hold_nobody_up() -> None:
    """Found by the simulator: the record of somebody who had left kept everybody behind it waiting for the pool."""
    one = bank()
    waits = served(one, 60, NOW - timedelta(days=3))
    own = timebank.accounts(one.programme, NOW)
    assert points(one) == 10
    empty = books.standing(own.pool)
    drain(one, empty)
    late = served(one, 60, NOW - timedelta(days=2))
    he = person(one.town.grid, "何建国", sex="m", birthday=date(1958, 1, 1), reach="app")
    other = volunteer(one.town, one.programme, he)
    behind = served(one, 60, NOW - timedelta(days=1), member=other, by=he)
    gone(one)
    assert [Claim.objects.get(pk=one_.pk).state for one_ in (waits, late, behind)] == [
        "paid",
        "approved",
        "approved",
    ]
    timebank.fill_pool(
        programme=one.programme, key=uuid4(), points=100, resolution="9", by=one.town.zhou, now=NOW
    )
    assert timebank.pay_waiting(programme=one.programme, by=None, now=NOW) == 2
    assert (points(one), points(one, other), books.standing(own.gifts)) == (0, 10, 20)
    assert books.verify().broken is None


def drain(one: Care, amount: int) -> None:
    """Everything that is in the pool goes to the elder."""
    own = timebank.accounts(one.programme, NOW)
    post(
        order=Order(
            uid=uuid4(), book=one.programme.book, kind="gift", legs=[Leg(own.pool, -amount), Leg(one.wang.account, amount)],
            who=Who(None, "rule"),
        ),
        now=NOW,
    )  # fmt: skip


def test_a_record_of_somebody_who_left_can_still_be_put_right_and_the_loss_is_in_the_open() -> None:
    """Found by the simulator: their account is closed, so that no dispute about it could ever be decided."""
    one = bank()
    record = served(one, 120)
    gone(one)
    decided(one, record, "void")
    assert Claim.objects.get(pk=record.pk).state == ClaimState.CORRECTED
    sums = books.sums_by_kind(one.programme.book, one.programme.unit)
    assert (sums[Kind.ADJUST], sums[Kind.POOL], sums[Kind.GIFTS], sum(sums.values())) == (-20, POOL, 20, 0)
    assert books.verify().broken is None


def test_a_friend_of_somebody_who_left_is_admitted_all_the_same() -> None:
    """Found by the simulator: the thanks for a recruit went to a closed account, and nobody was admitted."""
    one = bank(bonus={"recruit": 5})
    he = person(one.town.grid, "何建国", sex="m", birthday=date(1958, 1, 1), reach="app")
    row = timebank.apply(programme=one.programme, person=he, by=he, recruiter=one.volunteer, now=NOW)
    gone(one)
    row = timebank.check(member=row, by=one.town.zhao, now=NOW)
    row = timebank.admit(member=Member.objects.get(pk=row.pk), by=one.town.zhou, now=NOW)
    assert (row.state, points(one)) == (MemberState.ADMITTED, 0)


def test_an_heir_gets_it_after_a_death_only() -> None:
    one = bank()
    served(one, 120)
    for more in ({"heir": one.wang}, {"heir": one.volunteer, "died": True}):
        with pytest.raises(Refused):
            gone(one, **more)
    gone(one, heir=one.wang, died=True)
    assert (points(one), purse_of(Member.objects.get(pk=one.wang.pk)).earned) == (0, 20)


# --- a record in dispute ------------------------------------------------------------------------------------


def test_nobody_puts_right_what_is_in_dispute_but_whoever_decides_it() -> None:
    """Found by the simulator: corrected while it was frozen, the dispute could not be decided any more."""
    one = bank()
    record = served(one, 120)
    dispute = disputed(one, record)
    with pytest.raises(Refused, match="There is a dispute about this"):
        timebank.correct_record(record=record, minutes=30, why="门禁记录", by=one.town.zhou, now=NOW)
    assert (Claim.objects.get(pk=record.pk).state, points(one)) == (ClaimState.FROZEN, 20)
    settled(one, dispute, "less", minutes=60)
    again(one, record)
    assert points(one) == 10


# --- 11 and 20: the public figures ---------------------------------------------------------------------------


def test_the_guarantee_stands_against_what_people_can_spend() -> None:
    one = bank()
    served(one, 120)
    book = filled(one.town)
    rules = bill.rules_on(book.fund, local_day(NOW))
    fund.set_rules(
        fund=book.fund, valid_from=NOW.date() + timedelta(days=1), two_from=rules.two_from, fen_per_point=100,
        backs=[one.programme.unit], by=one.town.zhou, now=NOW,
    )  # fmt: skip
    rules = bill.rules_on(book.fund, NOW.date() + timedelta(days=1))
    found = bill.guarantee(book.fund, rules, bill.standing(book.fund))
    sums = books.sums_by_kind(one.programme.book, one.programme.unit)
    assert found.points == books.in_circulation(one.programme.book, one.programme.unit) == POOL
    assert found.points == sum(
        sums.get(kind, 0) for kind in (Kind.MEMBER, Kind.GRANTED, Kind.POOL, Kind.GIFTS)
    )
    assert found.reserve == bill.standing(book.fund).pots[book.reserve.target_id] == 600_000
    assert found.due == POOL * 100
