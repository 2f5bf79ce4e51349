"""A rule in plain words, in groups; two rules differ where their sentences do.

``groups_of`` is the sheet, ``differences`` lays two versions side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from linli.engine.points import Rule
from linli.web.desk.rules_lines import WRITERS, Names

TITLES = {
    "earning": gettext_lazy("What an hour gives"),
    "limits": gettext_lazy("Limits, and how long points keep"),
    "spending": gettext_lazy("What points are good for"),
    "receiving": gettext_lazy("For whom they can be used"),
    "joining": gettext_lazy("Who serves"),
    "approval": gettext_lazy("Confirming and approving"),
    "honesty": gettext_lazy("What is looked at twice"),
    "ends": gettext_lazy("Leaving, and the reserve"),
}


@dataclass(frozen=True)
class Line:
    """One sentence of the sheet."""

    key: str
    words: str


@dataclass(frozen=True)
class Group:
    """Sentences that belong together."""

    key: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Difference:
    """A sentence in both versions; "" where a version does not have it."""

    key: str
    before: str
    after: str


def groups_of(rule: Rule, names: Names) -> list[Group]:
    """The sheet of a rule; ``names`` are those of services by code."""
    return [
        Group(key, str(TITLES[key]), [Line(*sentence) for sentence in write(rule, names)])
        for key, write in WRITERS.items()
    ]


def differences(before: Rule, after: Rule, names: Names) -> list[tuple[str, list[Difference]]]:
    """What two versions say differently, by group; groups that say the same are left out."""
    found = []
    for old, new in zip(groups_of(before, names), groups_of(after, names), strict=True):
        was, is_ = ({line.key: line.words for line in group.lines} for group in (old, new))
        keys = list(dict.fromkeys([*was, *is_]))
        rows = [
            Difference(key, was.get(key, ""), is_.get(key, ""))
            for key in keys
            if was.get(key) != is_.get(key)
        ]
        if rows:
            found.append((new.title, rows))
    return found
