"""The way of one need around the ring, step by step; each step plans the next one."""

from datetime import timedelta
from typing import Any

from linli.demo.pictures import take
from linli.demo.words import (
    BAD,
    DONE,
    EXTENDED,
    GOOD,
    NOTES,
    REFUSED,
    REPLIES,
    SENT_BACK,
    STOPPED,
)  # fmt: skip
from linli.demo.world import Story, World, is_online, moment, pick
from linli.ground.people.models import Person
from linli.ground.photos.choices import PhotoKind
from linli.kit.refused import Refused
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, Urgency
from linli.loop.ask.models import Need
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.choices import ExclusionReason, FollowUpState, Way
from linli.loop.evaluate.models import FollowUp
from linli.loop.link import actions as link
from linli.loop.link.queries import agreed
from linli.loop.run import actions as run
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Task, TaskStep

SWIFT = frozenset({"lost", "leak"})
UNLINKED = 0.22  # asks that a worker settles without anybody's help


def go_on(world: World, story: Story, step: Any, low: float, high: float, ever: bool = False) -> None:
    """Plan the next step some hours from now, unless it is left to people."""
    if story.left in {step.__name__, "all"}:
        return
    slow = 3.0 if story.late else 1.0
    swift = story.need.urgency == Urgency.EXTREME
    if swift:
        low, high, ever = low / 60, high / 60, True
    world.plan(world.after(low, high * slow, ever), step, story)


def worker_of(story: Story) -> Person:
    """Who answers for the grid."""
    return story.town.workers.get(story.need.grid) or story.town.director


def triage(world: World, story: Story) -> None:
    """Take it up, or not."""
    need, draw = story.need, world.rng.random()
    by = worker_of(story)
    if draw < 0.05 and need.urgency == Urgency.NORMAL:
        reason, text = pick(world.rng, REFUSED)
        ask.refuse(need=need, reason=reason, text=text, by=by, now=world.now)
        world.counts["refused"] += 1
    elif draw < 0.06:
        ask.withdraw(need=need, text="自己弄好了，不麻烦了。", by=by, now=world.now)
        world.counts["withdrawn"] += 1
    elif (
        draw < (0.7 if story.notes.get("twin") else 0.1) and need.category_id and (twin := same_matter(need))
    ):
        ask.merge(need=need, into=twin, by=by, now=world.now)
        world.counts["merged"] += 1
    else:
        take_up(world, story)


def same_matter(need: Need) -> Need | None:
    """An open ask of the same kind nearby that was heard before."""
    rows = Need.objects.filter(
        grid=need.grid, category=need.category, pk__lt=need.pk, state__in=["accepted", "linked", "running"]
    )
    return rows.filter(said_at__gte=need.said_at - timedelta(days=7)).order_by("-id").first()


def take_up(world: World, story: Story) -> None:
    """Accept it with its promise; answer the asker; sometimes it takes a colleague's note."""
    by, need = worker_of(story), story.need
    category = need.category or world.kinds[story.notes["kind"]]
    story.need = ask.accept(need=need, category=category, urgency=need.urgency, by=by, now=world.now)
    story.late = world.chance(0.07)
    if story.need.responded_at is None:
        go_on(world, story, reply, 0.3, 7)
    if world.chance(0.1):
        ask.remark(need=story.need, text=pick(world.rng, NOTES), by=by, now=world.now)
    draw = world.rng.random()
    if draw < 0.05 and story.left != "all":
        return go_on(world, story, pause, 1, 8)
    if draw < 0.09:
        go_on(world, story, extend, 2, 8)
    return go_on(world, story, find_help, 0.3, 6)


def reply(world: World, story: Story) -> None:
    """The first answer to whoever asked."""
    ask.respond(need=story.need, text=pick(world.rng, REPLIES), by=worker_of(story), now=world.now)


def pause(world: World, story: Story) -> None:
    """Let the clock stand still for a reason."""
    reason, text = pick(world.rng, STOPPED)
    ask.stop_clock(need=story.need, reason=reason, text=text, by=worker_of(story), now=world.now)
    world.counts["stopped"] += 1
    go_on(world, story, resume, 20, 110)


