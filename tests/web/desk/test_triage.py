"""The queue: one list for the areas somebody looks after."""

from datetime import timedelta

from linli.ground.journal.models import Outbox
from linli.loop.ask.choices import State
from linli.loop.ask.models import Need
from tests.factories import NOW, Neighbourhood, accepted, need
from tests.web.desk.stage import enter, page, queries

NASTY = "<script>alert(1)</script>\n\n停车难😤 " + "长" * 9_000 + "\u202e 电话13812345678"


def test_the_queue_shows_masked_people_and_real_text_as_text(town: Neighbourhood) -> None:
    raised = need(town, NASTY)
    shown = page(town.zhao, "/desk/triage/")
    assert raised.no in shown and "李*河" in shown and "李长河" not in shown
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown
    assert "13812345678" not in shown and len(shown) < 60_000
    assert "13812345678" not in page(town.zhao, f"/desk/needs/{raised.no}/")


def test_tabs_count_and_filter(town: Neighbourhood) -> None:
    new = need(town, "灯不亮", category=town.repair)
    late = accepted(town, "水管漏了", now=NOW - timedelta(days=20))
    near = accepted(town, "门关不上", now=NOW - timedelta(minutes=100), urgency="extreme")
    for tab, want in (("new", new), ("late", late), ("near", near)):
        shown = page(town.zhao, f"/desk/triage/?tab={tab}")
        assert [one.no for one in (new, late, near) if f"/desk/needs/{one.no}/" in shown] == [want.no], tab
    shown = page(town.zhao, "/desk/triage/?tab=open&category=repair")
    assert new.no in shown and late.no not in shown
    assert new.no not in page(town.zhao, "/desk/triage/?category=none")


def test_strangers_see_nothing_and_unknown_tabs_are_nowhere(town: Neighbourhood) -> None:
    raised = need(town)
    assert raised.no not in page(town.stranger, "/desk/triage/?tab=all")
    page(town.liu, "/desk/triage/", 404)
    page(town.zhao, "/desk/triage/?tab=nonsense", 404)
    page(town.zhao, f"/desk/triage/?area={town.elsewhere.code}", 404)
    assert enter(town.zhao).post("/desk/triage/").status_code == 200


def test_taking_up_in_one_touch_happens_once(town: Neighbourhood) -> None:
    raised = need(town, category=town.meals)
    client = enter(town.zhao)
    for _again in range(2):
        answer = client.post(f"/desk/needs/{raised.no}/take/", headers={"HX-Request": "true"})
        assert answer.status_code == 200
    raised.refresh_from_db()
    assert (raised.state, raised.owner, raised.accepted_at) == (State.ACCEPTED, town.zhao, NOW)
    assert enter(town.stranger).post(f"/desk/needs/{raised.no}/take/").status_code == 404
    unsorted = need(town, "说不清是什么事")
    client.post(f"/desk/needs/{unsorted.no}/take/")
    unsorted.refresh_from_db()
    assert unsorted.state == State.NEW


def test_doubles_are_merged_in_one_touch_and_everybody_hears(town: Neighbourhood) -> None:
    first = need(town, "三单元门口的灯不亮了，晚上摸黑上楼", category=town.repair)
    second = need(town, "三单元门口灯不亮了，晚上摸黑", category=town.repair, asker=town.wang)
    shown = page(town.zhao, "/desk/triage/?tab=same")
    assert shown.count('type="checkbox"') == 1 and f'value="{second.no}" checked' in shown
    told = Outbox.objects.filter(to_person=town.wang.pk).count()
    sent = {"into": first.no, "no": [second.no]}
    assert enter(town.zhao).post("/desk/triage/merge/", sent).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.MERGED, first)
    assert Outbox.objects.filter(to_person=town.wang.pk).count() == told + 1
    assert enter(town.stranger).post("/desk/triage/merge/", sent).status_code == 404


def test_ten_rows_cost_what_one_costs_and_pages_follow_on(town: Neighbourhood) -> None:
    need(town, "第一件", category=town.repair)
    one = queries(town.zhao, "/desk/triage/")
    for count in range(34):
        need(town, f"又一件，说的是第{count}扇门", category=town.repair, asker=town.wang)
    assert queries(town.zhao, "/desk/triage/") == one
    for tab in ("new", "all"):
        first = enter(town.zhao).get(f"/desk/triage/?tab={tab}")
        after = first.context["next"]
        second = enter(town.zhao).get(after)
        seen = [row["no"] for answer in (first, second) for row in answer.context["rows"]]
        assert len(seen) == len(set(seen)) == Need.objects.count() == 35
        assert second.context["next"] == ""


def test_an_empty_tab_says_what_to_do_next(town: Neighbourhood) -> None:
    assert "/desk/needs/new/" in page(town.zhao, "/desk/triage/")
    assert 'class="empty"' in page(town.zhao, "/desk/triage/?tab=same")
