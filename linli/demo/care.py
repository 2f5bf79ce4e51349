"""The time bank of 南田社区: who serves, who is cared for, and every visit of the year through the real actions."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import TIMES, ConfirmAs, MemberState, SignHow, Strength
from linli.commons.timebank.models import Finding, Member, Programme
from linli.commons.timebank.queries.programmes import programme_of, rule_on
from linli.demo.care_words import ASKED_HOW, FELT, SAID_DONE
from linli.demo.towns import ELDERS
from linli.demo.world import Town, World, moment, pick
from linli.engine.presets import PRESETS
from linli.ground.ledger.actions import close_due, publish_head
from linli.ground.ledger.choices import Authority
from linli.ground.people import actions as people
from linli.ground.people.choices import CareKind, Reach
from linli.ground.people.models import Person
from linli.ground.people.queries import age_on
from linli.kit.calendar import is_workday
from linli.kit.clock import local_day
from linli.loop.run import actions as run
from linli.loop.run.choices import VisitState
from linli.loop.run.models import DoorCard, Service, Visit
from linli.loop.run.queries.visits import point_of

VOLUNTEERS, RECEIVERS = 35, 16
VISITS_A_DAY = 2.05  # beside those of 陈阿姨
CHEN_VISITS, CHEN_MINUTES = 85, 120  # 170 hours in a year, 1,700 points
POOL = 9000
SERVICES = {"company": 5, "meals": 4, "clean": 2, "doctor": 1}  # how often each is asked for
MINUTES = {"company": (30, 30, 60), "meals": (30,), "clean": (30, 60), "doctor": (90, 120)}
HOURS = (9, 9, 10, 10, 14, 14, 15, 16)


@dataclass
class Care:
    """The programme as the simulation uses it."""

    town: Town
    programme: Programme
    services: dict[str, Service]
    volunteers: list[Member]
    receivers: list[Person]
    chen: Member | None = None
    cards: dict[int, str] = field(default_factory=dict)
    busy: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    last: date | None = None


def rule_body() -> dict[str, Any]:
    """Ten points an hour; special-care elders of eighty and more get some a month."""
    body: dict[str, Any] = dict(next(one.body for one in PRESETS if one.code == "points10"))
    grants = [{"group": CareKind.ALONE.value, "points_month": 20, "min_age": 78}]
    return body | {
        "product_name": "幸福养老账单",
        "grants": grants,
        "grant_expiry_months": 12,
        "point_fen": 100,
    }


def found(world: World, until: datetime) -> None:
    """The first day: the programme, its rule by two people, its pool; who is cared for; who applies when."""
    town = next(town for town in world.towns if town.plan is ELDERS)
    now, first = world.now, world.today
    programme = timebank.found_programme(
        area=town.community, code="nantang", name="幸福养老账单", organisation="南田社区居民委员会（模拟）",
        started_on=first, by=town.director, now=now,
    )  # fmt: skip
    draft = timebank.draft_rule(
        programme=programme, body=rule_body(), valid_from=first, by=town.director, now=now, preset="points10",
        words="居民代表会议讨论稿",
    )  # fmt: skip
    timebank.adopt_rule(rule=draft, resolution="居民代表会议第 1 号", by=town.leader, now=now)
    timebank.fill_pool(
        programme=programme,
        key=world.key(),
        points=POOL,
        resolution="居民代表会议第 2 号",
        by=town.director,
        now=now,
    )
    services = {row.code: row for row in Service.objects.filter(code__in=list(SERVICES))}
    world.care = Care(town, programme, services, [], receivers_of(world, town))
    enrol(world)
    gather(world, until)


def receivers_of(world: World, town: Town) -> list[Person]:
    """The oldest, 王奶奶 and 李大爷 among them."""
    day = world.today
    old = sorted(town.elders, key=lambda who: (-(age_on(who, day) or 0), who.pk))
    known = [who for who in old if who.note in {"王奶奶", "李大爷"}]
    return [*known, *[who for who in old if who not in known]][:RECEIVERS]


def enrol(world: World) -> None:
    """Places and door cards for those who are cared for."""
    care = world.care
    for who in care.receivers:
        by = care.town.workers[who.grid]
        timebank.enrol_receiver(programme=care.programme, person=who, by=by, now=world.now)
        care.cards[who.pk] = run.rotate_card(person=who, by=by, now=world.now).code


def gather(world: World, until: datetime) -> None:
    """陈阿姨 first, then thirty-four more over the first weeks."""
    care, town, rng = world.care, world.care.town, world.rng
    chen = next(who for who in town.helpers if who.name == "陈阿姨")
    home = town.homes[town.grids[0].stem][0]
    chen = people.keep_person(
        person=chen, area=chen.area, name=chen.name, sex="f", birthday=date(world.today.year - 65, 11, 3),
        reach=Reach.APP, phone="19900009166", note=chen.note, by=None, now=world.now,
    )  # fmt: skip
    people.move_in(person=chen, building=home, door="1-201", by=None, now=world.now)
    day = world.today
    young = [who for who in town.elders if who not in care.receivers and (age_on(who, day) or 99) <= 75]
    others = [who for who in town.others if (age_on(who, day) or 0) >= 30]
    chosen = [*young, *others][: VOLUNTEERS - 1 + 3]
    join(world, chen)
    spread = min(40.0, max(3.0, (until - world.now).days * 0.2))
    for number, who in enumerate(chosen[: VOLUNTEERS - 1]):
        days = 0.2 if number < 12 else spread * rng.random()
        world.plan(world.office(world.now + timedelta(days=days)), join, who)
    for stop, who in zip(("apply", "check", "learn"), chosen[VOLUNTEERS - 1 :], strict=False):
        world.plan(until - timedelta(hours=20 + rng.randint(0, 5)), join, who, stop)


def join(world: World, who: Person, stop: str = "") -> None:
    """The way of a volunteer: applies, is checked, learns, is admitted."""
    care, town, now = world.care, world.care.town, world.now
    by = who if who.reach == Reach.APP else town.workers.get(who.grid, town.director)
    skills = list(SERVICES)
    row = timebank.apply(
        programme=care.programme,
        person=who,
        skills=skills,
        times=list(TIMES),
        strength=Strength.HEAVY,
        by=by,
        now=now,
    )
    checker = town.colleague(who.pk)
    for name, act in (("apply", timebank.check), ("check", timebank.learn), ("learn", timebank.admit)):
        if stop == name:
            return
        wanted = {"apply": MemberState.APPLIED, "check": MemberState.CHECKED, "learn": MemberState.LEARNED}[
            name
        ]
        if row.state == wanted:
            row = act(member=row, by=town.director if name == "learn" else checker, now=now)
    if row.state == MemberState.ADMITTED:
        care.volunteers.append(row)
        if who.name == "陈阿姨":
            care.chen = row


def recall(world: World) -> None:
    """Read the programme when a demo is taken up again."""
    town = next(town for town in world.towns if town.plan is ELDERS)
    programme = programme_of(town.community.stem)
    if programme is None:
        return
    rows = (
        Member.objects.filter(programme=programme).select_related("person__area", "programme").order_by("id")
    )
    services = {row.code: row for row in Service.objects.filter(code__in=list(SERVICES))}
    care = Care(town, programme, services, [row for row in rows if row.state == MemberState.ADMITTED], [])
    care.receivers = [row.person for row in rows if row.state == MemberState.RECEIVES]
    care.cards = dict(DoorCard.objects.filter(ended_at=None).values_list("person", "code"))
    care.chen = next((row for row in care.volunteers if row.person.name == "陈阿姨"), None)
    world.care = care


# --- days ---------------------------------------------------------------------------------------------


def plan_year(world: World, first: date, until: datetime) -> None:
    """陈阿姨's visits, evenly over the time, so that she stands at 170 hours after a year."""
    last = local_day(until) - timedelta(days=4)
    days = (last - first).days - 8
    many = min(CHEN_VISITS, round(CHEN_VISITS * days / 353))
    for number in range(many):
        day = first + timedelta(days=8 + round(number * days / max(1, many)))
        world.plan(moment(day - timedelta(days=1), 10, 30), chen_next, day, number)


