"""Programs that write the ledger from processes of their own, and a PostgreSQL that can be stopped in the middle.

    spend SOURCE TARGET AMOUNT     until there is not enough; prints how often, and the longest wait in seconds
    send FILE SOURCE TARGET        one point for each uid of the file; prints {uid: number of the transfer}
    cross SEED TIMES ACCOUNT…      moves to and fro between the accounts; no deadlock is tried again
    prepare                        tables, a programme, ten members
    write LOG SEED                 anything, until it is killed; each uid goes to the log before it is asked for and,
                                   once the answer is there, again, down to the disk
    check LOG…                     prints what of all that is in the books

Each but the last three says ``ready`` and waits for a line before it begins.
"""

import json
import os
import pwd
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.core.management import call_command
from django.db import DatabaseError, connection

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Short, Take, posting
from linli.ground.ledger.choices import Kind, Reversal
from linli.ground.ledger.models import Account, HoldEnd, Transfer
from linli.kit import clock
from scripts.with_postgres import DURABLE, ask, copied, programs
from tests.ground.ledger.books import RULE, account, opened, order


def main() -> None:
    """One of the programs."""
    name, *given = sys.argv[1:]
    act: Callable[..., Any] = {
        "spend": spend, "send": send, "cross": cross, "prepare": prepare, "write": write, "check": check,
    }[name]  # fmt: skip
    print(json.dumps(act(*given)), flush=True)
    connection.close()


def ready() -> None:
    """Begin with the others."""
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()


def rows(*numbers: str) -> list[Account]:
    found = Account.objects.in_bulk([int(number) for number in numbers])
    return [found[int(number)] for number in numbers]


def post(*legs: tuple[Account, int], **more: Any) -> ledger.Posted:
    return ledger.post(order=order(*legs, **more), now=clock.now())


def spend(source: str, target: str, amount: str) -> dict[str, Any]:
    one, other = rows(source, target)
    ready()
    times, worst = 0, 0.0
    while True:
        began = time.monotonic()
        try:
            post((one, -int(amount)), (other, int(amount)))
        except Short:
            return {"times": times, "worst": worst}
        times, worst = times + 1, max(worst, time.monotonic() - began)


def send(file: str, source: str, target: str) -> dict[str, int]:
    one, other = rows(source, target)
    uids = [UUID(line) for line in Path(file).read_text(encoding="utf-8").split()]
    ready()
    return {str(uid): post((one, -1), (other, 1), uid=uid).transfer for uid in uids}


def cross(seed: str, times: str, *numbers: str) -> dict[str, Any]:
    posting.TRIES = 1
    chance, some = Random(int(seed)), rows(*numbers)
    ready()
    done, worst = 0, 0.0
    for _time in range(int(times)):
        began = time.monotonic()
        legs = chance.sample(some, chance.randint(2, 4))
        amounts = [chance.randint(1, 5) for _leg in legs[1:]]
        with suppress(Short):
            post((legs[0], -sum(amounts)), *zip(legs[1:], amounts, strict=True))
            done += 1
        worst = max(worst, time.monotonic() - began)
    return {"times": done, "worst": worst}


def prepare() -> str:
    call_command("migrate", "ledger", verbosity=0)
    book = opened()
    post((book.issuer, -1_000_000), (book.pool, 1_000_000))
    post((book.supplier, -100_000), (book.stock, 100_000))
    for number in range(10):
        post((book.pool, -1000), (account(Kind.MEMBER, f"m{number}"), 1000))
    return "prepared"


def write(log: str, seed: str) -> str:
    chance, book = Random(int(seed)), opened()
    members = [account(Kind.MEMBER, f"m{number}") for number in range(10)]
    with open(log, "ab", buffering=0) as file:  # noqa: PTH123
        ready()
        with suppress(DatabaseError):  # the server is gone
            while True:
                for _turn in range(20):
                    with suppress(Short):
                        one_act(chance, book, members, file)
                ledger.seal_ledger()
    return "over"


