"""The harness of the browser stories: Playwright drives the machine's own Chromium against a live server.

A story takes ``phone`` (390 x 844, touch, zh-CN, Shanghai) or ``desk`` (1440 x 900), both a ``Page`` whose
relative addresses lead to the live server. A story fails when its page logs an error, throws, breaks the
Content-Security-Policy, or the server answers with a 5xx; ``watch.allow`` names what is expected.
``axe(page)`` checks WCAG 2.2 AA.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response, sync_playwright

from scripts.chromium import ADVICE, find

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = {"serious", "critical"}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "color_scheme": "light"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


@dataclass
class Watch:
    """What went wrong on one page: errors in its console, thrown errors, broken policy, failed answers."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on("response", self.answer)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) => console.error("
            "'Content-Security-Policy', event.violatedDirective, event.blockedURI, event.lineNumber))"
        )

    def console(self, message: ConsoleMessage) -> None:
        """Keep errors; a failed answer is kept by ``answer`` with its address."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.seen.append(f"console: {message.text}")

    def answer(self, response: Response) -> None:
        """Keep answers that are the server's fault, and missing files of ours."""
        missing = response.status == 404 and response.request.resource_type in {
            "script",
            "stylesheet",
            "image",
            "font",
        }
        if response.status >= 500 or missing:
            self.seen.append(f"{response.status} {response.url}")

    def allow(self, pattern: str) -> None:
        """Expect lines that match ``pattern``: for stories about failures."""
        self.allowed.append(pattern)

    def assert_clean(self) -> None:
        """Fail with every line nobody expected."""
        left = [line for line in self.seen if not any(re.search(pattern, line) for pattern in self.allowed)]
        assert not left, "the page complained:\n  " + "\n  ".join(left)


@cache
def axe_source() -> str:
    """The axe-core library, from the locked front-end libraries."""
    assert AXE.exists(), "axe-core is missing: run `make setup-dev`"
    return AXE.read_text(encoding="utf-8")


def axe(page: Page, *, within: str | None = None, without: tuple[str, ...] = ()) -> None:
    """Assert that nothing on the page (or in ``within``) is a serious or critical failure of WCAG 2.2 AA.

    ``without`` leaves out selectors. The library comes in over the debugging line, where the page's own
    Content-Security-Policy stays in force.
    """
    page.evaluate(axe_source())
    scope: dict[str, Any] = {"exclude": [[selector] for selector in without]}
    if within:
        scope["include"] = [[within]]
    whole = not (within or without)
    ask = "([scope, tags]) => axe.run(scope || document, {runOnly: tags})"
    found = page.evaluate(ask, [None if whole else scope, WCAG_2_2_AA])
    assert found["passes"], "axe checked nothing: is the page empty?"
    serious = [rule for rule in found["violations"] if rule["impact"] in SERIOUS]
    assert not serious, f"{page.url} is hard to use for some:\n" + "\n".join(map(readable, serious))


def readable(rule: dict[str, Any]) -> str:
    """One broken rule and where, for people."""
    places = [
        f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}\n      "
        + node["failureSummary"].replace("\n", "\n      ")
        for node in rule["nodes"][:8]
    ]
    more = len(rule["nodes"]) - len(places)
    tail = [f"    and {more} more"] if more > 0 else []
    return "\n".join([f"  {rule['impact']}: {rule['help']} ({rule['id']})", *places, *tail])


def sign_in(page: Page, user: AbstractBaseUser, base_url: str) -> None:
    """Give the page the session of ``user``: for stories that are not about signing in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver. It runs a loop in this thread, which Django takes for async code unless told."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        yield driver
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all stories."""
    path = find()
    if path is None:
        pytest.fail(ADVICE)
    browser = playwright.chromium.launch(executable_path=path, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def watch() -> Watch:
    """What the story's pages complained about; ``watch.allow(pattern)`` expects something."""
    return Watch()


Opener = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_server: Any, watch: Watch) -> Iterator[Opener]:
    """Opens further pages, each a browser of its own (another person, same time): ``open_page(PHONE)``."""
    contexts = []

    def opened(device: dict[str, Any] = DESK, **more: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **{**HERE, **device, **more})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    watch.assert_clean()


@pytest.fixture
def phone(open_page: Opener) -> Page:
    """A phone in the neighbourhood."""
    return open_page(PHONE)


@pytest.fixture
def desk(open_page: Opener) -> Page:
    """A computer at the community's desk."""
    return open_page(DESK)
