"""Words and bounds of the big bill; money is in fen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.ground.ledger.choices import Reversal


class Source(models.TextChoices):
    """Where public money comes from."""

    COLLECTIVE = "collective", _("Collective income")
    DONATION = "donation", _("Donations")
    GRANT = "grant", _("Grants")
    INTEREST = "interest", _("Interest")


class TargetKind(models.TextChoices):
    """What a resolution sets money aside for."""

    FACILITY = "facility", _("A facility")
    PROJECT = "project", _("A project")
    GUARANTEE = "guarantee", _("The guarantee pool")


class Use(models.TextChoices):
    """What was bought; the account of the ledger that spent money goes to."""

    MEALS = "meals", _("Meals")
    GOODS = "goods", _("Goods")
    REPAIR = "repair", _("Repairs and fittings")
    SERVICE = "service", _("Paid services")
    VISIT = "visit", _("Visits and gifts to elders")
    EVENT = "event", _("Events")
    REDEEM = "redeem", _("Redeeming points")
    OTHER = "other", _("Other things")


class LineKind(models.TextChoices):
    """What a line of the bill is."""

    INCOME = "income", _("Came in")
    ALLOCATION = "allocation", _("Money set aside")
    SPENDING = "spending", _("Money spent")


class Stage(models.TextChoices):
    """How far something that needs signatures has come."""

    WAITING = "waiting", _("Waits for a signature")
    SIGNED = "signed", _("Signed once, waits for the second")
    PAID = "paid", _("In the books")
    REFUSED = "refused", _("Refused")


class What(models.TextChoices):
    """Which lines somebody looks at, each with the sum that some figure shows."""

    ALL = "all", _("Everything")
    IN = "in", _("Came in")
    SET = "set", _("Money set aside")
    OUT = "out", _("Money spent")
    NOW = "now", _("What there is")
    FREE = "free", _("Not set aside yet")
    POT = "pot", _("What is left of it")


# How a line of each kind counts in the sum of a view.
COUNTS: dict[str, dict[str, int]] = {
    What.ALL: {LineKind.INCOME: 1, LineKind.ALLOCATION: 0, LineKind.SPENDING: -1},
    What.IN: {LineKind.INCOME: 1},
    What.SET: {LineKind.ALLOCATION: 1},
    What.OUT: {LineKind.SPENDING: 1},
    What.NOW: {LineKind.INCOME: 1, LineKind.SPENDING: -1},
    What.FREE: {LineKind.INCOME: 1, LineKind.ALLOCATION: -1},
    What.POT: {LineKind.ALLOCATION: 1, LineKind.SPENDING: -1},
}
OPEN = (Stage.WAITING, Stage.SIGNED)
# Why a line of the bill can be wrong.
WRONG = (Reversal.WRONG_AMOUNT, Reversal.WRONG_ACCOUNT, Reversal.TWICE, Reversal.NOT_DONE, Reversal.RETURNED)
CNY = "CNY"
TWO_FROM = 500_000  # 5,000 yuan: from here on two people sign
MOST = 10_000_000_000_000  # a hundred billion yuan is a slip of the keyboard


def yuan(fen: int) -> str:
    """An amount as people write it: 12,345.60, −80.00."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02d}"
