"""Read members: who they are, how they stand."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from linli.commons.timebank.choices import SERVING, MemberState
from linli.commons.timebank.models import Member, Programme
from linli.ground.people.models import Person
from linli.ground.places.queries import within

MEMBER_PARTS = ("programme__area", "person__household__building", "area", "account", "granted")


def member_of(programme: Programme, person: Person) -> Member | None:
    """Somebody's place in a programme."""
    return Member.objects.filter(programme=programme, person=person).select_related(*MEMBER_PARTS).first()


def memberships_of(person: Person) -> QuerySet[Member]:
    """Somebody's places, the latest first."""
    rows = Member.objects.filter(person=person, programme__ended_on=None)
    return rows.select_related(*MEMBER_PARTS).order_by("-id")


def serves(person: Person) -> bool:
    """Whether somebody has been admitted in a programme that runs."""
    return Member.objects.filter(person=person, state__in=SERVING, programme__ended_on=None).exists()


def members_under(stems: Iterable[str]) -> QuerySet[Member]:
    """Members who live under the stems."""
    return Member.objects.filter(within(stems)).select_related(*MEMBER_PARTS)


def counts_by_state(stems: Iterable[str]) -> dict[str, int]:
    """How many members stand where."""
    rows = Member.objects.filter(within(stems)).order_by().values("state").annotate(many=Count("id"))
    found = {row["state"]: row["many"] for row in rows}
    return {state: found.get(state, 0) for state in MemberState.values}


def hours_words(minutes: int) -> str:
    """Minutes as people say hours: 1 小时 30 分 is "1.5" where it comes out even, else "1:10"."""
    hours, rest = divmod(minutes, 60)
    if rest % 30 == 0:
        return f"{hours}.5" if rest else str(hours)
    return f"{hours}:{rest:02d}"
