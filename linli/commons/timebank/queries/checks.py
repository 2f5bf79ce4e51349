"""Read disputes and spot checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from linli.commons.timebank.access import DISPUTE_PARTS
from linli.commons.timebank.choices import CheckResult, DisputeState
from linli.commons.timebank.models import Approval, Dispute, Finding, Programme, Record, SpotCheck
from linli.ground.places.queries import within

LIVE = (DisputeState.OPEN, DisputeState.ANSWERED)
CHECK_PARTS = (
    "record__member__person",
    "record__receiver__household__building",
    "record__claim",
    "checked_by",
    "drawn_by",
)


def disputes_under(stems: Iterable[str]) -> QuerySet[Dispute]:
    """Disputes under the stems, newest first."""
    return Dispute.objects.filter(within(stems)).select_related(*DISPUTE_PARTS).order_by("-id")


def open_disputes(stems: Iterable[str]) -> QuerySet[Dispute]:
    """Those nobody has decided yet, the oldest first."""
    return disputes_under(stems).filter(state__in=LIVE).order_by("id")


def checks_of(programme: Programme, month: date | None = None) -> QuerySet[SpotCheck]:
    """The spot checks of a programme, of one month or all; the latest month first."""
    rows = SpotCheck.objects.filter(record__programme=programme).select_related(*CHECK_PARTS)
    return rows.filter(month=month) if month else rows


@dataclass(frozen=True)
class Drawn:
    """A month's draw: how many records, how many looked at, how many were wrong."""

    month: date
    drawn: int
    checked: int
    wrong: int


def draws_of(programme: Programme) -> list[Drawn]:
    """Every month that was drawn, the latest first."""
    rows = SpotCheck.objects.filter(record__programme=programme).order_by().values("month")
    rows = rows.annotate(
        drawn=Count("id"),
        checked=Count("id", filter=~Q(result="")),
        wrong=Count("id", filter=Q(result=CheckResult.WRONG)),
    )
    return [Drawn(**row) for row in rows.order_by("-month")]


def check_of(programme: Programme, pk: int) -> SpotCheck | None:
    """One of a programme's spot checks."""
    return checks_of(programme).filter(pk=pk).first()


def approvals_of(records: Iterable[Record]) -> dict[int, list[Approval]]:
    """Who has approved or refused each record, in one query."""
    found: dict[int, list[Approval]] = {record.pk: [] for record in records}
    for row in Approval.objects.filter(record__in=list(found)).select_related("by").order_by("id"):
        found[row.record_id].append(row)
    return found


def findings_of(records: Iterable[Record]) -> dict[int, list[Finding]]:
    """What the honesty checks saw in each record, in one query."""
    found: dict[int, list[Finding]] = {record.pk: [] for record in records}
    for row in Finding.objects.filter(record__in=list(found)).select_related("seen_by").order_by("id"):
        found[row.record_id].append(row)
    return found


def finding_of(record: Record, pk: int) -> Finding | None:
    """One of a record's findings."""
    return (
        Finding.objects.filter(record=record, pk=pk)
        .select_related("record__member", "record__programme")
        .first()
    )
