"""What somebody does: one call of a real action that can be made again exactly, and the list of everything people do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulator.world import World

Do = Callable[[datetime], Any]


@dataclass(frozen=True)
class Act:
    """One call.

    ``keyed``: sent again, however late, it must give the same answer and do nothing. ``whole``: it is one
    transaction, and where it breaks nothing may be left. ``must``: "refused" or "done" where it must come out so.
    """

    words: str
    do: Do
    keyed: bool = False
    whole: bool = True
    must: str = ""
    hours: int = 0  # so long the clock moves afterwards


Make = Callable[["World"], Act | None]
STEPS: dict[str, tuple[float, Make]] = {}


def step(weight: float) -> Callable[[Make], Make]:
    """People do this so often, compared with the rest."""

    def keep(make: Make) -> Make:
        name = f"{make.__module__.rpartition('.')[2]}.{make.__name__}"
        assert name not in STEPS, name
        STEPS[name] = (weight, make)
        return make

    return keep


def same_answer(answer: Any) -> Any:
    """What of an answer must be the same when the call is made again."""
    if hasattr(answer, "pk"):
        return type(answer).__name__, answer.pk
    return getattr(answer, "transfer", None)
