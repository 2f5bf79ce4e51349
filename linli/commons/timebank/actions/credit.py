"""Points for approved records: computed by the rule of the day, credited from the pool, taken back in the open."""

from datetime import date, datetime
from typing import Any

from django.db.models import F

from linli.commons.timebank.actions.base import accounts, key_of, note, tell, who
from linli.commons.timebank.choices import ClaimState, MemberState
from linli.commons.timebank.models import Claim, Lot, Member, Programme, Record
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.records import counted_before, waiting_for_pool
from linli.engine.points import earned
from linli.engine.transitions import CLAIM, move
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Closed, Leg, Order, Short, post, reverse
from linli.ground.ledger.choices import Authority, Reversal
from linli.ground.ledger.queries import balances_of, entries_of
from linli.ground.people.access import workers_at
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.turns import turn


def settle(claim: Claim, record: Record, by: Person | None, now: datetime) -> None:
    """Work out what the record gives and credit it; an empty pool lets it wait, and says so. In a transaction."""
    rows = Member.objects.select_for_update(
        of=("self",)
    )  # caps of a day and a month are counted one at a time
    member = rows.select_related("account", "person", "programme").get(pk=record.member_id)
    day = local_day(record.started_at)
    rule = rule_on(record.programme, day)
    on_day, in_month = counted_before(member, day)
    got = earned(
        rule.terms, record.service, record.minutes, day_minutes_before=on_day, month_minutes_before=in_month,
        balance_before=balances_of([member.account_id])[member.account_id].posted, rating=stars_of(record),
    )  # fmt: skip
    claim.rule, claim.counted, claim.points = rule, got.counted_minutes, got.points
    claim.excess = got.excess_points if got.excess_to == "gift_pool" else 0
    claim.cuts = [list(cut) for cut in got.cuts]
    claim.save()
    Member.objects.filter(pk=member.pk).update(minutes=F("minutes") + record.minutes)
    if claim.points + claim.excess == 0:
        claim.state, claim.settled_at = move(CLAIM, claim.state, "honour"), now
        claim.save()
        return
    credit(claim, record, member, by, now)


def stars_of(record: Record) -> int | None:
    """The stars a service was given; that its minutes were put right does not take them away."""
    while not hasattr(record, "confirmation") and record.corrects:
        record = record.corrects
    said = getattr(record, "confirmation", None)
    return said.rating if said else None


def credit(claim: Claim, record: Record, member: Member, by: Person | None, now: datetime) -> bool:
    """Move the points from the pool to the member (what is above the cap to the common pool). True where it worked.

    Who has left in the meantime gets none any more: by then everything of theirs went to the common pool.
    """
    own = accounts(record.programme, now)
    rule = claim.rule
    assert rule is not None
    source = own.issuer if rule.terms.issue == "direct" else own.pool
    left = (
        member.state == MemberState.LEFT
    )  # their account is closed: what still comes goes to the common pool
    mine, common = (0, claim.points + claim.excess) if left else (claim.points, claim.excess)
    legs = [Leg(source, -(claim.points + claim.excess))]
    legs += [Leg(member.account, mine)] if mine else []
    legs += [Leg(own.gifts, common)] if common else []
    order = Order(
        uid=key_of("award", record.uid), book=record.programme.book, kind="award", legs=legs,
        who=who(by, Authority.RULE, member.person), event_at=record.ended_at, cause=Cause("record", record.pk, rule.pk),
    )  # fmt: skip
    try:
        done = post(order=order, now=now)
    except Short:
        tell_director(record.programme, now)
        return False
    claim.transfer_id = done.transfer
    claim.state, claim.settled_at = move(CLAIM, claim.state, "pay"), now
    claim.save()
    months = rule.terms.expiry_months
    if mine:
        Lot.objects.create(
            transfer_id=done.transfer, account=member.account, amount=mine,
            expires_on=months_later(local_day(now), months) if months else None,
        )  # fmt: skip
    note(record, "record.credited", "record", record.pk, by, now, points=claim.points, rule=rule.pk)
    if not left:
        tell(
            member.person, Notice.POINTS, now, key=f"points:{record.pk}", link="/home/passbook/", stem=record.stem
        )  # fmt: skip
    return True


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def tell_director(programme: Programme, now: datetime) -> None:
    """The pool is empty: one message a day to whoever can fill it."""
    day = local_day(now)
    for person in workers_at(programme.community, kinds=[RoleKind.DIRECTOR], on=day):
        tell(
            person, Notice.POOL, now, key=f"pool:{programme.pk}:{day}:{person.pk}", link="/desk/pool/",
            stem=programme.stem,
        )  # fmt: skip


def pay_waiting(*, programme: Programme, by: Person | None, now: datetime) -> int:
    """Credit what waited for the pool, the oldest first, until it is empty again. Returns how many."""
    done = 0
    for waiting in waiting_for_pool(programme.pk):
        with turn():
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
            if claim.state != ClaimState.APPROVED:
                continue
            if not credit(claim, waiting.record, waiting.record.member, by, now):
                break
            done += 1
    return done


def take_back(claim: Claim, record: Record, by: Person, now: datetime, reason: str = Reversal.DECIDED) -> int:
    """Undo what a claim gave: hours and points. What is spent already stays spent and is booked against adjustments.

    Returns the points that could not be taken back. In a transaction.
    """
    if (
        claim.state in {ClaimState.APPROVED, ClaimState.PAID, ClaimState.HONOUR}
        or claim.before in SETTLED_NAMES
    ):
        Member.objects.filter(pk=record.member_id).update(minutes=F("minutes") - record.minutes)
    if claim.transfer_id is None:
        return 0
    actor = who(by, Authority.DECISION, record.member.person)
    try:
        reverse(
            uid=key_of("undo", record.uid), transfer=claim.transfer_id, reason=reason, who=actor, now=now,
            cause=Cause("record", record.pk),
        )  # fmt: skip
        return 0
    except (Short, Closed):
        return debt(claim, record, actor, now)


SETTLED_NAMES = frozenset({ClaimState.APPROVED, ClaimState.PAID, ClaimState.HONOUR})


def debt(claim: Claim, record: Record, actor: Any, now: datetime) -> int:
    """Give the pool back what can be taken; the rest is a loss in the open, for the committee to decide on."""
    own = accounts(record.programme, now)
    entries = entries_of([claim.transfer_id or 0])[claim.transfer_id or 0]
    kept = balances_of([entry.account_id for entry in entries])
    legs, missing = [], 0
    for entry in entries:
        if entry.amount < 0:
            legs.append(Leg(entry.account, -entry.amount))
            continue
        there = kept[entry.account_id]
        taken = 0 if there.closed_at else max(0, min(entry.amount, there.free))
        missing += entry.amount - taken
        legs += [Leg(entry.account, -taken)] if taken else []
    legs.append(Leg(own.adjust, -missing))
    order = Order(
        uid=key_of("debt", record.uid), book=record.programme.book, kind="debt", legs=legs, who=actor,
        cause=Cause("record", record.pk),
    )  # fmt: skip
    done = post(order=order, now=now)
    note(record, "record.debt", "record", record.pk, None, now, points=missing, transfer=done.transfer)
    return missing
