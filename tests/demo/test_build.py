"""The simulated neighbourhoods: lived through the real actions, the same for the same seed, lively today."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from linli.demo import build as demo
from linli.demo.towns import ELDERS, PLANS
from linli.demo.words import SAID, sayings
from linli.ground.journal.models import Event, Seal, Tally
from linli.ground.journal.queries import to_tell, verify
from linli.ground.people.models import Contact, Person, User
from linli.ground.people.queries import age_on, birthdays_soon
from linli.ground.photos.models import Photo
from linli.ground.places.models import Area
from linli.kit.refused import Refused
from linli.loop.ask.choices import Shift, State
from linli.loop.ask.models import Extension, Need, Patrol, Stop
from linli.loop.ask.queries import tab
from linli.loop.evaluate.choices import FollowUpState
from linli.loop.evaluate.models import FollowUp
from linli.loop.evaluate.queries import due_follow_ups
from linli.loop.link.models import Match, Resource, Slot
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Task
from tests.factories import ZONE

pytestmark = pytest.mark.django_db
SEED = 7
# A Tuesday, twenty to eleven in the morning: the demo lives up to ten.
NOW = datetime(2026, 3, 24, 10, 40, tzinfo=ZONE)
TODAY = NOW.date()
LOGINS = ["admin", "auditor", "chen", "leader", "li", "liu", "sun", "wei", "zhao", "zhou"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker, data: Path) -> Iterator[None]:
    """One month, lived once for all tests of this file, and forgotten after them."""
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.LINLI_DATA", data)
        with transaction.atomic():
            demo.build(seed=SEED, months=1, now=NOW, quiet=True)
            yield
            transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def inside(lived: None, db: None, data: Path, settings: Settings) -> None:
    """Each test in a savepoint of the month that was lived."""
    settings.LINLI_DATA = data


def recount() -> Counter[tuple[str, str, date]]:
    """Every kept count, counted anew from the rows."""
    found: Counter[tuple[str, str, date]] = Counter()
    for need in Need.objects.exclude(counted_on=None):
        measures = (
            ["response_excluded"]
            if need.excluded
            else ["response_all"] + ["response_yes"] * bool(need.in_time)
        )
        found.update((code, measure, need.counted_on) for code in need.codes for measure in measures)
    for row in FollowUp.objects.filter(state=FollowUpState.ANSWERED).select_related("need"):
        measures = ["rated_excluded"]
        if not row.need.excluded:
            measures = (
                ["rated_all"] + ["solved_yes"] * bool(row.solved) + ["satisfied_yes"] * bool(row.satisfied)
            )
        found.update((code, measure, row.answered_on) for code in row.codes for measure in measures)
    return found


def test_the_kept_counts_equal_a_recount() -> None:
    kept = {(row.code, row.measure, row.day): row.count for row in Tally.objects.exclude(count=0)}
    assert kept == dict(recount())


def test_what_is_taken_of_each_resource_equals_its_matches() -> None:
    counted: Counter[int] = Counter()
    for match in Match.objects.exclude(state="released").exclude(slot=None):
        counted[match.slot_id or 0] += match.amount
    assert {slot.pk: slot.taken for slot in Slot.objects.all()} == dict(counted)


def test_needs_stand_in_every_state_and_every_lap_has_its_follow_up() -> None:
    assert set(Need.objects.values_list("state", flat=True)) == set(State.values)
    assert set(FollowUp.objects.values_list("state", flat=True)) == set(FollowUpState.values)
    assert {1, 2, 3} <= set(FollowUp.objects.values_list("lap", flat=True))
    for need in Need.objects.filter(state="closed"):
        laps = sorted(FollowUp.objects.filter(need=need).values_list("lap", flat=True))
        assert need.lap in laps
    assert Need.objects.filter(lap=3, state="closed", follow_ups__lap=3, follow_ups__satisfied=True).exists()
    assert Stop.objects.exists() and Extension.objects.exists()


def test_whoever_did_it_neither_checked_nor_asked() -> None:
    assert not Task.objects.filter(checked_by=F("done_by")).exists()
    for row in FollowUp.objects.filter(state=FollowUpState.ANSWERED):
        doers = Task.objects.filter(need=row.need, lap=row.lap).values_list("done_by", flat=True)
        assert row.by_id not in set(doers)


def test_nothing_the_simulation_tried_was_refused() -> None:
    assert demo.read_marker()["refused"] == {}


def test_the_journal_is_whole_and_sealed_to_its_end() -> None:
    walk = verify()
    assert (walk.broken, walk.unsealed, walk.events) == (None, 0, Event.objects.count())
    assert Seal.objects.count() == Event.objects.count()


def test_every_need_has_its_rows_in_the_journal() -> None:
    raised = Event.objects.filter(verb="need.raised")
    assert raised.count() == Need.objects.count() == demo.read_marker()["needs"]
    assert Event.objects.filter(verb="task.given").count() == Task.objects.count()
    assert Event.objects.filter(at__gt=NOW).count() == 0


def test_today_is_lively_for_zhao() -> None:
    grids = [ELDERS.grid(1), ELDERS.grid(2)]
    mine = Need.objects.filter(grid__in=grids)
    counts = {name: tab(mine, name, now=NOW).count() for name in ("new", "near", "late", "check", "open")}
    assert counts["new"] >= 4
    assert counts["near"] >= 2
    assert counts["late"] >= 2
    assert counts["check"] >= 1
    assert due_follow_ups(grids, on=TODAY).count() >= 3
    assert due_follow_ups(grids, on=TODAY).filter(need__asker__name="李长河").count() == 1
    morning = Patrol.objects.filter(grid__in=grids, day=TODAY)
    assert {(row.shift, row.ended_at is not None) for row in morning} == {(Shift.MORNING, True)}
    assert morning.count() == 2 and all(row.findings.filter(state="found").count() >= 2 for row in morning)
    ahead = Task.objects.filter(grid__in=grids, state=TaskState.GIVEN, appointed_at__gt=NOW)
    assert any(timezone.localdate(task.appointed_at) == TODAY for task in ahead)
    assert 1 <= to_tell(grids).count() <= 60


def test_the_same_few_neighbours_are_there() -> None:
    users = User.objects.filter(username__startswith="demo-").order_by("username")
    assert [user.username for user in users] == [f"demo-{name}" for name in LOGINS]
    assert not any(user.has_usable_password() or user.must_change for user in users)
    wang, li = Person.objects.get(name="王桂兰"), Person.objects.get(name="李长河")
    assert age_on(wang, TODAY) == 82 and wang.phone == "" and age_on(li, TODAY) == 78
    assert wang.household is not None and wang.tags.filter(kind="alone").exists()
    assert [bond.helper.user.username for bond in wang.bonds.all()] == ["demo-sun"]
    soon = {hit.person.name: hit for hit in birthdays_soon([ELDERS.grid(1)], on=TODAY)}
    assert soon["王桂兰"].lunar and not soon["李长河"].lunar


def test_nobody_has_a_number_that_could_be_somebodys() -> None:
    phones = [person.phone for person in Person.objects.all()] + [row.phone for row in Contact.objects.all()]
    assert {phone[:7] for phone in phones if phone} == {"1990000"}
    assert not Person.objects.exclude(id_blind="").exists()
    assert all(code[3:6] == "999" for code in Area.objects.values_list("code", flat=True))


def test_each_neighbourhood_is_of_its_size() -> None:
    for plan in PLANS:
        people = Person.objects.filter(community=plan.community).count()
        assert 60 <= people <= 100
        assert 10 <= Resource.objects.filter(community=plan.community).count() <= 15
        a_day = Need.objects.filter(community=plan.community).count() / 30
        assert 0.9 <= a_day <= 3.0
    assert (
        Photo.objects.filter(subject_type="need").exists()
        and Photo.objects.filter(subject_type="task").exists()
    )


def test_residents_do_not_all_say_the_same() -> None:
    assert sum(len(sayings(block)) for block in SAID.values()) >= 120
    most = Need.objects.values("words").annotate(times=Count("id")).order_by("-times").first()
    assert most is not None and most["times"] <= 4
    assert not Need.objects.filter(words__contains="{").exists()


def fingerprint() -> list[tuple[str, str, str, int]]:
    return list(Need.objects.order_by("id").values_list("no", "words", "state", "lap"))


def test_missed_days_are_lived_when_the_demo_is_taken_up_again() -> None:
    before = Need.objects.count()
    later = NOW + timedelta(days=3)
    assert demo.catch_up(now=later, quiet=True) == 3
    assert demo.read_marker()["last_day"] == later.date().isoformat()
    assert Need.objects.count() > before
    assert tab(Need.objects.filter(grid=ELDERS.grid(1)), "near", now=later).exists()
    kept = {(row.code, row.measure, row.day): row.count for row in Tally.objects.exclude(count=0)}
    assert kept == dict(recount())
    assert verify().broken is None
    assert demo.catch_up(now=later, quiet=True) == 0


def test_real_data_is_never_built_over(tmp_path: Path, settings: Settings) -> None:
    settings.LINLI_DATA = tmp_path / "elsewhere"
    assert not demo.is_built()
    before = fingerprint()
    with pytest.raises(Refused, match="data"):
        demo.build(seed=SEED, months=1, now=NOW, quiet=True)
    assert fingerprint() == before and not demo.marker().exists()


def test_a_build_that_broke_off_is_not_taken_for_whole(tmp_path: Path, settings: Settings) -> None:
    assert demo.is_built()
    settings.LINLI_DATA = tmp_path / "elsewhere"
    demo.write_marker({"building": True, "seed": SEED, "months": 1})
    assert not demo.is_built()
    demo.marker().write_text("{ not whole")
    assert not demo.is_built() and json.loads("{}") == demo.read_marker()


@pytest.mark.parametrize("months", [0, 61, -1])
def test_a_demo_lives_between_one_month_and_sixty(months: int) -> None:
    with pytest.raises(Refused):
        demo.build(seed=SEED, months=months, now=NOW, quiet=True)
