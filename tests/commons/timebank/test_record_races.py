"""Two at once: the same hour recorded twice over, and a day's cap counted by two approvers at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Claim, Record
from linli.ground.ledger.models import Balance
from linli.kit.refused import Refused
from tests.factories import NOW, neighbourhood
from tests.factories_care import care, recorded

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Any) -> list[Any]:
    """What each act answers when all begin together, each on a connection of its own."""
    gate = Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            gate.wait()
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_hour_is_recorded_once() -> None:
    bank = care(neighbourhood())
    answers = at_once(*[lambda: recorded(bank, 60)] * 4)
    assert Record.objects.count() == 1
    assert sum(isinstance(one, Refused) for one in answers) == 3


def test_a_days_cap_holds_when_two_records_are_approved_at_once() -> None:
    bank = care(neighbourhood(), approvers=1)
    cap = bank.rule.terms.day_max_minutes
    assert cap == 240
    begins = NOW - timedelta(days=2)
    records = [recorded(bank, 150, begins + timedelta(hours=4 * number)) for number in range(2)]
    for record in records:
        timebank.confirm_record(record=record, by=bank.sun, role="family", now=NOW)
        for finding in record.findings.all():
            timebank.see_finding(finding=finding, verdict="fine", words="问过", by=bank.town.zhao, now=NOW)
    approve = [
        lambda record=record, by=by: timebank.approve_record(record=record, good=True, by=by, now=NOW)
        for record, by in zip(records, (bank.town.zhao, bank.town.qian), strict=True)
    ]
    answers = at_once(*approve)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert sum(Claim.objects.values_list("counted", flat=True)) == cap
    assert Balance.objects.get(pk=bank.volunteer.account_id).posted == 40
    connection.ensure_connection()
