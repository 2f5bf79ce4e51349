"""What the neighbourhood has to help with."""

from datetime import date, timedelta
from typing import Any

from linli.loop.link import actions as link
from linli.loop.link.models import Resource
from tests.factories import BEGAN, NOW, TODAY, Neighbourhood, accepted, given
from tests.web.desk.stage import enter, page, queries


def filled(town: Neighbourhood, **more: Any) -> dict[str, Any]:
    return {
        "name": "南田棋牌室", "kind": "venue", "area": town.community.code, "categories": [town.meals.pk],
        "capacity": "8", "period": "day", "measure": "个位子", "valid_from": TODAY.isoformat(), **more,
    }  # fmt: skip


def test_the_list_says_what_is_free_now(town: Neighbourhood) -> None:
    given(town, accepted(town))
    shown = enter(town.zhao).get("/desk/resources/?kind=service")
    rows = shown.context["rows"]
    assert [(row["name"], row["full"], row["share"]) for row in rows] == [("幸福餐厅", False, 50)]
    assert "刘师傅" in page(town.zhao, "/desk/resources/")


def test_putting_on_the_list_and_changing(town: Neighbourhood) -> None:
    count = Resource.objects.count()
    refused = enter(town.zhou).post("/desk/resources/new/", filled(town, capacity="0", contact="12"))
    assert refused.context["form"].errors.keys() == {"capacity", "contact"}
    assert "南田棋牌室" in refused.content.decode() and Resource.objects.count() == count
    enter(town.zhou).post("/desk/resources/new/", filled(town))
    row = Resource.objects.get(name="南田棋牌室")
    assert (row.capacity, row.area, list(row.categories.all())) == (8, town.community, [town.meals])
    edit = f"/desk/resources/{row.pk}/edit/"
    assert 'value="南田棋牌室"' in page(town.zhou, edit)
    enter(town.zhou).post(edit, filled(town, capacity="12"))
    row.refresh_from_db()
    assert row.capacity == 12


def test_less_than_promised_is_refused_in_words(town: Neighbourhood) -> None:
    for words in ("一", "二"):
        link.agree(need=accepted(town, f"第{words}个想吃饭的"), resource=town.canteen, by=town.zhao, now=NOW)
    edit = f"/desk/resources/{town.canteen.pk}/edit/"
    refused = enter(town.zhou).post(edit, filled(town, name="幸福餐厅", kind="service", capacity="1"))
    assert "capacity" in refused.context["form"].errors
    town.canteen.refresh_from_db()
    assert town.canteen.capacity == 2


def test_strangers_do_not_keep_it(town: Neighbourhood) -> None:
    for path in ("edit/", ""):
        page(town.stranger, f"/desk/resources/{town.canteen.pk}/{path}", 404)
    page(town.liu, "/desk/resources/", 404)
    refused = enter(town.zhao).post("/desk/resources/new/", filled(town, area=town.elsewhere.code))
    assert refused.context["form"].errors.keys() == {"area"}


def test_a_resource_opens_to_the_asks_it_answered(town: Neighbourhood) -> None:
    need = accepted(town)
    given(town, need)
    assert need.no in page(town.zhao, f"/desk/resources/{town.canteen.pk}/")


def test_three_rows_cost_what_one_costs(town: Neighbourhood) -> None:
    town.craftsman.categories.clear()
    one = queries(town.zhao, "/desk/resources/?kind=service")
    for number in range(3):
        link.keep_resource(
            area=town.grid, kind="service", name=f"小饭桌{number}", capacity=2, period="day",
            categories=[town.meals], valid_from=BEGAN, valid_until=date(2026, 3, 8) + timedelta(days=number),
            by=None, now=NOW,
        )  # fmt: skip
    assert queries(town.zhao, "/desk/resources/?kind=service") == one
