"""What the ledger booked for service records: credited, booked back, and what was spent already and is a loss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.commons.timebank.choices import RuleState
from linli.commons.timebank.models import Record, Rule
from linli.commons.timebank.queries.programmes import rules_of
from linli.ground.journal.queries import events_of
from linli.ground.ledger.choices import Kind
from linli.ground.ledger.queries import entries_of
from linli.kit.clock import local_day


@dataclass(frozen=True)
class Booked:
    """One transfer for a record: its number, kind and time, what it moved for the member, and what is lost by it."""

    number: int
    record: int
    kind: str
    at: datetime
    points: int
    loss: int
    rule: Rule | None


def booked_for(chain: Sequence[Record]) -> list[Booked]:
    """Every transfer for records (with ``claim__rule`` and ``member`` read), in the order in which they were booked."""
    found = entries_of(one.claim.transfer_id for one in chain if one.claim.transfer_id)
    owner = {one.claim.transfer_id: one for one in chain if one.claim.transfer_id}
    later: dict[int, Record] = {}
    for number, entries in found.items():
        back = getattr(entries[0].transfer, "reversed_by", None)
        later |= {back.pk: owner[number]} if back else {}
    for one in chain:
        debts = (event for event in events_of("record", one.pk) if event.verb == "record.debt")
        later |= {event.facts["transfer"]: one for event in debts}
    found |= entries_of(later)
    whose = owner | later
    return [row_of(number, found[number], whose[number]) for number in sorted(found)]


def row_of(number: int, entries: Sequence[Any], record: Record) -> Booked:
    """A transfer as the page of its record shows it."""
    transfer, mine = entries[0].transfer, record.member.account_id
    award = number == record.claim.transfer_id
    return Booked(
        number=number,
        record=record.pk,
        kind="reversal" if transfer.reverses_id else transfer.kind,
        at=transfer.posted_at,
        points=sum(entry.amount for entry in entries if entry.account_id == mine),
        loss=-sum(entry.amount for entry in entries if entry.account.kind == Kind.ADJUST),
        rule=record.claim.rule if award else None,
    )


def approvers_wanted(records: Iterable[Record]) -> dict[int, int]:
    """How many approvers the rule of each record's day wants; one query for each programme, however many records."""
    versions: dict[int, list[Rule]] = {}
    wanted = {}
    for record in records:
        if record.programme_id not in versions:
            rows = rules_of(record.programme).filter(state=RuleState.ADOPTED)
            versions[record.programme_id] = list(rows)
        rule = in_force(versions[record.programme_id], local_day(record.started_at))
        wanted[record.pk] = rule.terms.approvers if rule else 0
    return wanted


def in_force(versions: Iterable[Rule], day: date) -> Rule | None:
    """Of adopted versions, the latest effective day first, the one in force on a day."""
    return next((one for one in versions if one.valid_from <= day), None)
