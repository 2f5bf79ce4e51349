"""Read who gets granted points in a month, who has them already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from linli.commons.timebank.choices import MemberState
from linli.commons.timebank.models import Member, Programme
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import BEGAN, NEVER
from linli.commons.timebank.queries.records import start_of
from linli.engine.points import Rule as Terms
from linli.ground.ledger.queries import entries_between
from linli.ground.people.models import CareTag, Person
from linli.ground.people.queries import age_on


@dataclass(frozen=True)
class Due:
    """Somebody who fits the rule's grants: how many points, as what, whether this month's are there already."""

    person: Person
    member: Member | None
    points: int
    group: str
    done: bool


def last_of(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def day_of_grant(month: date, today: date) -> date:
    """The day whose rule decides about a month: its last, or today while it runs."""
    return min(last_of(month), today)


def granted_for(members: Iterable[Member], month: date) -> set[int]:
    """The granted accounts that a month's points have reached."""
    accounts = [row.granted for row in members if row.granted]
    rows = entries_between(accounts, BEGAN, NEVER).filter(
        transfer__kind="grant", transfer__event_at=start_of(month.replace(day=1)), amount__gt=0
    )
    return set(rows.values_list("account", flat=True))


def best_grant(terms: Terms, groups: set[str], age: int | None) -> tuple[int, str]:
    """The largest grant that somebody of these groups and this age fits; 0 where none does."""
    fits = [
        (grant.points_month, grant.group)
        for grant in terms.grants
        if grant.group in groups
        and (grant.min_age is None or (age is not None and age >= grant.min_age))
        and (grant.max_age is None or (age is not None and age <= grant.max_age))
    ]
    return max(fits, default=(0, ""))


def grants_due(programme: Programme, month: date, today: date) -> list[Due]:
    """Who gets what in a month by the rule, in a fixed order; each once, the largest grant that fits. Five queries."""
    day = day_of_grant(month, today)
    terms = rule_on(programme, day).terms
    kinds = {grant.group for grant in terms.grants if grant.points_month}
    tags = CareTag.objects.filter(
        kind__in=kinds, until=None, since__lte=day, person__community=programme.community,
        person__erased_at=None, person__left_on=None,
    ).select_related("person__household__building")  # fmt: skip
    people: dict[int, Person] = {}
    groups: dict[int, set[str]] = {}
    for tag in tags.order_by("person", "kind"):
        people[tag.person_id] = tag.person
        groups.setdefault(tag.person_id, set()).add(tag.kind)
    rows = Member.objects.filter(programme=programme, person__in=list(people))
    places = {row.person_id: row for row in rows.select_related("programme", "person", "account", "granted")}
    reached, found = granted_for(places.values(), month), []
    for number, person in people.items():
        points, group = best_grant(terms, groups[number], age_on(person, day))
        place = places.get(number)
        if points and not (place and place.state == MemberState.LEFT):
            done = bool(place and place.granted_id in reached)
            found.append(Due(person, place, points, group, done))
    return found
