"""The journal: nothing in it changes unseen, messages leave once, counts are kept, numbers are given once."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from linli.ground.journal import actions, queries
from linli.ground.journal.choices import MAX_ATTEMPTS, Channel, Notice
from linli.ground.journal.models import Event, Outbox, Seal, Tally
from linli.kit.refused import Refused
from tests.factories import NOW, TODAY

EVERY = {
    "at": NOW + timedelta(seconds=1),
    "verb": "other",
    "actor": 99,
    "subject_kind": "other",
    "subject": 99,
    "need": 99,
    "area_code": "1",
    "facts": {"changed": True},
}


def three_events() -> list[Event]:
    rows = [
        actions.record(verb=f"step{n}", at=NOW, by=1, subject_kind="need", subject=n, need=n, facts={"n": n})
        for n in range(1, 4)
    ]
    actions.seal_pending()
    return rows


def forget_triggers() -> None:
    """What somebody with the owner's rights could do to the file."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in ("journal_event", "journal_seal"):
            for verb in ("update", "delete"):
                cursor.execute(
                    f"DROP TRIGGER IF EXISTS {table}_no_{verb}" + (f" ON {table}" if postgres else "")
                )


@pytest.mark.django_db
@pytest.mark.parametrize("column", sorted(EVERY))
def test_a_change_of_any_column_is_found_and_named(column: str) -> None:
    rows = three_events()
    assert queries.verify() == queries.Walk(3, 0, None)
    forget_triggers()
    Event.objects.filter(pk=rows[1].pk).update(**{column: EVERY[column]})
    assert queries.verify() == queries.Walk(1, 0, rows[1].pk, "the event was changed")


@pytest.mark.django_db
def test_a_removed_event_is_found() -> None:
    rows = three_events()
    forget_triggers()
    Event.objects.filter(pk=rows[0].pk).delete()
    assert queries.verify() == queries.Walk(0, 0, rows[0].pk, "the event is gone")


@pytest.mark.django_db
def test_a_removed_seal_leaves_a_gap() -> None:
    rows = three_events()
    forget_triggers()
    Seal.objects.filter(event=rows[1].pk).delete()
    assert queries.verify().broken == rows[2].pk


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_events(verb: str, journal_guarded: None) -> None:
    rows = three_events()
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        event = Event.objects.filter(pk=rows[0].pk)
        event.update(verb="other") if verb == "update" else event.delete()
    assert queries.verify().broken is None


@pytest.mark.django_db
def test_events_sealed_late_join_the_chain() -> None:
    three_events()
    late = actions.record(verb="late", at=NOW - timedelta(days=1), by=None, subject_kind="need", subject=9)
    assert queries.verify() == queries.Walk(3, 1, None)
    assert actions.seal_pending() == 1
    assert queries.verify() == queries.Walk(4, 0, None)
    assert Seal.objects.get(seq=4).event == late.pk


def message(key: str = "m1", channel: Channel = Channel.INBOX) -> None:
    actions.post(
        key=key, to_person=1, channel=channel, notice=Notice.RECEIVED, now=NOW, area_code="310999001001001"
    )


@pytest.mark.django_db
def test_the_same_message_twice_is_one() -> None:
    message()
    message()
    assert Outbox.objects.count() == 1


@pytest.mark.django_db
def test_a_message_is_claimed_once_and_again_when_its_worker_died() -> None:
    message()
    (claimed,) = actions.claim(now=NOW)
    assert actions.claim(now=NOW + timedelta(seconds=60)) == []
    (again,) = actions.claim(now=NOW + timedelta(seconds=121))
    assert (again.pk, again.attempts) == (claimed.pk, 2)
    actions.mark_sent(message=again, now=NOW)
    assert actions.claim(now=NOW + timedelta(days=1)) == []


@pytest.mark.django_db
def test_failures_keep_the_message_and_its_reason_until_it_is_given_up() -> None:
    message()
    now, pauses = NOW, []
    for _turn in range(MAX_ATTEMPTS):
        (row,) = actions.claim(now=now)
        actions.mark_failed(message=row, why="45009 api freq out of limit", now=now)
        row.refresh_from_db()
        pauses.append(row.next_try_at - now if row.given_up_at is None else None)
        now = max(row.next_try_at, now) + timedelta(minutes=1)
    assert row.failure == "45009 api freq out of limit"
    assert row.given_up_at is not None and row.sent_at is None
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5)]
    assert actions.claim(now=now + timedelta(days=9)) == []
    assert list(queries.stuck_messages()) == [row]


@pytest.mark.django_db
def test_what_must_be_told_in_person_is_told_once() -> None:
    message(channel=Channel.CALL)
    (row,) = queries.to_tell(["310999001001001"])
    actions.mark_told(message=row.pk, by=7, now=NOW)
    assert list(queries.to_tell(["310999001001001"])) == []
    with pytest.raises(Refused):
        actions.mark_told(message=row.pk, by=8, now=NOW)
    assert Outbox.objects.get().told_by == 7


@pytest.mark.django_db
def test_counts_are_kept_under_every_code() -> None:
    actions.tally(measure="a", codes=["310999001", "310999001001", ""], day=TODAY)
    actions.tally(measure="a", codes=["310999001", "310999001001"], day=TODAY, by=-1)
    actions.tally(measure="a", codes=["310999001"], day=TODAY, by=5)
    assert queries.tallies("310999001", TODAY, TODAY) == {"a": 5}
    assert queries.tallies("310999001001", TODAY, TODAY) == {"a": 0}
    assert Tally.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_connections_never_get_the_same_number() -> None:
    got: list[int] = []
    start = Barrier(4)

    def take() -> None:
        start.wait()
        for _turn in range(5):
            got.extend(actions.next_numbers(kind="need", day=date(2026, 3, 5)))
        connections.close_all()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_messages() -> None:
    for n in range(10):
        message(f"m{n}")
    got: list[Any] = []
    start = Barrier(2)

    def work() -> None:
        start.wait()
        got.extend(row.pk for row in actions.claim(now=NOW, size=10))
        connections.close_all()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 10


@pytest.mark.django_db
def test_a_look_needs_a_reason() -> None:
    with pytest.raises(Refused):
        actions.log_look(person=1, columns=["phone"], reason=" ", by=2, now=NOW)
    actions.log_look(person=1, columns=["phone", "door"], reason="送餐前打电话", by=2, now=NOW)
    (look,) = queries.looks_at(1)
    assert (look.actor, look.columns, look.reason) == (2, "phone,door", "送餐前打电话")


@pytest.mark.django_db(transaction=True)
def test_what_one_transaction_did_is_sealed_right_after_its_commit() -> None:
    with transaction.atomic():
        for n in range(3):
            actions.record(verb="step", at=NOW, by=1, subject_kind="need", subject=n)
        with transaction.atomic():
            actions.record(verb="inner", at=NOW, by=1, subject_kind="need", subject=9)
        assert Seal.objects.count() == 0
    assert queries.verify() == queries.Walk(4, 0, None)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_leaves_neither_event_nor_seal() -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            actions.record(verb="inner", at=NOW, by=1, subject_kind="need", subject=9)
            raise ZeroDivisionError
        actions.record(verb="outer", at=NOW, by=1, subject_kind="need", subject=1)
    assert queries.verify() == queries.Walk(1, 0, None)
