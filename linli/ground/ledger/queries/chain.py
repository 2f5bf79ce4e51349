"""Read the chain: what each link covers, whether all of it still holds, and the public copy of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Model

from linli.engine.chain import GENESIS, digest_of, link_hash
from linli.ground.ledger.models import Account, Anchor, Close, Entry, Hold, HoldEnd, Link, Seal, Transfer

CHAINED: dict[str, type[Model]] = {
    "account": Account,
    "hold": Hold,
    "transfer": Transfer,
    "holdend": HoldEnd,
}
STRETCH = 1000


@dataclass
class Walk:
    """What a check of the whole ledger found: how much there is, and the first thing that is wrong."""

    transfers: int = 0
    links: int = 0
    unsealed: int = 0
    units: dict[str, int] = field(default_factory=dict)  # what moved in all, by unit
    head: str = GENESIS
    broken: str | None = None


def bodies(kind: str, numbers: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the chain covers of rows of one kind, in the order of their numbers; two queries for all of them."""
    wanted = sorted(numbers)
    if kind == "account":
        for account in Account.objects.filter(pk__in=wanted).order_by("pk"):
            yield account.pk, {"kind": kind, **account.body()}
    elif kind == "hold":
        for hold in Hold.objects.filter(pk__in=wanted).order_by("pk"):
            yield hold.pk, covered(kind, hold)
    elif kind == "holdend":
        for end in HoldEnd.objects.filter(pk__in=wanted).select_related("hold").order_by("pk"):
            yield end.pk, covered(kind, end)
    else:
        entries: dict[int, list[list[Any]]] = {number: [] for number in wanted}
        for entry in Entry.objects.filter(transfer__in=wanted).order_by("transfer", "id"):
            entries[entry.transfer_id].append(entry.row())
        legs = dict(Seal.objects.filter(pk__in=wanted).values_list("pk", "legs"))
        for transfer in Transfer.objects.filter(pk__in=wanted).order_by("pk"):
            body = covered(kind, transfer)
            yield transfer.pk, body | {"legs": legs.get(transfer.pk), "entries": entries[transfer.pk]}


def covered(kind: str, row: Any) -> dict[str, Any]:
    """The open part as it is, the private part by its hash."""
    return {"kind": kind, **row.open_part(), "private": digest_of(row.private())}


def links_with_bodies() -> Iterator[tuple[Link, dict[str, Any] | None]]:
    """Every link in order with what it covers now (None where the row is gone)."""
    after = 0
    while stretch := list(Link.objects.filter(seq__gt=after).order_by("seq")[:STRETCH]):
        found = {
            (kind, number): body
            for kind in CHAINED
            for number, body in bodies(kind, [link.row for link in stretch if link.kind == kind])
        }
        for link in stretch:
            yield link, found.get((link.kind, link.row))
        after = stretch[-1].seq


def verify() -> Walk:
    """Recompute everything: each link, each transfer's sum, each running balance, each hold, each published head."""
    walk = Walk(transfers=Transfer.objects.count())
    walk.broken = broken_link(walk) or broken_rule() or broken_anchor()
    walk.unsealed = sum(model._default_manager.count() for model in CHAINED.values()) - walk.links
    moved = asked("SELECT unit, SUM(ABS(amount)) / 2 FROM ledger_entry GROUP BY unit ORDER BY unit")
    walk.units = {unit: int(total) for unit, total in moved}
    return walk


def broken_link(walk: Walk) -> str | None:
    """The first link that does not fit, in words for an operator."""
    prev = GENESIS
    for seq, (link, body) in enumerate(links_with_bodies(), 1):
        if link.seq != seq or link.prev != prev:
            return f"link {link.seq}: the chain does not go on from the link before"
        if body is None:
            return f"link {link.seq}: {link.kind} {link.row} is gone"
        if link_hash(prev, body) != link.hash:
            return f"link {link.seq}: {link.kind} {link.row} is not what was sealed"
        prev = link.hash
        walk.links, walk.head = seq, prev
    return None