def chen_next(world: World, day: date, number: int) -> None:
    """陈阿姨 goes to one of the four she knows, two hours each time."""
    care = world.care
    who = care.receivers[number % 4]
    code = ("company", "meals", "company", "clean")[number % 4]
    book(world, who, code, moment(day, 9 if number % 2 else 14, 30), CHEN_MINUTES, care.chen, sure=True)


def plan_day(world: World, day: date) -> None:
    """What is booked on a day for the next one or two."""
    care = world.care
    if care is None or not care.receivers:
        return
    mean = VISITS_A_DAY * (1.15 if is_workday(day) else 0.7)
    for _number in range(int(mean) + (world.rng.random() < mean % 1)):
        world.plan(
            moment(day, world.rng.choice((9, 10, 11, 14, 15, 16)), world.rng.randint(0, 59)), ask_for_care
        )
    world.plan(moment(day, 19, 30), chores)


def ask_for_care(world: World) -> None:
    """Somebody old would like somebody to come."""
    care, rng = world.care, world.rng
    who = pick(rng, care.receivers)
    code = rng.choices(list(SERVICES), list(SERVICES.values()))[0]
    day = world.today + timedelta(days=rng.choice((1, 1, 2)))
    minutes = pick(rng, MINUTES[code])
    book(world, who, code, moment(day, pick(rng, HOURS), pick(rng, (0, 0, 30))), minutes)


