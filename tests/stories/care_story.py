"""What the stories of time bank and big bill share: a clock that is set by hand, people with their devices, paper read back."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from linli.ground.people import actions as people
from linli.ground.people.models import Person, User
from linli.ground.places import actions as places
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, axe, sign_in
from tests.factories import BEGAN, NOW, ZONE, Neighbourhood, login, person

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


def elder(town: Neighbourhood, name: str, sex: str, birthday: date, door: str, username: str = "") -> Person:
    """A neighbour in 3号楼, with a login where there is a name for one."""
    more = {"reach": "app"} if username else {"reach": "visit"}
    made = person(town.grid, name, "resident", sex=sex, birthday=birthday, **more)
    people.move_in(person=made, building=town.building, door=door, by=None, now=NOW)
    if username:
        login(made, username)
    return made


def office(town: Neighbourhood) -> None:
    """The community's office with its phone."""
    places.keep_facility(
        area=town.community, kind="office", name="南田社区居委会", phone=OFFICE_PHONE, by=None, now=NOW,
        valid_from=BEGAN,
    )  # fmt: skip


def printed(page: Page, folder: Path) -> list[str]:
    """The page as it comes out of the printer on A4, read back sheet by sheet."""
    paper = folder / "sheet.pdf"
    page.pdf(path=paper, prefer_css_page_size=True, format="A4")
    tool = which("pdftotext")
    assert tool, "pdftotext is missing (poppler-utils)"
    done = subprocess.run([tool, "-layout", str(paper), "-"], capture_output=True, check=True, text=True)
    sheets = [re.sub(r"[ \n\t]+", " ", text.replace(THIN, "")).strip() for text in done.stdout.split("\f")]
    return [text for text in sheets if text]
