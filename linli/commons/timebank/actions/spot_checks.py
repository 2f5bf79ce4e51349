"""Spot checks: records drawn by a seed that anybody can draw again, looked at on the door by somebody with no part in them."""

from datetime import date, datetime
from uuid import uuid5

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import SPACE, locked, note
from linli.commons.timebank.actions.disputes import FREEZABLE, open_dispute
from linli.commons.timebank.actions.records import claim_of
from linli.commons.timebank.choices import CheckResult
from linli.commons.timebank.models import Approval, Confirmation, Programme, Record, SpotCheck
from linli.commons.timebank.queries.records import OVER, start_of
from linli.engine.fairplay import Sampled, sample
from linli.ground.people.models import Person
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

LEAST, MOST_SHARE = 3, 100


def seed_of(programme: Programme, month: date) -> str:
    """What the draw of a month follows from; it is printed on the list."""
    return f"{programme.code}:{month:%Y-%m}"


def draw(*, programme: Programme, month: date, share: int, by: Person, now: datetime) -> list[SpotCheck]:
    """Draw ``share`` per cent of a month's records, three at least; volunteers with findings are likelier. Drawn once."""
    if not 1 <= share <= MOST_SHARE:
        raise Refused(_("Please give a share between 1 and 100 per cent."), field="share")
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    if local_day(now) < after:
        raise Refused(_("A month is drawn when it is over."), field="month")
    with turn():
        locked(programme)
        mine = SpotCheck.objects.filter(record__programme=programme, month=first)
        if mine.exists():
            raise Refused(_("This month has been drawn already."), field="month")
        rows = Record.objects.filter(
            programme=programme, started_at__gte=start_of(first), started_at__lt=start_of(after)
        ).exclude(claim__state__in=OVER)
        pool = [
            Sampled(pk, member, findings)
            for pk, member, findings in rows.annotate(many=Count("findings"))
            .order_by("id")
            .values_list("pk", "member", "many")
        ]
        if not pool:
            raise Refused(_("Nobody served in this month."), field="month")
        chosen = sample(pool, share, seed_of(programme, first), minimum=LEAST)
        made = SpotCheck.objects.bulk_create(
            SpotCheck(record_id=int(pk), month=first, drawn_at=now, drawn_by=by) for pk in chosen
        )
        note(
            programme, "spot.drawn", "programme", programme.pk, by, now, month=first.isoformat(), share=share,
            many=len(made), of=len(pool),
        )  # fmt: skip
    return made


def record_check(*, check: SpotCheck, result: str, words: str, by: Person, now: datetime) -> SpotCheck:
    """Write down what was found at the door. What did not take place as recorded becomes a dispute, if it is not one."""
    if result not in CheckResult.values:
        raise Refused(_("Please say what you found."), field="result")
    if result == CheckResult.WRONG and len(words.strip()) < 4:
        raise Refused(_("Please say what you found, in a sentence."), field="words")
    record = check.record
    part = {record.member.person_id, record.receiver_id, record.made_by_id}
    part |= set(Approval.objects.filter(record=record).values_list("by", flat=True))
    part |= set(Confirmation.objects.filter(record=record).values_list("by", flat=True))
    if by.pk in part:
        raise Refused(_("Whoever had a part in it does not check it; please let a colleague go."))
    with turn():
        row: SpotCheck = locked(check)
        if row.result:
            raise Refused(_("Somebody has already been there."))
        row.result, row.words, row.checked_by, row.checked_at = result, words.strip()[:500], by, now
        row.save()
        note(record, "spot.checked", "record", record.pk, by, now, result=result)
        if result == CheckResult.WRONG and claim_of(record).state in FREEZABLE:
            open_dispute(key=uuid5(SPACE, f"spot:{row.pk}"), record=record, words=words, by=by, now=now)
    return row
