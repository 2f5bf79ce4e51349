"""A list of commands from a seed, done on an empty ledger, and everything that is written then, line by line.

The same seed on SQLite and on PostgreSQL must write the same bytes. As a program (see ``elsewhere``) it does the list
on the database of ``DATABASE_URL``, which it prepares, and prints the lines.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import quote
from uuid import UUID

from django.core.management import call_command
from django.db import connection

from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Take, Who
from linli.ground.ledger.choices import Authority, Kind, Reversal
from linli.ground.ledger.models import Account
from linli.kit.refused import Refused
from tests.factories import NOW
from tests.ground.ledger.books import BOOK, POINTS, RICE, account, opened, order
from tests.ground.ledger.rows import MODELS, postgres, raw

ROOT = Path(__file__).resolve().parents[3]
START = (
    "import django; django.setup(); import sys; from importlib import import_module;"
    " import_module(sys.argv.pop(1)).main()"
)


class Course:
    """One course of commands; chance comes from the seed alone."""

    def __init__(self, seed: int) -> None:
        self.chance, self.now = Random(seed), NOW
        self.said: list[str] = []
        self.holds: list[int] = [1]  # also one that may not be there
        self.orders: list[Any] = []

    def uid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def run(self, steps: int) -> list[str]:
        """Do it; what was answered to each command."""
        with (
            patch("linli.ground.ledger.actions.accounts.uuid4", self.uid),
            patch("linli.ground.ledger.actions.chain.uuid4", self.uid),
        ):
            book = opened()
            self.rows = [
                *vars(book).values(),
                account(Kind.MEMBER, "li"),
                account(Kind.PEER, "next", floor=-50),
            ]
            self.kept = [row for row in self.rows if row.kind in ("pool", "member", "gifts", "stock", "peer")]
            for source, target, amount in (
                (book.issuer, book.pool, 500), (book.pool, book.chen, 170), (book.supplier, book.stock, 9),
            ):  # fmt: skip
                self.answer("first", lambda s=source, t=target, a=amount: self.move(s, t, a))
            for _step in range(steps):
                self.step()
            while ledger.seal_ledger(11):
                pass
        return self.said

    def step(self) -> None:
        """One command, drawn."""
        acts = [
            self.any_move, self.any_move, self.any_move, self.four_legs, self.hold, self.hold, self.take, self.take,
            self.free, self.again, self.other, self.back, self.back, self.pass_time, self.close, self.limit, self.seal,
        ]  # fmt: skip
        act = self.chance.choice(acts)
        self.answer(act.__name__, act)

    def answer(self, name: str, act: Any) -> None:
        """Do it and keep what came of it."""
        used_up = name == "again"
        try:
            said = act()
        except (Refused, ValueError) as refusal:
            told = {key: value for key, value in sorted(vars(refusal).items()) if key != "message"}
            said, used_up = [type(refusal).__name__, str(refusal), *told.values()], True
        self.said.append(json.dumps([name, said], default=str))
        if used_up:
            rewind()

    def who(self) -> Who:
        return self.chance.choice(
            [Who(7, Authority.WORKER, 5), Who(None, Authority.RULE), Who(5, Authority.SELF)]
        )

    def post(self, *legs: tuple[Account, int], **more: Any) -> Any:
        asked = order(*legs, uid=self.uid(), who=self.who(), **more)
        self.orders.append(asked)
        done = ledger.post(order=asked, now=self.now)
        return [done.transfer, done.fresh]

    def move(self, source: Account, target: Account, amount: int, **more: Any) -> Any:
        return self.post((source, -amount), (target, amount), **more)

    def pair(self, unit: str) -> list[Account]:
        return self.chance.sample([row for row in self.rows if row.unit == unit], 2)

    def any_move(self) -> Any:
        return self.move(*self.pair(self.chance.choice([POINTS, POINTS, RICE])), self.chance.randint(1, 90))

    def four_legs(self) -> Any:
        (one, two), (three, four) = self.pair(POINTS), self.pair(RICE)
        amount, event = self.chance.randint(1, 60), self.now - timedelta(seconds=0.000001)
        return self.post((one, -amount), (three, -1), (two, amount), (four, 1), event_at=event)

    def hold(self) -> Any:
        ends = self.now + timedelta(minutes=self.chance.randint(-1, 40))
        made = ledger.hold(
            uid=self.uid(), account=self.chance.choice(self.kept), amount=self.chance.randint(1, 60), who=self.who(),
            now=self.now, expires_at=self.chance.choice([None, ends]),
        )  # fmt: skip
        self.holds.append(made.pk)
        return made.pk

    def take(self) -> Any:
        """Sometimes two at once, from one account or from two, in any order."""
        source, target = self.pair(POINTS)
        amount = self.chance.randint(1, 60)
        holds = self.chance.sample(self.holds, min(len(self.holds), self.chance.randint(1, 2)))
        takes = [Take(hold, self.chance.randint(1, amount)) for hold in holds]
        if sum(take.amount for take in takes) > amount or self.others_than(source, takes):
            takes = takes[:0]
        return self.move(source, target, amount, takes=takes)

    def others_than(self, source: Account, takes: list[Take]) -> bool:
        """Whether some hold lies on another account of the move: a caller's mistake, and no refusal."""
        mine = {take.hold: account_of_hold(take.hold) for take in takes}
        return any(found not in (source.pk, None) for found in mine.values()) and self.chance.random() < 0.9

    def free(self) -> Any:
        if self.holds[1:]:
            ledger.free_hold(hold=self.chance.choice(self.holds[1:]), who=self.who(), now=self.now)

    def again(self) -> Any:
        done = ledger.post(order=self.chance.choice(self.orders), now=self.now)
        return [done.transfer, done.fresh]

    def other(self) -> Any:
        first, second = self.pair(POINTS)
        asked = order((first, -1), (second, 1), uid=self.chance.choice(self.orders).uid, who=self.who())
        done = ledger.post(order=asked, now=self.now)
        return [done.transfer, done.fresh]

    def back(self) -> Any:
        last = raw("SELECT MAX(id) FROM ledger_transfer")[0][0]
        done = ledger.reverse(
            uid=self.uid(),
            transfer=self.chance.randint(1, last + 1),
            reason=Reversal.TWICE,
            who=self.who(),
            now=self.now,
        )
        return [done.transfer, done.fresh]

    def pass_time(self) -> Any:
        self.now += timedelta(
            minutes=self.chance.randint(1, 30), microseconds=self.chance.randint(0, 999_999)
        )
        return ledger.expire_holds(now=self.now, who=Who(None, Authority.RULE))

    def close(self) -> Any:
        empty = [row for row in self.kept if row.key == "li" or row.kind == Kind.GIFTS]
        return ledger.close_account(
            account=self.chance.choice([*self.kept, *empty * 3]), now=self.now
        ).version

    def limit(self) -> Any:
        row = self.chance.choice(self.kept)
        ceiling = self.chance.choice([None, None, 60, 200])
        return ledger.set_limits(account=row, floor=0, ceiling=ceiling).posted

    def seal(self) -> Any:
        return ledger.seal_ledger(self.chance.randint(1, 9))


