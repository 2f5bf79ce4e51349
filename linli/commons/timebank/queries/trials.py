"""Try a rule on what was: what the members would have earned by it last quarter, who gains and who loses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from linli.commons.timebank.models import Member, Programme
from linli.commons.timebank.queries.certificates import counting
from linli.commons.timebank.queries.records import start_of
from linli.engine.points import Rule, Worked, compare
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind


@dataclass(frozen=True)
class Line:
    """One member under two rules."""

    member: Member
    before: int
    after: int

    @property
    def difference(self) -> int:
        """What the member gains; negative for a loss."""
        return self.after - self.before


@dataclass(frozen=True)
class Trial:
    """Everybody who served in that time, the largest loss first."""

    first_on: date
    last_on: date
    records: int
    minutes: int
    lines: Sequence[Line]

    @property
    def before(self) -> int:
        """All points by the old rule."""
        return sum(line.before for line in self.lines)

    @property
    def after(self) -> int:
        """All points by the new one."""
        return sum(line.after for line in self.lines)

    @property
    def losers(self) -> list[Line]:
        """Those who would have got less, the largest loss first."""
        return [line for line in self.lines if line.difference < 0]

    @property
    def gainers(self) -> list[Line]:
        """Those who would have got more, the largest gain first."""
        return [line for line in reversed(self.lines) if line.difference > 0]


def last_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the quarter before this one."""
    month = (today.month - 1) // 3 * 3 + 1
    last = today.replace(month=month, day=1) - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def try_out(programme: Programme, old: Rule, new: Rule, first_on: date, last_on: date) -> Trial:
    """Compute that time anew by both rules from the records that count; nothing is written.

    Each member starts from the points that stood on the account when the time began. A constant number of queries.
    """
    rows = counting(first_on, last_on).filter(programme=programme).order_by("started_at", "id")
    worked = [
        Worked(member, service, timezone.localtime(started_at).date(), minutes)
        for member, service, started_at, minutes in rows.values_list(
            "member", "service", "started_at", "minutes"
        )
    ]
    people = Member.objects.select_related("person", "account").in_bulk({one.member for one in worked})
    capped = old.person_cap_points is not None or new.person_cap_points is not None
    balances = balances_on(programme, people, first_on) if capped else {}
    changes = compare(old, new, worked, balances)
    lines = [Line(people[int(one.member)], one.old_points, one.new_points) for one in changes]
    return Trial(first_on, last_on, len(worked), sum(one.minutes for one in worked), lines)


def balances_on(programme: Programme, people: dict[int, Member], day: date) -> dict[int | str, int]:
    """What stood on the members' accounts when a day began, by member."""
    wanted = {member.account_id for member in people.values()}
    rows = books.accounts_of(book=programme.book, unit=programme.unit, kinds=[Kind.MEMBER])
    accounts = list(rows.filter(pk__in=wanted))
    since = books.moved_between(accounts, start_of(day), start_of(date.max - timedelta(days=2)))
    kept = {row.pk: row.balance.posted for row in accounts}
    found: dict[int | str, int] = {}
    for number, member in people.items():
        came_in, went_out = since.get(member.account_id, (0, 0))
        found[number] = kept[member.account_id] - came_in + went_out
    return found
