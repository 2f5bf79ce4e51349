"""Passbooks at the desk: somebody is entered, goes the way, says when they have time, and is known by a masked name until then."""

from datetime import date

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import MemberState
from linli.commons.timebank.models import Member
from linli.ground.people.models import Person
from tests.factories import NOW, Neighbourhood, person
from tests.factories_care import Care, care, served
from tests.web.desk.stage import enter, page, queries


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    return care(town)


@pytest.fixture
def wu(one: Care) -> Person:
    """吴秀英, 62."""
    return person(one.town.grid, "吴秀英", sex="f", birthday=date(1964, 1, 2))


def member_of(who: Person) -> Member:
    return Member.objects.get(person=who)


def entered(one: Care, who: Person, **more: object) -> Member:
    given = {
        "asker": who.pk,
        "what": "serve",
        "skills": ["meals"],
        "times": ["1a", "3p"],
        "strength": "light",
    }
    enter(one.town.zhao).post("/desk/members/new/", given | more)
    return member_of(who)


def test_entered_by_a_worker_and_led_along_the_way(one: Care, wu: Person) -> None:
    member = entered(one, wu)
    assert (member.state, member.times, member.proxy) == ("applied", ["1a", "3p"], one.town.zhao)
    address = f"/desk/members/{member.no}/"
    for verb, by, state in (  # this rule asks for no course: learning is done with the check
        ("check", one.town.zhao, MemberState.LEARNED),
        ("admit", one.town.zhou, MemberState.ADMITTED),
    ):
        assert enter(by).get(address).context["does"]["next"]["verb"] == verb
        enter(by).post(f"{address}do/{verb}/")
        assert member_of(wu).state == state
    steps = enter(one.town.zhao).get(address).context["way"]
    assert [step["done"] for step in steps] == [True] * 4


def test_only_the_director_admits_and_nobody_themselves(one: Care, wu: Person) -> None:
    member = timebank.check(member=entered(one, wu), by=one.town.zhao, now=NOW)
    address = f"/desk/members/{member.no}/"
    assert enter(one.town.zhao).get(address).context["does"]["next"] is None
    assert enter(one.town.zhao).post(f"{address}do/admit/").status_code == 404
    own = timebank.apply(programme=one.programme, person=one.town.zhao, by=one.town.zhao, now=NOW)
    assert enter(one.town.zhao).get(f"/desk/members/{own.no}/").context["does"]["next"] is None
    enter(one.town.zhao).post(f"/desk/members/{own.no}/do/check/")
    assert (member_of(wu).state, member_of(one.town.zhao).state) == ("learned", "applied")


def test_not_admitted_needs_a_reason(one: Care, wu: Person) -> None:
    member = entered(one, wu)
    assert (
        enter(one.town.zhao).post(f"/desk/members/{member.no}/do/refuse/", {"reason": ""}).status_code == 200
    )
    assert member_of(wu).state == "applied"
    enter(one.town.zhao).post(f"/desk/members/{member.no}/do/refuse/", {"reason": "身体不太好"})
    assert (member_of(wu).state, member_of(wu).reason) == ("refused", "身体不太好")


def test_an_elder_gets_a_passbook(one: Care) -> None:
    enter(one.town.zhao).post(
        "/desk/members/new/", {"asker": one.town.li.pk, "what": "care", "strength": "usual"}
    )
    assert member_of(one.town.li).state == MemberState.RECEIVES


def test_what_they_can_do_is_changed(one: Care) -> None:
    address = f"/desk/members/{one.volunteer.no}/offer/"
    enter(one.town.zhao).post(address, {"skills": ["meals"], "times": ["9x"], "strength": "light"})
    assert len(member_of(one.chen).times) == 21
    enter(one.town.zhao).post(address, {"skills": ["meals"], "times": ["2a", "2p"], "strength": "light"})
    assert (member_of(one.chen).times, member_of(one.chen).strength) == (["2a", "2p"], "light")
    assert member_of(one.chen).skills == ["clean", "company", "meals"]  # what is not offered now stays
    assert len(enter(one.town.zhao).get(f"/desk/members/{one.volunteer.no}/").context["week"]) == 1


def test_masked_until_they_serve(one: Care, wu: Person) -> None:
    member = entered(one, wu)
    for address in ("/desk/members/?state=applied", f"/desk/members/{member.no}/"):
        html = page(one.town.zhao, address)
        assert ("吴秀英" in html, "吴*英" in html) == (False, True)
    assert "陈爱珍" in page(one.town.zhao, "/desk/members/")


def test_only_who_may(one: Care) -> None:
    page(one.town.leader, "/desk/members/")
    for who in (one.town.stranger, one.town.liu):
        page(who, f"/desk/members/{one.volunteer.no}/", 404)
    for who in (one.town.leader, one.town.stranger):
        page(who, f"/desk/members/{one.volunteer.no}/offer/", 404)


def test_lists_cost_the_same_for_more_rows(one: Care, wu: Person) -> None:
    entered(one, wu)
    served(one)
    urls = ("/desk/members/?state=applied", "/desk/members/", f"/desk/members/{one.volunteer.no}/")
    before = {url: queries(one.town.zhao, url) for url in urls}
    for name in ("吴秀华", "吴秀兰", "吴秀红"):
        entered(one, person(one.town.grid, name, sex="f"))
    for days in (8, 9, 10):
        served(one, begins=NOW.replace(day=1) - (NOW - NOW.replace(day=days - 6)))
    assert {url: queries(one.town.zhao, url) for url in urls} == before
