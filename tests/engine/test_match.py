"""Who can cook for 李大爷: offers ranked with their reasons."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.match import Ask, Offer, Reason, Weights, rank

TODAY = date(2026, 3, 5)
GRID = "110105001002003"
MEALS = Ask("meals", frozenset({"care"}), 116.4, 39.9, GRID, TODAY, 1)
CANTEEN = Offer(
    key=1, name="幸福餐厅", kind="service", categories=frozenset({"meals"}), area=GRID[:12], lon=116.401,
    lat=39.9, free=12, valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), score_history=0.9,
    load=0.5,
)  # fmt: skip


def blocked(**changes: object) -> list[Reason]:
    (found,) = rank(MEALS, [replace(CANTEEN, **changes)], today=TODAY)  # type: ignore[arg-type]
    assert found.fits is (not found.blockers)
    return list(found.blockers)


def test_a_canteen_nearby_fits_and_says_why() -> None:
    (found,) = rank(MEALS, [CANTEEN], today=TODAY)
    assert found.fits and found.blockers == ()
    assert {reason.code: dict(reason.params) for reason in found.reasons} == {
        "category": {},
        "near": {"metres": 85},
        "satisfied": {"percent": 90},
        "spare": {"free": 12},
    }
    assert found.score == pytest.approx(sum(reason.weight for reason in found.reasons), abs=1e-3)


def test_every_hard_rule_says_what_is_in_the_way() -> None:
    assert blocked() == []
    assert blocked(categories=frozenset({"locks"})) == [Reason("category")]
    assert blocked(area="110106") == [Reason("area")]
    assert blocked(valid_from=date(2026, 4, 1)) == [Reason("not_yet", params={"day": date(2026, 4, 1)})]
    assert blocked(valid_until=date(2026, 3, 4)) == [Reason("over", params={"day": date(2026, 3, 4)})]
    assert blocked(free=0) == [Reason("full")]
    (found,) = rank(replace(MEALS, amount=20), [CANTEEN], today=TODAY)
    assert found.blockers == (Reason("too_small", params={"free": 12, "amount": 20}),)


def test_validity_counts_on_the_day_wanted() -> None:
    later = replace(MEALS, wanted_on=date(2027, 1, 1))
    assert [hit.fits for hit in rank(later, [CANTEEN], today=TODAY)] == [False]
    assert [hit.fits for hit in rank(replace(MEALS, wanted_on=None), [CANTEEN], today=TODAY)] == [True]


def test_nearer_known_good_and_free_come_first() -> None:
    far = replace(CANTEEN, key=2, lon=116.43)
    disliked = replace(CANTEEN, key=3, score_history=0.2)
    busy = replace(CANTEEN, key=4, load=0.95)
    broader = replace(CANTEEN, key=5, categories=frozenset({"care"}))
    best, *others = rank(MEALS, [far, disliked, busy, broader, CANTEEN], today=TODAY)
    assert best.key == 1
    assert all(hit.fits and hit.score < best.score for hit in others)


def test_those_that_do_not_fit_come_last_however_good() -> None:
    full = replace(CANTEEN, key=1, free=0)
    poor = replace(CANTEEN, key=9, lon=116.44, score_history=0.0, load=0.99)
    assert [(hit.key, hit.fits) for hit in rank(MEALS, [full, poor], today=TODAY)] == [(9, True), (1, False)]


def test_without_coordinates_the_area_speaks() -> None:
    here = replace(MEALS, lon=None, lat=None)
    grid, community, city = (replace(CANTEEN, key=k, area=GRID[:n]) for k, n in ((1, 15), (2, 12), (3, 6)))
    ranked = rank(here, [city, community, grid], today=TODAY)
    assert [hit.key for hit in ranked] == [1, 2, 3]
    codes = [{reason.code for reason in hit.reasons} & {"near_area", "same_community"} for hit in ranked]
    assert codes == [{"near_area"}, {"same_community"}, set()]


def test_a_volunteer_with_little_to_do_says_so() -> None:
    (found,) = rank(MEALS, [replace(CANTEEN, kind="person", load=0.0)], today=TODAY)
    assert "idle" in {reason.code for reason in found.reasons}


OFFERS = st.lists(
    st.builds(
        Offer,
        key=st.integers(1, 10**6),
        name=st.just("x"),
        kind=st.sampled_from(["person", "venue"]),
        categories=st.frozensets(st.sampled_from(["meals", "care", "locks"])),
        area=st.sampled_from(["", "11", GRID[:12], GRID, "31"]),
        lon=st.one_of(st.none(), st.just(116.4), st.floats(116, 117)),
        lat=st.one_of(st.none(), st.just(39.9)),
        free=st.integers(-1, 5),
        score_history=st.one_of(st.none(), st.floats(0, 1)),
        load=st.floats(0, 1),
    ),
    max_size=8,
    unique_by=lambda offer: offer.key,
)


@given(OFFERS, st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(offers: list[Offer], chance: object) -> None:
    shuffled = list(offers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    ranked = rank(MEALS, offers, today=TODAY)
    assert rank(MEALS, shuffled, today=TODAY) == ranked
    assert all(0 <= hit.score <= 1 and hit.fits == (not hit.blockers) for hit in ranked)
    assert {hit.key for hit in ranked} == {offer.key for offer in offers}


def test_ties_go_by_key_and_weights_must_mean_something() -> None:
    twins = [replace(CANTEEN, key=key) for key in (7, 3, 5)]
    assert [hit.key for hit in rank(MEALS, twins, today=TODAY)] == [3, 5, 7]
    only_near = Weights(category=0, near=1, satisfied=0, spare=0)
    (hit,) = rank(MEALS, [replace(CANTEEN, lon=116.4)], today=TODAY, weights=only_near)
    assert hit.score == 1.0
    with pytest.raises(ValueError, match="weights"):
        Weights(0, 0, 0, 0)


def test_a_craftsman_comes_before_the_money_that_would_pay_him() -> None:
    ask = Ask(category="repair", area="310999001001001")
    fund = Offer(1, "维修基金", "fund", frozenset({"repair"}), "310999001001", free=900)
    hands = Offer(2, "刘师傅", "craftsman", frozenset({"repair"}), "310999001001", free=2, load=0.6)
    assert [one.key for one in rank(ask, [fund, hands], today=date(2026, 3, 5))] == [2, 1]
