"""Write to the journal: events, the chain, looks, messages, counts, numbers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from linli.engine.chain import GENESIS, link_hash
from linli.ground.journal.choices import CLAIM_SECONDS, MAX_ATTEMPTS, RETRY_MINUTES, Channel, Notice
from linli.ground.journal.models import Event, Look, Outbox, Receipt, Seal, Serial, Tally
from linli.kit.refused import Refused

CHAIN_LOCK = 0x11171
SEAL_AT_ONCE = 500


def record(
    *,
    verb: str,
    at: datetime,
    by: int | None,
    subject_kind: str,
    subject: int | None,
    need: int | None = None,
    area_code: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event; after the commit it is sealed into the chain."""
    event = Event.objects.create(
        at=at,
        verb=verb,
        actor=by,
        subject_kind=subject_kind,
        subject=subject,
        need=need,
        area_code=area_code,
        facts=dict(facts or {}),
    )
    if seal_pending not in [entry[1] for entry in connection.run_on_commit]:  # type: ignore[comparison-overlap]
        transaction.on_commit(seal_pending, robust=True)  # once for all events of a transaction
    return event


def seal_pending(limit: int = SEAL_AT_ONCE) -> int:
    """Seal committed events that have no link yet, oldest first; one sealer at a time, others leave it to him."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHAIN_LOCK])
                if not cursor.fetchone()[0]:
                    return 0
        last = Seal.objects.order_by("-seq").first()
        seq, prev = (last.seq, last.hash) if last else (0, GENESIS)
        pending = unsealed(limit)
        seals = []
        for event in pending:
            seq += 1
            made = link_hash(prev, event.body())
            seals.append(Seal(seq=seq, event=event.pk, prev=prev, hash=made))
            prev = made
        Seal.objects.bulk_create(seals)
    return len(seals)


def unsealed(limit: int) -> list[Event]:
    """Events without a seal. Late commits may have lower ids than sealed ones, so a short stretch back is looked at."""
    newest = Seal.objects.order_by("-seq").values_list("event", flat=True).first() or 0
    gap = Event.objects.filter(pk__gt=newest - 1000).exclude(
        pk__in=Seal.objects.filter(event__gt=newest - 1000).values("event")
    )
    return list(gap.order_by("pk")[:limit])


def log_look(*, person: int, columns: Iterable[str], reason: str, by: int, now: datetime) -> Look:
    """Record that ``by`` read private columns of ``person``; a reason is required."""
    reason = reason.strip()
    if len(reason) < 2:
        raise Refused(_("Please say why you need to see this."), field="reason")
    names = ",".join(columns)
    with transaction.atomic():
        look = Look.objects.create(at=now, actor=by, person=person, columns=names, reason=reason[:200])
        record(
            verb="person.looked",
            at=now,
            by=by,
            subject_kind="person",
            subject=person,
            facts={"columns": names},
        )
    return look


def post(
    *,
    key: str,
    to_person: int,
    channel: Channel,
    notice: Notice,
    now: datetime,
    number: str = "",
    link: str = "",
    need: int | None = None,
    area_code: str = "",
) -> None:
    """Put one message in the outbox; the same key twice is one message."""
    Outbox.objects.bulk_create(
        [
            Outbox(
                key=key,
                to_person=to_person,
                channel=channel,
                notice=notice,
                number=number,
                link=link,
                need=need,
                area_code=area_code,
                created_at=now,
                next_try_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def claim(*, now: datetime, size: int = 20) -> list[Outbox]:
    """Take messages that are due, so that no other worker sends them; a claim lapses when its worker dies."""
    with transaction.atomic():
        due = Outbox.objects.filter(sent_at=None, given_up_at=None, next_try_at__lte=now).exclude(
            claimed_until__gt=now
        )
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        rows = list(due.order_by("next_try_at", "id")[:size])
        until = now + timedelta(seconds=CLAIM_SECONDS)
        for row in rows:
            row.claimed_until = until
            row.attempts += 1
        Outbox.objects.bulk_update(rows, ["claimed_until", "attempts"])
    return rows


def mark_sent(*, message: Outbox, now: datetime) -> None:
    """The channel took the message."""
    Outbox.objects.filter(pk=message.pk, sent_at=None).update(sent_at=now, claimed_until=None, failure="")


def mark_failed(*, message: Outbox, why: str, now: datetime) -> None:
    """The channel refused: try again after a growing pause, and give up in the open after the last try."""
    fields: dict[str, Any] = {"failure": why[:300], "claimed_until": None}
    if message.attempts >= MAX_ATTEMPTS:
        fields["given_up_at"] = now
    else:
        pause = RETRY_MINUTES[min(message.attempts, len(RETRY_MINUTES)) - 1]
        fields["next_try_at"] = now + timedelta(minutes=pause)
    Outbox.objects.filter(pk=message.pk, sent_at=None).update(**fields)


def mark_told(*, message: int, by: int, now: datetime) -> None:
    """A worker told the person in her own words (call, visit, slip of paper)."""
    with transaction.atomic():
        rows = Outbox.objects.filter(pk=message, channel=Channel.CALL, read_at=None)
        if not rows.update(read_at=now, told_by=by):
            raise Refused(_("Somebody has already told them."))
        row = Outbox.objects.get(pk=message)
        record(
            verb="message.told",
            at=now,
            by=by,
            subject_kind="message",
            subject=row.pk,
            need=row.need,
            area_code=row.area_code,
            facts={"notice": row.notice},
        )


def mark_read(*, person: int, now: datetime) -> int:
    """The person opened the message page: what was in it counts as read."""
    unread = Outbox.objects.filter(to_person=person, channel=Channel.INBOX, read_at=None)
    return unread.update(read_at=now)


def tally(*, measure: str, codes: Iterable[str], day: date, by: int = 1) -> None:
    """Add ``by`` to a kept count under each area code (in one fixed order, so that two writers never wait in a circle)."""
    rows = [(code, day, measure, by) for code in sorted({code for code in codes if code})]
    if not rows or not by:
        return
    table = connection.ops.quote_name(Tally._meta.db_table)
    values = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (code, day, measure, count) VALUES {values} "
            f"ON CONFLICT (code, measure, day) DO UPDATE SET count = {table}.count + excluded.count",
            [value for row in rows for value in row],
        )


def next_numbers(*, kind: str, day: date, size: int = 1) -> range:
    """Give out ``size`` numbers of the day, never the same twice."""
    table = connection.ops.quote_name(Serial._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (kind, day, last) VALUES (%s, %s, %s) "
            f"ON CONFLICT (kind, day) DO UPDATE SET last = {table}.last + excluded.last RETURNING last",
            [kind, day, size],
        )
        last = cursor.fetchone()[0]
    return range(last - size + 1, last + 1)


def begin_receipt(*, key: str, by: int, request_hash: str, now: datetime) -> Receipt | None:
    """First use of a key: None, and the key is taken in this transaction. Later: what was answered. Other body: refused."""
    made, fresh = Receipt.objects.get_or_create(
        actor=by, key=key, defaults={"request_hash": request_hash, "at": now}
    )
    if fresh:
        return None
    if made.request_hash != request_hash:
        raise Refused(_("This key was already used for something else."), field="Idempotency-Key")
    return made


def end_receipt(*, key: str, by: int, status: int, answer: Any) -> None:
    """Keep the answer for the key, in the same transaction as its effect."""
    Receipt.objects.filter(actor=by, key=key).update(status=status, answer=answer)
