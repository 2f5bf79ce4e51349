"""What must be so of the books as a whole: invariants 2, 10, 11, 12, 15, 16, 18, 19 and 20."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime

from django.utils import timezone

from linli.commons.fund.models import Fund, Line, Resolution
from linli.commons.fund.queries import View, standing, sum_of
from linli.commons.timebank.models import Lot, Member, Peering, Programme
from linli.commons.timebank.queries.peers import net, owed_by_rows
from linli.ground.ledger import queries as ledger
from linli.ground.ledger.choices import Kind
from tests.simulator.checks.shadow import Booked, Shadow
from tests.simulator.checks.sql import insist, rows

# tables whose rows never change, with what counts their rows
FIXED = {
    "ledger_account": "id", "ledger_transfer": "id", "ledger_entry": "id", "ledger_seal": "transfer_id",
    "ledger_hold": "id", "ledger_holdend": "id", "ledger_link": "seq", "ledger_anchor": "id", "ledger_close": "id",
    "ledger_closeline": "id", "timebank_record": "id", "timebank_confirmation": "id", "timebank_approval": "id",
    "timebank_crossing": "id", "timebank_lot": "id", "timebank_delivery": "id", "fund_line": "id", "fund_signature": "id",
}  # fmt: skip
PEOPLE = (Kind.MEMBER, Kind.GRANTED, Kind.POOL, Kind.GIFTS, Kind.PEER, Kind.ADJUST)


class Past:
    """10: what was there once is there for ever, as it was."""

    def __init__(self) -> None:
        self.was: dict[str, tuple[int, str]] = {}

    def unchanged(self) -> None:
        """Every old row has its old hash; then the new ones are taken in."""
        for table, column in FIXED.items():
            found = rows(f"SELECT * FROM {table} ORDER BY {column}")
            many, digest = self.was.get(table, (0, digested([])))
            insist(len(found) >= many, 10, f"{table}: rows are gone")
            insist(digested(found[:many]) == digest, 10, f"{table}: an old row has changed")
            self.was[table] = (len(found), digested(found))


def digested(found: list[tuple[object, ...]]) -> str:
    """The hash of rows."""
    return hashlib.sha256(repr(found).encode()).hexdigest()


def circulation(shadow: Shadow) -> None:
    """2 and 11: all of it is zero; issued − redeemed − expired is what people, pools and neighbours have."""
    sums: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str, str]] = Counter()
    for place in shadow.places.values():
        sums[place.book, place.unit] += place.posted
        kinds[place.book, place.unit, place.kind] += place.posted
    insist(not any(sums.values()), 2, f"sums are not zero: {sums}")
    for book, unit in sums:
        if unit.startswith("PT:"):
            out = -sum(kinds[book, unit, kind] for kind in (Kind.ISSUER, Kind.REDEEMED, Kind.EXPIRED))
            insist(out == sum(kinds[book, unit, kind] for kind in PEOPLE), 11, f"{unit}: {kinds}")
            insist(ledger.in_circulation(book, unit) == out, 11, f"the public figure of {unit} is not {out}")
        elif unit.startswith("SKU:"):
            there = (
                kinds[book, unit, Kind.STOCK]
                + kinds[book, unit, Kind.GONE_OUT]
                + kinds[book, unit, Kind.SPOILED]
            )
            insist(-kinds[book, unit, Kind.SUPPLIER] == there, 12, f"{unit}: {kinds}")


def chain() -> None:
    """18: everything recomputed by the product's own walk, which reads nothing of ours."""
    walk = ledger.verify()
    insist(walk.broken is None, 18, walk.broken)


def expiry(one: Booked, shadow: Shadow) -> None:
    """15: first in first out, nothing set aside, all that has run out and can go."""
    day = day_of(one.at)
    (account,) = [number for number in one.legs if shadow.places[number].personal]
    place = shadow.places[account]
    days = dict(Lot.objects.filter(account=account).values_list("transfer", "expires_on"))
    lots, spent, gone = [], 0, 0
    for number, amount in place.flow:
        transfer = shadow.transfers[number]
        if transfer.kind == "expiry":
            gone -= amount
        elif amount > 0 and transfer.reverses is None:
            lots.append([amount, days.get(number)])
        else:
            spent -= amount
    over = 0
    for amount, last in lots:
        used = min(amount, spent)
        spent -= used
        over += amount - used if last and last <= day else 0
    free = place.posted - place.held
    insist(gone <= over, 15, f"account {account}: {gone} ran out by {day}, due were {over}")
    insist(
        gone == over or free == 0, 15, f"account {account}: {over - gone} more should have run out by {day}"
    )


