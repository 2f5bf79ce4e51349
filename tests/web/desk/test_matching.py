"""Finding help for a need."""

from linli.loop.ask.choices import State
from linli.loop.link import actions as link
from linli.loop.link.models import Match, Slot
from tests.factories import NOW, Neighbourhood, accepted, need
from tests.web.desk.stage import enter, page, queries


def test_candidates_say_why_and_why_not(town: Neighbourhood) -> None:
    raised = accepted(town)
    shown = enter(town.zhao).get(f"/desk/needs/{raised.no}/help/")
    fitting, unfit = shown.context["fitting"], shown.context["unfit"]
    assert [one["name"] for one in fitting] == ["幸福餐厅"] and fitting[0]["reasons"]
    assert [one["name"] for one in unfit] == ["刘师傅"] and unfit[0]["against"]
    assert "刘师傅" in shown.content.decode()


def test_agreeing_moves_the_need_on_and_can_be_undone(town: Neighbourhood) -> None:
    raised = accepted(town)
    answer = enter(town.zhao).post(f"/desk/needs/{raised.no}/help/{town.canteen.pk}/?amount=2")
    assert answer.status_code == 302
    raised.refresh_from_db()
    match = Match.objects.get()
    assert (raised.state, match.amount, match.slot.taken) == (State.LINKED, 2, 2)
    enter(town.zhao).post(f"/desk/matches/{match.pk}/release/", {"text": "儿子回来做饭了"})
    raised.refresh_from_db()
    assert (raised.state, Slot.objects.get().taken) == (State.ACCEPTED, 0)


def test_against_the_advice_only_with_a_reason(town: Neighbourhood) -> None:
    raised = accepted(town)
    url = f"/desk/needs/{raised.no}/help/{town.craftsman.pk}/"
    refused = enter(town.zhao).post(url, {"override": "他"})
    assert refused.status_code == 200 and Match.objects.count() == 0
    assert refused.context["refused"].errors.keys() == {"override"}
    assert ">他</textarea>" in refused.content.decode()
    enter(town.zhao).post(url, {"override": "他愿意顺路带饭"})
    assert Match.objects.get().override.text == "他愿意顺路带饭"


def test_second_for_the_last_place_reads_why(town: Neighbourhood) -> None:
    for words in ("一", "二"):
        link.agree(need=accepted(town, f"第{words}个想吃饭的"), resource=town.canteen, by=town.qian, now=NOW)
    late = accepted(town, "第三个想吃饭的")
    refused = enter(town.zhao).post(
        f"/desk/needs/{late.no}/help/{town.canteen.pk}/", {"override": "挤一挤也行"}
    )
    assert refused.status_code == 200 and refused.context["refused"].errors
    assert "幸福餐厅" in refused.content.decode() and "挤一挤也行" in refused.content.decode()
    late.refresh_from_db()
    assert (late.state, Slot.objects.get().taken) == (State.ACCEPTED, 2)


def test_strangers_decide_nothing_here(town: Neighbourhood) -> None:
    raised = accepted(town)
    match = link.agree(need=raised, resource=town.canteen, by=town.zhao, now=NOW)
    for who in (town.stranger, town.liu, town.leader):
        page(who, f"/desk/needs/{raised.no}/help/", 404)
        assert enter(who).post(f"/desk/matches/{match.pk}/release/").status_code == 404
    away = need(town, "别处的事", area=town.elsewhere_grid, building=None, asker=None, proxy=None)
    assert enter(town.zhao).post(f"/desk/needs/{away.no}/help/{town.canteen.pk}/").status_code == 404


def test_more_candidates_cost_no_more(town: Neighbourhood) -> None:
    raised = accepted(town)
    url = f"/desk/needs/{raised.no}/help/?wanted_on=2026-03-09&amount=1"
    one = queries(town.zhao, url)
    for number in range(3):
        link.keep_resource(
            area=town.grid, kind="service", name=f"小饭桌{number}", capacity=2, period="week",
            categories=[town.meals], valid_from=NOW.date(), by=None, now=NOW,
        )  # fmt: skip
    assert queries(town.zhao, url) == one
    page(town.zhao, f"/desk/needs/{raised.no}/help/?wanted_on=soon&amount=-3")
