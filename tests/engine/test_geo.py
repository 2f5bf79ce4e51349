"""Coordinates in each other, against offsets measured in five cities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.geo import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    distance_m,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    inside,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

LON, LAT = st.floats(73.5, 134.5), st.floats(18.5, 53.5)
CITIES = {
    "北京": (116.397, 39.908, 555),
    "南京": (118.78, 32.04, 540),
    "上海": (121.47, 31.23, 481),
    "成都": (104.06, 30.67, 363),
    "广州": (113.26, 23.13, 621),
}


@pytest.mark.parametrize("city", CITIES)
def test_the_offset_of_known_cities(city: str) -> None:
    lon, lat, metres = CITIES[city]
    amap = wgs84_to_gcj02(lon, lat)
    assert distance_m(lon, lat, *amap) == pytest.approx(metres, abs=8)
    assert 880 < distance_m(*amap, *gcj02_to_bd09(*amap)) < 970


def test_a_point_published_in_all_three_systems() -> None:
    amap = wgs84_to_gcj02(116.404, 39.915)
    assert amap == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-7)


@given(LON, LAT)
def test_there_and_back_is_a_millimetre(lon: float, lat: float) -> None:
    for back in (gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), bd09_to_wgs84(*wgs84_to_bd09(lon, lat))):
        assert back == pytest.approx((lon, lat), abs=1e-8)
    assert bd09_to_gcj02(*gcj02_to_bd09(lon, lat)) == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize("point", [(2.35, 48.86), (-74.0, 40.7), (151.2, -33.9), (116.4, -0.5)])
def test_far_away_nothing_moves(point: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*point) == gcj02_to_wgs84(*point) == point


def test_by_name_of_the_system() -> None:
    assert to_wgs84(*from_wgs84(118.78, 32.04, "bd09"), "bd09") == pytest.approx((118.78, 32.04), abs=1e-8)
    assert to_wgs84(118.78, 32.04, "gcj02") == gcj02_to_wgs84(118.78, 32.04)
    assert to_wgs84(118.78, 32.04, "wgs84") == from_wgs84(118.78, 32.04, "wgs84") == (118.78, 32.04)
    with pytest.raises(ValueError, match="mercator"):
        to_wgs84(118.78, 32.04, "mercator")


def test_distances() -> None:
    assert distance_m(0, 0, 0, 1) == pytest.approx(111_195, abs=1)
    assert distance_m(116.4, 39.9, 121.47, 31.23) == pytest.approx(1_067_000, rel=0.01)
    assert distance_m(118.78, 32.04, 118.78, 32.04) == 0
    assert distance_m(0, 0, 180, 0) == pytest.approx(20_015_115, abs=2)


def test_a_point_lies_in_one_of_two_neighbours() -> None:
    west, east = [(0, 0), (1, 0), (1, 1), (0, 1)], [(1, 0), (2, 0), (2, 1), (1, 1), (1, 0)]
    assert (inside(0.5, 0.5, west), inside(0.5, 0.5, east)) == (True, False)
    assert [inside(1, 0.5, ring) for ring in (west, east)].count(True) == 1
    assert not inside(5, 5, west)
    bay = [(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]
    assert (inside(2, 3, bay), inside(0.5, 2, bay)) == (False, True)
    assert not inside(0, 0, []) and not inside(0, 0, [(0, 0), (1, 1)])
