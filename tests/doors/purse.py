"""Doors of passbook, shop, gifts, letters and pool."""

from typing import Any

from linli.commons.timebank.queries.purses import statement_of
from tests.commons.timebank.shelf import ordered, points, rice
from tests.factories_care import care

LOGIN = "login"
DOORS: dict[str, tuple[str, tuple[str, ...], set[str]]] = {
    "home:passbook": (LOGIN, (), set()),
    "home:shop": (LOGIN, (), set()),
    "home:give": (LOGIN, (), set()),
    "home:passbook_hours": ("nobody", (), {"chen", "sun"}),
    "home:passbook_print": ("nobody", (), {"chen", "sun"}),
    "home:passbook_letter": ("nobody", (), {"chen", "sun"}),
    "home:passbook_line": ("nobody", ("purse_line",), {"chen"}),
    "home:shop_orders": ("nobody", (), {"chen", "sun"}),
    "home:shop_good": ("nobody", ("purse_good",), {"chen", "sun"}),
    "home:shop_order": ("nobody", ("purse_order",), {"chen"}),
    "home:shop_cancel": ("nobody", ("purse_order",), {"chen"}),
    "desk:member_passbook": ("timebank.see", ("purse_no",), set()),
    "desk:member_passbook_print": ("timebank.see", ("purse_no",), set()),
    "desk:member_letter": ("timebank.see", ("purse_no",), set()),
    "desk:member_letters": ("timebank.see", (), set()),
    "desk:member_letters_print": ("timebank.see", (), set()),
    "desk:member_letter_brought": ("timebank.see", ("purse_no",), set()),
    "desk:shop": ("shop.hand", (), set()),
    "desk:shop_good": ("shop.hand", ("purse_good",), set()),
    "desk:shop_good_new": ("shop.keep", (), set()),
    "desk:shop_good_edit": ("shop.keep", ("purse_good",), set()),
    "desk:shop_orders": ("shop.hand", (), set()),
    "desk:shop_hand": ("shop.hand", (), set()),
    "desk:shop_for": ("shop.hand", (), set()),
    "desk:shop_for_member": ("shop.hand", ("purse_no",), set()),
    "desk:shop_order": ("shop.hand", ("purse_order",), set()),
    "desk:shop_order_cancel": ("shop.hand", ("purse_order",), set()),
    "desk:shop_order_back": ("shop.hand", ("purse_order",), set()),
    "desk:pool": ("timebank.see", (), set()),
    "desk:pool_around": ("timebank.see", (), set()),
    "desk:pool_people": ("timebank.see", (), set()),
    "desk:pool_grants": ("timebank.see", (), set()),
    "desk:pool_expiry": ("timebank.see", (), set()),
    "desk:pool_entries": ("timebank.see", (), set()),
}


def world(town: Any) -> dict[str, object]:
    """What fills the blanks, all in 南田."""
    one = care(town)
    points(one, 500)
    good = rice(one)
    return {
        "purse_line": statement_of(one.volunteer)[0][0].transfer,
        "purse_good": good.pk,
        "purse_order": ordered(one, good).no,
        "purse_no": one.volunteer.no,
    }
