"""The doors of bookings and visits: a volunteer's phone, care at home, the desk's list, the sign at the door."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.queries.members import member_of
from linli.commons.timebank.queries.programmes import programme_of, rule_on
from linli.ground.people.models import User
from linli.loop.run import actions as run
from tests.factories import BEGAN, NOW, TODAY, Neighbourhood
from tests.factories_care import Care, care

Row = tuple[str, tuple[str, ...], set[str]]
DOORS: dict[str, Row] = {}


def doors(names: str, verb: str, blanks: str = "", also: str = "") -> None:
    """Several addresses with one verb, as in test_doors.py."""
    for name in names.split():
        DOORS[name] = (verb, tuple(blanks.split()), set(also.split()))


doors("pocket:home pocket:offer pocket:done home:care home:care_book", "login")
doors("pocket:visit pocket:take", "nobody", "visit_open", "chen")
doors("pocket:back pocket:enter pocket:leave pocket:reach", "nobody", "visit_taken", "chen")
doors("pocket:reveal", "nobody", "visit_taken visit_column", "chen")
doors("home:care_confirm home:care_cancel", "nobody", "visit_taken", "sun")
doors("home:care_stop", "nobody", "visit_booking", "sun")
doors("public:sign public:sign_slash", "public", "visit_card")
doors("desk:visits", "booking.see")
doors("desk:visit desk:visit_who desk:visit_say", "booking.see", "visit_open")
doors("desk:visit_give", "booking.keep", "visit_open")
doors("desk:visit_confirm", "record.confirm", "visit_taken")
doors("desk:visit_in desk:visit_out desk:visit_right", "visit.sign", "visit_taken")
doors("desk:visit_miss desk:visit_back desk:visit_cancel", "booking.keep", "visit_taken")
doors("desk:visit_new", "booking.keep")
doors("desk:visits_person", "booking.see", "visit_person")
doors("desk:visits_stop", "booking.keep", "visit_booking")
doors("desk:visits_card desk:visits_card_new", "booking.keep", "visit_person")

TOLD: Mapping[str, Callable[[dict[str, object]], dict[str, object]]] = {
    "desk:visit_give": lambda blanks: {"member": blanks["visit_member"]},
}


def cared(town: Neighbourhood) -> Care:
    """The time bank of the town: the one another room has made, or a new one."""
    programme = programme_of(town.grid.stem)
    if programme is None:
        return care(town)
    chen = User.objects.get(username="chen").person
    assert chen
    volunteer = member_of(programme, chen)
    assert volunteer
    wang = timebank.enrol_receiver(programme=programme, person=town.wang, by=town.zhao, now=NOW)
    return Care(town, programme, rule_on(programme, TODAY), chen, volunteer, wang, town.sun)


def world(town: Neighbourhood) -> dict[str, object]:
    """A visit 陈阿姨 has taken, one nobody has, the card at 王奶奶's door."""
    one = cared(town)
    service = run.keep_service(
        code="company", name="陪伴聊天", category=None, steps=["聊聊"], minutes=60, valid_from=BEGAN, by=None, now=NOW
    )  # fmt: skip
    bookings = [
        run.book_care(
            key=uuid4(), receiver=town.wang, service=service, first_at=NOW + timedelta(hours=hours), minutes=60,
            by=town.zhao, authority="worker", how="上门时说的", now=NOW,
        )
        for hours in (2, 30)
    ]  # fmt: skip
    taken, lonely = (booking.visits.get() for booking in bookings)
    run.take_visit(visit=taken, member=one.volunteer, by=one.chen, now=NOW)
    card = run.rotate_card(person=town.wang, by=town.zhao, now=NOW)
    return {
        "visit_taken": taken.no, "visit_open": lonely.no, "visit_booking": bookings[1].no, "visit_card": card.code,
        "visit_person": town.wang.pk, "visit_member": one.volunteer.no, "visit_column": "door",
    }  # fmt: skip
