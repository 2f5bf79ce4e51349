"""Words of places."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """What an area is; decides how many digits of its code are its own."""

    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")


DIGITS = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12, Level.GRID: 15}


class GridKind(models.TextChoices):
    """Several kinds of grid may lie over one point."""

    BASIC = "basic", _("Basic grid")
    CITY = "city", _("City management grid")
    SPECIAL = "special", _("Dedicated grid")


class FacilityKind(models.TextChoices):
    """What a facility is for."""

    CANTEEN = "canteen", _("Elder canteen")
    CARE = "care", _("Care centre")
    CLINIC = "clinic", _("Clinic")
    STATION = "station", _("Rest station")
    OFFICE = "office", _("Community office")
    VENUE = "venue", _("Activity room")
    SHOP = "shop", _("Shop")
    OTHER = "other", _("Other")


class Crs(models.TextChoices):
    """In which coordinates a place was given; the database holds WGS-84."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


# The provinces and their first two digits (GB/T 2260); communities and grids are entered by whoever runs the house.
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
