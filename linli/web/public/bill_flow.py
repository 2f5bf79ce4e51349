"""The flow picture of the bill: drawn once across for a desk, once downwards for a phone, with the table behind it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.commons.fund import queries
from linli.commons.fund.choices import Source, Use, What, yuan
from linli.commons.fund.queries import View
from linli.engine.flow import Picture, Size, lay_out
from linli.web.parts.bill import address, money
from linli.web.public.bill_shown import HUES

WIDTH, LABELS = 960.0, 196.0  # of the picture for a desk, and what is kept free on its right for words
ROW, LOWEST = 66.0, 320.0
TURN = (5, 1, 2, 3, 4)
NAME_LENGTH = 9


@dataclass(frozen=True)
class Place:
    """What a node of the picture is: its words, where its figure leads, its hue (0: what just lies there)."""

    name: str
    view: View
    hue: int


def places_of(flow: Any, targets: list[Any]) -> dict[str, Place]:
    """Every node that is drawn, by key."""
    drawn = {link.target for link in flow.links}
    own = [target for target in targets if f"to-{target.pk}" in drawn]
    rest = tuple(target.pk for target in targets if f"to-{target.pk}" not in drawn)
    found = {
        queries.FUND: Place(_("The fund"), View(What.IN), 0),
        queries.FREE: Place(_("Not set aside yet"), View(What.FREE), 0),
        queries.LEFT: Place(_("Not spent yet"), View(What.NOW), 0),
        "to-rest": Place(_("Others together"), View(What.SET, targets=rest), 0),
    }
    for source in Source:
        found[f"in-{source.value}"] = Place(str(source.label), View(What.IN, source=source), HUES[source])
    for number, target in enumerate(own):
        view = View(What.SET, targets=(target.pk,))
        found[f"to-{target.pk}"] = Place(str(target), view, TURN[number % len(TURN)])
    for use in Use:
        found[f"out-{use.value}"] = Place(str(use.label), View(What.OUT, use=use), 5)
    return found


def link_view(link: Any, places: dict[str, Place]) -> View:
    """The lines behind one band."""
    if link.target == queries.FUND:
        return places[link.source].view
    if link.source == queries.FUND:
        return places[link.target].view
    if link.source == queries.FREE:
        return View(What.FREE)
    targets = places[link.source].view.targets
    if link.target == queries.LEFT:
        return View(What.POT, targets=targets)
    return View(What.OUT, targets=targets, use=link.target.removeprefix("out-"))


def hue_of(band: Any, places: dict[str, Place]) -> int:
    """A band has the hue of where it comes from; out of the fund, of where it goes."""
    return places[band.target if band.source == queries.FUND else band.source].hue


def drawn(picture: Picture, places: dict[str, Place], code: str) -> dict[str, Any]:
    """Bars and bands as the template draws them."""
    bars = [
        {
            "key": bar.key, "column": bar.column, "x": bar.x, "y": bar.y, "width": bar.width, "height": bar.height,
            "name": places[bar.key].name, "fen": bar.amount, "hue": places[bar.key].hue,
            "short": places[bar.key].name[:NAME_LENGTH] + "…" * (len(places[bar.key].name) > NAME_LENGTH),
            "url": address(code, places[bar.key].view), "words": yuan(bar.amount), "money": money(bar.amount, address(code, places[bar.key].view)),
            "text_x": bar.x + bar.width + 10, "text_y": bar.y + bar.height / 2,
        }
        for bar in picture.bars
    ]  # fmt: skip
    bands = [
        {"path": band.path, "hue": hue_of(band, places), "column": band.column} for band in picture.bands
    ]
    return {"bars": bars, "bands": bands, "width": picture.width, "height": picture.height}


def columns_of(down: dict[str, Any], depth: float) -> list[dict[str, Any]]:
    """The picture for a phone in pieces: the words of a column in full size, and below them what flows on."""
    titles = (_("Where it comes from"), _("Everybody's money"), _("Set aside for"), _("What became of it"))
    last = max((bar["column"] for bar in down["bars"]), default=-1)
    return [
        {
            "title": titles[column],
            "bars": [bar for bar in down["bars"] if bar["column"] == column],
            "ends": [bar for bar in down["bars"] if bar["column"] in {column, column + 1}],
            "bands": [band for band in down["bands"] if band["column"] == column],
            "top": round(depth * column, 1),
            "flows": column < last,
        }
        for column in range(last + 1)
    ]


def flow_picture(code: str, flow: Any, targets: list[Any]) -> dict[str, Any]:
    """Everything the flow's template needs; empty where nothing has come in yet."""
    places = places_of(flow, targets)
    drawn_keys = {key for link in flow.links for key in (link.source, link.target)}
    most = max(
        (sum(node.column == n and node.key in drawn_keys for node in flow.nodes) for n in range(4)), default=0
    )
    tall = max(LOWEST, most * ROW)
    wide = Size(WIDTH - LABELS, tall, thick=12, gap=40, least=4)
    across = drawn(lay_out(flow.nodes, flow.links, wide), places, code) | {"width": WIDTH}
    small = Size(along=3 * 84 + 10, across=354, thick=10, gap=5, least=4)
    down = drawn(lay_out(flow.nodes, flow.links, small, down=True), places, code)
    rows = [
        {
            "source": places[link.source].name,
            "target": places[link.target].name,
            "money": money(link.amount, address(code, link_view(link, places))),
        }
        for link in flow.links
    ]
    return {
        "across": across,
        "columns": columns_of(down, 84),
        "rows": rows,
        "depth": 94,
        "agrees": flow.agrees,
    }
