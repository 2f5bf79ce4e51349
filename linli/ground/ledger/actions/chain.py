"""The ledger's hash chain, its public head, and the close of a month."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.engine.chain import GENESIS, digest_of, link_hash
from linli.ground.ledger.models import Anchor, Close, CloseLine, Link
from linli.ground.ledger.queries.balances import trial_balance
from linli.ground.ledger.queries.chain import CHAINED, bodies
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

CHAIN_LOCK = 0x11172
AT_ONCE = 500
BACK = 1000  # a late commit may have a lower number than one that is sealed: so far back is looked at again
SETTLING = timedelta(hours=1)  # after the end of a month, until whatever was under way then has been booked


def seal_ledger(limit: int = AT_ONCE) -> int:
    """Seal what has been booked since the last time into the chain; one sealer at a time. Returns how many links."""
    with turn():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHAIN_LOCK])
                if not cursor.fetchone()[0]:
                    return 0
        last = Link.objects.order_by("-seq").first()
        seq, prev = (last.seq, last.hash) if last else (0, GENESIS)
        links = []
        for kind, numbers in waiting(limit):
            for number, body in bodies(kind, numbers):
                seq += 1
                made = link_hash(prev, body)
                links.append(Link(seq=seq, kind=kind, row=number, prev=prev, hash=made))
                prev = made
        Link.objects.bulk_create(links)
    return len(links)


def waiting(limit: int) -> Iterator[tuple[str, list[int]]]:
    """Rows without a link, kind by kind, oldest first: accounts, holds, transfers, ends of holds."""
    for kind, model in CHAINED.items():
        if limit <= 0:
            return
        numbers = unlinked(kind, model, limit)
        limit -= len(numbers)
        if numbers:
            yield kind, numbers


def unlinked(kind: str, model: type[Model], limit: int) -> list[int]:
    """Numbers of the rows of one kind that have no link yet."""
    links = Link.objects.filter(kind=kind)
    newest = links.order_by("-row").values_list("row", flat=True).first() or 0
    rows: QuerySet[Any] = model._default_manager.filter(pk__gt=newest - BACK)
    rows = rows.exclude(pk__in=links.filter(row__gt=newest - BACK).values("row"))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def publish_head(*, now: datetime) -> Anchor | None:
    """Make the head of the chain public for today, once a day; None while there is no chain."""
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
    with turn():
        before = Close.objects.filter(book=book).order_by("-month").first()
        if before and before.month >= first:
            raise Refused(_("This month is already closed."))
        lines = list(trial_balance(book, until=ends_at))
        sums: dict[str, int] = {}
        for line in lines:
            sums[line.unit] = sums.get(line.unit, 0) + line.posted
        if any(sums.values()):
            raise AssertionError(f"book {book} does not balance: {sums}")
        digest = digest_of(
            [[line.account, line.unit, line.came_in, line.went_out, line.posted] for line in lines]
        )
        row = Close.objects.create(
            book=book, month=first, ends_at=ends_at, hash=digest, closed_at=now, actor=by
        )
        CloseLine.objects.bulk_create(close_lines(row, lines))
    return row


def close_lines(row: Close, lines: Iterable[Any]) -> list[CloseLine]:
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
