"""A day in the simulated neighbourhoods: what people say, the rounds, the diary, the evening's chores."""

from datetime import datetime, timedelta
from typing import Any

from linli.demo import care, course
from linli.demo.pictures import take
from linli.demo.words import DIARY, FOUND, FOUND_KIND, ROUND_NOTES, SAID
from linli.demo.world import Story, Town, World, is_online, moment, pick
from linli.ground.journal import actions as journal
from linli.ground.journal.choices import Channel as Road
from linli.ground.journal.models import Outbox
from linli.ground.people.models import Person
from linli.ground.places.models import Area, Building
from linli.kit.calendar import is_workday
from linli.loop.ask import actions as ask
from linli.loop.ask.actions.raising import as_proxy
from linli.loop.ask.choices import Channel, Kind, Shift, Urgency, Weather
from linli.loop.ask.models import Finding, Need, Patrol
from linli.loop.ask.queries import to_recheck
from linli.loop.evaluate.actions import send_due_links

FOR_ELDERS = frozenset({"meals", "clean", "doctor", "company", "aging", "lost"})
IN_THE_OPEN = frozenset({"wires", "firelane", "manhole", "lamp", "trash", "bikes", "green", "clutter"})
SHARED = frozenset({"firelane", "lamp", "trash", "manhole", "heating", "noise", "leak", "bikes", "parking"})
COMPLAINTS = frozenset({"noise", "parking", "firelane", "clutter"})
QUESTIONS = frozenset({"ask", "papers"})
ALIKE = ("我也想说：", "同样的事：", "我们楼也是，", "还是那事儿，", "")
WALKS = ((0, 3), (2,))  # on which weekdays a grid with one round a day is walked
READERS = 3


def plan_day(world: World, day: Any) -> None:
    """Put a day's happenings into the queue."""
    rng = world.rng
    works = is_workday(day)
    for town in world.towns:
        mean = town.plan.needs * (1.0 if works else 0.6)
        for _number in range(int(mean) + (rng.random() < mean % 1)):
            hour = rng.choice((7, 8, 8, 9, 9, 9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17, 18, 19, 20))
            world.plan(moment(day, hour, rng.randint(0, 59)), somebody_asks, town)
        if works and rng.random() < 0.55:
            world.plan(moment(day, rng.choice((9, 10, 14, 15, 16)), rng.randint(0, 59)), diary_page, town)
        for number, grid in enumerate(town.grids):
            twice = number < town.plan.rounds
            if works and (twice or day.weekday() in WALKS[number % 2]):
                plan_rounds(world, town, grid, day, twice)
        if works:
            world.plan(moment(day, 16, 40), pass_on, town)
    care.plan_day(world, day)
    world.plan(moment(day, 8, 5), rating_links)
    world.plan(moment(day, 21, 45), post)


def plan_rounds(world: World, town: Town, grid: Area, day: Any, twice: bool) -> None:
    """The morning round, and the evening one where there are two."""
    minute = world.rng.randint(0, 25)
    world.plan(moment(day, 7, 20 + minute), walk, town, grid, Shift.MORNING)
    if twice:
        world.plan(moment(day, 17, minute), walk, town, grid, Shift.EVENING)


def somebody_asks(world: World, town: Town) -> None:
    """A resident, an elder or a rider says something."""
    codes = list(SAID)
    code = world.rng.choices(
        codes, [town.plan.weights.get(one, 1 if one == "lost" else 4) * usual(one) for one in codes]
    )[0]
    asker = who_asks(world, town, code)
    story = say(world, town, code, asker)
    if story and code in SHARED and world.chance(0.22):
        for _number in range(world.rng.randint(1, 2)):
            world.plan(world.now + timedelta(hours=world.rng.uniform(0.3, 12)), same_again, story)


def usual(code: str) -> float:
    """How often at all: nobody gets lost every week."""
    return {"lost": 0.15}.get(code, 1.0)


def who_asks(world: World, town: Town, code: str) -> Person | None:
    """Whoever would say such a thing; now and then nobody knows who."""
    if world.chance(0.04):
        return None
    if code in FOR_ELDERS:
        return pick(world.rng, town.elders)
    if code in IN_THE_OPEN and town.riders and world.chance(0.55):
        return pick(world.rng, town.riders)
    return pick(world.rng, town.elders if world.chance(town.plan.elders) else town.others)


