"""A program walks one need around the whole ring, and reads on every step what the rules let it read."""

from datetime import timedelta
from typing import Any

import pytest

from linli.loop.ask.models import Need
from linli.loop.evaluate.models import FollowUp
from linli.loop.link.models import Slot
from tests.api.conftest import Program
from tests.factories import COMMUNITY, GRID, NOW, TODAY, Neighbourhood, accepted, closed, given, need

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.urls")]


def did(answer: Any, status: int = 200) -> dict[str, Any]:
    """The answer to an act that worked."""
    assert answer.status_code == status, answer.content.decode()
    return dict(answer.json())


def refused(answer: Any, field: str | None) -> str:
    """The words of an act that was refused, about this field."""
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content.decode()
    return str(answer.json()["detail"])


def test_from_the_words_said_to_the_rates(
    town: Neighbourhood, zhao: Program, qian: Program, liu: Program, thursday: Any
) -> None:
    """李大爷 cannot cook any more; the canteen, 刘师傅 and 钱姐 do the rest."""
    said = {"area": GRID, "words": "岁数大了，想吃口热乎饭都难", "asker": town.li.pk, "channel": "phone"}
    no = did(zhao.post("/needs", said), 201)["id"]
    row = Need.objects.get(no=no)
    assert (row.asker, row.proxy, row.channel) == (town.li, town.zhao, "phone")
    accept = {"category": "meals", "urgency": "urgent"}
    assert did(zhao.post(f"/needs/{no}/accept", accept))["state"] == "accepted"
    did(zhao.post(f"/needs/{no}/respond", {"text": "明天起给您送"}))

    best, *others = did(zhao.get(f"/needs/{no}/candidates"))["items"]
    assert (best["name"], best["fits"], best["free"], best["against"]) == ("幸福餐厅", True, 2, [])
    assert others[0]["name"] == "刘**" and not others[0]["fits"] and others[0]["against"]
    match = did(zhao.post(f"/needs/{no}/matches", {"resource": best["resource"]}), 201)
    assert (match["state"], match["need_state"]) == ("accepted", "linked")

    task = did(zhao.post(f"/needs/{no}/tasks", {"owner": town.liu.pk, "match": int(match["id"])}), 201)
    path = f"/tasks/{task['id']}"
    refused(liu.post(f"{path}/finish", {"text": "送到了"}), "steps")
    for step in did(liu.get(path))["steps"]:
        did(liu.post(f"{path}/tick", {"rank": step["rank"]}))
    assert did(liu.post(f"{path}/finish", {"text": "送到家门口，看着吃上了"}))["need_state"] == "done"
    assert liu.post(f"{path}/check", {"good": True}).status_code == 404
    assert did(zhao.post(f"{path}/check", {"good": True}))["need_state"] == "closed"

    assert did(qian.get("/follow-ups"))["items"] == []
    thursday(NOW + timedelta(days=3))
    (due,) = did(qian.get("/follow-ups"))["items"]
    answer = f"/follow-ups/{due['id']}/answer"
    refused(qian.post(answer, {"solved": True, "satisfied": False, "way": "call"}), "words")
    unhappy = {"solved": True, "satisfied": False, "words": "送到都凉了", "way": "call"}
    assert did(qian.post(answer, unhappy))["need_state"] == "reopened"
    assert refused(qian.post(answer, unhappy), None)
    one = did(qian.get(f"/follow-ups/{due['id']}"))
    assert (one["solved"], one["satisfied"], one["words"]) == (True, False, "送到都凉了")

    (rates,) = did(zhao.get("/rates", area=GRID))["items"]
    shown = {rate["rate"]: (rate["numerator"], rate["denominator"]) for rate in rates["rates"]}
    assert shown == {"response": (1, 1), "resolution": (1, 1), "satisfaction": (0, 1)}
    assert did(zhao.get(f"/needs/{no}"))["lap"] == 2


