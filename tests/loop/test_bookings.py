"""Care is booked by the elder, her family or a worker; points are set aside for each visit, weekly ones go on."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import Model

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.payments import freeze_payment
from linli.commons.timebank.models import Member, Payment
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.journal.models import Event, Outbox
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Leg, Order, Who
from linli.ground.people import actions as people
from linli.ground.people.models import Consent
from linli.kit.refused import Refused
from linli.loop.run import actions
from linli.loop.run.models import Booking, Service, Visit
from tests.factories import BEGAN, NOW, neighbourhood, person
from tests.factories_care import Care, care

SOON = NOW + timedelta(days=1)
ROWS: tuple[type[Model], ...] = (Booking, Visit, Payment, Event, Outbox, Consent)


@pytest.fixture
def one(db: None) -> Care:
    """The time bank, and a service called company."""
    found = care(neighbourhood())
    actions.keep_service(
        code="company", name="陪伴聊天", category=None, steps=["问问睡得好不好", "量血压", "陪着走走"], minutes=60,
        valid_from=BEGAN, by=None, now=NOW,
    )  # fmt: skip
    return found


def company() -> Service:
    return Service.objects.get(code="company")


def book(one: Care, **more: object) -> Booking:
    """王奶奶 asked at the door, 赵姐 wrote it down: an hour of company tomorrow, free."""
    given: dict[str, object] = {
        "key": uuid4(), "receiver": one.town.wang, "service": company(), "first_at": SOON, "minutes": 60,
        "by": one.town.zhao, "authority": "worker", "how": "上门时说的", "now": NOW, "pays": "free",
    }  # fmt: skip
    return actions.book_care(**(given | more))  # type: ignore[arg-type]


def with_points(one: Care, hours: int = 5, whom: Member | None = None) -> Care:
    """Points from the pool for 王奶奶, ten for each hour of care."""
    to = whom or one.wang
    legs = [Leg(timebank.accounts(one.programme, NOW).pool, -10 * hours), Leg(to.account, 10 * hours)]
    ledger.post(
        order=Order(uid=uuid4(), book=one.programme.book, kind="gift", legs=legs, who=Who(one.town.zhou.pk, "rule")),
        now=NOW,
    )  # fmt: skip
    return one


def counts() -> list[int]:
    return [model.objects.count() for model in ROWS]  # type: ignore[attr-defined]


def test_a_worker_books_for_an_elder_without_a_phone(one: Care) -> None:
    booking = book(one, note="耳朵背，敲门重一点")
    visit = booking.visits.get()
    assert (visit.state, visit.starts_at, visit.minutes, visit.code) == ("open", SOON, 60, "")
    assert (booking.asked_by, booking.authority, booking.how) == (one.town.zhao, "worker", "上门时说的")
    consent = Consent.objects.get(person=one.town.wang, purpose="care")
    assert (consent.how, consent.recorded_by) == ("上门时说的", one.town.zhao)
    book(one, first_at=SOON + timedelta(days=1))  # consent is on record by now
    assert Consent.objects.filter(person=one.town.wang, purpose="care").count() == 1


def test_the_same_key_twice_is_one_booking(one: Care) -> None:
    key = uuid4()
    assert book(one, key=key) == book(one, key=key)
    assert (Booking.objects.count(), Visit.objects.count()) == (1, 1)


def test_what_cannot_be_booked_changes_nothing(one: Care) -> None:
    town = one.town
    cases: list[tuple[str | None, dict[str, object]]] = [
        ("first_at", {"first_at": NOW - timedelta(minutes=1)}),
        ("first_at", {"first_at": NOW + timedelta(days=91)}),
        ("minutes", {"minutes": 10}),
        ("minutes", {"minutes": 600}),
        ("until", {"weekly": True, "until": NOW.date()}),
        ("how", {"how": " "}),
        (None, {"by": town.li, "authority": "self"}),
        (None, {"by": town.stranger, "authority": "family"}),
        ("payer", {"pays": "points"}),
        ("relation", {"pays": "points", "payer": one.volunteer}),
        ("points", {"pays": "points", "payer": one.wang}),
        (None, {"receiver": town.stranger}),
        ("wanted", {"wanted": one.volunteer, "receiver": one.chen}),
    ]
    before = counts()
    for field, more in cases:
        with pytest.raises(Refused) as refusal:
            book(one, **more)
        assert (refusal.value.field, counts()) == (field, before), more


def test_family_books_and_whoever_is_not_bound_does_not(one: Care) -> None:
    booking = book(one, by=one.sun, authority="family", how="")
    assert (booking.asked_by, booking.authority) == (one.sun, "family")
    elder = person(one.town.grid, "周大妈")
    with pytest.raises(Refused) as refusal:
        book(one, receiver=elder, by=elder, authority="self")
    assert refusal.value.field == "pays"  # free of points only for those who need a closer look


def test_a_weekly_booking_is_planned_two_weeks_ahead_and_kept_filled(one: Care) -> None:
    booking = book(one, weekly=True, until=date(2026, 4, 10))
    assert [visit.starts_at for visit in booking.visits.all()] == [SOON, SOON + timedelta(days=7)]
    assert actions.plan_visits(now=NOW) == 0
    assert actions.plan_visits(now=NOW + timedelta(days=2)) == 1
    assert actions.plan_visits(now=NOW + timedelta(days=2)) == 0
    later = NOW + timedelta(days=40)
    actions.plan_visits(now=later)
    days = [visit.starts_at - SOON for visit in booking.visits.all()]
    assert days[:3] == [
        timedelta(weeks=week) for week in range(3)
    ]  # what lies in the past is not made afterwards
    assert max(visit.starts_at for visit in booking.visits.all()).date() <= date(2026, 4, 10)


def test_holidays_are_not_skipped_but_marked(one: Care) -> None:
    booking = book(
        one, first_at=NOW.replace(month=4, day=29, hour=9), weekly=True
    )  # 6 May is no holiday, 1 to 5 are
    actions.plan_visits(now=NOW.replace(month=4, day=28))
    free = book(one, first_at=NOW.replace(month=5, day=1))
    facts = [event.facts["holiday"] for event in Event.objects.filter(verb="visit.planned").order_by("id")]
    assert facts == [False, False, True]
    assert (booking.visits.count(), free.visits.count()) == (2, 1)


def test_points_are_set_aside_for_each_visit(one: Care) -> None:
    with_points(one)
    booking = book(one, weekly=True, pays="points", payer=one.wang)
    payments = [visit.payment for visit in booking.visits.all()]
    assert [(pay.points, pay.state, pay.relation) for pay in payments if pay] == [(10, "held", "self")] * 2
    purse = purse_of(one.wang)
    assert (purse.held, purse.free) == (20, 30)


def test_where_points_run_short_a_visit_is_not_planned_and_people_are_told(one: Care) -> None:
    with_points(one, hours=1)
    Outbox.objects.all().delete()
    booking = book(one, weekly=True, pays="points", payer=one.wang)
    assert (booking.visits.count(), purse_of(one.wang).free) == (1, 0)
    told = set(Outbox.objects.filter(notice="visit_changed").values_list("to_person", flat=True))
    assert told == {one.town.wang.pk, one.town.zhao.pk, one.town.qian.pk, one.town.zhou.pk}
    actions.plan_visits(now=NOW + timedelta(hours=1))
    assert Outbox.objects.filter(notice="visit_changed").count() == len(told)  # told once
    with_points(one, hours=1)
    assert actions.plan_visits(now=NOW + timedelta(hours=2)) == 1


def test_a_daughter_pays_with_her_own_points(one: Care) -> None:
    """陈阿姨 is bound to 李大爷 and spends on him; whoever is not bound cannot."""
    with_points(one, hours=1, whom=one.volunteer)
    people.bind_family(
        elder=one.town.li, helper=one.chen, relation="女儿", how="当面", by=one.town.zhao, now=NOW
    )
    more = {"receiver": one.town.li, "by": one.chen, "authority": "family", "pays": "points", "how": ""}
    booking = book(one, payer=one.volunteer, relation="parent", **more)
    assert purse_of(one.volunteer).held == 10
    before = counts()
    with pytest.raises(Refused):
        book(one, payer=one.wang, relation="friend", **more)
    assert counts() == before
    actions.cancel_booking(booking=booking, by=one.chen, now=NOW, reason="改天")
    assert (purse_of(one.volunteer).held, booking.visits.get().state) == (0, "cancelled")


def test_calling_off_frees_points_and_tells_whoever_wanted_to_come(one: Care) -> None:
    with_points(one)
    booking = book(one, weekly=True, pays="points", payer=one.wang)
    first, second = booking.visits.all()
    actions.take_visit(visit=first, member=one.volunteer, by=one.chen, now=NOW)
    actions.cancel_visit(visit=first, by=one.sun, now=NOW, reason="去女儿家")
    first.refresh_from_db()
    assert (first.state, first.ended_why, first.code, purse_of(one.wang).held) == (
        "cancelled",
        "去女儿家",
        "",
        10,
    )
    assert Outbox.objects.filter(to_person=one.chen.pk, notice="visit_changed").count() == 1
    booking.refresh_from_db()
    assert booking.state == "open"
    actions.cancel_booking(booking=booking, by=one.town.zhao, now=NOW)
    booking.refresh_from_db()
    second.refresh_from_db()
    assert (booking.state, second.state, purse_of(one.wang).held) == ("cancelled", "cancelled", 0)
    with pytest.raises(Refused):
        actions.cancel_booking(booking=booking, by=one.town.zhao, now=NOW)


def test_frozen_points_stop_a_cancellation(one: Care) -> None:
    with_points(one)
    visit = book(one, pays="points", payer=one.wang).visits.get()
    assert visit.payment
    freeze_payment(payment=visit.payment, by=one.town.zhou, now=NOW)
    before = counts()
    with pytest.raises(Refused):
        actions.cancel_visit(visit=visit, by=one.town.zhao, now=NOW)
    visit.refresh_from_db()
    assert (visit.state, counts()) == ("open", before)


def test_a_single_booking_is_over_with_its_visit(one: Care) -> None:
    booking = book(one)
    actions.cancel_visit(visit=booking.visits.get(), by=one.town.zhao, now=NOW)
    booking.refresh_from_db()
    assert (booking.state, booking.ended_at) == ("cancelled", NOW)


def test_the_helper_wished_for_is_told(one: Care) -> None:
    book(one, wanted=one.volunteer)
    assert Outbox.objects.filter(to_person=one.chen.pk, notice="visit").count() == 1
