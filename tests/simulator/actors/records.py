"""Hours: somebody served, somebody says so, somebody approves, somebody puts right, somebody objects."""

from datetime import datetime, timedelta
from typing import Any

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import ClaimState, ConfirmAs, SignHow, Verdict
from linli.commons.timebank.models import Dispute, Finding, Member, Payment, Record, SpotCheck
from tests.simulator.acts import Act, step
from tests.simulator.checks.sql import marks, rows
from tests.simulator.world import World

SERVICES = (("company", "陪伴"), ("clean", "打扫"), ("meals", "送餐"))
FEW = 60


def claim_in(world: World, *states: str) -> int | None:
    """The record of some claim in these states."""
    asked = f"SELECT record_id FROM timebank_claim WHERE state IN ({marks(states)}) ORDER BY record_id DESC LIMIT {FEW}"
    return world.pick(number for (number,) in rows(asked, *states))


def told_of(pk: int) -> tuple[int, int, int]:
    """Where a record was made, who served, who was served."""
    asked = """SELECT r.programme_id, m.person_id, r.receiver_id FROM timebank_record r
     JOIN timebank_member m ON m.id = r.member_id WHERE r.id = %s"""
    programme, served, receiver = rows(asked, pk)[0]
    return programme, served, receiver


def record_of(pk: int) -> Record:
    """A record as a page reads it."""
    return Record.objects.select_related("member__person", "receiver", "programme").get(pk=pk)


@step(9)
def log(world: World) -> Act | None:
    """A member was at somebody's; a worker or the member writes it down."""
    pk = world.chosen("admitted")
    if pk is None:
        return None
    member = world.member(pk)
    receiver = receiver_for(world, member)
    if receiver is None:
        return None
    minutes = world.dice.choice((15, 30, 45, 60, 60, 90, 120, 200, 300))
    began = world.now - timedelta(minutes=minutes + world.dice.randint(0, 60))
    latest = Record.objects.filter(member=pk).order_by("-ended_at").values_list("ended_at", flat=True).first()
    if latest and latest > began and not world.one_in(8):
        began = latest
    ended = min(began + timedelta(minutes=minutes), world.now)
    code, name = world.dice.choice(SERVICES)
    key, hurt = world.key(), world.one_in(10)
    by = (
        member.person_id
        if world.one_in(2)
        else world.pks["zhao" if member.programme_id == world.here else "stranger"]
    )

    def do(now: datetime) -> Any:
        return timebank.record_service(
            uid=key, member=world.member(pk), receiver=world.who(receiver), service=code, service_name=name,
            started_at=began, ended_at=max(ended, began), in_how=SignHow.QR, out_how=SignHow.RIGHTED if hurt else SignHow.QR,
            evidence=["signin"] if hurt else ["signin", "signout"], by=world.who(by),
            authority="self" if by == member.person_id else "worker", now=now,
        )  # fmt: skip

    return Act(f"member {pk} at {receiver}'s, {ended - began} {code}", do, keyed=True)


def receiver_for(world: World, member: Member) -> int | None:
    """Somebody of the same community; the member themselves now and then, which must not go through."""
    if world.one_in(40):
        return member.person_id
    found = (
        Member.objects.filter(programme=member.programme_id)
        .exclude(state="left")
        .exclude(person=member.person_id)
    )
    return world.pick(found.order_by("pk").values_list("person", flat=True))


@step(9)
def confirm(world: World) -> Act | None:
    """The elder, family or a worker says that it took place."""
    pk = claim_in(world, ClaimState.WAITING)
    if pk is None:
        return None
    programme, _served, receiver = told_of(pk)
    role = world.dice.choice(ConfirmAs.values[:3])
    by = {"elder": receiver, "family": world.pks["sun"]}.get(role) or local(world, programme)
    stars = world.dice.choice((None, 1, 2, 3, 4, 5, 5))
    return Act(
        f"record {pk} by {by} as {role}, {stars} stars",
        lambda now: timebank.confirm_record(
            record=record_of(pk), by=world.who(by), role=role, rating=stars, now=now
        ),
    )


def local(world: World, programme: int) -> int:
    """A worker of the community of a programme."""
    names = ("zhao", "qian", "zhou", "hu") if programme == world.here else ("stranger", "far", "deputy")
    return world.pks[world.dice.choice(names)]


@step(13)
def approve(world: World) -> Act | None:
    """A worker approves, or does not."""
    pk = claim_in(world, ClaimState.CONFIRMED)
    if pk is None:
        return None
    by, good = local(world, told_of(pk)[0]), not world.one_in(12)
    return Act(
        f"record {pk} by {by}: {good}",
        lambda now: timebank.approve_record(
            record=record_of(pk), good=good, reason="不在家", by=world.who(by), now=now
        ),
    )


@step(7)
def look(world: World) -> Act | None:
    """Somebody takes a second look at what a check found."""
    open_ = """SELECT f.id, f.record_id FROM timebank_finding f JOIN timebank_claim c ON c.record_id = f.record_id
     WHERE f.verdict = '' AND c.state IN ('waiting', 'confirmed') ORDER BY f.id LIMIT 60"""
    found = world.pick(rows(open_))
    if found is None:
        return None
    pk, record = found
    by, verdict = local(world, told_of(record)[0]), "not_fine" if world.one_in(10) else "fine"
    return Act(
        f"finding {pk} of record {record} by {by}: {verdict}",
        lambda now: timebank.see_finding(
            finding=Finding.objects.select_related("record__member").get(pk=pk), verdict=verdict, words="看过了",
            by=world.who(by), now=now,
        ),
    )  # fmt: skip