def test_every_number_of_the_rates_opens_to_as_many_rows(
    town: Neighbourhood, zhou: Program, thursday: Any
) -> None:
    for words in ("想吃口热乎饭", "腿脚不好，想订餐"):
        closed(town, accepted(town, words))
    accepted(town, "灯不亮", category=town.repair)
    (first, second) = FollowUp.objects.order_by("id")
    thursday(NOW + timedelta(days=3))
    for row, good in ((first, True), (second, False)):
        body = {"solved": True, "satisfied": good, "words": "实话实说", "way": "visit"}
        did(zhou.post(f"/follow-ups/{row.pk}/answer", body))
    pages = did(zhou.get("/rates", first=TODAY.isoformat()))["items"]
    assert [page["area"]["code"] for page in pages][:2] == [COMMUNITY, GRID]
    for page in pages:
        for rate in page["rates"]:
            for name, count in (("numerator", rate["numerator"]), ("denominator", rate["denominator"])):
                rows = did(zhou.client.get(rate["rows"][name]))["items"]
                assert len(rows) == count
                assert name == "denominator" or all(row["yes"] for row in rows)
            assert len(did(zhou.client.get(rate["rows"]["exclusions"]))["items"]) == rate["exclusions"]
    satisfied = pages[0]["rates"][2]
    assert (satisfied["numerator"], satisfied["denominator"], satisfied["value"]) == (1, 2, 0.5)
    refused(zhou.get("/rates", first="2026-03-09", last="2026-03-08"), "last")


def test_refused_and_merged_asks_say_so(town: Neighbourhood, zhao: Program) -> None:
    one, two, three = need(town), need(town, "想订餐"), need(town, "隔壁小区的路灯坏了")
    assert did(zhao.post(f"/needs/{two.no}/merge", {"into": one.no}))["state"] == "merged"
    refused(zhao.post(f"/needs/{one.no}/merge", {"into": one.no}), None)
    refused(zhao.post(f"/needs/{three.no}/refuse", {"reason": "not_ours", "text": ""}), "text")
    body = {"reason": "not_ours", "text": "请打隔壁社区电话"}
    assert did(zhao.post(f"/needs/{three.no}/refuse", body))["state"] == "refused"
    assert did(zhao.get(f"/needs/{three.no}"))["refusal"] == "not_ours"


def test_a_match_given_back_frees_its_place(town: Neighbourhood, zhao: Program) -> None:
    ask = accepted(town)
    body = {"resource": town.canteen.pk, "amount": 2}
    match = did(zhao.post(f"/needs/{ask.no}/matches", body), 201)["id"]
    assert did(zhao.get(f"/resources/{town.canteen.pk}"))["free"] == 0
    other = accepted(town, "想订餐")
    full = {"resource": town.canteen.pk, "override": "再挤一挤"}
    refused(zhao.post(f"/needs/{other.no}/matches", full), "resource")
    assert did(zhao.post(f"/matches/{match}/release", {}))["need_state"] == "accepted"
    assert Slot.objects.get().taken == 0
    (row,) = did(zhao.get(f"/needs/{ask.no}/matches"))["items"]
    assert (row["state"], row["need"], row["link"]) == ("released", ask.no, f"/api/v1/matches/{match}")
    assert did(zhao.get(f"/matches/{match}"))["amount"] == 2


@pytest.mark.parametrize("amount", [0, -1, 10**9, True, "NaN"])
def test_no_place_is_made_of_nothing(town: Neighbourhood, zhao: Program, amount: Any) -> None:
    ask = accepted(town)
    answer = zhao.post(f"/needs/{ask.no}/matches", {"resource": town.canteen.pk, "amount": amount})
    assert answer.status_code == 201 if amount is True else refused(answer, "amount")


