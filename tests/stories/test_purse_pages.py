"""Passbook, shop, letters, pool at 390 and 1440 px, in elder mode too: WCAG 2.2 AA, nothing wider than the screen."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from linli.commons.timebank.queries.purses import statement_of
from linli.ground.people.models import User
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, axe, sign_in
from tests.factories import NOW, neighbourhood
from tests.purse_scene import purses

pytestmark = pytest.mark.django_db(transaction=True)
HOME = (
    "/home/passbook/", "/home/passbook/{line}/", "/home/passbook/hours/", "/home/passbook/print/",
    "/home/passbook/letter/?month=2026-02", "/home/shop/", "/home/shop/goods/{rice}/", "/home/shop/goods/{quilt}/",
    "/home/shop/orders/", "/home/shop/orders/{waiting}/", "/home/give/",
)  # fmt: skip
ELDERS = ("/home/passbook/?for={wang}", "/home/passbook/?for={wang}&granted=1", "/home/shop/?for={wang}")
AT_DESK = (
    "/desk/members/{no}/passbook/", "/desk/members/{no}/passbook/print/", "/desk/members/{no}/letter/?month=2026-02",
    "/desk/members/letters/?month=2026-02", "/desk/members/letters/print/?month=2026-02", "/desk/shop/",
    "/desk/shop/goods/{rice}/", "/desk/shop/goods/new/", "/desk/shop/orders/", "/desk/shop/hand/",
    "/desk/shop/orders/{waiting}/", "/desk/shop/orders/{fetched}/", "/desk/shop/for/?who=王桂", "/desk/shop/for/{wang_no}/",
    "/desk/pool/", "/desk/pool/around/", "/desk/pool/people/", "/desk/pool/lines/?kind=pool", "/desk/pool/lines/?kind=redeemed",
    "/desk/pool/grants/?month=2026-03", "/desk/pool/expiry/?month=2026-05",
)  # fmt: skip
PAGES = {"chen": HOME, "sun": ELDERS, "zhou": AT_DESK}


def scene(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The neighbourhood on a day of exchange, and what fills the blanks."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = purses(neighbourhood())
    User.objects.update(password_set_at=NOW + timedelta(days=1))
    line = statement_of(made["care"].volunteer)[0][-1].transfer
    goods = {code: good.pk for code, good in made["goods"].items()}
    numbers = {name: made[name].no for name in ("waiting", "fetched")}
    return {
        **goods,
        **numbers,
        "line": line,
        "no": made["no"],
        "wang_no": made["wang_no"],
        "wang": made["wang"],
    }


def look(page: Page, address: str) -> None:
    page.goto(address)
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{address} is {wide} px wider than the screen"


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_accessible_and_fit(
    open_page: Opener, live_server, username: str, device, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    blanks = scene(monkeypatch)
    page = open_page(device)
    sign_in(page, User.objects.get(username=username), live_server.url)
    for address in PAGES[username]:
        look(page, address.format(**blanks))


def test_elder_mode_too(open_page: Opener, live_server, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    blanks = scene(monkeypatch)
    page = open_page(PHONE)
    page.context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    sign_in(page, User.objects.get(username="chen"), live_server.url)
    for address in HOME:
        look(page, address.format(**blanks))
