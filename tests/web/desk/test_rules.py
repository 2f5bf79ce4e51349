"""The rule in words, knob by knob: 周主任 drafts and tries it, 林书记 adopts it, nothing past changes."""

import string
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Claim, Rule
from linli.engine.presets import PRESETS, BadRule
from linli.engine.presets import Rule as Terms
from linli.ground.journal.models import Event
from linli.web.desk.rules_forms import GroupForm, name_of, rate_text
from linli.web.desk.rules_knobs import CONTRADICTIONS, GROUPS
from linli.web.desk.rules_words import differences, groups_of
from tests.factories import NOW, TODAY, ZONE, Neighbourhood
from tests.factories_care import Care, adopted, care, served
from tests.web.desk.stage import enter, page, queries

NAMES = {"meals": "送餐", "company": "陪伴"}
# everything set, so that every knob has something to say
FULL: dict[str, Any] = {
    "product_name": "幸福养老账单", "unit_name": "积分", "unit_parts": 2, "wording": "plain",
    "rates": {"default": 20, "services": {"meals": 10}}, "care_price": {"default": 10, "services": {"meals": 8}},
    "step_minutes": 30, "rounding": "down", "zero_below_rating": 2, "session_max_minutes": 120, "day_max_minutes": 240,
    "month_max_minutes": 2400, "person_cap_points": 3000, "excess": "honour", "issue": "pool",
    "bonus": {"start": 5, "recruit": 2}, "grants": [{"group": "alone", "points_month": 30, "min_age": 80, "max_age": 99}],
    "expiry_months": 24, "grant_expiry_months": 3, "min_hours_to_redeem": 10,
    "benefits": {
        one: {"allowed": True, "cash_like": False, "min_age": 65, "hardship_age": 60, "month_max": 2}
        for one in ("care", "benefit", "goods")
    },
    "window": {"kind": "month_days", "days": [15], "applies_to": ["benefit", "goods"]},
    "milestones": [{"points": 1000, "title": "体检"}], "relations": {"self": None, "friend": 3},
    "relative_min_age": 60, "relation_proof": False, "entry": ["review"], "volunteer_min_age": 20,
    "volunteer_women_min_age": 19, "volunteer_max_age": 75, "minor_min_age": 10, "guardian_until": 18,
    "minor_with": "guardian", "group_donate_only": False, "approvers": 2, "confirm_by": ["elder", "family"],
    "auto_confirm_hours": 72, "evidence": ["signin"], "leaver": "donate", "estate": "committee", "estate_hold_days": 30,
    "peer_limit_points": 500, "reserve_percent": 50, "point_fen": 100, "honesty": {},
}  # fmt: skip
OTHER: dict[str, Any] = {
    "wording": "bank", "rounding": "up", "excess": "gift_pool", "issue": "direct", "minor_with": "group",
    "leaver": "keep", "estate": "heirs", "honesty.same_household": "look", "honesty.overlap": "look",
    "grants.0.group": "empty_nest", "milestones.0.title": "旅游", "product_name": "别的名字", "unit_name": "时间币",
    "unit_parts": 4, "window.days.0": 20, "window.applies_to.0": "care", "confirm_by.0": "worker", "confirm_by.1": "worker",
    "window.applies_to.1": "care", "entry.0": "exam",
    "evidence.0": "photo", "relations.self": 5, "approvers": 3, "zero_below_rating": 3, "window.count": None,
    "volunteer_women_min_age": 21, "minor_min_age": 9, "honesty.night_from": 20, "honesty.night_until": 5,
}  # fmt: skip
UNTRIED = {"window.kind", "window.count"}  # they change together, below


@pytest.fixture
def one(town: Neighbourhood) -> Care:
    return care(town)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def leaves(body: Any, path: str = "") -> Iterator[str]:
    """Every knob of a rule, by its path."""
    parts = body.items() if isinstance(body, Mapping) else enumerate(body) if isinstance(body, list) else None
    if (
        parts is None
        or path in {"rates.default", "care_price.default"}
        or path.startswith(("rates.services.", "care_price.services."))
    ):
        yield path
        return
    for key, value in parts:
        yield from leaves(value, f"{path}.{key}" if path else str(key))


def changed(body: dict[str, Any], path: str) -> dict[str, Any]:
    """The same rule with one knob set otherwise."""
    new: Any = deepcopy(body)
    at = new
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    value = at[last]
    if path in OTHER:
        at[last] = OTHER[path]
    elif isinstance(value, bool):
        at[last] = not value
    elif value is None:
        at[last] = 3
    else:
        at[last] = value + (-1 if path.endswith("hardship_age") else 1)
    return new


