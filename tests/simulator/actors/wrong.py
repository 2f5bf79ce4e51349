"""What must never go through: whoever is not asked, whoever decides about themselves, more than there is, twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F

from linli.commons.fund import actions as fund
from linli.commons.fund.models import Resolution, Spending
from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import (
    Approval,
    Confirmation,
    Dispute,
    Member,
    Order,
    Payment,
    Record,
    Rule,
)
from linli.commons.timebank.queries.purses import purse_of
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.choices import Reversal
from linli.ground.ledger.models import HoldEnd, Transfer
from tests.simulator.actors.bill import resolution_of
from tests.simulator.actors.members import rule_of
from tests.simulator.actors.records import dispute_of, payment_of, record_of
from tests.simulator.actors.spending import order_of
from tests.simulator.actors.worker import RULE
from tests.simulator.acts import Act, step
from tests.simulator.world import World

FEW = 30


def no(words: str, do: Callable[[Any], Any]) -> Act:
    """It must be refused."""
    return Act(words, do, must="refused")


@step(1)
def own_service(world: World) -> Act | None:
    """Whoever served confirms, approves, corrects it."""
    pk = world.pick(Record.objects.order_by("-pk").values_list("pk", flat=True)[:FEW])
    if pk is None:
        return None
    me = record_of(pk).member.person_id
    role = world.dice.choice(("elder", "worker", "family"))
    acts: list[tuple[str, Callable[[Any], Any]]] = [
        ("confirms", lambda now: timebank.confirm_record(record=record_of(pk), by=world.who(me), role=role, now=now)),
        ("approves", lambda now: timebank.approve_record(record=record_of(pk), good=True, by=world.who(me), now=now)),
        ("corrects", lambda now: timebank.correct_record(record=record_of(pk), minutes=600, why="多了", by=world.who(me), now=now)),
    ]  # fmt: skip
    words, do = world.dice.choice(acts)
    return no(f"{me} {words} own record {pk}", do)


@step(0.7)
def twice(world: World) -> Act | None:
    """The same person approves a second time, or what they confirmed."""
    said = Confirmation.objects.exclude(by=None) if world.one_in(2) else Approval.objects.all()
    row = world.pick(said.order_by("-pk").values_list("record", "by")[:FEW])
    if row is None:
        return None
    pk, by = row
    return no(
        f"record {pk} by {by}",
        lambda now: timebank.approve_record(record=record_of(pk), good=True, by=world.who(by), now=now),
    )


@step(0.7)
def stranger(world: World) -> Act | None:
    """A worker of another community confirms, disputes, decides, spends."""
    record = world.pick(
        Record.objects.filter(programme=world.here).order_by("-pk").values_list("pk", flat=True)[:FEW]
    )
    pk = world.chosen(programme=world.here)
    if record is None or pk is None:
        return None
    key, out = world.key(), world.who("stranger").pk
    acts: list[tuple[str, Callable[[Any], Any]]] = [
        ("confirms", lambda now: timebank.confirm_record(record=record_of(record), by=world.who(out), role="worker", now=now)),
        ("disputes", lambda now: timebank.open_dispute(key=key, record=record_of(record), words="不对不对", by=world.who(out), now=now)),
        ("gives", lambda now: timebank.give(
            key=key, member=world.member(pk), gift_to="pool", points=1, by=world.who(out), authority="worker", now=now)),
        ("pretends", lambda now: timebank.set_aside(
            key=key, member=world.member(pk), kind="care", points=1, by=world.who(out), authority="self", now=now)),
        ("is no family", lambda now: timebank.give(
            key=key, member=world.member(pk), gift_to="pool", points=1, by=world.who(out), authority="family", now=now)),
    ]  # fmt: skip
    words, do = world.dice.choice(acts)
    return no(f"{words}: record {record}, member {pk}", do)


@step(1)
def too_much(world: World) -> Act | None:
    """More points than are free; none; less than none."""
    pk = world.chosen(programme=world.here)
    if pk is None:
        return None
    member, key = world.member(pk), world.key()
    free = purse_of(member).free
    points = world.dice.choice((free + 1, free + 1000, 0, -5))
    return no(
        f"{points} of member {pk}, {free} are free",
        lambda now: timebank.set_aside(
            key=key,
            member=world.member(pk),
            kind="care",
            points=points,
            by=world.member(pk).person,
            authority="self",
            now=now,
        ),
    )


@step(0.7)
def other_body(world: World) -> Act | None:
    """8: a key that was used, with something else in it."""
    row = world.pick(Payment.objects.filter(state__in=("held", "freed")).order_by("-pk")[:FEW])
    if row is None or row.kind != "care":
        return None
    pk, key, points = row.member_id, row.key, row.points + 1
    return no(
        f"payment {row.pk} again, with {points}",
        lambda now: timebank.set_aside(
            key=key,
            member=world.member(pk),
            kind="care",
            points=points,
            by=world.member(pk).person,
            authority="self",
            now=now,
        ),
    )


@step(0.7)
def undo_twice(world: World) -> Act | None:
    """7: a reversal is reversed, or something a second time; 6: a hold that was taken is set free."""
    key = world.key()
    if world.one_in(2):
        hold = world.pick(
            HoldEnd.objects.filter(outcome="post").order_by("-pk").values_list("hold", flat=True)[:FEW]
        )
        return (
            no(f"hold {hold}", lambda now: ledger.free_hold(hold=hold, who=RULE, now=now)) if hold else None
        )
    found = Transfer.objects.filter(kind="reversal").order_by("-pk").values_list("pk", "reverses")[:FEW]
    row = world.pick(found)
    if row is None:
        return None
    pk = world.dice.choice(row)
    return no(
        f"transfer {pk}",
        lambda now: ledger.reverse(uid=key, transfer=pk, reason=Reversal.TWICE, who=RULE, now=now),
    )


@step(0.4)
def own_rule(world: World) -> Act | None:
    """Whoever wrote a rule adopts it; or a rule is to hold from yesterday on."""
    draft = world.pick(drafts())
    if draft and world.one_in(2):
        pk, by = draft
        return no(
            f"rule {pk} by {by}",
            lambda now: timebank.adopt_rule(rule=rule_of(pk), resolution="1", by=world.who(by), now=now),
        )
    day = world.today - timedelta(days=1)
    return no(
        f"from {day}",
        lambda now: timebank.draft_rule(
            programme=world.programme(), body={}, valid_from=day, by=world.who("zhou"), now=now
        ),
    )


def drafts() -> list[tuple[int, int]]:
    """Drafts, with who wrote them."""
    return list(Rule.objects.filter(state="draft").order_by("pk").values_list("pk", "made_by"))


@step(0.5)
def own_hands(world: World) -> Act | None:
    """Whoever handed it over takes it back; a worker hands something to herself; somebody admits themselves."""
    row = world.pick(
        Order.objects.filter(state="collected").order_by("-pk").values_list("pk", "handed_by")[:FEW]
    )
    if row and world.one_in(2):
        pk, by = row
        return no(
            f"order {pk} back by {by}",
            lambda now: timebank.return_goods(order=order_of(pk), reason="破了", by=world.who(by), now=now),
        )
    mine = Member.objects.filter(state="learned").order_by("pk").values_list("pk", "person")
    found = world.pick(mine)
    if found is None:
        return None
    return no(
        f"member {found[0]}",
        lambda now: timebank.admit(member=world.member(found[0]), by=world.who(found[1]), now=now),
    )


@step(0.4)
def own_judge(world: World) -> Act | None:
    """A party decides, or somebody who is neither director nor leader."""
    row = world.pick(
        Dispute.objects.filter(state__in=("open", "answered"))
        .order_by("-pk")
        .values_list("pk", "opened_by")[:FEW]
    )
    if row is None:
        return None
    pk, by = row[0], world.dice.choice((row[1], world.pks["zhao"], world.pks["auditor"]))
    return no(
        f"dispute {pk} by {by}",
        lambda now: timebank.decide_dispute(
            dispute=dispute_of(pk), verdict="void", grounds="我说了算", by=world.who(by), now=now
        ),
    )


@step(0.6)
def too_much_money(world: World) -> Act | None:
    """More than a resolution says; a second signature by the first; a signature by nobody who may."""
    key = world.key()
    waits = world.pick(Spending.objects.filter(state="signed").order_by("pk").values_list("pk", "by")[:FEW])
    if waits and world.one_in(2):
        pk, by = waits[0], world.dice.choice((waits[1], world.pks["zhao"]))
        return no(
            f"spending {pk} by {by}",
            lambda now: fund.sign(row=Spending.objects.get(pk=pk), by=world.who(by), now=now),
        )
    found = world.pick(
        Resolution.objects.order_by("-pk").values_list("pk", F("amount") - F("allocated"))[:FEW]
    )
    if found is None:
        return None
    number, amount = found[0], found[1] + 1
    return no(
        f"{amount} by resolution {number}",
        lambda now: fund.allocate(
            resolution=resolution_of(number), uid=key, amount=amount, by=world.who("zhou"), now=now
        ),
    )


@step(0.4)
def frozen(world: World) -> Act | None:
    """What is in dispute is taken."""
    pk = world.pick(Payment.objects.filter(state="frozen").order_by("-pk").values_list("pk", flat=True)[:FEW])
    if pk is None:
        return None
    return no(
        f"payment {pk}",
        lambda now: timebank.take_payment(
            payment=payment_of(pk), by=world.who("zhao"), authority="worker", now=now
        ),
    )
