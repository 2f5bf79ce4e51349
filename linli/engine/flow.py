"""A flow picture (Sankey): amounts that pass through columns of nodes, as bars and the bands between them.

Plain geometry: the caller says what flows where and how large the picture is; back come rectangles and path data in
rounded coordinates. ``down`` lets it flow from top to bottom instead of from left to right, for narrow screens.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A place that money comes to, stands at or leaves from; columns count from 0."""

    key: str
    column: int


@dataclass(frozen=True)
class Link:
    """``amount`` (whole, above zero) goes from one node to one in a later column."""

    source: str
    target: str
    amount: int


@dataclass(frozen=True)
class Bar:
    """A node as a rectangle; ``amount`` is all that passes through it."""

    key: str
    column: int
    amount: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Band:
    """A link as a closed path, and the column it leaves from."""

    source: str
    target: str
    amount: int
    column: int
    path: str


@dataclass(frozen=True)
class Picture:
    """The whole, in the units it was asked for."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Size:
    """``along`` the flow and ``across`` it; how ``thick`` a bar is, the ``gap`` between two, the ``least`` they measure."""

    along: float
    across: float
    thick: float = 14.0
    gap: float = 12.0
    least: float = 3.0


@dataclass(frozen=True)
class Plan:
    """What has been worked out before anything is drawn: amounts and spans by node, where each column begins."""

    nodes: Mapping[str, Node]
    amounts: Mapping[str, int]
    spans: Mapping[str, tuple[float, float]]
    starts: Sequence[float]
    size: Size
    down: bool


def lay_out(nodes: Iterable[Node], links: Iterable[Link], size: Size, *, down: bool = False) -> Picture:
    """Lay out a flow. Nodes keep the order they are given in; those that nothing passes through are left out.

    One scale holds for all bars (but none is thinner than ``least``), each column stands in the middle. Raises
    ``ValueError`` for a link that names no node, does not go on to a later column or moves nothing, for a node where
    more goes out than came in or the other way round, and where the columns do not fit.
    """
    given, moved = list(nodes), list(links)
    amounts = passing(given, moved)
    columns = [
        [node for node in given if node.column == column and amounts[node.key]]
        for column in range(max((node.column for node in given), default=-1) + 1)
    ]
    scale = min(
        (scale_of([amounts[node.key] for node in column], size) for column in columns if column), default=1.0
    )
    spans: dict[str, tuple[float, float]] = {}
    for column in columns:
        spans |= spread(column, amounts, scale, size)
    plan = Plan({node.key: node for node in given}, amounts, spans, places(len(columns), size), size, down)
    bars = tuple(bar_of(node, plan) for column in columns for node in column)
    width, height = (size.across, size.along) if down else (size.along, size.across)
    return Picture(width, height, bars, tuple(bands_of(moved, plan)))


def passing(nodes: Sequence[Node], links: Sequence[Link]) -> dict[str, int]:
    """What passes through each node; refuses what is no flow."""
    column = {node.key: node.column for node in nodes}
    came, went = dict.fromkeys(column, 0), dict.fromkeys(column, 0)
    for link in links:
        if link.source not in column or link.target not in column:
            raise ValueError(f"a link between nodes that are not there: {link.source} -> {link.target}")
        if column[link.target] <= column[link.source] or link.amount <= 0:
            raise ValueError(f"a link goes on, and moves something: {link.source} -> {link.target}")
        went[link.source] += link.amount
        came[link.target] += link.amount
    for key in column:
        if came[key] and went[key] and came[key] != went[key]:
            raise ValueError(f"{key}: {came[key]} came, {went[key]} went")
    return {key: max(came[key], went[key]) for key in column}


def scale_of(amounts: Sequence[int], size: Size) -> float:
    """Units of the picture for one of amount, so that a column fits although small ones are drawn too thick."""
    room = size.across - size.gap * (len(amounts) - 1)
    if room < size.least * len(amounts):
        raise ValueError(f"{len(amounts)} bars do not fit into {size.across}")
    large = sorted(amounts)
    scale = room / sum(large)
    while large and large[0] * scale < size.least:
        large.pop(0)
        room -= size.least
        scale = room / sum(large) if large else scale
    return scale


def spread(
    column: Sequence[Node], amounts: Mapping[str, int], scale: float, size: Size
) -> dict[str, tuple[float, float]]:
    """From where to where each node of a column reaches across the flow."""
    breadths = [max(size.least, amounts[node.key] * scale) for node in column]
    at = (size.across - sum(breadths) - size.gap * (len(column) - 1)) / 2
    found = {}
    for node, breadth in zip(column, breadths, strict=True):
        found[node.key] = (at, at + breadth)
        at += breadth + size.gap
    return found


def places(columns: int, size: Size) -> list[float]:
    """Where along the flow each column begins: the first at the edge, the last ending at the other."""
    step = (size.along - size.thick) / max(1, columns - 1)
    return [step * column for column in range(columns)]


def bar_of(node: Node, plan: Plan) -> Bar:
    """The rectangle of a node."""
    low, high = plan.spans[node.key]
    along, across = (plan.starts[node.column], plan.size.thick), (low, high - low)
    (x, width), (y, height) = (across, along) if plan.down else (along, across)
    where = [round(value, 1) for value in (x, y, width, height)]
    return Bar(node.key, node.column, plan.amounts[node.key], *where)


def bands_of(links: Sequence[Link], plan: Plan) -> Iterable[Band]:
    """The bands, each at its place in both bars: in the order of the bars they come from or lead to."""
    order = {key: place for place, key in enumerate(plan.nodes)}
    leaving = cut(links, plan, lambda link: (link.source, order[link.target]))
    arriving = cut(links, plan, lambda link: (link.target, order[link.source]))
    for number in sorted(range(len(links)), key=lambda n: (order[links[n].source], order[links[n].target])):
        link = links[number]
        column = plan.nodes[link.source].column
        begin, end = plan.starts[column] + plan.size.thick, plan.starts[plan.nodes[link.target].column]
        path = band_path(begin, end, leaving[number], arriving[number], plan.down)
        yield Band(link.source, link.target, link.amount, column, path)


def cut(
    links: Sequence[Link], plan: Plan, place: Callable[[Link], tuple[str, int]]
) -> list[tuple[float, float]]:
    """The part of a bar that each link takes; ``place`` names the bar and where in its order."""
    found: list[tuple[float, float]] = [(0.0, 0.0)] * len(links)
    used: dict[str, int] = {}
    for number in sorted(range(len(links)), key=lambda n: place(links[n])):
        key = place(links[number])[0]
        low, high = plan.spans[key]
        share = (high - low) / plan.amounts[key]
        before = used.get(key, 0)
        used[key] = before + links[number].amount
        found[number] = (low + before * share, low + used[key] * share)
    return found


def band_path(
    begin: float, end: float, leaving: tuple[float, float], arriving: tuple[float, float], down: bool
) -> str:
    """A closed path of two smooth curves between two bars."""

    def point(along: float, across: float) -> str:
        x, y = (across, along) if down else (along, across)
        return f"{short(x)} {short(y)}"

    middle = (begin + end) / 2
    there = f"C{point(middle, leaving[0])} {point(middle, arriving[0])} {point(end, arriving[0])}"
    back = f"C{point(middle, arriving[1])} {point(middle, leaving[1])} {point(begin, leaving[1])}"
    return f"M{point(begin, leaving[0])}{there}L{point(end, arriving[1])}{back}Z"


def short(value: float) -> str:
    """A coordinate with one decimal, none where it is whole; never "-0"."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