def test_every_knob_has_a_sentence_that_tells_it_apart() -> None:
    rule = Terms.from_json(FULL)
    silent = []
    for path in leaves(rule.to_json()):
        if path in UNTRIED:
            continue
        other = Terms.from_json(changed(rule.to_json(), path))
        if not differences(rule, other, NAMES):
            silent.append(path)
    assert silent == []
    yearly = FULL | {"window": {"kind": "yearly", "count": 2}}
    again = FULL | {"window": {"kind": "yearly", "count": 3}}
    assert differences(rule, Terms.from_json(yearly), NAMES)
    assert differences(Terms.from_json(yearly), Terms.from_json(again), NAMES)


def test_every_knob_is_in_the_form() -> None:
    """Each path of a full rule has its field in one of the groups."""
    body = Terms.from_json(FULL).to_json()
    fields: set[str] = set()
    for group in GROUPS:
        fields |= set(GroupForm(group, body, NAMES).fields)
    missing = []
    for path in leaves(body):
        name = name_of(path)
        near = {name, name.rpartition("__")[0], name.removesuffix("__default")}
        if not near & fields:
            missing.append(path)
    assert missing == []


def sent(group: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser sends when nothing was touched."""
    return as_sent(GroupForm(group, body, NAMES))


def as_sent(form: GroupForm) -> dict[str, Any]:
    """The same for a form."""
    found = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and value != "":
            found[bound.html_name] = "on" if value is True else value
    return found


@pytest.mark.parametrize("preset", [one.code for one in PRESETS] + ["full", "default"])
def test_a_form_sent_untouched_changes_nothing(preset: str) -> None:
    bodies = {one.code: one.body for one in PRESETS} | {"full": FULL, "default": {}}
    body = Terms.from_json(bodies[preset]).to_json()
    for group in GROUPS:
        form = GroupForm(group, body, NAMES, sent(group, body))
        assert form.is_valid(), (preset, group, form.errors)
        assert form.whole == body, (preset, group)


@pytest.mark.parametrize("preset", [one.code for one in PRESETS] + ["full"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_scheme_can_be_read(preset: str, language: str) -> None:
    bodies = {one.code: one.body for one in PRESETS} | {"full": FULL}
    with translation.override(language):
        for group in groups_of(Terms.from_json(bodies[preset]), NAMES):
            assert group.lines and all(line.words and "{" not in line.words for line in group.lines)
            assert len({line.key for line in group.lines}) == len(group.lines)


@pytest.mark.parametrize(
    ("group", "change", "field"),
    [
        ("earning", {"unit_parts": "3"}, "unit_parts"),
        ("earning", {"rates__default": "ten"}, "rates__default"),
        ("earning", {"rates__default": "1e9"}, "rates__default"),
        ("earning", {"rates__default": "1/0"}, "rates__default"),
        ("earning", {"rates__default": ""}, "rates__default"),
        ("earning", {"rates__services__meals": "99999"}, "rates__services__meals"),
        ("earning", {"step_minutes": "180"}, "step_minutes"),
        ("limits", {"day_max_minutes": "60"}, "day_max_minutes"),
        ("limits", {"session_max_minutes": "0"}, "session_max_minutes"),
        ("spending", {"benefits__care__hardship_age": "70"}, "benefits__care__hardship_age"),
        ("spending", {"window__kind": "yearly"}, "window__days"),
        ("spending", {"window__days": "15, 32"}, "window__days"),
        ("spending", {"window__days": "fifteen"}, "window__days"),
        ("spending", {"window__applies_to": []}, "window__applies_to"),
        ("receiving", {"grants__0__min_age": "100"}, "grants__0__max_age"),
        ("joining", {"minor_min_age": "18"}, "minor_min_age"),
        ("joining", {"volunteer_max_age": "18"}, "volunteer_max_age"),
        ("approval", {"approvers": "0", "confirm_by": [], "auto_confirm_hours": ""}, "confirm_by"),
        ("ends", {"point_fen": ""}, "point_fen"),
    ],
)
def test_a_mistake_is_said_in_words_at_its_knob(group: str, change: dict[str, Any], field: str) -> None:
    body = Terms.from_json(FULL).to_json()
    form = GroupForm(group, body, NAMES, sent(group, body) | change)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    (words,) = form.errors[field]
    assert str(words)[0] in string.ascii_uppercase + "1" and str(words).endswith(".")


def test_a_mistake_elsewhere_names_the_other_group() -> None:
    """A step of three hours, set among the earnings of a rule whose session is two: said here; a cap below it there."""
    body = Terms.from_json(FULL | {"step_minutes": 120}).to_json()
    given = sent("limits", body) | {"session_max_minutes": "60"}
    form = GroupForm("limits", body, NAMES, given)
    assert not form.is_valid() and "What an hour gives · In steps of" in str(form.errors["__all__"])


def test_every_contradiction_of_the_engine_has_its_words() -> None:
    wrong = [
        {"unit_parts": 3}, {"step_minutes": 90, "session_max_minutes": 60}, {"session_max_minutes": 90, "day_max_minutes": 60},
        {"day_max_minutes": 90, "month_max_minutes": 60}, {"approvers": 0, "confirm_by": []},
        {"confirm_by": [], "auto_confirm_hours": 3}, {"minor_min_age": 18}, {"volunteer_min_age": 9, "volunteer_max_age": 8},
        {"reserve_percent": 1}, {"benefits": {"care": {"hardship_age": 3}}}, {"window": {"days": [3]}},
        {"window": {"kind": "yearly"}}, {"window": {"applies_to": []}}, {"grants": [{"min_age": 9, "max_age": 8}]},
    ]  # fmt: skip
    found = set()
    for body in wrong:
        with pytest.raises(BadRule) as bad:
            Terms.from_json(body)
        found.add(bad.value.field.rsplit(".", 1)[-1])
    assert found == set(CONTRADICTIONS)


@pytest.mark.parametrize(
    ("value", "text"),
    [(10, "10"), ([3, 2], "1.5"), ([1, 3], "1/3"), ([1, 8], "0.125"), (0, "0"), (10000, "10000")],
)
def test_rates_are_written_as_people_write_them(value: Any, text: str) -> None:
    assert rate_text(value) == text


def test_the_page_says_the_rule_in_force(one: Care) -> None:
    text = page(one.town.zhao, "/desk/rules/")
    assert "积分" in text and "居民会议 1 号" in text and one.town.leader.name in text
    answer = enter(one.town.zhou).get("/desk/rules/")
    assert [group.key for group in answer.context["groups"]] == list(GROUPS)
    page(one.town.liu, "/desk/rules/", 404)
    assert "groups" not in (enter(one.town.stranger).get("/desk/rules/").context or {})
    page(one.town.stranger, "/desk/rules/nantian/", 404)


def draft(one: Care, start: str = "now") -> Rule:
    answer = enter(one.town.zhou).post("/desk/rules/nantian/new/", {"start": start})
    row = Rule.objects.latest("pk")
    assert answer.headers["Location"] == f"/desk/rules/nantian/{row.pk}/"
    return row


def test_a_draft_begins_from_ours_or_from_a_scheme(one: Care) -> None:
    ours = draft(one)
    assert (ours.body, ours.valid_from, ours.state) == (one.rule.body, date(2026, 4, 1), "draft")
    theirs = draft(one, "nanjing_2019")
    assert (theirs.preset, theirs.body["unit_parts"]) == ("nanjing_2019", 2)
    assert "新华社" in page(one.town.zhou, f"/desk/rules/nantian/{theirs.pk}/")
    count = Rule.objects.count()
    assert enter(one.town.zhou).post("/desk/rules/nantian/new/", {"start": "mars"}).status_code == 200
    for other in (one.town.zhao, one.town.leader, one.town.stranger):
        assert enter(other).post("/desk/rules/nantian/new/", {"start": "now"}).status_code == 404
    assert Rule.objects.count() == count


def edit(one: Care, row: Rule, group: str, **change: Any) -> Any:
    url = f"/desk/rules/nantian/{row.pk}/edit/{group}/"
    form = enter(one.town.zhou).get(url).context["form"]
    return enter(one.town.zhou).post(url, as_sent(form) | change)


def test_a_knob_is_turned_tried_and_adopted(one: Care) -> None:
    town, row = one.town, draft(one)
    answer = edit(one, row, "earning", rates__default="20")
    assert answer.headers["Location"] == f"/desk/rules/nantian/{row.pk}/#earning"
    row.refresh_from_db()
    assert row.body == one.rule.body | {"rates": {"default": 20, "services": {}}}
    wrong = edit(one, row, "limits", session_max_minutes="300")
    assert wrong.status_code == 200 and "less than one service" in translation_free(wrong)
    kept = {"valid_from": "2026-03-06", "words": "每小时二十分"}
    assert enter(town.zhou).post(f"/desk/rules/nantian/{row.pk}/", kept).status_code == 302
    url = f"/desk/rules/nantian/{row.pk}/adopt/"
    before = Event.objects.count()
    assert enter(town.zhou).post(url, {"resolution": "1"}).status_code == 404
    assert enter(town.leader).post(url, {"resolution": ""}).status_code == 200
    assert (Event.objects.count(), Rule.objects.get(pk=row.pk).state) == (before, "draft")
    assert enter(town.leader).post(url, {"resolution": "居民会议 9 号"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.resolution, row.approved_by_id, row.valid_from) == (
        "adopted", "居民会议 9 号", town.leader.pk, date(2026, 3, 6),
    )  # fmt: skip
    assert enter(town.zhou).get(f"/desk/rules/nantian/{row.pk}/edit/earning/").status_code == 404


def translation_free(answer: Any) -> str:
    """The errors of a form in English, whatever the page's language."""
    with translation.override("en"):
        return str(answer.context["form"].errors)


def test_nobody_adopts_what_they_wrote(one: Care) -> None:
    row = timebank.draft_rule(
        programme=one.programme, body=one.rule.body, valid_from=TODAY, by=one.town.leader, now=NOW
    )
    enter(one.town.leader).post(f"/desk/rules/nantian/{row.pk}/adopt/", {"resolution": "1"})
    row.refresh_from_db()
    assert row.state == "draft"
    assert enter(one.town.leader).get(f"/desk/rules/nantian/{row.pk}/").context["adopt"] is None


def test_what_was_credited_stays_and_what_comes_follows_the_new_rule(one: Care) -> None:
    old = served(one, 60)
    row = draft(one)
    edit(one, row, "earning", rates__default="20")
    enter(one.town.zhou).post(f"/desk/rules/nantian/{row.pk}/", {"valid_from": "2026-03-05", "words": ""})
    enter(one.town.leader).post(f"/desk/rules/nantian/{row.pk}/adopt/", {"resolution": "9"})
    new = served(one, 60, NOW.replace(hour=7))
    assert [Claim.objects.get(pk=record.pk).points for record in (old, new)] == [10, 20]


def test_a_draft_is_thrown_away(one: Care) -> None:
    row = draft(one)
    assert enter(one.town.leader).post(f"/desk/rules/nantian/{row.pk}/drop/").status_code == 404
    assert enter(one.town.zhou).post(f"/desk/rules/nantian/{row.pk}/drop/").status_code == 302
    row.refresh_from_db()
    assert row.state == "dropped"


def test_two_versions_side_by_side(one: Care) -> None:
    row = draft(one)
    edit(one, row, "earning", rates__default="20", bonus__start="5")
    answer = enter(one.town.zhao).get(f"/desk/rules/nantian/{one.rule.pk}/compare/{row.pk}/")
    groups = answer.context["groups"]
    assert [[change.key for change in rows] for _title, rows in groups] == [
        ["rate", "bonus.start"],
        ["price"],
    ] or [[change.key for change in rows] for _title, rows in groups] == [["rate", "bonus.start"]]
    assert groups[0][1][1].before == ""


def test_who_would_gain_and_who_would_lose(one: Care) -> None:
    for day in (3, 4, 5):
        served(one, 60, datetime(2025, 11, day, 9, tzinfo=ZONE))
    row = draft(one)
    edit(one, row, "earning", rates__default="8")
    answer = enter(one.town.zhou).get(f"/desk/rules/nantian/{row.pk}/try/")
    assert [(bar["label"], bar["value"], bar["url"]) for bar in answer.context["losers"]] == [
        ("陈*珍", 6, f"/desk/members/{one.volunteer.no}/")
    ]
    assert (answer.context["gainers"], answer.context["same"]) == ([], 0)
    assert "陈爱珍" not in answer.content.decode()
    empty = enter(one.town.zhou).get(f"/desk/rules/nantian/{row.pk}/try/?from=2025-04-01")
    assert empty.context["trial"].lines == []
    assert Claim.objects.filter(points=10).count() == 3


def test_pages_cost_the_same_for_more_rows(one: Care) -> None:
    served(one, 60, datetime(2025, 11, 3, 9, tzinfo=ZONE))
    row = draft(one)
    urls = (
        "/desk/rules/", f"/desk/rules/nantian/{row.pk}/", f"/desk/rules/nantian/{row.pk}/try/",
        f"/desk/rules/nantian/{one.rule.pk}/compare/{row.pk}/", "/desk/rules/nantian/new/",
    )  # fmt: skip
    before = {url: queries(one.town.zhou, url) for url in urls}
    for days in (10, 20, 30):
        adopted(one.town, one.programme, TODAY + timedelta(days=days), rates={"default": 10 + days})
        served(one, 60, datetime(2025, 11, 3, 9, tzinfo=ZONE) + timedelta(days=days))
    assert {url: queries(one.town.zhou, url) for url in urls} == before
