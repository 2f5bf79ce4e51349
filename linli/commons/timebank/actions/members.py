"""The way of a member: applies, is checked, learns, is admitted, pauses, leaves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, key_of, locked, note, step, tell, who
from linli.commons.timebank.choices import TIMES, MemberKind, MemberState, Strength
from linli.commons.timebank.models import Lot, Member, Programme
from linli.commons.timebank.queries.programmes import rule_on
from linli.engine.points import Refusal, may_serve
from linli.engine.transitions import MEMBER
from linli.ground.journal.actions import next_numbers
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, Short, close_account, open_account, post
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.ledger.queries import balances_of, open_holds_of
from linli.ground.people.actions import grant_role
from linli.ground.people.choices import RoleKind
from linli.ground.people.models import Person, Role
from linli.ground.people.queries import age_on
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

SERVE_WORDS = {
    "age_unknown": _("The birthday is not known; please enter it first."),
    "too_young": _("At {age} years it is too early: from {from} on."),
    "too_old": _("At {age} years it is too late: until {until}."),
    "guardian": _("Under {until} years a guardian must come along."),
    "group": _("Under {until} years only with a group."),
}


def new_number(programme: Programme, now: datetime) -> str:
    """A number nobody else has: the community, the year, a serial."""
    year = local_day(now).replace(month=1, day=1)
    (serial,) = next_numbers(kind=f"m{programme.pk}", day=year)
    return f"{programme.community}{year:%Y}{serial:04d}"


def opened(programme: Programme, person: Person, now: datetime) -> Member:
    """A new place with its number and account."""
    no = new_number(programme, now)
    account = open_account(
        book=programme.book, unit=programme.unit, kind=Kind.MEMBER, key=no, owner=person, now=now
    )
    area = person.area if person.community == programme.community else programme.area
    return Member(**area.location, programme=programme, person=person, no=no, applied_at=now, account=account)


def apply(
    *,
    programme: Programme,
    person: Person,
    by: Person,
    now: datetime,
    skills: Sequence[str] = (),
    times: Sequence[str] = (),
    strength: str = Strength.USUAL,
    kind: str = MemberKind.PERSON,
    guardian: Person | None = None,
    recruiter: Member | None = None,
) -> Member:
    """Ask to serve, or be asked for by a worker. Who was cared for so far, or was refused, may apply again."""
    with turn():
        row = (
            Member.objects.select_for_update(of=("self",)).filter(programme=programme, person=person).first()
        )
        if row is None:
            row = opened(programme, person, now)
            row.state = MemberState.APPLIED
        elif row.state == MemberState.APPLIED:
            return row
        else:
            step(MEMBER, row, "apply")
            row.applied_at = now
        row.kind, row.guardian, row.proxy = kind, guardian, by if by.pk != person.pk else None
        row.recruiter = recruiter if recruiter and recruiter.pk != row.pk else None
        set_offer(row, skills, times, strength)
        row.save()
        note(row, "member.applied", "member", row.pk, by, now, member=row.no)
    return row


def enrol_receiver(*, programme: Programme, person: Person, by: Person, now: datetime) -> Member:
    """Give somebody who is cared for a place of their own, so that points can stand on it."""
    with turn():
        row = Member.objects.filter(programme=programme, person=person).first()
        if row:
            return row
        row = opened(programme, person, now)
        row.state, row.proxy = MemberState.RECEIVES, by if by.pk != person.pk else None
        row.save()
        note(row, "member.enrolled", "member", row.pk, by, now, member=row.no)
    return row


def granted_account(member: Member, now: datetime) -> Any:
    """The account of granted points, opened the first time."""
    if member.granted_id:
        return member.granted
    account = open_account(
        book=member.programme.book, unit=member.programme.unit, kind=Kind.GRANTED, key=member.no,
        owner=member.person, now=now,
    )  # fmt: skip
    Member.objects.filter(pk=member.pk).update(granted=account)
    member.granted = account
    return account


def set_offer(row: Member, skills: Sequence[str], times: Sequence[str], strength: str) -> None:
    """What they can do and when."""
    unknown = [one for one in times if one not in TIMES]
    if unknown or strength not in Strength.values:
        raise Refused(_("Please choose the times from the list."), field="times")
    row.skills = sorted({str(one)[:20] for one in skills})
    row.times, row.strength = sorted(set(times)), strength


def keep_offer(
    *, member: Member, skills: Sequence[str], times: Sequence[str], strength: str, by: Person, now: datetime
) -> Member:
    """Change what a member can do, and when."""
    with turn():
        row: Member = locked(member)
        set_offer(row, skills, times, strength)
        row.save(update_fields=["skills", "times", "strength"])
        note(row, "member.offer", "member", row.pk, by, now, member=row.no)
    return row


def moved(member: Member, verb: str, by: Person, now: datetime, **columns: Any) -> Member:
    """One step along the table with its columns."""
    row: Member = locked(member)
    step(MEMBER, row, verb)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    note(row, f"member.{verb}", "member", row.pk, by, now, member=row.no)
    return row


def not_oneself(member: Member, by: Person) -> None:
    """Nobody checks or admits themselves."""
    if member.person_id == by.pk:
        raise Refused(_("This is yourself; please let a colleague decide."))


def words_of(refusal: Refusal) -> str:
    """What stands in the way of serving, in words."""
    return str(SERVE_WORDS[refusal.code]).format(**refusal.facts)


def check(*, member: Member, by: Person, now: datetime) -> Member:
    """Identity and age were looked at. Where the rule wants neither course nor exam, learning is done with it."""
    not_oneself(member, by)
    terms = rule_on(member.programme, local_day(now)).terms
    person = member.person
    found = may_serve(
        terms, age_on(person, local_day(now)), woman=person.sex == "f", guardian=member.guardian_id is not None,
        in_group=member.kind == MemberKind.GROUP,
    )  # fmt: skip
    if member.kind != MemberKind.GROUP and found:
        raise Refused(" ".join(words_of(one) for one in found))
    with turn():
        row = moved(member, "check", by, now, checked_at=now, checked_by=by)
        if not {"course", "exam"} & set(terms.entry):
            row = moved(row, "learn", by, now, learned_at=now, learned_by=by)
    return row


def learn(*, member: Member, by: Person, now: datetime) -> Member:
    """Has learned what there is to know before the first visit; said by somebody else."""
    not_oneself(member, by)
    with turn():
        return moved(member, "learn", by, now, learned_at=now, learned_by=by)


def admit(*, member: Member, by: Person, now: datetime) -> Member:
    """May serve from now on: role, message, and what the rule gives at the start."""
    not_oneself(member, by)
    with turn():
        row = moved(member, "admit", by, now, admitted_at=now, admitted_by=by)
        held = Role.objects.filter(
            person=row.person_id, kind=RoleKind.VOLUNTEER, stem=row.area.stem, valid_until=None
        )
        if not held.exists() and row.kind == MemberKind.PERSON:
            grant_role(
                person=row.person, kind=RoleKind.VOLUNTEER, area=row.area, valid_from=local_day(now), by=by, now=now
            )  # fmt: skip
        bonus = rule_on(row.programme, local_day(now)).terms.bonus
        if bonus.start:
            give_bonus(row, bonus.start, "start", by, now)
        if bonus.recruit and row.recruiter and row.recruiter.state != MemberState.LEFT:
            give_bonus(row.recruiter, bonus.recruit, f"recruit:{row.no}", by, now)
        tell(row.person, Notice.ADMITTED, now, key=f"admitted:{row.pk}:{now:%Y%m%d}", link="/pocket/")
    return row


def give_bonus(member: Any, points: int, what: str, by: Person, now: datetime) -> None:
    """Points that are not for service, once; an empty pool gives none, and says so to nobody's harm."""
    own = accounts(member.programme, now)
    rule = rule_on(member.programme, local_day(now))
    source = own.issuer if rule.terms.issue == "direct" else own.pool
    try:
        post(
            order=Order(
                uid=key_of("bonus", what, member.no),
                book=member.programme.book,
                kind="bonus",
                legs=[Leg(source, -points), Leg(member.account, points)],
                who=who(by, Authority.RULE, member.person),
                cause=Cause("member", member.pk, rule.pk),
            ),
            now=now,
        )
    except Short as error:
        raise Refused(_("The points pool is empty; please fill it first.")) from error


