"""Linking: reasons in words, a capacity never promised twice, an override only with its reason."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.db.utils import IntegrityError
from django.http import Http404

from linli.kit.refused import Refused
from linli.loop.ask.models import Need
from linli.loop.link import access, actions, queries
from linli.loop.link.choices import Period, ResourceKind
from linli.loop.link.models import Match, Resource, Slot
from tests.factories import BEGAN, NOW, TODAY, Neighbourhood, accepted, need, neighbourhood


@pytest.fixture
def town(db: None) -> Neighbourhood:
    return neighbourhood()


def test_candidates_say_why_and_why_not(town: Neighbourhood) -> None:
    first, second = queries.candidates(accepted(town), on=TODAY)
    assert (first.resource, first.candidate.fits, first.against) == (town.canteen, True, [])
    assert any("2" in reason for reason in first.reasons)  # two places free
    assert (second.resource, second.candidate.fits) == (town.craftsman, False)
    assert len(second.against) == 1


def test_a_full_resource_is_shown_with_the_reason(town: Neighbourhood) -> None:
    for n in range(2):
        actions.agree(need=accepted(town, f"第{n}位"), resource=town.canteen, by=town.zhao, now=NOW)
    third = accepted(town, "第三位")
    shown = {row.resource: row for row in queries.candidates(third, on=TODAY)}
    assert not shown[town.canteen].candidate.fits and shown[town.canteen].free == 0
    with pytest.raises(Refused):
        actions.agree(need=third, resource=town.canteen, by=town.zhao, now=NOW)
    with pytest.raises(Refused):  # a reason does not make a place
        actions.agree(need=third, resource=town.canteen, override="加一双筷子", by=town.zhao, now=NOW)
    assert Slot.objects.get(resource=town.canteen).taken == 2
    tomorrow = TODAY + timedelta(days=1)
    actions.agree(need=third, resource=town.canteen, wanted_on=tomorrow, by=town.zhao, now=NOW)
    assert queries.taken_of([town.canteen], tomorrow) == {town.canteen.pk: 1}


def test_against_advice_only_with_a_reason(town: Neighbourhood) -> None:
    row = accepted(town)
    with pytest.raises(Refused) as refusal:
        actions.agree(need=row, resource=town.craftsman, by=town.zhao, now=NOW)
    assert refusal.value.field == "override"
    match = actions.agree(
        need=row, resource=town.craftsman, override="刘师傅愿意顺路送", by=town.zhao, now=NOW
    )
    assert match.override is not None and match.override.text == "刘师傅愿意顺路送"
    assert match.against
    row.refresh_from_db()
    assert row.state == "linked"


def test_not_before_it_is_taken_up(town: Neighbourhood) -> None:
    row = need(town)
    with pytest.raises(Refused):
        actions.agree(need=row, resource=town.canteen, by=town.zhao, now=NOW)
    assert not Match.objects.exists() and not Slot.objects.filter(taken__gt=0).exists()


def test_what_is_given_back_is_free_again(town: Neighbourhood) -> None:
    row = accepted(town)
    match = actions.agree(need=row, resource=town.canteen, by=town.zhao, now=NOW)
    with pytest.raises(Refused):
        actions.agree(need=row, resource=town.canteen, by=town.zhao, now=NOW)
    actions.release(match=match, by=town.zhao, now=NOW)
    assert Slot.objects.get(resource=town.canteen).taken == 0
    assert Need.objects.get(pk=row.pk).state == "accepted"
    with pytest.raises(Refused):
        actions.release(match=match, by=town.zhao, now=NOW)
    assert Slot.objects.get(resource=town.canteen).taken == 0
    actions.agree(need=Need.objects.get(pk=row.pk), resource=town.canteen, by=town.zhao, now=NOW)


def test_a_capacity_never_falls_below_what_is_promised(town: Neighbourhood) -> None:
    for n in range(2):
        actions.agree(need=accepted(town, f"第{n}位"), resource=town.canteen, by=town.zhao, now=NOW)

    def change(capacity: int) -> Resource:
        return actions.keep_resource(
            resource=town.canteen, area=town.community, kind=ResourceKind.SERVICE, name="幸福餐厅", capacity=capacity,
            period=Period.DAY, categories=[town.meals], valid_from=BEGAN, by=town.zhou, now=NOW,
        )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        change(1)
    assert refusal.value.field == "capacity"
    assert Resource.objects.get(pk=town.canteen.pk).capacity == 2
    change(3)
    actions.agree(need=accepted(town, "第三位"), resource=town.canteen, by=town.zhao, now=NOW)


def test_the_database_itself_refuses_to_promise_twice(town: Neighbourhood) -> None:
    slot = Slot.objects.create(resource=town.canteen, begins=TODAY, capacity=2)
    with pytest.raises(IntegrityError):
        Slot.objects.filter(pk=slot.pk).update(taken=3)


@pytest.mark.parametrize(
    ("period", "begins"),
    [("day", TODAY), ("week", date(2026, 3, 2)), ("month", date(2026, 3, 1)), ("once", queries.ENDLESS)],
)
def test_periods_begin(period: str, begins: date) -> None:
    assert queries.period_begins(period, TODAY) == begins


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_and_one_place_left() -> None:
    town = neighbourhood()
    actions.agree(need=accepted(town, "第一位"), resource=town.canteen, by=town.zhao, now=NOW)
    asks = [accepted(town, f"同时第{n}位") for n in range(2)]
    start, told = Barrier(2), []

    def link(row: Need) -> None:
        start.wait()
        try:
            actions.agree(need=row, resource=town.canteen, by=town.zhao, now=NOW)
            told.append("agreed")
        except Refused:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=link, args=(row,)) for row in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["agreed", "refused"]
    assert Slot.objects.get(resource=town.canteen).taken == 2
    assert Match.objects.filter(state="accepted").count() == 2


def test_strangers_see_no_resource_and_no_match(town: Neighbourhood) -> None:
    match = actions.agree(need=accepted(town), resource=town.canteen, by=town.zhao, now=NOW)
    assert access.resource_for(town.zhao, pk=town.canteen.pk, on=TODAY) == town.canteen
    for who in (town.stranger, town.li, None):
        with pytest.raises(Http404):
            access.resource_for(who, pk=town.canteen.pk, on=TODAY)
        with pytest.raises(Http404):
            access.match_for(who, pk=match.pk, on=TODAY)
