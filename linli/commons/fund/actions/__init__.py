"""Change the big bill: open it, take money in, set it aside, spend it, put right what was wrong."""

from linli.commons.fund.actions.aside import allocate, resolve
from linli.commons.fund.actions.coming import forget_donor, print_receipt, take_donation, take_income
from linli.commons.fund.actions.copying import copy_ledger
from linli.commons.fund.actions.rules import open_fund, set_rules
from linli.commons.fund.actions.signing import refuse, sign
from linli.commons.fund.actions.spending import correct, spend

__all__ = [
    "allocate",
    "copy_ledger",
    "correct",
    "forget_donor",
    "open_fund",
    "print_receipt",
    "refuse",
    "resolve",
    "set_rules",
    "sign",
    "spend",
    "take_donation",
    "take_income",
]
