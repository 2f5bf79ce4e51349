"""赵姐 opens the day: what waits, in one list, and what she does from it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.journal.models import Outbox
from linli.ground.people import actions as people
from linli.ground.people.choices import BirthdayKind
from linli.ground.people.models import Person
from linli.kit import clock
from linli.kit.calendar import lunar_of
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import State
from linli.loop.evaluate.choices import FollowUpState
from linli.loop.evaluate.models import FollowUp
from linli.loop.run.models import Task
from tests import factories
from tests.factories import NOW, Neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    """The neighbourhood on a Thursday morning, 09:10."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return factories.neighbourhood()


def desk_of(who: Person) -> Client:
    """Somebody at the desk."""
    client = Client()
    client.force_login(who.user)
    return client


HTMX = {"HTTP_HX_REQUEST": "true"}


def sections(client: Client) -> dict[str, Any]:
    """Today's sections by name, those that hold something."""
    page = client.get("/desk/")
    assert page.status_code == 200
    return {section.key: section for section in page.context["sections"]}


def due_today(
    town: Neighbourhood, words: str = "岁数大了，想吃口热乎饭都难", asker: Person | None = None, days: int = 4
) -> FollowUp:
    """A need done and closed days ago, to be asked about today."""
    raised = factories.accepted(town, words, asker=asker or town.li, now=NOW - timedelta(days=days))
    factories.closed(town, raised, now=NOW - timedelta(days=days - 1))
    return FollowUp.objects.get(need=raised)


def test_an_empty_day_is_kind(town: Neighbourhood) -> None:
    page = desk_of(town.zhao).get("/desk/")
    assert [section.key for section in page.context["sections"]] == ["rounds", "birthdays"]
    assert len(page.context["quiet"]) == 8
    assert town.zhao.name in page.content.decode()


def test_late_needs_stand_before_near_ones(town: Neighbourhood) -> None:
    late = factories.accepted(town, "楼道灯坏了三天", now=NOW - timedelta(days=20))
    near = factories.accepted(town, "煤气灶打不着火", urgency="extreme", now=NOW - timedelta(minutes=110))
    factories.accepted(town, "想学用手机", now=NOW)
    rows = sections(desk_of(town.zhao))["due"].rows
    assert [(row["title"], row["tone"]) for row in rows] == [(late.title, "late"), (near.title, "near")]


def test_a_need_opens_in_place_with_its_next_step(town: Neighbourhood) -> None:
    need = factories.accepted(town)
    page = desk_of(town.zhao).get(f"/desk/today/needs/{need.no}/", **HTMX).content.decode()
    assert need.words in page
    assert f"/desk/needs/{need.no}/help/" in page
    assert "<html" not in page


def test_a_need_of_another_community_opens_for_nobody_else(town: Neighbourhood) -> None:
    need = factories.accepted(town)
    assert desk_of(town.stranger).get(f"/desk/today/needs/{need.no}/").status_code == 404


def test_names_in_the_list_are_masked(town: Neighbourhood) -> None:
    due_today(town, asker=town.wang)
    factories.accepted(town, "楼道灯坏了三天", asker=town.wang, now=NOW - timedelta(days=20))
    page = desk_of(town.zhao).get("/desk/").content.decode()
    assert "王桂兰" not in page
    assert "王*兰" in page


def test_an_answer_is_written_down_in_place(town: Neighbourhood) -> None:
    row = due_today(town)
    client = desk_of(town.zhao)
    assert sections(client)["followups"].count == "1"
    answer = {"way": "call", "solved": "1", "satisfied": "1", "words": "饭是热的"}
    page = client.post(f"/desk/today/follow-ups/{row.pk}/", answer, **HTMX)
    assert page["HX-Retarget"] == "closest .today-row"
    row.refresh_from_db()
    assert (row.state, row.solved, row.satisfied, row.words) == (
        FollowUpState.ANSWERED,
        True,
        True,
        "饭是热的",
    )
    assert "followups" not in sections(client)


def test_unsatisfied_without_words_is_refused_and_what_was_chosen_stays(town: Neighbourhood) -> None:
    row = due_today(town)
    answer = {"way": "visit", "solved": "1", "satisfied": "0", "words": ""}
    page = desk_of(town.zhao).post(f"/desk/today/follow-ups/{row.pk}/", answer, **HTMX)
    assert page.context["form"].errors["words"]
    assert page.context["form"]["way"].value() == "visit"
    row.refresh_from_db()
    assert row.state == FollowUpState.WAITING


def test_unsatisfied_opens_the_need_again(town: Neighbourhood) -> None:
    row = due_today(town)
    answer = {"way": "visit", "solved": "0", "satisfied": "0", "words": "送来是凉的"}
    page = desk_of(town.zhao).post(f"/desk/today/follow-ups/{row.pk}/", answer)
    assert page.status_code == 302
    row.need.refresh_from_db()
    assert (row.need.state, row.need.lap) == (State.REOPENED, 2)


def test_nobody_answered_means_tomorrow(town: Neighbourhood) -> None:
    row = due_today(town)
    client = desk_of(town.zhao)
    assert client.post(f"/desk/today/follow-ups/{row.pk}/missed/", **HTMX).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.tries, row.due_on) == (FollowUpState.WAITING, 1, NOW.date() + timedelta(days=1))
    assert desk_of(town.stranger).post(f"/desk/today/follow-ups/{row.pk}/missed/").status_code == 404


