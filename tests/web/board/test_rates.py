"""林书记 reads the three rates: every number opens to as many rows as it says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.people.models import Person
from linli.loop.ask import actions as ask
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import Exclusion, FollowUp
from linli.loop.run import actions as run
from linli.web.board.periods import buckets, period_of
from tests.factories import ELSEWHERE, NOW, STREET, TODAY, Neighbourhood, accepted

RATES, ROWS, EXCLUSIONS = "/board/rates/", "/board/rates/rows/", "/board/exclusions/"


def as_(who: Person) -> Client:
    """Somebody who is logged in."""
    client = Client()
    client.force_login(who.user)
    return client


def answered(town: Neighbourhood, words: str, *, solved: bool, satisfied: bool) -> None:
    """A need that went around the ring and was rated."""
    need = accepted(town, words, channel="online")
    ask.respond(need=need, text="下午上门", by=town.zhao, now=NOW)
    task = run.give_task(need=need, owner=town.liu, by=town.zhao, now=NOW)
    for step in task.steps.all():
        run.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=NOW)
    run.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    evaluate.check_and_close(task=task, good=True, by=town.zhao, now=NOW)
    evaluate.answer(
        follow_up=FollowUp.objects.get(need=need), solved=solved, satisfied=satisfied, words="送来都凉了", way="call",
        by=town.zhao, now=NOW,
    )  # fmt: skip


@pytest.fixture
def month(town: Neighbourhood) -> Neighbourhood:
    """Two rated needs, one unanswered, one in which leaving out is asked for."""
    answered(town, "想吃口热乎饭", solved=True, satisfied=True)
    answered(town, "中午的饭凉了", solved=True, satisfied=False)
    accepted(town, "灯坏了", channel="online")
    left = accepted(town, "台风天的窗户", channel="online")
    evaluate.ask_exclusion(need=left, reason="force", text="台风停电", by=town.zhao, now=NOW)
    return town


def test_every_number_opens_to_as_many_rows(month: Neighbourhood) -> None:
    client = as_(month.leader)
    shares = client.get(RATES).context["shares"]
    assert [(one["yes"], one["all"]) for one in shares] == [(2, 4), (2, 2), (1, 2)]
    for share in shares:
        for url, count in [
            (share["url"], share["all"]),
            *((part["url"], part["count"]) for part in share["parts"]),
        ]:
            page = client.get(url)
            assert (len(page.context["rows"]), page.context["count"]) == (count, count), url


def test_an_answer_shows_its_words_and_no_name(month: Neighbourhood) -> None:
    shown = as_(month.leader).get(ROWS, {"rate": "satisfaction", "part": "no"}).content.decode()
    assert "送来都凉了" in shown
    assert month.li.name not in shown


def test_the_areas_inside_add_up_and_lead_down(month: Neighbourhood) -> None:
    client = as_(month.leader)
    below = client.get(RATES).context["below"]
    assert [row["name"] for row in below] == ["南田社区", "远山社区"]
    assert [row["shares"][0]["all"] for row in below] == [4, 0]
    inside = client.get(below[0]["url"])
    assert inside.context["area"] == month.community
    assert [row["name"] for row in inside.context["below"]] == ["南田网格", "北田网格"]


def test_other_areas_and_other_people_find_nothing(month: Neighbourhood) -> None:
    assert as_(month.zhou).get(RATES, {"area": ELSEWHERE}).status_code == 404
    assert as_(month.zhao).get(RATES, {"area": STREET}).status_code == 404
    assert as_(month.liu).get(RATES).status_code == 404
    assert as_(month.stranger).get(ROWS, {"area": month.grid.code, "rate": "response"}).status_code == 404
    assert as_(month.leader).get(ROWS, {"rate": "nonsense"}).status_code == 404
    assert Client().get(RATES).status_code == 302


def test_the_rates_cost_the_same_however_many_rows_there_are(town: Neighbourhood) -> None:
    client, counts = as_(town.leader), []
    client.get(RATES)
    for words in ("想吃口热乎饭", "中午的饭凉了", "晚上也没饭"):
        answered(town, words, solved=True, satisfied=True)
        with CaptureQueriesContext(connection) as page:
            client.get(RATES)
        with CaptureQueriesContext(connection) as rows:
            client.get(ROWS, {"rate": "satisfaction"})
        counts.append((len(page), len(rows)))
    assert counts[0] == counts[1] == counts[2]


def test_the_page_reads_kept_counts_and_no_row_of_a_need(month: Neighbourhood) -> None:
    client = as_(month.leader)
    client.get(RATES)
    with CaptureQueriesContext(connection) as page:
        client.get(RATES)
    said = [
        query["sql"]
        for query in page
        if 'FROM "ask_need"' in query["sql"] and "exclusion" not in query["sql"]
    ]
    assert said == []


def test_a_time_of_ones_own(month: Neighbourhood) -> None:
    client = as_(month.leader)
    before = (TODAY - timedelta(days=30)).isoformat()
    found = client.get(
        RATES, {"period": "custom", "first": before, "last": (TODAY - timedelta(days=1)).isoformat()}
    )
    assert [one["all"] for one in found.context["shares"]] == [0, 0, 0]
    wrong = client.get(RATES, {"period": "custom", "first": "2026-03-05", "last": "2026-03-01"})
    assert "last" in wrong.context["days"].errors
    assert wrong.context["period"].kind == "month"


class Day:
    """A kept count of one day."""

    def __init__(self, day: Any, count: int) -> None:
        self.day, self.count, self.measure = day, count, "rated_all"


def test_a_line_over_time_loses_no_day() -> None:
    quarter, _form = period_of({"period": "quarter"}, TODAY)
    days = [Day(quarter.first + timedelta(days=at), at + 1) for at in range((TODAY - quarter.first).days + 1)]
    steps = buckets(days, quarter)
    assert sum(counts["rated_all"] for _label, counts in steps) == sum(day.count for day in days)
    assert [label for label, _counts in steps][:2] == ["1/1", "1/8"]


def test_leaving_out_is_decided_by_another_and_the_numbers_follow(month: Neighbourhood) -> None:
    row = Exclusion.objects.get()
    client = as_(month.leader)
    assert client.get(EXCLUSIONS).context["rows"][0]["decide"] is True
    assert as_(month.zhou).get(EXCLUSIONS).context["rows"][0]["decide"] is False
    where = f"/board/exclusions/{row.pk}/decide/"
    assert as_(month.zhou).post(where, {"approve": "1"}).status_code == 404
    assert client.get(where).status_code == 405
    assert client.post(where, {"approve": "1"}).status_code == 302
    shares = client.get(RATES).context["shares"]
    assert (shares[0]["all"], shares[0]["parts"][2]["count"]) == (3, 1)
    client.post(where, {"approve": "0"})
    assert Exclusion.objects.get().approved_at is not None
    assert client.get(EXCLUSIONS, {"tab": "decided"}).context["rows"][0]["approved"] is True
