"""``linli demo``: the simulated neighbourhoods, built once, then served."""

import argparse
import os
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from django.conf import settings

from linli.commands.serve import prepare, serve
from linli.demo.build import build, catch_up, is_built

WAIT_SECONDS = 30


def options(sub: argparse.ArgumentParser) -> None:
    """--data, --port, --build-only, --seed, --months."""
    sub.add_argument("--data", type=Path, help="folder of the database and photos (default: var/)")
    sub.add_argument("--port", type=int, default=8000)
    sub.add_argument("--build-only", action="store_true", help="build, do not serve")
    sub.add_argument("--seed", type=int, default=20260305, help="the same seed gives the same neighbourhoods")
    sub.add_argument("--months", type=int, default=12, help="how many months are lived through")


def run(chosen: argparse.Namespace) -> int:
    """Build where nothing is built yet, then serve and open a browser."""
    prepare()
    if is_built():
        catch_up()
    else:
        build(seed=chosen.seed, months=chosen.months)
    if chosen.build_only:
        print(f"Built in {settings.LINLI_DATA}")
        return 0
    address = f"http://127.0.0.1:{chosen.port}/"
    print(f"邻里 Linli: {address}  (Ctrl+C ends it)", flush=True)
    threading.Thread(target=open_browser, args=(address,), daemon=True).start()
    return serve("127.0.0.1", chosen.port, worker=True)


def open_browser(address: str) -> None:
    """Open the page once it answers, where there is a screen."""
    if not (
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.name == "nt"
        or os.uname().sysname == "Darwin"
    ):
        return
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address + "healthz", timeout=2)
            webbrowser.open(address)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