def account_of_hold(number: int) -> int | None:
    found = raw("SELECT account_id FROM ledger_hold WHERE id = %s", [number])
    return found[0][0] if found else None


def rewind() -> None:
    """Numbers that a refusal or a repetition has used up are given back: a list that is compared wants the same."""
    for table in ("ledger_account", "ledger_transfer", "ledger_entry", "ledger_hold", "ledger_holdend"):
        last = raw(f"SELECT COALESCE(MAX(id), 0) FROM {table}")[0][0]
        if postgres():
            raw(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last} + 1, false)")
        else:
            raw("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])


def lines(seed: int, steps: int) -> list[str]:
    """Do the list, close the month, publish the head; the answers, then every row of every table."""
    course = Course(seed)
    said = course.run(steps)
    over = NOW + timedelta(days=60)
    with patch("linli.ground.ledger.actions.chain.uuid4", course.uid):
        ledger.close_month(book=BOOK, month=NOW.date(), ends_at=over - timedelta(days=1), by=7, now=over)
    ledger.publish_head(now=over)
    while ledger.seal_ledger():
        pass
    walk = books.verify()
    assert (walk.broken, walk.unsealed) == (None, 0)
    return said + list(written()) + [json.dumps(line, sort_keys=True) for line in books.public_copy()]


def written() -> Iterator[str]:
    """Every row of every table of the ledger."""
    for model in MODELS:
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.order_by("pk").values(*names):
            yield json.dumps([model._meta.model_name, plain(row)], sort_keys=True, default=str)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Times in one way of writing them."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def elsewhere(url: str, data: Path, module: str, *argv: object) -> subprocess.Popen[str]:
    """Run a module of these tests on another database, in a process of its own."""
    environment = os.environ | {
        "DATABASE_URL": url, "LINLI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "linli.settings",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    words = [sys.executable, "-c", START, module, *map(str, argv)]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def suite_url() -> str:
    """The suite's own database, for other processes."""
    given = {
        key: str(value) for key, value in connection.settings_dict.items() if isinstance(value, str | int)
    }
    if not postgres():
        return f"sqlite:///{given['NAME']}"
    user = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}@{quote(given['HOST'], safe='')}{port}/{given['NAME']}"


def main() -> None:
    """SEED STEPS: prepare the database, do the list, print the lines."""
    call_command("migrate", "ledger", verbosity=0)
    print("\n".join(lines(int(sys.argv[1]), int(sys.argv[2]))))
    connection.close()