def book(
    world: World,
    who: Person,
    code: str,
    at: datetime,
    minutes: int,
    helper: Member | None = None,
    sure: bool = False,
) -> None:
    """Booked by the worker who was asked, or by family; then it looks for somebody."""
    care = world.care
    by, authority, how = care.town.workers[who.grid], Authority.WORKER, pick(world.rng, ASKED_HOW)
    family = people_who_speak_for(who)
    if family and world.chance(0.5):
        by, authority, how = family, Authority.FAMILY, ""
    booking = run.book_care(
        key=world.key(), receiver=who, service=care.services[code], first_at=at, minutes=minutes, by=by,
        authority=authority, how=how, now=world.now,
    )  # fmt: skip
    world.counts["visits booked"] += 1
    (visit,) = booking.visits.all()
    if not sure and world.chance(0.03):
        world.plan(world.now + timedelta(hours=2), call_off, visit, by)
        return
    if at - world.now > timedelta(hours=3) or sure:
        world.plan(min(world.now + timedelta(hours=1.5), at - timedelta(hours=2)), take, visit, helper, sure)


def people_who_speak_for(who: Person) -> Person | None:
    """Family bound to an elder."""
    bond = who.bonds.filter(ended_at=None).select_related("helper").first()
    return bond.helper if bond else None


def call_off(world: World, visit: Visit, by: Person) -> None:
    """Does not suit after all."""
    run.cancel_visit(visit=visit, by=by, reason="女儿那天正好回来", now=world.now)
    world.counts["visits called off"] += 1


def free_at(care: Care, member: Member, begins: datetime, ends: datetime) -> bool:
    """Whether a volunteer has time, the way between two houses included."""
    gap = timedelta(minutes=20)
    return all(ends + gap <= start or begins >= end + gap for start, end in care.busy.get(member.pk, ()))


def take(world: World, visit: Visit, helper: Member | None, sure: bool) -> None:
    """One of those who have time takes it; 陈阿姨 keeps to her own."""
    care, rng = world.care, world.rng
    begins, ends = visit.starts_at, visit.starts_at + timedelta(minutes=visit.minutes)
    if helper is None:
        fit = [
            one
            for one in care.volunteers
            if one is not care.chen
            and one.person.household_id != visit.receiver.household_id
            and free_at(care, one, begins, ends)
        ]
        if not fit or rng.random() < 0.02:
            return
        helper = pick(rng, fit)
    assert helper is not None
    visit = run.take_visit(visit=visit, member=helper, by=helper.person, now=world.now)
    slots = [slot for slot in care.busy.get(helper.pk, []) if slot[1] > world.now - timedelta(days=1)]
    care.busy[helper.pk] = [*slots, (begins, ends)]
    if not sure and world.chance(0.015):
        world.plan(begins - timedelta(hours=1), give_back, visit, helper)
    else:
        world.plan(begins + timedelta(minutes=0 if sure else rng.randint(-6, 9)), arrive, visit, helper, sure)


