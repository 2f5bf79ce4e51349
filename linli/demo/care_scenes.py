"""What is staged by hand so that the time bank is lively today: a visit to come, some that look for somebody, papers, a dispute."""

from datetime import date, datetime, timedelta
from typing import Any

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions.certificates import issue
from linli.commons.timebank.choices import CheckResult, ClaimState
from linli.commons.timebank.models import Record, SpotCheck
from linli.commons.timebank.queries.checks import checks_of
from linli.demo.care import book
from linli.demo.world import World, moment, pick
from linli.ground.ledger.choices import Authority
from linli.kit.clock import local_day
from linli.loop.run import actions as run

OPEN = (("company", 1, 10), ("meals", 1, 11), ("doctor", 2, 9), ("clean", 3, 14), ("company", 4, 15))
SHARE = 5


def stage_care(world: World, first: date, until: datetime) -> None:
    """Plan the scenes: spot checks month by month, a certificate, and the last hours before the present."""
    last = local_day(until)
    month = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= last:
        world.plan(
            world.office(moment(month, 10) + timedelta(days=4)), spot_checks, month - timedelta(days=1)
        )
        month = (month + timedelta(days=32)).replace(day=1)
    world.plan(until - timedelta(days=3, hours=2), certificate, first)
    world.plan(until - timedelta(days=2, hours=1), disagree)
    world.plan(until - timedelta(hours=3), weekly)
    for code, ahead, hour in OPEN:
        world.plan(
            until - timedelta(hours=2, minutes=10), look_for, code, moment(last + timedelta(days=ahead), hour)
        )
    world.plan(until - timedelta(hours=5), this_evening, moment(last, 20))


def spot_checks(world: World, month: date) -> None:
    """Last month is drawn; the director, who approved none of them if she can help it, goes to some doors."""
    care = world.care
    if not Record.objects.filter(programme=care.programme, started_at__date__lte=month).exists():
        return
    timebank.draw(programme=care.programme, month=month, share=SHARE, by=care.town.director, now=world.now)
    for check in checks_of(care.programme, month.replace(day=1)):
        world.plan(world.office(world.now + timedelta(hours=20 * world.rng.random() + 2)), at_the_door, check)


def at_the_door(world: World, check: SpotCheck) -> None:
    """Whoever had no part in it asks the elder."""
    part = set(check.record.approvals.values_list("by", flat=True))
    part |= {check.record.member.person_id, check.record.made_by_id}
    confirmation = getattr(check.record, "confirmation", None)
    part |= {confirmation.by_id} if confirmation else set()
    staff = [*world.care.town.workers.values(), world.care.town.director]
    free = [who for who in staff if who.pk not in part]
    if free:
        timebank.record_check(
            check=check, result=CheckResult.FINE, words="老人说来过，时间对得上", by=free[0], now=world.now
        )
        world.counts["spot checks"] += 1


def certificate(world: World, first: date) -> None:
    """陈阿姨 has her hours certified, free of charge."""
    care = world.care
    if care.chen is not None:
        issue(
            key=world.key(),
            member=care.chen,
            first_on=first,
            last_on=world.today,
            by=care.town.director,
            now=world.now,
        )


def disagree(world: World) -> None:
    """One record on which the two sides do not agree."""
    care = world.care
    rows = Record.objects.filter(programme=care.programme, claim__state=ClaimState.CONFIRMED)
    record = (
        rows.exclude(member=care.chen)
        .select_related("member__person", "receiver", "area", "programme")
        .last()
    )
    if record is not None:
        timebank.open_dispute(
            key=world.key(), record=record, words="老人说那天只待了十来分钟，饭没看着吃", by=care.town.workers[record.grid],
            now=world.now,
        )  # fmt: skip


def weekly(world: World) -> None:
    """孙家 book an hour of company for 王奶奶 every week."""
    care = world.care
    wang = next((who for who in care.receivers if who.note == "王奶奶"), None)
    family = wang.bonds.filter(ended_at=None).select_related("helper").first() if wang else None
    if wang is None or family is None:
        return
    day = world.today + timedelta(days=1 + (2 - world.today.weekday()) % 7)
    run.book_care(
        key=world.key(), receiver=wang, service=care.services["company"], first_at=moment(day, 10), minutes=60,
        by=family.helper, authority=Authority.FAMILY, weekly=True, until=day + timedelta(days=90), now=world.now,
        note="她耳朵背，敲门响一点。",
    )  # fmt: skip


def look_for(world: World, code: str, at: datetime) -> None:
    """An ask that still looks for somebody when the visitor of the demo comes in."""
    care = world.care
    who = pick(world.rng, care.receivers[2:])
    run.book_care(
        key=world.key(), receiver=who, service=care.services[code], first_at=at, minutes=care.services[code].minutes,
        by=care.town.workers[who.grid], authority=Authority.WORKER, how="电话里说的", now=world.now,
    )  # fmt: skip


def this_evening(world: World, at: datetime) -> None:
    """陈阿姨 has a visit before her tonight."""
    care: Any = world.care
    if care.chen is not None and at > world.now + timedelta(hours=3):
        book(world, care.receivers[1], "company", at, 30, care.chen, sure=True)
