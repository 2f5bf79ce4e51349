"""Answers one database's requests, timed: a line of JSON in, a line of JSON out. Started by bench/needs.py."""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import bench.ready  # noqa: F401
from bench.words import HEAD, NEVER_MEET, RARE
from linli.ground.journal.queries import events_of_need, to_tell
from linli.ground.people.access import areas_for, stems_for
from linli.ground.people.models import Person, User
from linli.ground.people.queries import birthdays_soon, search_people
from linli.kit.keyset import page
from linli.loop.ask.access import need_for, needs_for
from linli.loop.ask.models import Need
from linli.loop.ask.queries import (
    ROW_PARTS,
    alike_to,
    duplicate_groups,
    remarks_of,
    rounds,
    search,
    tab,
    tab_counts,
)
from linli.loop.evaluate.queries import due_follow_ups, follow_ups_of, rates, rates_by_area
from linli.loop.link.queries import candidates, matches_of
from linli.loop.run.queries import appointments, tasks_of, to_check

COMMON = HEAD[:12]


class Viewer:
    """One login with what it may see."""

    def __init__(self, login: str) -> None:
        self.user = User.objects.select_related("person").get(username=login)
        self.me: Person = self.user.person
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.client = Client(raise_request_exception=True, SERVER_NAME="127.0.0.1")
        self.client.force_login(self.user)
        numbers = needs_for(self.me, on=self.today).order_by("-id").values_list("no", flat=True)
        self.numbers = [*numbers[:100], *numbers[1000:1100]]

    def stems(self, verb: str) -> tuple[str, ...]:
        """Where the viewer may do something."""
        return stems_for(self.me, verb, on=self.today)

    def number(self, turn: int) -> str:
        """A need of the viewer's areas, another one each turn."""
        return self.numbers[turn * 7 % len(self.numbers)]


@cache
def viewer(login: str) -> Viewer:
    """Each login once."""
    return Viewer(login)


def today(who: Viewer, turn: int) -> None:
    """What stands on the worker's home page."""
    needs = needs_for(who.me, on=who.today).select_related(*ROW_PARTS)
    for name in ("late", "near", "new"):
        list(tab(needs, name, now=who.now).order_by("sort_at", "id")[:9])
    tab_counts(needs_for(who.me, on=who.today), now=who.now)
    list(due_follow_ups(who.stems("followup.see"), on=who.today)[:9])
    list(
        appointments(
            who.stems("task.see"), first=who.now - timedelta(hours=8), last=who.now + timedelta(hours=8)
        )[:9]
    )
    list(to_check(who.stems("task.check"))[:9])
    areas = list(areas_for(who.me, "patrol.walk", on=who.today))
    rounds(areas, day=who.today)
    list(to_tell(area.stem for area in areas)[:9])
    birthdays_soon(who.stems("person.see"), on=who.today)


def triage(who: Viewer, turn: int) -> None:
    """The counts and one page of a tab, another tab each turn."""
    rows = needs_for(who.me, on=who.today)
    tab_counts(rows, now=who.now)
    name = ("open", "new", "late", "near", "check", "all")[turn % 6]
    shown = tab(rows, name, now=who.now).select_related(*ROW_PARTS)
    page(shown, order=("-id",) if name == "all" else ("sort_at", "id"))


def deeper(who: Viewer, turn: int) -> None:
    """The fourth page of a list, by keyset."""
    after = None
    shown = tab(needs_for(who.me, on=who.today), ("open", "all")[turn % 2], now=who.now).select_related(
        *ROW_PARTS
    )
    for _page in range(4):
        after = page(shown, order=("sort_at", "id") if turn % 2 == 0 else ("-id",), after=after).after


def one_need(who: Viewer, turn: int) -> None:
    """A need with its story and what is like it."""
    need = need_for(who.me, no=who.number(turn), on=who.today)
    list(events_of_need(need.pk))
    remarks_of(need)
    for rows in (matches_of(need), tasks_of(need), follow_ups_of(need)):
        list(rows)
    alike_to(need)
    candidates(need, on=who.today)


