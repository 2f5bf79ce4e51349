"""The only way to a fund. Everybody may read the bill; the desk's part of it is for whoever works in the community."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from linli.commons.fund.choices import OPEN
from linli.commons.fund.models import Correction, Fund, Line, Resolution, Spending
from linli.ground.people.access import stems_for
from linli.ground.people.models import Person
from linli.ground.places.queries import within

COMMUNITY_DIGITS = 12


def funds_for(viewer: Person | None, verb: str = "fund.see", *, on: date) -> QuerySet[Fund]:
    """The funds of the viewer's areas; whoever works in a grid sees the one of its community."""
    stems = {stem[:COMMUNITY_DIGITS] for stem in stems_for(viewer, verb, on=on)}
    return Fund.objects.filter(within(stems)).select_related("area").order_by("community")


def fund_for(viewer: Person | None, *, code: str, verb: str = "fund.see", on: date) -> Fund:
    """One of those funds by the code of its community; 404 otherwise."""
    found = funds_for(viewer, verb, on=on).filter(community=code).first()
    if found is None:
        raise Http404
    return found


def public_funds() -> QuerySet[Fund]:
    """Every fund: its bill is public."""
    return Fund.objects.select_related("area").order_by("community")


def public_fund(code: str) -> Fund:
    """The fund of a community; 404 where there is none."""
    found = public_funds().filter(community=code).first()
    if found is None:
        raise Http404
    return found


def line_of(fund: Fund, no: int) -> Line:
    """One line of a fund by its number, with all that is said about it; 404 otherwise."""
    found = lines_with_words(Line.objects.filter(fund=fund, no=no)).first()
    if found is None:
        raise Http404
    return found


def lines_with_words(rows: QuerySet[Line]) -> QuerySet[Line]:
    """Lines with the rows that say what they are, in one query."""
    return rows.select_related(
        "target", "income", "allocation__resolution", "spending__resolution", "correction", "corrected_by",
        "corrects__income", "corrects__allocation__resolution", "corrects__spending__resolution",
    )  # fmt: skip


def resolution_of(fund: Fund, pk: int) -> Resolution:
    """One resolution of a fund; 404 otherwise."""
    found = Resolution.objects.filter(fund=fund, pk=pk).select_related("target").first()
    if found is None:
        raise Http404
    return found


def spending_of(fund: Fund, pk: int) -> Spending:
    """One spending of a fund, booked or not; 404 otherwise."""
    found = Spending.objects.filter(fund=fund, pk=pk).select_related("resolution__target", "line").first()
    if found is None:
        raise Http404
    return found


def correction_of(fund: Fund, pk: int) -> Correction:
    """One correction of a fund, booked or not; 404 otherwise."""
    rows = Correction.objects.filter(fund=fund, pk=pk)
    found = rows.select_related("wrong__target", "line").first()
    if found is None:
        raise Http404
    return found


def voucher_is_public(fund: Fund, spending: int) -> bool:
    """Whether a photo of this spending is part of the public bill: only once the money is booked."""
    return Spending.objects.filter(fund=fund, pk=spending).exclude(line=None).exists()


def waits_in(fund: Fund) -> bool:
    """Whether anything of a fund waits for a signature."""
    return any(
        model._default_manager.filter(fund=fund, state__in=OPEN).exists() for model in (Spending, Correction)
    )