RULES = (
    (
        "transfer {}: its entries do not sum to zero",
        "SELECT transfer_id FROM ledger_entry GROUP BY transfer_id, unit HAVING SUM(amount) <> 0",
    ),
    (
        "transfer {}: no seal of its entries",
        (
            "SELECT t.id FROM ledger_transfer t LEFT JOIN ledger_seal s ON s.transfer_id = t.id WHERE s.legs IS NULL"
            " OR s.legs <> (SELECT COUNT(*) FROM ledger_entry e WHERE e.transfer_id = t.id)"
        ),
    ),
    (
        "entry {}: the unit is not its account's",
        "SELECT e.id FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE a.unit <> e.unit",
    ),
    (
        "entry {}: it does not carry on the balance of its account",
        (
            "SELECT id FROM (SELECT id, version, balance_after, amount,"
            " LAG(balance_after, 1, 0) OVER w AS was, ROW_NUMBER() OVER w AS place"
            " FROM ledger_entry WHERE version IS NOT NULL WINDOW w AS (PARTITION BY account_id ORDER BY version)) x"
            " WHERE version <> place OR balance_after <> was + amount"
        ),
    ),
    (
        "account {}: the kept balance is not the sum of its entries",
        (
            "SELECT b.account_id FROM ledger_balance b LEFT JOIN (SELECT account_id, SUM(amount) AS total,"
            " COUNT(*) AS many FROM ledger_entry GROUP BY account_id) e ON e.account_id = b.account_id"
            " WHERE b.posted <> COALESCE(e.total, 0) OR b.version <> COALESCE(e.many, 0)"
        ),
    ),
    (
        "account {}: what is held is not the sum of its open holds",
        (
            "SELECT b.account_id FROM ledger_balance b LEFT JOIN (SELECT h.account_id, SUM(h.amount) AS total"
            " FROM ledger_hold h LEFT JOIN ledger_holdend d ON d.hold_id = h.id WHERE d.hold_id IS NULL"
            " GROUP BY h.account_id) o ON o.account_id = b.account_id WHERE b.held <> COALESCE(o.total, 0)"
        ),
    ),
    (
        "account {}: beyond its limit",
        "SELECT account_id FROM ledger_balance WHERE posted - held < floor OR posted > ceiling OR held < 0",
    ),
    (
        "hold {}: taken for more than was held",
        "SELECT d.hold_id FROM ledger_holdend d JOIN ledger_hold h ON h.id = d.hold_id WHERE d.amount > h.amount",
    ),
    (
        "transfer {}: not the exact opposite of what it reverses",
        (
            "SELECT t.id FROM ledger_transfer t JOIN ledger_entry x ON x.transfer_id = t.reverses_id"
            " LEFT JOIN ledger_entry y ON y.transfer_id = t.id AND y.account_id = x.account_id"
            " WHERE COALESCE(x.amount + y.amount, 1) <> 0"
        ),
    ),
)


def broken_rule() -> str | None:
    """The first row that breaks the law of the ledger, whatever the chain says."""
    for words, statement in RULES:
        found = asked(f"{statement} ORDER BY 1 LIMIT 1")
        if found:
            return words.format(found[0][0])
    return broken_close()


def broken_close() -> str | None:
    """A closed month whose lines no longer are what was booked, or no longer have their hash."""
    for close in Close.objects.order_by("id"):
        lines = list(close.lines.order_by("account"))
        body = [[row.account_id, row.unit, row.came_in, row.went_out, row.posted] for row in lines]
        if digest_of(body) != close.hash:
            return f"close {close.pk}: the trial balance is not what was closed"
        late = Transfer.objects.filter(book=close.book, posted_at__lt=close.ends_at, pk__in=later_than(close))
        if late.exists():
            return f"close {close.pk}: something was booked into it later"
    return None


def later_than(close: Close) -> Any:
    """Transfers with entries beyond those that a close has counted, account by account."""
    rows = Entry.objects.filter(account__closings__close=close)
    return rows.extra(where=['"ledger_entry"."id" > "ledger_closeline"."last_entry"']).values("transfer")


def broken_anchor() -> str | None:
    """A published head that the chain no longer holds."""
    for anchor in Anchor.objects.order_by("seq"):
        if not Link.objects.filter(seq=anchor.seq, hash=anchor.hash).exists():
            return f"the head published on {anchor.day} is not in the chain"
    return None


def asked(statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement without parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def anchors(limit: int = 31) -> list[Anchor]:
    """The published heads, newest first."""
    return list(Anchor.objects.order_by("-day")[:limit])


def public_copy() -> Iterator[dict[str, Any]]:
    """The lines of an export: every link with what it covers, then what stands on each account, then the heads.

    No personal data: accounts by number and kind, people not at all (a hash covers who acted for whom).
    """
    yield {"linli_ledger": 1}
    for link, body in links_with_bodies():
        yield {"seq": link.seq, "prev": link.prev, "hash": link.hash, "body": body}
    held = open_holds()
    rows = Account.objects.select_related("balance").order_by("pk")
    sums = {
        row[0]: int(row[1])
        for row in asked("SELECT account_id, SUM(amount) FROM ledger_entry GROUP BY account_id")
    }
    for account in rows.iterator(chunk_size=STRETCH):
        yield {"account": account.pk, "posted": sums.get(account.pk, 0), "held": held.get(account.pk, 0)}
    for anchor in Anchor.objects.order_by("day"):
        yield {"published": anchor.day.isoformat(), "seq": anchor.seq, "hash": anchor.hash}


def open_holds() -> dict[int, int]:
    """What is held on each account."""
    rows = asked(
        "SELECT h.account_id, SUM(h.amount) FROM ledger_hold h LEFT JOIN ledger_holdend d ON d.hold_id = h.id"
        " WHERE d.hold_id IS NULL GROUP BY h.account_id"
    )
    return {account: int(total) for account, total in rows}


def transfers_by_kind(book: str) -> dict[str, int]:
    """How many transfers of each kind a book holds."""
    rows = Transfer.objects.filter(book=book).values("kind").annotate(many=Count("id")).order_by("kind")
    return {row["kind"]: row["many"] for row in rows}
