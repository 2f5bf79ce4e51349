"""南田 and 远山 honour each other's points: agreed by both directors, limited, both books equal and opposite."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import peers
from linli.commons.timebank.models import Crossing, Member, Peering, Programme
from linli.commons.timebank.queries import peers as read
from linli.ground.journal.models import Event, Outbox
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Authority
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.kit.refused import Refused
from tests.factories import BEGAN, NOW, Neighbourhood, login, neighbourhood, person
from tests.factories_care import ADOPTED, Care, adopted, care, served


class Two:
    """Two communities that agreed on 100 points; 陈阿姨 has 80 of them, 高姐 none."""

    def __init__(self, one: Care, there: Programme, far: Person, gao: Member, peering: Peering) -> None:
        self.one, self.there, self.far, self.gao, self.peering = one, there, far, gao, peering

    def send(self, points: int, back: bool = False, **more: Any) -> Crossing:
        ends = {"sender": self.gao, "receiver": self.one.volunteer} if back else {}
        given_ = {
            "key": uuid4(), "peering": self.peering, "sender": self.one.volunteer, "receiver": self.gao,
            "points": points, "authority": Authority.SELF, "now": NOW,
        } | ends  # fmt: skip
        return peers.send_across(**({"by": given_["sender"].person} | given_ | more))

    def stand(self) -> tuple[int, int, int, int]:
        """Her points, his points, what each book says of the other."""
        owed = read.net(self.peering)
        here, over = (books.standing(one.account) for one in (self.one.volunteer, self.gao))
        return here, over, owed.one, owed.other


@pytest.fixture
def two(db: Any) -> Two:
    return agreed()


def agreed(town: Neighbourhood | None = None) -> Two:
    """Both directors have said yes; 陈阿姨 has served for eight hours."""
    town = town or neighbourhood()
    one = care(town)
    far = person(town.elsewhere, "远主任", RoleKind.DIRECTOR)
    login(far, "far")
    there = timebank.found_programme(
        area=town.elsewhere, code="yuanshan", name="邻里互助", organisation="远山社区居民委员会", started_on=BEGAN,
        by=far, now=ADOPTED,
    )  # fmt: skip
    adopted(town, one.programme, BEGAN + timedelta(days=1), peer_limit_points=500)
    adopted(town, there, peer_limit_points=300)
    gao_person = person(town.elsewhere_grid, "高秀兰", RoleKind.RESIDENT, birthday=date(1958, 1, 1))
    row = timebank.apply(programme=there, person=gao_person, by=gao_person, now=ADOPTED)
    row = timebank.check(member=row, by=town.stranger, now=ADOPTED)
    if row.state == "checked":
        row = timebank.learn(member=row, by=town.stranger, now=ADOPTED)
    gao = timebank.admit(member=row, by=far, now=ADOPTED)
    for day in range(2):
        served(one, 240, NOW.replace(month=2, day=day + 3, hour=8))
    offer = peers.propose(one=one.programme, other=there, limit=100, by=town.zhou, now=NOW)
    return Two(one, there, far, gao, peers.agree(peering=offer, by=far, now=NOW))


def unchanged(two: Two, act: Any, words: str) -> None:
    before = (two.stand(), Crossing.objects.count(), Event.objects.count(), Peering.objects.count())
    with translation.override("en"), pytest.raises(Refused) as refusal:
        act()
    with translation.override("en"):
        assert words in str(refusal.value)
    assert (two.stand(), Crossing.objects.count(), Event.objects.count(), Peering.objects.count()) == before


def test_points_cross_and_both_books_agree(two: Two) -> None:
    row = two.send(30)
    assert two.stand() == (50, 30, 30, -30)
    assert (row.out_of.book, row.into.book) == (two.one.programme.book, two.there.book)
    assert read.owed_by_rows([two.peering]) == {two.peering.pk: 30}
    assert Outbox.objects.filter(to_person=two.gao.person_id, notice="gift").count() == 1
    two.send(10, back=True)
    assert two.stand() == (60, 20, 20, -20)
    for book, unit in ((two.one.programme.book, "PT:nantian"), (two.there.book, "PT:yuanshan")):
        assert sum(books.sums_by_kind(book, unit).values()) == 0
    assert books.verify().broken is None


def test_the_same_key_is_one_crossing(two: Two) -> None:
    key = UUID(int=5)
    first = two.send(10, key=key)
    assert two.send(10, key=key).pk == first.pk
    assert two.stand() == (70, 10, 10, -10)
    unchanged(two, lambda: two.send(11, key=key), "other contents")


def test_nobody_owes_more_than_the_limit(two: Two) -> None:
    two.send(80)
    served(two.one, 240, NOW.replace(month=2, day=10, hour=8))
    unchanged(two, lambda: two.send(21), "settle first")
    two.send(20)
    assert two.stand() == (20, 100, 100, -100)


def test_what_is_not_there_does_not_cross(two: Two) -> None:
    unchanged(two, lambda: two.send(81), "not enough")
    unchanged(two, lambda: two.send(1, back=True), "not enough")
    unchanged(two, lambda: two.send(0), "above zero")
    unchanged(two, lambda: two.send(-5), "above zero")


def test_only_who_may_send_sends(two: Two) -> None:
    town = two.one.town
    unchanged(two, lambda: two.send(5, by=town.li), "not yours")
    unchanged(two, lambda: two.send(5, by=town.stranger, authority=Authority.WORKER), "not yours")
    unchanged(two, lambda: two.send(5, by=town.sun, authority=Authority.FAMILY), "not yours")
    unchanged(two, lambda: two.send(5, authority=Authority.DECISION), "not yours")
    unchanged(two, lambda: two.send(5, receiver=two.one.wang), "two communities")
    two.send(5, by=town.zhao, authority=Authority.WORKER)
    assert two.stand() == (75, 5, 5, -5)


def test_both_directors_decide_and_nobody_agrees_with_themselves(two: Two) -> None:
    town, there = two.one.town, two.there
    peers.end(peering=two.peering, by=two.far, now=NOW)
    unchanged(two, lambda: two.send(5), "Nothing is agreed")

    def propose(**more: Any) -> Peering:
        given_ = {"one": two.one.programme, "other": there, "limit": 50, "by": town.zhou, "now": NOW}
        return peers.propose(**(given_ | more))

    unchanged(two, lambda: propose(by=town.zhao), "director")
    unchanged(two, lambda: propose(by=two.far), "director")
    unchanged(two, lambda: propose(limit=0), "above zero")
    unchanged(two, lambda: propose(limit=301), "300 at most")
    unchanged(two, lambda: propose(other=two.one.programme), "another community")
    offer = propose()
    unchanged(two, lambda: propose(one=there, other=two.one.programme, by=two.far), "already")
    unchanged(two, lambda: two.send(5, peering=offer), "Nothing is agreed")
    unchanged(two, lambda: peers.agree(peering=offer, by=town.zhou, now=NOW), "director")
    two.peering = peers.agree(peering=offer, by=two.far, now=NOW)
    unchanged(two, lambda: peers.agree(peering=offer, by=two.far, now=NOW), "already")
    two.send(50)
    served(two.one, 240, NOW.replace(month=2, day=10, hour=8))
    unchanged(two, lambda: two.send(1), "settle first")  # the new, lower limit


def test_a_director_of_both_sides_cannot_agree_alone(two: Two) -> None:
    peers.end(peering=two.peering, by=two.far, now=NOW)
    both = person(two.one.town.street, "双料主任", RoleKind.DIRECTOR)
    offer = peers.propose(one=two.one.programme, other=two.there, limit=50, by=both, now=NOW)
    unchanged(two, lambda: peers.agree(peering=offer, by=both, now=NOW), "other side")


def test_hours_of_other_worth_do_not_cross(two: Two) -> None:
    two.send(10)
    adopted(two.one.town, two.there, NOW.date(), peer_limit_points=300, rates={"default": 1})
    two.gao = Member.objects.get(pk=two.gao.pk)
    unchanged(two, lambda: two.send(10), "different points")


def test_a_rule_without_clearing_stops_it(two: Two) -> None:
    adopted(two.one.town, two.there, NOW.date())
    two.gao = Member.objects.get(pk=two.gao.pk)
    unchanged(two, lambda: two.send(10), "lets no points cross")


def test_it_is_settled_by_resolution(two: Two) -> None:
    two.send(30)
    unchanged(two, lambda: peers.end(peering=two.peering, by=two.far, now=NOW), "still owed")
    key = uuid4()

    def settle(**more: Any) -> Crossing:
        given_ = {
            "key": key,
            "peering": two.peering,
            "resolution": "联席会 3 号",
            "by": two.one.town.zhou,
            "now": NOW,
        }
        return peers.settle_across(**(given_ | more))

    unchanged(two, lambda: settle(resolution=" "), "resolution")
    unchanged(two, lambda: settle(by=two.one.town.zhao), "director")
    row = settle()
    assert settle().pk == row.pk
    assert two.stand() == (50, 30, 0, 0)
    assert read.owed_by_rows([two.peering]) == {two.peering.pk: 0}
    here = books.sums_by_kind(two.one.programme.book, "PT:nantian")
    over = books.sums_by_kind(two.there.book, "PT:yuanshan")
    assert (here["redeemed"], over["issuer"], sum(here.values()), sum(over.values())) == (30, -30, 0, 0)
    unchanged(two, lambda: settle(key=uuid4()), "Nothing is owed")
    peers.end(peering=two.peering, by=two.far, now=NOW)
    assert Peering.objects.get().ended_at == NOW


def test_the_other_direction_is_settled_too(two: Two) -> None:
    two.send(30)
    peers.settle_across(key=uuid4(), peering=two.peering, resolution="1", by=two.far, now=NOW)
    two.send(20, back=True)
    assert two.stand() == (70, 10, -20, 20)
    peers.settle_across(key=uuid4(), peering=two.peering, resolution="2", by=two.far, now=NOW)
    assert two.stand() == (70, 10, 0, 0)
    assert read.owed_by_rows([two.peering]) == {two.peering.pk: 0}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 60), st.booleans(), st.booleans()), max_size=8))
def test_whatever_crosses_both_books_are_equal_and_opposite(
    two: Two, moves: list[tuple[int, bool, bool]]
) -> None:
    for points, back, settle in moves:
        try:
            two.send(points, back=back)
            if settle:
                peers.settle_across(key=uuid4(), peering=two.peering, resolution="1", by=two.far, now=NOW)
        except Refused:
            pass
        here, over, one, other = two.stand()
        assert one == -other and abs(one) <= 100 and min(here, over) >= 0
        assert read.owed_by_rows([two.peering]).get(two.peering.pk, 0) == one


def test_reading_costs_the_same(two: Two, django_assert_num_queries: Any) -> None:
    for points in (1, 2, 3):
        two.send(points)
    with django_assert_num_queries(1):
        assert len(list(read.crossings_of(two.peering))) == 3
    with django_assert_num_queries(1):
        read.owed_by_rows([two.peering])
