"""The lines behind a figure, and who is named in them to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from linli.commons.fund.access import lines_with_words
from linli.commons.fund.choices import COUNTS, OPEN, LineKind, Source, Stage, Use, What
from linli.commons.fund.models import Correction, Fund, Income, Line, Resolution, Signature, Spending, Target
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Kind, Reversal
from linli.kit.masks import mask_name, mask_text


@dataclass(frozen=True)
class View:
    """Which lines somebody looks at: of a source, some targets or a use, in some days, up to some number."""

    what: str = What.ALL
    source: str = ""
    targets: tuple[int, ...] = ()
    use: str = ""
    first: date | None = None
    until: date | None = None  # the day after the last
    upto: int | None = None


def lines_of(fund: Fund, view: View) -> QuerySet[Line]:
    """The lines of a view, each with ``counts``: what it adds to the view's sum."""
    signs = COUNTS[view.what]
    rows = Line.objects.filter(fund=fund, kind__in=signs)
    asked = {
        "source": view.source, "target__in": view.targets, "use": view.use, "day__gte": view.first,
        "day__lt": view.until, "no__lte": view.upto,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    cases = [When(kind=kind, then=F("amount") * Value(sign)) for kind, sign in signs.items()]
    return lines_with_words(rows.annotate(counts=Case(*cases)))


def sum_of(fund: Fund, view: View) -> int:
    """What the lines of a view come to."""
    return lines_of(fund, view).order_by().aggregate(total=Sum("counts"))["total"] or 0


def spent_by_target(fund: Fund) -> dict[tuple[int, str], int]:
    """What was spent from each target on each use since the beginning."""
    rows = Line.objects.filter(fund=fund, kind=LineKind.SPENDING).order_by()
    return {
        (row["target"], row["use"]): row["total"]
        for row in rows.values("target", "use").annotate(total=Sum("amount"))
        if row["total"]
    }


def targets_of(fund: Fund) -> list[Target]:
    """What money is set aside for, in the order it began."""
    return list(Target.objects.filter(fund=fund).order_by("id"))


def resolutions_of(fund: Fund) -> QuerySet[Resolution]:
    """Resolutions, the newest first."""
    return Resolution.objects.filter(fund=fund).select_related("target").order_by("-id")


def waiting_spendings(fund: Fund) -> QuerySet[Spending]:
    """Spending that waits for a signature, the longest waiting first."""
    rows = Spending.objects.filter(fund=fund, state__in=OPEN)
    return rows.select_related("resolution__target").order_by("id")


def waiting_corrections(fund: Fund) -> QuerySet[Correction]:
    """Corrections that wait for a signature, the longest waiting first."""
    return Correction.objects.filter(fund=fund, state__in=OPEN).select_related("wrong__target").order_by("id")


def refused_spendings(fund: Fund) -> QuerySet[Spending]:
    """Spending that was not agreed to, the newest first."""
    rows = Spending.objects.filter(fund=fund, state=Stage.REFUSED)
    return rows.select_related("resolution__target").order_by("-id")


def correction_under_way(line: Line) -> Correction | None:
    """The correction of a line that is booked or waits."""
    return Correction.objects.filter(wrong=line).exclude(state=Stage.REFUSED).first()


def signatures_of(row: Spending | Correction) -> list[Signature]:
    """Who signed, in order."""
    return list(row.signatures.select_related("by").order_by("id"))


@dataclass(frozen=True)
class After:
    """What an account of the bill stood at after a line; ``target`` None: what is not set aside."""

    target: Target | None
    fen: int


def balances_after(line: Line) -> list[After]:
    """What fund and pot stood at after this line, as the ledger kept it."""
    entries = books.entries_of([line.transfer_id])[line.transfer_id]
    return [
        After(None if entry.account.kind == Kind.FUND else line.target, entry.balance_after)
        for entry in entries
        if entry.account.kind in {Kind.FUND, Kind.ALLOCATED} and entry.balance_after is not None
    ]


# --- words ----------------------------------------------------------------------------------------------


def donor_words(row: Income, *, staff: bool = False) -> str:
    """A donor as others see them: masked; unnamed on every public page where they wish to be."""
    if not row.donor or (row.anonymous and not staff):
        return _("a kind neighbour")
    return mask_name(row.donor) if row.donor_is_person else row.donor


def wish_words(row: Income) -> str:
    """What a donor wished, in their words but for their own name and numbers."""
    words = mask_text(row.wish)
    return words.replace(row.donor, mask_name(row.donor)) if row.donor and row.donor_is_person else words


def payee_words(row: Spending) -> str:
    """A payee: a business by its name, a person masked."""
    return mask_name(row.payee) if row.payee_is_person else row.payee


def title_of(line: Line, *, staff: bool = False) -> str:
    """What a line is, in a few words."""
    meant: Any = line.corrects or line
    if line.kind == LineKind.INCOME:
        source = str(Source(line.source).label)
        income = meant.income
        who = donor_words(income, staff=staff) if line.source == Source.DONATION else mask_text(income.origin)
        return f"{source} · {who}" if who else source
    if line.kind == LineKind.ALLOCATION:
        return _("Set aside for {target}").format(target=line.target)
    return mask_text(meant.spending.purpose)


def title_waiting(row: Spending) -> str:
    """What a spending is for, before it is a line."""
    return mask_text(row.purpose)


def note_of(line: Line) -> str:
    """What stands under it in a list."""
    meant: Any = line.corrects or line
    if line.kind == LineKind.ALLOCATION:
        return str(meant.allocation.resolution)
    if line.kind == LineKind.SPENDING:
        return f"{payee_words(meant.spending)} · {Use(line.use).label} · {line.target}"
    return ""


def reason_words(row: Correction) -> str:
    """Why a line was corrected."""
    return f"{Reversal(row.reason).label}：{mask_text(row.words)}"


def roles_signed(signatures: Iterable[Signature]) -> list[dict[str, Any]]:
    """Signatures by role, never by name."""
    return [{"role": row.get_role_display(), "at": row.at} for row in signatures]
