"""What the rule lets somebody spend points on, and every refusal in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.commons.timebank.choices import MemberKind, MemberState, PaymentKind, Relation
from linli.commons.timebank.models import Good, Member, Programme
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.purses import days_of_care, purse_of, purses_of, times_this_year
from linli.commons.timebank.queries.shop import Shelf, days_of_orders, goods_of, had_this_month, shelves
from linli.engine.points import Refusal, may_receive, may_redeem, next_window
from linli.ground.ledger.choices import Authority
from linli.ground.people.access import bond_between, may
from linli.ground.people.models import CareTag, Person
from linli.ground.people.queries import age_on, tags_of
from linli.kit.clock import local_day
from linli.kit.refused import Refused

CLASSES = {
    "care": _("Care cannot be had for points by this rule."),
    "benefit": _("Benefits cannot be had for points by this rule."),
    "goods": _("Goods cannot be had for points by this rule."),
}
REDEEM_WORDS = {
    "cash_like": _("What is as good as money cannot be had for points by this rule."),
    "age_unknown": _("The birthday is not known; please enter it first."),
    "age": _("From {from} years on; now {age}."),
    "min_hours": _("After {from} hours of service; so far {hours}."),
    "month_max": _("{limit} times a month; this month's are used up."),
    "window": _("Next on {next}."),
    "never": _("The rule names no further day for this."),
}
RECEIVE_WORDS = {
    "relation": _("By this rule the points cannot be used for this person."),
    "age_unknown": _("The birthday of whoever is cared for is not known; please enter it first."),
    "age": _("Whoever is cared for must be {from} or older; they are {age}."),
    "times": _("{limit} times a year; this year's are used up."),
}


def day_words(day: date) -> str:
    """A day as a refusal names it."""
    return str(_("{m}/{d}").format(m=day.month, d=day.day))


def redeem_words(refusal: Refusal) -> str:
    """What stands in the way of having something for points, in words."""
    facts = dict(refusal.facts)
    if refusal.code == "class_off":
        return str(CLASSES[facts["benefit"]])
    if refusal.code == "window" and facts["next"] is None:
        return str(REDEEM_WORDS["never"])
    if refusal.code == "window":
        facts["next"] = day_words(facts["next"])
    return str(REDEEM_WORDS[refusal.code]).format(**facts)


def receive_words(refusal: Refusal) -> str:
    """What stands in the way of caring for this person, in words."""
    return str(RECEIVE_WORDS[refusal.code]).format(**refusal.facts)


def check_authority(member: Member, by: Person, authority: str, now: datetime) -> None:
    """Whether this person may spend the member's points on the ground they name."""
    person, day = member.person, local_day(now)
    right = {
        Authority.SELF: by.pk == person.pk,
        Authority.FAMILY: by.pk != person.pk and bond_between(person, by) is not None,
        Authority.WORKER: by.pk != person.pk
        and any(may(by, verb, member.stem, on=day) for verb in ("booking.keep", "shop.hand")),
        Authority.RULE: True,
        Authority.DECISION: True,
    }
    if not right.get(Authority(authority), False):
        raise Refused(_("These points are not yours to spend."))


def in_hardship(person: Person) -> bool:
    """Whether somebody is one of the special-care elders."""
    return CareTag.objects.filter(person=person, until=None).exists()


def obstacles(
    member: Member,
    benefit: str,
    points: int,
    day: date,
    *,
    days: Sequence[date],
    enjoyer: Person | None = None,
    cash_like: bool = False,
) -> list[Refusal]:
    """What the rule puts in the way of spending on a class of benefits; granted points ask for no hours of service."""
    person = enjoyer or member.person
    found = may_redeem(
        rule_on(member.programme, day).terms, benefit, age_on(person, day), in_hardship(person), member.minutes // 60,
        day, days, cash_like=cash_like,
    )  # fmt: skip
    if any(one.code == "min_hours" for one in found) and purse_of(member).granted_free >= points:
        found = [one for one in found if one.code != "min_hours"]
    return found


def check_member(member: Member, kind: str, day: date) -> None:
    """Who has left spends nothing; what a group earns it may only give away, where the rule says so."""
    if member.state == MemberState.LEFT:
        raise Refused(_("They have left; nothing can be spent any more."))
    donates = rule_on(member.programme, day).terms.group_donate_only and member.kind == MemberKind.GROUP
    if donates and kind != PaymentKind.GIFT:
        raise Refused(_("What a group has earned it can only give away."))


