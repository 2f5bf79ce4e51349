"""Walking pages shows every row exactly once."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.ground.journal.models import Event, Tally
from linli.kit.keyset import page

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)
ORDERS = [("id",), ("-id",), ("day", "id"), ("-day", "id"), ("day", "-count", "id"), ("-count", "day", "-id")]


def enter(rows: list[tuple[int, int]]) -> None:
    """Counts of some days; ``code`` tells rows apart."""
    start = Tally.objects.count()
    Tally.objects.bulk_create(
        Tally(code=str(start + n), day=DAY + timedelta(days=day), measure="m", count=count)
        for n, (day, count) in enumerate(rows)
    )


def walk(order: tuple[str, ...], size: int) -> list[int]:
    seen: list[int] = []
    after = None
    while True:
        found = page(Tally.objects.all(), order=order, after=after, size=size)
        seen += [row.pk for row in found.rows]
        if found.after is None:
            return seen
        assert len(found.rows) == size
        after = found.after


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12)
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(rows=ROWS, order=st.sampled_from(ORDERS), size=st.integers(1, 5))
def test_every_row_once_in_order(rows: list[tuple[int, int]], order: tuple[str, ...], size: int) -> None:
    Tally.objects.all().delete()
    enter(rows)
    assert walk(order, size) == list(Tally.objects.order_by(*order).values_list("pk", flat=True))


@QUICK
@given(rows=ROWS, more=ROWS, order=st.sampled_from(ORDERS), size=st.integers(1, 4))
def test_rows_that_come_in_meanwhile_shift_nothing(
    rows: list[tuple[int, int]], more: list[tuple[int, int]], order: tuple[str, ...], size: int
) -> None:
    Tally.objects.all().delete()
    enter(rows)
    there = set(Tally.objects.values_list("pk", flat=True))
    seen: list[int] = []
    after, coming = None, list(more)
    while True:
        found = page(Tally.objects.all(), order=order, after=after, size=size)
        seen += [row.pk for row in found.rows]
        if found.after is None:
            break
        after = found.after
        enter(coming[:1])
        del coming[:1]
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    assert seen == [
        pk for pk in Tally.objects.order_by(*order).values_list("pk", flat=True) if pk in set(seen)
    ]


def test_a_page_is_one_query_of_one_row_more() -> None:
    enter([(0, n) for n in range(5)])
    first = page(Tally.objects.all(), order=("day", "id"), size=2)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(Tally.objects.all(), order=("day", "id"), after=first.after, size=2)
    assert len(asked) == 1
    assert "LIMIT 3" in asked[0]["sql"]


def token(names: object, values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps([names, values]).encode()).decode().rstrip("=")


NAMES = ["day", "id"]


@pytest.mark.parametrize(
    "bad",
    [
        "", "x", "????", "=", "a" * 5000, token(["id"], [1]), token(NAMES, [1]), token(NAMES, ["2026-03-05"]),
        token(NAMES, ["yesterday", 1]), token(NAMES, ["2026-03-05", "x"]), token(NAMES, [None, 1]),
        token(NAMES, ["2026-03-05", 10**30]), token(NAMES, [["2026-03-05"], 1]), token(NAMES, [{}, True]),
        token(1, 2),
        token(NAMES, ["2026-03-05' OR 1=1", 1]), token(NAMES, ["2026-03-05", float("inf")]),
    ],
)  # fmt: skip
def test_a_token_that_is_none_of_ours_gives_the_first_page(bad: str) -> None:
    enter([(n, n) for n in range(3)])
    first = page(Tally.objects.all(), order=("day", "id"), size=2)
    assert page(Tally.objects.all(), order=("day", "id"), after=bad, size=2) == first


@given(st.text(max_size=60))
@QUICK
def test_no_token_breaks_a_page(bad: str) -> None:
    assert page(Tally.objects.none(), order=("code", "-day", "id"), after=bad).rows == []


def test_text_with_a_nul_reaches_no_database() -> None:
    enter([(0, 0)])
    bad = token(["code", "id"], ["a\0b", 1])
    assert len(page(Tally.objects.all(), order=("code", "id"), after=bad).rows) == 1


def test_order_by_a_column_with_nulls_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="NULL"):
        page(Event.objects.all(), order=("need", "id"))
