"""The ledger against a model of it in plain Python: any acts in any order, looked through after each of them.

``LINLI_EXAMPLES`` says how many courses of acts are tried (20); ``LINLI_STEPS`` how long each is (25).
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Closed, HoldOver, Leg, Order, OtherBody, Short, Take, Who
from linli.ground.ledger.choices import OPEN_ENDED, Authority, Kind, Reversal
from linli.ground.ledger.models import Account, Balance
from linli.kit.refused import Refused
from tests.factories import NOW
from tests.ground.ledger.books import BOOK, POINTS, RICE, RULE, account, opened
from tests.ground.ledger.rows import MODELS

ZHAO = Who(7, Authority.WORKER, 5)
FEW = settings(
    max_examples=int(os.environ.get("LINLI_EXAMPLES", "20")),
    stateful_step_count=int(os.environ.get("LINLI_STEPS", "25")),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)


@dataclass
class Kept:
    """What should stand on an account."""

    row: Account
    floor: int | None = 0
    ceiling: int | None = None
    rank: int = 0
    posted: int = 0
    held: int = 0
    moves: int = 0
    closed: bool = False

    @property
    def open_ended(self) -> bool:
        return self.row.kind in OPEN_ENDED


@dataclass
class Holding:
    """What should be set aside."""

    uid: UUID
    account: int
    amount: int
    expires_at: Any
    end: str = ""


@dataclass
class Done:
    """What should be booked."""

    order: Order
    number: int
    reversed_by: int | None = None
    reverses: int | None = None


@dataclass
class Should:
    """All of it."""

    kept: dict[int, Kept] = field(default_factory=dict)
    holds: dict[int, Holding] = field(default_factory=dict)
    done: dict[int, Done] = field(default_factory=dict)

    def refusal(self, order: Order, now: Any) -> tuple[type[Refused], Any] | None:
        """What should be said to an order that is new."""
        amounts = {leg.account.pk: leg.amount for leg in order.legs}
        closed = sorted(pk for pk in amounts if self.kept[pk].closed)
        if closed:
            return Closed, closed[0]
        freed: Counter[int] = Counter()
        for take in sorted(order.takes, key=lambda one: one.hold):
            held = self.holds[take.hold]
            over = held.expires_at is not None and held.expires_at < now
            if held.end or over or take.amount > held.amount or held.account not in amounts:
                return HoldOver, take.hold
            freed[held.account] += held.amount
        for pk in sorted(amounts, key=lambda pk: (self.kept[pk].rank, pk)):
            row = self.kept[pk]
            posted, held_ = row.posted + amounts[pk], row.held - freed[pk]
            beyond = row.ceiling is not None and posted > row.ceiling
            if not row.open_ended and ((row.floor is not None and posted - held_ < row.floor) or beyond):
                return Short, (pk, row.posted - held_ - (row.floor or 0))
        return None

    def book(self, order: Order, number: int, reverses: int | None = None) -> None:
        """It is booked."""
        for leg in order.legs:
            row = self.kept[leg.account.pk]
            row.posted, row.moves = row.posted + leg.amount, row.moves + 1
        for take in order.takes:
            self.holds[take.hold].end = "post"
            self.kept[self.holds[take.hold].account].held -= self.holds[take.hold].amount
        self.done[number] = Done(order, number, reverses=reverses)
        if reverses:
            self.done[reverses].reversed_by = number


class Ledger(RuleBasedStateMachine):
    """Acts, each with what should come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.all = transaction.atomic()
        self.all.__enter__()
        self.now, self.should, self.seen = NOW, Should(), dict[tuple[str, Any], Any]()
        book = opened()
        rows = [*vars(book).values(), account(Kind.MEMBER, "li"), account(Kind.PEER, "next", floor=-50)]
        for row in rows:
            keeps = Balance.objects.filter(pk=row.pk).first()
            limits = (keeps.floor, keeps.ceiling, keeps.rank) if keeps else (None, None, 0)
            self.should.kept[row.pk] = Kept(row, *limits)
        for source, target, amount in (
            (book.issuer, book.pool, 300), (book.pool, book.chen, 120), (book.pool, book.wang, 60),
            (book.supplier, book.stock, 5),
        ):  # fmt: skip
            self.order([Leg(source, -amount), Leg(target, amount)])

    def teardown(self) -> None:
        try:
            while ledger.seal_ledger(7):
                pass
            walk = books.verify()
            assert (walk.broken, walk.unsealed) == (None, 0)
        finally:
            transaction.set_rollback(True)
            self.all.__exit__(None, None, None)

    def order(self, legs: list[Leg], takes: list[Take] | None = None) -> None:
        """Ask for a transfer; it is booked or refused as it should be."""
        order = Order(uid=uuid4(), book=BOOK, kind="test", legs=legs, who=ZHAO, takes=takes or [])
        expected = self.should.refusal(order, self.now)
        if expected:
            self.refused(expected, lambda: ledger.post(order=order, now=self.now))
            return
        answer = ledger.post(order=order, now=self.now)
        assert answer.fresh
        self.should.book(order, answer.transfer)

    def refused(self, expected: tuple[type[Refused], Any], act: Any) -> None:
        """The act is refused in exactly this way."""
        with pytest.raises(expected[0]) as error:
            act()
        assert type(error.value) is expected[0]
        said = {Closed: ("account",), HoldOver: ("hold",), Short: ("account", "free")}.get(expected[0], ())
        told = tuple(getattr(error.value, name) for name in said)
        assert told == (expected[1] if isinstance(expected[1], tuple) else (expected[1],) if said else ())

    def one_of(self, data: st.DataObject, unit: str = "") -> Account:
        """Any account."""
        rows = [kept.row for kept in self.should.kept.values() if unit in ("", kept.row.unit)]
        return data.draw(st.sampled_from(rows))

    @rule(data=st.data(), again=st.booleans())
    def move(self, data: st.DataObject, again: bool) -> None:
        sums: Counter[int] = Counter()
        for unit in data.draw(st.lists(st.sampled_from([POINTS, POINTS, RICE]), min_size=1, max_size=2)):
            amount = data.draw(st.integers(1, 130))
            sums[self.one_of(data, unit).pk] -= amount
            sums[self.one_of(data, unit).pk] += amount
        legs = [Leg(self.should.kept[pk].row, amount) for pk, amount in sums.items() if amount]
        if len(legs) >= 2:
            self.order(legs)

    @rule(data=st.data(), amount=st.integers(1, 130), minutes=st.sampled_from([None, -1, 5, 60]))
    def set_aside(self, data: st.DataObject, amount: int, minutes: int | None) -> None:
        rows = [row for row in self.should.kept.values() if not row.open_ended]
        row = data.draw(st.sampled_from(rows))
        ends = None if minutes is None else self.now + timedelta(minutes=minutes)
        asked = {"uid": uuid4(), "account": row.row, "amount": amount, "who": RULE, "expires_at": ends}
        if row.closed:
            self.refused((Closed, row.row.pk), lambda: ledger.hold(**asked, now=self.now))
        elif row.floor is not None and row.posted - row.held - amount < row.floor:
            free = row.posted - row.held - row.floor
            self.refused((Short, (row.row.pk, free)), lambda: ledger.hold(**asked, now=self.now))
        else:
            made = ledger.hold(**asked, now=self.now)
            row.held += amount
            self.should.holds[made.pk] = Holding(made.uid, row.row.pk, amount, ends)
            assert ledger.hold(**asked, now=self.now + timedelta(hours=1)) == made
            other = asked | {"account": self.should.kept[min(self.should.kept) + 1].row, "amount": amount + 1}
            self.refused((OtherBody, None), lambda: ledger.hold(**other, now=self.now))

    @precondition(lambda self: self.should.holds)
    @rule(data=st.data(), less=st.integers(-1, 3), with_move=st.integers(0, 20))
    def take(self, data: st.DataObject, less: int, with_move: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.should.holds)))
        held = self.should.holds[number]
        row = self.should.kept[held.account].row
        taken = max(1, held.amount - less)
        target = self.one_of(data, row.unit)
        if target.pk != row.pk:
            amount = taken + with_move
            self.order([Leg(row, -amount), Leg(target, amount)], [Take(number, taken)])

    @precondition(lambda self: self.should.holds)
    @rule(data=st.data())
    def free(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.should.holds)))
        held = self.should.holds[number]
        if held.end == "post":
            self.refused((HoldOver, number), lambda: ledger.free_hold(hold=number, who=RULE, now=self.now))
            return
        assert ledger.free_hold(hold=number, who=RULE, now=self.now) == (not held.end)
        if not held.end:
            held.end = "void"
            self.should.kept[held.account].held -= held.amount

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        due = [
            pk for pk, held in self.should.holds.items()
            if not held.end and held.expires_at is not None and held.expires_at < self.now
        ]  # fmt: skip
        assert ledger.expire_holds(now=self.now, who=RULE) == sorted(due)
        assert ledger.expire_holds(now=self.now, who=RULE) == []
        for pk in due:
            self.should.holds[pk].end = "expire"
            self.should.kept[self.should.holds[pk].account].held -= self.should.holds[pk].amount

    @rule(data=st.data(), other=st.booleans())
    def send_again(self, data: st.DataObject, other: bool) -> None:
        done = data.draw(st.sampled_from([one for one in self.should.done.values() if not one.reverses]))
        order = done.order
        if other:
            legs = [Leg(leg.account, leg.amount * 2) for leg in order.legs]
            changed = Order(uid=order.uid, book=BOOK, kind="test", legs=legs, who=ZHAO, takes=order.takes)
            self.refused((OtherBody, None), lambda: ledger.post(order=changed, now=self.now))
        else:
            assert ledger.post(order=order, now=self.now) == ledger.Posted(done.number, fresh=False)

    @rule(data=st.data())
    def put_right(self, data: st.DataObject) -> None:
        done = data.draw(st.sampled_from(list(self.should.done.values())))
        uid, asked = uuid4(), {"transfer": done.number, "reason": Reversal.TWICE, "who": ZHAO}
        if done.reverses or done.reversed_by:
            self.refused((Refused, None), lambda: ledger.reverse(uid=uid, **asked, now=self.now))
            return
        legs = [Leg(leg.account, -leg.amount) for leg in done.order.legs]
        order = Order(uid=uid, book=BOOK, kind="reversal", legs=legs, who=ZHAO, reason=Reversal.TWICE)
        expected = self.should.refusal(order, self.now)
        if expected:
            self.refused(expected, lambda: ledger.reverse(uid=uid, **asked, now=self.now))
            return
        answer = ledger.reverse(uid=uid, **asked, now=self.now)
        self.should.book(order, answer.transfer, reverses=done.number)
        again = ledger.reverse(uid=uid, **asked, now=self.now)
        assert again == ledger.Posted(answer.transfer, fresh=False)

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from([one for one in self.should.kept.values() if not one.open_ended]))
        if row.posted or row.held:
            self.refused((Refused, None), lambda: ledger.close_account(account=row.row, now=self.now))
        else:
            ledger.close_account(account=row.row, now=self.now)
            row.closed = True

    @rule(data=st.data(), ceiling=st.sampled_from([None, 50, 200]))
    def limit(self, data: st.DataObject, ceiling: int | None) -> None:
        row = data.draw(st.sampled_from([one for one in self.should.kept.values() if not one.open_ended]))
        if ceiling is not None and row.posted > ceiling:
            self.refused(
                (Refused, None),
                lambda: ledger.set_limits(account=row.row, floor=row.floor, ceiling=ceiling),
            )
        else:
            ledger.set_limits(account=row.row, floor=row.floor, ceiling=ceiling)
            row.ceiling = ceiling

    @rule(limit=st.integers(1, 9))
    def seal(self, limit: int) -> None:
        assert ledger.seal_ledger(limit) <= limit

    @rule()
    def check(self) -> None:
        assert books.verify().broken is None

    @invariant()
    def it_is_as_it_should_be(self) -> None:
        rows = {
            model._meta.model_name: list(model._default_manager.order_by("pk").values()) for model in MODELS
        }
        self.sums(rows["entry"])
        self.balances(rows["balance"], rows["entry"])
        self.holds(rows["hold"], rows["holdend"])
        self.once(rows["transfer"], rows["entry"])
        self.nothing_changed(rows)
        self.figures()

    def sums(self, entries: list[dict[str, Any]]) -> None:
        """1 and 2: zero for each transfer and unit, and for each unit over all accounts."""
        sums: Counter[Any] = Counter()
        for row in entries:
            sums[row["transfer_id"], row["unit"]] += row["amount"]
            sums[row["unit"]] += row["amount"]
        assert not any(sums.values())

    def balances(self, kept: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
        """3, 4 and 5: kept balances, their versions without a gap, what is held, the limits."""
        by_account: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in entries:
            by_account[row["account_id"]].append(row)
        held = Counter[int]()
        for hold in self.should.holds.values():
            held[hold.account] += 0 if hold.end else hold.amount
        assert sorted(row["account_id"] for row in kept) == sorted(
            pk for pk, one in self.should.kept.items() if not one.open_ended
        )
        for row in kept:
            should, mine = self.should.kept[row["account_id"]], by_account[row["account_id"]]
            assert (row["posted"], row["held"], row["version"]) == (should.posted, should.held, should.moves)
            assert row["held"] == held[row["account_id"]]
            assert row["posted"] == sum(one["amount"] for one in mine)
            assert sorted(one["version"] for one in mine) == list(range(1, len(mine) + 1))
            assert row["posted"] == (
                max(mine, key=lambda one: one["version"])["balance_after"] if mine else 0
            )
            assert row["floor"] is None or row["posted"] - row["held"] >= row["floor"]
            assert row["ceiling"] is None or row["posted"] <= row["ceiling"]
            assert (row["closed_at"] is not None) == should.closed

    def holds(self, holds: list[dict[str, Any]], ends: list[dict[str, Any]]) -> None:
        """6: each ends once, for no more than it was, none is taken after its time."""
        by_hold = {row["hold_id"]: row for row in ends}
        assert len(by_hold) == len(ends)
        assert {row["id"]: by_hold.get(row["id"], {}).get("outcome", "") for row in holds} == {
            pk: one.end for pk, one in self.should.holds.items()
        }
        for row in holds:
            end = by_hold.get(row["id"])
            if end and end["outcome"] == "post":
                assert end["amount"] <= row["amount"]
                assert row["expires_at"] is None or end["ended_at"] <= row["expires_at"]

    def once(self, transfers: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
        """7 and 8: one effect for each uid, one reversal for each transfer, both together no change."""
        assert {row["uid"]: row["id"] for row in transfers} == {
            one.order.uid: number for number, one in self.should.done.items()
        }
        legs: dict[int, dict[int, int]] = defaultdict(dict)
        for row in entries:
            legs[row["transfer_id"]][row["account_id"]] = row["amount"]
        for number, one in self.should.done.items():
            assert legs[number] == {leg.account.pk: leg.amount for leg in one.order.legs}
        backs = [row["reverses_id"] for row in transfers if row["reverses_id"]]
        assert len(backs) == len(set(backs))
        for row in transfers:
            if row["reverses_id"]:
                assert self.should.done[row["reverses_id"]].reverses is None
                assert legs[row["id"]] == {pk: -sum_ for pk, sum_ in legs[row["reverses_id"]].items()}

    def nothing_changed(self, rows: dict[str | None, list[dict[str, Any]]]) -> None:
        """10: what was there once is there for ever, as it was."""
        now = {
            (str(table), next(iter(row.values()))): tuple(row.values())
            for table, found in rows.items()
            if table != "balance"
            for row in found
        }
        assert {key: now.get(key) for key in self.seen} == self.seen
        self.seen = now

    def figures(self) -> None:
        """11 and 12: what is out there is what somebody has; what came in is on hand, gone out or spoiled."""
        stands = Counter[str]()
        for one in self.should.kept.values():
            stands[one.row.kind] += one.posted
        people = (Kind.MEMBER, Kind.POOL, Kind.GIFTS, Kind.PEER)
        assert books.in_circulation(BOOK, POINTS) == sum(stands[kind] for kind in people)
        sums = books.sums_by_kind(BOOK, RICE)
        assert sums.get(Kind.STOCK, 0) + sums.get(Kind.GONE_OUT, 0) == -sums.get(Kind.SUPPLIER, 0)
        assert sums.get(Kind.STOCK, 0) == stands[Kind.STOCK] >= 0


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_books_are_right() -> None:
    run_state_machine_as_test(Ledger, settings=FEW)
