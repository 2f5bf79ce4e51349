"""``linli verify``: the journal's hash chain, from the first event to the last; ``linli verify FILE``: a signed paper."""

import argparse
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.cli import report
from linli.ground.journal.actions import seal_pending
from linli.ground.journal.queries import head, verify
from linli.kit import signing
from linli.kit.refused import Refused

MOST = 1_000_000  # bytes of a file to be looked at


def options(sub: argparse.ArgumentParser) -> None:
    """FILE, --keys, --json."""
    sub.add_argument(
        "file", nargs="?", metavar="FILE", help="a certificate, checked without database or network"
    )
    sub.add_argument(
        "--key", "--keys", dest="keys", metavar="FILE",
        help="public keys to trust, one a line; without it those of this installation",
    )  # fmt: skip
    sub.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """Check the file, or walk the chain; status 1 when it is broken (or the paper's key is not trusted)."""
    if chosen.file:
        return check_paper(chosen)
    while seal_pending():
        pass
    walk = verify()
    answer = {"events": walk.events, "broken": walk.broken, "why": walk.why, "head": head()}
    words = f"{walk.events} events, the chain is whole: {head()[:16]}…"
    if walk.broken is not None:
        words = f"Broken at event {walk.broken}: {walk.why} ({walk.events} events before it are sound)."
    report(answer, as_json=chosen.json, words=words)
    return 1 if walk.broken is not None else 0


def contents(path: str) -> bytes:
    """What is in a file; refused in words where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            found = file.read(MOST + 1)
    except OSError as error:
        raise Refused(_("{file} cannot be read: {why}").format(file=path, why=error.strerror)) from error
    if len(found) > MOST:
        raise Refused(_("{file} is far too large for a certificate.").format(file=path))
    return found


def check_paper(chosen: argparse.Namespace) -> int:
    """Say whether a signed paper is whole, and whether its key is one to trust. Asks no database."""
    if chosen.keys:
        trusted = signing.read_public(contents(chosen.keys).decode("utf-8", "replace"))
        if not trusted:
            raise Refused(_("There is no public key in {file}.").format(file=chosen.keys))
    else:
        trusted = list(signing.trusted_keys().values())
    try:
        paper: dict[str, Any] = signing.read_paper(contents(chosen.file))
    except signing.BadPaper:
        paper = {}
    verdict = signing.verify(paper, trusted)
    said = paper.get("payload") if verdict.state != signing.BROKEN else {}
    said = said if isinstance(said, dict) else {}
    names = (
        "number",
        "name",
        "volunteer_number",
        "hours",
        "first_on",
        "last_on",
        "organisation",
        "issued_on",
    )
    answer = {
        "file": chosen.file,
        "good": verdict.state == signing.GOOD,
        "state": verdict.state,
        "key": verdict.key,
        **{name: str(said.get(name, "")) for name in names},
    }
    report(answer, as_json=chosen.json, words=words_of(answer))
    return 0 if answer["good"] else 1


def words_of(answer: dict[str, Any]) -> str:
    """The verdict as people read it."""
    if answer["state"] == signing.BROKEN:
        return _("Not sound: this is no signed certificate, or something in it was changed.")
    line = _("{name}, {hours} hours from {first_on} to {last_on}, {organisation}, number {number}.")
    about = line.format(**answer)
    if answer["state"] == signing.UNTRUSTED:
        return (
            _(
                "Whole, but signed by a key that is not trusted here ({key}): anybody could have made it."
            ).format(key=answer["key"])
            + "\n"
            + about
        )
    return (
        _("Sound, signed by a trusted key ({key}).").format(key=answer["key"])
        + "\n"
        + about
        + "\n"
        + _("Whether it was withdrawn later only the page of its number can tell.")
    )