def day_of(at: datetime | str) -> date:
    """The day in the neighbourhood; what SQLite keeps is UTC without saying so."""
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return timezone.localtime(at if at.tzinfo else at.replace(tzinfo=UTC)).date()


def leavers(shadow: Shadow) -> None:
    """16: whoever left leaves nothing, and their accounts take nothing any more."""
    closed = {
        number for (number,) in rows("SELECT account_id FROM ledger_balance WHERE closed_at IS NOT NULL")
    }
    left = Member.objects.filter(state="left").values_list("pk", "account", "granted")
    for pk, *accounts in left:
        for number in filter(None, accounts):
            place = shadow.places[number]
            insist((place.posted, place.held) == (0, 0) and number in closed, 16, f"member {pk} left {place}")
    insist(
        closed <= {number for _pk, *both in left for number in both},
        16,
        "an account of somebody here is closed",
    )


def neighbours(shadow: Shadow) -> None:
    """19: what one book says we owe is what the other says they are owed, within the limit."""
    began = list(Peering.objects.filter(since__isnull=False).select_related("one", "other").order_by("pk"))
    for peering in began:
        says = net(peering)
        insist(says.one == -says.other, 19, f"{says}")
        limit = 0 if peering.ended_at and peering.pk == began[-1].pk else max(one.limit for one in began)
        limit = peering.limit if peering.ended_at is None else limit
        insist(abs(says.one) <= limit, 19, f"{says} is beyond {limit}")
    here = Programme.objects.order_by("pk").values_list("community", flat=True).first()
    crossed = owed_by_rows(began)
    rest = sum(crossed.get(row.pk, 0) * (1 if row.one.community == here else -1) for row in began)
    peers = {place.book: place.posted for place in shadow.places.values() if place.kind == Kind.PEER}
    insist(sum(peers.values()) == 0, 19, f"{peers}")
    insist(peers.get(here or "", 0) == rest, 19, f"the books say {peers}, what crossed comes to {rest}")


def money(shadow: Shadow) -> None:
    """20: never below zero, no more set aside than resolved, and every figure of the page is the ledger's."""
    for bill in Fund.objects.all():
        places = {
            (one.kind, one.key): one
            for one in shadow.places.values()
            if (one.book, one.unit) == (bill.community, "CNY")
        }
        pots = {
            int(key.removeprefix("target-")): one
            for (kind, key), one in places.items()
            if kind == Kind.ALLOCATED
        }
        free = places[Kind.FUND, ""].posted if (Kind.FUND, "") in places else 0
        insist(free >= 0 and all(one.posted >= 0 for one in pots.values()), 20, f"below zero: {places}")
        came = -sum(one.posted for (kind, _key), one in places.items() if kind == Kind.INCOME)
        spent = sum(one.posted for (kind, _key), one in places.items() if kind == Kind.SPENT)
        page = standing(bill)
        insist(
            (page.free, page.pots) == (free, {pk: one.posted for pk, one in pots.items()}),
            20,
            f"{page}, {places}",
        )
        insist(page.now == came - spent == sum_of(bill, View("now")), 20, f"{page.now}, {came}, {spent}")
        insist(
            (sum_of(bill, View("in")), sum_of(bill, View("out"))) == (came, spent),
            20,
            "lines are not the ledger",
        )
        for target, place in pots.items():
            insist(
                sum_of(bill, View("pot", targets=(target,))) == place.posted, 20, f"lines of target {target}"
            )
    resolved()


def resolved() -> None:
    """What each resolution set aside: what its lines come to, and no more than it says."""
    net_of: Counter[int] = Counter()
    for line in Line.objects.filter(kind="allocation").select_related("allocation", "corrects__allocation"):
        meant = line.corrects or line
        net_of[meant.allocation.resolution_id] += line.amount
    for row in Resolution.objects.all():
        told = f"resolution {row.pk} of {row.amount}: {row.allocated} set aside, lines {net_of[row.pk]}"
        insist(row.allocated == net_of[row.pk] and 0 <= row.allocated <= row.amount, 20, told)
