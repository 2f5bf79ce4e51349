"""Read agreements between two communities: who owes whom, what went across, whether both books say the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.http import Http404

from linli.commons.timebank.models import Crossing, Member, Peering, Programme
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind
from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within

PARTS = ("one__area", "other__area", "agreed_one", "agreed_other")
CROSSING_PARTS = ("sender__person", "receiver__person", "out_of", "by")


@dataclass(frozen=True)
class Net:
    """What the books say: ``one`` stands in the first community's book, ``other`` in the second's.

    Above zero: so many of one's own points went over there and were not settled, which one owes. The two are equal and
    opposite, or something is wrong.
    """

    one: int
    other: int

    @property
    def agrees(self) -> bool:
        """Whether both books say the same."""
        return self.one == -self.other


def peerings_for(viewer: Person | None, verb: str = "timebank.see", *, on: date) -> QuerySet[Peering]:
    """Agreements of programmes in the viewer's communities, those that hold first."""
    stems = {stem[:12] for stem in stems_for(viewer, verb, on=on)}
    mine = Programme.objects.filter(within(stems)).values("pk")
    rows = Peering.objects.filter(Q(one__in=mine) | Q(other__in=mine)).select_related(*PARTS)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-id")


def peering_for(viewer: Person | None, *, pk: int, verb: str = "timebank.see", on: date) -> Peering:
    """One of those; 404 otherwise."""
    found = peerings_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def owed_by_rows(peerings: Iterable[Peering]) -> dict[int, int]:
    """What the first community of each owes the second, from what went across: one query for all of them."""
    rows = Crossing.objects.filter(peering__in=list(peerings)).order_by().values("peering")
    summed = rows.annotate(
        away=Sum("points", filter=Q(out_of__book=F("peering__one__community"))),
        back=Sum("points", filter=Q(out_of__book=F("peering__other__community"))),
    )
    return {row["peering"]: (row["away"] or 0) - (row["back"] or 0) for row in summed}


def net(peering: Peering) -> Net:
    """What stands in both books."""
    one, other = peering.one, peering.other
    mine = books.account_of(book=one.book, unit=one.unit, kind=Kind.PEER, key=other.code)
    theirs = books.account_of(book=other.book, unit=other.unit, kind=Kind.PEER, key=one.code)
    kept = books.balances_of([row.pk for row in (mine, theirs) if row])
    return Net(*(kept[row.pk].posted if row else 0 for row in (mine, theirs)))


def crossings_of(peering: Peering) -> QuerySet[Crossing]:
    """What went across, newest first."""
    return Crossing.objects.filter(peering=peering).select_related(*CROSSING_PARTS).order_by("-id")


def member_across(peering: Peering, no: str, side: str) -> Member | None:
    """A member of one side (``one`` or ``other``) by number."""
    programme = peering.one_id if side == "one" else peering.other_id
    rows = Member.objects.filter(programme=programme, no=no.strip())
    return rows.select_related("programme", "person", "account", "area").first()


def could_peer(programme: Programme) -> QuerySet[Programme]:
    """Other time banks with which nothing is agreed or proposed yet."""
    open_ = Peering.objects.filter(ended_at=None)
    taken = [*open_.filter(one=programme).values_list("other", flat=True)]
    taken += open_.filter(other=programme).values_list("one", flat=True)
    rows = Programme.objects.filter(ended_on=None).exclude(pk__in=[programme.pk, *taken])
    return rows.select_related("area").order_by("community")
