"""Projects of one need or several."""

from decimal import Decimal

from linli.loop.launch import actions as launch
from linli.loop.launch.choices import ProjectState
from linli.loop.launch.models import Milestone, Project
from tests.factories import NOW, Neighbourhood, accepted
from tests.web.desk.stage import enter, page, queries


def test_from_ticked_asks_to_a_measured_start(town: Neighbourhood) -> None:
    needs = [accepted(town), accepted(town, "中午想有人送饭")]
    zhou = enter(town.zhou)
    form = zhou.get(f"/desk/projects/new/?need={needs[0].no}&need={needs[1].no}").content.decode()
    assert form.count('name="need"') == 2
    sent = {
        "title": "送餐到家", "area": town.community.code, "owner": town.zhou.pk, "need": [one.no for one in needs]
    }  # fmt: skip
    assert zhou.post("/desk/projects/new/", sent).status_code == 302
    row = Project.objects.get()
    assert row.answers.count() == 2
    url = f"/desk/projects/{row.no}/"
    early = zhou.post(f"{url}start/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.state == ProjectState.DRAFT and "toast-error" in early
    measure = {
        "measure": "吃上热饭的老人", "unit": "位", "baseline": "12", "baseline_on": "2026-03-01", "target": "40",
        "target_on": "2026-06-01", "budget": "60000.05",
    }  # fmt: skip
    assert zhou.post(url, measure).status_code == 302
    row.refresh_from_db()
    assert (row.budget, row.baseline) == (6_000_005, Decimal(12))
    assert "60,000.05" in page(town.zhou, url)
    zhou.post(f"{url}start/")
    row.refresh_from_db()
    assert (row.state, row.started_at) == (ProjectState.RUNNING, NOW)


def test_wrong_measures_come_back_as_typed(town: Neighbourhood) -> None:
    row = launch.launch_project(area=town.community, title="送餐", owner=town.zhou, by=town.zhou, now=NOW)
    bad = {"measure": "老人", "baseline_on": "2026-06-01", "target_on": "2026-03-01", "budget": "3.141"}
    refused = enter(town.zhou).post(f"/desk/projects/{row.no}/", bad)
    assert refused.context["form"].errors.keys() == {"budget"} and 'value="3.141"' in refused.content.decode()
    refused = enter(town.zhou).post(f"/desk/projects/{row.no}/", bad | {"budget": "3.14"})
    assert refused.context["form"].errors.keys() == {"target_on"}
    row.refresh_from_db()
    assert row.measure == ""


def test_milestones_are_set_and_reached_once(town: Neighbourhood) -> None:
    row = launch.launch_project(area=town.community, title="送餐", owner=town.zhou, by=town.zhou, now=NOW)
    url = f"/desk/projects/{row.no}/milestones/"
    assert (
        enter(town.zhou).post(url, {"milestone": "", "due_on": "2026-04-01"}).context["milestone_form"].errors
    )
    enter(town.zhou).post(url, {"milestone": "找到送餐的人", "due_on": "2026-04-01"})
    step = Milestone.objects.get()
    part = enter(town.zhou).post(f"{url}{step.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "is-done" in part and "<html" not in part
    assert enter(town.zhou).post(f"{url}{step.pk}/").status_code == 302
    assert enter(town.zhao).post(f"{url}{step.pk}/").status_code == 404


def test_who_may_lead_and_who_may_look(town: Neighbourhood) -> None:
    row = launch.launch_project(area=town.community, title="送餐", owner=town.zhou, by=town.zhou, now=NOW)
    page(town.zhou, "/desk/projects/new/")
    page(town.auditor, "/desk/projects/")
    page(town.auditor, "/desk/projects/new/", 404)
    page(town.stranger, f"/desk/projects/{row.no}/", 404)
    assert enter(town.auditor).post(f"/desk/projects/{row.no}/start/").status_code == 404
    assert enter(town.auditor).post(f"/desk/projects/{row.no}/", {"budget": "1"}).status_code == 404
    assert enter(town.zhou).post(f"/desk/projects/{row.no}/nonsense/").status_code == 404


def test_three_rows_cost_what_one_costs(town: Neighbourhood) -> None:
    for number in range(4):
        launch.launch_project(
            area=town.community, title=f"第{number}个", owner=town.zhou, by=town.zhou, now=NOW
        )
        if not number:
            one = queries(town.zhou, "/desk/projects/")
    assert queries(town.zhou, "/desk/projects/") == one
