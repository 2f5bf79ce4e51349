"""The ledger's hash chain, its public head, and the close of a month."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.engine.chain import GENESIS, digest_of, link_hash
from linli.ground.ledger.models import Anchor, Close, CloseLine, Link
from linli.ground.ledger.queries.balances import Line, trial_balance
from linli.ground.ledger.queries.chain import CHAINED, bodies
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

CHAIN_LOCK = 0x11172
AT_ONCE = 500
BACK = 1000  # a late commit may have a lower number than one that is sealed: so far back is looked at again
SETTLING = timedelta(hours=1)  # after the end of a month, until whatever was under way then has been booked


def seal_ledger(limit: int = AT_ONCE, *, back: int | None = BACK) -> int:
    """Seal what has been booked since the last time into the chain; one sealer at a time. Returns how many links.

    ``back``: how far behind the newest number to look for late ones; None looks through everything.
    """
    with turn():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHAIN_LOCK])
                if not cursor.fetchone()[0]:
                    return 0
        last = Link.objects.order_by("-seq").first()
        seq, prev = (last.seq, last.hash) if last else (0, GENESIS)
        links = []
        for kind, numbers in waiting(limit, back):
            for number, body in bodies(kind, numbers):
                seq += 1
                made = link_hash(prev, body)
                links.append(Link(seq=seq, kind=kind, row=number, prev=prev, hash=made))
                prev = made
        Link.objects.bulk_create(links)
    return len(links)


def waiting(limit: int, back: int | None) -> Iterator[tuple[str, list[int]]]:
    """Rows without a link, kind by kind, oldest first."""
    for kind, model in CHAINED.items():
        if limit <= 0:
            return
        numbers = unlinked(kind, model, limit, back)
        limit -= len(numbers)
        if numbers:
            yield kind, numbers


def unlinked(kind: str, model: type[Model], limit: int, back: int | None) -> list[int]:
    """Numbers of the rows of one kind that have no link yet."""
    links = Link.objects.filter(kind=kind)
    rows: QuerySet[Any] = model._default_manager.filter(~Exists(links.filter(row=OuterRef("pk"))))
    if back is not None:
        newest = links.order_by("-row").values_list("row", flat=True).first() or 0
        rows = rows.filter(pk__gt=newest - back)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def publish_head(*, now: datetime) -> Anchor | None:
    """Make the head of the chain public for today, once a day; None while there is no chain.

    Before that everything is sealed, also what a very long transaction has left far behind.
    """
    known = Anchor.objects.filter(day=local_day(now)).first()
    if known:
        return known
    while seal_ledger(back=None):
        pass
    last = Link.objects.order_by("-seq").first()
    if last is None:
        return None
    row, _made = Anchor.objects.get_or_create(
        day=local_day(now), defaults={"seq": last.seq, "hash": last.hash, "published_at": now}
    )
    return row


def close_month(*, book: str, month: date, ends_at: datetime, by: int | None, now: datetime) -> Close:
    """Close a month of a book with its trial balance: nothing is booked into it any more. Months close in order."""
    first = month.replace(day=1)
    if now < ends_at + SETTLING:
        raise Refused(_("A month is closed after it is over."))
    try:
        with turn():
            before = Close.objects.filter(book=book).order_by("-month").first()
            if before and before.month >= first:
                raise Refused(_("This month is already closed."))
            lines = balanced(book, ends_at)
            row = Close.objects.create(
                book=book,
                month=first,
                ends_at=ends_at,
                hash=digest_of([line.row() for line in lines]),
                closed_at=now,
                actor=by,
                salt=uuid4(),
            )
            CloseLine.objects.bulk_create(close_lines(row, lines))
    except IntegrityError as error:  # somebody else was closing it too
        raise Refused(_("This month is already closed.")) from error
    return row


def balanced(book: str, ends_at: datetime) -> list[Line]:
    """The trial balance; that it sums to zero for each unit is looked at again."""
    lines = trial_balance(book, until=ends_at)
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.unit] = sums.get(line.unit, 0) + line.posted
    if any(sums.values()):
        raise AssertionError(f"book {book} does not balance: {sums}")
    return lines


def close_lines(row: Close, lines: Iterable[Line]) -> list[CloseLine]:
    """The rows of a trial balance."""
    return [
        CloseLine(
            close=row,
            account_id=line.account,
            unit=line.unit,
            came_in=line.came_in,
            went_out=line.went_out,
            posted=line.posted,
            last_entry=line.last_entry,
        )
        for line in lines
    ]
