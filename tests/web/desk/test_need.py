"""One need on one page, and what can be done with it."""

from datetime import timedelta

import pytest

from linli.ground.journal.models import Look
from linli.loop.ask.choices import State
from linli.loop.ask.models import Remark
from linli.loop.evaluate.models import Exclusion
from linli.loop.link import actions as link
from tests.factories import NOW, Neighbourhood, accepted, closed, given, need
from tests.web.desk.stage import enter, page

ACTS = (
    "take",
    "refuse",
    "answer",
    "note",
    "stop",
    "resume",
    "extend",
    "merge",
    "kind",
    "withdraw",
    "split",
    "exclude",
)


def test_the_next_thing_to_do_follows_the_ring(town: Neighbourhood) -> None:
    raised = need(town)
    assert f"/needs/{raised.no}/act/take/" in page(town.zhao, f"/desk/needs/{raised.no}/")
    taken = accepted(town)

    def next_url() -> str:
        return str(enter(town.zhao).get(f"/desk/needs/{taken.no}/").context["next"]["url"])

    assert next_url() == f"/desk/needs/{taken.no}/help/"
    match = link.agree(need=taken, resource=town.canteen, by=town.zhao, now=NOW)
    assert next_url() == f"/desk/needs/{taken.no}/task/"
    link.release(match=match, by=town.zhao, now=NOW)
    taken.refresh_from_db()
    task = given(town, taken)
    assert next_url() == f"/desk/tasks/{task.no}/"
    done = accepted(town, "还有晚饭")
    closed(town, done)
    assert "/desk/follow-ups/" in enter(town.zhao).get(f"/desk/needs/{done.no}/").context["next"]["url"]


def test_strangers_and_volunteers_find_no_need(town: Neighbourhood) -> None:
    raised = need(town)
    for who in (town.stranger, town.liu, town.sun):
        for path in ("", "alike/", "sheet/", "promise/", "help/", "task/", *(f"act/{act}/" for act in ACTS)):
            page(who, f"/desk/needs/{raised.no}/{path}", 404)
        assert enter(who).post(f"/desk/needs/{raised.no}/reveal/phone/", {"reason": "x"}).status_code == 404
    assert "act/take" not in page(town.auditor, f"/desk/needs/{raised.no}/")


def test_the_promise_is_shown_while_it_is_chosen(town: Neighbourhood) -> None:
    raised = need(town)
    shown = page(town.zhao, f"/desk/needs/{raised.no}/promise/?category={town.meals.pk}&urgency=extreme")
    assert "11:10" in shown
    assert "10:10" not in shown
    page(town.zhao, f"/desk/needs/{raised.no}/promise/?category=abc&urgency=<b>")


def test_taking_up_with_kind_and_urgency(town: Neighbourhood) -> None:
    raised = need(town)
    url = f"/desk/needs/{raised.no}/act/take/"
    refused = enter(town.zhao).post(url, {"urgency": "urgent"})
    assert refused.status_code == 200 and refused.context["form"].errors.keys() == {"category"}
    assert 'value="urgent" id' in refused.content.decode() or "checked" in refused.content.decode()
    assert enter(town.zhao).post(url, {"category": town.meals.pk, "urgency": "urgent"}).status_code == 302
    raised.refresh_from_db()
    assert (raised.state, raised.category, raised.urgency) == (State.ACCEPTED, town.meals, "urgent")


def test_a_refusal_wants_words_and_keeps_what_was_typed(town: Neighbourhood) -> None:
    raised = need(town)
    url = f"/desk/needs/{raised.no}/act/refuse/"
    short = enter(town.zhao).post(url, {"reason": "not_ours", "text": "归"})
    assert short.status_code == 200 and ">归<" in short.content.decode().replace("\n", "")
    raised.refresh_from_db()
    assert (raised.state, Remark.objects.count()) == (State.NEW, 0)
    assert (
        enter(town.zhao).post(url, {"reason": "not_ours", "text": "这归供电公司，我们帮您报了"}).status_code
        == 302
    )
    raised.refresh_from_db()
    assert (raised.state, raised.refusal) == (State.REFUSED, "not_ours")


def test_in_the_queue_a_refusal_stays_in_its_place(town: Neighbourhood) -> None:
    raised = need(town)
    heads = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/triage/?tab=new"}
    url = f"/desk/needs/{raised.no}/act/refuse/"
    form = enter(town.zhao).get(url, headers=heads).content.decode()
    assert "<html" not in form and f'hx-post="{url}"' in form
    told = enter(town.zhao).post(url, {"reason": "not_ours", "text": "这归供电公司"}, headers=heads)
    assert "HX-Redirect" not in told and 'role="status"' in told.content.decode()
    other = need(town, "还有一件")
    heads["HX-Current-URL"] = f"http://testserver/desk/needs/{other.no}/"
    told = enter(town.zhao).post(f"/desk/needs/{other.no}/act/note/", {"text": "先记着"}, headers=heads)
    assert told["HX-Redirect"] == f"/desk/needs/{other.no}/"


