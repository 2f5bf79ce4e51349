"""Two communities honour each other's points: agreed by both directors, up to a limit, settled by resolution.

What crosses is two transfers in one turn: out of a member here onto what we owe them, and over there out of what they
are owed to a member. Both books always say the same with opposite signs.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, key_of, locked, note, tell, who
from linli.commons.timebank.actions.credit import months_later
from linli.commons.timebank.choices import MemberState
from linli.commons.timebank.models import Crossing, Lot, Member, Peering, Programme
from linli.commons.timebank.queries.peers import net
from linli.commons.timebank.queries.programmes import rule_on
from linli.engine.points import Rule as Terms
from linli.ground.journal.choices import Notice
from linli.ground.ledger.actions import Cause, Leg, Order, Short, Who, open_account, post, set_limits
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.people.access import bond_between, may
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

NOT_YOURS = _("This is decided by the director of the community.")
GONE = frozenset({MemberState.LEFT, MemberState.REFUSED})


def terms_of(programme: Programme, now: datetime) -> Terms:
    """The rule in force today."""
    return rule_on(programme, local_day(now)).terms


def check_rules(one: Programme, other: Programme, points: int, now: datetime) -> None:
    """Both rules allow so much, and an hour is worth the same in both."""
    mine, theirs = terms_of(one, now), terms_of(other, now)
    for programme, terms in ((one, mine), (other, theirs)):
        if not terms.peer_limit_points:
            raise Refused(_("The rule of {name} lets no points cross.").format(name=programme.organisation))
        if points > terms.peer_limit_points:
            raise Refused(
                _("The rule of {name} allows {limit} at most.").format(
                    name=programme.organisation, limit=terms.peer_limit_points
                ),
                field="limit",
            )
    if (mine.rates.default, mine.unit_parts) != (theirs.rates.default, theirs.unit_parts):
        raise Refused(_("An hour gives different points in the two communities; they cannot be set off."))


def check_director(programme: Programme, by: Person, now: datetime) -> None:
    """Whether this person speaks for the community."""
    if not may(by, "peer.agree", programme.stem, on=local_day(now)):
        raise Refused(NOT_YOURS)


def journaled(peering: Peering, verb: str, by: Person, now: datetime, **facts: Any) -> None:
    """The journal row, in both communities."""
    for programme in (peering.one, peering.other):
        note(programme, verb, "peering", peering.pk, by, now, **facts)


def propose(*, one: Programme, other: Programme, limit: int, by: Person, now: datetime) -> Peering:
    """Offer another community to honour each other's points up to a limit; nothing crosses until they agree."""
    check_director(one, by, now)
    if one.pk == other.pk or one.ended_on or other.ended_on:
        raise Refused(_("Please choose another community's time bank."), field="other")
    if limit <= 0:
        raise Refused(_("Please give a number above zero."), field="limit")
    check_rules(one, other, limit, now)
    with turn():
        pair = sorted([one.pk, other.pk])
        list(Programme.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk"))
        if Peering.objects.filter(one__in=pair, other__in=pair, ended_at=None).exists():
            raise Refused(_("There is an agreement or an offer between the two already."), field="other")
        row = Peering.objects.create(one=one, other=other, limit=limit, agreed_one=by)
        journaled(row, "peering.proposed", by, now, limit=limit)
    return row


def agree(*, peering: Peering, by: Person, now: datetime) -> Peering:
    """The other director agrees: from now on points may cross. Nobody agrees with themselves."""
    check_director(peering.other, by, now)
    check_rules(peering.one, peering.other, peering.limit, now)
    with turn():
        row: Peering = locked(peering)
        if row.ended_at or row.since:
            raise Refused(_("This has already been decided."))
        if row.agreed_one_id == by.pk:
            raise Refused(_("Whoever made the offer does not accept it; please let the other side decide."))
        row.agreed_other, row.since = by, now
        row.save(update_fields=["agreed_other", "since"])
        for account in peer_accounts(row, now).values():
            set_limits(account=account, floor=-row.limit, ceiling=row.limit)
        journaled(row, "peering.agreed", by, now, limit=row.limit)
    return row


def peer_accounts(peering: Peering, now: datetime) -> dict[int, Any]:
    """What each of the two owes the other, by programme: opened the first time, closed to everything until agreed."""
    pairs = ((peering.one, peering.other), (peering.other, peering.one))
    return {
        mine.pk: open_account(
            book=mine.book, unit=mine.unit, kind=Kind.PEER, key=theirs.code, floor=0, ceiling=0, now=now
        )
        for mine, theirs in pairs
    }


def end(*, peering: Peering, by: Person, now: datetime) -> Peering:
    """Take the offer back, decline it, or end the agreement once nothing is owed."""
    sides = [
        one for one in (peering.one, peering.other) if may(by, "peer.agree", one.stem, on=local_day(now))
    ]
    if not sides:
        raise Refused(NOT_YOURS)
    with turn():
        row: Peering = locked(peering)
        if row.ended_at:
            raise Refused(_("This has already ended."))
        owed = net(row)
        if owed.one or owed.other:
            raise Refused(_("{points} are still owed; please settle first.").format(points=abs(owed.one)))
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        if row.since:
            for account in peer_accounts(row, now).values():
                set_limits(account=account, floor=0, ceiling=0)
        journaled(row, "peering.ended", by, now)
    return row


def check_sender(sender: Member, by: Person, authority: str, now: datetime) -> None:
    """Whether this person may send the member's points on the ground they name."""
    right = {
        Authority.SELF: by.pk == sender.person_id,
        Authority.FAMILY: by.pk != sender.person_id and bond_between(sender.person, by) is not None,
        Authority.WORKER: by.pk != sender.person_id
        and may(by, "booking.keep", sender.stem, on=local_day(now)),
    }
    if not right.get(Authority(authority), False):
        raise Refused(_("These points are not yours to send."))


def known_crossing(key: UUID, peering: Peering, sent: tuple[int | None, int | None, int]) -> Crossing | None:
    """What this key did before; refused where it meant something else."""
    row = Crossing.objects.filter(key=key).first()
    if row and (row.peering_id, row.sender_id, row.receiver_id, row.points) != (peering.pk, *sent):
        raise Refused(_("This was already sent with other contents; please open the page anew."))
    return row


def both_posted(peering: Peering, orders: list[Order], now: datetime) -> dict[str, int]:
    """Both orders, always in the order of the books, so that two who cross do not wait for each other. By book."""
    try:
        return {
            order.book: post(order=order, now=now).transfer
            for order in sorted(orders, key=lambda one: one.book)
        }
    except Short as short:
        if short.account in {account.pk for account in peer_accounts(peering, now).values()}:
            raise Refused(
                _("More than {limit} may not be owed; please settle first.").format(limit=peering.limit),
                field="points",
            ) from short
        raise Refused(str(short), field="points") from short


def send_across(
    *, key: UUID, peering: Peering, sender: Member, receiver: Member, points: int, by: Person, authority: str,
    now: datetime,
) -> Crossing:  # fmt: skip
    """Give earned points to a member of the other community: out of one book and into the other, or not at all."""
    if known := known_crossing(key, peering, (sender.pk, receiver.pk, points)):
        return known
    check_sender(sender, by, authority, now)
    if points <= 0:
        raise Refused(_("Please give a number above zero."), field="points")
    home, there = sender.programme, receiver.programme
    if {home.pk, there.pk} != {peering.one_id, peering.other_id}:
        raise Refused(_("Sender and receiver must be members of the two communities."), field="receiver")
    if sender.state in GONE or receiver.state in GONE:
        raise Refused(_("One of the two is no member any more."), field="receiver")
    check_rules(home, there, 1, now)
    actor = who(by, authority, sender.person)
    with turn():
        row: Peering = locked(peering)
        if known := known_crossing(key, row, (sender.pk, receiver.pk, points)):
            return known
        if row.since is None or row.ended_at:
            raise Refused(_("Nothing is agreed between the two communities."))
        owed = peer_accounts(row, now)
        cause = Cause("peering", row.pk)
        out = Order(
            uid=key_of("out", key), book=home.book, kind="crossing", who=actor, cause=cause,
            legs=[Leg(sender.account, -points), Leg(owed[home.pk], points)],
        )  # fmt: skip
        into = Order(
            uid=key_of("in", key), book=there.book, kind="crossing", who=actor, cause=cause,
            legs=[Leg(owed[there.pk], -points), Leg(receiver.account, points)],
        )  # fmt: skip
        done = both_posted(row, [out, into], now)
        made = Crossing.objects.create(
            peering=row, key=key, sender=sender, receiver=receiver, points=points, out_of_id=done[home.book],
            into_id=done[there.book], at=now, by=by,
        )  # fmt: skip
        keep_lot(receiver, done[there.book], points, now)
        journaled(row, "points.crossed", by, now, points=points, sender=sender.no, receiver=receiver.no)
        tell(
            receiver.person,
            Notice.GIFT,
            now,
            key=f"cross:{made.pk}",
            link="/home/passbook/",
            stem=receiver.stem,
        )
    return made


def keep_lot(receiver: Member, transfer: int, points: int, now: datetime) -> None:
    """They keep as long as points earned there keep."""
    months = terms_of(receiver.programme, now).expiry_months
    Lot.objects.create(
        transfer_id=transfer, account=receiver.account, amount=points,
        expires_on=months_later(local_day(now), months) if months else None,
    )  # fmt: skip


def settle_across(*, key: UUID, peering: Peering, resolution: str, by: Person, now: datetime) -> Crossing:
    """Whoever owes has made it good outside of this book (money, service): both books go to zero by resolution.

    Where it was owed the points count as redeemed; where they were taken in they count as issued.
    """
    if not any(may(by, "peer.agree", one.stem, on=local_day(now)) for one in (peering.one, peering.other)):
        raise Refused(NOT_YOURS)
    if not resolution.strip():
        raise Refused(_("Please name the resolution."), field="resolution")
    with turn():
        row: Peering = locked(peering)
        if known := Crossing.objects.filter(key=key, peering=row).first():
            return known
        standing = net(row)
        if not standing.agrees:
            raise Refused(_("The two books do not say the same. Please tell your administrator."))
        if standing.one == 0:
            raise Refused(_("Nothing is owed."))
        debtor, creditor = (row.one, row.other) if standing.one > 0 else (row.other, row.one)
        points, owed = abs(standing.one), peer_accounts(row, now)
        actor, cause = Who(by.pk, Authority.RESOLUTION), Cause("peering", row.pk)
        paid = Order(
            uid=key_of("paid", key), book=debtor.book, kind="clearing", who=actor, cause=cause,
            legs=[Leg(owed[debtor.pk], -points), Leg(accounts(debtor, now).redeemed, points)],
        )  # fmt: skip
        had = Order(
            uid=key_of("had", key), book=creditor.book, kind="clearing", who=actor, cause=cause,
            legs=[Leg(accounts(creditor, now).issuer, -points), Leg(owed[creditor.pk], points)],
        )  # fmt: skip
        done = both_posted(row, [paid, had], now)
        made = Crossing.objects.create(
            peering=row, key=key, points=points, out_of_id=done[creditor.book], into_id=done[debtor.book], at=now, by=by,
        )  # fmt: skip
        journaled(row, "points.settled", by, now, points=points, resolution=resolution.strip()[:60])
    return made
