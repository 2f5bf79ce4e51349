"""The fifth step's verbs: close what was checked, ask the people, count their answers, open again."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import FOLLOW_UP, NotAllowed, move
from linli.ground.journal.actions import post, record, tally
from linli.ground.journal.choices import Channel, Notice
from linli.ground.people.choices import Reach
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.loop.ask.actions import close_need, reopen_need, set_excluded
from linli.loop.ask.actions.base import add_remark
from linli.loop.ask.choices import RemarkKind, State
from linli.loop.ask.models import Need
from linli.loop.evaluate.access import hashed
from linli.loop.evaluate.choices import FOLLOW_UP_DAYS, LINK_DAYS, MAX_TRIES, FollowUpState, Way
from linli.loop.evaluate.models import Exclusion, FollowUp
from linli.loop.link.actions import count_rating
from linli.loop.run.actions import check_task
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Task


def note(row: FollowUp, verb: str, by: Person | None, now: datetime, **facts: object) -> None:
    """Write what happened to a follow-up into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk if by else None,
        subject_kind="follow_up",
        subject=row.pk,
        need=row.need_id,
        area_code=row.stem,
        facts={"lap": row.lap, "state": row.state, **facts},
    )


def check_and_close(*, task: Task, good: bool, by: Person, now: datetime, text: str = "") -> Task:
    """Check a task that is done. When it was the need's last one, the need closes and its follow-up is planned."""
    with transaction.atomic():
        task = check_task(task=task, good=good, text=text, by=by, now=now)
        if good:
            rest = Task.objects.filter(need=task.need, lap=task.lap).exclude(
                state__in=[TaskState.CHECKED, TaskState.CANCELLED]
            )
            need = Need.objects.select_related("area").get(pk=task.need_id)
            if not rest.exists() and need.state == State.DONE:
                close_need(need=need, by=by, now=now)
                plan_follow_up(need=need, now=now)
    return task


def plan_follow_up(*, need: Need, now: datetime) -> FollowUp:
    """A few days after closing somebody asks: solved? satisfied? Once a lap."""
    with transaction.atomic():
        row, made = FollowUp.objects.get_or_create(
            need=need,
            lap=need.lap,
            defaults={**need.area.location, "due_on": local_day(now) + timedelta(days=FOLLOW_UP_DAYS)},
        )
        if made:
            note(row, "follow_up.planned", None, now, due=row.due_on.isoformat())
    return row


def plan_missing(*, now: datetime) -> int:
    """Plan the follow-up of every closed need that has none: the worker's safety net. Returns how many."""
    rows = Need.objects.filter(state=State.CLOSED).exclude(follow_ups__state__in=FollowUpState.values)
    needs = list(rows.select_related("area")[:500])
    for need in needs:
        plan_follow_up(need=need, now=now)
    return len(needs)


def make_link(*, follow_up: FollowUp, by: Person | None, now: datetime) -> str:
    """A one-time link (path) the resident opens without login, valid 14 days; an earlier link ends."""
    if follow_up.state == FollowUpState.ANSWERED:
        raise Refused(_("This has already been answered."))
    token = secrets.token_urlsafe(18)
    with transaction.atomic():
        follow_up.token_hash = hashed(token)
        follow_up.token_until = now + timedelta(days=LINK_DAYS)
        follow_up.save(update_fields=["token_hash", "token_until"])
        note(follow_up, "follow_up.linked", by, now)
    return f"/r/{token}"


def send_link(*, follow_up: FollowUp, by: Person | None, now: datetime) -> str:
    """Make a link and put it into the asker's messages, where they can be reached that way."""
    link = make_link(follow_up=follow_up, by=by, now=now)
    asker = follow_up.need.asker
    if asker and asker.reach == Reach.APP:
        post(
            key=f"{follow_up.need.no}:rate:{hashed(link)[:16]}",
            to_person=asker.pk,
            channel=Channel.INBOX,
            notice=Notice.RATE,
            now=now,
            number=follow_up.need.no,
            link=link,
            need=follow_up.need_id,
            area_code=follow_up.stem,
        )
    return link


def send_due_links(*, now: datetime) -> int:
    """Send the link of every follow-up that is due and can be answered online, once. Returns how many."""
    rows = FollowUp.objects.filter(
        state=FollowUpState.WAITING, due_on__lte=local_day(now), token_hash=None, need__asker__reach=Reach.APP
    )
    due = list(rows.select_related("need__asker")[:500])
    for row in due:
        send_link(follow_up=row, by=None, now=now)
    return len(due)


