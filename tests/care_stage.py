"""A lively day of visits for the tests of pages: one in every state, in 南田社区."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Member
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Leg, Order, Who
from linli.ground.people import actions as people
from linli.ground.people.models import Person
from linli.ground.places import actions as places
from linli.loop.run import actions as run
from linli.loop.run.models import Booking, DoorCard, Service, Visit
from tests.factories import BEGAN, NOW, Neighbourhood, login, person
from tests.factories_care import Care, care, volunteer

SAID = "陪王奶奶走了一圈，血压正常"


@dataclass
class Day:
    """The time bank, and a visit in every state."""

    care: Care
    he: Member  # 何叔, a second volunteer
    coming: Visit  # 陈阿姨 to 王奶奶, in twenty minutes
    under_way: Visit  # 何叔 at 李大爷's
    to_say: Visit  # done yesterday, to be confirmed
    unsigned: Visit  # yesterday, nobody signed in
    lonely: Visit  # nobody has taken it yet
    weekly: Booking
    card: DoorCard


def points_for(one: Care, member: Member, points: int, now: datetime = NOW) -> None:
    """Points from the pool."""
    legs = [Leg(timebank.accounts(one.programme, now).pool, -points), Leg(member.account, points)]
    order = Order(
        uid=uuid4(), book=one.programme.book, kind="gift", legs=legs, who=Who(one.town.zhou.pk, "rule")
    )
    ledger.post(order=order, now=now)


def standards() -> None:
    """Company and cleaning; meals are there."""
    rows = (
        ("company", "陪伴聊天", 60, ["问问睡得好不好", "量血压", "陪着走走"]),
        ("clean", "打扫屋子", 90, ["开窗通风", "擦灰拖地", "倒垃圾"]),
    )
    for code, name, minutes, steps in rows:
        run.keep_service(
            code=code, name=name, category=None, steps=steps, minutes=minutes, valid_from=BEGAN, by=None, now=NOW
        )  # fmt: skip


def booked(one: Care, code: str, first_at: datetime, now: datetime = NOW, **more: object) -> Booking:
    """A worker writes it down for 王奶奶."""
    given: dict[str, object] = {
        "key": uuid4(), "receiver": one.town.wang, "service": Service.objects.get(code=code), "first_at": first_at,
        "minutes": Service.objects.get(code=code).minutes, "by": one.town.zhao, "authority": "worker",
        "how": "上门时说的", "now": now,
    }  # fmt: skip
    return run.book_care(**(given | more))  # type: ignore[arg-type]


def second(one: Care) -> Member:
    """何叔, who serves too."""
    who: Person = person(one.town.grid, "何建国", sex="m", birthday=BEGAN.replace(year=1958), reach="app")
    login(who, "he")
    return volunteer(one.town, one.programme, who)


def day(town: Neighbourhood) -> Day:
    """Everything, as it stands on a Thursday at 9:10."""
    one, hour = care(town), timedelta(hours=1)
    standards()
    he, before, yesterday = second(one), NOW - timedelta(days=3), NOW - timedelta(days=1)
    points_for(one, one.wang, 200)
    points_for(one, one.volunteer, 380)
    Member.objects.filter(pk=one.volunteer.pk).update(minutes=38 * 60)
    far = places.keep_building(
        area=town.grid, estate="南田苑", name="9号楼", lon=121.4031, lat=31.2022, by=None, now=NOW
    )
    people.move_in(person=town.li, building=far, door="1-301", by=None, now=NOW)
    places.keep_facility(
        area=town.community, kind="office", name="南田社区居委会", phone="021-62001234", by=None, now=NOW,
        valid_from=BEGAN,
    )  # fmt: skip
    weekly = booked(
        one, "company", NOW + timedelta(minutes=20), before, weekly=True, pays="points", payer=one.wang,
        note="耳朵背，敲门重一点；狗不咬人",
    )  # fmt: skip
    coming = weekly.visits.order_by("starts_at")[0]
    run.take_visit(visit=coming, member=one.volunteer, by=one.chen, now=before)
    li = {"receiver": town.li, "now": before}
    under = booked(one, "clean", NOW - 3 * hour, **li).visits.get()
    under = run.take_visit(visit=under, member=he, by=he.person, now=before)
    under = run.sign_in(visit=under, how="worker", by=town.zhao, now=NOW - 3 * hour)
    said = booked(one, "company", yesterday - hour, before).visits.get()
    said = run.take_visit(visit=said, member=one.volunteer, by=one.chen, now=before)
    said = run.sign_in(
        visit=said, how="code", code=said.code, by=one.chen, now=yesterday - hour, position=(121.4003, 31.2)
    )
    said = run.sign_out(
        visit=said, how="code", code=said.code, by=one.chen, now=yesterday, ticks=[1, 2], said=SAID
    )
    unsigned = booked(one, "meals", yesterday, **li).visits.get()
    run.take_visit(visit=unsigned, member=he, by=he.person, now=before)
    lonely = booked(one, "clean", NOW + timedelta(hours=5), **li).visits.get()
    booked(one, "meals", NOW + timedelta(days=1, hours=2), before)
    booked(one, "company", NOW + timedelta(days=2, hours=6), weekly=True, wanted=one.volunteer, **li)
    card = run.rotate_card(person=town.wang, by=town.zhao, now=before)
    return Day(one, he, coming, under, said, unsigned, lonely, weekly, card)