def test_a_project_is_measured_before_it_starts(town: Neighbourhood, zhou: Program, zhao: Program) -> None:
    ask = accepted(town)
    body = {"area": COMMUNITY, "title": "老人用餐", "needs": [ask.no]}
    assert zhao.post("/projects", body).status_code == 404
    no = did(zhou.post("/projects", body), 201)["id"]
    assert refused(zhou.post(f"/projects/{no}/start"), None)
    measure = {
        "measure": "每天能吃上热饭的老人", "unit": "人", "baseline": "12", "baseline_on": "2026-03-01",
        "target": "40.5", "target_on": "2026-12-01", "budget": 120_000_00,
    }  # fmt: skip
    refused(zhou.post(f"/projects/{no}/measure", measure | {"target": "0.001"}), "target")
    did(zhou.post(f"/projects/{no}/measure", measure))
    assert did(zhou.post(f"/projects/{no}/start"))["state"] == "running"
    one = did(zhou.get(f"/projects/{no}"))
    assert (one["baseline"], one["target"], one["budget"], one["needs"]) == (
        "12.00",
        "40.50",
        12000000,
        [ask.no],
    )
    assert [row["no"] for row in did(zhou.get("/projects", state="running"))["items"]] == [no]
    assert did(zhou.get("/projects", state="draft"))["items"] == []


def test_a_new_resource_can_be_counted_on(town: Neighbourhood, zhao: Program) -> None:
    body = {
        "area": GRID, "kind": "craftsman", "name": "马师傅", "capacity": 3, "period": "week", "contact": "13812345678",
        "categories": ["repair"], "lon": 121.4047, "lat": 31.198, "crs": "gcj02",
    }  # fmt: skip
    pk = did(zhao.post("/resources", body), 201)["id"]
    one = zhao.get(f"/resources/{pk}")
    assert (one.json()["name"], one.json()["free"], one.json()["valid_from"]) == (
        "马**",
        3,
        TODAY.isoformat(),
    )
    assert abs(one.json()["lon"] - 121.4) < 0.001, "kept as WGS-84"
    assert "13812345678" not in one.content.decode() and "马师傅" not in one.content.decode()
    assert [row["id"] for row in did(zhao.get("/resources", kind="craftsman", area=GRID))["items"]] == [
        int(pk)
    ]
    refused(zhao.post("/resources", body | {"categories": ["repair", "none"]}), "categories")
    refused(zhao.post("/resources", body | {"lat": None}), "lon")


def test_a_daughter_asks_for_her_mother_and_reads_it_again(town: Neighbourhood) -> None:
    sun = Program(town.sun)
    no = did(sun.post("/needs", {"words": "我妈的灯不亮", "asker": town.wang.pk}), 201)["id"]
    row = Need.objects.get(no=no)
    assert (row.asker, row.proxy, row.area) == (town.wang, town.sun, town.grid)
    assert sun.get("/needs").status_code == 404
    assert [one["no"] for one in did(sun.get("/needs", mine="true"))["items"]] == [no]
    assert did(sun.get(f"/needs/{no}"))["words"] == "我妈的灯不亮"
    assert sun.get(f"/needs/{need(town).no}").status_code == 404
    assert sun.post("/needs", {"words": "他的灯不亮", "asker": town.li.pk}).status_code == 404
    refused(sun.post("/needs", {"words": "灯不亮", "channel": "walk_in"}), "channel")


def test_a_doer_sees_the_own_task_and_nothing_else(
    town: Neighbourhood, liu: Program, stranger: Program
) -> None:
    task = given(town, accepted(town))
    assert [row["no"] for row in did(liu.get("/tasks", mine="true"))["items"]] == [task.no]
    assert liu.get("/tasks").status_code == 404
    assert did(liu.get(f"/tasks/{task.no}"))["owner"] == "刘**"
    assert stranger.get(f"/tasks/{task.no}").status_code == 404
    assert stranger.post(f"/tasks/{task.no}/tick", {"rank": 1}).status_code == 404