def test_the_clock_stops_goes_on_and_is_extended_only_in_time(town: Neighbourhood) -> None:
    taken = accepted(town)
    zhao, url = enter(town.zhao), f"/desk/needs/{taken.no}/act"
    zhao.post(f"{url}/stop/", {"reason": "material", "text": "等配件"})
    taken.refresh_from_db()
    assert taken.stopped_at == NOW
    zhao.post(f"{url}/resume/")
    taken.refresh_from_db()
    assert taken.stopped_at is None
    later = taken.due_at + timedelta(days=3)
    zhao.post(f"{url}/extend/", {"due_at": f"{later:%Y-%m-%dT%H:%M}", "text": "配件周末才到"})
    taken.refresh_from_db()
    assert (taken.due_at - later) < timedelta(minutes=1)
    late = accepted(town, "早该好了", now=NOW - timedelta(days=30))
    refused = zhao.post(
        f"/desk/needs/{late.no}/act/extend/", {"due_at": f"{later:%Y-%m-%dT%H:%M}", "text": "再等等"}
    )
    assert refused.status_code == 200 and "due_at" in refused.context["form"].errors
    assert "act/extend/" not in page(town.zhao, f"/desk/needs/{late.no}/")


def test_merging_by_number_stays_inside_ones_areas(town: Neighbourhood) -> None:
    mine, same = need(town), need(town, "又说了一遍想吃热饭")
    away = need(town, "别处的事", area=town.elsewhere_grid, building=None)
    url = f"/desk/needs/{same.no}/act/merge/"
    refused = enter(town.zhao).post(url, {"into": away.no})
    assert refused.context["form"].errors.keys() == {"into"}
    enter(town.zhao).post(url, {"into": mine.no})
    same.refresh_from_db()
    assert same.merged_into == mine
    assert mine.no in page(town.zhao, f"/desk/needs/{same.no}/")
    enter(town.zhao).post(f"/desk/needs/{same.no}/act/split/")
    same.refresh_from_db()
    assert (same.state, same.merged_into) == (State.ACCEPTED, None)


def test_looking_at_a_phone_number_is_written_down(town: Neighbourhood) -> None:
    raised = need(town)
    shown = page(town.zhao, f"/desk/needs/{raised.no}/")
    assert "62345678" not in shown and "5678" in shown
    told = (
        enter(town.zhao).post(f"/desk/needs/{raised.no}/reveal/phone/", {"reason": "打电话"}).content.decode()
    )
    assert "62345678" in told.replace("-", "").replace(" ", "")
    look = Look.objects.get()
    assert (look.person, look.actor, look.columns, look.reason) == (
        town.li.pk,
        town.zhao.pk,
        "phone",
        "打电话",
    )
    assert (
        enter(town.leader).post(f"/desk/needs/{raised.no}/reveal/phone/", {"reason": "看看"}).status_code
        == 404
    )
    assert (
        enter(town.zhao).post(f"/desk/needs/{raised.no}/reveal/id_number/", {"reason": "看看"}).status_code
        == 404
    )
    assert Look.objects.count() == 1


def test_leaving_out_of_the_rates_takes_two(town: Neighbourhood) -> None:
    done = accepted(town)
    closed(town, done)
    enter(town.zhou).post(f"/desk/needs/{done.no}/act/exclude/", {"reason": "force", "text": "台风那几天"})
    row = Exclusion.objects.get()
    url = f"/desk/needs/{done.no}/exclusion/{row.pk}/"
    assert enter(town.zhou).post(url, {"approve": "yes"}).status_code == 404
    assert url in page(town.leader, f"/desk/needs/{done.no}/")
    enter(town.leader).post(url, {"approve": "yes"})
    done.refresh_from_db()
    assert done.excluded


def test_the_sheet_has_places_to_sign(town: Neighbourhood) -> None:
    raised = accepted(town)
    shown = page(town.zhao, f"/desk/needs/{raised.no}/sheet/")
    assert raised.no in shown and "sheet-blank" in shown and "李长河" not in shown


def test_similar_asks_come_with_one_touch_merging(town: Neighbourhood) -> None:
    first = need(town, "三单元的灯不亮", category=town.repair)
    second = need(town, "三单元灯不亮了", category=town.repair, asker=town.wang)
    shown = page(town.zhao, f"/desk/needs/{second.no}/alike/")
    assert f"/desk/needs/{second.no}/act/merge/" in shown and f'value="{first.no}"' in shown
    shown = (
        enter(town.zhao)
        .get(f"/desk/needs/{first.no}/alike/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert f"/desk/needs/{second.no}/act/merge/" in shown and "<html" not in shown


@pytest.mark.parametrize("act", ACTS)
def test_every_act_has_a_page_of_its_own(town: Neighbourhood, act: str) -> None:
    raised = accepted(town)
    assert "<form" in page(town.zhou, f"/desk/needs/{raised.no}/act/{act}/")
    page(town.zhou, f"/desk/needs/{raised.no}/act/nonsense/", 404)
