"""The time bank of 南田社区 for the tests: a rule in force, a filled pool, 陈阿姨 who serves, 王奶奶 who is cared for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import TIMES, SignHow, Strength
from linli.commons.timebank.models import Member, Programme, Record, Rule
from linli.engine.presets import PRESETS
from linli.ground.ledger.choices import Authority
from linli.ground.people import actions as people
from linli.ground.people.choices import Reach, RoleKind
from linli.ground.people.models import Person
from tests.factories import BEGAN, NOW, Neighbourhood, login, person

POOL = 100_000
ADOPTED = NOW - timedelta(days=400)


@dataclass
class Care:
    """A programme and the people in it."""

    town: Neighbourhood
    programme: Programme
    rule: Rule
    chen: Person  # 陈阿姨, 66
    volunteer: Member
    wang: Member  # 王奶奶, 82: cared for
    sun: Person  # her family


def preset(code: str = "points10") -> dict[str, object]:
    """The body of a published rule, to be changed."""
    return dict(next(one.body for one in PRESETS if one.code == code))


def adopted(town: Neighbourhood, programme: Programme, valid_from: date = BEGAN, **knobs: object) -> Rule:
    """A rule written by 周主任 and adopted by 林书记, long ago unless told otherwise."""
    when = datetime.combine(valid_from, NOW.timetz())
    draft = timebank.draft_rule(
        programme=programme, body=preset() | knobs, valid_from=valid_from, by=town.zhou, now=when
    )
    return timebank.adopt_rule(rule=draft, resolution="居民会议 1 号", by=town.leader, now=when)


def volunteer(town: Neighbourhood, programme: Programme, who: Person, now: datetime = ADOPTED) -> Member:
    """Somebody who has gone the whole way: applied, checked, learned, admitted."""
    row = timebank.apply(
        programme=programme, person=who, skills=["meals", "clean", "company"], times=list(TIMES),
        strength=Strength.HEAVY, by=who, now=now,
    )  # fmt: skip
    row = timebank.check(member=row, by=town.zhao, now=now)
    if row.state == "checked":
        row = timebank.learn(member=row, by=town.zhao, now=now)
    return timebank.admit(member=row, by=town.zhou, now=now)


def care(town: Neighbourhood, **knobs: object) -> Care:
    """One of everything, once a neighbourhood. Knobs change the rule of ten points an hour."""
    known: Care | None = vars(town).get("care")
    if known is not None:
        assert not knobs, "this neighbourhood has its rule already"
        return known
    programme = timebank.found_programme(
        area=town.community, code="nantian", name="幸福养老账单", organisation="南田社区居民委员会", started_on=BEGAN,
        by=town.zhou, now=ADOPTED,
    )  # fmt: skip
    rule = adopted(town, programme, **knobs)
    timebank.fill_pool(
        programme=programme, key=uuid4(), points=POOL, resolution="居民会议 2 号", by=town.zhou, now=ADOPTED
    )
    chen = person(
        town.grid,
        "陈爱珍",
        RoleKind.RESIDENT,
        sex="f",
        birthday=date(1959, 11, 2),
        reach=Reach.APP,
        phone="13912345678",
    )
    people.move_in(person=chen, building=town.building, door="1-101", by=None, now=NOW)
    login(chen, "chen")
    member = volunteer(town, programme, chen)
    wang = timebank.enrol_receiver(programme=programme, person=town.wang, by=town.zhao, now=ADOPTED)
    made = Care(town, programme, rule, chen, member, wang, town.sun)
    vars(town).update(care=made, chen=chen)
    return made


def recorded(
    one: Care, minutes: int = 60, begins: datetime = NOW - timedelta(days=2), **more: object
) -> Record:
    """陈阿姨 was at 王奶奶's for so long, signed in and out at the door."""
    given: dict[str, object] = {
        "uid": uuid4(), "member": one.volunteer, "receiver": one.town.wang, "service": "company",
        "service_name": "陪伴", "started_at": begins, "ended_at": begins + timedelta(minutes=minutes),
        "in_how": SignHow.QR, "out_how": SignHow.QR, "evidence": ["signin", "signout", "checklist"],
        "by": one.chen, "authority": Authority.SELF, "now": begins + timedelta(minutes=minutes),
    }  # fmt: skip
    return timebank.record_service(**(given | more))  # type: ignore[arg-type]


def served(
    one: Care, minutes: int = 60, begins: datetime = NOW - timedelta(days=2), **more: object
) -> Record:
    """The same, confirmed by her family and approved by as many as the rule wants: the points are there."""
    record = recorded(one, minutes, begins, **more)
    when = record.made_at + timedelta(hours=1)
    timebank.confirm_record(record=record, by=one.sun, role="family", rating=5, words="聊得高兴", now=when)
    for approver in (one.town.zhao, one.town.qian, one.town.zhou)[: one.rule.terms.approvers]:
        timebank.approve_record(record=record, good=True, by=approver, now=when)
    return record
