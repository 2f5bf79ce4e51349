"""13: what members got for service, worked out anew from the records by the engine, whatever the claims say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.commons.timebank.models import Claim, Confirmation, Record, Rule
from linli.engine.points import Earned, earned
from linli.kit.clock import local_day
from tests.simulator.checks.shadow import Booked, Shadow
from tests.simulator.checks.sql import insist, rows

PARTS = ("record__member__programme", "record__programme", "rule")
SUBJECTS = """SELECT id, verb, subject FROM journal_event WHERE id > %s AND subject_kind = 'record' AND verb IN
 ('record.made', 'record.confirmed', 'record.approved', 'record.corrected', 'record.credited') ORDER BY id"""


@dataclass(frozen=True)
class Counted:
    """What a record counts for while it stands."""

    member: int
    day: date
    minutes: int
    programme: int


class Points:
    """What each record should have given, by the rule of its day as it stood when the record was approved."""

    def __init__(self) -> None:
        self.should: dict[int, Earned] = {}
        self.standing: dict[int, Counted] = {}

    def follow(self, after: int, new: list[Booked], shadow: Shadow, now: datetime) -> None:
        """Look at the records that something happened to, in the order in which it happened."""
        posted: dict[int, int] = {}
        for one in reversed(new):  # what every account stood at before this step
            posted |= one.posted_before
        told = rows(SUBJECTS, after)
        self.gone(record for _number, verb, record in told if verb == "record.corrected")
        new_ones = dict.fromkeys(record for _number, _verb, record in told if record not in self.should)
        if not new_ones:
            return
        claims = Claim.objects.select_related(*PARTS).filter(rule__isnull=False).in_bulk(list(new_ones))
        for record in new_ones:
            if record in claims:
                self.settled(claims[record], posted, shadow, now)

    def gone(self, records: Iterable[int]) -> None:
        """What was corrected counts for nothing any more."""
        for record in records:
            self.standing.pop(record, None)

    def settled(self, claim: Claim, posted: dict[int, int], shadow: Shadow, now: datetime) -> None:
        """A record was approved: what it should give, and whether the claim says so."""
        record, member = claim.record, claim.record.member
        day, account = local_day(record.started_at), member.account_id
        rule = rule_of(record, day, now)
        before = posted.get(account, shadow.places[account].posted)
        mine = [one for one in self.standing.values() if one.member == member.pk]
        should = earned(
            rule.terms, record.service, record.minutes,
            day_minutes_before=sum(one.minutes for one in mine if one.day == day),
            month_minutes_before=sum(
                one.minutes for one in mine if (one.day.year, one.day.month) == (day.year, day.month)
            ),
            balance_before=before, rating=rating_of(record),
        )  # fmt: skip
        told = f"record {record.pk} of {record.minutes} min {record.service} on {day} by rule {rule.pk}, balance {before}"
        insist(claim.rule_id == rule.pk, 13, f"{told}: rule {claim.rule_id} was applied")
        agrees(claim, should, told)
        self.should[record.pk] = should
        self.standing[record.pk] = Counted(member.pk, day, should.counted_minutes, record.programme_id)
        if claim.transfer_id:
            posted[account] = before + should.points

    def everything(self, shadow: Shadow) -> None:
        """What is on the accounts: each record's points once while it stands, nothing for any other."""
        got = flows(shadow)
        for claim in Claim.objects.select_related("record__member").filter(
            pk__in=set(got) | set(self.should)
        ):
            record, should = claim.record, self.should.get(claim.pk)
            mine = got.get(claim.pk, {}).get(record.member.account_id, 0)
            if should and claim.transfer_id and to_the_pool(shadow, claim):
                mine += should.points
            told = f"record {claim.pk} ({claim.state})"
            state = claim.before if claim.state == "frozen" else claim.state
            if should:
                agrees(claim, should, told)
            if state == "paid":
                insist(
                    should is not None and mine == should.points,
                    13,
                    f"{told}: {mine} on the account, not {should}",
                )
            elif state == "corrected" and mine:
                most = should.points if should else 0
                insist(
                    0 < mine <= most and owes(shadow, claim.pk),
                    13,
                    f"{told}: {mine} were left on the account",
                )
            else:
                insist(mine == 0, 13, f"{told}: {mine} on the account")


def to_the_pool(shadow: Shadow, claim: Claim) -> bool:
    """Whether somebody had left before it was credited, and all of it went to the common pool."""
    legs = shadow.transfers[claim.transfer_id or 0].legs
    if claim.record.member.account_id in legs or claim.transfer_id in shadow.reversed or not claim.points:
        return False
    (gone,) = [amount for account, amount in legs.items() if shadow.places[account].kind == "gifts"]
    insist(
        claim.record.member.state == "left" and gone == claim.points + claim.excess,
        13,
        f"record {claim.pk}: {legs}",
    )
    return True


def agrees(claim: Claim, should: Earned, told: str) -> None:
    """A claim says what it should."""
    excess = should.excess_points if should.excess_to == "gift_pool" else 0
    says = (claim.points, claim.counted, claim.excess, sorted(map(tuple, claim.cuts)))
    right = (should.points, should.counted_minutes, excess, sorted(should.cuts))
    insist(says == right, 13, f"{told}: {says}, not {right}")


def rule_of(record: Record, day: date, now: datetime) -> Rule:
    """The version that was in force on a day, of those that were adopted by now."""
    adopted = Rule.objects.filter(programme=record.programme_id, state="adopted", approved_at__lte=now)
    found = [one for one in adopted if one.valid_from <= day]
    return max(found, key=lambda one: one.valid_from)


def rating_of(record: Record) -> int | None:
    """The stars it was given; a correction of the minutes keeps them."""
    one: Any = record
    while one is not None:
        said = Confirmation.objects.filter(record=one).first()
        if said:
            return said.rating
        one = one.corrects
    return None


def flows(shadow: Shadow) -> dict[int, dict[int, int]]:
    """What each record moved on each account, reversals and debts taken off."""
    found: dict[int, dict[int, int]] = {}
    for one in shadow.transfers.values():
        if one.source_kind == "record" and one.source is not None:
            legs = found.setdefault(one.source, {})
            for account, amount in one.legs.items():
                legs[account] = legs.get(account, 0) + amount
    return found


def owes(shadow: Shadow, record: int) -> bool:
    """Whether what could not be taken back is booked in the open."""
    return any(
        one.kind == "debt" and one.source_kind == "record" and one.source == record
        for one in shadow.transfers.values()
    )
