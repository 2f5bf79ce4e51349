"""Service records and what they earn: recorded, confirmed, approved, credited; corrected in the open."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import key_of, locked, note, step, tell_with_family
from linli.commons.timebank.actions.credit import settle, take_back
from linli.commons.timebank.actions.payments import give_back
from linli.commons.timebank.choices import (
    SERVING,
    ClaimState,
    ConfirmAs,
    FindingVerdict,
    SignHow,
)
from linli.commons.timebank.models import Approval, Claim, Confirmation, Finding, Member, Record
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.records import job_of, jobs_around
from linli.engine.fairplay import STOP
from linli.engine.fairplay import Finding as Seen
from linli.engine.fairplay import check as look_at
from linli.engine.points import Rule as Terms
from linli.engine.transitions import CLAIM
from linli.ground.journal.choices import Notice
from linli.ground.people.access import bond_between, may
from linli.ground.people.models import Person
from linli.ground.places.models import Building
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

STOPS = {
    "self": _("Nobody earns points by helping themselves."),
    "household": _("Both live in one household; this earns no points."),
    "relative": _("They are close relatives; this earns no points."),
    "overlap": _("This overlaps with another service of the same person by {minutes} minutes."),
}
AT_ONCE = 200
LONGEST = timedelta(hours=24)


def record_service(
    *,
    uid: UUID,
    member: Member,
    receiver: Person,
    service: str,
    service_name: str,
    started_at: datetime,
    ended_at: datetime,
    in_how: str,
    out_how: str,
    by: Person,
    authority: str,
    now: datetime,
    building: Building | None = None,
    distance_m: int | None = None,
    evidence: Sequence[str] = (),
    source: tuple[str, int | None] = ("", None),
) -> Record:
    """Write down that a member served somebody. What the honesty checks stop is refused; what they doubt is looked at.

    The same ``uid`` twice is one record. The rule of the day of the service applies.
    """
    if known := Record.objects.filter(uid=uid).first():
        return known
    if member.state not in SERVING:
        raise Refused(_("Only somebody who has been admitted serves."))
    if not started_at <= ended_at <= now + timedelta(minutes=5) or ended_at - started_at > LONGEST:
        raise Refused(_("These times cannot be right; please check begin and end."), field="ended_at")
    place = building or (receiver.household.building if receiver.household else None)
    area = receiver.area if receiver.community == member.programme.community else member.programme.area
    row = Record(
        **area.location, programme=member.programme, uid=uid, member=member, receiver=receiver, service=service,
        service_name=service_name, started_at=started_at, ended_at=ended_at,
        minutes=int((ended_at - started_at) // timedelta(minutes=1)), building=place, in_how=in_how, out_how=out_how,
        distance_m=distance_m, evidence=sorted(set(evidence)), source_kind=source[0], source=source[1], made_by=by,
        authority=authority, made_at=now,
    )  # fmt: skip
    return written(row, by, now)


def written(row: Record, by: Person, now: datetime) -> Record:
    """Check a record, keep it with its claim and what is to be looked at."""
    terms = rule_on(row.programme, local_day(row.started_at)).terms
    with turn():
        locked(row.member)  # two records of one person are checked one after the other
        found = look_at(job_of(row), jobs_around(row), terms)
        stops = [one for one in found if one.severity == STOP]
        if stops:
            raise Refused(" ".join(str(STOPS[one.code]).format(**one.facts) for one in stops))
        row.save(force_insert=True)
        wait = terms.auto_confirm_hours
        claim = Claim(record=row, auto_at=now + timedelta(hours=wait) if wait else None)
        claim.save(force_insert=True)
        Finding.objects.bulk_create(
            Finding(record=row, code=one.code, facts=plain(one), at=now)
            for one in [*found, *missing(row, terms)]
        )
        note(row, "record.made", "record", row.pk, by, now, member=row.member.no, minutes=row.minutes)
        if row.corrects_id is None:
            tell_with_family(
                row.receiver, Notice.CONFIRM, now, key=f"confirm:{row.pk}", link="/home/care/", stem=row.stem
            )
    return row


def missing(row: Record, terms: Terms) -> list[Seen]:
    """Evidence that the rule wants and the record lacks."""
    lacking = sorted(set(terms.evidence) - set(row.evidence))
    return [Seen("evidence", "look", {"missing": lacking})] if lacking and row.corrects_id is None else []


def plain(one: Seen) -> dict[str, Any]:
    """Facts as JSON keeps them."""
    return {
        key: list(value) if isinstance(value, tuple | set | frozenset) else value
        for key, value in one.facts.items()
    }


def claim_of(record: Record) -> Claim:
    """The claim under a row lock: call inside a transaction."""
    return Claim.objects.select_for_update(of=("self",)).get(pk=record.pk)


def check_role(record: Record, by: Person, role: str, now: datetime) -> None:
    """Whether this person may confirm as what they say they are, by the rule."""
    if by.pk == record.member.person_id:
        raise Refused(_("Whoever served does not confirm it."))
    terms = rule_on(record.programme, local_day(record.started_at)).terms
    if role not in terms.confirm_by:
        raise Refused(_("By the rule somebody else confirms this."))
    right = {
        ConfirmAs.ELDER: by.pk == record.receiver_id,
        ConfirmAs.FAMILY: bond_between(record.receiver, by) is not None,
        ConfirmAs.WORKER: may(by, "record.confirm", record.stem, on=local_day(now)),
    }
    if not right.get(ConfirmAs(role), False):
        raise Refused(_("This is not yours to confirm."))


def confirm_record(
    *, record: Record, by: Person, role: str, now: datetime, rating: int | None = None, words: str = ""
) -> Claim:
    """Say that it took place, with stars and a sentence if one likes. Confirmed once; a second time changes nothing."""
    check_role(record, by, role, now)
    if rating is not None and not 1 <= rating <= 5:
        raise Refused(_("Please give one to five stars."), field="rating")
    with turn():
        claim = claim_of(record)
        if Confirmation.objects.filter(record=record).exists():
            return claim
        confirmed(claim, record, now, by=by, role=role, rating=rating, words=words.strip()[:500])
    return claim


def confirmed(
    claim: Claim, record: Record, now: datetime, *, by: Person | None, role: str, **said: Any
) -> None:
    """The confirmation and what follows from it: call inside a transaction."""
    step(CLAIM, claim, "confirm")
    claim.save(update_fields=["state"])
    Confirmation.objects.create(record=record, by=by, role=role, at=now, **said)
    note(record, "record.confirmed", "record", record.pk, by, now, role=role, rating=said.get("rating"))
    if rule_on(record.programme, local_day(record.started_at)).terms.approvers == 0 and not looks(record):
        approved(claim, record, by, now)


def looks(record: Record) -> bool:
    """Whether somebody must take a second look first."""
    return Finding.objects.filter(record=record, verdict="").exists()


def auto_confirm(*, now: datetime) -> int:
    """Confirm what nobody objected to in time; what is in dispute waits. Returns how many."""
    due = Claim.objects.filter(state=ClaimState.WAITING, auto_at__lte=now).order_by("auto_at")
    done = 0
    for number in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with turn():
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=number)
            if claim.state != ClaimState.WAITING:
                continue
            confirmed(claim, claim.record, now, by=None, role=ConfirmAs.AUTO)
            done += 1
    return done


def see_finding(*, finding: Finding, verdict: str, words: str, by: Person, now: datetime) -> Finding:
    """Somebody took a second look. Not in order: the record earns nothing."""
    if verdict not in FindingVerdict.values:
        raise Refused(_("Please say whether it is in order."), field="verdict")
    if verdict == FindingVerdict.NOT_FINE and len(words.strip()) < 2:
        raise Refused(_("Please say what is not in order."), field="words")
    record = finding.record
    if by.pk in {record.member.person_id, record.receiver_id}:
        raise Refused(_("This is about yourself; please let a colleague look."))
    with turn():
        claim = claim_of(record)
        row: Finding = locked(finding)
        if row.verdict:
            raise Refused(_("Somebody has already looked at this."))
        row.verdict, row.words, row.seen_by, row.seen_at = verdict, words.strip()[:300], by, now
        row.save()
        note(record, "record.looked_at", "record", record.pk, by, now, code=row.code, verdict=verdict)
        if verdict == FindingVerdict.NOT_FINE and claim.state in {ClaimState.WAITING, ClaimState.CONFIRMED}:
            step(CLAIM, claim, "refuse")
            claim.settled_at = now
            claim.save(update_fields=["state", "settled_at"])
    return row


def check_approver(record: Record, by: Person) -> None:
    """Four eyes: whoever served, was served, confirmed or corrected does not approve."""
    said = Confirmation.objects.filter(record=record).values_list("by", flat=True).first()
    if by.pk in {record.member.person_id, record.receiver_id}:
        raise Refused(_("Nobody approves their own service; please let a colleague decide."))
    if by.pk == said or (record.corrects_id and by.pk == record.made_by_id):
        raise Refused(
            _("Whoever confirmed or corrected it does not approve it; please let a colleague decide.")
        )
    if Approval.objects.filter(record=record, by=by).exists():
        raise Refused(_("You have already decided on this; another colleague is needed."))


def approve_record(*, record: Record, good: bool, by: Person, now: datetime, reason: str = "") -> Claim:
    """One approver's word. With as many as the rule wants, the points are credited; one no refuses it, with a reason."""
    check_approver(record, by)
    if not good and len(reason.strip()) < 2:
        raise Refused(_("Please say why, in words they would understand."), field="reason")
    with turn():
        claim = claim_of(record)
        if claim.state != ClaimState.CONFIRMED:
            raise Refused(_("This is “{state}”.").format(state=claim.get_state_display()))
        if good and looks(record):
            raise Refused(_("Something needs a second look first."))
        Approval.objects.create(record=record, by=by, at=now, good=good, reason=reason.strip()[:300])
        note(record, "record.approved" if good else "record.refused", "record", record.pk, by, now)
        wanted = rule_on(record.programme, local_day(record.started_at)).terms.approvers
        if not good:
            step(CLAIM, claim, "refuse")
            claim.settled_at = now
            claim.save(update_fields=["state", "settled_at"])
        elif Approval.objects.filter(record=record, good=True).count() >= wanted:
            approved(claim, record, by, now)
    return claim