def test_a_done_task_waits_for_a_second_pair_of_eyes(town: Neighbourhood) -> None:
    task = factories.given(town, factories.accepted(town))
    for step in task.steps.all():
        factories.run.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=NOW)
    factories.run.finish_task(task=task, text="送到门口", by=town.liu, now=NOW)
    found = sections(desk_of(town.zhao))["tasks"]
    assert [row["url"] for row in found.rows] == [f"/desk/tasks/{task.no}/"]
    assert "送到门口" in desk_of(town.zhao).get(f"/desk/today/tasks/{task.no}/").content.decode()


def test_an_appointment_stands_once_and_with_its_hour(town: Neighbourhood) -> None:
    need = factories.accepted(town)
    match = factories.link.agree(need=need, resource=town.canteen, by=town.zhao, now=NOW)
    need.refresh_from_db()
    at = NOW.replace(hour=15, minute=30)
    factories.run.give_task(need=need, owner=town.zhao, match=match, by=town.zhao, now=NOW, appointed_at=at)
    found = sections(desk_of(town.zhao))
    assert [row["title"][:5] for row in found["appointments"].rows] == ["15:30"]
    assert "tasks" not in found
    assert Task.objects.count() == 1


def test_somebody_without_a_phone_is_told_once(town: Neighbourhood) -> None:
    need = factories.accepted(town, asker=town.wang)
    client = desk_of(town.zhao)
    (row,) = sections(client)["tell"].rows
    assert need.title in row["note"]
    assert client.post(row["do_url"], **HTMX).status_code == 200
    waiting = Outbox.objects.filter(to_person=town.wang.pk, channel="call", read_at=None)
    assert waiting.count() == 0
    assert set(Outbox.objects.filter(to_person=town.wang.pk).values_list("told_by", flat=True)) == {
        town.zhao.pk
    }
    assert "tell" not in sections(client)
    assert client.post(row["do_url"], **HTMX).status_code == 200
    assert client.get("/desk/today/tell/").context["rows"] == []


def test_only_messages_of_her_areas_can_be_ticked(town: Neighbourhood) -> None:
    factories.accepted(town, asker=town.wang)
    message = Outbox.objects.filter(to_person=town.wang.pk, channel="call").latest("id")
    desk_of(town.stranger).post(f"/desk/today/tell/{message.pk}/")
    message.refresh_from_db()
    assert message.read_at is None


def test_a_lunar_birthday_is_seen_two_days_before(town: Neighbourhood) -> None:
    day = NOW.date() + timedelta(days=2)
    month, number, _leap = lunar_of(day)
    people.keep_person(
        person=town.li, area=town.grid, name="李长河", birthday=town.li.birthday, birthday_kind=BirthdayKind.LUNAR,
        lunar=(month, number), by=None, now=NOW,
    )  # fmt: skip
    titles = [row["title"] for row in sections(desk_of(town.zhao))["birthdays"].rows]
    assert any("李*河" in title and "正月十九" in title for title in titles)
    assert "李*河" in desk_of(town.zhao).get("/desk/birthdays/").content.decode()


def test_new_needs_lead_to_triage(town: Neighbourhood) -> None:
    for number in range(10):
        factories.need(town, f"第{number}件新的", now=NOW - timedelta(hours=number))
    found = sections(desk_of(town.zhao))["new"]
    assert (len(found.rows), found.count, found.more) == (8, "10", True)
    assert found.url.startswith("/desk/triage/")


def test_today_costs_the_same_for_one_row_and_for_three(town: Neighbourhood) -> None:
    client = desk_of(town.zhao)

    def more(number: int) -> None:
        due_today(town, f"第{number}件，想吃热饭", asker=town.wang, days=3 + number)
        factories.accepted(town, f"第{number}件，灯坏了", now=NOW - timedelta(days=20), asker=town.wang)
        factories.need(town, f"第{number}件，新的")

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/desk/").status_code == 200
        return len(seen)

    more(1)
    cost()
    one = cost()
    more(2)
    more(3)
    assert cost() == one <= 26


def test_a_director_sees_every_grid_and_a_stranger_sees_nothing_of_it(town: Neighbourhood) -> None:
    factories.accepted(town, "楼道灯坏了三天", now=NOW - timedelta(days=20))
    found = sections(desk_of(town.zhou))
    assert len(found["rounds"].rows) == 2
    assert found["due"].count == "1"
    assert "due" not in sections(desk_of(town.stranger))


def test_the_list_is_for_workers(town: Neighbourhood) -> None:
    assert desk_of(town.sun).get("/desk/").status_code == 404
    assert Client().get("/desk/").status_code == 302
    assert desk_of(town.leader).get("/desk/").status_code == 200


def test_the_weather_of_the_last_page_is_remembered(town: Neighbourhood) -> None:
    ask.write_diary(
        area=town.grid, key=uuid4(), at=NOW, words="都好", weather="sun", temperature=6, by=town.zhao, now=NOW
    )
    assert "6℃" in desk_of(town.zhao).get("/desk/").context["sky"]
