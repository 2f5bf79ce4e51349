"""小李 helps 王奶奶: what stops a record, what somebody looks at, and which records are visited."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.fairplay import Finding, Job, Sampled, check, sample
from linli.engine.points import Rule

HERE = ZoneInfo("Asia/Shanghai")
RULE = Rule.from_json({"day_max_minutes": 240, "session_max_minutes": 120})
LOOKING = Rule.from_json({"honesty": {"same_household": "look", "overlap": "look"}})


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=HERE)


def job(number: int, start: str, minutes: int = 60, **more: Any) -> Job:
    known = {"volunteer": "李", "receiver": "王", "service": "meals", **more}
    return Job(id=number, started_at=at(start), ended_at=at(start) + timedelta(minutes=minutes), **known)


MORNING = job(1, "03-05 09:00")


def test_an_honest_morning_has_nothing_to_say() -> None:
    near = replace(
        MORNING, lon=116.4, lat=39.9, volunteer_household=1, receiver_household=2, relation="friend",
        sign_in_distance_m=300,
    )  # fmt: skip
    assert check(near, [near], RULE) == []
    assert check(replace(near, volunteer_household=None, receiver_household=None), [], RULE) == []


def test_one_cannot_help_oneself_or_ones_own() -> None:
    assert check(replace(MORNING, receiver="李", relation="self"), [], LOOKING) == [Finding("self", "stop")]
    home = replace(MORNING, volunteer_household=7, receiver_household=7, relation="spouse")
    assert check(home, [], RULE) == [
        Finding("household", "stop"), Finding("relative", "stop", {"relation": "spouse"}),
    ]  # fmt: skip
    assert [one.severity for one in check(home, [], LOOKING)] == ["look", "look"]


@pytest.mark.parametrize("relation", ["self", "spouse", "parent", "child", "direct"])
def test_close_relations(relation: str) -> None:
    assert check(replace(MORNING, relation=relation), [], RULE) == [
        Finding("relative", "stop", {"relation": relation})
    ]


@pytest.mark.parametrize("relation", ["", "relative", "friend", "elder_in_need"])
def test_other_relations_are_neighbours(relation: str) -> None:
    assert check(replace(MORNING, relation=relation), [], RULE) == []


@pytest.mark.parametrize(
    ("start", "minutes", "shared"),
    [
        ("03-05 08:00", 60, 0),
        ("03-05 10:00", 60, 0),
        ("03-05 08:00", 61, 1),
        ("03-05 09:59", 30, 1),
        ("03-05 09:15", 30, 30),
        ("03-05 08:30", 110, 60),
        ("03-05 09:00", 60, 60),
    ],
)
def test_two_jobs_at_one_time(start: str, minutes: int, shared: int) -> None:
    other = job(2, start, minutes, receiver="张")
    found = [Finding("overlap", "stop", {"other": 2, "minutes": shared})] if shared else []
    assert check(MORNING, [other], RULE) == found
    assert [one.code for one in check(other, [MORNING], RULE)] == ["overlap"] * bool(shared)
    assert check(MORNING, [replace(other, volunteer="赵")], RULE) == []
    assert [one.severity for one in check(MORNING, [other], LOOKING)] == ["look"] * bool(shared)


def test_times_in_another_zone_are_the_same_times() -> None:
    other = job(2, "03-05 09:30", receiver="张")
    moved = replace(
        other, started_at=other.started_at.astimezone(UTC), ended_at=other.ended_at.astimezone(UTC)
    )
    assert check(MORNING, [moved], RULE) == check(MORNING, [other], RULE) != []


@pytest.mark.parametrize(
    ("gap", "lat", "metres"),
    [
        (0, 39.91, 0),  # 1.1 km next door within the slack of 5 minutes (2.08 km)
        (0, 39.92, 2224),
        (10, 39.95, 0),  # 5.6 km in 15 minutes are 6.25 km at 25 km/h
        (10, 39.96, 6672),
    ],
)
def test_nobody_flies(gap: int, lat: float, metres: int) -> None:
    here = replace(MORNING, lon=116.4, lat=39.9)
    there = job(2, "03-05 10:00", receiver="张", lon=116.4, lat=lat)
    there = replace(
        there, started_at=there.started_at + timedelta(minutes=gap),
        ended_at=there.ended_at + timedelta(minutes=gap),
    )  # fmt: skip
    facts = {"metres": metres, "minutes": gap, "kmh_max": 25}
    assert check(here, [there], RULE) == (
        [Finding("travel", "look", {"other": 2, **facts})] if metres else []
    )
    assert check(there, [here], RULE) == (
        [Finding("travel", "look", {"other": 1, **facts})] if metres else []
    )
    assert check(here, [replace(there, lon=None, lat=None)], RULE) == []
    assert check(here, [replace(there, volunteer="赵")], RULE) == []


def test_only_the_jobs_next_to_it_count_for_the_way() -> None:
    here = replace(MORNING, lon=116.4, lat=39.9)
    between = job(2, "03-05 10:00", receiver="张", lon=116.4, lat=39.9)
    far = job(3, "03-05 11:00", receiver="孙", lon=116.4, lat=40.9)
    assert check(here, [far, between], RULE) == []
    assert [one.facts["other"] for one in check(between, [far, here], RULE)] == [3]
    assert [one.facts["other"] for one in check(here, [far], RULE)] == [3]


def test_two_moments_at_once_are_said_once() -> None:
    here = replace(MORNING, ended_at=MORNING.started_at, lon=116.4, lat=39.9)
    there = replace(here, id=2, receiver="张", lat=40.9)
    assert [one.facts["other"] for one in check(here, [there], RULE)] == [2]


def test_the_same_two_too_often_in_a_month() -> None:
    often = [job(day, f"03-{day:02} 09:00") for day in range(1, 13)]
    others = [job(40, "02-28 09:00"), job(41, "04-01 09:00"), job(42, "03-20 09:00", receiver="张")]
    assert check(often[0], [*often, *others], RULE) == []
    more = job(13, "03-13 09:00")
    assert check(more, [*often, *others], RULE) == [Finding("pair", "look", {"times": 13, "limit": 12})]
    endless = Rule.from_json({"honesty": {"pair_month_max": None}})
    assert check(more, often, endless) == []


def test_the_month_is_that_of_the_place() -> None:
    midnight = at("04-01 00:10").astimezone(UTC)  # still March in UTC
    april = replace(job(2, "03-05 09:00"), started_at=midnight, ended_at=midnight + timedelta(hours=1))
    once = Rule.from_json({"honesty": {"pair_month_max": 1}})
    assert check(MORNING, [april], once) == []
    assert check(MORNING, [job(3, "03-31 23:00")], once) == [
        Finding("pair", "look", {"times": 2, "limit": 1})
    ]


def test_each_for_the_other_in_one_month() -> None:
    back = job(2, "03-31 09:00", volunteer="王", receiver="李")
    again = job(3, "03-20 09:00", volunteer="王", receiver="李")
    assert check(MORNING, [back, again], RULE) == [Finding("ring", "look", {"others": [3, 2]})]
    assert check(MORNING, [job(2, "04-01 09:00", volunteer="王", receiver="李")], RULE) == []
    assert check(MORNING, [job(2, "03-31 09:00", volunteer="王", receiver="张")], RULE) == []


def test_too_long_and_too_much() -> None:
    assert check(job(1, "03-05 09:00", 120), [], RULE) == []
    assert check(job(1, "03-05 09:00", 121), [], RULE) == [
        Finding("session", "look", {"minutes": 121, "limit": 120})
    ]
    assert check(job(1, "03-05 09:00", 240), [], Rule()) == []
    assert check(job(1, "03-05 09:00", 241), [], Rule()) == [
        Finding("session", "look", {"minutes": 241, "limit": 240})
    ]
    rest = [job(2, "03-05 11:00", 120, receiver="张"), job(3, "03-04 11:00", 120, receiver="张")]
    assert check(MORNING, rest, RULE) == []
    rest.append(job(4, "03-05 14:00", 61, receiver="孙"))
    assert check(MORNING, rest, RULE) == [Finding("day", "look", {"minutes": 241, "limit": 240})]


@pytest.mark.parametrize(
    ("start", "minutes", "night"),
    [
        ("03-05 20:00", 60, 0),
        ("03-05 20:30", 60, 30),
        ("03-05 23:30", 60, 60),
        ("03-05 01:00", 60, 60),
        ("03-05 05:30", 60, 30),
        ("03-05 06:00", 60, 0),
        ("03-05 20:00", 660, 540),
    ],
)
def test_night(start: str, minutes: int, night: int) -> None:
    long = Rule.from_json({"honesty": {"long_session_minutes": None}})
    found = [Finding("night", "look", {"minutes": night})] if night else []
    assert check(job(1, start, minutes), [], long) == found
    no_night = Rule.from_json({"honesty": {"night_from": 0, "night_until": 0, "long_session_minutes": None}})
    assert check(job(1, start, minutes), [], no_night) == []


def test_a_night_within_one_day() -> None:
    early = Rule.from_json({"honesty": {"night_from": 1, "night_until": 5}})
    assert check(job(1, "03-05 00:30"), [], early) == [Finding("night", "look", {"minutes": 30})]
    assert check(job(1, "03-05 05:00"), [], early) == []


def test_the_door_and_the_signature() -> None:
    assert check(replace(MORNING, sign_in_distance_m=301, signed_out_by_self=False), [], RULE) == [
        Finding("door", "look", {"metres": 301, "limit": 300}), Finding("sign_out", "look"),
    ]  # fmt: skip


def test_a_job_needs_a_zone_and_an_order() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(MORNING, started_at=datetime(2026, 3, 5, 9))
    with pytest.raises(ValueError, match="ends before"):
        job(1, "03-05 09:00", -1)


@st.composite
def jobs(draw: Any) -> Job:
    start = at("03-01 00:00") + timedelta(minutes=draw(st.integers(0, 50_000)))
    return Job(
        id=draw(st.integers(1, 10_000)), volunteer=draw(st.sampled_from("李王张")), service="meals",
        receiver=draw(st.sampled_from("李王张")), started_at=start, lon=116.4,
        ended_at=start + timedelta(minutes=draw(st.integers(0, 300))), lat=draw(st.sampled_from([39.9, 40.0, None])),
    )  # fmt: skip


JOBS = jobs()


@given(JOBS, st.lists(JOBS, max_size=12, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_the_order_of_the_others_does_not_matter(one: Job, others: list[Job], chance: Any) -> None:
    shuffled = [*others]
    chance.shuffle(shuffled)
    found = check(one, others, RULE)
    assert check(one, [*shuffled, one], RULE) == check(one, [*shuffled], RULE) == found
    assert found == sorted(found, key=lambda each: (each.severity == "look", each.code))


@given(JOBS, JOBS)
def test_an_overlap_is_seen_from_both_sides(one: Job, two: Job) -> None:
    seen = [[each.code for each in check(a, [b], RULE)].count("overlap") for a, b in [(one, two), (two, one)]]
    assert seen[0] == seen[1]


# Spot checks

PEOPLE = [Sampled(number, f"v{number % 20}", findings=int(number == 7)) for number in range(200)]


def test_a_twentieth_is_visited_and_the_suspect_first() -> None:
    drawn = sample(PEOPLE, 5, "2026-03")
    assert len(drawn) == len(set(drawn)) == 10
    assert drawn[0] == 7
    assert drawn == sample(PEOPLE[::-1], 5, "2026-03")
    assert drawn != sample(PEOPLE, 5, "2026-04")


@pytest.mark.parametrize(
    ("records", "share", "minimum", "number"),
    [(0, 50, 5, 0), (3, 0, 0, 0), (3, 0, 2, 2), (3, 1, 0, 1), (3, 100, 0, 3), (3, 10, 9, 3), (200, 5, 3, 10)],
)
def test_how_many_are_visited(records: int, share: int, minimum: int, number: int) -> None:
    assert len(sample(PEOPLE[:records], share, 1, minimum)) == number


@given(
    st.lists(st.builds(Sampled, st.integers(1, 999), st.integers(1, 9), st.integers(0, 2)), unique_by=lambda one: one.id),
    st.integers(0, 100), st.integers(), st.integers(0, 9), st.randoms(use_true_random=False),
)  # fmt: skip
def test_a_sample_is_the_same_in_whatever_order(
    records: list[Sampled], share: int, seed: int, minimum: int, chance: Any
) -> None:
    shuffled = [*records]
    chance.shuffle(shuffled)
    drawn = sample(records, share, seed, minimum)
    assert sample(shuffled, share, seed, minimum) == drawn
    assert len(set(drawn)) == len(drawn) == min(len(records), max(minimum, -(-len(records) * share // 100)))
    suspects = {one.volunteer for one in records if one.findings}
    visited = {one.volunteer for one in records if one.id in drawn}
    assert len(suspects & visited) >= min(len(suspects), -(-len(drawn) // 2))


def test_records_of_a_volunteer_with_findings_are_likelier_and_all_others_alike() -> None:
    times: Counter[Any] = Counter()
    for seed in range(2000):
        times.update(sample(PEOPLE, 5, seed)[1:])
    suspect = sum(times[one.id] for one in PEOPLE if one.volunteer == "v7") / 9
    others = [times[one.id] for one in PEOPLE if one.volunteer != "v7"]
    assert times[7] == 0  # always first
    assert 2.5 < suspect / (sum(others) / len(others)) < 3.5
    assert min(others) > 40 and max(others) < 130  # 82 expected, within 5 standard deviations


def test_more_suspects_than_visits_leave_half_for_the_rest() -> None:
    crowd = [Sampled(number, number, findings=int(number < 50)) for number in range(500)]
    calm = sum(one >= 50 for seed in range(100) for one in sample(crowd, 2, seed))
    assert 340 < calm < 430  # of 1000 drawn 500 are left to chance: 450 in 585 of them are 385


def test_an_id_twice_or_an_odd_share_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        sample([Sampled(1, 1), Sampled(1, 2)], 50, 1)
    with pytest.raises(ValueError, match="per cent"):
        sample(PEOPLE, 101, 1)
