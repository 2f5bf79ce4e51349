"""Close what is over, month by month, book by book; the worker does it every day."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from linli.ground.ledger.actions.chain import close_month
from linli.ground.ledger.models import Account, Close, Transfer
from linli.kit.clock import local_day

AFTER = timedelta(days=2)  # time to book the last things of a month before it closes


def close_due(*, now: datetime) -> list[Close]:
    """Close every month that ended two days ago or earlier, in order, in every book. Run twice it closes nothing more."""
    closed = []
    books = Account.objects.order_by("book").values_list("book", flat=True).distinct()
    for book in books:
        month = next_to_close(book)
        while month is not None and (ends_at := begin_of(month_after(month))) + AFTER <= now:
            closed.append(close_month(book=book, month=month, ends_at=ends_at, by=None, now=now))
            month = month_after(month)
    return closed


def next_to_close(book: str) -> date | None:
    """The month after the last that is closed; else the first in which something was booked."""
    last = Close.objects.filter(book=book).order_by("-month").first()
    if last:
        return month_after(last.month)
    first = Transfer.objects.filter(book=book).order_by("posted_at").first()
    return local_day(first.posted_at).replace(day=1) if first else None


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def begin_of(day: date) -> datetime:
    """Its midnight, here."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware here
