"""This ledger through its public action: ``python -m bench.ledger_ours build | post SEED | pages``."""

import sys
import time
from random import Random
from statistics import quantiles
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connection

import bench.ready  # noqa: F401
from bench.ledger_loop import Act, say, serve
from bench.ledger_raw import BOOK, POINTS
from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Cause, Leg, Order, Who
from linli.ground.ledger.choices import Authority, Kind
from linli.ground.ledger.models import Account, Entry
from linli.kit import clock
from linli.kit.keyset import write_token
from linli.kit.turns import turn

MEMBERS, ENTRIES, FEW, AT_ONCE, ANEW = 2_000, 100_000, 100, 500, 5_000
WHO, CAUSE = Who(7, Authority.WORKER), Cause("gift", 1, 1)
HASTY = {"sqlite": "PRAGMA synchronous = OFF", "postgresql": "SET synchronous_commit = off"}
TIMES, WARM_UP = 400, 40


def opened(kind: str, key: str = "") -> Account:
    """One account of the book."""
    return ledger.open_account(book=BOOK, unit=POINTS, kind=kind, key=key, now=clock.now())


def book(*legs: tuple[Account, int]) -> None:
    """One transfer, as any other room asks for it."""
    order = Order(uid=uuid4(), book=BOOK, kind="gift", legs=[Leg(*leg) for leg in legs], who=WHO, cause=CAUSE)
    ledger.post(order=order, now=clock.now())


def build() -> None:
    """A pool, two thousand members with something to give, one with 100,000 entries and one with 100."""
    call_command("migrate", "ledger", verbosity=0)
    with connection.cursor() as cursor:  # what is lost while it is built is built again
        cursor.execute(HASTY[connection.vendor])
    issuer, pool = opened(Kind.ISSUER), opened(Kind.POOL)
    book((issuer, -(10**12)), (pool, 10**12))
    with turn():
        members = [opened(Kind.MEMBER, f"{number:05d}") for number in range(MEMBERS)]
    for begin in range(0, MEMBERS, AT_ONCE):
        some = members[begin : begin + AT_ONCE]
        book((pool, -(10**6) * len(some)), *((one, 10**6) for one in some))
    for key, count in (("much", ENTRIES), ("nothing much", FEW)):
        lone = opened(Kind.MEMBER, key)
        for number in range(count):
            sign = -1 if number % 3 == 2 else 1
            book((issuer, -sign), (lone, sign))
            if number % ANEW == 0:  # a server at work does so by itself, after a minute
                analyse()
    analyse()


def analyse() -> None:
    """Have the database count anew, so that it plans for what is there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def poster() -> tuple[Act, int | None]:
    """What one client does, and which process of the server does it for us."""
    kinds = {kind: list(Account.objects.filter(kind=kind, key__lt="m").order_by("id")) for kind in Kind}
    members, (pool,), (issuer,) = kinds[Kind.MEMBER], kinds[Kind.POOL], kinds[Kind.ISSUER]

    def act(shape: str, chance: Random) -> None:
        amount = chance.randint(1, 9)
        if shape == "members":
            one, other = chance.sample(members, 2)
        else:
            one, other = (pool if shape == "pool" else issuer), chance.choice(members)
        book((one, -amount), (other, amount))

    backend = connection.connection.info.backend_pid if connection.vendor == "postgresql" else None
    return act, backend


def pages() -> None:
    """Milliseconds of a statement's page: the first one and one deep inside, both members by turns."""
    asked = {}
    for name, key in (("100,000 entries", "much"), ("100 entries", "nothing much")):
        account = Account.objects.get(kind=Kind.MEMBER, key=key)
        last = Entry.objects.filter(account=account).order_by("-version")[0].version or 0
        middle = Entry.objects.get(account=account, version=last // 2)
        token = write_token(middle, [Entry._meta.get_field("version")])
        asked[name, "first"], asked[name, "deep"] = (account, None), (account, token)
    took: dict[tuple[str, str], list[float]] = {name: [] for name in asked}
    for number in range(TIMES + WARM_UP):
        for name, (account, after) in asked.items():
            begun = time.perf_counter()
            rows = books.statement(account, after=after).rows
            ended = time.perf_counter()
            if len(rows) != 30:
                raise AssertionError(f"{name}: {len(rows)} rows")
            if number >= WARM_UP:
                took[name].append((ended - begun) * 1000)
    say({f"{name}, {place}": cuts(values) for (name, place), values in took.items()})


def cuts(values: list[float]) -> dict[str, Any]:
    """p50 and p95."""
    found = quantiles(values, n=20)
    return {"p50": round(found[9], 3), "p95": round(found[18], 3)}


def main() -> None:
    """Build, post or page."""
    what = sys.argv[1]
    if what == "post":
        act, backend = poster()
        serve(act, int(sys.argv[2]), backend)
    else:
        {"build": build, "pages": pages}[what]()


if __name__ == "__main__":
    main()
