"""Hours become points: recorded, confirmed, approved, credited; corrected in the open; a rule changes nothing past."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState
from linli.commons.timebank.models import Approval, Claim, Confirmation, Finding, Lot, Member, Record
from linli.commons.timebank.queries.records import chain_of, to_approve, to_confirm, to_look
from linli.ground.journal.models import Outbox
from linli.ground.ledger.models import Balance, Transfer
from linli.ground.ledger.queries import in_circulation, sums_by_kind, verify
from linli.ground.people import actions as people
from linli.kit.refused import Refused
from tests.factories import NOW, TODAY, neighbourhood, person
from tests.factories_care import POOL, Care, adopted, care, recorded, served

pytestmark = pytest.mark.django_db
LAST_WEEK = NOW - timedelta(days=7)


@pytest.fixture
def bank() -> Care:
    return care(neighbourhood())


def points(member: Member) -> int:
    return Balance.objects.get(pk=member.account_id).posted


def test_170_hours_are_1700_points(bank: Care) -> None:
    begins = NOW - timedelta(days=300)
    for number in range(85):
        record = served(bank, 120, begins + timedelta(days=3 * number))
    bank.volunteer.refresh_from_db()
    assert (points(bank.volunteer), bank.volunteer.minutes) == (1700, 170 * 60)
    claim = Claim.objects.get(pk=record.pk)
    assert (claim.state, claim.points, claim.rule_id) == ("paid", 20, bank.rule.pk)
    assert Balance.objects.get(account__kind="pool").posted == POOL - 1700
    assert in_circulation(bank.programme.book, bank.programme.unit) == POOL
    assert sum(sums_by_kind(bank.programme.book, bank.programme.unit).values()) == 0
    assert Lot.objects.filter(account=bank.volunteer.account).count() == 85


def test_every_step_is_another_persons(bank: Care) -> None:
    town, record = bank.town, recorded(bank)
    assert list(to_confirm([town.community.stem])) == [record]
    for by, role in (
        (bank.chen, "elder"),
        (bank.chen, "worker"),
        (town.stranger, "worker"),
        (town.liu, "family"),
        (town.zhao, "elder"),
    ):
        with pytest.raises(Refused):
            timebank.confirm_record(record=record, by=by, role=role, now=NOW)
    assert Confirmation.objects.count() == 0
    timebank.confirm_record(record=record, by=town.zhao, role="worker", words="电话里说来过了", now=NOW)
    timebank.confirm_record(record=record, by=bank.sun, role="family", now=NOW)
    assert Confirmation.objects.get().by == town.zhao
    for by in (bank.chen, town.zhao, town.wang):
        with pytest.raises(Refused):
            timebank.approve_record(record=record, good=True, by=by, now=NOW)
    assert list(to_approve([town.grid.stem])) == [record]
    timebank.approve_record(record=record, good=True, by=town.qian, now=NOW)
    with pytest.raises(Refused):
        timebank.approve_record(record=record, good=True, by=town.qian, now=NOW)
    assert (Claim.objects.get().state, points(bank.volunteer)) == (ClaimState.CONFIRMED, 0)
    timebank.approve_record(record=record, good=True, by=town.zhou, now=NOW)
    assert (Claim.objects.get().state, points(bank.volunteer)) == (ClaimState.PAID, 10)
    made = Transfer.objects.get(kind="award")
    assert (made.actor, made.on_behalf, made.authority, made.rule) == (
        town.zhou.pk,
        bank.chen.pk,
        "rule",
        bank.rule.pk,
    )


def test_one_no_refuses_it_with_a_reason(bank: Care) -> None:
    record = recorded(bank)
    timebank.confirm_record(record=record, by=bank.sun, role="family", now=NOW)
    with pytest.raises(Refused):
        timebank.approve_record(record=record, good=False, by=bank.town.zhao, now=NOW)
    timebank.approve_record(record=record, good=False, reason="当天在外地", by=bank.town.zhao, now=NOW)
    with pytest.raises(Refused):
        timebank.approve_record(record=record, good=True, by=bank.town.qian, now=NOW)
    bank.volunteer.refresh_from_db()
    assert (Claim.objects.get().state, points(bank.volunteer), bank.volunteer.minutes) == ("refused", 0, 0)


def test_the_same_key_is_one_record(bank: Care) -> None:
    uid = uuid4()
    assert recorded(bank, uid=uid) == recorded(bank, uid=uid)
    assert Record.objects.count() == 1


@pytest.mark.parametrize("case", ["overlap", "household", "relative", "self"])
def test_what_is_not_honest_is_stopped(bank: Care, case: str) -> None:
    town = bank.town
    receiver = town.li
    if case == "overlap":
        recorded(bank)
    elif case == "household":
        town.li.household = bank.chen.household
        town.li.save()
        bank.chen.refresh_from_db()
    elif case == "relative":
        timebank_bond(bank)
    else:
        receiver = bank.chen
    before = Record.objects.count()
    with pytest.raises(Refused):
        recorded(bank, receiver=receiver, begins=NOW - timedelta(days=2, minutes=30))
    assert Record.objects.count() == before


def timebank_bond(bank: Care) -> None:
    people.bind_family(
        elder=bank.town.li, helper=bank.chen, relation="女儿", how="当面", by=bank.town.zhao, now=LAST_WEEK
    )


def test_what_is_doubtful_is_looked_at_before_it_counts(bank: Care) -> None:
    record = recorded(bank, distance_m=450, evidence=["signin"])
    assert (
        sorted(Finding.objects.values_list("code", flat=True)) == ["door"]
        or Finding.objects.filter(code="door").exists()
    )
    assert list(to_look([bank.town.grid.stem])) == [record]
    timebank.confirm_record(record=record, by=bank.sun, role="family", now=NOW)
    with pytest.raises(Refused):
        timebank.approve_record(record=record, good=True, by=bank.town.zhao, now=NOW)
    for finding in Finding.objects.filter(record=record):
        with pytest.raises(Refused):
            timebank.see_finding(finding=finding, verdict="fine", words="", by=bank.chen, now=NOW)
        timebank.see_finding(
            finding=finding, verdict="fine", words="定位不准，家属说到了", by=bank.town.zhao, now=NOW
        )
    for by in (bank.town.zhao, bank.town.qian):
        timebank.approve_record(record=record, good=True, by=by, now=NOW)
    assert points(bank.volunteer) == 10


def test_not_in_order_earns_nothing(bank: Care) -> None:
    record = recorded(bank, distance_m=900)
    finding = Finding.objects.filter(record=record, code="door").get()
    with pytest.raises(Refused):
        timebank.see_finding(finding=finding, verdict="not_fine", words="", by=bank.town.zhao, now=NOW)
    timebank.see_finding(finding=finding, verdict="not_fine", words="人在外地", by=bank.town.zhao, now=NOW)
    assert Claim.objects.get(pk=record.pk).state == ClaimState.REFUSED
    assert list(to_look([bank.town.grid.stem])) == []


def test_a_correction_is_a_further_record(bank: Care) -> None:
    record = served(bank, 120)
    assert points(bank.volunteer) == 20
    with pytest.raises(Refused):
        timebank.correct_record(record=record, minutes=60, why="只待了一小时", by=bank.chen, now=NOW)
    right = timebank.correct_record(record=record, minutes=60, why="只待了一小时", by=bank.town.zhao, now=NOW)
    bank.volunteer.refresh_from_db()
    assert (points(bank.volunteer), bank.volunteer.minutes) == (0, 0)
    assert chain_of(record) == chain_of(right) == [record, right]
    with pytest.raises(Refused):
        timebank.correct_record(record=record, minutes=30, why="再改", by=bank.town.zhao, now=NOW)
    with pytest.raises(Refused):
        timebank.approve_record(record=right, good=True, by=bank.town.zhao, now=NOW)
    for by in (bank.town.qian, bank.town.zhou):
        timebank.approve_record(record=right, good=True, by=by, now=NOW)
    bank.volunteer.refresh_from_db()
    assert (points(bank.volunteer), bank.volunteer.minutes) == (10, 60)
    assert Record.objects.get(pk=record.pk).minutes == 120


def test_it_did_not_take_place(bank: Care) -> None:
    record = served(bank, 60)
    timebank.correct_record(record=record, minutes=0, why="那天没去", by=bank.town.zhao, now=NOW)
    bank.volunteer.refresh_from_db()
    assert (points(bank.volunteer), bank.volunteer.minutes) == (0, 0)
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["corrected", "refused"]


def test_facts_are_only_added(bank: Care) -> None:
    record = served(bank)
    for row, column, value in (
        (record, "minutes", 600), (Confirmation.objects.get(), "rating", 1), (Approval.objects.first(), "good", False),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**{column: value})  # type: ignore[union-attr]
    with pytest.raises(IntegrityError), transaction.atomic():
        bank.rule.body["approvers"] = 0
        bank.rule.save()
    Confirmation.objects.update(words="—")  # erasure may take words away


def test_a_new_rule_changes_nothing_past(bank: Care) -> None:
    old = served(bank, 60)
    late = recorded(bank, 60, NOW - timedelta(days=1))
    twice = adopted(bank.town, bank.programme, TODAY, rates={"default": 20, "services": {}})
    fresh = recorded(bank, 60, NOW - timedelta(hours=2))
    for record in (late, fresh):
        timebank.confirm_record(record=record, by=bank.sun, role="family", now=NOW)
        for by in (bank.town.zhao, bank.town.qian):
            timebank.approve_record(record=record, good=True, by=by, now=NOW)
    found = {claim.pk: (claim.points, claim.rule_id) for claim in Claim.objects.all()}
    assert found == {old.pk: (10, bank.rule.pk), late.pk: (10, bank.rule.pk), fresh.pk: (20, twice.pk)}


def test_whoever_writes_the_rule_does_not_adopt_it(bank: Care) -> None:
    draft = timebank.draft_rule(
        programme=bank.programme, body={}, valid_from=TODAY, by=bank.town.zhou, now=NOW
    )
    with pytest.raises(Refused):
        timebank.adopt_rule(rule=draft, resolution="1 号", by=bank.town.zhou, now=NOW)
    with pytest.raises(Refused):
        timebank.draft_rule(
            programme=bank.programme,
            body={},
            valid_from=TODAY - timedelta(days=1),
            by=bank.town.zhou,
            now=NOW,
        )
    with pytest.raises(Refused) as refused:
        timebank.draft_rule(
            programme=bank.programme, body={"approvers": 9}, valid_from=TODAY, by=bank.town.zhou, now=NOW
        )
    assert refused.value.field == "approvers"


def test_an_empty_pool_lets_it_wait_and_says_so() -> None:
    bank = care(neighbourhood())
    from_pool = Balance.objects.get(account__kind="pool")
    timebank_drain(bank, from_pool.posted - 5)
    record = served(bank, 60)
    claim = Claim.objects.get(pk=record.pk)
    bank.volunteer.refresh_from_db()
    assert (claim.state, points(bank.volunteer), bank.volunteer.minutes) == ("approved", 0, 60)
    assert Outbox.objects.filter(notice="pool", to_person=bank.town.zhou.pk).count() == 1
    timebank.fill_pool(
        programme=bank.programme, key=uuid4(), points=100, resolution="3 号", by=bank.town.zhou, now=NOW
    )
    assert timebank.pay_waiting(programme=bank.programme, by=bank.town.zhou, now=NOW) == 1
    assert timebank.pay_waiting(programme=bank.programme, by=bank.town.zhou, now=NOW) == 0
    assert points(bank.volunteer) == 10


def timebank_drain(bank: Care, amount: int) -> None:
    from linli.ground.ledger.actions import Leg, Order, Who, post  # why: only this case empties a pool

    own = timebank.accounts(bank.programme, NOW)
    post(
        order=Order(
            uid=uuid4(), book=bank.programme.book, kind="test", legs=[Leg(own.pool, -amount), Leg(own.gifts, amount)],
            who=Who(None, "rule"),
        ),
        now=NOW,
    )  # fmt: skip


def test_what_is_spent_cannot_be_taken_back_and_is_a_loss_in_the_open(bank: Care) -> None:
    from linli.ground.ledger.actions import Leg, Order, Who, post  # why: only this case spends by hand

    record = served(bank, 120)
    own = timebank.accounts(bank.programme, NOW)
    post(
        order=Order(
            uid=uuid4(), book=bank.programme.book, kind="test", who=Who(None, "rule"),
            legs=[Leg(bank.volunteer.account, -15), Leg(own.redeemed, 15)],
        ),
        now=NOW,
    )  # fmt: skip
    timebank.correct_record(record=record, minutes=0, why="没去", by=bank.town.zhao, now=NOW)
    sums = sums_by_kind(bank.programme.book, bank.programme.unit)
    assert (points(bank.volunteer), sums["pool"], sums["adjust"]) == (0, POOL, -15)
    assert sum(sums.values()) == 0
    assert verify().broken is None


def test_nobody_objected_in_time(bank: Care) -> None:
    record = recorded(bank)
    claim = Claim.objects.get(pk=record.pk)
    hours = bank.rule.terms.auto_confirm_hours
    assert hours and claim.auto_at == record.made_at + timedelta(hours=hours)
    assert timebank.auto_confirm(now=claim.auto_at - timedelta(seconds=1)) == 0
    assert timebank.auto_confirm(now=claim.auto_at) == 1
    assert timebank.auto_confirm(now=claim.auto_at) == 0
    assert (Confirmation.objects.get().role, Confirmation.objects.get().by) == ("auto", None)


def test_leaving_empties_and_closes_the_accounts(bank: Care) -> None:
    served(bank, 60)
    gone = timebank.leave(member=bank.volunteer, by=bank.town.zhou, now=NOW)
    row = Balance.objects.get(pk=gone.account_id)
    assert (gone.state, row.posted, row.closed_at) == ("left", 0, NOW)
    assert sums_by_kind(bank.programme.book, bank.programme.unit)["gifts"] == 10
    with pytest.raises(Refused):
        recorded(Care(bank.town, bank.programme, bank.rule, bank.chen, gone, bank.wang, bank.sun))


def test_an_heir_after_a_death_by_the_committee(bank: Care) -> None:
    served(bank, 60)
    with pytest.raises(Refused):
        timebank.leave(member=bank.volunteer, heir=bank.wang, by=bank.town.zhou, now=NOW)
    timebank.leave(member=bank.volunteer, heir=bank.wang, died=True, by=bank.town.zhou, now=NOW)
    assert (points(bank.wang), points(bank.volunteer)) == (10, 0)


def test_too_young_is_not_admitted(bank: Care) -> None:
    child = person(bank.town.grid, "小明", birthday=TODAY.replace(year=TODAY.year - 12))
    row = timebank.apply(programme=bank.programme, person=child, by=bank.town.zhao, now=NOW)
    with pytest.raises(Refused):
        timebank.check(member=row, by=bank.town.zhao, now=NOW)
    with pytest.raises(Refused):
        timebank.admit(member=row, by=bank.town.zhou, now=NOW)
    assert Member.objects.get(pk=row.pk).state == "applied"


def test_erasure_takes_the_words_and_leaves_the_hours(bank: Care) -> None:
    record = served(bank, distance_m=40)
    right = timebank.correct_record(
        record=record, minutes=30, why="陈爱珍说只待了半小时", by=bank.town.zhao, now=NOW
    )
    copy = people.export_person(person=bank.chen, by=bank.town.admin, now=NOW)
    assert len(copy["rows"]["timebank.Record"]) == 2
    receipt = people.erase_person(person=bank.chen, reason="本人要求", by=bank.town.admin, now=NOW)
    right.refresh_from_db()
    record.refresh_from_db()
    assert receipt["timebank.Record"] == 2
    assert (record.distance_m, right.why, record.minutes, right.minutes) == (None, "—", 60, 30)