def give_back(world: World, visit: Visit, helper: Member) -> None:
    """Cannot come; nobody else is found in time."""
    run.give_back(visit=visit, by=helper.person, reason="孙子发烧走不开", now=world.now)


def arrive(world: World, visit: Visit, helper: Member, sure: bool) -> None:
    """At the door: the card is scanned; now and then the phone says she is somewhere else."""
    care, rng = world.care, world.rng
    home = point_of(visit.receiver)
    away = 0.0042 if not sure and world.chance(0.008) else 0.0003 * rng.random()
    visit = run.sign_in(
        visit=visit, how=SignHow.QR, code=care.cards[visit.receiver_id], by=helper.person,
        position=(home[0] + away, home[1]) if home else None, now=world.now,
    )  # fmt: skip
    minutes = visit.minutes + (0 if sure else rng.choice((0, 0, 0, 1, 4, 8)))
    if not sure and world.chance(0.02):
        world.plan(world.office(world.now + timedelta(hours=20)), put_right, visit, world.now, minutes)
    else:
        world.plan(world.now + timedelta(minutes=minutes), go, visit, helper, sure)


def go(world: World, visit: Visit, helper: Member, sure: bool) -> None:
    """Done: every step ticked, a sentence said, the card scanned again."""
    code = visit.service.code
    run.sign_out(
        visit=visit, how=SignHow.QR, code=world.care.cards[visit.receiver_id], by=helper.person, now=world.now,
        ticks=range(1, len(visit.service.steps) + 1), said=pick(world.rng, SAID_DONE[code]),
    )  # fmt: skip
    world.counts["visits done"] += 1
    if sure or not world.chance(0.05):
        world.plan(world.now + timedelta(hours=1 + 4 * world.rng.random()), confirm, visit, sure)


def put_right(world: World, visit: Visit, began: datetime, minutes: int) -> None:
    """Forgot to sign out; a worker asks the elder and writes the times down."""
    by = world.care.town.workers[visit.grid]
    run.right_visit(
        visit=visit, started_at=began, ended_at=began + timedelta(minutes=minutes), why="忘记签退，电话问过老人，时间对得上",
        by=by, now=world.now,
    )  # fmt: skip
    world.counts["visits put right"] += 1
    world.plan(world.now + timedelta(hours=1), confirm, visit, False)


def confirm(world: World, visit: Visit, sure: bool) -> None:
    """Family says it took place, or a worker asks on the phone."""
    family = people_who_speak_for(visit.receiver)
    by, role = world.care.town.workers[visit.grid], ConfirmAs.WORKER
    if family and world.chance(0.6):
        by, role = family, ConfirmAs.FAMILY
    run.confirm_visit(
        visit=visit, by=by, role=role, rating=5 if sure or world.chance(0.8) else 4, words=pick(world.rng, FELT),
        now=world.now,
    )  # fmt: skip
    world.plan(world.office(world.now + timedelta(hours=16)), approve, visit, by)


def approve(world: World, visit: Visit, confirmer: Person) -> None:
    """Two others look at it; whatever needs a second look gets one first."""
    care = world.care
    visit = Visit.objects.select_related("record__member", "record__programme").get(pk=visit.pk)
    record = visit.record
    if record is None or visit.state != VisitState.CONFIRMED:
        return
    staff = list({who.pk: who for who in (*care.town.workers.values(), care.town.director)}.values())
    others = [who for who in staff if who.pk not in {confirmer.pk, record.member.person_id}]
    for finding in Finding.objects.filter(record=record, verdict="").select_related("record__member"):
        timebank.see_finding(
            finding=finding, verdict="fine", words="问过老人和邻居，情况属实", by=others[0], now=world.now
        )
        world.counts["second looks"] += 1
    wanted = rule_on(care.programme, local_day(record.started_at)).terms.approvers
    for by in others[:wanted]:
        timebank.approve_record(record=record, good=True, by=by, now=world.now)
    world.counts["records approved"] += 1


def chores(world: World) -> None:
    """What the worker does by itself every evening."""
    world.counts["confirmed by time"] += run.confirm_due(now=world.now)
    run.miss_due(now=world.now)
    run.plan_visits(now=world.now)
    if world.today.day == 4:
        world.counts["months closed"] += len(close_due(now=world.now))
        publish_head(now=world.now)