@step(1)
def correct(world: World) -> Act | None:
    """The minutes were wrong."""
    pk = claim_in(world, "waiting", "confirmed", "approved", "paid", "honour", "refused", "frozen")
    if pk is None:
        return None
    by, minutes = local(world, told_of(pk)[0]), world.dice.choice((0, 20, 45, 60, 110))
    return Act(
        f"record {pk} by {by}: {minutes} min",
        lambda now: timebank.correct_record(
            record=record_of(pk), minutes=minutes, why="门禁记录", by=world.who(by), now=now
        ),
    )


# --- disputes and spot checks ----------------------------------------------------------------------------


@step(1.5)
def dispute(world: World) -> Act | None:
    """Somebody of either side says that a record or a payment is wrong."""
    key, words = world.key(), "那天没有人来过"
    if world.one_in(2):
        pk = claim_in(world, "waiting", "confirmed", "approved", "paid", "honour")
        if pk is None:
            return None
        programme, served, receiver = told_of(pk)
        by = world.dice.choice((receiver, served, local(world, programme)))
        return Act(
            f"about record {pk} by {by}",
            lambda now: timebank.open_dispute(
                key=key, record=record_of(pk), words=words, by=world.who(by), now=now
            ),
            keyed=True,
        )
    paid = world.pick(Payment.objects.filter(state="held").order_by("-pk").values_list("pk", flat=True)[:FEW])
    if paid is None:
        return None
    who = payment_of(paid).member.person_id
    return Act(
        f"about payment {paid} by {who}",
        lambda now: timebank.open_dispute(
            key=key, payment=payment_of(paid), words=words, by=world.who(who), now=now
        ),
        keyed=True,
    )


def payment_of(pk: int) -> Payment:
    """A payment as a page reads it."""
    return Payment.objects.select_related("member__person", "programme", "receiver", "area").get(pk=pk)


def open_dispute(world: World) -> Dispute | None:
    """One that is not decided."""
    found = Dispute.objects.filter(state__in=("open", "answered")).order_by("pk")
    return world.pick(found.select_related("record__member", "payment__member"))


def dispute_of(pk: int) -> Dispute:
    """A dispute as a page reads it."""
    return Dispute.objects.select_related("record__member", "payment__member", "programme", "area").get(pk=pk)


@step(1)
def answer(world: World) -> Act | None:
    """The other side says how it was."""
    found = open_dispute(world)
    if found is None:
        return None
    row = found.record or found.payment
    by = world.dice.choice((row.member.person_id, row.receiver_id or 0, local(world, found.programme_id)))
    if not by:
        return None
    return Act(
        f"dispute {found.pk} by {by}",
        lambda now: timebank.answer_dispute(
            dispute=dispute_of(found.pk), words="我去了两小时", by=world.who(by), now=now
        ),
    )


@step(2)
def decide(world: World) -> Act | None:
    """A director decides."""
    found = open_dispute(world)
    if found is None:
        return None
    names = ("zhou", "hu") if found.programme_id == world.here else ("far", "deputy")
    by, verdict = world.pks[world.dice.choice(names)], world.dice.choice(Verdict.values)
    most = found.record.minutes if found.record else found.payment.points if found.payment else 0
    less = max(1, most // 2)
    return Act(
        f"dispute {found.pk} by {by}: {verdict} ({less})",
        lambda now: timebank.decide_dispute(
            dispute=dispute_of(found.pk), verdict=verdict, grounds="看了门禁记录", minutes=less, points=less,
            by=world.who(by), now=now,
        ),
    )  # fmt: skip


@step(0.5)
def withdraw(world: World) -> Act | None:
    """Whoever opened it takes it back."""
    found = open_dispute(world)
    if found is None:
        return None
    return Act(
        f"dispute {found.pk}",
        lambda now: timebank.withdraw_dispute(
            dispute=dispute_of(found.pk), by=world.who(found.opened_by_id), now=now
        ),
    )


@step(0.15)
def draw(world: World) -> Act:
    """Last month's spot check is drawn."""
    month = (world.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return Act(
        f"{month}",
        lambda now: timebank.draw(
            programme=world.programme(), month=month, share=20, by=world.who("zhou"), now=now
        ),
    )


@step(0.5)
def visit_door(world: World) -> Act | None:
    """Somebody was at the door of a record that was drawn."""
    pk = world.pick(SpotCheck.objects.filter(result="").order_by("pk").values_list("pk", flat=True)[:FEW])
    if pk is None:
        return None
    by, result = world.pks[world.dice.choice(("zhou", "hu", "zhao"))], world.dice.choice(("fine", "wrong"))
    return Act(
        f"check {pk} by {by}: {result}",
        lambda now: timebank.record_check(
            check=SpotCheck.objects.select_related("record__member", "record__receiver", "record__area").get(pk=pk),
            result=result, words="老人说没有人来过", by=world.who(by), now=now,
        ),
    )  # fmt: skip
