"""Read the free record of hours: what counts, certificates by number, the columns of the national volunteer system.

Only records that were approved count, as they stand after corrections; what is in dispute does not for the time being.
Points play no part: hours are never spent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.commons.timebank.models import HoursCertificate, Member, Record
from linli.commons.timebank.queries.records import SETTLED, start_of
from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.people.queries import masked
from linli.ground.places.queries import within
from linli.kit.masks import mask_id

PARTS = ("programme", "member__person", "issued_by", "revoked_by", "area")
ID_KIND = _("ID card")
# as the national volunteer system names them
EXPORT_COLUMNS = (
    (_("Name"), 12),
    (_("Kind of ID"), 12),
    (_("Number of the ID"), 24),
    (_("Volunteer number"), 24),
    (_("Hours of service"), 12),
    (_("Name of the project"), 24),
    (_("What the service was"), 14),
    (_("Begin"), 20),
    (_("End"), 20),
    (_("Organisation"), 28),
)


@dataclass(frozen=True)
class ByService:
    """What somebody did of one kind."""

    name: str
    minutes: int
    count: int

    @property
    def words(self) -> str:
        """Hours and minutes."""
        return long_words(self.minutes)


@dataclass(frozen=True)
class Hours:
    """Hours of a member in a time: those that count, in total and by service, and the days they begin and end on."""

    minutes: int
    count: int
    services: tuple[ByService, ...]
    first_on: date | None
    last_on: date | None

    @property
    def words(self) -> str:
        """Hours and minutes."""
        return long_words(self.minutes)


def clock_words(minutes: int) -> str:
    """Minutes as hours and minutes: 2:30."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def long_words(minutes: int) -> str:
    """Minutes as people say them: 2 小时 30 分."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    return str(_("{h} h {m} min") if hours else _("{n} minutes")).format(h=hours, m=rest, n=rest)


def decimal_words(minutes: int) -> str:
    """Minutes as hours with one decimal, never more than there were: 2.5."""
    return f"{minutes // 60}.{minutes % 60 // 6}"


def counting(first_on: date, last_on: date) -> QuerySet[Record]:
    """Records that count and began in a time, both days included."""
    start, end = start_of(first_on), start_of(last_on + timedelta(days=1))
    return Record.objects.filter(claim__state__in=SETTLED, started_at__gte=start, started_at__lt=end)


def hours_of(member: Member, first_on: date, last_on: date) -> Hours:
    """What of a member's service counts in a time, in one query."""
    rows = counting(first_on, last_on).filter(member=member).order_by().values("service_name")
    summed = rows.annotate(
        total=Sum("minutes"), many=Count("id"), first=Min("started_at"), last=Max("started_at")
    )
    found = sorted(summed, key=lambda row: (-row["total"], row["service_name"]))
    days = [timezone.localtime(row[name]).date() for row in found for name in ("first", "last")]
    return Hours(
        sum(row["total"] for row in found),
        sum(row["many"] for row in found),
        tuple(ByService(row["service_name"], row["total"], row["many"]) for row in found),
        min(days, default=None),
        max(days, default=None),
    )


def certificates_for(
    viewer: Person | None, verb: str = "timebank.see", *, on: date
) -> QuerySet[HoursCertificate]:
    """Certificates of members in the viewer's areas, newest first."""
    rows = HoursCertificate.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*PARTS).order_by("-id")


def certificate_for(
    viewer: Person | None, *, no: str, verb: str = "timebank.see", on: date
) -> HoursCertificate:
    """One certificate in the viewer's areas; 404 otherwise."""
    found = certificates_for(viewer, verb, on=on).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def own_certificates(viewer: Person | None) -> QuerySet[HoursCertificate]:
    """The viewer's own, newest first."""
    rows = (
        HoursCertificate.objects.filter(member__person=viewer) if viewer else HoursCertificate.objects.none()
    )
    return rows.select_related(*PARTS).order_by("-id")


def own_certificate(viewer: Person | None, *, no: str) -> HoursCertificate:
    """One of the viewer's own; 404 otherwise."""
    found = own_certificates(viewer).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def certificate_by_number(typed: str) -> HoursCertificate | None:
    """The certificate of a number as people type it, with spaces or without."""
    digits = "".join(char for char in typed if char.isdigit() and char.isascii())
    if not digits or len(digits) > 30:
        return None
    return HoursCertificate.objects.filter(no=digits).select_related(*PARTS).first()


def newest_certificate() -> HoursCertificate | None:
    """The latest one that holds and can still be shown."""
    rows = HoursCertificate.objects.filter(revoked_at=None, member__person__erased_at=None)
    return rows.select_related(*PARTS).order_by("-id").first()


def hours_now(row: HoursCertificate) -> int:
    """The minutes of the time a certificate is about as they stand today; other than it says after a correction."""
    return hours_of(row.member, row.first_on, row.last_on).minutes


def records_of_month(stems: Iterable[str], month: date) -> QuerySet[Record]:
    """What counts of a month of the volunteers who live under the stems, in order of time."""
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    rows = counting(first, last).filter(member__in=Member.objects.filter(within(stems)))
    return rows.select_related("member__person", "programme").order_by("started_at", "id")


def export_row(record: Record, *, plain: bool) -> Sequence[Any]:
    """A record in the columns of the national volunteer system, masked unless told otherwise."""
    person = record.member.person
    number = person.id_number if plain else mask_id(person.id_number)
    return (
        person.name if plain else masked(person),
        str(ID_KIND) if person.id_number else "",
        number,
        record.member.no,
        float(decimal_words(record.minutes)),
        record.programme.name,
        record.service_name,
        record.started_at,
        record.ended_at,
        record.programme.organisation,
    )
