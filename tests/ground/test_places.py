"""Areas are renamed and merged but never lost; the working calendar obeys the administrator."""

from datetime import date, datetime, time, timedelta

import pytest

from linli.ground.places import actions, queries
from linli.ground.places.choices import Crs, FacilityKind
from linli.ground.places.models import Area, AreaName
from linli.kit.refused import Refused
from tests.factories import BEGAN, COMMUNITY, ELSEWHERE, GRID, NOW, OTHER_GRID, STREET, TODAY, ZONE, area_tree

pytestmark = pytest.mark.django_db


def test_codes_become_stems_and_levels() -> None:
    tree = area_tree()
    assert [(area.stem, area.level) for area in tree.values()][:3] == [
        ("310999001", "street"),
        (COMMUNITY, "community"),
        (GRID, "grid"),
    ]
    assert tree[GRID].location == {
        "area": tree[GRID], "district": "310999", "street": "310999001", "community": COMMUNITY, "grid": GRID,
    }  # fmt: skip
    assert [queries.area_by_code(form) for form in ("310999001", STREET)] == [tree[STREET]] * 2


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("12", "12"),
        ("990999001001", "99"),
        ("310888001001", "above"),
        (COMMUNITY, "taken"),
        ("31099900100x", "x"),
    ],
)
def test_wrong_codes_are_refused_and_nothing_is_entered(code: str, why: str) -> None:
    area_tree()
    before = Area.objects.count()
    with pytest.raises(Refused) as refusal:
        actions.found_area(code=code, name="新区", by=None, now=NOW, valid_from=BEGAN)
    assert refusal.value.field == "code"
    assert Area.objects.count() == before


def test_a_renamed_area_remembers_its_old_name() -> None:
    tree = area_tree()
    actions.rename_area(area=tree[GRID], name="南田一网格", by=None, now=NOW, valid_from=TODAY)
    names = AreaName.objects.filter(area=tree[GRID]).order_by("id")
    assert list(names.values_list("name", "valid_from", "valid_until")) == [
        ("南田网格", BEGAN, TODAY),
        ("南田一网格", TODAY, None),
    ]


def test_a_merged_area_sends_what_comes_later_on() -> None:
    tree = area_tree()
    actions.merge_area(area=tree[OTHER_GRID], into=tree[GRID], by=None, now=NOW, day=TODAY)
    assert queries.area_by_code(OTHER_GRID) == tree[GRID]
    tomorrow = TODAY + timedelta(days=1)
    assert tree[OTHER_GRID] not in queries.areas_under([COMMUNITY], on=tomorrow)
    assert tree[OTHER_GRID] in queries.areas_under([COMMUNITY], on=TODAY)
    with pytest.raises(Refused):
        actions.merge_area(area=tree[OTHER_GRID], into=tree[GRID], by=None, now=NOW, day=TODAY)
    with pytest.raises(Refused):
        actions.merge_area(area=tree[GRID], into=tree[COMMUNITY], by=None, now=NOW, day=TODAY)


def test_several_kinds_of_grid_lie_over_one_point() -> None:
    area_tree()
    square = [(121.0, 31.0), (121.1, 31.0), (121.1, 31.1), (121.0, 31.1)]
    for code, kind in (("310999001001005", "basic"), ("310999001001006", "city")):
        actions.found_area(
            code=code, name=kind, by=None, now=NOW, valid_from=BEGAN, grid_kind=kind, outline=square
        )
    found = queries.grids_at(121.05, 31.05, on=TODAY)
    assert [area.grid_kind for area in found] == ["basic", "city"]
    assert queries.grids_at(121.2, 31.05, on=TODAY) == []


def test_within_reaches_everything_under_a_code() -> None:
    tree = area_tree()
    for code in (GRID, OTHER_GRID, "310999001002001"):
        actions.keep_building(area=tree[code], name="1号楼", estate=code, by=None, now=NOW)
    count = [
        queries.buildings_under([stem]).count()
        for stem in ("310999", "310999001", COMMUNITY, GRID, ELSEWHERE, "*")
    ]
    assert count == [3, 3, 2, 1, 1, 3]
    assert queries.buildings_under([GRID, ELSEWHERE]).count() == 2
    assert queries.buildings_under([]).count() == 0


def test_a_place_given_in_baidu_coordinates_is_stored_as_wgs84() -> None:
    tree = area_tree()
    made = actions.keep_facility(
        area=tree[GRID], kind=FacilityKind.CANTEEN, name="幸福餐厅", by=None, now=NOW, valid_from=BEGAN,
        lon=121.4737, lat=31.2304, crs=Crs.BD09, openings=[(3, time(10), time(13))],
    )  # fmt: skip
    assert abs(made.lon - 121.4737) > 0.005 and made.source_crs == "bd09"
    assert queries.is_open(made, datetime(2026, 3, 5, 10, 30, tzinfo=ZONE))
    assert not queries.is_open(made, datetime(2026, 3, 5, 13, 0, tzinfo=ZONE))
    assert not queries.is_open(made, datetime(2026, 3, 6, 10, 30, tzinfo=ZONE))


def test_the_administrator_overrides_a_day() -> None:
    day = date(2026, 5, 9)  # a Saturday that is worked to make up for a holiday
    assert queries.WorkCalendar().works(day)
    actions.set_calendar_day(day=day, works=False, note="区里另行通知", by=None, now=NOW)
    assert not queries.WorkCalendar().works(day)
    with pytest.raises(Refused):
        actions.set_calendar_day(day=day, works=True, note=" ", by=None, now=NOW)


def test_office_hours_hold_from_their_day_on() -> None:
    actions.set_office_hours(
        opens=time(8, 30), lunch_from=time(11, 30), lunch_until=time(14), closes=time(17), valid_from=TODAY,
        by=None, now=NOW,
    )  # fmt: skip
    calendar = queries.WorkCalendar()
    assert calendar.hours(TODAY).opens == time(8, 30)
    assert calendar.hours(TODAY - timedelta(days=1)).opens == time(9)
