"""Points are set aside, taken, freed, frozen; the rule's every no in words."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.grants import lot
from linli.commons.timebank.choices import MemberKind, Relation
from linli.commons.timebank.models import Member, Payment
from linli.commons.timebank.queries.purses import Purse, days_of_care, purse_of, statement_of
from linli.ground.ledger.queries import standing, verify
from linli.ground.people import actions as people
from linli.ground.people.models import Person
from linli.kit.refused import Refused
from tests.commons.timebank.shelf import points
from tests.factories import NOW, neighbourhood
from tests.factories_care import Care, care, recorded

pytestmark = pytest.mark.django_db
KEY = UUID(int=7)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def one() -> Care:
    return care(neighbourhood())


def with_rule(**knobs: Any) -> Care:
    return care(neighbourhood(), **knobs)


def aside(care: Care, amount: int = 50, **more: Any) -> Payment:
    """陈阿姨 books care for herself."""
    given: dict[str, Any] = {
        "key": uuid4(), "member": care.volunteer, "kind": "care", "points": amount, "by": care.chen,
        "authority": "self", "now": NOW, "words": "周五陪诊",
    }  # fmt: skip
    return timebank.set_aside(**(given | more))


def purse(care: Care, member: Member | None = None) -> tuple[int, int, int, int]:
    found: Purse = purse_of(Member.objects.get(pk=(member or care.volunteer).pk))
    return found.earned, found.granted, found.held, found.free


def redeemed(care: Care) -> int:
    return standing(timebank.accounts(care.programme, NOW).redeemed)


def granted(care: Care, amount: int = 30) -> None:
    """Some granted points for 陈阿姨 beside what she earned."""
    lot(Member.objects.get(pk=care.volunteer.pk), amount, NOW.date(), care.rule, care.town.zhou, NOW)
    care.volunteer.refresh_from_db()


def test_granted_points_are_set_aside_first_then_earned_ones(one: Care) -> None:
    points(one, 100)
    granted(one)
    row = aside(one)
    assert (row.granted_hold.amount, row.hold.amount) == (30, 20)
    assert purse(one) == (100, 30, 50, 80)
    taken = timebank.take_payment(payment=row, by=one.chen, authority="self", now=NOW)
    assert (taken.state, purse(one), redeemed(one)) == ("taken", (80, 0, 0, 80), 50)
    assert verify().broken is None


@pytest.mark.parametrize("taken", [True, False])
def test_what_did_not_take_place_is_given_back_to_whoever_paid_for_it(one: Care, taken: bool) -> None:
    points(one, 100)
    granted(one)
    row, visit = aside(one, source=("visit", 7)), ("visit", 7)
    other = timebank.take_payment(
        payment=aside(one, 10, source=("visit", 8)), by=one.chen, authority="self", now=NOW
    )
    wang = Member.objects.get(pk=one.wang.pk)
    if taken:
        timebank.take_payment(payment=row, by=one.chen, authority="self", now=NOW)
        assert purse(one) == (70, 0, 0, 70)
    record = recorded(one, 60, source=visit)
    timebank.correct_record(record=record, minutes=0, why="她没有来", by=one.town.zhou, now=NOW)
    row.refresh_from_db()
    assert purse(one) == (90, 30, 0, 120)
    assert (row.state, other.state, purse(one, wang)) == (
        "taken" if taken else "freed",
        "taken",
        (0, 0, 0, 0),
    )
    assert redeemed(one) == 10
    assert len(days_of_care(one.volunteer, NOW.date())) == 1  # what was given back counts against no limit
    lines = statement_of(Member.objects.get(pk=one.volunteer.pk))[0]
    assert [line.words for line in lines if "given back" in line.words] == (
        ["Did not take place, given back: 周五陪诊"] if taken else []
    )
    assert verify().broken is None


def test_the_same_key_twice_is_one_payment_and_with_other_points_refused(one: Care) -> None:
    points(one, 100)
    row = aside(one, key=KEY)
    assert aside(one, key=KEY) == row
    with pytest.raises(Refused, match="other contents"):
        aside(one, 40, key=KEY)
    assert (Payment.objects.count(), purse(one)) == (1, (100, 0, 50, 50))


def test_more_than_is_free_is_refused_and_says_how_many_are(one: Care) -> None:
    points(one, 100)
    aside(one, 70)
    with pytest.raises(Refused, match="20 points are missing: 30 are free"):
        aside(one, 50)
    assert (Payment.objects.count(), purse(one)) == (1, (100, 0, 70, 30))


def test_fewer_points_than_set_aside_may_be_taken_and_the_rest_is_free(one: Care) -> None:
    points(one, 100)
    granted(one)
    row = timebank.take_payment(payment=aside(one), by=None, authority="rule", now=NOW, points=20)
    assert (row.points, purse(one), redeemed(one)) == (20, (100, 10, 0, 110), 20)
    with pytest.raises(Refused, match="At most 50"):
        timebank.take_payment(payment=aside(one), by=None, authority="rule", now=NOW, points=60)
    assert purse(one) == (100, 10, 50, 60)
    assert verify().broken is None


def test_none_taken_frees_it(one: Care) -> None:
    points(one, 100)
    row = timebank.take_payment(payment=aside(one), by=None, authority="rule", now=NOW, points=0)
    assert (row.state, purse(one)) == ("freed", (100, 0, 0, 100))


def test_taken_once_freed_once(one: Care) -> None:
    points(one, 100)
    row = aside(one)
    first = timebank.take_payment(payment=row, by=one.chen, authority="self", now=NOW)
    again = timebank.take_payment(payment=row, by=one.chen, authority="self", now=NOW)
    assert first.transfer_id == again.transfer_id
    with pytest.raises(Refused, match="already"):
        timebank.free_payment(payment=row, by=one.chen, authority="self", now=NOW)
    other = timebank.free_payment(payment=aside(one, 20), by=one.chen, authority="self", now=NOW)
    assert timebank.free_payment(payment=other, by=one.chen, authority="self", now=NOW).ended_at == NOW
    assert purse(one) == (50, 0, 0, 50)


def test_what_is_frozen_moves_by_a_decision_only(one: Care) -> None:
    points(one, 100)
    row = timebank.freeze_payment(payment=aside(one, auto_at=NOW), by=one.chen, now=NOW)
    for act in (timebank.take_payment, timebank.free_payment):
        with pytest.raises(Refused, match="dispute"):
            act(payment=row, by=one.chen, authority="self", now=NOW)
    assert timebank.take_due(now=NOW + timedelta(days=9)) == 0
    assert purse(one) == (100, 0, 50, 50)
    thawed = timebank.thaw_payment(payment=row, by=one.town.zhou, now=NOW)
    frozen = timebank.freeze_payment(payment=thawed, by=one.chen, now=NOW)
    done = timebank.take_payment(payment=frozen, by=one.town.zhou, authority="decision", now=NOW, points=30)
    assert (done.state, purse(one)) == ("taken", (70, 0, 0, 70))


def test_nobody_objected_in_time_so_it_is_taken_once(one: Care) -> None:
    points(one, 100)
    aside(one, auto_at=NOW + timedelta(hours=72))
    aside(one, 10)
    assert timebank.take_due(now=NOW + timedelta(hours=71)) == 0
    assert timebank.take_due(now=NOW + timedelta(hours=73)) == 1
    assert timebank.take_due(now=NOW + timedelta(hours=74)) == 0
    assert purse(one) == (50, 0, 10, 40)


def test_who_may_spend_for_whom(one: Care) -> None:
    town = one.town
    points(one, 100, one.wang)
    own: dict[str, Any] = {"member": one.wang}
    for by, authority in (
        (town.sun, "self"),
        (town.liu, "family"),
        (town.stranger, "worker"),
        (town.wang, "worker"),
    ):
        with pytest.raises(Refused, match="not yours"):
            aside(one, by=by, authority=authority, **own)
    assert Payment.objects.count() == 0
    for by, authority in ((town.sun, "family"), (town.zhao, "worker"), (town.wang, "self")):
        row = aside(one, 20, by=by, authority=authority, **own)
        assert (row.made_by, row.authority) == (by, authority)
    assert purse(one, one.wang) == (100, 0, 60, 40)


def test_care_is_for_whom_the_rule_names(one: Care) -> None:
    points(one, 100)
    town = one.town
    with pytest.raises(Refused, match="what they are to the owner"):
        aside(one, receiver=town.wang)
    with pytest.raises(Refused, match="cannot be used for this person"):
        aside(one, receiver=town.wang, relation="friend")
    with pytest.raises(Refused, match="what they are to the owner"):
        aside(one, receiver=town.wang, relation="self")
    assert Payment.objects.count() == 0
    row = aside(one, receiver=town.wang, relation="parent")
    assert (row.receiver, row.relation) == (town.wang, Relation.PARENT)


def test_so_many_times_a_year_and_from_an_age_on() -> None:
    one = with_rule(relations={"parent": 2, "friend": None, "elder_in_need": None}, relative_min_age=80)
    points(one, 100)
    town = one.town
    for _time in range(2):
        aside(one, 10, receiver=town.wang, relation="parent")
    with pytest.raises(Refused, match="2 times a year"):
        aside(one, 10, receiver=town.wang, relation="parent")
    with pytest.raises(Refused, match="80 or older; they are 78"):
        aside(one, 10, receiver=town.li, relation="friend")
    with pytest.raises(Refused, match="not among the elders"):
        aside(one, 10, receiver=one.sun, relation="elder_in_need")
    assert purse(one) == (100, 0, 20, 80)
    later = NOW.replace(year=2027)
    aside(one, 10, receiver=town.wang, relation="parent", now=later)


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"benefits": {"care": {"allowed": False}}}, "Care cannot be had"),
        ({"benefits": {"care": {"min_age": 70}}}, "From 70 years on; now 66"),
        ({"min_hours_to_redeem": 10}, "After 10 hours of service; so far 0"),
        ({"benefits": {"care": {"month_max": 1}}}, "1 times a month"),
        ({"window": {"kind": "month_days", "days": [15]}}, "Next on 3/15"),
        ({"window": {"kind": "quarterly", "count": 1}}, "Next on 4/1"),
    ],
)
def test_every_refusal_of_the_rule_in_words(knobs: dict[str, Any], words: str) -> None:
    one = with_rule(**knobs)
    points(one, 100)
    before = 0
    if "month_max" in str(knobs) or "quarterly" in str(knobs):
        aside(one, 10)
        before = 10
    with pytest.raises(Refused, match=words):
        aside(one, 10)
    assert purse(one) == (100, 0, before, 100 - before)


def test_somebody_without_a_birthday_is_asked_for_it(one: Care) -> None:
    points(one, 100)
    Person.objects.filter(pk=one.chen.pk).update(birthday=None)
    one.volunteer.refresh_from_db()
    with pytest.raises(Refused, match="birthday is not known"):
        aside(one)


def test_granted_points_ask_for_no_hours_of_service() -> None:
    one = with_rule(min_hours_to_redeem=10)
    granted(one, 50)
    aside(one)
    assert purse(one) == (0, 50, 50, 0)


def test_a_relation_needs_its_proof_where_the_rule_wants_one() -> None:
    one = with_rule(relation_proof=True)
    points(one, 100)
    with pytest.raises(Refused, match="asks for a proof"):
        aside(one, receiver=one.town.wang, relation="parent")
    people.bind_family(
        elder=one.town.wang, helper=one.chen, relation="女儿", how="当面", by=one.town.zhao, now=NOW
    )
    assert aside(one, receiver=one.town.wang, relation="parent").points == 50


def test_what_a_group_earns_it_only_gives_away() -> None:
    one = with_rule(group_donate_only=True)
    points(one, 100)
    Member.objects.filter(pk=one.volunteer.pk).update(kind=MemberKind.GROUP)
    with pytest.raises(Refused, match="only give away"):
        aside(one)
    gift = timebank.give(
        key=uuid4(), member=one.volunteer, gift_to="pool", points=40, by=one.chen, authority="self", now=NOW
    )
    assert (gift.state, purse(one)) == ("taken", (60, 0, 0, 60))


def test_whoever_left_spends_nothing(one: Care) -> None:
    timebank.leave(member=one.volunteer, by=one.town.zhou, now=NOW)
    with pytest.raises(Refused, match="have left"):
        aside(one)


def test_what_care_costs_follows_the_rule_of_the_day(one: Care) -> None:
    assert timebank.care_price(one.programme, "company", 90, NOW.date()) == 15
    assert timebank.care_price(one.programme, "company", 89, date(2026, 3, 6)) == 10
