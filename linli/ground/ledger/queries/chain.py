"""Read the chain: what each link covers, whether all of it still holds, and the public copy of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count, Model, QuerySet

from linli.engine.chain import GENESIS, digest_of, link_hash
from linli.ground.ledger.choices import OPEN_ENDED
from linli.ground.ledger.models import Account, Anchor, Close, Entry, Hold, HoldEnd, Link, Seal, Transfer
from linli.ground.ledger.queries.balances import trial_balance

CHAINED: dict[str, type[Model]] = {
    "account": Account,
    "hold": Hold,
    "transfer": Transfer,
    "holdend": HoldEnd,
    "close": Close,
    "anchor": Anchor,
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
    if kind != "transfer":
        rows: QuerySet[Any] = CHAINED[kind]._default_manager.filter(pk__in=wanted).order_by("pk")
        for row in rows.select_related("hold") if kind == "holdend" else rows:
            yield row.pk, covered(kind, row)
    else:
        entries: dict[int, list[list[Any]]] = {number: [] for number in wanted}
        for entry in Entry.objects.filter(transfer__in=wanted).order_by("transfer", "id"):
            entries[entry.transfer_id].append(entry.row())
        legs = dict(Seal.objects.filter(pk__in=wanted).values_list("pk", "legs"))
        for transfer in Transfer.objects.filter(pk__in=wanted).order_by("pk"):
            body = covered(kind, transfer)
            yield transfer.pk, body | {"legs": legs.get(transfer.pk), "entries": entries[transfer.pk]}


def covered(kind: str, row: Any) -> dict[str, Any]:
    """The open part as it is, the private part (a published head has none) by its hash."""
    body = {"of": kind, **row.open_part()}
    return body if kind == "anchor" else body | {"private": digest_of(row.private())}


def links_with_bodies(last: int | None = None) -> Iterator[tuple[Link, dict[str, Any] | None]]:
    """Every link in order (up to one) with what it covers now (None where the row is gone)."""
    after, links = 0, Link.objects.order_by("seq")
    if last is not None:
        links = links.filter(seq__lte=last)
    while stretch := list(links.filter(seq__gt=after)[:STRETCH]):
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
        "account {}: it keeps no balance",
        (
            "SELECT a.id FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id"
            f" WHERE (b.account_id IS NULL) <> (a.kind IN ({', '.join(repr(str(kind)) for kind in sorted(OPEN_ENDED))}))"
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
    """A closed month whose lines no longer have their hash, or are not what is booked before its end."""
    for close in Close.objects.order_by("id"):
        lines = [line.row() for line in close.lines.order_by("account")]
        if digest_of(lines) != close.hash:
            return f"close {close.pk}: the trial balance is not what was closed"
        if lines != [line.row() for line in trial_balance(close.book, until=close.ends_at)]:
            return f"close {close.pk}: something was booked into it later"
    return None


def broken_anchor() -> str | None:
    """A published head that the chain no longer holds."""
    for anchor in Anchor.objects.order_by("seq"):
        if not Link.objects.filter(seq=anchor.seq, hash=anchor.hash).exists():
            return f"the head published on {anchor.day} is not in the chain"
    return None


def asked(statement: str, *values: int) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def anchors(limit: int = 31) -> list[Anchor]:
    """The published heads, newest first."""
    return list(Anchor.objects.order_by("-day")[:limit])


# What stood at a link: rows never change, so that a copy needs no moment of its own in which nobody may write.
POSTED_THEN = """SELECT e.account_id, SUM(e.amount) FROM ledger_entry e
 JOIN ledger_link l ON l.kind = 'transfer' AND l.row = e.transfer_id AND l.seq <= %s GROUP BY e.account_id"""
HELD_THEN = """SELECT h.account_id, SUM(h.amount) FROM ledger_hold h
 JOIN ledger_link l ON l.kind = 'hold' AND l.row = h.id AND l.seq <= %s WHERE NOT EXISTS (SELECT 1 FROM ledger_holdend d
 JOIN ledger_link x ON x.kind = 'holdend' AND x.row = d.id AND x.seq <= %s WHERE d.hold_id = h.id) GROUP BY h.account_id"""


def public_copy() -> Iterator[dict[str, Any]]:
    """The lines of an export: every link with what it covers, then what stood on each account, then the heads.

    No personal data: accounts by number and kind, people not at all (a hash covers who acted for whom). What is
    booked while it is being written is left for the next copy.
    """
    last, head = Link.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
    yield {"linli_ledger": 1, "head": head}
    for link, body in links_with_bodies(last):
        yield {"seq": link.seq, "prev": link.prev, "hash": link.hash, "body": body}
    posted = {account: int(total) for account, total in asked(POSTED_THEN, last)}
    held = {account: int(total) for account, total in asked(HELD_THEN, last, last)}
    linked = Link.objects.filter(kind="account", seq__lte=last).order_by("row")
    for account in linked.values_list("row", flat=True).iterator(chunk_size=STRETCH):
        yield {"account": account, "posted": posted.get(account, 0), "held": held.get(account, 0)}
    for anchor in Anchor.objects.filter(seq__lte=last).order_by("day"):
        yield {"published": anchor.day.isoformat(), "seq": anchor.seq, "hash": anchor.hash}


def transfers_by_kind(book: str) -> dict[str, int]:
    """How many transfers of each kind a book holds."""
    rows = Transfer.objects.filter(book=book).values("kind").annotate(many=Count("id")).order_by("kind")
    return {row["kind"]: row["many"] for row in rows}