def check_receiver(member: Member, receiver: Person, relation: str, day: date) -> None:
    """Whether the rule lets the points be used for this person, and what they are said to be is so."""
    if (relation == Relation.SELF) != (receiver.pk == member.person_id) or relation not in Relation.values:
        raise Refused(_("Please say what they are to the owner of the points."), field="relation")
    terms = rule_on(member.programme, day).terms
    times = times_this_year(member, relation, day)
    found = may_receive(terms, relation, age_on(receiver, day), times)
    if found:
        raise Refused(" ".join(receive_words(one) for one in found), field="relation")
    if relation == Relation.ELDER and not in_hardship(receiver):
        raise Refused(_("They are not among the elders in need of care."), field="relation")
    near = receiver.household_id is not None and receiver.household_id == member.person.household_id
    bound = bond_between(receiver, member.person) or bond_between(member.person, receiver)
    strangers = (Relation.SELF, Relation.FRIEND, Relation.ELDER, Relation.NONPROFIT)
    if terms.relation_proof and relation not in strangers and not (near or bound):
        raise Refused(_("The rule asks for a proof; please bind the family first."), field="relation")


def check_care(member: Member, receiver: Person, relation: str, points: int, day: date) -> None:
    """Everything the rule asks before care is booked for points."""
    check_receiver(member, receiver, relation, day)
    found = obstacles(member, "care", points, day, days=days_of_care(member, day), enjoyer=receiver)
    if found:
        raise Refused(" ".join(redeem_words(one) for one in found))


def not_enough(free: int, wanted: int) -> str:
    """How many are there, and how many are missing."""
    return ngettext(
        "{missing} point is missing: {free} are free.", "{missing} points are missing: {free} are free.", wanted - free
    ).format(missing=wanted - free, free=free)  # fmt: skip


def over_month(good: Good, count: int, had: Mapping[int, int]) -> list[str]:
    """That so many more are above the limit of the month, in words."""
    before = had.get(good.pk, 0)
    if good.month_max is None or before + count <= good.month_max:
        return []
    return [str(_("At most {limit} a month; {had} so far.")).format(limit=good.month_max, had=before)]


def order_obstacles(member: Member, good: Good, points: int, count: int, day: date) -> list[str]:
    """Everything in the way of an order but the points themselves, in words."""
    days = days_of_orders(member, good.kind, day)
    found = obstacles(member, good.kind, points, day, days=days, cash_like=good.cash_like)
    return [redeem_words(one) for one in found] + over_month(good, count, had_this_month(member, day))


@dataclass(frozen=True)
class Offer:
    """A good as somebody stands to it: how many points are missing, what else is in the way."""

    shelf: Shelf
    missing: int
    reasons: tuple[str, ...]

    @property
    def can(self) -> bool:
        """Whether one of it can be had now."""
        return not self.missing and not self.reasons


def offers(member: Member, day: date) -> list[Offer]:
    """Everything in the shop for one member, what can be had first; the same number of queries however many goods."""
    stood = [
        shelf for shelf in shelves(goods_of(member.programme, offered=True), day) if shelf.price is not None
    ]
    had, free = had_this_month(member, day), purse_of(member).free
    kinds: dict[tuple[str, bool], list[str]] = {}
    for kind in sorted({shelf.good.kind for shelf in stood}):
        days = days_of_orders(member, kind, day)
        for cash in (False, True):
            found = obstacles(member, kind, free, day, days=days, cash_like=cash)
            kinds[kind, cash] = [redeem_words(one) for one in found]
    made = []
    for shelf in stood:
        words = [*kinds[shelf.good.kind, shelf.good.cash_like], *over_month(shelf.good, 1, had)]
        words += [] if shelf.free else [str(_("Nothing left just now."))]
        made.append(Offer(shelf, max(0, (shelf.price or 0) - free), tuple(words)))
    return sorted(made, key=lambda one: (not one.can, one.missing > 0, one.shelf.good.pk))


def on_certain_days(programme: Programme, day: date) -> bool:
    """Whether by the rule goods are exchanged at certain times only."""
    window = rule_on(programme, day).terms.window
    return "goods" in window.applies_to and window.kind != "always"


def next_exchange(member: Member, day: date) -> date | None:
    """The next day from ``day`` on which goods can be exchanged by the rule; None where the rule names none."""
    terms = rule_on(member.programme, day).terms
    if "goods" not in terms.window.applies_to:
        return day
    return next_window(terms, day, days_of_orders(member, "goods", day))


def within_reach(programme: Programme, members: Iterable[Member], day: date) -> dict[int, list[Shelf]]:
    """What each of several members could have on a day for what they have now; a constant number of queries."""
    rows = list(members)
    terms = rule_on(programme, day).terms
    stood = [
        one
        for one in shelves(goods_of(programme, offered=True), day)
        if one.price is not None and one.free > 0
    ]
    purses, tags = purses_of(rows), tags_of([row.person for row in rows], on=day)
    found: dict[int, list[Shelf]] = {}
    for row in rows:
        age, hours = age_on(row.person, day), row.minutes // 60
        found[row.pk] = [
            one
            for one in stood
            if (one.price or 0) <= purses[row.pk].free
            and not may_redeem(
                terms,
                one.good.kind,
                age,
                bool(tags[row.person_id]),
                hours,
                day,
                (),
                cash_like=one.good.cash_like,
            )
        ]
    return found
