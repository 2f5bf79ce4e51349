"""Which rules hold on a day, and what stands behind the points people still have."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from linli.commons.fund.choices import TWO_FROM, TargetKind
from linli.commons.fund.models import Fund, Setting, Target
from linli.commons.fund.queries.sums import Standing
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind


@dataclass(frozen=True)
class Rules:
    """From which amount (fen) two people sign, what a point is worth (fen), which points the guarantee backs."""

    two_from: int = TWO_FROM
    fen_per_point: int = 0
    backs: tuple[str, ...] = ()
    valid_from: date | None = None
    decided: str = ""


def rules_on(fund: Fund, day: date) -> Rules:
    """The rules that hold on a day: the newest that has begun."""
    row = Setting.objects.filter(fund=fund, valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        return Rules()
    return Rules(row.two_from, row.fen_per_point, tuple(row.backs), row.valid_from, row.decided)


def settings_of(fund: Fund) -> QuerySet[Setting]:
    """All rules a fund ever had or will have, the newest first."""
    return Setting.objects.filter(fund=fund).order_by("-valid_from")


@dataclass(frozen=True)
class Guarantee:
    """The reserve (fen) against the points people can still spend, at what a point is worth (fen)."""

    target: int | None
    reserve: int
    points: int
    fen_per_point: int

    @property
    def due(self) -> int:
        """What all points together are worth, in fen."""
        return self.points * self.fen_per_point

    @property
    def ratio(self) -> float | None:
        """Reserve against what is due; None where nothing is due."""
        return self.reserve / self.due if self.due else None


def guarantee(fund: Fund, rules: Rules, stands: Standing) -> Guarantee:
    """How far the guarantee pool covers what is outstanding now."""
    target = Target.objects.filter(fund=fund, kind=TargetKind.GUARANTEE).first()
    points = sum(books.in_circulation(fund.community, unit) for unit in rules.backs)
    reserve = stands.pots.get(target.pk, 0) if target else 0
    return Guarantee(target.pk if target else None, reserve, points, rules.fen_per_point)


@dataclass(frozen=True)
class Points:
    """Points of one programme: given out, redeemed and run out since the beginning; what is left is outstanding."""

    programme: str
    issued: int
    redeemed: int
    expired: int

    @property
    def outstanding(self) -> int:
        """What somebody can still spend."""
        return self.issued - self.redeemed - self.expired


def points_of(fund: Fund, rules: Rules) -> list[Points]:
    """The rows behind the points in circulation, programme by programme."""
    found = []
    for unit in rules.backs:
        sums = books.sums_by_kind(fund.community, unit)
        issued, redeemed, expired = (sums.get(kind, 0) for kind in (Kind.ISSUER, Kind.REDEEMED, Kind.EXPIRED))
        found.append(Points(unit.removeprefix("PT:"), -issued, redeemed, expired))
    return found
