"""Words of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an account is for. The kinds of ``OPEN_ENDED`` have no floor and no kept balance."""

    # points
    ISSUER = "issuer", _("Issued")
    POOL = "pool", _("Points pool")
    MEMBER = "member", _("Earned points")
    GRANTED = "granted", _("Granted points")
    GIFTS = "gifts", _("Common pool")
    REDEEMED = "redeemed", _("Redeemed")
    EXPIRED = "expired", _("Expired")
    PEER = "peer", _("Another community")
    ADJUST = "adjust", _("Adjustments")
    # goods
    SUPPLIER = "supplier", _("Supplier")
    STOCK = "stock", _("On hand")
    GONE_OUT = "gone_out", _("Handed out")
    SPOILED = "spoiled", _("Spoiled")
    # public money
    INCOME = "income", _("Income")
    FUND = "fund", _("Fund")
    ALLOCATED = "allocated", _("Set aside")
    SPENT = "spent", _("Spent")


OPEN_ENDED = frozenset(
    {Kind.ISSUER, Kind.REDEEMED, Kind.EXPIRED, Kind.ADJUST, Kind.SUPPLIER, Kind.GONE_OUT, Kind.SPOILED, Kind.INCOME, Kind.SPENT}
)  # fmt: skip
# What these are called inside a book may point to a person: an export tells it by its hash only.
PERSONS = frozenset({Kind.MEMBER, Kind.GRANTED})
# Rows are locked by rank, then by account: the accounts that everybody touches come last.
RANKS = {Kind.POOL: 90, Kind.FUND: 90, Kind.GIFTS: 80, Kind.ALLOCATED: 70, Kind.STOCK: 60, Kind.PEER: 50}


class Outcome(models.TextChoices):
    """How a hold ended."""

    POST = "post", _("Taken")
    VOID = "void", _("Freed")
    EXPIRE = "expire", _("Run out")


class Authority(models.TextChoices):
    """On what ground somebody moved what belongs to somebody else."""

    SELF = "self", _("Themselves")
    WORKER = "worker", _("A worker, at their wish")
    FAMILY = "family", _("Family, by consent")
    RULE = "rule", _("By the rule")
    RESOLUTION = "resolution", _("By resolution")
    DECISION = "decision", _("By decision on a dispute")


class Reversal(models.TextChoices):
    """Why a transfer is met by its opposite."""

    WRONG_AMOUNT = "wrong_amount", _("Wrong amount")
    WRONG_ACCOUNT = "wrong_account", _("Wrong person or purpose")
    TWICE = "twice", _("Entered twice")
    NOT_DONE = "not_done", _("It did not take place")
    RETURNED = "returned", _("Goods came back")
    DECIDED = "decided", _("Decided on a dispute")
