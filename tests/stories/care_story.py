"""What the stories of time bank and big bill share: a clock that is set by hand, people with their devices, paper read back."""

import os
import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from linli.ground.people.models import User
from linli.ground.places import actions as places
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, axe, sign_in
from tests.factories import BEGAN, NOW, ZONE, Neighbourhood

THIN = "\u2009"  # pages set it between Chinese and figures
PICTURES = "LINLI_STORY_PICTURES"  # a folder: every step is kept there as a picture
OFFICE_PHONE = "021-62001234"


@dataclass
class Watch:
    """The clock of a story."""

    now: datetime = NOW
    devices: list[Page] = field(default_factory=list)

    def at(self, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """Set it to a time of 2026, on every device too, and read it."""
        self.now = datetime(2026, month, day, hour, minute, tzinfo=ZONE)
        for page in self.devices:
            page.clock.set_fixed_time(self.now)
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The clock every page goes by, in the test's hands."""
    made = Watch()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@dataclass
class Cast:
    """People of the story, each with a device of their own."""

    open_page: Opener
    address: str
    hands: Watch
    name: str = "story"
    shots: int = 0
    names: dict[Page, str] = field(default_factory=dict)

    def on_phone(self, username: str = "", **more: Any) -> Page:
        """Somebody with a phone; nobody in particular without a name."""
        return self.entered(self.open_page(PHONE, **more), username)

    def at_desk(self, username: str) -> Page:
        """Somebody at a desk."""
        return self.entered(self.open_page(DESK), username)

    def entered(self, page: Page, username: str) -> Page:
        """The page, its visitor logged in."""
        page.clock.set_fixed_time(self.hands.now)
        self.hands.devices.append(page)
        self.names[page] = username
        return self.again(page)

    def again(self, page: Page) -> Page:
        """Log in, for the first time or once more: whoever was away for long has been logged out."""
        if self.names[page]:
            sign_in(page, User.objects.get(username=self.names[page]), self.address)
        return page

    def look(self, page: Page, title: str) -> None:
        """Keep a picture where one is wanted; nothing is wider than the screen and nothing is hard to use."""
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
        self.picture(page, title)

    def picture(self, page: Page, title: str) -> None:
        """A picture of the whole page for whoever wants to see the story."""
        self.shots += 1
        if folder := os.environ.get(PICTURES):
            path = Path(folder) / f"{self.name}-{self.shots:02d}-{title}.png"
            page.screenshot(path=path, full_page=True)


def words(place: Page | Locator) -> str:
    """What somebody reads there, without the thin spaces."""
    found = place.locator("main") if isinstance(place, Page) else place
    return re.sub(r"[ \n\t]+", " ", found.inner_text().replace(THIN, ""))


def press(page: Page, name: str, within: Locator | None = None) -> None:
    """Press the one button or link of this name and wait for where it leads."""
    place = within or page.locator("main")
    found = place.get_by_role("button", name=name, exact=True).or_(
        place.get_by_role("link", name=name, exact=True)
    )
    with page.expect_navigation():
        found.click()


def office(town: Neighbourhood) -> None:
    """The community's office with its phone."""
    places.keep_facility(
        area=town.community, kind="office", name="南田社区居委会", phone=OFFICE_PHONE, by=None, now=NOW,
        valid_from=BEGAN,
    )  # fmt: skip


def printed(page: Page) -> list[str]:
    """The page as it comes out of the printer on A4, read back sheet by sheet.

    Chromium writes one kind of PDF, plain enough to be read here: every sheet has its stream of glyphs, every font
    says which glyph stands for which character, and where it would be wrong the right text stands beside it.
    """
    paper = page.pdf(prefer_css_page_size=True, format="A4")
    things = {int(number): body for number, body in re.findall(rb"(\d+) 0 obj\n(.*?)endobj", paper, re.S)}
    sheets = [body for body in things.values() if body.startswith(b"<</Type /Page\n")]
    for body in sheets:
        sides = re.search(rb"/MediaBox \[0 0 ([.\d]+) ([.\d]+)\]", body)
        assert sides and [round(float(one) / 72 * 25.4) for one in sides.groups()] == [210, 297], (
            "it is not A4"
        )
    return [read_sheet(body, things) for body in sheets]


def unpacked(number: bytes, things: dict[int, bytes]) -> str:
    """The stream of a thing in the PDF."""
    body = things[int(number)]
    length = re.search(rb"/Length (\d+)", body)
    assert length
    start = body.index(b"stream\n") + len(b"stream\n")
    return zlib.decompress(body[start : start + int(length[1])]).decode("latin-1")


def letters_of(cmap: str) -> dict[int, str]:
    """Which glyph of a font is which character."""
    found = {}
    for group in re.findall(r"beginbfchar\n(.*?)\nendbfchar", cmap, re.S):
        for glyph, text in re.findall(r"<(\w+)> <(\w+)>", group):
            found[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for group in re.findall(r"beginbfrange\n(.*?)\nendbfrange", cmap, re.S):
        for first, last, text in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", group):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(text, 16) + step)
    return found


def read_sheet(body: bytes, things: dict[int, bytes]) -> str:
    """What stands on one sheet; what begins elsewhere on it is set off by a space."""
    fonts = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body):
        font = things[int(number)]
        cmap = re.search(rb"/ToUnicode (\d+) 0 R", font)
        wide = 4 if b"/Type0" in font else 2
        fonts[name.decode()] = (wide, letters_of(unpacked(cmap[1], things)) if cmap else {})
    contents = re.search(rb"/Contents (\d+) 0 R", body)
    assert contents
    text, place, font_of, instead = "", "", (2, {}), False
    tokens = r"/(F\d+) \S+ Tf|([-\d. ]+) Tm|/ActualText (?:<FEFF(\w+)>|\((.*?)\))|(EMC)|<(\w+)> Tj"
    for font, at, true_text, plain, ends, glyphs in re.findall(tokens, unpacked(contents[1], things)):
        if font:
            font_of = fonts[font]
        elif at:
            text, place = text if at == place else f"{text} ", at
        elif true_text or plain:
            text, instead = text + (bytes.fromhex(true_text).decode("utf-16-be") or plain), True
        elif ends:
            instead = False
        elif not instead:
            wide, known = font_of
            text += "".join(known.get(int(glyphs[n : n + wide], 16), "") for n in range(0, len(glyphs), wide))
    return re.sub(r"[ \n\t]+", " ", text.replace(THIN, "")).strip()
