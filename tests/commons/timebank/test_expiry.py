"""Points run out: first in first out, on their day, once; never what is set aside."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.grants import lot
from linli.commons.timebank.models import Member
from linli.commons.timebank.queries.expiring import running_out, runs_out
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Outbox
from linli.ground.ledger.queries import in_circulation, standing, sums_by_kind, verify
from tests.commons.timebank.shelf import points
from tests.factories import NOW, neighbourhood
from tests.factories_care import POOL, Care, care, served

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 5)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def one() -> Care:
    made = care(neighbourhood(), grant_expiry_months=3, benefits={"care": {"min_age": 60}})
    grant(made, 60)
    return made


def grant(care: Care, amount: int, months_on: int = 0) -> None:
    now = NOW + timedelta(days=31 * months_on)
    lot(
        Member.objects.get(pk=care.wang.pk), amount, now.date().replace(day=1), care.rule, care.town.zhou, now
    )
    care.wang.refresh_from_db()


def expire(care: Care, day: date = DUE) -> int:
    return timebank.expire_points(programme=care.programme, day=day, now=NOW + (day - NOW.date()))


def purse(care: Care) -> tuple[int, int, int]:
    found = purse_of(Member.objects.get(pk=care.wang.pk))
    return found.granted, found.held, found.free


def aside(care: Care, amount: int):  # type: ignore[no-untyped-def]
    return timebank.set_aside(
        key=uuid4(),
        member=care.wang,
        kind="care",
        points=amount,
        by=care.town.zhao,
        authority="worker",
        now=NOW,
    )


def test_on_its_day_once(one: Care) -> None:
    assert expire(one, DUE - timedelta(days=1)) == 0
    assert expire(one) == 60
    assert (expire(one), purse(one)) == (0, (0, 0, 0))
    assert expire(one, DUE + timedelta(days=1)) == 0
    assert standing(timebank.accounts(one.programme, NOW).expired) == 60
    assert verify().broken is None


def test_first_in_first_out(one: Care) -> None:
    grant(one, 40, months_on=1)
    timebank.take_payment(payment=aside(one, 50), by=None, authority="rule", now=NOW)
    assert [(left.day, left.points) for left in runs_out(one.wang.granted)] == [
        (DUE, 10),
        (date(2026, 7, 5), 40),
    ]
    assert expire(one) == 10
    assert purse(one) == (40, 0, 40)
    assert expire(one, date(2026, 7, 5)) == 40
    assert (purse(one), verify().broken) == ((0, 0, 0), None)


def test_never_what_is_set_aside_until_it_is_free_again(one: Care) -> None:
    row = aside(one, 50)
    assert expire(one) == 10
    assert purse(one) == (50, 50, 0)
    timebank.free_payment(payment=row, by=None, authority="rule", now=NOW)
    assert (expire(one), purse(one)) == (0, (50, 0, 50))  # this day's run is booked: the next one takes it
    assert expire(one, DUE + timedelta(days=1)) == 50
    assert (purse(one), verify().broken) == ((0, 0, 0), None)


def test_earned_points_keep_unless_the_rule_says_so(one: Care) -> None:
    points(one, 100, one.wang)
    assert expire(one, date(2030, 1, 1)) == 60
    assert purse_of(one.wang).earned == 100


def test_earned_points_run_out_where_the_rule_says_so() -> None:
    one = care(neighbourhood(), expiry_months=12)
    served(one, 120)
    found = purse_of(one.volunteer)
    assert (found.earned, [(left.day, left.points) for left in runs_out(one.volunteer.account)]) == (
        20,
        [(date(2027, 3, 3), 20)],
    )
    assert expire(one, date(2027, 3, 2)) == 0
    assert expire(one, date(2027, 3, 3)) == 20


def test_whoever_has_them_is_told_once_a_month_before(one: Care) -> None:
    def warn(day: date) -> int:
        return timebank.warn_expiry(programme=one.programme, day=day, now=NOW)

    assert warn(DUE - timedelta(days=31)) == 0
    assert (warn(DUE - timedelta(days=30)), warn(DUE - timedelta(days=29))) == (1, 1)
    told = Outbox.objects.filter(notice="expiry")
    assert sorted(told.values_list("to_person", flat=True)) == sorted([one.town.wang.pk, one.sun.pk])


def test_what_runs_out_in_a_month_with_whose_it_is(one: Care) -> None:
    found = running_out(one.programme, date(2026, 6, 1), date(2026, 6, 30))
    assert [(row.day, row.points, row.member) for row in found] == [(DUE, 60, one.wang)]
    assert running_out(one.programme, date(2026, 7, 1), date(2026, 7, 31)) == []


def test_issued_less_redeemed_and_expired_is_what_people_and_pools_have(one: Care) -> None:
    timebank.take_payment(payment=aside(one, 20), by=None, authority="rule", now=NOW)
    expire(one)
    sums = sums_by_kind(one.programme.book, one.programme.unit)
    assert (sums["issuer"], sums["redeemed"], sums["expired"], sum(sums.values())) == (-POOL, 20, 40, 0)
    assert in_circulation(one.programme.book, one.programme.unit) == POOL - 60