def refuse(*, member: Member, reason: str, by: Person, now: datetime) -> Member:
    """Not admitted, with a reason they are told."""
    if len(reason.strip()) < 2:
        raise Refused(_("Please say why, in words they would understand."), field="reason")
    not_oneself(member, by)
    with turn():
        return moved(member, "refuse", by, now, reason=reason.strip()[:200])


def pause(*, member: Member, by: Person, now: datetime) -> Member:
    """Takes no visits for a while."""
    with turn():
        return moved(member, "pause", by, now)


def resume(*, member: Member, by: Person, now: datetime) -> Member:
    """Serves again."""
    with turn():
        return moved(member, "resume", by, now)


def leave(
    *,
    member: Member,
    by: Person,
    now: datetime,
    heir: Member | None = None,
    died: bool = False,
    reason: str = "",
) -> Member:
    """Somebody leaves, moves away or has died: what stands on their accounts goes where the rule says; the accounts close.

    To an heir only after a death and where the rule lets it; else to the common pool. What is still set aside must
    be settled first. The record of hours stays.
    """
    terms = rule_on(member.programme, local_day(now)).terms
    if heir and not (died and terms.estate in {"heirs", "committee"}):
        raise Refused(_("By the rule the points go to the common pool."), field="heir")
    if heir and (heir.pk == member.pk or heir.programme_id != member.programme_id):
        raise Refused(_("The heir needs a place in the same programme."), field="heir")
    if died and terms.estate_hold_days:
        gone = member.person.left_on
        if gone is None or local_day(now) < gone + timedelta(days=terms.estate_hold_days):
            raise Refused(
                _("After a death {days} days pass first.").format(days=terms.estate_hold_days), field="died"
            )
    if not died and terms.leaver == "keep" and not reason.strip():
        raise Refused(_("By the rule points are kept; please say why the place is closed."), field="reason")
    with turn():
        row = moved(member, "leave", by, now, left_at=now, reason=reason.strip()[:200])
        own = accounts(row.programme, now)
        to = heir.account if heir else own.gifts
        for account in [one for one in (row.account, row.granted) if one]:
            empty(row, account, own.gifts if account.kind == Kind.GRANTED else to, by, now)
            close_account(account=account, now=now)
    return row


def empty(member: Member, account: Any, to: Any, by: Person, now: datetime) -> None:
    """Move everything that stands on an account."""
    if open_holds_of(account).exists():
        raise Refused(_("Something is still set aside; please settle it first."))
    posted = balances_of([account.pk])[account.pk].posted
    if not posted:
        return
    done = post(
        order=Order(
            uid=key_of("leave", account.pk, posted),
            book=member.programme.book,
            kind="leave",
            legs=[Leg(account, -posted), Leg(to, posted)],
            who=who(by, Authority.RULE, member.person),
            cause=Cause("member", member.pk),
        ),
        now=now,
    )
    if to.kind == Kind.MEMBER:
        Lot.objects.get_or_create(transfer_id=done.transfer, account=to, defaults={"amount": posted})