def home_of(world: World, town: Town, who: Person | None) -> Building:
    """Where somebody lives; anywhere for the others."""
    if (
        who
        and who.household
        and who.household.building
        and who.household.building.community == town.community.stem
    ):
        return who.household.building
    return pick(world.rng, town.homes[pick(world.rng, town.grids).stem])


def say(
    world: World, town: Town, code: str, asker: Person | None, home: Building | None = None, words: str = "",
    left: str = "", channel: str = "", **more: Any,
) -> Story | None:  # fmt: skip
    """One ask comes in through its door, and its way begins; None where nobody says such a thing in this season."""
    home = home or home_of(world, town, asker)
    words = words or world.say(SAID[code], town, home)
    if not words:
        return None
    worker = town.workers[home.grid]
    channel = channel or door_of(world, asker)
    by: Person | None = asker if channel == Channel.ONLINE else worker
    given: dict[str, Any] = {
        "kind": kind_of(code), "urgency": urgency_of(world, code), "building": home, "key": world.key(),
        "category": world.kinds[code] if world.chance(0.65) else None,
    } | more  # fmt: skip
    if channel == Channel.DIARY:
        entry = ask.write_diary(
            area=home.area, key=world.key(), at=world.now, by=worker, words=words, concerns=[asker] if asker else [],
            building=home, now=world.now, **sky(world, town),
        )  # fmt: skip
        given["diary"] = entry
        world.counts["diary"] += 1
    if by and code in IN_THE_OPEN and channel == Channel.ONLINE and world.chance(0.2):
        given["photos"] = [take(world, code, by)]
    if asker is None:
        given["asker_words"] = "热线来电，没留姓名" if channel == Channel.HOTLINE else "一位过路的居民"
    elif channel != Channel.ONLINE:
        given |= as_proxy(by=worker, asker=asker)
    else:
        given["asker"] = asker
    need = ask.raise_need(area=home.area, words=words, channel=channel, by=by, now=world.now, **given)
    world.counts["needs"] += 1
    story = Story(town, need, left=left, notes={"kind": code})
    if left != "all":
        course.begin(world, story)
    return story


def door_of(world: World, asker: Person | None) -> str:
    """Through which door somebody comes."""
    if asker is None:
        return world.rng.choice((Channel.HOTLINE, Channel.PHONE, Channel.WALK_IN))
    if is_online(asker):
        return Channel.ONLINE if world.chance(0.85) else Channel.WALK_IN
    if not asker.phone_blind:
        return world.rng.choice((Channel.WALK_IN, Channel.DIARY, Channel.DIARY, Channel.PAPER))
    return world.rng.choice(
        (Channel.PHONE, Channel.PHONE, Channel.WALK_IN, Channel.WALK_IN, Channel.DIARY, Channel.PAPER)
    )


def kind_of(code: str) -> str:
    """What kind of ask it is."""
    if code == "lost":
        return Kind.ALERT
    if code in COMPLAINTS:
        return Kind.COMPLAINT
    if code in QUESTIONS:
        return Kind.QUESTION
    return Kind.REPORT if code in IN_THE_OPEN else Kind.HELP


def urgency_of(world: World, code: str) -> str:
    """How fast it must go."""
    if code == "lost":
        return Urgency.EXTREME
    share = {"leak": 0.6, "manhole": 0.4, "heating": 0.3, "doctor": 0.2}.get(code, 0.05)
    return Urgency.URGENT if world.chance(share) else Urgency.NORMAL


def same_again(world: World, story: Story) -> None:
    """A neighbour says the same."""
    first, town = story.need, story.town
    home = first.building or home_of(world, town, None)
    asker = pick(world.rng, town.others)
    words = pick(world.rng, ALIKE) + first.words
    twin = say(
        world,
        town,
        story.notes["kind"],
        asker,
        home=home,
        words=words,
        category=world.kinds[story.notes["kind"]],
    )
    if twin:
        twin.notes["twin"] = True


