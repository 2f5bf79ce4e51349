"""People come, pause, leave, move away, die; the committee changes the rule; the pool is filled; neighbours clear."""

from datetime import datetime, timedelta
from typing import Any

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import peers
from linli.commons.timebank.models import Member, Peering, Programme, Rule
from linli.ground.people.models import Person
from tests.simulator.acts import Act, step
from tests.simulator.rules import some_rule
from tests.simulator.world import World

MANY = 12  # who serve at one time


def side(world: World) -> int:
    """One of the two communities, mostly the first."""
    return world.there if world.one_in(4) else world.here


def people_of(world: World, programme: int) -> tuple[int, int]:
    """A worker and a director of a community."""
    if programme == world.here:
        return world.pks["zhao"], world.pks[world.dice.choice(("zhou", "hu"))]
    return world.pks["stranger"], world.pks["far"]


@step(0.8)
def come(world: World) -> Act | None:
    """Somebody new moves in and asks to serve, or is to be cared for."""
    programme = side(world)
    if Member.objects.exclude(state="left").filter(programme=programme).count() > 2 * MANY:
        return None
    serves = not world.one_in(3)
    who = world.newcomer(programme, serves=serves).pk
    worker = people_of(world, programme)[0]
    friend = world.chosen("admitted", programme=programme)

    def do(now: datetime) -> Any:
        bank, person = world.programme(programme), world.who(who)
        if not serves:
            return timebank.enrol_receiver(programme=bank, person=person, by=world.who(worker), now=now)
        return timebank.apply(
            programme=bank, person=person, skills=["meals", "company", "clean"], by=person, now=now, strength="heavy",
            recruiter=world.member(friend) if friend else None,
        )  # fmt: skip

    return Act(f"person {who}, serves: {serves}", do)


@step(2)
def admit(world: World) -> Act | None:
    """The next step on somebody's way to serving."""
    pk = world.chosen("applied", "checked", "learned", "refused")
    if pk is None:
        return None
    member = world.member(pk)
    worker, director = people_of(world, member.programme_id)
    if member.state == "refused" or (member.state == "applied" and world.one_in(10)):
        return again(world, member, worker)
    verb: Any = {"applied": timebank.check, "checked": timebank.learn, "learned": timebank.admit}[
        member.state
    ]
    by = director if member.state == "learned" else worker
    return Act(
        f"member {pk}: {verb.__name__}", lambda now: verb(member=world.member(pk), by=world.who(by), now=now)
    )


def again(world: World, member: Member, worker: int) -> Act:
    """Not admitted; or refused once and asks again."""
    if member.state == "refused":
        return Act(
            f"member {member.pk} asks again",
            lambda now: timebank.apply(
                programme=world.programme(member.programme_id), person=world.who(member.person_id),
                by=world.who(member.person_id), now=now, skills=["company", "meals"],
            ),
        )  # fmt: skip
    return Act(
        f"member {member.pk} is refused",
        lambda now: timebank.refuse(
            member=world.member(member.pk), reason="先学急救", by=world.who(worker), now=now
        ),
    )


@step(0.7)
def pause(world: World) -> Act | None:
    """Somebody pauses, or serves again."""
    pk = world.chosen("paused") if world.one_in(2) else world.chosen("admitted")
    if pk is None:
        return None
    verb: Any = timebank.resume if world.member(pk).state == "paused" else timebank.pause
    return Act(
        f"member {pk}: {verb.__name__}",
        lambda now: verb(member=world.member(pk), by=world.member(pk).person, now=now),
    )


@step(0.8)
def leave(world: World) -> Act | None:
    """Somebody leaves, moves away or dies; after a death an heir may get the points."""
    pk = world.chosen("admitted", "paused", "receives", "applied", "refused")
    if pk is None:
        return None
    member = world.member(pk)
    if member.person_id in world.pks.values() and not world.one_in(5):
        return None
    died = world.one_in(2)
    heir = world.chosen(programme=member.programme_id) if died and world.one_in(2) else None
    if heir == pk:
        heir = None
    director = people_of(world, member.programme_id)[1]
    if died:
        Person.objects.filter(pk=member.person_id, left_on=None).update(left_on=world.today)

    def do(now: datetime) -> Any:
        return timebank.leave(
            member=world.member(pk), heir=world.member(heir) if heir else None, died=died, reason="搬走了",
            by=world.who(director), now=now,
        )  # fmt: skip

    return Act(f"member {pk}, died: {died}, heir {heir}", do)