def answer(
    *,
    follow_up: FollowUp,
    solved: bool,
    satisfied: bool,
    words: str,
    way: str,
    by: Person | None,
    now: datetime,
) -> FollowUp:
    """The answer in the person's own words. Unsolved or unsatisfied opens the need again, with its history."""
    words = words.replace("\x00", "").strip()
    if not (solved and satisfied) and len(words) < 2:
        raise Refused(_("Please write what is still missing, in their words."), field="words")
    with transaction.atomic():
        row = (
            FollowUp.objects.select_for_update(of=("self",)).select_related("need__area").get(pk=follow_up.pk)
        )
        need = row.need
        if by and by.pk in set(Task.objects.filter(need=need, lap=row.lap).values_list("done_by", flat=True)):
            raise Refused(_("Whoever did it cannot ask whether it was good; please let a colleague ask."))
        change_state(row, "answer")
        row.solved, row.satisfied, row.words, row.way = solved, satisfied, words, way
        row.answered_at, row.answered_on, row.by = now, local_day(now), by
        row.token_hash = None
        row.tries += 1
        row.save()
        count_answer(row, excluded=need.excluded, by=1)
        count_rating(need=need, lap=row.lap, satisfied=satisfied)
        note(row, "follow_up.answered", by, now, solved=solved, satisfied=satisfied, way=way)
        if not (solved and satisfied) and need.state == State.CLOSED:
            reopen_need(need=need, text="", by=by, now=now)
    return row


def count_answer(row: FollowUp, *, excluded: bool, by: int) -> None:
    """Add an answer to the kept counts, or take it back."""
    if row.answered_on is None:
        return
    measures = ["rated_excluded"] if excluded else ["rated_all"]
    if not excluded:
        measures += ["solved_yes"] if row.solved else []
        measures += ["satisfied_yes"] if row.satisfied else []
    for measure in sorted(measures):
        tally(measure=measure, codes=row.codes, day=row.answered_on, by=by)


def change_state(row: FollowUp, verb: str) -> None:
    """Move the follow-up along its table, or refuse in words."""
    try:
        row.state = move(FOLLOW_UP, row.state, verb)
    except NotAllowed as error:
        raise Refused(_("This has already been answered.")) from error


def miss(*, follow_up: FollowUp, by: Person, now: datetime) -> FollowUp:
    """Nobody answered: try again tomorrow, and give up in the open after the third time."""
    with transaction.atomic():
        row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
        row.tries += 1
        change_state(row, "give_up" if row.tries >= MAX_TRIES else "miss")
        row.due_on = local_day(now) + timedelta(days=1)
        row.save(update_fields=["tries", "state", "due_on"])
        note(row, "follow_up.missed", by, now, tries=row.tries)
    return row


def ask_exclusion(*, need: Need, reason: str, text: str, by: Person, now: datetime) -> Exclusion:
    """Ask that a case be left out of the rates; it counts until somebody else approves."""
    if Exclusion.objects.filter(need=need, declined_at=None).exists():
        raise Refused(_("This has already been asked."))
    with transaction.atomic():
        Exclusion.objects.filter(need=need).delete()
        said = add_remark(need, RemarkKind.EXCLUSION, text, by, now)
        row = Exclusion.objects.create(need=need, reason=reason, remark=said, asked_by=by, asked_at=now)
        note_exclusion(row, "exclusion.asked", by, now, remark=said.pk)
    return row


def decide_exclusion(*, exclusion: Exclusion, approve: bool, by: Person, now: datetime) -> Exclusion:
    """Approve or decline, by somebody other than whoever asked; the kept counts follow."""
    with transaction.atomic():
        row = (
            Exclusion.objects.select_for_update(of=("self",))
            .select_related("need__area")
            .get(pk=exclusion.pk)
        )
        if row.approved_at or row.declined_at:
            raise Refused(_("This has already been decided."))
        if row.asked_by_id == by.pk:
            raise Refused(_("Somebody else must decide this."))
        if approve:
            row.approved_by, row.approved_at = by, now
            answers = list(FollowUp.objects.filter(need=row.need, state=FollowUpState.ANSWERED))
            for one in answers:
                count_answer(one, excluded=False, by=-1)
                count_answer(one, excluded=True, by=1)
            set_excluded(need=row.need, excluded=True, by=by, now=now)
        else:
            row.declined_at = now
        row.save()
        note_exclusion(row, "exclusion.approved" if approve else "exclusion.declined", by, now)
    return row


def note_exclusion(row: Exclusion, verb: str, by: Person, now: datetime, **facts: object) -> None:
    """Write what happened to an exclusion into the journal."""
    record(
        verb=verb,
        at=now,
        by=by.pk,
        subject_kind="exclusion",
        subject=row.pk,
        need=row.need_id,
        area_code=row.need.stem,
        facts={"reason": row.reason, **facts},
    )


def answer_by_link(
    *, follow_up: FollowUp, solved: bool, satisfied: bool, words: str, now: datetime
) -> FollowUp:
    """The resident's own answer through the one-time link."""
    return answer(
        follow_up=follow_up,
        solved=solved,
        satisfied=satisfied,
        words=words,
        way=Way.LINK,
        by=follow_up.need.asker,
        now=now,
    )
