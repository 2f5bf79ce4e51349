"""Points from the pool for elders in need of care: by the rule, month by month, nobody twice."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Lot, Member
from linli.commons.timebank.queries.expiring import runs_out
from linli.commons.timebank.queries.grants import grants_due
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Outbox
from linli.ground.ledger.actions import Leg, Order, Who, post
from linli.ground.ledger.queries import standing, verify
from linli.ground.people import actions as people
from linli.kit.refused import Refused
from tests.factories import NOW, TODAY, neighbourhood
from tests.factories_care import POOL, Care, care

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
KNOBS: dict[str, Any] = {
    "grants": [
        {"group": "alone", "points_month": 30, "min_age": 60, "max_age": 79},
        {"group": "alone", "points_month": 60, "min_age": 80},
        {"group": "disabled", "points_month": 100},
    ],
    "grant_expiry_months": 3,
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def one() -> Care:
    return care(neighbourhood(), **KNOBS)


def granted(who: Any) -> int:
    member = Member.objects.filter(person=who).first()
    return purse_of(member).granted if member else 0


def run(care: Care, month: date = MARCH) -> tuple[list[int], list[int]]:
    done = timebank.run_grants(programme=care.programme, month=month, by=care.town.zhou, now=NOW)
    return [due.points for due in done.given], [due.points for due in done.waiting]


def drain(care: Care, left: int) -> None:
    """Leave so many points in the pool."""
    own = timebank.accounts(care.programme, NOW)
    legs = [Leg(own.pool, left - standing(own.pool)), Leg(own.gifts, standing(own.pool) - left)]
    order = Order(uid=uuid4(), book=care.programme.book, kind="leave", legs=legs, who=Who(None, "rule"))
    post(order=order, now=NOW)


def test_the_preview_says_what_the_run_gives(one: Care) -> None:
    preview = grants_due(one.programme, MARCH, TODAY)
    assert [(due.person, due.points, due.done) for due in preview] == [
        (one.town.wang, 60, False), (one.town.li, 30, False),
    ]  # fmt: skip
    assert run(one) == ([60, 30], [])
    assert (granted(one.town.wang), granted(one.town.li)) == (60, 30)
    assert [due.done for due in grants_due(one.programme, MARCH, TODAY)] == [True, True]
    assert standing(timebank.accounts(one.programme, NOW).pool) == POOL - 90
    assert {str(day) for day in Lot.objects.values_list("expires_on", flat=True)} == {"2026-06-05"}
    member = Member.objects.get(person=one.town.wang)
    assert [(one.day, one.points) for one in runs_out(member.granted)] == [(date(2026, 6, 5), 60)]
    assert verify().broken is None


def test_run_again_it_gives_nobody_twice(one: Care) -> None:
    run(one)
    assert run(one) == ([], [])
    assert (granted(one.town.wang), Lot.objects.count()) == (60, 2)
    assert Outbox.objects.filter(notice="points").count() == 3  # 王奶奶, her family, 李大爷


def test_who_fits_more_than_one_gets_the_largest(one: Care) -> None:
    people.set_tag(person=one.town.li, kind="disabled", since=TODAY, by=None, now=NOW)
    assert run(one) == ([60, 100], [])
    assert granted(one.town.li) == 100


def test_an_empty_pool_lets_the_rest_wait_and_the_next_run_reaches_them(one: Care) -> None:
    drain(one, 70)
    assert run(one) == ([60], [30])
    assert (granted(one.town.wang), granted(one.town.li)) == (60, 0)
    assert Outbox.objects.filter(notice="pool", to_person=one.town.zhou.pk).count() == 1
    timebank.fill_pool(
        programme=one.programme,
        key=uuid4(),
        points=500,
        resolution="居民会议 3 号",
        by=one.town.zhou,
        now=NOW,
    )
    assert run(one) == ([30], [])
    assert (granted(one.town.wang), granted(one.town.li), verify().broken) == (60, 30, None)


def test_no_month_ahead_and_nothing_without_a_rule_for_it(one: Care) -> None:
    with pytest.raises(Refused, match="not begun"):
        run(one, date(2026, 4, 1))
    assert run(one, date(2026, 2, 1)) == ([60, 30], [])
    assert run(one) == ([60, 30], [])


def test_a_rule_without_grants_gives_none() -> None:
    one = care(neighbourhood())
    with pytest.raises(Refused, match="nobody is granted"):
        run(one)
    assert Lot.objects.count() == 0
