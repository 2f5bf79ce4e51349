"""Every main page at 390 and 1440 px: WCAG 2.2 AA, nothing wider than the screen, nothing thrown, light enough."""

import gzip
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from linli.ground.people.models import User
from linli.kit import clock
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import Channel, Shift
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.launch import actions as launch
from tests.browser import DESK, PHONE, Opener, axe, sign_in
from tests.factories import Neighbourhood, accepted, closed, given, need, neighbourhood

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "没有空格" * 40 + "https://example.invalid/" + "x" * 120
FIRST_PAGE_BYTES = 150 * 1024


def lively(town: Neighbourhood) -> dict[str, object]:
    """Something in every state, some of it long."""
    now = clock.now()
    need(town, LONG, now=now)
    need(town, "王奶奶家楼道灯不亮", asker=town.wang, now=now)
    row = accepted(town, now=now)
    task = given(town, row, now=now)
    done = accepted(town, "想吃口热的", asker=town.wang, now=now)
    closed(town, done, now=now)
    follow_up = FollowUp.objects.get(need=done)
    link = evaluate.make_link(follow_up=follow_up, by=town.zhao, now=now)
    entry = ask.write_diary(
        area=town.grid, key=uuid4(), at=now, words=LONG, concerns=[town.li], by=town.zhao, now=now
    )
    patrol = ask.begin_patrol(
        area=town.grid, shift=Shift.MORNING, day=clock.local_day(now), by=town.zhao, now=now
    )
    ask.find(patrol=patrol, key=uuid4(), words="楼道堆了纸箱", by=town.zhao, now=now)
    project = launch.launch_project(
        area=town.community, title="幸福餐厅", owner=town.zhou, needs=[row], by=town.zhou, now=now
    )
    ask.raise_need(
        area=town.grid,
        words="替妈妈问问体检",
        channel=Channel.ONLINE,
        asker=town.wang,
        proxy=town.sun,
        by=town.sun,
        now=now,
    )
    return {
        "need": row.no, "task": task.no, "follow_up": follow_up.pk, "entry": entry.pk, "patrol": patrol.pk,
        "project": project.no, "wang": town.wang.pk, "canteen": town.canteen.pk, "link": link,
    }  # fmt: skip


PAGES = {
    "zhou": (
        "/desk/",
        "/desk/triage/",
        "/desk/triage/?tab=open",
        "/desk/triage/?tab=same",
        "/desk/needs/{need}/",
        "/desk/needs/{need}/help/",
        "/desk/needs/{need}/sheet/",
        "/desk/needs/{need}/task/",
        "/desk/needs/new/",
        "/desk/diary/",
        "/desk/diary/new/",
        "/desk/diary/{entry}/",
        "/desk/patrols/",
        "/desk/patrols/{patrol}/",
        "/desk/resources/",
        "/desk/resources/{canteen}/",
        "/desk/resources/new/",
        "/desk/projects/",
        "/desk/projects/{project}/",
        "/desk/tasks/",
        "/desk/tasks/{task}/",
        "/desk/follow-ups/",
        "/desk/follow-ups/{follow_up}/",
        "/desk/people/",
        "/desk/people/{wang}/",
        "/desk/people/new/",
        "/desk/load/",
        "/desk/search/?q=热乎",
        "/board/rates/",
        "/board/rates/rows/?rate=response",
        "/board/exclusions/",
    ),
    "sun": ("/home/", "/home/ask/", "/home/messages/", "/home/record/"),
    "admin": (
        "/desk/house/",
        "/desk/house/promises/",
        "/desk/house/calendar/",
        "/desk/house/areas/",
        "/desk/house/roles/",
    ),
    "": ("/", "/account/login/", "{link}"),
}


def look(page: Page, address: str) -> None:
    page.goto(address)
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{address} is {wide} px wider than the screen"


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_accessible_and_fit(open_page: Opener, live_server, username: str, device) -> None:  # type: ignore[no-untyped-def]
    blanks = lively(neighbourhood())
    User.objects.update(password_set_at=clock.now())
    page = open_page(device)
    if username:
        sign_in(page, User.objects.get(username=username), live_server.url)
    for address in PAGES[username]:
        look(page, address.format(**blanks))


@pytest.mark.parametrize("cookie", [("elder", "1"), ("theme", "dark")])
def test_elder_mode_and_the_dark_theme_too(open_page: Opener, live_server, cookie: tuple[str, str]) -> None:  # type: ignore[no-untyped-def]
    blanks = lively(neighbourhood())
    User.objects.update(password_set_at=clock.now())
    for username, addresses in (
        ("sun", PAGES["sun"]),
        ("zhou", ("/desk/", "/desk/triage/", "/desk/needs/{need}/", "/board/rates/")),
    ):
        page = open_page(PHONE)
        page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": live_server.url}])
        sign_in(page, User.objects.get(username=username), live_server.url)
        for address in addresses:
            look(page, address.format(**blanks))
        if cookie[0] == "elder":
            assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 24


def test_a_first_page_is_light(open_page: Opener, live_server) -> None:  # type: ignore[no-untyped-def]
    """What a phone loads before it shows today's list, compressed as the server sends it."""
    lively(neighbourhood())
    User.objects.update(password_set_at=clock.now())
    page = open_page(PHONE)
    sign_in(page, User.objects.get(username="zhao"), live_server.url)
    loaded: dict[str, int] = {}
    page.on("response", lambda answer: loaded.update({answer.url: len(gzip.compress(answer.body()))}))
    page.goto("/desk/")
    page.wait_for_load_state("networkidle")
    assert len(loaded) > 4
    assert sum(loaded.values()) <= FIRST_PAGE_BYTES, loaded
