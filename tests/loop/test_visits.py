"""A visit: seen by those it fits, taken by one, signed for at the door, confirmed, and once in the time bank."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.payments import freeze_payment
from linli.commons.timebank.models import Claim, Finding, Member, Record
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Event, Outbox
from linli.ground.people import actions as people
from linli.ground.people.models import Person
from linli.ground.places import actions as places
from linli.kit.refused import Refused
from linli.loop.run import access, actions
from linli.loop.run.models import Booking, DoorCard, Visit
from linli.loop.run.queries import visits as queries
from tests.factories import NOW, person
from tests.factories_care import Care, volunteer
from tests.loop.test_bookings import SOON, book, counts, one, with_points

__all__ = ["one"]
DOOR = (121.4, 31.2)
SAID = "陪王奶奶走了一圈，血压正常"
END = SOON + timedelta(hours=1)


def open_visit(one: Care, **more: object) -> Visit:
    return book(one, **more).visits.get()


def taken(one: Care, **more: object) -> Visit:
    """陈阿姨 goes to 王奶奶 tomorrow at 9:10."""
    return actions.take_visit(visit=open_visit(one, **more), member=one.volunteer, by=one.chen, now=NOW)


def begun(one: Care, **more: object) -> Visit:
    visit = taken(one, **more)
    return actions.sign_in(visit=visit, how="code", code=visit.code, by=one.chen, now=SOON)


def ended(one: Care, **more: object) -> Visit:
    visit = begun(one, **more)
    return actions.sign_out(
        visit=visit, how="code", code=visit.code, by=one.chen, now=END, ticks=[1, 2, 3], said=SAID
    )


def helper(
    one: Care, name: str, skills: list[str], strength: str = "usual", times: list[str] | None = None
) -> Member:
    """A further volunteer."""
    who = person(one.town.grid, name, birthday=date(1960, 1, 1))
    row = volunteer(one.town, one.programme, who)
    return timebank.keep_offer(
        member=row, skills=skills, times=times if times is not None else ["5a"], strength=strength, by=who, now=NOW
    )  # fmt: skip


# --- seen and taken -----------------------------------------------------------------------------------


def test_a_volunteer_sees_what_fits_her(one: Care) -> None:
    visit = open_visit(one, strength="usual")  # Friday morning
    cases = [
        (["company"], "usual", ["5a"], True),
        (["company"], "usual", [], True),  # has not said when: any time
        (["company"], "usual", ["5p", "6a"], False),
        (["company"], "light", ["5a"], False),
        (["meals"], "heavy", ["5a"], False),
        ([], "heavy", ["5a"], False),
    ]
    for number, (skills, strength, times, seen) in enumerate(cases):
        member = helper(one, f"志愿者{number}", skills, strength, times)
        offers = queries.open_visits_for(member, now=NOW)
        assert [offer.visit for offer in offers] == ([visit] if seen else []), cases[number]
        assert (member in queries.who_could([visit])[visit.pk]) is seen
    assert queries.open_visits_for(one.volunteer, now=SOON + timedelta(minutes=1)) == []


def test_her_own_people_are_not_offered_and_cannot_be_taken(one: Care) -> None:
    visit = open_visit(one)
    people.move_in(person=one.chen, building=one.town.building, door="2-501", by=None, now=NOW)
    one.sun.birthday = date(1970, 1, 1)
    one.sun.save()
    sun = volunteer(one.town, one.programme, one.sun)
    for member in (Member.objects.get(pk=one.volunteer.pk), sun):
        assert queries.open_visits_for(member, now=NOW) == []
        assert member not in queries.who_could([visit])[visit.pk]
        before = counts()
        with pytest.raises(Refused):
            actions.take_visit(visit=visit, member=member, by=member.person, now=NOW)
        assert counts() == before and Visit.objects.get(pk=visit.pk).state == "open"


def test_nearest_first_in_steps_of_fifty_metres(one: Care) -> None:
    far = places.keep_building(
        area=one.town.grid, estate="南田苑", name="9号楼", lon=121.41, lat=31.2, by=None, now=NOW
    )
    people.move_in(person=one.town.li, building=far, door="1-101", by=None, now=NOW)
    there = open_visit(one, receiver=one.town.li, first_at=SOON)
    here = open_visit(one, first_at=SOON + timedelta(days=3))
    offers = queries.open_visits_for(one.volunteer, now=NOW)
    assert [(offer.visit, offer.metres, offer.points) for offer in offers] == [
        (here, 50, 10),
        (there, 1000, 10),
    ]
    near = queries.open_visits_for(one.volunteer, now=NOW, near=(121.41, 31.2))
    assert [offer.visit for offer in near] == [there, here]


def test_no_offer_at_the_time_of_another_visit(one: Care) -> None:
    mine = taken(one)
    other = open_visit(one, receiver=one.town.li, first_at=SOON + timedelta(minutes=30))
    after = open_visit(one, receiver=one.town.li, first_at=END)
    assert [offer.visit for offer in queries.open_visits_for(one.volunteer, now=NOW)] == [after]
    with pytest.raises(Refused):
        actions.take_visit(visit=other, member=one.volunteer, by=one.chen, now=NOW)
    assert mine.code.isdigit() and len(mine.code) == 6


def test_whoever_was_wished_for_comes_first(one: Care) -> None:
    plain = open_visit(one)
    wished = open_visit(one, first_at=SOON + timedelta(days=5), wanted=one.volunteer)
    offers = queries.open_visits_for(one.volunteer, now=NOW)
    assert [offer.visit for offer in offers] == [wished, plain]


def test_one_takes_it_and_the_others_are_told(one: Care) -> None:
    visit = taken(one)
    other = helper(one, "李阿姨", ["company"])
    before = counts()
    with pytest.raises(Refused, match="陈爱珍"):
        actions.take_visit(visit=visit, member=other, by=other.person, now=NOW)
    assert counts() == before and Visit.objects.get(pk=visit.pk).member == one.volunteer
    told = Outbox.objects.filter(notice="visit_taken").values_list("to_person", "channel")
    assert set(told) == {(one.town.wang.pk, "call"), (one.sun.pk, "inbox")}


@pytest.mark.django_db(transaction=True)
def test_two_at_one_moment_one_gets_it(one: Care) -> None:
    visit = open_visit(one)
    members = [one.volunteer, helper(one, "李阿姨", ["company"])]
    start, told = Barrier(2), []

    def take(member: Member) -> None:
        start.wait()
        try:
            told.append(actions.take_visit(visit=visit, member=member, by=member.person, now=NOW).member_id)
        except Refused:
            told.append(0)
        finally:
            connections.close_all()

    threads = [Thread(target=take, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, Visit.objects.get(pk=visit.pk).member_id]
    assert Event.objects.filter(verb="visit.taken").count() == 1


def test_given_back_without_a_reason_until_two_hours_before(one: Care) -> None:
    visit = taken(one)
    actions.give_back(visit=visit, by=one.chen, now=SOON - timedelta(hours=3))
    visit.refresh_from_db()
    assert (visit.state, visit.member, visit.code) == ("open", None, "")
    again = actions.take_visit(visit=visit, member=one.volunteer, by=one.chen, now=SOON - timedelta(hours=3))
    late, before = SOON - timedelta(hours=1), counts()
    for who, when in ((one.chen, late), (one.town.zhao, NOW)):
        with pytest.raises(Refused) as refusal:
            actions.give_back(visit=again, by=who, now=when)
        assert (refusal.value.field, counts()) == ("reason", before)
    actions.give_back(visit=again, by=one.chen, now=late, reason="孙子发烧")
    again.refresh_from_db()
    assert (again.state, again.ended_why) == ("open", "孙子发烧")
    workers = {one.town.zhao.pk, one.town.qian.pk, one.town.zhou.pk}
    told = set(Outbox.objects.filter(notice="visit_changed").values_list("to_person", flat=True))
    assert workers | {one.town.wang.pk, one.sun.pk} == told


# --- at the door --------------------------------------------------------------------------------------


def test_in_and_out_by_the_card_makes_one_record(one: Care) -> None:
    visit = taken(one)
    card = actions.rotate_card(person=one.town.wang, by=one.town.zhao, now=NOW)
    more = {"visit": visit, "how": "qr", "code": card.code, "by": one.chen}
    actions.sign_in(**more, now=SOON, position=(121.4, 31.2009))
    visit.refresh_from_db()
    assert (visit.state, visit.in_at, visit.in_how, visit.distance_m) == ("started", SOON, "qr", 100)
    for _twice in range(2):
        visit = actions.sign_out(**more | {"visit": visit}, now=END, ticks=[3, 1, 2, 9], said=SAID)
    record = Record.objects.get()
    assert (visit.state, visit.ticks, visit.said, visit.record) == ("ended", [1, 2, 3], SAID, record)
    assert (record.minutes, record.member, record.receiver) == (60, one.volunteer, one.town.wang)
    assert (record.service, record.source_kind, record.source) == ("company", "visit", visit.pk)
    assert (record.in_how, record.out_how, record.distance_m, record.building) == (
        "qr",
        "qr",
        100,
        one.town.building,
    )
    assert record.evidence == ["checklist", "signin", "signout"]
    assert not Finding.objects.exists()


def test_only_the_right_card_opens_and_a_lost_one_is_dead(one: Care) -> None:
    visit = taken(one)
    old = actions.rotate_card(person=one.town.wang, by=one.town.zhao, now=NOW)
    new = actions.rotate_card(person=one.town.wang, by=one.town.zhao, now=NOW)
    others = actions.rotate_card(person=one.town.li, by=one.town.zhao, now=NOW)
    old.refresh_from_db()
    assert len(new.code) >= 8 and old.ended_at == NOW and old.code != new.code
    assert [access.card_by_code(card.code) for card in (old, new)] == [None, new]
    before = counts()
    for code in (old.code, others.code, ""):
        with pytest.raises(Refused) as refusal:
            actions.sign_in(visit=visit, how="qr", code=code, by=one.chen, now=SOON)
        assert (refusal.value.field, counts()) == ("code", before)
    actions.sign_in(visit=visit, how="qr", code=new.code.lower(), by=one.chen, now=SOON)
    assert DoorCard.objects.filter(ended_at=None).count() == 2


def test_signing_in_has_its_time(one: Care) -> None:
    visit, before = taken(one), counts()
    for when in (SOON - timedelta(minutes=61), END + timedelta(minutes=1)):
        with pytest.raises(Refused):
            actions.sign_in(visit=visit, how="code", code=visit.code, by=one.chen, now=when)
    for who, how in ((one.town.zhao, "code"), (one.chen, "worker"), (one.chen, "righted")):
        with pytest.raises(Refused):
            actions.sign_in(visit=visit, how=how, code=visit.code, by=who, now=SOON)
    assert counts() == before and Visit.objects.get(pk=visit.pk).state == "taken"
    early = actions.sign_in(visit=visit, how="worker", by=one.town.zhao, now=SOON - timedelta(minutes=60))
    assert (early.state, early.in_how, early.distance_m) == ("started", "worker", None)


def test_wrong_codes_are_counted_and_then_there_is_a_pause(one: Care) -> None:
    visit = taken(one)
    wrong = f"{(int(visit.code) + 1) % 10**6:06d}"
    for _time in range(5):
        with pytest.raises(Refused):
            actions.sign_in(visit=visit, how="code", code=wrong, by=one.chen, now=SOON)
    with pytest.raises(Refused, match=r"ten minutes|十分钟"):
        actions.sign_in(visit=visit, how="code", code=visit.code, by=one.chen, now=SOON)
    assert Event.objects.filter(verb="visit.code_missed").count() == 5
    later = SOON + timedelta(minutes=11)
    spaced = f"{visit.code[:3]} {visit.code[3:]}"
    assert actions.sign_in(visit=visit, how="code", code=spaced, by=one.chen, now=later).state == "started"


def test_far_from_the_door_somebody_takes_a_look(one: Care) -> None:
    visit = taken(one)
    code = visit.code
    actions.sign_in(visit=visit, how="code", code=code, by=one.chen, now=SOON, position=(121.41, 31.2))
    actions.sign_out(visit=visit, how="code", code=code, by=one.chen, now=END, ticks=[1, 2, 3], said=SAID)
    assert [(row.code, row.facts["limit"]) for row in Finding.objects.all()] == [("door", 300)]


def test_signing_out_wants_a_sentence(one: Care) -> None:
    visit, before = begun(one), counts()
    with pytest.raises(Refused) as refusal:
        actions.sign_out(visit=visit, how="code", code=visit.code, by=one.chen, now=END, ticks=[1], said=" ")
    assert (refusal.value.field, counts()) == ("said", before)
    with pytest.raises(Refused):
        actions.sign_out(
            visit=visit, how="code", code=visit.code, by=one.chen, now=END + timedelta(hours=3), ticks=[], said=SAID
        )  # fmt: skip
    assert Visit.objects.get(pk=visit.pk).state == "started" and not Record.objects.exists()


def test_a_missed_sign_out_is_put_right_by_somebody_else(one: Care) -> None:
    visit = begun(one)
    times = {"started_at": SOON, "ended_at": END, "now": END + timedelta(hours=5)}
    before = counts()
    with pytest.raises(Refused):
        actions.right_visit(visit=visit, why="忘了签退", by=one.chen, **times)
    with pytest.raises(Refused) as refusal:
        actions.right_visit(visit=visit, why="", by=one.town.zhao, **times)
    assert (refusal.value.field, counts()) == ("why", before)
    righted = actions.right_visit(visit=visit, why="王奶奶说她十点多走的", by=one.town.zhao, **times)
    record = Record.objects.get()
    assert (righted.state, righted.righted_by, righted.record) == ("ended", one.town.zhao, record)
    assert (record.in_how, record.out_how, record.made_by, record.minutes) == (
        "code",
        "righted",
        one.town.zhao,
        60,
    )
    assert {row.code for row in Finding.objects.all()} == {"sign_out", "evidence"}


def test_what_an_honesty_check_stops_waits_for_a_worker(one: Care) -> None:
    """She signed two visits at one time: the second ends all the same, without a record, and is put right."""
    visit = begun(one)
    timebank.record_service(
        uid=visit.booking.key, member=one.volunteer,
        receiver=one.town.li, service="meals", service_name="送餐", started_at=SOON, ended_at=SOON + timedelta(minutes=30),
        in_how="worker", out_how="worker", by=one.town.zhao, authority="worker", now=END,
    )  # fmt: skip
    visit = actions.sign_out(
        visit=visit, how="code", code=visit.code, by=one.chen, now=END, ticks=[1], said=SAID
    )
    assert (visit.state, visit.record) == ("ended", None) and "30" in visit.ended_why
    assert Outbox.objects.filter(notice="look", to_person=one.town.zhao.pk).count() == 1
    with pytest.raises(Refused):
        actions.confirm_visit(visit=visit, by=one.sun, role="family", now=END)
    righted = actions.right_visit(
        visit=visit, started_at=SOON + timedelta(minutes=30), ended_at=END, why="先送的餐", by=one.town.zhao, now=END
    )  # fmt: skip
    assert righted.record and (righted.record.minutes, righted.ended_why) == (30, "")


# --- nobody came --------------------------------------------------------------------------------------


def test_nobody_came_points_are_free_and_a_second_visit_is_made(one: Care) -> None:
    with_points(one)
    visit = taken(one, pays="points", payer=one.wang)
    before = counts()
    with pytest.raises(Refused):
        actions.miss_visit(visit=visit, by=one.town.zhao, now=SOON + timedelta(minutes=5))
    assert counts() == before
    again = actions.miss_visit(
        visit=visit, by=one.town.zhao, now=END, reason="摔了一跤", again_at=SOON + timedelta(days=1)
    )
    visit.refresh_from_db()
    assert (visit.state, visit.ended_why, again.state, again.booking) == (
        "missed",
        "摔了一跤",
        "open",
        visit.booking,
    )
    assert (purse_of(one.wang).held, Booking.objects.get().state) == (10, "open")


def test_what_nobody_took_counts_as_missed_when_its_time_is_over(one: Care) -> None:
    with_points(one)
    visit = open_visit(one, pays="points", payer=one.wang)
    assert [actions.miss_due(now=when) for when in (SOON, END - timedelta(minutes=1), END, END)] == [
        0,
        0,
        1,
        0,
    ]
    visit.refresh_from_db()
    assert (visit.state, purse_of(one.wang).held, Booking.objects.get().state) == ("missed", 0, "ended")


# --- confirmed ----------------------------------------------------------------------------------------


def test_her_family_confirms_and_the_points_are_taken(one: Care) -> None:
    with_points(one)
    visit = ended(one, pays="points", payer=one.wang)
    done = actions.confirm_visit(visit=visit, by=one.sun, role="family", now=END, rating=5, words="聊得高兴")
    assert (done.state, Claim.objects.get().state) == ("confirmed", "confirmed")
    purse = purse_of(one.wang)
    assert (purse.held, purse.free) == (0, 40)
    events = Event.objects.count()
    actions.confirm_visit(visit=visit, by=one.sun, role="family", now=END)
    assert (Event.objects.count(), Booking.objects.get().state) == (events, "ended")


def test_the_volunteer_and_strangers_confirm_nothing(one: Care) -> None:
    visit, before = ended(one), counts()
    cases: list[tuple[Person, str]] = [
        (one.chen, "worker"), (one.chen, "family"), (one.town.stranger, "worker"), (one.town.li, "family"),
        (one.town.zhao, "elder"),
    ]  # fmt: skip
    for who, role in cases:
        with pytest.raises(Refused):
            actions.confirm_visit(visit=visit, by=who, role=role, now=END)
    assert counts() == before and Visit.objects.get().state == "ended"


def test_an_hour_cut_short_costs_what_was_had(one: Care) -> None:
    with_points(one)
    visit = begun(one, pays="points", payer=one.wang)
    actions.sign_out(
        visit=visit, how="code", code=visit.code, by=one.chen, now=SOON + timedelta(minutes=40), ticks=[1], said=SAID
    )  # fmt: skip
    visit.refresh_from_db()
    actions.confirm_visit(visit=visit, by=one.sun, role="family", now=END)
    purse = purse_of(one.wang)
    assert (purse.held, purse.free) == (0, 45)


def test_nobody_objects_in_time(one: Care) -> None:
    with_points(one)
    visit = ended(one, pays="points", payer=one.wang)
    assert actions.confirm_due(now=END + timedelta(hours=71)) == 0
    assert actions.confirm_due(now=END + timedelta(hours=72)) == 1
    assert actions.confirm_due(now=END + timedelta(hours=73)) == 0
    visit.refresh_from_db()
    assert (visit.state, Claim.objects.get().state, purse_of(one.wang).free) == ("confirmed", "confirmed", 40)


def test_a_dispute_stops_everything(one: Care) -> None:
    with_points(one)
    visit = ended(one, pays="points", payer=one.wang)
    assert visit.payment
    freeze_payment(payment=visit.payment, by=one.town.zhou, now=END)
    before = counts()
    with pytest.raises(Refused):
        actions.confirm_visit(visit=visit, by=one.sun, role="family", now=END)
    assert counts() == before
    actions.confirm_due(now=END + timedelta(days=10))
    assert (Visit.objects.get().state, purse_of(one.wang).held) == ("ended", 10)


def test_a_record_that_does_not_count_costs_nothing(one: Care) -> None:
    with_points(one)
    visit = ended(one, pays="points", payer=one.wang)
    assert visit.record
    timebank.correct_record(record=visit.record, minutes=0, why="那天没人来", by=one.town.zhao, now=END)
    assert actions.confirm_due(now=END) == 1
    assert (Visit.objects.get().state, purse_of(one.wang).free) == ("confirmed", 50)


# --- who sees what ------------------------------------------------------------------------------------


def test_access_is_a_fetch(one: Care) -> None:
    town, visit = one.town, taken(one)
    on = SOON.date()
    assert access.visit_for(town.zhao, no=visit.no, on=on) == visit
    assert access.own_visit_for(one.chen, no=visit.no) == visit
    assert (
        access.care_visit_for(one.sun, no=visit.no) == access.care_visit_for(town.wang, no=visit.no) == visit
    )
    for who in (town.stranger, one.chen, one.sun):
        with pytest.raises(Http404):
            access.visit_for(who, no=visit.no, on=on)
    for who in (town.li, town.zhao, one.chen):
        with pytest.raises(Http404):
            access.care_visit_for(who, no=visit.no)
    with pytest.raises(Http404):
        access.own_visit_for(one.sun, no=visit.no)
    with pytest.raises(Http404):
        access.open_visit_for(one.chen, no=visit.no)


def test_lists_for_the_desk(one: Care) -> None:
    stems = [one.town.grid.stem]
    mine = taken(one)
    lonely = open_visit(one, receiver=one.town.li, first_at=SOON + timedelta(hours=3))
    assert list(queries.between(stems, NOW, NOW + timedelta(days=2))) == [mine, lonely]
    assert list(queries.nobody_yet(stems, now=NOW, until=NOW + timedelta(days=2))) == [lonely]
    late = queries.unsettled(stems, now=END + timedelta(minutes=1))
    assert (late.unsigned, late.under_way, late.too_long) == ([mine], [], [])
    actions.sign_in(visit=mine, how="code", code=mine.code, by=one.chen, now=SOON)
    under = queries.unsettled(stems, now=END + timedelta(minutes=60))
    assert (under.unsigned, under.under_way, under.too_long) == ([], [mine], [])
    assert queries.unsettled(stems, now=END + timedelta(minutes=61)).too_long == [mine]


def test_the_same_number_of_queries_for_one_and_for_many(one: Care) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            offers = queries.open_visits_for(Member.objects.get(pk=one.volunteer.pk), now=NOW)
            queries.who_could([offer.visit for offer in offers])
        return len(caught)

    open_visit(one)
    first = cost()
    for days in range(3):
        open_visit(one, receiver=one.town.li, first_at=SOON + timedelta(days=days, hours=2))
        helper(one, f"志愿者{days}", ["company"])
    assert cost() == first