def one_act(chance: Random, book: Any, members: list[Account], file: Any) -> None:
    """One of: a gift, a bag of rice, a hold and its taking, a gift and its opposite."""
    member, uid, kind = chance.choice(members), uuid4(), chance.choice(["gift", "rice", "hold", "back"])
    now = clock.now()
    if kind == "rice":
        legs = [(member, -3), (book.redeemed, 3), (book.stock, -1), (book.gone_out, 1)]
        said(file, uid, kind, lambda: post(*legs, uid=uid))
    elif kind == "hold":
        held = ledger.hold(uid=uuid4(), account=member, amount=5, who=RULE, now=now)
        legs = [(member, -2), (book.redeemed, 2)]
        said(file, uid, kind, lambda: post(*legs, uid=uid, takes=[Take(held.pk, 2)]))
    else:
        said(file, uid, kind, lambda: post((book.pool, -4), (member, 4), uid=uid))
    if kind == "back":
        number, back = Transfer.objects.get(uid=uid).pk, uuid4()
        said(
            file, back, kind,
            lambda: ledger.reverse(uid=back, transfer=number, reason=Reversal.TWICE, who=RULE, now=clock.now()),
        )  # fmt: skip


def said(file: Any, uid: UUID, kind: str, act: Callable[[], Any]) -> None:
    """What is asked for, what was answered; the answer counts once it is on the disk."""
    file.write(f"asked {uid} {kind}\n".encode())
    act()
    file.write(f"booked {uid} {kind}\n".encode())
    os.fsync(file.fileno())


def check(*logs: str) -> dict[str, Any]:
    """Whether everything that was answered is there, once, whole, and nothing that nobody asked for."""
    told: dict[str, dict[str, str]] = {"asked": {}, "booked": {}}
    for log in logs:
        for line in Path(log).read_text(encoding="utf-8").splitlines():
            parts = line.split()
            if len(parts) == 3:
                told[parts[0]][parts[1]] = parts[2]
    there = {str(row.uid): row for row in Transfer.objects.filter(uid__in=list(told["asked"]))}
    legs = {pk: len(found) for pk, found in books.entries_of([row.pk for row in there.values()]).items()}
    whole = {"gift": 2, "rice": 4, "hold": 2, "back": 2}
    taken = set(HoldEnd.objects.values_list("transfer", flat=True))
    while ledger.seal_ledger(back=None):
        pass
    walk = books.verify()
    return {
        "booked": len(told["booked"]),
        "lost": sorted(set(told["booked"]) - set(there)),
        "unasked": Transfer.objects.count() - 12 - len(there),
        "half": [
            uid for uid, row in there.items()
            if legs[row.pk] != whole[told["asked"][uid]] or (told["asked"][uid] == "hold") != (row.pk in taken)
        ],
        "broken": walk.broken,
        "unsealed": walk.unsealed,
        "transfers": walk.transfers,
    }  # fmt: skip


class Server:
    """A PostgreSQL that keeps what it has said, and can be stopped as if the plug had been pulled on its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.who = folder, programs(), {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
            self.home = copied(self.home, folder / "wheel")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        self.data = folder / "data"
        self.url = f"postgresql://linli@{quote(str(folder), safe='')}/postgres"
        self.program("initdb", "-D", self.data, "-U", "linli", "--auth=trust", "-E", "UTF8")

    def program(self, name: str, *words: object) -> None:
        ask(self.home / "bin" / name, *words, **self.who)

    def start(self) -> None:
        options = f"-h '' -k {self.folder} {DURABLE}"
        log = self.folder / "log"
        self.program("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", log, "-o", options, "start")

    def stop(self, how: str) -> None:
        self.program("pg_ctl", "-D", self.data, "-w", "-m", how, "stop")


@contextmanager
def durable_server() -> Iterator[Server]:
    """Runs while inside; its folder goes afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="linli-crash-", dir="/tmp"))  # a socket's full name is short
    try:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop("fast")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
