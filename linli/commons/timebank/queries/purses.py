"""Read what somebody has: points free and set aside, the lines of the passbook, what runs out when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.choices import ClaimState, GiftTo, PaymentKind, PaymentState
from linli.commons.timebank.models import Member, Payment, Programme, Record
from linli.commons.timebank.queries.members import hours_words
from linli.commons.timebank.queries.records import start_of
from linli.ground.ledger.choices import Authority
from linli.ground.ledger.queries import (
    balances_of,
    entries_between,
    entries_of,
    moved_between,
    statement,
)
from linli.ground.people.models import Person
from linli.ground.people.queries import masked, names_of, people_by_phone
from linli.kit.clock import local_day
from linli.kit.masks import mask_text
from linli.kit.refused import Refused

BEGAN, NEVER = start_of(date(2000, 1, 1)), start_of(date(2999, 1, 1))
FEW = 30
LIVE = (PaymentState.HELD, PaymentState.TAKEN, PaymentState.FROZEN)
WAITING = (PaymentState.HELD, PaymentState.FROZEN)
NOT_SO = (ClaimState.REFUSED, ClaimState.CORRECTED)
PAYMENT_PARTS = ("order__good", "receiver", "member__person", "programme", "rule")
# what a line says where no row of the room tells more
KINDS = {
    "award": _("Service"),
    "bonus": _("A thank-you"),
    "grant": _("Granted points"),
    "care": _("Care"),
    "goods": _("From the shop"),
    "gift": _("A gift"),
    "expiry": _("Run out"),
    "leave": _("The place was closed"),
    "debt": _("Booked back in part"),
    "reversal": _("Booked back"),
    "issue": _("Issued by resolution"),
    "crossing": _("Between two communities"),
    "clearing": _("Cleared with another community"),
}
GONE = {
    "award": _("Not credited after all: {what}"),
    "goods": _("Brought back: {what}"),
    "care": _("Did not take place, given back: {what}"),
}


@dataclass(frozen=True)
class Purse:
    """What somebody has. ``free`` is what can be spent now: earned and granted less what is set aside."""

    earned: int = 0
    granted: int = 0
    held: int = 0
    free: int = 0
    granted_free: int = 0

    @property
    def earned_free(self) -> int:
        """Of the free points those that were earned."""
        return self.free - self.granted_free

    @property
    def all(self) -> int:
        """Everything that stands there, set aside or not."""
        return self.earned + self.granted


@dataclass(frozen=True)
class Line:
    """One line of a passbook: when, what, how much, what was left; who acted for the owner."""

    transfer: int
    at: datetime
    kind: str
    words: str
    amount: int
    balance: int | None
    note: str = ""
    helper: str = ""
    authority: str = ""
    record: int | None = None
    payment: int | None = None
    order: str = ""
    legs: Sequence[Any] = field(default=(), compare=False)

    @property
    def came_in(self) -> int:
        """What came in; 0 where it went out."""
        return max(0, self.amount)

    @property
    def went_out(self) -> int:
        """What went out; 0 where it came in."""
        return max(0, -self.amount)


def purses_of(members: Iterable[Member]) -> dict[int, Purse]:
    """The purses of several members by their number in the database, in one query."""
    rows = list(members)
    kept = balances_of({number for row in rows for number in (row.account_id, row.granted_id) if number})
    found = {}
    for row in rows:
        own, granted = kept[row.account_id], kept.get(row.granted_id or 0)
        more = (granted.posted, granted.held, granted.free) if granted else (0, 0, 0)
        found[row.pk] = Purse(own.posted, more[0], own.held + more[1], own.free + more[2], more[2])
    return found


def purse_of(member: Member) -> Purse:
    """What one member has, now."""
    return purses_of([member])[member.pk]


def care_of(member: Member) -> QuerySet[Payment]:
    """Care that counts against a limit: set aside or taken, not given back."""
    kept = Q(transfer=None) | Q(transfer__reversed_by=None)
    return Payment.objects.filter(kept, member=member, kind=PaymentKind.CARE, state__in=LIVE)


def times_this_year(member: Member, relation: str, day: date) -> int:
    """How often care was booked for somebody of this relation in the year of a day."""
    first, until = start_of(day.replace(month=1, day=1)), start_of(date(day.year + 1, 1, 1))
    rows = care_of(member).filter(relation=relation)
    return rows.filter(made_at__gte=first, made_at__lt=until).count()


def days_of_care(member: Member, day: date) -> list[date]:
    """The days of a year on which care was booked for points."""
    first = start_of(day.replace(month=1, day=1))
    rows = care_of(member).filter(made_at__gte=first)
    return [local_day(at) for at in rows.values_list("made_at", flat=True)]


def payments_of(member: Member) -> QuerySet[Payment]:
    """Everything somebody spent or set aside, newest first."""
    return Payment.objects.filter(member=member).select_related(*PAYMENT_PARTS).order_by("-id")


def held_of(member: Member) -> list[Payment]:
    """What is set aside now, the oldest first."""
    return list(payments_of(member).filter(state__in=WAITING).order_by("id"))


def payment_words(payment: Payment, owner: int) -> str:
    """What points are for, in words."""
    order = getattr(payment, "order", None)
    if order is not None:
        return str(_("For {what}").format(what=f"{order.good} × {order.count}"))
    if payment.words and payment.kind == PaymentKind.CARE:
        return str(mask_text(payment.words))
    if payment.kind != PaymentKind.GIFT:
        whom = payment.receiver
        other = whom and whom.pk != owner
        return str(_("Care for {who}").format(who=masked(whom)) if other else KINDS["care"])
    if payment.member.person_id != owner:
        return str(_("A gift from {who}").format(who=masked(payment.member.person)))
    if payment.gift_to == GiftTo.POOL:
        return str(_("Given to the common pool"))
    return str(_("Given to {who}").format(who=masked(payment.receiver)))


def record_words(record: Record) -> str:
    """A service in words: what, for whom."""
    return str(_("{service} for {who}").format(service=record.service_name, who=masked(record.receiver)))


@dataclass
class Behind:
    """The rows that the transfers of a page come from, each kind in one query."""

    records: Mapping[int, Record]
    payments: Mapping[int, Payment]
    names: Mapping[int, str]


def behind(transfers: Iterable[Any]) -> Behind:
    """Records, payments and names of those who acted, for many transfers."""
    rows = list(transfers)
    wanted = {
        kind: {row.source for row in rows if row.source_kind == kind and row.source}
        for kind in ("record", "payment")
    }
    records = Record.objects.filter(pk__in=wanted["record"]).select_related("receiver", "member__person")
    payments = list(Payment.objects.filter(pk__in=wanted["payment"]).select_related(*PAYMENT_PARTS))
    acting = [row.actor for row in rows] + [row.made_by_id for row in payments]
    return Behind(
        {row.pk: row for row in records},
        {row.pk: row for row in payments},
        names_of(acting),
    )


def helper_of(transfer: Any, payment: Payment | None, rows: Behind, owner: int) -> str:
    """Who acted for the owner at their wish: whoever ordered or booked it; else whoever booked the transfer."""
    actor, ground = (
        (payment.made_by_id, payment.authority) if payment else (transfer.actor, transfer.authority)
    )
    theirs = payment.member.person_id == owner if payment else transfer.on_behalf == owner
    proxy = theirs and actor != owner and ground in {Authority.WORKER, Authority.FAMILY}
    return rows.names.get(actor or 0, "") if proxy else ""


def line(transfer: Any, amount: int, balance: int | None, rows: Behind, owner: int) -> Line:
    """One transfer as a line of the owner's passbook."""
    record = rows.records.get(transfer.source) if transfer.source_kind == "record" else None
    payment = rows.payments.get(transfer.source) if transfer.source_kind == "payment" else None
    words, note = str(KINDS.get(transfer.kind, transfer.kind)), ""
    if record:
        words, note = record_words(record), str(_("{hours} h").format(hours=hours_words(record.minutes)))
    elif payment:
        words = payment_words(payment, owner)
        note = payment.words if payment.kind == PaymentKind.GIFT else ""
    if transfer.reverses_id or transfer.kind == "debt":
        words = str(GONE[payment.kind if payment and payment.kind in GONE else "award"]).format(what=words)
    order = getattr(payment, "order", None) if payment else None
    helper = helper_of(transfer, payment, rows, owner)
    return Line(
        transfer=transfer.pk, at=transfer.event_at, kind=transfer.kind, words=words, amount=amount, balance=balance,
        note=str(mask_text(note)), helper=helper, authority=transfer.authority,
        record=record.pk if record else None, payment=payment.pk if payment else None, order=order.no if order else "",
    )  # fmt: skip