def resume(world: World, story: Story) -> None:
    """It goes on."""
    story.need = ask.resume_clock(need=story.need, by=worker_of(story), now=world.now)
    go_on(world, story, find_help, 0.3, 5)


def extend(world: World, story: Story) -> None:
    """Ask for two more days before the limit."""
    due = story.need.due_at
    if (
        due is None
        or due <= world.now
        or Need.objects.filter(pk=story.need.pk, done_at__isnull=False).exists()
    ):
        return
    ask.extend(
        need=story.need, due_at=due + timedelta(days=2), text=pick(world.rng, EXTENDED), by=worker_of(story),
        now=world.now,
    )  # fmt: skip
    world.counts["extended"] += 1


def find_help(world: World, story: Story) -> None:
    """Agree with somebody of the list; what is full is passed over, what a worker does alone needs nobody."""
    need, by = story.need, worker_of(story)
    code = need.category.code if need.category else ""
    things = list(story.town.things.get(code, ()))
    if not things or (world.chance(UNLINKED) and not story.left):
        return go_on(world, story, give, 0.1, 3)
    first = world.rng.choices(range(len(things)), [2**-place for place in range(len(things))])[0]
    for thing in [things[first], *things[:first], *things[first + 1 :]]:
        try:
            match = link.agree(need=need, resource=thing, by=by, now=world.now)
        except Refused:
            continue
        story.notes["match"], story.notes["thing"] = match, thing
        world.counts["matches"] += 1
        break
    return go_on(world, story, give, 0.1, 5)


def give(world: World, story: Story) -> None:
    """Give the task to whoever helps."""
    match, by = story.notes.pop("match", None), worker_of(story)
    if match is None:
        match = agreed(story.need).select_related("resource__person").first()
    owner = (match.resource.person if match else None) or (
        by if world.chance(0.6) else pick(world.rng, story.town.helpers)
    )
    when = story.notes.pop("appointed", None)
    if when is None and world.chance(0.35) and story.need.urgency == Urgency.NORMAL:
        when = world.after(3, 30).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    task = run.give_task(
        need=story.need, owner=owner, by=by, match=match, key=world.key(), appointed_at=when, now=world.now
    )
    world.counts["tasks"] += 1
    if when and story.left not in {"work", "all"}:
        world.plan(when + timedelta(minutes=world.rng.randint(20, 110)), work, story)
    else:
        go_on(world, story, work, 1, 26)
    story.notes["task"] = task


def open_task(story: Story) -> Task | None:
    """The task of this lap that is still to be done."""
    rows = Task.objects.filter(need=story.need, state__in=[TaskState.GIVEN, TaskState.STARTED])
    return rows.select_related("owner").order_by("-id").first()


def work(world: World, story: Story) -> None:
    """Work through the steps, show that it is done."""
    task = story.notes.pop("task", None) or open_task(story)
    if task is None:
        return
    now, who = world.now, task.owner
    if task.state == TaskState.GIVEN and world.chance(0.25):
        task = run.start_task(task=task, by=who, now=now)
    for rank in TaskStep.objects.filter(task=task, done_at=None).values_list("rank", flat=True):
        run.tick_step(task=task, rank=rank, done=True, by=who, now=now)
    category = story.need.category
    photos = []
    code = category.code if category else "ask"
    if category and category.needs_photo:
        photos = [take(world, code, who, PhotoKind.AFTER)]
    run.finish_task(task=task, text=pick(world.rng, DONE[code]), by=who, photos=photos, now=now)
    go_on(world, story, look, 0.5, 14)