def three_rates(who: Viewer, turn: int) -> None:
    """The rates of an area over a quarter, and of its parts."""
    stem = who.stems("rates.see")[0]
    first = who.today - timedelta(days=90)
    rates(stem, first, who.today)
    rates_by_area(areas_for(who.me, "rates.see", on=who.today), first, who.today)


def same(who: Viewer, turn: int) -> None:
    """What may be the same."""
    duplicate_groups(needs_for(who.me, on=who.today))


QUERY = {
    "common": lambda turn: COMMON[turn % len(COMMON)],
    "two common": lambda turn: COMMON[turn % len(COMMON)] + " " + COMMON[(turn + 1) % len(COMMON)],
    "never meet": lambda turn: " ".join(NEVER_MEET),
    "rare": lambda turn: RARE,
    "nowhere": lambda turn: "鼋鼍龟鳖",
}


def text_of(kind: str, who: Viewer, turn: int) -> str:
    """What is typed into the search box."""
    return who.number(turn) if kind == "number" else QUERY[kind](turn)


def searching(kind: str) -> Callable[[Viewer, int], None]:
    """A search of one kind."""

    def look(who: Viewer, turn: int) -> None:
        text = text_of(kind, who, turn)
        search(who.stems("need.see"), text, limit=31)
        search_people(who.stems("person.see"), text, limit=12)

    return look


QUERIES: dict[str, Callable[[Viewer, int], None]] = {
    "today": today, "triage": triage, "triage, page 4": deeper, "need": one_need, "rates": three_rates, "same": same,
    **{f"search, {kind}": searching(kind) for kind in (*QUERY, "number")},
}  # fmt: skip


PARTS = (("response", "no"), ("satisfaction", "yes"), ("resolution", "all"), ("response", "all"))


def rows_address(who: Viewer, turn: int) -> str:
    """The rows behind a number of a quarter that is long over."""
    rate, part = PARTS[turn % len(PARTS)]
    first, last = who.today - timedelta(days=290), who.today - timedelta(days=200)
    return f"{reverse('board:rates_rows')}?rate={rate}&part={part}&period=custom&first={first}&last={last}"


def address(page_name: str, who: Viewer, turn: int) -> str:
    """Where the page of a name is."""
    if page_name == "today":
        return reverse("desk:today")
    if page_name == "triage":
        return f"{reverse('desk:triage')}?tab={('open', 'new', 'late', 'near', 'check', 'all')[turn % 6]}"
    if page_name == "same":
        return f"{reverse('desk:triage')}?tab=same"
    if page_name == "need":
        return reverse("desk:need", args=[who.number(turn)])
    if page_name == "rates, rows":
        return rows_address(who, turn)
    if page_name == "rates":
        return reverse("board:rates")
    kind = page_name.removeprefix("search, ")
    return f"{reverse('desk:search')}?q={text_of(kind, who, turn)}"


def get(page_name: str, who: Viewer, turn: int) -> None:
    """A whole request: middleware, queries, templates."""
    answer = who.client.get(address(page_name, who, turn))
    if answer.status_code != 200:
        raise RuntimeError(f"{page_name} for {who.user.username}: {answer.status_code}")


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of one request."""
    who, name, turn = viewer(asked["login"]), asked["name"], asked["turn"]
    act = (lambda: get(name, who, turn)) if asked["kind"] == "page" else lambda: QUERIES[name](who, turn)
    began = time.perf_counter()
    act()
    return {"ms": (time.perf_counter() - began) * 1000}


def facts() -> dict[str, Any]:
    """What the database holds."""
    return {"vendor": connection.vendor, "needs": Need.objects.count()}


def main() -> None:
    """Answer until the other side hangs up."""
    print(json.dumps(facts()), flush=True)
    for line in sys.stdin:
        try:
            told = answer(json.loads(line))
        except Exception as error:  # whatever goes wrong belongs into the parent's report
            told = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
