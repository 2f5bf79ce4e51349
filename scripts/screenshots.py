"""Take the pictures of the README: build a demo, serve it, walk through it in Chromium."""

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts.chromium import ADVICE, find

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
SCENES = (
    ("walk-in", "", "/walk-in/", DESK),
    ("today", "demo-zhao", "/desk/", PHONE),
    ("triage", "demo-zhou", "/desk/triage/?tab=open", DESK),
    ("need", "demo-zhou", "first-need", DESK),
    ("rates", "demo-leader", "/board/rates/", DESK),
    ("home", "demo-sun", "/home/", PHONE),
    ("pocket", "demo-chen", "/pocket/", PHONE),
    ("passbook", "demo-chen", "/home/passbook/", PHONE),
    ("bill", "", "/bill/", DESK),
)
WAIT_SECONDS = 300


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def demo(data: Path) -> Iterator[str]:
    """A demo that is served as long as the block runs."""
    port = free_port()
    command = [sys.executable, "-m", "linli.cli", "demo", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DISPLAY": ""})
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                urllib.request.urlopen(address + "/walk-in/", timeout=2)
                break
            except (urllib.error.URLError, OSError):
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit("the demo did not come up") from None
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def keep(page: Page, name: str) -> None:
    """Save what the page shows, in few colours so that the repository stays small."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(
        PICTURES / f"{name}.png", optimize=True
    )
    print(f"docs/pictures/{name}.png")


def take(browser: Browser, address: str) -> None:
    """Every scene, each in a browser of its own."""
    for name, login, path, size in SCENES:
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        page = context.new_page()
        page.goto(address + "/walk-in/")
        if login:
            page.locator(f"button[value='{login}'], form:has(input[value='{login}']) button").first.click()
            page.wait_for_load_state("networkidle")
        if path == "first-need":
            page.goto(address + "/desk/triage/?tab=open")
            page.locator("a[href*='/desk/needs/2']").first.click()
        else:
            page.goto(address + path)
        page.wait_for_load_state("networkidle")
        keep(page, name)
        context.close()


def main() -> None:
    """Build, serve, take."""
    chromium = find()
    if chromium is None:
        raise SystemExit(ADVICE)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(os.environ.get("LINLI_DATA") or folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        take(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