# --- rules and the pool ----------------------------------------------------------------------------------


@step(1)
def draft(world: World) -> Act:
    """A director writes another rule down, from today on or later."""
    programme, body = side(world), some_rule(world.dice)
    begins = world.today + timedelta(days=world.dice.choice((0, 0, 1, 3, 10)))
    director = people_of(world, programme)[1]
    return Act(
        f"programme {programme} from {begins}",
        lambda now: timebank.draft_rule(
            programme=world.programme(programme),
            body=body,
            valid_from=begins,
            by=world.who(director),
            now=now,
        ),
    )


@step(1.5)
def adopt(world: World) -> Act | None:
    """The street adopts a draft, or it is dropped."""
    found = Rule.objects.filter(state="draft").order_by("pk")
    if not world.one_in(5):
        found = found.filter(valid_from__gte=world.today)
    row = world.pick(found.values_list("pk", "programme"))
    if row is None:
        return None
    pk, programme = row
    if world.one_in(4):
        director = people_of(world, programme)[1]
        return Act(
            f"rule {pk} is dropped",
            lambda now: timebank.drop_rule(rule=rule_of(pk), by=world.who(director), now=now),
        )
    return Act(
        f"rule {pk}",
        lambda now: timebank.adopt_rule(
            rule=rule_of(pk), resolution="居议 9", by=world.who("leader"), now=now
        ),
    )


def rule_of(pk: int) -> Rule:
    """A rule as a page reads it."""
    return Rule.objects.select_related("programme").get(pk=pk)


@step(0.5)
def fill(world: World) -> Act:
    """The pool gets points by resolution; never enough for long."""
    programme, key, points = side(world), world.key(), world.dice.choice((50, 200, 600))
    director = people_of(world, programme)[1]
    return Act(
        f"programme {programme}: {points}",
        lambda now: timebank.fill_pool(
            programme=world.programme(programme),
            key=key,
            points=points,
            resolution="居议 3",
            by=world.who(director),
            now=now,
        ),
        keyed=True,
    )


# --- two communities -------------------------------------------------------------------------------------


@step(1.2)
def peer(world: World) -> Act | None:
    """The two directors offer, agree, settle, end."""
    now_there = Peering.objects.filter(ended_at=None).order_by("pk").first()
    one, other = world.dice.sample([world.here, world.there], k=2)
    by = people_of(world, one)[1]
    if now_there is None:
        limit = world.dice.choice((20, 50, 100))
        return Act(
            f"{one} offers {other} {limit}",
            lambda now: peers.propose(
                one=world.programme(one), other=world.programme(other), limit=limit, by=world.who(by), now=now
            ),
        )
    pk = now_there.pk
    if now_there.since is None:
        return Act(
            f"peering {pk} is agreed",
            lambda now: peers.agree(peering=peering_of(pk), by=world.who(by), now=now),
        )
    if world.one_in(6):
        return Act(
            f"peering {pk} ends", lambda now: peers.end(peering=peering_of(pk), by=world.who(by), now=now)
        )
    key = world.key()
    return Act(
        f"peering {pk} is settled",
        lambda now: peers.settle_across(
            key=key, peering=peering_of(pk), resolution="联席 2", by=world.who(by), now=now
        ),
        keyed=True,
    )


def peering_of(pk: int) -> Peering:
    """An agreement as a page reads it."""
    return Peering.objects.select_related("one__area", "other__area").get(pk=pk)


@step(3)
def cross(world: World) -> Act | None:
    """Points go to a friend in the other community."""
    row = Peering.objects.filter(ended_at=None).order_by("pk").first()
    if row is None:
        return None
    one, other = world.dice.sample([world.here, world.there], k=2)
    sender, receiver = world.chosen(programme=one), world.chosen(programme=other)
    if sender is None or receiver is None:
        return None
    key, points, pk = world.key(), world.dice.choice((1, 5, 15, 40)), row.pk
    return Act(
        f"{points} from member {sender} to {receiver}",
        lambda now: peers.send_across(
            key=key, peering=peering_of(pk), sender=world.member(sender), receiver=world.member(receiver), points=points,
            by=world.member(sender).person, authority="self", now=now,
        ),
        keyed=True,
    )  # fmt: skip


def programmes() -> list[Programme]:
    """Both of them."""
    return list(Programme.objects.select_related("area").order_by("pk"))
