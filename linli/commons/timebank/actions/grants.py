"""Points from the pool to elders in need of care, month by month, by the rule."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, key_of, note, tell_with_family, who
from linli.commons.timebank.actions.credit import months_later, tell_director
from linli.commons.timebank.actions.members import enrol_receiver, granted_account
from linli.commons.timebank.models import Lot, Member, Programme, Rule
from linli.commons.timebank.queries.grants import Due, day_of_grant, grants_due
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.records import start_of
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, OtherBody, Short, post
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn


@dataclass
class Granted:
    """What a run gave: to whom, how many points, and who waits because the pool is empty."""

    given: list[Due] = field(default_factory=list)
    waiting: list[Due] = field(default_factory=list)

    @property
    def points(self) -> int:
        """The points of this run."""
        return sum(one.points for one in self.given)


def run_grants(*, programme: Programme, month: date, by: Person, now: datetime) -> Granted:
    """Give everybody who fits the rule this month's points; run again it gives to those who wait and nobody twice.

    When the pool is empty the run stops: whoever comes after waits, and the director is told. Each person's points
    come whole with their day of expiry, or not at all.
    """
    today = local_day(now)
    if month.replace(day=1) > today:
        raise Refused(_("This month has not begun yet."), field="month")
    rule, run = rule_on(programme, day_of_grant(month, today)), Granted()
    if not rule.terms.grants:
        raise Refused(_("By this rule nobody is granted points."))
    for due in grants_due(programme, month, today):
        if due.done:
            continue
        if run.waiting or not granted(programme, due, month, rule, by, now):
            run.waiting.append(due)
        else:
            run.given.append(due)
    if run.waiting:
        tell_director(programme, now)
    return run


def granted(programme: Programme, due: Due, month: date, rule: Rule, by: Person, now: datetime) -> bool:
    """One person's points of a month; False where the pool is too low."""
    try:
        with turn():
            place = due.member or enrol_receiver(programme=programme, person=due.person, by=by, now=now)
            lot(place, due.points, month, rule, by, now)
    except Short:
        return False
    except OtherBody:  # another rule gave this month's points before
        return True
    return True


def lot(member: Member, points: int, month: date, rule: Rule, by: Person, now: datetime) -> None:
    """The transfer and the day on which it runs out: call inside a transaction."""
    first = month.replace(day=1)
    programme, account = member.programme, granted_account(member, now)
    order = Order(
        uid=key_of("grant", programme.pk, first.isoformat(), member.pk), book=programme.book, kind="grant",
        legs=[Leg(accounts(programme, now).pool, -points), Leg(account, points)],
        who=who(by, Authority.RULE, member.person), event_at=start_of(first), cause=Cause("member", member.pk, rule.pk),
    )  # fmt: skip
    done = post(order=order, now=now)
    if not done.fresh:
        return
    months = rule.terms.grant_expiry_months
    Lot.objects.create(
        transfer_id=done.transfer, account=account, amount=points,
        expires_on=months_later(local_day(now), months) if months else None,
    )  # fmt: skip
    note(
        member,
        "points.granted",
        "member",
        member.pk,
        by,
        now,
        member=member.no,
        points=points,
        month=f"{first:%Y-%m}",
    )
    tell_with_family(
        member.person, Notice.POINTS, now, key=f"grant:{member.pk}:{first:%Y%m}", link="/home/passbook/", stem=member.stem
    )  # fmt: skip
