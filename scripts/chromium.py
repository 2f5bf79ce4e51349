"""Finds the Chromium of the browser stories, or installs it on Debian and Ubuntu."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "The browser stories need Chromium, and fonts that hold Chinese. Install them:\n"
    "    Debian: apt-get install chromium fonts-noto-cjk\n"
    "    Fedora: dnf install chromium google-noto-sans-cjk-fonts\n"
    "    macOS:  brew install --cask chromium\n"
    "or name one by CHROMIUM=/path/to/chromium."
)


def find() -> str | None:
    """The path of a Chromium: the one CHROMIUM names, else the first on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def may_install() -> bool:
    """Whether this is a Debian or Ubuntu we may change."""
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install() -> None:
    """Install Chromium and the fonts by apt-get."""
    print(f"No Chromium found: installing {' '.join(PACKAGES)} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(["apt-get", "-q", *command], env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"apt-get {command[0]} failed.\n{ADVICE}")


def main() -> int:
    """Say which one is used; fail in words when there is none."""
    if find() is None and may_install() and not os.environ.get("CHROMIUM"):
        install()
    if found := find():
        print(f"Chromium: {found}")
        return 0
    print(ADVICE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
