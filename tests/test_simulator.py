"""The simulator finds nothing in the product, and does find what is wrong in a product that somebody spoilt.

``LINLI_SIM_SECONDS`` makes the two runs longer, ``LINLI_SEED`` draws another seed for the second.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F

from linli.commons.fund.models import Resolution
from linli.commons.timebank.actions import (
    credit,
    expiry,
    members,
    payments,
    peers,
    programmes,
    records,
    shop,
)
from linli.commons.timebank.models import Lot
from linli.ground.ledger.actions import Leg, Order
from linli.loop.run.actions import bookings
from tests.simulator.actors import MODULES
from tests.simulator.acts import STEPS
from tests.simulator.run import Failed, Run

postgres = connection.vendor == "postgresql"
SECONDS = float(os.environ.get("LINLI_SIM_SECONDS", "15"))
FIXED = 20260305
MOST = 5000
# what must have happened at least once before a run counts; on a slow machine it is waited for, so many steps
WANTED = (
    *("fault twice", "fault lost", "fault crash", "refused", "looks"),
    *(
        "transfer award",
        "transfer care",
        "transfer gift",
        "transfer goods",
        "transfer grant",
        "transfer expiry",
    ),
    *("transfer issue", "transfer leave", "transfer reversal", "transfer delivery", "transfer crossing"),
    *("transfer income", "transfer allocation", "transfer spending"),
    *(
        "done records.log",
        "done records.confirm",
        "done records.approve",
        "done records.correct",
        "done records.decide",
    ),
    *("done members.adopt", "done members.leave", "done members.fill", "done members.admit"),
    *(
        "done spending.collect",
        "done spending.take",
        "done spending.free",
        "done worker.lapse",
        "done worker.run_out",
    ),
    *("done visits.book", "done visits.take", "done visits.come_in", "done visits.go_out", "done visits.say"),
    *("done bill.spend", "done bill.sign", "done bill.put_right"),
    *("wrong.own_service", "wrong.stranger", "wrong.too_much", "wrong.other_body", "wrong.undo_twice"),
)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("drawn", [False, True], ids=["fixed seed", "random seed"])
def test_whatever_people_do_and_whatever_breaks_the_books_are_right(drawn: bool) -> None:
    seed = int(os.environ.get("LINLI_SEED") or random.SystemRandom().randrange(10**9)) if drawn else FIXED
    print(f"seed {seed}")
    run = Run(seed)
    counts = run.go(seconds=SECONDS)
    while (missing := {name for name in WANTED if not counts[name]}) and counts["steps"] < MOST:
        counts = run.go(steps=counts["steps"] + 100)
    assert not missing, f"seed {seed}, {counts['steps']} steps: {sorted(missing)} did not happen"
    assert sum(counts[name] for name in counts if name.startswith("fault ")) > counts["steps"] / 10
    assert sum(counts[name] for name in counts if name.startswith("done ")) > counts["steps"] / 2


@pytest.mark.django_db
def test_the_same_seed_is_the_same_run() -> None:
    runs = [told(seed=7, steps=40) for _time in range(2)]
    assert runs[0] == runs[1] and len(runs[0]) >= 30
    assert runs[0] != told(seed=8, steps=40)


def told(seed: int, steps: int) -> list[str]:
    """What happened in a run; everything is put back afterwards, but for PostgreSQL's numbers, which go on."""
    with transaction.atomic():
        run = Run(seed)
        run.go(steps=steps)
        transaction.set_rollback(True)
    return [re.sub(r"\d+", "0", line) if postgres else line for line in run.last]


def test_every_step_belongs_to_a_module() -> None:
    assert {name.partition(".")[0] for name in STEPS} == {one.__name__.rpartition(".")[2] for one in MODULES}


# --- the checker can fail: each of these is a mistake somebody could make ----------------------------------


@contextmanager
def forgotten_hold() -> Iterator[None]:
    """Points that are free again stay set aside."""
    with patch.object(payments, "free_hold", lambda **_more: True):
        yield


@contextmanager
def paid_twice() -> Iterator[None]:
    """Every award is booked a second time under a key of its own."""
    real = credit.post

    def post(*, order: Order, now: Any) -> Any:
        answer = real(order=order, now=now)
        if order.kind == "award" and answer.fresh:
            real(order=replace(order, uid=uuid4()), now=now)
        return answer

    with patch.object(credit, "post", post):
        yield


@contextmanager
def rule_of_another_day() -> Iterator[None]:
    """The newest rule is applied, not that of the day of the service."""
    real = credit.rule_on
    with patch.object(credit, "rule_on", lambda programme, _day: real(programme, date(2999, 1, 1))):
        yield


@contextmanager
def no_caps() -> Iterator[None]:
    """What was counted before on that day is forgotten."""
    with patch.object(credit, "counted_before", lambda _member, _day: (0, 0)):
        yield


