"""The ring: five arcs, one per step of the loop; geometry and words, no templates.

Drawn clockwise from twelve o'clock. Angles in degrees, lengths in units of a 100 x 100 view box.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CENTRE: Final = 50.0
GAP: Final = 12.0  # between two arcs
ROW_SIZE: Final = 30  # px: up to here no characters are drawn
FULL_TURN: Final = 360.0


@dataclass(frozen=True)
class Step:
    """One of the five: its number, its character, its name, its short name in a line."""

    number: int
    char: str
    name: Any


STEPS: Final = (
    Step(1, "问", gettext_lazy("Asking")),
    Step(2, "链", gettext_lazy("Linking")),
    Step(3, "立", gettext_lazy("Launching")),
    Step(4, "运", gettext_lazy("Doing")),
    Step(5, "评", gettext_lazy("Checking")),
)


NAMES: Final = ("ask", "link", "launch", "run", "evaluate")


def hue_of(given: Any) -> int:
    """The number of a step's hue, 1 to 5, from its number or the name of its app; 0 for anything else."""
    said = str(given or "")
    if said in NAMES:
        return NAMES.index(said) + 1
    return int(said) if said in {"1", "2", "3", "4", "5"} else 0


@dataclass(frozen=True)
class Arc:
    """One arc as the template draws it; ``x``/``y`` is the middle of the arc, where its character stands."""

    step: Step
    path: str
    drawn: bool
    current: bool
    x: float
    y: float
    count: Any = None
    label: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Drawing:
    """A whole ring, ready to be drawn."""

    arcs: list[Arc]
    outer: str
    words: str
    size: int
    lap: int
    step: int
    width: float
    char: str = ""


def point(angle: float, radius: float) -> tuple[float, float]:
    """A point on a circle round the centre; 0 degrees is at the top, clockwise."""
    turn = radians(angle - 90)
    return round(CENTRE + radius * cos(turn), 2), round(CENTRE + radius * sin(turn), 2)


def arc_path(start: float, end: float, radius: float) -> str:
    """The SVG path of an arc from ``start`` to ``end`` degrees, less than a full turn."""
    (x1, y1), (x2, y2) = point(start, radius), point(end, radius)
    large = 1 if end - start > FULL_TURN / 2 else 0
    return f"M{x1} {y1}A{radius} {radius} 0 {large} 1 {x2} {y2}"


def span(number: int, gap: float = GAP) -> tuple[float, float]:
    """From where to where the arc of a step (1 to 5) runs."""
    each = FULL_TURN / len(STEPS)
    return (number - 1) * each + gap / 2, number * each - gap / 2


def words_of(step: int, lap: int = 1) -> str:
    """What the ring says to somebody who cannot see it."""
    if not 1 <= step <= len(STEPS):
        return _("Not on its way yet")
    said = _("Step {step} of {all}: {name}").format(step=step, all=len(STEPS), name=STEPS[step - 1].name)
    return said if lap < 2 else _("{said}, lap {lap}").format(said=said, lap=lap)


def draw(step: int = 0, lap: int = 1, size: int = 64) -> Drawing:
    """The progress of one thing: arcs up to ``step`` drawn, a thin outer ring once a lap was completed."""
    small = size <= ROW_SIZE
    gap, width = (26.0, 17.0) if small else (GAP + 4, 10.0)
    radius = (33.0 if lap > 1 else 40.0) if small else 38.0
    arcs = []
    for each in STEPS:
        start, end = span(each.number, gap)
        x, y = point((start + end) / 2, radius)
        arcs.append(Arc(each, arc_path(start, end, radius), each.number <= step, each.number == step, x, y))
    outer = arc_path(2, FULL_TURN - 2, 47.0 if small else 48.0) if lap > 1 else ""
    char = STEPS[step - 1].char if not small and 1 <= step <= len(STEPS) else ""
    return Drawing(arcs, outer, words_of(step, lap), size, lap, step, width, char)


def read(item: Any, name: str, default: Any = None) -> Any:
    """A value of a dict or of any other object."""
    return item.get(name, default) if isinstance(item, dict) else getattr(item, name, default)


def draw_links(items: Iterable[Any], *, radius: float = 38.0, width: float = 17.0) -> list[Arc]:
    """Arcs that are links (the rail, the board), each where its step stands on the ring.

    Each item (a dict or an object) has url, and where known hue (1 to 5, or ask ... evaluate), char, label,
    count, note, current. Without a hue its place in the list says which step it is.
    """
    arcs = []
    for place, item in enumerate(items, start=1):
        step = STEPS[(hue_of(read(item, "hue")) or min(place, len(STEPS))) - 1]
        start, end = span(step.number, 1.52 * width + 4)  # round ends reach half a width further
        x, y = point((start + end) / 2, radius)
        named = Step(step.number, str(read(item, "char") or step.char), step.name)
        current, count = bool(read(item, "current")), read(item, "count")
        label, note = str(read(item, "label") or step.name), str(read(item, "note") or "")
        url = str(read(item, "url") or "")
        arcs.append(Arc(named, arc_path(start, end, radius), True, current, x, y, count, label, note, url))
    return arcs


def face_of(name: str) -> dict[str, Any]:
    """A face of two strokes in two of the ring's hues, always the same for the same name."""
    seed = sum(ord(letter) * (place + 3) for place, letter in enumerate(name))
    first = seed % 5
    second = (first + 1 + seed // 5 % 4) % 5
    tilt = seed // 20 % 30 - 15
    (hx1, hy1), (hx2, hy2) = point(-108 + tilt, 34), point(72 + tilt, 34)
    smile = 20 + seed // 7 % 8
    (sx1, sy1), (sx2, sy2) = point(128, smile), point(232, smile)
    return {
        "hair": f"M{hx1} {hy1}A34 34 0 0 1 {hx2} {hy2}",
        "smile": f"M{sx1} {sy1}A{smile} {smile} 0 0 1 {sx2} {sy2}",
        "first": first + 1,
        "second": second + 1,
    }
