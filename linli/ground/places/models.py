"""Areas by code, buildings, facilities and the working calendar."""

from typing import Any

from django.db import models

from linli.ground.places.choices import DIGITS, Crs, FacilityKind, GridKind, Level
from linli.kit.marks import Marks


class Area(models.Model):
    """A street, community or grid. Renamed and merged over time, never deleted.

    ``code`` is the official 12-digit code, 15 digits for a grid; ``stem`` is its own part, so that every
    area below has a code that begins with it.
    """

    code = models.CharField(max_length=15, unique=True)
    stem = models.CharField(max_length=15, db_index=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    grid_kind = models.CharField(max_length=10, choices=GridKind.choices, blank=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    outline = models.JSONField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", "code", "stem", "level", "grid_kind", "name", "parent", "valid_from", "valid_until", "merged_into",
            "outline", "lon", "lat",
        ],
    )  # fmt: skip

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="area_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def location(self) -> dict[str, Any]:
        """The columns of ``Located`` for a row that lies in this area."""
        stem = self.stem
        return {
            "area": self,
            "district": stem[:6],
            "street": stem[:9] if len(stem) >= DIGITS[Level.STREET] else "",
            "community": stem[:12] if len(stem) >= DIGITS[Level.COMMUNITY] else "",
            "grid": stem if len(stem) == DIGITS[Level.GRID] else "",
        }

    @property
    def codes(self) -> list[str]:
        """The stems of this area and of all above it, for kept counts."""
        return [self.stem[:digits] for digits in DIGITS.values() if len(self.stem) >= digits]


class AreaName(models.Model):
    """What an area was called, and from when until when."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="names")
    name = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    MARKS = Marks(personal={}, plain=["id", "area", "name", "valid_from", "valid_until"])


class Located(models.Model):
    """A row that lies in an area, with the code of each level beside it: lists by level use one index."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    district = models.CharField(max_length=6)
    street = models.CharField(max_length=9, blank=True)
    community = models.CharField(max_length=12, blank=True)
    grid = models.CharField(max_length=15, blank=True)

    class Meta:
        abstract = True

    @property
    def codes(self) -> list[str]:
        """The codes of every level the row lies in."""
        return [code for code in (self.district, self.street, self.community, self.grid) if code]

    @property
    def stem(self) -> str:
        """The finest code of the row."""
        return self.grid or self.community or self.street or self.district


LOCATED = ["area", "district", "street", "community", "grid"]


class Building(Located):
    """A building (楼) of an estate; units and rooms are private to who lives there."""

    estate = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=40)
    units = models.PositiveSmallIntegerField(default=1)
    floors = models.PositiveSmallIntegerField(default=6)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    source_crs = models.CharField(max_length=6, choices=Crs.choices, default=Crs.WGS84)

    MARKS = Marks(
        personal={}, plain=["id", *LOCATED, "estate", "name", "units", "floors", "lon", "lat", "source_crs"]
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["community", "estate", "name"], name="building_once")]

    def __str__(self) -> str:
        return f"{self.estate}{self.name}"


class Facility(Located):
    """A place people go to: canteen, clinic, station."""

    kind = models.CharField(max_length=10, choices=FacilityKind.choices)
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    source_crs = models.CharField(max_length=6, choices=Crs.choices, default=Crs.WGS84)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    MARKS = Marks(
        personal={},
        plain=[
            "id", *LOCATED, "kind", "name", "place", "phone", "lon", "lat", "source_crs", "valid_from", "valid_until",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "facilities"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """Opening hours of a facility on one day of the week (0 is Monday); several rows for a pause at noon."""

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="openings")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    MARKS = Marks(personal={}, plain=["id", "facility", "weekday", "opens", "closes"])

    class Meta:
        ordering = ["facility", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="opening_in_order"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opening_weekday"),
        ]


class CalendarDay(models.Model):
    """An administrator's word on one day, above the library's calendar."""

    day = models.DateField(unique=True)
    works = models.BooleanField()
    note = models.CharField(max_length=80)

    MARKS = Marks(personal={}, plain=["id", "day", "works", "note"])

    class Meta:
        ordering = ["day"]


class Office(models.Model):
    """Office hours, which working hours and working days are counted in; the newest that has begun holds."""

    opens = models.TimeField()
    lunch_from = models.TimeField()
    lunch_until = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(unique=True)

    MARKS = Marks(personal={}, plain=["id", "opens", "lunch_from", "lunch_until", "closes", "valid_from"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    opens__lt=models.F("lunch_from"),
                    lunch_from__lte=models.F("lunch_until"),
                    lunch_until__lt=models.F("closes"),
                ),
                name="office_in_order",
            )
        ]
