"""Coordinates: WGS-84, GCJ-02 and BD-09 in each other, distances, points in outlines.

The formulas are the published ones of the community (the Krasovsky ellipsoid with the offset polynomial for
GCJ-02, the polar shift for BD-09). Everything works on plain floats in degrees, longitude first. Outside the
rectangle that the offset is defined for, WGS-84 and GCJ-02 are the same. Inverses are found by fixed-point
iteration, exact to 1e-8 degrees (a millimetre).
"""

from collections.abc import Callable, Sequence
from math import asin, atan2, cos, pi, radians, sin, sqrt
from typing import Final

Point = tuple[float, float]

AXIS: Final = 6378245.0  # metres, Krasovsky 1940
FLAT: Final = 0.00669342162296594323  # its squared eccentricity
BD_TURN: Final = pi * 3000.0 / 180.0
EARTH: Final = 6371008.8  # metres, mean radius
EXACT: Final = 1e-10  # degrees
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271


def in_mainland(lon: float, lat: float) -> bool:
    """Whether the point lies in the rectangle that GCJ-02 shifts."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    """WGS-84 (GPS, browsers) to GCJ-02 (Amap, Tencent)."""
    if not in_mainland(lon, lat):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    root = sqrt(abs(x))
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    magic = 1.0 - FLAT * sin(radians(lat)) ** 2
    north = north * 180.0 / (AXIS * (1.0 - FLAT) / (magic * sqrt(magic)) * pi)
    east = east * 180.0 / (AXIS / sqrt(magic) * cos(radians(lat)) * pi)
    return lon + east, lat + north


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """GCJ-02 to BD-09 (Baidu)."""
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * BD_TURN)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * BD_TURN)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def gcj02_to_wgs84(lon: float, lat: float) -> Point:
    """GCJ-02 to WGS-84."""
    return (lon, lat) if not in_mainland(lon, lat) else undone(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: float, lat: float) -> Point:
    """BD-09 to GCJ-02."""
    return undone(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: float, lat: float) -> Point:
    """WGS-84 to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: float, lat: float) -> Point:
    """BD-09 to WGS-84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: float, lat: float, crs: str) -> Point:
    """A point given in ``crs`` ("wgs84", "gcj02", "bd09") in WGS-84; ``ValueError`` for another name."""
    return converted(lon, lat, crs, {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84})


def from_wgs84(lon: float, lat: float, crs: str) -> Point:
    """A WGS-84 point in ``crs`` ("wgs84", "gcj02", "bd09"); ``ValueError`` for another name."""
    return converted(lon, lat, crs, {"gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09})


def converted(lon: float, lat: float, crs: str, ways: dict[str, Callable[[float, float], Point]]) -> Point:
    """The point by the way of its system."""
    if crs == "wgs84":
        return lon, lat
    if crs not in ways:
        raise ValueError(f"unknown coordinates: {crs}")
    return ways[crs](lon, lat)


def undone(shift: Callable[[float, float], Point], lon: float, lat: float) -> Point:
    """The point that ``shift`` sends here: start here, and take off what is too much until nothing is."""
    x, y = lon, lat
    for _turn in range(30):
        there = shift(x, y)
        off_x, off_y = there[0] - lon, there[1] - lat
        x, y = x - off_x, y - off_y
        if abs(off_x) < EXACT and abs(off_y) < EXACT:
            break
    return x, y


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two points along the great circle (haversine)."""
    a, b = radians(lat_a), radians(lat_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def inside(lon: float, lat: float, outline: Sequence[Sequence[float]]) -> bool:
    """Whether the point lies in the polygon of (longitude, latitude) corners, by even-odd crossings.

    The ring may be closed or not. Of two polygons that share an edge, a point on it lies in one only (the one
    east or north of it). Fewer than three corners hold nothing.
    """
    within = False
    for (x1, y1), (x2, y2) in zip(outline, [*outline[1:], *outline[:1]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            within = not within
    return within