@contextmanager
def two_eyes() -> Iterator[None]:
    """Whoever served approves it too."""
    with patch.object(records, "check_approver", lambda _record, _by: None):
        yield


@contextmanager
def all_runs_out() -> Iterator[None]:
    """Everything that is free runs out, whatever its day."""
    with patch.object(expiry, "expired", lambda _lots, _spent, _gone, free, _day: free):
        yield


@contextmanager
def another_key() -> Iterator[None]:
    """The key of whoever asks is not used: sent twice, done twice."""
    real = programmes.post
    with patch.object(
        programmes, "post", lambda *, order, now: real(order=replace(order, uid=uuid4()), now=now)
    ):
        yield


@contextmanager
def no_transaction() -> Iterator[None]:
    """Records are confirmed and approved piece by piece."""
    with patch.object(records, "turn", nullcontext):
        yield


@contextmanager
def half_closed() -> Iterator[None]:
    """Whoever leaves keeps an open account."""
    with patch.object(members, "close_account", lambda **_more: None):
        yield


@contextmanager
def goods_forgotten() -> Iterator[None]:
    """Points are taken, and the shelf is not told."""
    real = shop.take_payment

    def take(*, extra_legs: Any = (), extra_takes: Any = (), **more: Any) -> Any:
        return real(**more)

    with patch.object(shop, "take_payment", take):
        yield


@contextmanager
def other_sum_over_there() -> Iterator[None]:
    """One more arrives than went away."""
    real = peers.post

    def post(*, order: Order, now: Any) -> Any:
        if order.kind == "crossing" and order.book.endswith("2"):
            legs = [Leg(leg.account, leg.amount + (1 if leg.amount > 0 else -1)) for leg in order.legs]
            order = replace(order, legs=legs)
        return real(order=order, now=now)

    with patch.object(peers, "post", post):
        yield


@contextmanager
def more_than_resolved() -> Iterator[None]:
    """No resolution has an end; the database has the last word."""
    with patch.object(Resolution, "left", 10**9):
        yield


@contextmanager
def visit_keeps_points() -> Iterator[None]:
    """A visit that was called off keeps what was set aside for it."""
    with patch.object(bookings.base, "free_points", lambda *_all: None):
        yield


@contextmanager
def past_rewritten() -> Iterator[None]:
    """Each time points run out, a lot of long ago is made larger."""
    real = expiry.expired

    def expired(*given: Any) -> int:
        Lot.objects.filter(pk=Lot.objects.order_by("pk").values_list("pk", flat=True)[0]).update(
            amount=F("amount") + 1
        )
        return real(*given)

    with patch.object(expiry, "expired", expired):
        yield


POINTS = {"records": 4.0}
SPEND = {"spending": 3.0, "records": 2.0, "worker.grant": 6.0}
MISTAKES: list[tuple[Callable[[], Any], dict[str, float], str]] = [
    (forgotten_hold, SPEND, "invariant payments"),
    (paid_twice, POINTS, "invariant 13"),
    (rule_of_another_day, POINTS | {"members.draft": 12.0, "members.adopt": 12.0}, "invariant 13"),
    (no_caps, {"records": 6.0}, "invariant 13"),
    (two_eyes, POINTS | {"wrong": 6.0}, "invariant 14"),
    (all_runs_out, {"worker.grant": 12.0, "worker.expire": 12.0, "worker.sleep": 12.0}, "invariant 15"),
    (another_key, {"members.fill": 60.0}, "invariant 8"),
    (no_transaction, {"records": 6.0}, "invariant 9"),
    (half_closed, {"members.leave": 20.0}, "invariant 16"),
    (goods_forgotten, SPEND, "invariant orders"),
    (other_sum_over_there, POINTS | {"members.peer": 12.0, "members.cross": 12.0}, "invariant 19"),
    (more_than_resolved, {"bill": 8.0, "wrong.too_much_money": 8.0}, "IntegrityError"),
    (visit_keeps_points, {"visits": 4.0, "worker.grant": 6.0, "records": 2.0}, "invariant visits"),
    (past_rewritten, {"worker.grant": 8.0, "worker.expire": 8.0}, "invariant 10"),
]


@pytest.mark.skipif(postgres, reason="the checker is the same; what SQLite shows of it is enough")
@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize(("mistake", "more", "named"), MISTAKES, ids=[one[0].__name__ for one in MISTAKES])
def test_a_mistake_is_found(mistake: Callable[[], Any], more: dict[str, float], named: str) -> None:
    run = Run(5, often=20, more=more)
    with mistake(), pytest.raises(Failed) as found:
        run.go(steps=400)
    assert str(found.value).startswith(f"{named} at seed 5, step"), str(found.value)[:300]
    print(str(found.value)[:300])