def statement_of(
    member: Member, *, granted: bool = False, after: str | None = None, size: int = 30
) -> tuple[list[Line], str | None]:
    """A page of one account's lines, newest first, and the place of the next page; 7 queries however long."""
    account = member.granted if granted else member.account
    if account is None:
        return [], None
    found = statement(account, after=after, size=size)
    rows = behind(entry.transfer for entry in found.rows)
    lines = [
        line(entry.transfer, entry.amount, entry.balance_after, rows, member.person_id)
        for entry in found.rows
    ]
    return lines, found.after


@dataclass(frozen=True)
class Period:
    """A stretch of a passbook: what stood there, every line in order with the running balance, what stands there."""

    opening: int
    lines: list[Line]
    closing: int

    @property
    def came_in(self) -> int:
        """All that came in."""
        return sum(one.came_in for one in self.lines)

    @property
    def went_out(self) -> int:
        """All that went out."""
        return sum(one.went_out for one in self.lines)


def periods_of(members: Sequence[Member], first: datetime, until: datetime) -> dict[int, Period]:
    """Earned and granted points together, in the order of booking, for several members at once."""
    owners = {member.account_id: member for member in members}
    owners |= {member.granted_id: member for member in members if member.granted_id}
    accounts = [account for member in members for account in (member.account, member.granted) if account]
    purses, later = purses_of(members), moved_between(accounts, first, NEVER)
    sums: dict[int, dict[int, list[Any]]] = {member.pk: {} for member in members}
    entries = list(entries_between(accounts, first, until))
    for entry in entries:
        mine = sums[owners[entry.account_id].pk].setdefault(entry.transfer_id, [entry.transfer, 0])
        mine[1] += entry.amount
    rows, found = behind({entry.transfer_id: entry.transfer for entry in entries}.values()), {}
    for member in members:
        since = [later.get(number, (0, 0)) for number in (member.account_id, member.granted_id) if number]
        opening = balance = purses[member.pk].all - sum(more - less for more, less in since)
        lines = []
        for transfer, amount in sums[member.pk].values():
            balance += amount
            lines.append(line(transfer, amount, balance, rows, member.person_id))
        found[member.pk] = Period(opening, lines, balance)
    return found


