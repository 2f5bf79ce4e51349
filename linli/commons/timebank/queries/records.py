"""Read service records, and what they became."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from linli.commons.timebank.choices import ClaimState
from linli.commons.timebank.models import Claim, Finding, Member, Record
from linli.engine.fairplay import Job
from linli.ground.people.access import bond_between
from linli.ground.people.models import Person
from linli.ground.places.queries import within

RECORD_PARTS = (
    "claim__rule",
    "claim__transfer",
    "confirmation",
    "member__person__household",
    "member__programme",
    "receiver__household__building",
    "building",
    "area",
    "programme",
    "made_by",
)
# records that no longer say what happened, or that somebody found wanting
OVER = (ClaimState.CORRECTED, ClaimState.REFUSED)
SETTLED = (ClaimState.APPROVED, ClaimState.PAID, ClaimState.HONOUR)


def records_under(stems: Iterable[str]) -> QuerySet[Record]:
    """Records of services under the stems, newest first."""
    return Record.objects.filter(within(stems)).select_related(*RECORD_PARTS).order_by("-id")


def records_of(member: Member) -> QuerySet[Record]:
    """What a member did, newest first."""
    return Record.objects.filter(member=member).select_related(*RECORD_PARTS).order_by("-started_at", "-id")


def records_for_receiver(person: Person) -> QuerySet[Record]:
    """What was done for somebody, newest first."""
    rows = Record.objects.filter(receiver=person).select_related(*RECORD_PARTS)
    return rows.order_by("-started_at", "-id")


def record_by_uid(uid: Any) -> Record | None:
    """The record made for this key."""
    return Record.objects.filter(uid=uid).select_related(*RECORD_PARTS).first()


def chain_of(record: Record) -> list[Record]:
    """The record with all that corrects it or that it corrects, oldest first."""
    first = record
    while first.corrects_id:
        first = Record.objects.select_related(*RECORD_PARTS).get(pk=first.corrects_id)
    found = [first]
    while later := Record.objects.filter(corrects=found[-1]).select_related(*RECORD_PARTS).first():
        found.append(later)
    return found


def to_confirm(stems: Iterable[str]) -> QuerySet[Record]:
    """Records that nobody confirmed yet, the oldest first."""
    return records_under(stems).filter(claim__state=ClaimState.WAITING).order_by("id")


def to_approve(stems: Iterable[str]) -> QuerySet[Record]:
    """Confirmed records that wait for an approver, the oldest first."""
    return records_under(stems).filter(claim__state=ClaimState.CONFIRMED).order_by("id")


def to_look(stems: Iterable[str]) -> QuerySet[Record]:
    """Records with a finding that nobody has looked at, the oldest first."""
    rows = records_under(stems).exclude(claim__state__in=OVER)
    return rows.filter(pk__in=Finding.objects.filter(verdict="").values("record")).order_by("id")


def open_findings(record: Record) -> QuerySet[Finding]:
    """What a person must look at before the record can be approved."""
    return Finding.objects.filter(record=record, verdict="").order_by("id")


def waiting_for_pool(programme_pk: int) -> QuerySet[Claim]:
    """Approved claims that the pool could not pay, the oldest first."""
    rows = Claim.objects.filter(state=ClaimState.APPROVED, record__programme=programme_pk)
    return rows.select_related("record__member__account", "record__programme", "rule").order_by("record")


def counted_before(member: Member, day: date) -> tuple[int, int]:
    """Minutes of a member that have counted already: on the day of a service, and in its month."""
    first = day.replace(day=1)
    start, end = (start_of(first), start_of((first + timedelta(days=32)).replace(day=1)))
    counts = Q(state__in=SETTLED) | Q(state=ClaimState.FROZEN, before__in=SETTLED)
    rows = Claim.objects.filter(
        counts, record__member=member, record__started_at__gte=start, record__started_at__lt=end
    )
    today = Q(record__started_at__gte=start_of(day), record__started_at__lt=start_of(day + timedelta(days=1)))
    sums = rows.aggregate(month=Sum("counted"), day=Sum("counted", filter=today))
    return sums["day"] or 0, sums["month"] or 0


def start_of(day: date) -> datetime:
    """Midnight of the neighbourhood."""
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware here


def job_of(record: Record) -> Job:
    """A record as the honesty checks read it."""
    place = record.building
    return Job(
        id=record.pk or 0,
        volunteer=record.member.person_id,
        receiver=record.receiver_id,
        service=record.service,
        started_at=timezone.localtime(record.started_at),
        ended_at=timezone.localtime(record.ended_at),
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        volunteer_household=record.member.person.household_id,
        receiver_household=record.receiver.household_id,
        sign_in_distance_m=record.distance_m,
        signed_out_by_self=record.out_how != "righted" and record.in_how != "righted",
        relation="direct" if bond_between(record.receiver, record.member.person) else "",
    )


def jobs_around(record: Record) -> list[Job]:
    """The other jobs of both people in that month and the day on either side."""
    first = timezone.localtime(record.started_at).date().replace(day=1)
    start = start_of(first - timedelta(days=1))
    end = start_of((first + timedelta(days=32)).replace(day=1) + timedelta(days=1))
    mine = Q(member=record.member) | Q(member__person=record.receiver_id, receiver=record.member.person_id)
    rows = Record.objects.filter(mine, started_at__lt=end, ended_at__gte=start).exclude(claim__state__in=OVER)
    rows = rows.select_related("member__person", "receiver", "building")
    return [job_of(row) for row in rows if row.pk != record.corrects_id]
