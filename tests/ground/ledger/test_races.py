"""Many at once, from connections and processes of their own: nothing is spent twice, nobody waits for ever."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import HoldOver, OtherBody, Short, Take
from linli.ground.ledger.actions import holds as holding
from linli.ground.ledger.choices import Kind, Reversal
from linli.ground.ledger.models import Account, HoldEnd, Transfer
from linli.kit.refused import Refused
from tests.factories import NOW
from tests.ground.ledger.books import BOOK, POINTS, RULE, account, filled, post, stands
from tests.ground.ledger.replay import elsewhere, suite_url
from tests.ground.ledger.rows import postgres, raw

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 2.0  # seconds; the bench asks for less


def together(folder: Path, *commands: tuple[object, ...]) -> list[Any]:
    """Programs of ``crash.py`` that begin at the same moment; their answers."""
    started = [elsewhere(suite_url(), folder, "tests.ground.ledger.crash", *words) for words in commands]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * len(started), ends
    return [json.loads(said.splitlines()[-1]) for said, _errors in ends]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Acts in threads, each with a connection of its own; what each returned or raised."""
    answers: list[Any] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = acts[place]()
        except Exception as error:
            answers[place] = error
        connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def whole() -> None:
    while ledger.seal_ledger():
        pass
    walk = books.verify()
    assert (walk.broken, walk.unsealed) == (None, 0)


def test_1700_points_are_spent_170_times(tmp_path: Path) -> None:
    book = filled()
    answers = together(tmp_path, *[("spend", book.chen.pk, book.redeemed.pk, 10)] * 4)
    assert sum(answer["times"] for answer in answers) == 170
    assert all(answer["times"] for answer in answers)
    assert max(answer["worst"] for answer in answers) < MOST
    assert stands(book.chen) == (0, 0, 171)
    assert books.standing(book.redeemed) == 1700
    whole()


def test_200_uids_of_four_senders_each_are_200_effects(tmp_path: Path) -> None:
    book = filled()
    uids = [str(uuid4()) for _number in range(200)]
    (tmp_path / "uids").write_text("\n".join(uids), encoding="utf-8")
    first, *others = together(tmp_path, *[("send", tmp_path / "uids", book.chen.pk, book.redeemed.pk)] * 4)
    assert sorted(first) == sorted(uids)
    assert others == [first] * 3
    assert len(set(first.values())) == 200
    assert set(first.values()) < set(Transfer.objects.values_list("pk", flat=True))
    assert stands(book.chen) == (1500, 0, 201)
    whole()


def deadlocks() -> int:
    return (
        int(raw("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])
        if postgres()
        else 0
    )


def test_the_pool_everybody_touches_is_locked_last_and_nobody_deadlocks(tmp_path: Path) -> None:
    book = filled()
    some = [book.pool.pk, book.chen.pk, book.wang.pk, account(Kind.MEMBER, "li").pk, book.gifts.pk]
    before = deadlocks()
    answers = together(tmp_path, *[("cross", seed, 150, *some) for seed in range(4)])
    assert deadlocks() == before
    assert max(answer["worst"] for answer in answers) < MOST
    assert Transfer.objects.count() == 3 + sum(answer["times"] for answer in answers)
    assert sum(stands(row)[0] for row in Account.objects.filter(pk__in=some)) == 5000
    whole()


def test_what_is_set_aside_at_once_is_there() -> None:
    book = filled()
    acts = [
        lambda: ledger.hold(uid=uuid4(), account=book.chen, amount=500, who=RULE, now=NOW).amount
        for _turn in range(6)
    ]
    answers = at_once(*acts)
    assert sorted(answer for answer in answers if isinstance(answer, int)) == [500] * 3
    assert sum(isinstance(answer, Short) for answer in answers) == 3
    assert stands(book.chen) == (1700, 1500, 1)
    whole()


def test_a_hold_ends_once_whoever_comes_first() -> None:
    book = filled()
    for _turn in range(5):
        held = ledger.hold(uid=uuid4(), account=book.chen, amount=10, who=RULE, now=NOW, expires_at=NOW)
        take = [Take(held.pk, 10)]
        answers = at_once(
            lambda take=take: post((book.chen, -10), (book.redeemed, 10), takes=take),
            lambda take=take: post((book.chen, -10), (book.redeemed, 10), takes=take),
            lambda held=held: ledger.free_hold(hold=held.pk, who=RULE, now=NOW),
            lambda: ledger.expire_holds(now=NOW + timedelta(seconds=1), who=RULE),
        )
        end = HoldEnd.objects.get(hold=held.pk)
        posted = [answer for answer in answers[:2] if isinstance(answer, ledger.Posted)]
        assert len(posted) == (1 if end.outcome == "post" else 0)
        assert all(isinstance(answer, HoldOver) for answer in answers[:2] if answer not in posted)
        freed = answers[2] if end.outcome != "post" else None
        assert (freed if freed is not None else isinstance(answers[2], HoldOver)) == (end.outcome != "expire")
        assert answers[3] == ([held.pk] if end.outcome == "expire" else [])
    assert stands(book.chen)[1] == 0
    whole()


def test_one_uid_for_two_accounts_is_one_hold() -> None:
    book = filled()
    for _turn in range(5):
        uid = uuid4()
        answers = at_once(
            *[
                lambda row=row, uid=uid: ledger.hold(uid=uid, account=row, amount=1, who=RULE, now=NOW).pk
                for row in (book.chen, book.pool, book.chen, book.pool)
            ]
        )
        made = {answer for answer in answers if isinstance(answer, int)}
        assert (len(made), sum(isinstance(answer, OtherBody) for answer in answers)) == (1, 2)
    whole()


def test_a_mistake_is_put_right_once_however_many_do_it() -> None:
    book = filled()
    for _turn in range(5):
        wrong = post((book.chen, -10), (book.redeemed, 10)).transfer
        asked = {"transfer": wrong, "reason": Reversal.TWICE, "who": RULE, "now": NOW}
        answers = at_once(*[lambda asked=asked: ledger.reverse(uid=uuid4(), **asked) for _one in range(4)])
        assert sum(isinstance(answer, ledger.Posted) for answer in answers) == 1
        assert sum(type(answer) is Refused for answer in answers) == 3
    assert stands(book.chen)[0] == 1700
    whole()


def test_an_account_opened_by_many_at_once_is_one() -> None:
    def opened() -> int:
        row = ledger.open_account(book=BOOK, unit=POINTS, kind=Kind.MEMBER, key="new", now=NOW)
        return row.pk if row.balance else 0

    assert len({*at_once(*[opened] * 4)}) == 1
    whole()


def test_many_seal_one_chain() -> None:
    book = filled()
    for _turn in range(20):
        post((book.chen, -1), (book.redeemed, 1))
    at_once(*[ledger.seal_ledger] * 3, lambda: post((book.chen, -1), (book.redeemed, 1)))
    whole()


def test_a_hold_taken_in_its_last_moment_does_not_stop_the_others_from_running_out() -> None:
    book = filled()
    first, second = (
        ledger.hold(uid=uuid4(), account=book.chen, amount=10, who=RULE, now=NOW, expires_at=NOW)
        for _turn in range(2)
    )
    free = holding.free_hold

    def taken_meanwhile(*, hold: int, **more: Any) -> bool:
        if hold == first.pk:
            post((book.chen, -10), (book.redeemed, 10), takes=[Take(first.pk, 10)])
        return free(hold=hold, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "free_hold", taken_meanwhile)
        assert ledger.expire_holds(now=NOW + timedelta(seconds=1), who=RULE) == [second.pk]
    assert stands(book.chen) == (1690, 0, 2)