def line_of(member: Member, transfer: int) -> Line | None:
    """One transfer of the member's own accounts, with its legs; None where it is another's."""
    legs = entries_of([transfer])[transfer]
    own = [leg for leg in legs if leg.account_id in {member.account_id, member.granted_id}]
    if not own:
        return None
    row = own[0].transfer
    made = line(row, sum(leg.amount for leg in own), None, behind([row]), member.person_id)
    return Line(**{**vars(made), "legs": own})


def elders_without_phone(programme: Programme) -> QuerySet[Member]:
    """Members who are told things at the door only, by building."""
    rows = Member.objects.filter(
        programme=programme, person__reach="visit", person__erased_at=None, left_at=None
    )
    return rows.select_related("person__household__building", "programme", "account", "granted").order_by(
        "person__household__building", "id"
    )


def served_by(members: Iterable[Member], first: datetime, until: datetime) -> dict[int, list[Record]]:
    """What members did in a time, by member, oldest first."""
    found: dict[int, list[Record]] = {member.pk: [] for member in members}
    rows = Record.objects.filter(member__in=list(found), started_at__gte=first, started_at__lt=until)
    rows = rows.exclude(claim__state__in=NOT_SO).select_related("member__person", "receiver")
    for row in rows.order_by("started_at", "id"):
        found[row.member_id].append(row)
    return found


def served_between(people: Iterable[Person], first: datetime, until: datetime) -> dict[int, list[Record]]:
    """What was done for people in a time, by person, oldest first."""
    found: dict[int, list[Record]] = {person.pk: [] for person in people}
    rows = Record.objects.filter(receiver__in=list(found), started_at__gte=first, started_at__lt=until)
    rows = rows.exclude(claim__state__in=NOT_SO).select_related("member__person", "receiver")
    for row in rows.order_by("started_at", "id"):
        found[row.receiver_id].append(row)
    return found


def cared_for(member: Member) -> list[Person]:
    """Elders whom a member has cared for, the latest first."""
    rows = Record.objects.filter(member=member, receiver__erased_at=None).exclude(claim__state__in=NOT_SO)
    numbers = (
        rows.values("receiver")
        .annotate(last=Max("id"))
        .order_by("-last")
        .values_list("receiver", flat=True)[:FEW]
    )
    people = Person.objects.in_bulk(list(numbers))
    return [people[number] for number in numbers if number in people]


def friend_of(member: Member, text: str) -> Person | None:
    """Somebody else with a place in the programme, by its number or by their whole phone number."""
    rows = Member.objects.filter(programme=member.programme_id, left_at=None).exclude(pk=member.pk)
    found = rows.filter(no=text.strip()).select_related("person").first()
    if found is not None:
        return found.person
    try:
        phones = people_by_phone([member.programme.community], text)
    except Refused:
        return None
    return next((place.person for place in rows.filter(person__in=phones).select_related("person")[:1]), None)
