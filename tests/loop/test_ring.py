"""One need walks the whole ring, and comes back."""

from datetime import timedelta

import pytest

from linli.ground.journal.actions import seal_pending
from linli.ground.journal.queries import events_of_need, verify
from linli.loop.ask.models import Need
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.evaluate.queries import rates, rows_behind
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed, neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def test_unsatisfied_goes_a_second_lap_and_the_rates_follow(town: Neighbourhood) -> None:
    """李大爷 cannot cook any more: meals, the first try fails him, the second does not."""
    need = accepted(town)
    closed(town, need)
    need.refresh_from_db()
    assert (need.state, need.step, need.lap) == ("closed", 5, 1)
    first = FollowUp.objects.get(need=need)
    assert first.due_on == TODAY + timedelta(days=3)

    later = NOW + timedelta(days=3)
    evaluate.answer(
        follow_up=first,
        solved=True,
        satisfied=False,
        words="送到都凉了",
        way="call",
        by=town.qian,
        now=later,
    )
    need.refresh_from_db()
    assert (need.state, need.lap) == ("reopened", 2)
    assert [(share.rate, share.yes, share.all) for share in rates(town.grid.stem, TODAY, later.date())] == [
        ("response", 1, 1),
        ("resolution", 1, 1),
        ("satisfaction", 0, 1),
    ]

    closed(town, need, later)
    second = FollowUp.objects.get(need=need, lap=2)
    end = later + timedelta(days=3)
    evaluate.answer(
        follow_up=second,
        solved=True,
        satisfied=True,
        words="热乎的，好",
        way="visit",
        by=town.qian,
        now=end,
    )
    need.refresh_from_db()
    assert (need.state, need.lap) == ("closed", 2)
    for stem in need.codes[1:]:
        shares = {share.rate: (share.yes, share.all) for share in rates(stem, TODAY, end.date())}
        assert shares == {"response": (1, 1), "resolution": (2, 2), "satisfaction": (1, 2)}
        for rate, (yes, total) in shares.items():
            assert rows_behind(stem, rate, "yes", TODAY, end.date()).count() == yes
            assert rows_behind(stem, rate, "all", TODAY, end.date()).count() == total
    verbs = list(events_of_need(need.pk).values_list("verb", flat=True))
    assert verbs[0] == "need.raised" and verbs[-1] == "follow_up.answered"
    assert "need.reopened" in verbs
    seal_pending()
    walk = verify()
    assert walk.broken is None and walk.events > 20
    assert Need.objects.count() == 1
