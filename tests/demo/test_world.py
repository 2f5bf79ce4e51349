"""Time in the simulation: happenings in order, chance from one seed, office hours, refusals that change nothing."""

import random
from datetime import datetime, timedelta

import pytest

from linli.demo.pictures import scene
from linli.demo.world import CLOSES, OPENS, World, moment, pick
from linli.kit.calendar import is_workday
from linli.kit.refused import Refused
from tests.factories import NOW, ZONE


def world(seed: int = 1) -> World:
    return World(random.Random(seed), NOW)


def test_the_same_seed_gives_the_same_keys_times_and_choices() -> None:
    def drawn(seed: int) -> list[object]:
        one = world(seed)
        return [
            (one.key(), one.after(0.5, 60), pick(one.rng, range(100)), one.chance(0.5)) for _ in range(40)
        ]

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


@pytest.mark.django_db
def test_things_happen_in_the_order_of_their_time_and_none_after_the_end() -> None:
    one, seen = world(), []

    def happens(here: World, name: str) -> None:
        seen.append((name, here.now))

    def plans(here: World, name: str) -> None:
        happens(here, name)
        here.plan(here.now + timedelta(minutes=1), happens, "planned meanwhile")

    for minutes, name in ((30, "third"), (5, "first"), (5, "second"), (90, "too late")):
        one.plan(NOW + timedelta(minutes=minutes), plans if name == "second" else happens, name)
    one.live_until(NOW + timedelta(hours=1))
    assert [name for name, _when in seen] == ["first", "second", "planned meanwhile", "third"]
    assert [when for _name, when in seen] == [NOW + timedelta(minutes=ahead) for ahead in (5, 5, 6, 30)]
    assert one.now == NOW + timedelta(hours=1) and len(one.queue) == 1


@pytest.mark.django_db
def test_what_is_refused_is_counted_and_time_goes_on() -> None:
    one, seen = world(), []

    def refused(here: World) -> None:
        raise Refused("no place left")

    def goes_on(here: World) -> None:
        seen.append(here.now)

    one.plan(NOW, refused)
    one.plan(NOW + timedelta(minutes=1), goes_on)
    one.live_until(NOW + timedelta(hours=1))
    assert dict(one.refused) == {"refused: no place left": 1} and len(seen) == 1


@pytest.mark.parametrize(
    "day", [4, 5, 7, 8, 13, 14, 28]
)  # February 2026: work, a make-up Saturday, the new year
@pytest.mark.parametrize("hour", [0, 8, 12, 17, 23])
def test_work_is_done_in_office_hours_of_working_days(day: int, hour: int) -> None:
    wanted = datetime(2026, 2, day, hour, 30, tzinfo=ZONE)
    got = world().office(wanted)
    assert got >= wanted and is_workday(got.date())
    assert OPENS <= got.time() <= CLOSES
    if is_workday(wanted.date()) and OPENS <= wanted.time() < CLOSES:
        assert got == wanted


def test_a_moment_is_local_time() -> None:
    assert moment(NOW.date(), 9, 10) == NOW


@pytest.mark.parametrize("code", ["wires", "firelane", "manhole", "trash", "bikes", "lamp", "papers"])
def test_a_drawn_scene_differs_before_and_after(code: str) -> None:
    before, after = scene(code, False, 0), scene(code, True, 0)
    assert before.startswith(b"\x89PNG") and before != after
