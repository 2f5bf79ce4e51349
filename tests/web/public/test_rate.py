"""李大爷 says by link whether it is solved: no login, once, within a fortnight."""

from datetime import timedelta

import pytest
from django.test import Client

from linli.ground.places.actions import keep_facility
from linli.kit import clock
from linli.loop.ask.models import Need
from linli.loop.evaluate.actions import make_link
from linli.loop.evaluate.models import FollowUp
from linli.loop.evaluate.queries import rates
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed

GOOD = {"solved": "1", "satisfied": "1", "words": "吃上热饭了"}
BAD = {"solved": "1", "satisfied": "0", "words": "送来都凉了"}


@pytest.fixture
def link(town: Neighbourhood) -> str:
    """A link to a need that was closed."""
    need = accepted(town)
    closed(town, need)
    return make_link(follow_up=FollowUp.objects.get(need=need), by=town.zhao, now=NOW)


def test_the_answer_arrives_and_counts(link: str, town: Neighbourhood) -> None:
    client = Client()
    page = client.get(link)
    assert page.status_code == 200
    assert "热乎饭" in page.content.decode()
    assert "data-elder" in page.content.decode()
    assert set(client.cookies) <= {"csrftoken"}
    assert client.post(link, GOOD).headers["Location"] == "/rated/good/"
    assert client.get("/rated/good/").status_code == 200
    assert [(share.yes, share.all) for share in rates(town.community.stem, TODAY, TODAY)][1:] == [
        (1, 1),
        (1, 1),
    ]


def test_unsatisfied_takes_it_up_again(link: str) -> None:
    assert Client().post(link, BAD).headers["Location"] == "/rated/again/"
    need = Need.objects.get()
    assert (need.state, need.lap) == ("reopened", 2)


def test_what_is_missing_must_be_said_and_what_was_chosen_stays(link: str) -> None:
    answer = Client().post(link, {**BAD, "words": ""})
    assert answer.status_code == 200
    assert "words" in answer.context["form"].errors
    assert answer.context["form"]["satisfied"].value() == "0"
    assert FollowUp.objects.get().state == "waiting"


def test_the_link_opens_once(link: str) -> None:
    Client().post(link, GOOD)
    again = Client().post(link, BAD)
    assert again.status_code == 410
    assert FollowUp.objects.get().satisfied is True


def test_a_link_that_ran_out_says_whom_to_call(
    link: str, town: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_facility(
        area=town.community,
        kind="office",
        name="南田社区办公室",
        phone="021-62340000",
        by=None,
        now=NOW,
        valid_from=TODAY,
    )
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=14, minutes=1))
    page = Client().get(link)
    assert page.status_code == 410
    assert "021-62340000" in page.content.decode()


def test_a_guessed_link_says_nothing_about_anybody(town: Neighbourhood) -> None:
    page = Client().get("/r/guessed")
    assert page.status_code == 410
    assert "南田" not in page.content.decode()
