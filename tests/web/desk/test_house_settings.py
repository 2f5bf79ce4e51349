"""小何 keeps the house: kinds of need, promises, calendar, areas, roles."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.ground.journal.models import Outbox
from linli.ground.people.models import Person, Role
from linli.ground.places.models import Area, CalendarDay
from linli.ground.places.queries import WorkCalendar
from linli.loop.ask.models import Category, Promise
from linli.loop.ask.queries import promise_for
from linli.loop.run.models import Service
from tests.factories import COMMUNITY, ELSEWHERE, GRID, NOW, OTHER_GRID, STREET, TODAY, Neighbourhood
from tests.web.desk.stage import enter, page, queries

HOUSE = "/desk/house/"
ROOMS = (
    "categories/",
    "promises/",
    "services/",
    "calendar/",
    "areas/",
    "roles/",
    "roles/new/",
    "roles/colleague/",
    "outbox/",
)


@pytest.fixture(autouse=True)
def one_key(settings: Any) -> None:
    """The second key has its own tests."""
    settings.LINLI_REQUIRE_MFA = False


def test_each_sees_the_rooms_they_may_enter(town: Neighbourhood) -> None:
    for room in ROOMS:
        page(town.admin, HOUSE + room)
        page(town.zhao, HOUSE + room, 404)
        page(town.liu, HOUSE + room, 404)
    assert enter(town.admin).get(HOUSE).context["rows"][0]["url"] == f"{HOUSE}categories/"
    assert [row["url"] for row in enter(town.zhou).get(HOUSE).context["rows"]] == [
        f"{HOUSE}services/",
        f"{HOUSE}outbox/",
    ]
    page(town.zhou, f"{HOUSE}services/")
    page(town.zhou, f"{HOUSE}promises/", 404)
    page(town.zhao, HOUSE, 404)


def test_a_kind_of_need_is_entered_and_changed(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}categories/"
    sent = {
        "code": "lamp",
        "name": "路灯",
        "filing": "灯不亮",
        "closing": "灯亮了",
        "rank": 5,
        "needs_photo": "on",
    }
    client.post(where, sent)
    assert Category.objects.get(code="lamp").needs_photo is True
    assert client.get(f"{where}?edit=lamp").context["form"].initial["closing"] == "灯亮了"
    client.post(where, sent | {"closing": "亮了两晚"})
    assert Category.objects.get(code="lamp").closing == "亮了两晚"
    wrong = client.post(where, sent | {"name": "", "filing": "灯灭了"})
    assert "name" in wrong.context["form"].errors
    assert "灯灭了" in wrong.content.decode()


def promise(**more: Any) -> dict[str, Any]:
    """A filled-in promise."""
    return {
        "urgency": "normal", "about": "resolve", "amount": 3, "unit": "work_days", "valid_from": TODAY.isoformat(),
    } | more  # fmt: skip


def test_what_is_promised_from_today_holds_today_and_the_old_one_is_history(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}promises/"
    client.post(where, promise())
    held = promise_for(None, "normal", "resolve", town.grid, on=TODAY)
    assert held is not None
    assert held.amount == 3
    seen = client.get(where).context
    assert {group["resolve"].amount for group in seen["groups"] if group["resolve"].urgency == "normal"} == {
        3
    }
    assert [row.amount for row in seen["before"]] == [5]
    again = client.post(where, promise(amount=9))
    assert "valid_from" in again.context["form"].errors
    assert again.context["form"]["amount"].value() == "9"


def test_what_comes_is_shown_as_coming_and_nothing_is_promised_backwards(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}promises/"
    later = (TODAY + timedelta(days=30)).isoformat()
    client.post(where, promise(category=town.meals.pk, area=COMMUNITY, valid_from=later))
    assert [row.category for row in client.get(where).context["coming"]] == [town.meals]
    back = client.post(where, promise(valid_from=(TODAY - timedelta(days=1)).isoformat()))
    assert "valid_from" in back.context["form"].errors
    row = Promise.objects.get(category=town.meals)
    client.post(f"{where}{row.pk}/end/")
    row.refresh_from_db()
    assert row.valid_until == TODAY + timedelta(days=30)
    assert client.post(f"{where}999999/end/").status_code == 404


def test_the_promises_cost_the_same_for_more(town: Neighbourhood) -> None:
    before = queries(town.admin, f"{HOUSE}promises/")
    enter(town.admin).post(f"{HOUSE}promises/", promise(category=town.meals.pk))
    assert queries(town.admin, f"{HOUSE}promises/") == before


def test_a_standard_with_its_steps(town: Neighbourhood) -> None:
    client, where = enter(town.zhou), f"{HOUSE}services/"
    sent = {
        "code": "lamp",
        "name": "修灯",
        "steps": "断电\n\n换灯泡\n",
        "minutes": 30,
        "valid_from": TODAY.isoformat(),
    }
    client.post(where, sent | {"category": town.repair.pk})
    assert Service.objects.get(code="lamp").steps == ["断电", "换灯泡"]
    assert client.get(f"{where}?edit=lamp").context["form"].initial["steps"] == "断电\n换灯泡"


def test_a_day_is_set_and_the_calendar_follows(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}calendar/"
    seen = client.get(where).context
    assert date(2026, 2, 14) in seen["worked"]
    assert seen["next_is_known"] is False
    client.post(where, {"which": "day", "day": "2026-03-06", "works": "0", "note": "区里通知"})
    assert CalendarDay.objects.get().works is False
    assert WorkCalendar().works(date(2026, 3, 6)) is False
    assert (
        "note"
        in client.post(where, {"which": "day", "day": "2026-03-09", "works": "0"}).context["day_form"].errors
    )


def test_office_hours_from_a_day_on(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}calendar/"
    hours = {
        "which": "office",
        "opens": "08:30",
        "lunch_from": "11:30",
        "lunch_until": "14:00",
        "closes": "18:00",
    }
    client.post(where, hours | {"valid_from": TODAY.isoformat()})
    assert client.get(where).context["hours"]["opens"].hour == 8
    wrong = client.post(where, hours | {"valid_from": TODAY.isoformat(), "closes": "08:00"})
    assert "opens" in wrong.context["office_form"].errors


def test_areas_are_founded_renamed_and_merged(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}areas/"
    sent = {
        "code": f"{COMMUNITY}003",
        "name": "西田网格",
        "grid_kind": "basic",
        "valid_from": TODAY.isoformat(),
    }
    client.post(where, sent)
    assert Area.objects.get(code=f"{COMMUNITY}003").parent == town.community
    assert "code" in client.post(where, sent).context["form"].errors
    outside = client.post(where, sent | {"code": "320999001000"})
    assert "code" in outside.context["form"].errors
    assert not Area.objects.filter(code="320999001000").exists()
    client.post(
        f"{where}{OTHER_GRID}/", {"which": "rename", "name": "新北网格", "valid_from": TODAY.isoformat()}
    )
    assert Area.objects.get(code=OTHER_GRID).name == "新北网格"
    client.post(f"{where}{OTHER_GRID}/", {"which": "merge", "into": GRID, "day": TODAY.isoformat()})
    assert Area.objects.get(code=OTHER_GRID).merged_into == town.grid
    wrong = client.post(f"{where}{GRID}/", {"which": "merge", "into": STREET, "day": TODAY.isoformat()})
    assert "into" in wrong.context["merge"].errors


def test_a_colleague_comes_in_once_with_their_role(town: Neighbourhood) -> None:
    client = enter(town.admin)
    sent = {
        "key": str(uuid4()), "name": "冯主任", "phone": "13812341234", "kind": "director", "area": ELSEWHERE,
        "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    for _twice in range(2):
        assert client.post(f"{HOUSE}roles/colleague/", sent).status_code == 302
    feng = Person.objects.get(name="冯主任")
    assert [(role.kind, role.area) for role in feng.roles.all()] == [("director", town.elsewhere)]
    wrong = client.post(
        f"{HOUSE}roles/colleague/", sent | {"key": str(uuid4()), "name": "吴主任", "phone": "1"}
    )
    assert "phone" in wrong.context["form"].errors
    assert not Person.objects.filter(name="吴主任").exists()
    shown = page(town.admin, f"{HOUSE}roles/")
    assert "冯**" in shown
    assert "冯主任" not in shown
    assert client.post(f"/desk/people/{feng.pk}/invite/").status_code == 200


def test_a_role_is_given_and_ended(town: Neighbourhood) -> None:
    client, where = enter(town.admin), f"{HOUSE}roles/"
    assert "李*河" in client.get(f"{where}new/", {"name": "长河"}).content.decode()
    sent = {"person": town.li.pk, "kind": "volunteer", "area": GRID, "valid_from": TODAY.isoformat()}
    client.post(f"{where}new/", sent)
    role = Role.objects.get(person=town.li, kind="volunteer")
    assert "kind" in client.post(f"{where}new/", sent).context["form"].errors
    client.post(f"{where}{role.pk}/end/")
    role.refresh_from_db()
    assert role.valid_until == TODAY
    assert client.post(f"{where}999999/end/").status_code == 404


def test_who_sets_up_does_not_audit(town: Neighbourhood) -> None:
    sent = {
        "person": town.auditor.pk,
        "kind": "administrator",
        "area": STREET,
        "valid_from": TODAY.isoformat(),
    }
    answer = enter(town.admin).post(f"{HOUSE}roles/new/", sent)
    assert "kind" in answer.context["form"].errors


def test_the_roles_cost_the_same_for_more(town: Neighbourhood) -> None:
    before = queries(town.admin, f"{HOUSE}roles/")
    sent = {
        "key": str(uuid4()),
        "name": "冯主任",
        "kind": "director",
        "area": ELSEWHERE,
        "valid_from": TODAY.isoformat(),
    }
    enter(town.admin).post(f"{HOUSE}roles/colleague/", sent)
    assert queries(town.admin, f"{HOUSE}roles/") == before


def test_messages_that_did_not_leave_say_why(town: Neighbourhood) -> None:
    given = {
        "to_person": town.li.pk,
        "channel": "email",
        "notice": "received",
        "created_at": NOW,
        "attempts": 2,
    }
    Outbox.objects.create(
        key="a", number="20260305-001", area_code=GRID, failure="TimeoutError: 邮箱不通", **given
    )
    Outbox.objects.create(
        key="b", number="20260305-002", area_code=f"{ELSEWHERE}001", failure="TimeoutError", **given
    )
    shown = page(town.zhou, f"{HOUSE}outbox/")
    assert "邮箱不通" in shown
    assert "20260305-001" in shown
    assert "20260305-002" not in shown
    page(town.zhao, f"{HOUSE}outbox/", 404)
