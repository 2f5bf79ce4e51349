"""The public copy of the ledger, kept as a file for an hour: whoever asks costs nothing."""

import fcntl
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from linli.commons.fund.queries import newest_head
from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books

KEPT = timedelta(hours=1)
NAME = "ledger.jsonl"


def copy_ledger(*, now: datetime) -> Path:
    """The file with the copy: made anew after an hour or when a newer head was published, by one at a time."""
    folder = Path(settings.LINLI_DATA) / "public"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    if is_new(path, now):
        return path
    with (folder / f"{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_new(path, now):
            write_copy(path, now)
    return path


def is_new(path: Path, now: datetime) -> bool:
    """Whether the file is younger than an hour and knows the newest published head."""
    try:
        made = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
    except FileNotFoundError:
        return False
    head = newest_head()
    return now - made < KEPT and (head is None or head.published_at <= made)


def write_copy(path: Path, now: datetime) -> None:
    """Write the copy beside its place and put it there whole; what is booked meanwhile waits for the next one."""
    half = path.with_suffix(".half")
    while ledger.seal_ledger():  # what is booked is in the chain before it is copied
        pass
    with half.open("w", encoding="utf-8") as file:
        for row in books.public_copy():
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    os.utime(half, (now.timestamp(), now.timestamp()))
    half.replace(path)
