"""Open a community's bill, and set its rules from a day on."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from linli.commons.fund.actions.base import check_amount, check_words, note
from linli.commons.fund.choices import TWO_FROM
from linli.commons.fund.models import Fund, Setting
from linli.ground.people.models import Person
from linli.ground.places.choices import Level
from linli.ground.places.models import Area
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn


def open_fund(
    *,
    area: Area,
    title: str,
    by: Person,
    now: datetime,
    two_from: int = TWO_FROM,
    fen_per_point: int = 0,
    backs: Iterable[str] = (),
) -> Fund:
    """Open the bill of a community, with the rules that hold from today on."""
    if area.level != Level.COMMUNITY:
        raise Refused(_("A community keeps a bill, not a street and not a grid."), field="area")
    title = check_words(title, _("Please give the bill a title."), "title")
    with turn():
        if Fund.objects.filter(community=area.stem).exists():
            raise Refused(_("This community has its bill already."), field="area")
        fund = Fund.objects.create(**area.location, title=title[:60], opened_at=now)
        note(fund, "opened", by, now, subject=fund.pk)
        set_rules(
            fund=fund,
            valid_from=local_day(now),
            two_from=two_from,
            fen_per_point=fen_per_point,
            backs=backs,
            by=by,
            now=now,
        )
    return fund


def set_rules(
    *,
    fund: Fund,
    valid_from: date,
    two_from: int,
    by: Person,
    now: datetime,
    fen_per_point: int = 0,
    backs: Iterable[str] = (),
    decided: str = "",
) -> Setting:
    """From a day on, today at the earliest: from which amount two people sign, and what stands behind points."""
    units = sorted({unit.strip() for unit in backs if unit.strip()})
    check_amount(two_from, "two_from")
    if fen_per_point < 0:
        raise Refused(_("A point cannot be worth less than nothing."), field="fen_per_point")
    if any(not unit.startswith("PT:") or len(unit) > 40 for unit in units):
        raise Refused(_("Please name the points by their programme."), field="backs")
    if valid_from < local_day(now):
        raise Refused(_("Rules begin today or later; what was done stays as it was."), field="valid_from")
    with turn():
        if Setting.objects.filter(fund=fund, valid_from=valid_from).exists():
            raise Refused(_("Other rules begin on that day already."), field="valid_from")
        row = Setting.objects.create(
            fund=fund,
            valid_from=valid_from,
            two_from=two_from,
            fen_per_point=fen_per_point,
            backs=units,
            decided=" ".join(decided.split())[:120],
            by=by,
            at=now,
        )
        note(fund, "rules", by, now, subject=row.pk, two_from=two_from, fen_per_point=fen_per_point)
    return row