def sky(world: World, town: Town) -> dict[str, Any]:
    """Weather and temperature of the season, drawn."""
    january, july = town.plan.cold
    month = world.today.month
    share = 1 - abs(month - 7) / 6
    degrees = round(january + (july - january) * share + world.rng.uniform(-4, 4))
    kinds = [Weather.SUN, Weather.SUN, Weather.CLOUD, Weather.WIND]
    kinds.append(Weather.SNOW if degrees < 1 else Weather.RAIN)
    return {"weather": world.rng.choice(kinds), "temperature": degrees}


def diary_page(world: World, town: Town) -> None:
    """A visit written down; most yield no ask."""
    who = pick(world.rng, town.elders)
    home = home_of(world, town, who)
    words = world.say(DIARY, town, home, who=who.name[0] + ("奶奶" if who.sex == "f" else "大爷"))
    ask.write_diary(
        area=home.area, key=world.key(), at=world.now, by=town.workers[home.grid], words=words, concerns=[who],
        building=home, now=world.now, measures="记下来，过两天再去。" if world.chance(0.4) else "",
        outcome="当场办好。" if world.chance(0.3) else "", **sky(world, town),
    )  # fmt: skip
    world.counts["diary"] += 1


def walk(world: World, town: Town, grid: Area, shift: str) -> None:
    """A round: what the morning found is looked at again, new things are written down."""
    now, by = world.now, town.workers[grid.stem]
    patrol = ask.begin_patrol(area=grid, shift=shift, day=world.today, by=by, now=now)
    world.counts["rounds"] += 1
    if shift == Shift.EVENING:
        for finding in list(to_recheck(patrol)):
            ask.recheck(finding=finding, patrol=patrol, gone=world.chance(0.7), by=by, now=now)
    for _number in range(
        world.rng.choice((0, 0, 0, 0, 1, 1, 2)) if shift == Shift.MORNING else world.chance(0.08)
    ):
        notice(world, town, patrol, by)
    when = now + timedelta(minutes=world.rng.randint(35, 70))
    world.plan(when, come_home, patrol, by)


def notice(world: World, town: Town, patrol: Patrol, by: Person) -> Finding:
    """Something found; a third become asks."""
    home = pick(world.rng, town.homes[patrol.area.stem])
    words = world.say(FOUND, town, home)
    code = next((code for part, code in FOUND_KIND if part in words), "trash")
    as_need = world.chance(0.33)
    finding = ask.find(
        patrol=patrol, key=world.key(), words=words, building=home, category=world.kinds[code], as_need=as_need, by=by,
        now=world.now,
    )  # fmt: skip
    if as_need:
        need = Need.objects.select_related("area", "category", "building").get(no=finding.need_no)
        course.begin(world, Story(town, need, notes={"kind": code}))
        world.counts["needs"] += 1
    return finding


def come_home(world: World, patrol: Patrol, by: Person) -> None:
    """The round ends."""
    ask.end_patrol(patrol=patrol, note=pick(world.rng, ROUND_NOTES), by=by, now=world.now)


def pass_on(world: World, town: Town) -> None:
    """Tell people without the site what was written to them; the newest wait for tomorrow."""
    codes = [grid.stem for grid in town.grids] + [town.community.stem]
    rows = Outbox.objects.filter(channel=Road.CALL, read_at=None, area_code__in=codes)
    for message in rows.filter(created_at__lt=world.now - timedelta(hours=20)).order_by("id"):
        by = town.workers.get(message.area_code, town.director)
        journal.mark_told(message=message.pk, by=by.pk, now=world.now)


def rating_links(world: World) -> None:
    """Links for follow-ups that can be answered on the phone."""
    send_due_links(now=world.now)


def post(world: World) -> None:
    """What the worker does all day in production: messages leave; a few people read theirs."""
    send_messages(world.now)
    for town in world.towns:
        for who in world.rng.sample(town.others, READERS):
            journal.mark_read(person=who.pk, now=world.now)


def send_messages(now: datetime) -> None:
    """Every message that is due leaves."""
    while batch := journal.claim(now=now, size=500):
        for message in batch:
            journal.mark_sent(message=message, now=now)
