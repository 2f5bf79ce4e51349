"""A flow is drawn whole: every bar inside the picture, every band as thick as its share, the same each time."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engine.flow import Link, Node, Picture, Size, lay_out, short

WIDE, TALL = Size(960, 400), Size(360, 360, gap=6)
NODES = [
    Node("rent", 0),
    Node("gift", 0),
    Node("fund", 1),
    Node("meals", 2),
    Node("rest", 2),
    Node("idle", 2),
]
LINKS = [
    Link("rent", "fund", 800), Link("gift", "fund", 200), Link("fund", "meals", 600), Link("fund", "rest", 400),
]  # fmt: skip


def test_bars_are_as_thick_as_what_passes_through() -> None:
    picture = lay_out(NODES, LINKS, WIDE)
    found = {bar.key: (bar.column, bar.amount, bar.x, bar.width, bar.height) for bar in picture.bars}
    assert found == {
        "rent": (0, 800, 0, 14, 310.4), "gift": (0, 200, 0, 14, 77.6), "fund": (1, 1000, 473, 14, 388),
        "meals": (2, 600, 946, 14, 232.8), "rest": (2, 400, 946, 14, 155.2),
    }  # fmt: skip
    assert (picture.width, picture.height) == (960, 400)
    assert [(band.source, band.target, band.column) for band in picture.bands] == [
        ("rent", "fund", 0), ("gift", "fund", 0), ("fund", "meals", 1), ("fund", "rest", 1),
    ]  # fmt: skip


def test_a_band_fills_its_place_at_both_ends() -> None:
    band = lay_out(NODES, LINKS, WIDE).bands[0]
    assert band.path == "M14 0C243.5 0 243.5 6 473 6L473 316.4C243.5 316.4 243.5 310.4 14 310.4Z"


def test_downwards_it_is_the_same_turned() -> None:
    across, down = lay_out(NODES, LINKS, TALL), lay_out(NODES, LINKS, TALL, down=True)
    assert [(bar.x, bar.y, bar.width, bar.height) for bar in across.bars] == [
        (bar.y, bar.x, bar.height, bar.width) for bar in down.bars
    ]


def test_the_smallest_is_still_seen() -> None:
    nodes = [Node("a", 0), Node("b", 0), Node("fund", 1)]
    links = [Link("a", "fund", 10_000_000), Link("b", "fund", 1)]
    thin = next(bar for bar in lay_out(nodes, links, WIDE).bars if bar.key == "b")
    assert thin.height == 3


def test_nothing_at_all_is_an_empty_picture() -> None:
    assert lay_out([], [], WIDE) == Picture(960, 400, (), ())
    assert lay_out(NODES, [], WIDE).bars == ()


@pytest.mark.parametrize(
    "wrong",
    [
        [Link("rent", "nobody", 5)],
        [Link("fund", "rent", 5)],
        [Link("rent", "fund", 0)],
        [Link("rent", "fund", 5), Link("fund", "meals", 6)],
        [Link("rent", "gift", 5)],
    ],
)
def test_what_is_no_flow_is_refused(wrong: list[Link]) -> None:
    with pytest.raises(ValueError):
        lay_out(NODES, wrong, WIDE)


def test_too_many_bars_are_refused() -> None:
    nodes = [Node(f"n{n}", 0) for n in range(40)] + [Node("fund", 1)]
    with pytest.raises(ValueError, match="40 bars"):
        lay_out(nodes, [Link(f"n{n}", "fund", 1) for n in range(40)], WIDE)


def test_coordinates_are_short() -> None:
    assert [short(value) for value in (1.0, 1.25, -0.01, 943.96)] == ["1", "1.2", "0", "944"]


@st.composite
def flows(draw: st.DrawFn) -> list[Link]:
    """Sources into one fund, out again to up to eight targets, all of it."""
    came = draw(st.lists(st.integers(1, 10**12), min_size=1, max_size=4))
    total = sum(came)
    cuts = sorted(set(draw(st.lists(st.integers(1, max(1, total - 1)), max_size=7))) - {total})
    went = [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
    links = [Link(f"in{n}", "fund", fen) for n, fen in enumerate(came)]
    return links + [Link("fund", f"out{n}", fen) for n, fen in enumerate(went)]


@given(flows(), st.booleans())
def test_all_of_it_lies_inside_and_nothing_overlaps(links: list[Link], down: bool) -> None:
    nodes = [Node(f"in{n}", 0) for n in range(4)] + [Node("fund", 1)] + [Node(f"out{n}", 2) for n in range(8)]
    picture = lay_out(nodes, links, TALL, down=down)
    assert picture == lay_out(nodes, list(links), TALL, down=down)
    assert sum(bar.amount for bar in picture.bars if bar.column == 0) == sum(
        bar.amount for bar in picture.bars if bar.column == 2
    )
    for column in range(3):
        spans = [
            (bar.x, bar.x + bar.width) if down else (bar.y, bar.y + bar.height)
            for bar in picture.bars
            if bar.column == column
        ]
        assert all(-0.1 <= low < high <= 360.1 for low, high in spans)
        assert all(first[1] < second[0] for first, second in pairwise(spans))
    for band in picture.bands:
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", band.path)]
        assert len(numbers) == 16 and all(-0.1 <= number <= 360.1 for number in numbers)
