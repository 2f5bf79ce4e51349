"""A program that lost the line asks again with the same key: one effect, one answer."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from linli.ground.journal.models import Event, Receipt
from linli.loop.ask import actions
from linli.loop.ask.models import Need
from tests.api.conftest import Program
from tests.factories import ELSEWHERE_GRID, GRID, Neighbourhood, need, neighbourhood

pytestmark = pytest.mark.urls("tests.api.urls")
ASK = {"area": GRID, "words": "楼道灯坏了好几天"}


def test_a_post_without_a_key_is_told_so(zhao: Program) -> None:
    answer = zhao.post("/needs", ASK, key="")
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["detail"]
    assert zhao.post("/needs", ASK, key="x" * 101).status_code == 400
    assert zhao.post("/needs", {}, key="").status_code == 400
    assert Need.objects.count() == 0


def test_the_same_key_and_body_have_one_effect_and_one_answer(zhao: Program) -> None:
    first = zhao.post("/needs", ASK, key="call-1")
    events = Event.objects.count()
    second = zhao.post("/needs", dict(reversed(ASK.items())), key="call-1")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first["Cache-Control"] == second["Cache-Control"] == "no-store"
    assert (second["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
    assert (Need.objects.count(), Event.objects.count()) == (1, events)


def test_the_same_key_for_something_else_is_a_conflict(zhao: Program) -> None:
    zhao.post("/needs", ASK, key="call-1")
    other = zhao.post("/needs", ASK | {"words": "水管漏了"}, key="call-1")
    assert (other.status_code, set(other.json())) == (409, {"detail", "field"})
    assert Need.objects.count() == 1


def test_keys_belong_to_whoever_sent_them(zhao: Program, qian: Program) -> None:
    zhao.post("/needs", ASK, key="call-1")
    assert qian.post("/needs", ASK, key="call-1").status_code == 201
    assert Need.objects.count() == 2


def test_a_refusal_leaves_nothing_behind_not_even_the_key(zhao: Program) -> None:
    refused = zhao.post("/needs", ASK | {"category": "none"}, key="call-1")
    assert (refused.status_code, refused.json()["field"]) == (422, "category")
    assert (Need.objects.count(), Receipt.objects.count()) == (0, 0)
    assert zhao.post("/needs", ASK, key="call-1").status_code == 201


def test_a_bug_undoes_the_act_and_tells_nothing_of_itself(
    zhao: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(**_given: object) -> None:
        """As if the numbering were broken."""
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(actions, "raise_need", fails)
    answer = zhao.post("/needs", ASK, key="call-1")
    assert answer.status_code == 500 and "secret" not in answer.content.decode()
    assert Receipt.objects.count() == 0
    assert "secret of the house" in caplog.text


def test_the_kept_answer_holds_nobody_s_words(town: Neighbourhood, zhao: Program) -> None:
    zhao.post("/needs", ASK | {"asker": town.li.pk, "place": "2单元302"}, key="call-1")
    kept = str(Receipt.objects.get().answer)
    assert ASK["words"] not in kept and "302" not in kept and "李" not in kept


def test_a_stranger_s_key_is_not_even_looked_at(town: Neighbourhood, stranger: Program) -> None:
    ask = need(town)
    answer = stranger.post(f"/needs/{ask.no}/accept", {"category": "meals"}, key="call-1")
    assert (answer.status_code, Receipt.objects.count()) == (404, 0)
    assert stranger.post("/needs", ASK).status_code == 404
    assert stranger.post("/needs", ASK | {"area": ELSEWHERE_GRID}).status_code == 201


def at_once(*acts: object) -> None:
    """Run these side by side, each with its own connection."""
    ready = threading.Barrier(len(acts))

    def run(act: object) -> None:
        """One of them."""
        ready.wait()
        try:
            act()  # type: ignore[operator]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_lines_at_once_with_one_key_have_one_effect() -> None:
    program, key = Program(neighbourhood().zhao), str(uuid4())
    answers: list[tuple[int, bytes]] = []

    def ask() -> None:
        """Raise it."""
        answer = program.post("/needs", ASK, key=key)
        answers.append((answer.status_code, answer.content))

    at_once(ask, ask)
    assert Need.objects.count() == 1
    assert [status for status, _body in answers] == [201, 201] and answers[0] == answers[1]


@pytest.mark.django_db(transaction=True)
def test_two_programs_at_once_never_take_one_place_twice() -> None:
    town = neighbourhood()
    town.canteen.capacity = 1
    town.canteen.save()
    program = Program(town.zhao)
    asks = [need(town), need(town, "腿脚不好，想订餐")]
    for ask in asks:
        assert program.post(f"/needs/{ask.no}/accept", {"category": "meals"}).status_code == 200
    seen: list[int] = []

    def agree(no: str) -> None:
        """Take the last place."""
        body = {"resource": town.canteen.pk, "override": "都说好了"}
        seen.append(program.post(f"/needs/{no}/matches", body).status_code)

    at_once(lambda: agree(asks[0].no), lambda: agree(asks[1].no))
    assert sorted(seen) == [201, 422]
