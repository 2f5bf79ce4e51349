"""The flow of a fund's money since the beginning: where it came from, what it was set aside for, what it became."""

from dataclasses import dataclass

from linli.commons.fund.choices import Source, Use
from linli.commons.fund.models import Fund, Target
from linli.commons.fund.queries.lines import spent_by_target
from linli.commons.fund.queries.sums import Moved, Standing
from linli.engine.flow import Link, Node

FUND, FREE, LEFT = "fund", "free", "left"
MOST = 6  # targets that are drawn one by one


@dataclass(frozen=True)
class Flow:
    """Nodes in four columns and links between them; ``agrees``: lines and ledger come to the same."""

    nodes: list[Node]
    links: list[Link]
    agrees: bool


def flow_of(fund: Fund, stands: Standing, all_time: Moved, targets: list[Target]) -> Flow:
    """Sources, the fund, targets, uses; what is left of each target, and what is not set aside, flows into "left"."""
    pairs = spent_by_target(fund)
    drawn = drawn_as(targets, stands, pairs)
    links = [Link(f"in-{source}", FUND, fen) for source, fen in in_order(all_time.came, Source.values)]
    for key in dict.fromkeys(drawn.values()):
        mine = [target.pk for target in targets if drawn[target.pk] == key]
        left = sum(stands.pots.get(pk, 0) for pk in mine)
        spent: dict[str, int] = {}
        for (pk, use), fen in pairs.items():
            if pk in mine:
                spent[use] = spent.get(use, 0) + fen
        if aside := left + sum(spent.values()):
            links.append(Link(FUND, key, aside))
        links += [Link(key, f"out-{use}", fen) for use, fen in in_order(spent, Use.values)]
        links += [Link(key, LEFT, left)] * bool(left)
    if stands.free:
        links += [Link(FUND, FREE, stands.free), Link(FREE, LEFT, stands.free)]
    columns = (
        [f"in-{source}" for source in Source.values], [FUND], [*dict.fromkeys(drawn.values()), FREE],
        [*(f"out-{use}" for use in Use.values), LEFT],
    )  # fmt: skip
    nodes = [Node(key, number) for number, column in enumerate(columns) for key in column]
    by_use: dict[str, int] = {}
    for (_pk, use), fen in pairs.items():
        by_use[use] = by_use.get(use, 0) + fen
    agrees = all_time.all_came - all_time.all_spent == stands.now and by_use == all_time.spent
    return Flow(nodes, links if agrees else [], agrees)


def drawn_as(targets: list[Target], stands: Standing, pairs: dict[tuple[int, str], int]) -> dict[int, str]:
    """The node of each target: its own for the largest, one together for the rest."""
    sizes = {target.pk: stands.pots.get(target.pk, 0) for target in targets}
    for (pk, _use), fen in pairs.items():
        sizes[pk] += fen
    largest = sorted(sizes, key=lambda pk: (-sizes[pk], pk))[: MOST if len(sizes) > MOST + 1 else MOST + 1]
    return {target.pk: f"to-{target.pk}" if target.pk in largest else "to-rest" for target in targets}


def in_order(amounts: dict[str, int], order: list[str]) -> list[tuple[str, int]]:
    """Amounts in the order of their choices, those above zero."""
    return [(key, amounts[key]) for key in order if amounts.get(key, 0) > 0]