def approved(claim: Claim, record: Record, by: Person | None, now: datetime) -> None:
    """The hours count from here on; the points follow. Call inside a transaction."""
    step(CLAIM, claim, "approve")
    claim.save(update_fields=["state"])
    settle(claim, record, by, now)


def correct_record(
    *, record: Record, minutes: int, why: str, by: Person, now: datetime, authority: str = "worker"
) -> Record:
    """Meet a wrong record by a right one: minutes as they were (0: it did not take place), with the reason.

    Never by whoever served. What was credited is taken back and credited anew after approval; whoever paid for what did
    not take place has the points again.
    """
    if by.pk == record.member.person_id:
        raise Refused(_("Your own record is corrected by somebody else; tell them what is wrong."))
    if len(why.strip()) < 2:
        raise Refused(_("Please say why, in words they would understand."), field="why")
    if not 0 <= minutes <= 24 * 60:
        raise Refused(_("These times cannot be right; please check begin and end."), field="minutes")
    with turn():
        claim = claim_of(record)
        if claim.state == ClaimState.CORRECTED:
            raise Refused(_("This has already been corrected."))
        if claim.state == ClaimState.FROZEN:
            raise Refused(_("There is a dispute about this; it waits for the decision."))
        take_back(claim, record, by, now)
        step(CLAIM, claim, "correct")
        claim.settled_at = now
        claim.save()
        row = Record(
            **record.area.location, programme=record.programme, uid=key_of("correct", record.uid), member=record.member,
            receiver=record.receiver, service=record.service, service_name=record.service_name,
            started_at=record.started_at, ended_at=record.started_at + timedelta(minutes=minutes), minutes=minutes,
            building=record.building, in_how=record.in_how, out_how=SignHow.RIGHTED, distance_m=record.distance_m,
            evidence=record.evidence, source_kind=record.source_kind, source=record.source, made_by=by,
            authority=authority, made_at=now, corrects=record, why=why.strip()[:300],
        )  # fmt: skip
        row = written(row, by, now)
        new = claim_of(row)
        step(CLAIM, new, "confirm" if minutes else "refuse")
        if not minutes:
            new.settled_at = now
            give_back(source=(record.source_kind, record.source), by=by, now=now)
        new.save()
        Finding.objects.filter(record=row, code="sign_out").update(
            verdict=FindingVerdict.FINE, words=why.strip()[:300], seen_by=by, seen_at=now
        )
        note(row, "record.corrected", "record", record.pk, by, now, by_record=row.pk, minutes=minutes)
    return row
