"""Asking the people how it turned out."""

import base64
import re
from datetime import timedelta

import pytest

from linli.kit import clock
from linli.loop.ask.choices import State
from linli.loop.evaluate.access import follow_up_by_token
from linli.loop.evaluate.choices import FollowUpState
from linli.loop.evaluate.models import FollowUp
from tests.factories import NOW, Neighbourhood, accepted, closed
from tests.web.desk.stage import enter, page, queries

LATER = NOW + timedelta(days=3)


@pytest.fixture
def due(town: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> FollowUp:
    """李大爷 had his meals; three days later somebody asks."""
    closed(town, accepted(town))
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return FollowUp.objects.get()


def test_the_list_has_who_is_due_and_not_who_comes_later(
    town: Neighbourhood,
    due: FollowUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert due.need.no in page(town.zhao, "/desk/follow-ups/")
    assert due.need.no not in page(town.zhao, "/desk/follow-ups/?tab=coming")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert due.need.no not in page(town.zhao, "/desk/follow-ups/")
    assert due.need.no in page(town.zhao, "/desk/follow-ups/?tab=coming")
    page(town.zhao, "/desk/follow-ups/?tab=nonsense", 404)


def test_unsatisfied_opens_it_again(town: Neighbourhood, due: FollowUp) -> None:
    url = f"/desk/follow-ups/{due.pk}/"
    sent = {"solved": "yes", "satisfied": "no", "words": "", "way": "call"}
    refused = enter(town.qian).post(url, sent)
    assert refused.status_code == 200 and "words" in refused.context["form"].errors
    assert re.search(r'name="satisfied" value="no"[^>]*checked', refused.content.decode())
    answer = enter(town.qian).post(url, sent | {"words": "送到都凉了"})
    assert answer["Location"] == f"/desk/needs/{due.need.no}/"
    due.need.refresh_from_db()
    assert (due.need.state, due.need.lap) == (State.REOPENED, 2)
    again = enter(town.qian).post(url, sent | {"words": "又说一遍"})
    assert again.status_code == 200
    due.refresh_from_db()
    assert due.words == "送到都凉了" and "送到都凉了" in page(town.qian, url)


def test_satisfied_ends_well(town: Neighbourhood, due: FollowUp) -> None:
    sent = {"solved": "yes", "satisfied": "yes", "words": "热乎的", "way": "visit"}
    enter(town.zhao).post(f"/desk/follow-ups/{due.pk}/", sent)
    due.refresh_from_db()
    assert (due.state, due.way, due.by) == (FollowUpState.ANSWERED, "visit", town.zhao)
    assert due.need.no in page(town.zhao, "/desk/follow-ups/?tab=answered")


def test_nobody_at_home_comes_back_tomorrow(town: Neighbourhood, due: FollowUp) -> None:
    enter(town.zhao).post(f"/desk/follow-ups/{due.pk}/missed/")
    due.refresh_from_db()
    assert (due.tries, due.due_on) == (1, LATER.date() + timedelta(days=1))


def test_the_link_is_shown_once_with_its_code(town: Neighbourhood, due: FollowUp) -> None:
    shown = (
        enter(town.zhao)
        .post(f"/desk/follow-ups/{due.pk}/link/", headers={"HX-Request": "true"})
        .content.decode()
    )
    link = re.search(r'href="[^"]*/r/([^"/]+)"', shown)
    code = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', shown)
    assert link and code and b"<svg" in base64.b64decode(code[1])
    assert follow_up_by_token(link[1], now=LATER) == due
    assert link[1] not in page(town.zhao, f"/desk/follow-ups/{due.pk}/")


def test_others_ask_nobody_here(town: Neighbourhood, due: FollowUp) -> None:
    sent = {"solved": "yes", "satisfied": "yes", "words": "", "way": "call"}
    for path in ("", "missed/", "link/"):
        for who in (town.stranger, town.liu, town.leader):
            assert enter(who).post(f"/desk/follow-ups/{due.pk}/{path}", sent).status_code == 404
    page(town.stranger, f"/desk/follow-ups/{due.pk}/", 404)
    assert "<form" in page(town.leader, f"/desk/follow-ups/{due.pk}/")
    due.refresh_from_db()
    assert due.state == FollowUpState.WAITING


def test_three_rows_cost_what_one_costs(town: Neighbourhood, due: FollowUp) -> None:
    one = queries(town.zhao, "/desk/follow-ups/")
    closed(town, accepted(town, "晚饭也想送"))
    FollowUp.objects.update(due_on=LATER.date())
    assert queries(town.zhao, "/desk/follow-ups/") == one
