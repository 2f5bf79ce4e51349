"""The pages of visits at 390 and 1440 px, and the hour of a volunteer in the browser: taken, at the door, done, thanked."""

from typing import Any

import pytest
from playwright.sync_api import Page

from linli.ground.people.models import User
from linli.kit import clock
from linli.loop.run.models import Visit
from tests.browser import DESK, PHONE, Opener, axe, sign_in
from tests.care_stage import SAID, Day, day
from tests.factories import NOW, neighbourhood

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "chen": ("/pocket/", "/pocket/offer/", "/pocket/done/", "/pocket/visits/{lonely}/", "/pocket/visits/{coming}/",
             "/pocket/visits/{coming}/?card={card}", "/pocket/visits/{coming}/reach/", "/pocket/visits/{to_say}/"),
    "he": ("/pocket/visits/{under_way}/", "/pocket/visits/{unsigned}/"),
    "liu": ("/pocket/", "/pocket/offer/"),
    "sun": ("/home/care/?for={wang}", "/home/care/book/?for={wang}", "/s/{card}"),
    "zhao": ("/desk/visits/", "/desk/visits/?tab=week", "/desk/visits/?tab=all", "/desk/visits/{lonely}/",
             "/desk/visits/{coming}/", "/desk/visits/{under_way}/", "/desk/visits/{to_say}/", "/desk/visits/{unsigned}/",
             "/desk/visits/new/", "/desk/visits/of/{wang}/", "/desk/visits/cards/{wang}/", "/desk/visits/cards/{li}/",
             "/desk/visits/{lonely}/who/", "/desk/visits/{to_say}/say/"),
    "": ("/s/{card}", "/s/NOSUCHCODE"),
}  # fmt: skip


def blanks(today: Day) -> dict[str, Any]:
    """What fills the addresses."""
    names = ("coming", "under_way", "to_say", "unsigned", "lonely")
    town = today.care.town
    return {name: getattr(today, name).no for name in names} | {
        "card": today.card.code, "wang": town.wang.pk, "li": town.li.pk,
    }  # fmt: skip


@pytest.fixture
def today(db: Any, monkeypatch: pytest.MonkeyPatch) -> Day:
    """The day, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return day(neighbourhood())


def look(page: Page, address: str) -> None:
    page.goto(address)
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{address} is {wide} px wider than the screen"


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_accessible_and_fit(
    open_page: Opener, live_server: Any, today: Day, username: str, device: dict[str, Any]
) -> None:
    page = open_page(device)
    if username:
        sign_in(page, User.objects.get(username=username), live_server.url)
    for address in PAGES[username]:
        look(page, address.format(**blanks(today)))


@pytest.mark.parametrize("cookie", [("elder", "1"), ("theme", "dark")])
def test_elder_mode_and_the_dark_theme_too(
    open_page: Opener, live_server: Any, today: Day, cookie: tuple[str, str]
) -> None:
    for username in ("chen", "sun", "zhao"):
        page = open_page(PHONE)
        page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": live_server.url}])
        sign_in(page, User.objects.get(username=username), live_server.url)
        for address in PAGES[username][:6]:
            look(page, address.format(**blanks(today)))


def test_a_volunteers_hour(open_page: Opener, live_server: Any, today: Day) -> None:
    """She takes one, comes to a door with its card, ticks, says what she did; the family thanks her."""
    chen = open_page(PHONE, geolocation={"longitude": 121.4, "latitude": 31.2}, permissions=["geolocation"])
    sign_in(chen, User.objects.get(username="chen"), live_server.url)
    chen.goto("/pocket/")
    chen.locator(f"form[action*='{today.lonely.no}'] button").click()
    chen.wait_for_url(f"**/pocket/visits/{today.lonely.no}/")
    assert Visit.objects.get(pk=today.lonely.pk).member == today.care.volunteer
    chen.goto(f"/s/{today.card.code}")
    chen.wait_for_url(f"**/pocket/visits/{today.coming.no}/?card=*")
    chen.locator(".sign-box button").click()
    chen.wait_for_selector(".timer")
    visit = Visit.objects.get(pk=today.coming.pk)
    assert (visit.state, visit.in_how, visit.distance_m) == ("started", "qr", 0)
    for tick in range(1, 4):
        chen.check(f"#tick_{tick}")
    chen.fill("#id_said", SAID)
    chen.fill("#id_code", visit.code)
    chen.locator("form[action$='/out/'] button[type=submit]").click()
    chen.wait_for_selector(".thanks")
    visit.refresh_from_db()
    assert (visit.state, visit.out_how, visit.ticks) == ("ended", "code", [1, 2, 3])
    sun = open_page(PHONE)
    sign_in(sun, User.objects.get(username="sun"), live_server.url)
    sun.goto(f"/home/care/?for={today.care.town.wang.pk}")
    form = sun.locator(f"form[action*='{visit.no}/confirm']")
    form.locator(f"label[for='star_{visit.no}_5']").click()
    form.locator("input[name=words]").fill("老人家高兴了一下午")
    form.locator("button").click()
    sun.wait_for_load_state("networkidle")
    visit.refresh_from_db()
    assert (visit.state, visit.record and visit.record.confirmation.rating) == ("confirmed", 5)
    chen.reload()
    assert "老人家高兴了一下午" in chen.content()


def test_it_works_without_scripts(open_page: Opener, live_server: Any, today: Day) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    sign_in(page, User.objects.get(username="chen"), live_server.url)
    page.goto(f"/pocket/visits/{today.coming.no}/")
    page.fill("#id_code", today.coming.code or Visit.objects.get(pk=today.coming.pk).code)
    page.locator(".sign-box button").click()
    page.wait_for_selector(".timer")
    visit = Visit.objects.get(pk=today.coming.pk)
    assert (visit.state, visit.in_how, visit.distance_m) == ("started", "code", None)
