"""周主任 tries a rule on last quarter before 林书记 adopts it; what was credited stays as it is."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Claim
from linli.commons.timebank.queries.programmes import rule_on
from linli.commons.timebank.queries.trials import last_quarter, try_out
from linli.engine.points import Rule as Terms
from linli.ground.ledger.queries import standing
from linli.ground.people.choices import RoleKind
from tests.factories import NOW, TODAY, ZONE, Neighbourhood, neighbourhood, person
from tests.factories_care import Care, adopted, care, preset, recorded, served, volunteer

QUARTER = (date(2025, 10, 1), date(2025, 12, 31))


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def looked(made: Care, minutes: int, begins: datetime) -> None:
    """A record that the checks doubt and 钱姐 finds in order."""
    record = recorded(made, minutes, begins)
    for finding in record.findings.all():
        timebank.see_finding(
            finding=finding, verdict="fine", words="问过了", by=made.town.qian, now=record.made_at
        )
    timebank.confirm_record(record=record, by=made.sun, role="family", now=record.made_at)
    for approver in (made.town.zhao, made.town.qian):
        timebank.approve_record(record=record, good=True, by=approver, now=record.made_at)


@pytest.fixture
def one(db: Any) -> Care:
    town = neighbourhood()
    made = care(town)
    for day in (3, 10, 17):
        served(made, 60, at(date(2025, 11, day)))
    served(made, 90, at(date(2025, 12, 1)))
    looked(made, 600, at(date(2025, 9, 30), 8))  # the day before
    served(made, 60, at(date(2026, 1, 1)))  # the day after
    return made


def second(made: Care, town: Neighbourhood) -> Any:
    """何大哥 serves too: short visits."""
    he = person(town.grid, "何志强", RoleKind.RESIDENT, birthday=date(1960, 5, 5))
    member = volunteer(town, made.programme, he)
    for day in (4, 5):
        served(made, 45, at(date(2025, 11, day), 15), member=member, by=he)
    return member


def terms(**knobs: object) -> Terms:
    return Terms.from_json(preset() | knobs)


def test_last_quarter_of_any_day() -> None:
    assert last_quarter(date(2026, 3, 5)) == QUARTER
    assert last_quarter(date(2026, 1, 1)) == QUARTER
    assert last_quarter(date(2026, 12, 31)) == (date(2026, 7, 1), date(2026, 9, 30))
    assert last_quarter(date(2024, 5, 31)) == (date(2024, 1, 1), date(2024, 3, 31))


def test_who_gains_and_who_loses(one: Care) -> None:
    he = second(one, one.town)
    trial = try_out(one.programme, one.rule.terms, terms(rates={"default": 12}, step_minutes=60), *QUARTER)
    assert [(line.member.pk, line.before, line.after) for line in trial.lines] == [
        (he.pk, 10, 0),
        (one.volunteer.pk, 45, 48),
    ]
    assert (trial.records, trial.minutes, trial.before, trial.after) == (6, 360, 55, 48)
    assert [line.difference for line in trial.losers] == [-10]
    assert [line.difference for line in trial.gainers] == [3]


def test_the_old_rule_computed_anew_is_what_was_credited(one: Care) -> None:
    second(one, one.town)
    trial = try_out(one.programme, one.rule.terms, one.rule.terms, *QUARTER)
    paid = Claim.objects.filter(
        record__started_at__gte=at(QUARTER[0], 0), record__started_at__lt=at(QUARTER[1], 0)
    )
    assert trial.before == trial.after == sum(paid.values_list("points", flat=True)) == 55
    assert trial.losers == trial.gainers == []


def test_a_cap_starts_from_what_stood_on_the_account_then(one: Care) -> None:
    """40 points (four hours are the most of a day) were there on the first of October."""
    trial = try_out(one.programme, one.rule.terms, terms(person_cap_points=60), *QUARTER)
    assert [(line.before, line.after) for line in trial.lines] == [(45, 20)]


def test_what_was_refused_or_corrected_is_not_tried(one: Care) -> None:
    extra = served(one, 120, at(date(2025, 11, 20)))
    timebank.correct_record(record=extra, minutes=0, why="没有去", by=one.town.zhao, now=NOW)
    trial = try_out(one.programme, one.rule.terms, one.rule.terms, *QUARTER)
    assert (trial.records, trial.before) == (4, 45)


def test_trying_costs_the_same_for_many(one: Care, django_assert_num_queries: Any) -> None:
    second(one, one.town)
    with django_assert_num_queries(2):
        try_out(one.programme, one.rule.terms, terms(rates={"default": 1}), *QUARTER)
    with django_assert_num_queries(4):
        try_out(one.programme, one.rule.terms, terms(person_cap_points=60), *QUARTER)


def test_a_new_rule_changes_nothing_past(one: Care) -> None:
    before = {row.pk: (row.points, row.rule_id) for row in Claim.objects.all()}
    stood = standing(one.volunteer.account)
    new = adopted(one.town, one.programme, TODAY, rates={"default": 20})
    assert {row.pk: (row.points, row.rule_id) for row in Claim.objects.all()} == before
    assert standing(one.volunteer.account) == stood
    late = served(one, 60, at(TODAY - timedelta(days=1)))  # served before, approved after: the old rule
    assert (late.claim.__class__.objects.get(pk=late.pk).points, rule_on(one.programme, TODAY).pk) == (
        10,
        new.pk,
    )
    fresh = served(one, 60, at(TODAY, 7))
    assert Claim.objects.get(pk=fresh.pk).points == 20
    assert {row.pk: (row.points, row.rule_id) for row in Claim.objects.filter(pk__in=before)} == before