def look(world: World, story: Story) -> None:
    """A second pair of eyes looks whether it is done; closed, or sent back."""
    task = (
        Task.objects.filter(need=story.need, state=TaskState.DONE)
        .select_related("owner")
        .order_by("-id")
        .first()
    )
    if task is None:
        return None
    by = story.town.colleague(task.done_by_id, task.owner_id)
    good = story.left == "all" or not world.chance(0.05)
    text = "" if good else pick(world.rng, SENT_BACK)
    evaluate.check_and_close(task=task, good=good, text=text, by=by, now=world.now)
    world.counts["checked" if good else "sent back"] += 1
    if not good:
        return go_on(world, story, work, 2, 20)
    if story.left in {"call", "all"}:
        return None
    day = world.today + timedelta(days=3)
    return world.plan(moment(day, 9) + timedelta(minutes=world.rng.randint(0, 500)), call, story)


def call(world: World, story: Story) -> None:
    """Ask: solved? satisfied? in whose words. What is not good opens again."""
    rows = FollowUp.objects.filter(need=story.need, state=FollowUpState.WAITING).select_related("need__asker")
    row = rows.order_by("-lap").first()
    if row is None:
        return
    by = world_caller(story, row)
    if world.chance(0.08):
        row = evaluate.miss(follow_up=row, by=by, now=world.now)
        world.counts["missed"] += 1
        if row.tries < 3:
            day = world.today + timedelta(days=1)
            world.plan(moment(day, 9) + timedelta(minutes=world.rng.randint(0, 500)), call, story)
        return
    solved = not world.chance(0.07 if row.lap == 1 else 0.02)
    satisfied = not world.chance(0.06 if row.lap == 1 else 0.02) if solved else False
    give_answer(world, story, row, solved=solved, satisfied=satisfied, by=by)


def world_caller(story: Story, row: FollowUp) -> Person:
    """A colleague who did not do it."""
    doers = Task.objects.filter(need=story.need, lap=row.lap).values_list("done_by", flat=True)
    return story.town.colleague(*doers)


def give_answer(
    world: World, story: Story, row: FollowUp, *, solved: bool, satisfied: bool, by: Person, words: str = ""
) -> None:
    """The answer, in their words; a new lap where it was not good."""
    asker = row.need.asker
    way, who = (Way.CALL if world.chance(0.7) else Way.VISIT), by
    doers = set(Task.objects.filter(need=story.need, lap=row.lap).values_list("done_by", flat=True))
    if asker is not None and is_online(asker) and world.chance(0.6) and asker.pk not in doers:
        way, who = Way.LINK, asker
    words = words or pick(world.rng, GOOD if solved and satisfied else BAD)
    evaluate.answer(
        follow_up=row, solved=solved, satisfied=satisfied, words=words, way=way, by=who, now=world.now
    )
    world.counts["answered"] += 1
    if solved and satisfied:
        if world.chance(0.02):
            leave_out(world, story)
        return
    world.counts["reopened"] += 1
    story.need = Need.objects.select_related("area", "category", "asker").get(pk=story.need.pk)
    story.late = False
    go_on(world, story, find_help, 0.5, 8)


def leave_out(world: World, story: Story) -> None:
    """The director asks that a case be left out of the rates, the leader decides."""
    reason = pick(world.rng, ExclusionReason.values)
    row = evaluate.ask_exclusion(
        need=story.need,
        reason=reason,
        text="不在我们职责范围，附说明。",
        by=story.town.director,
        now=world.now,
    )
    when = world.after(4, 40)
    world.plan(when, decide, row, story)
    world.counts["exclusions"] += 1


def decide(world: World, row: Any, story: Story) -> None:
    """Approved, or not."""
    evaluate.decide_exclusion(exclusion=row, approve=world.chance(0.75), by=story.town.leader, now=world.now)


def begin(world: World, story: Story) -> None:
    """What happens to a need that was just raised."""
    if story.need.urgency == Urgency.EXTREME:
        world.plan(world.now + timedelta(minutes=world.rng.randint(2, 12)), take_up, story)
    elif story.need.channel in {Channel.DIARY, Channel.PATROL, Channel.WALK_IN}:
        go_on(world, story, triage, 0.1, 1.5)
    else:
        go_on(world, story, triage, 0.3, 9)


NEXT = {
    "new": triage, "accepted": find_help, "reopened": find_help, "linked": give, "running": work, "done": look,
    "closed": call,
}  # fmt: skip
