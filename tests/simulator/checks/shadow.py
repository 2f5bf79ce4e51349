"""What the ledger should say, added up row by row as it grows: invariants 1, 3, 4, 5, 6, 7, 8 and 14 after every step."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.ground.ledger.choices import OPEN_ENDED, PERSONS
from tests.simulator.checks.sql import insist, marks, rows

ENTRIES = """SELECT e.id, e.transfer_id, e.account_id, e.unit, e.amount, e.balance_after, e.version
 FROM ledger_entry e WHERE e.id > %s ORDER BY e.id"""
TRANSFERS = """SELECT t.id, t.uid, t.kind, t.book, t.reverses_id, t.actor, t.on_behalf, t.authority, t.source_kind, t.source,
 t.posted_at, s.legs FROM ledger_transfer t LEFT JOIN ledger_seal s ON s.transfer_id = t.id WHERE t.id > %s ORDER BY t.id"""


@dataclass
class Place:
    """An account as its entries say it stands."""

    book: str
    unit: str
    kind: str
    key: str
    owner: int | None
    posted: int = 0
    held: int = 0
    version: int = 0
    flow: list[tuple[int, int]] = field(default_factory=list)  # (transfer, amount), for people's accounts

    @property
    def kept(self) -> bool:
        """Whether it has a floor and a kept balance."""
        return self.kind not in OPEN_ENDED

    @property
    def personal(self) -> bool:
        """Whether it belongs to somebody."""
        return self.kind in PERSONS


@dataclass
class Booked:
    """A transfer as it was first seen."""

    number: int
    uid: UUID
    kind: str
    book: str
    reverses: int | None
    actor: int | None
    on_behalf: int | None
    authority: str
    source_kind: str
    source: int | None
    at: Any
    legs: dict[int, int] = field(default_factory=dict)  # account -> amount
    posted_before: dict[int, int] = field(default_factory=dict)


@dataclass
class Put:
    """A hold as it was first seen."""

    account: int
    amount: int
    expires: Any
    end: str = ""


class Shadow:
    """Everything seen so far."""

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        self.transfers: dict[int, Booked] = {}
        self.holds: dict[int, Put] = {}
        self.uids: set[UUID] = set()
        self.reversed: set[int] = set()
        self.seen = (0, 0, 0, 0, 0, 0)

    def follow(self, heads: tuple[int, ...]) -> list[Booked]:
        """Take in what is new; every balance it touches is compared with what is kept. Returns the new transfers."""
        old, self.seen = self.seen, heads
        if old[0] != heads[0]:
            self.opened(old[0])
        touched: set[int] = set()
        new = self.booked(old[1]) if old[1] != heads[1] else []
        if new or old[2] != heads[2]:
            touched |= self.moved(old[2], new)
        if old[3] != heads[3]:
            touched |= self.put(old[3])
        if old[4] != heads[4]:
            touched |= self.ended(old[4])
        for one in new:
            self.reversal(one)
            authority(one, self.places)
        self.compare(touched)
        return new

    def opened(self, after: int) -> None:
        """New accounts."""
        for number, *told in rows(
            "SELECT id, book, unit, kind, key, owner_id FROM ledger_account WHERE id > %s", after
        ):
            self.places[number] = Place(*told)

    def booked(self, after: int) -> list[Booked]:
        """New transfers: each with an uid of its own and a seal."""
        found = []
        for number, uid, *told, legs in rows(TRANSFERS, after):
            one = Booked(number, uid if isinstance(uid, UUID) else UUID(uid), *told)
            insist(one.uid not in self.uids, 8, f"uid {uid} was booked twice")
            insist(legs is not None, 1, f"transfer {number} has no seal")
            self.uids.add(one.uid)
            self.transfers[number] = one
            found.append(one)
        return found

    def moved(self, after: int, new: list[Booked]) -> set[int]:
        """New entries: they sum to zero for each transfer and unit, and carry on their accounts without a gap."""
        sums: Counter[tuple[int, str]] = Counter()
        for number, transfer, account, unit, amount, balance, version in rows(ENTRIES, after):
            place, one = self.places[account], self.transfers[transfer]
            insist(account not in one.legs, 1, f"transfer {transfer} moves account {account} twice")
            one.legs[account], one.posted_before[account] = amount, place.posted
            sums[transfer, unit] += amount
            place.posted += amount
            if place.personal:
                place.flow.append((transfer, amount))
            if place.kept:
                place.version += 1
                should = (place.unit, place.version, place.posted)
                insist(
                    (unit, version, balance) == should,
                    3,
                    f"entry {number}: {(unit, version, balance)}, not {should}",
                )
            else:
                insist(
                    (version, balance) == (None, None), 3, f"entry {number} of an account without a balance"
                )
        insist(not any(sums.values()), 1, f"entries do not sum to zero: {sums}")
        insist(all(one.legs for one in new), 1, "a transfer without entries")
        return {account for one in new for account in one.legs}

    def put(self, after: int) -> set[int]:
        """New holds."""
        touched = set()
        for number, account, amount, expires in rows(
            "SELECT id, account_id, amount, expires_at FROM ledger_hold WHERE id > %s ORDER BY id", after
        ):
            self.holds[number] = Put(account, amount, expires)
            self.places[account].held += amount
            touched.add(account)
        return touched

    def ended(self, after: int) -> set[int]:
        """New ends: once for each hold, for no more than it was, not after its time."""
        touched = set()
        for hold, outcome, transfer, amount, at in rows(
            "SELECT hold_id, outcome, transfer_id, amount, ended_at FROM ledger_holdend WHERE id > %s ORDER BY id",
            after,
        ):
            put = self.holds[hold]
            insist(not put.end, 6, f"hold {hold} ended twice: {put.end}, {outcome}")
            insist(amount <= put.amount, 6, f"hold {hold} of {put.amount} was taken for {amount}")
            if outcome == "post":
                insist(put.expires is None or at <= put.expires, 6, f"hold {hold} was taken after its time")
                less = -self.transfers[transfer].legs.get(put.account, 0)
                insist(less >= amount, 6, f"hold {hold}: {amount} taken, {less} left the account")
            put.end = outcome
            self.places[put.account].held -= put.amount
            touched.add(put.account)
        return touched

    def reversal(self, one: Booked) -> None:
        """A reversal is the exact opposite of something that is none, and the only one of it."""
        if one.reverses is None:
            return
        meant = self.transfers[one.reverses]
        insist(meant.reverses is None, 7, f"transfer {one.number} reverses a reversal")
        insist(one.reverses not in self.reversed, 7, f"transfer {one.reverses} was reversed twice")
        insist(
            one.legs == {a: -n for a, n in meant.legs.items()},
            7,
            f"transfer {one.number} is not the opposite",
        )
        self.reversed.add(one.reverses)

    def compare(self, touched: set[int]) -> None:
        """Kept balances against what the entries and holds come to, and against their limits."""
        wanted = sorted(number for number in touched if self.places[number].kept)
        if not wanted:
            return
        found = rows(
            "SELECT account_id, posted, held, version, floor, ceiling, closed_at FROM ledger_balance"
            f" WHERE account_id IN ({marks(wanted)})",
            *wanted,
        )
        insist(len(found) == len(wanted), 3, f"a kept balance is missing among {wanted}")
        for number, posted, held, version, floor, ceiling, closed in found:
            place = self.places[number]
            insist(
                (posted, version) == (place.posted, place.version), 3, f"account {number}: {posted}, {place}"
            )
            insist(held == place.held >= 0, 4, f"account {number}: {held} held, open holds are {place.held}")
            insist(
                floor is None or posted - held >= floor, 5, f"account {number}: {posted} − {held} < {floor}"
            )
            insist(ceiling is None or posted <= ceiling, 5, f"account {number}: {posted} > {ceiling}")
            insist(
                closed is None or posted == held == 0, 16, f"account {number} is closed with {posted} on it"
            )

    def everything(self) -> None:
        """All kept balances, and whether anything was booked that was not seen."""
        for start in range(0, len(self.places), 400):
            self.compare(set(list(self.places)[start : start + 400]))
        (counted,) = rows("SELECT COUNT(*), COALESCE(SUM(amount), 0) FROM ledger_entry")
        mine = sum(len(one.legs) for one in self.transfers.values())
        insist(tuple(map(int, counted)) == (mine, 0), 2, f"{counted} entries and their sum, {mine} were seen")


def authority(one: Booked, places: dict[int, Place]) -> None:
    """14: whoever moves what is somebody else's says for whom, and on what ground."""
    legs = {places[account].owner: amount for account, amount in one.legs.items() if places[account].personal}
    losers = {owner for owner, amount in legs.items() if amount < 0}
    told = f"transfer {one.number} ({one.kind}): actor {one.actor}, for {one.on_behalf}, {one.authority}, owners {losers}"
    if one.actor is None:
        insist(one.authority == "rule", 14, f"nobody acts, and no rule: {told}")
    if not losers:  # nobody's points become fewer
        return
    if one.authority == "self":
        insist(losers == {one.actor} and one.on_behalf is None, 14, told)
    elif one.actor not in losers:
        insist(one.on_behalf in legs, 14, told)
