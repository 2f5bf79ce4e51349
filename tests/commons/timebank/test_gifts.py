"""Earned points are given to a friend, to an elder in need of care, to the common pool."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.grants import lot
from linli.commons.timebank.models import Lot, Member, Payment
from linli.commons.timebank.queries.purses import purse_of, statement_of
from linli.ground.journal.models import Outbox
from linli.ground.ledger.queries import standing, verify
from linli.kit.refused import Refused
from tests.commons.timebank.shelf import points
from tests.factories import NOW, neighbourhood
from tests.factories_care import Care, care, volunteer

pytestmark = pytest.mark.django_db
KEY = UUID(int=7)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals by their message ids, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def one() -> Care:
    made = care(neighbourhood(), expiry_months=12)
    points(made, 100)
    return made


def gift(care: Care, amount: int = 40, **more: Any) -> Payment:
    given: dict[str, Any] = {
        "key": uuid4(), "member": care.volunteer, "gift_to": "elder", "receiver": care.town.wang, "by": care.chen,
        "authority": "self", "now": NOW, "words": "您多歇歇",
    }  # fmt: skip
    return timebank.give(points=amount, **(given | more))


def earned(member: Member) -> int:
    return purse_of(Member.objects.get(pk=member.pk)).earned


def test_to_an_elder_they_arrive_as_earned_points_with_the_rules_day(one: Care) -> None:
    row = gift(one)
    assert (row.state, row.receiver, earned(one.volunteer), earned(one.wang)) == (
        "taken",
        one.town.wang,
        60,
        40,
    )
    arrived = Lot.objects.get(account=one.wang.account)
    assert (arrived.amount, str(arrived.expires_on)) == (40, "2027-03-05")
    told = set(Outbox.objects.filter(notice="gift").values_list("to_person", "channel"))
    assert told == {(one.town.wang.pk, "call"), (one.sun.pk, "inbox")}
    mine, theirs = statement_of(one.volunteer)[0][0], statement_of(one.wang)[0][0]
    assert (mine.words, mine.went_out, mine.note) == ("Given to 王*兰", 40, "您多歇歇")
    assert (theirs.words, theirs.came_in, theirs.balance) == ("A gift from 陈*珍", 40, 40)
    assert verify().broken is None


def test_an_elder_without_a_place_gets_one(one: Care) -> None:
    gift(one, receiver=one.town.li)
    place = Member.objects.get(person=one.town.li)
    assert (place.state, earned(place)) == ("receives", 40)


def test_to_a_friend_who_takes_part_and_to_nobody_else(one: Care) -> None:
    friend = volunteer(one.town, one.programme, one.town.liu) if one.town.liu.birthday else None
    assert friend is None  # 刘师傅 has no birthday and no place
    with pytest.raises(Refused, match="do not take part"):
        gift(one, gift_to="friend", receiver=one.town.liu)
    with pytest.raises(Refused, match="not among the elders"):
        gift(one, receiver=one.sun)
    with pytest.raises(Refused, match="own points"):
        gift(one, gift_to="friend", receiver=one.chen)
    with pytest.raises(Refused, match="who shall have them"):
        gift(one, receiver=None)
    assert (Payment.objects.count(), earned(one.volunteer)) == (0, 100)
    gift(one, gift_to="friend", receiver=one.town.wang)
    assert (earned(one.volunteer), earned(one.wang)) == (60, 40)


def test_to_the_common_pool(one: Care) -> None:
    gift(one, gift_to="pool", receiver=None)
    assert (standing(timebank.accounts(one.programme, NOW).gifts), earned(one.volunteer)) == (40, 60)
    assert statement_of(one.volunteer)[0][0].words == "Given to the common pool"


def test_granted_points_are_not_given_away(one: Care) -> None:
    lot(one.volunteer, 50, NOW.date(), one.rule, one.town.zhou, NOW)
    one.volunteer.refresh_from_db()
    with pytest.raises(Refused, match="20 points are missing: 100 are free"):
        gift(one, 120)
    assert (Payment.objects.count(), earned(one.volunteer)) == (0, 100)


def test_the_same_key_twice_is_one_gift(one: Care) -> None:
    assert gift(one, key=KEY) == gift(one, key=KEY)
    with pytest.raises(Refused, match="other contents"):
        gift(one, 50, key=KEY)
    assert (Payment.objects.count(), earned(one.volunteer)) == (1, 60)


def test_nobody_gives_what_is_anothers(one: Care) -> None:
    with pytest.raises(Refused, match="not yours"):
        gift(one, by=one.town.liu, authority="self")
    assert (Payment.objects.count(), earned(one.volunteer)) == (0, 100)
