"""Evaluating: asked in their own words, counted once, left out only by two, every number with its rows."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.http import Http404

from linli.ground.journal.models import Outbox, Tally
from linli.kit.refused import Refused
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import RefusalReason
from linli.loop.ask.models import Need
from linli.loop.evaluate import access, actions, queries
from linli.loop.evaluate.choices import ExclusionReason, Rate, Way
from linli.loop.evaluate.models import FollowUp
from linli.loop.link.models import Resource
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed, need, neighbourhood

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def asked(town: Neighbourhood, words: str = "想吃口热乎饭", **more: object) -> FollowUp:
    """A need that was closed and waits for its follow-up; the canteen has room every day."""
    Resource.objects.filter(pk=town.canteen.pk).update(capacity=99)
    town.canteen.refresh_from_db()
    town.canteen.slots.update(capacity=99)
    row = accepted(town, words, **more)
    closed(town, row)
    return FollowUp.objects.get(need=row)


def answer(
    row: FollowUp, town: Neighbourhood, solved: bool, satisfied: bool, words: str = "还行"
) -> FollowUp:
    return actions.answer(
        follow_up=row, solved=solved, satisfied=satisfied, words=words, way=Way.CALL, by=town.qian, now=LATER
    )


def test_it_falls_due_by_itself(town: Neighbourhood) -> None:
    row = asked(town)
    assert list(queries.due_follow_ups([town.grid.stem], on=TODAY)) == []
    assert list(queries.due_follow_ups([town.grid.stem], on=TODAY + timedelta(days=3))) == [row]
    FollowUp.objects.all().delete()
    assert actions.plan_missing(now=NOW) == 1  # the worker's safety net
    assert actions.plan_missing(now=NOW) == 0


def test_unhappy_needs_words_and_opens_again(town: Neighbourhood) -> None:
    row = asked(town)
    with pytest.raises(Refused) as refusal:
        answer(row, town, True, False, words="")
    assert refusal.value.field == "words"
    answer(row, town, False, False, words="送了两天就停了")
    case = Need.objects.get(pk=row.need_id)
    assert (case.state, case.lap, case.due_at > LATER) == ("reopened", 2, True)
    with pytest.raises(Refused):
        answer(row, town, True, True)
    assert queries.rates(town.grid.stem, TODAY, LATER.date())[1].all == 1


def test_the_doer_does_not_ask(town: Neighbourhood) -> None:
    row = asked(town)
    with pytest.raises(Refused):
        actions.answer(
            follow_up=row, solved=True, satisfied=True, words="", way=Way.CALL, by=town.liu, now=LATER
        )
    assert FollowUp.objects.get(pk=row.pk).state == "waiting"


def test_a_link_opens_one_answer_for_fourteen_days(town: Neighbourhood) -> None:
    row = asked(town, asker=town.sun, proxy=None)
    path = actions.send_link(follow_up=row, by=town.zhao, now=NOW)
    token = path.removeprefix("/r/")
    assert Outbox.objects.get(notice="rate").link == path
    assert access.follow_up_by_token(token, now=NOW + timedelta(days=13)) == row
    for wrong, when in ((token, NOW + timedelta(days=14, seconds=1)), ("guess", NOW)):
        with pytest.raises(Http404):
            access.follow_up_by_token(wrong, now=when)
    actions.answer_by_link(follow_up=row, solved=True, satisfied=True, words="谢谢", now=LATER)
    with pytest.raises(Http404):
        access.follow_up_by_token(token, now=LATER)


def test_due_links_leave_once(town: Neighbourhood) -> None:
    asked(town, asker=town.sun, proxy=None)
    asked(town, "王奶奶的", asker=town.wang)  # no phone: a person asks her
    assert actions.send_due_links(now=NOW) == 0
    assert actions.send_due_links(now=LATER) == 1
    assert actions.send_due_links(now=LATER) == 0


def test_after_three_tries_it_is_said_that_nobody_was_reached(town: Neighbourhood) -> None:
    row = asked(town)
    for turn in range(3):
        row = actions.miss(follow_up=row, by=town.zhao, now=LATER + timedelta(days=turn))
    assert (row.state, row.tries) == ("unreached", 3)
    assert queries.rates(town.grid.stem, TODAY, LATER.date())[1].all == 0
    answer(row, town, True, True)
    assert queries.rates(town.grid.stem, TODAY, LATER.date())[1].all == 1


def test_left_out_only_by_two(town: Neighbourhood) -> None:
    row = asked(town)
    answer(row, town, True, True)
    case = Need.objects.get(pk=row.need_id)
    asking = actions.ask_exclusion(
        need=case, reason=ExclusionReason.FORCE, text="暴雪封路", by=town.zhou, now=LATER
    )
    assert [share.all for share in queries.rates(town.grid.stem, TODAY, LATER.date())] == [1, 1, 1]
    with pytest.raises(Refused):
        actions.decide_exclusion(exclusion=asking, approve=True, by=town.zhou, now=LATER)
    actions.decide_exclusion(exclusion=asking, approve=True, by=town.leader, now=LATER)
    shares = queries.rates(town.grid.stem, TODAY, LATER.date())
    assert [(share.all, share.excluded, share.value) for share in shares] == [(0, 1, None)] * 3
    with pytest.raises(Refused):
        actions.decide_exclusion(exclusion=asking, approve=False, by=town.leader, now=LATER)


def test_ratings_stay_with_the_resource(town: Neighbourhood) -> None:
    answer(asked(town), town, True, True)
    answer(asked(town, "另一位"), town, True, False, words="凉了")
    canteen = Resource.objects.get(pk=town.canteen.pk)
    assert (canteen.rated, canteen.satisfied) == (2, 1)


def test_kept_counts_equal_the_rows_after_anything(town: Neighbourhood) -> None:
    """A hundred random acts; then every number of every level is counted again from the rows."""
    chance = random.Random(5)
    for turn in range(25):
        act = chance.randrange(5)
        asker = chance.choice([town.li, town.wang, town.sun])
        if act == 0:
            row = accepted(town, f"诉求{turn}", asker=asker, channel="hotline")
            ask.respond(need=row, text="知道了", by=town.zhao, now=NOW + timedelta(days=chance.randrange(4)))
        elif act == 1:
            ask.refuse(
                need=accepted(town, f"诉求{turn}", asker=asker), reason=RefusalReason.NOT_OURS, text="转水务",
                by=town.zhao, now=NOW,
            )  # fmt: skip
        elif act == 2:
            first, second = accepted(town, f"诉求{turn}"), accepted(town, f"诉求{turn}", asker=asker)
            ask.merge(need=second, into=first, by=town.zhao, now=NOW)
            if chance.random() < 0.5:
                ask.split(need=second, by=town.zhao, now=NOW)
        else:
            follow = asked(town, f"诉求{turn}", asker=asker)
            answer(follow, town, chance.random() < 0.7, chance.random() < 0.6, words="就这样")
            if chance.random() < 0.4:
                case = Need.objects.get(pk=follow.need_id)
                asking = actions.ask_exclusion(
                    need=case, reason=ExclusionReason.BASELESS, text="无理", by=town.zhou, now=LATER
                )
                actions.decide_exclusion(
                    exclusion=asking, approve=chance.random() < 0.7, by=town.leader, now=LATER
                )
    need(town, "还没受理的")
    last = TODAY + timedelta(days=10)
    for stem in (town.grid.stem, town.community.stem, town.street.stem, town.other_grid.stem):
        for share in queries.rates(stem, TODAY, last):
            for part, number in (("yes", share.yes), ("all", share.all), ("excluded", share.excluded)):
                assert queries.rows_behind(stem, share.rate, part, TODAY, last).count() == number, (
                    stem,
                    share,
                    part,
                )
    assert (
        Counter(Tally.objects.filter(code="310999", count__lt=0).values_list("measure", flat=True))
        == Counter()
    )
    assert queries.rates(town.grid.stem, TODAY, last)[0].all > 5


def test_rates_by_area_in_one_query(town: Neighbourhood, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    answer(asked(town), town, True, True)
    with django_assert_num_queries(1):
        rows = queries.rates_by_area([town.grid, town.other_grid, town.street], TODAY, LATER.date())
    assert [[share.all for share in shares] for _area, shares in rows] == [[1, 1, 1], [0, 0, 0], [1, 1, 1]]
    assert rows[0][1][0].percent == "100.00%" and rows[1][1][0].percent == "—"
    assert rows[0][1][2].rate == Rate.SATISFACTION
