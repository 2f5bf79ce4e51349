"""The doors of single rooms: each module has ``DOORS`` rows as in test_doors.py, and ``world(town)``, which makes what fills their blanks."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from tests.factories import Neighbourhood

Row = tuple[str, tuple[str, ...], set[str]]


def rooms() -> Iterator[ModuleType]:
    """Every module of this folder, in order of name."""
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        yield import_module(f"{__name__}.{found.name}")


def all_doors() -> dict[str, Row]:
    """The rows of all rooms; an address stands in one of them."""
    merged: dict[str, Row] = {}
    for room in rooms():
        twice = sorted(set(merged) & set(room.DOORS))
        assert not twice, f"{room.__name__}: {twice} stand elsewhere too"
        merged |= room.DOORS
    return merged


def fill(town: Neighbourhood) -> dict[str, object]:
    """What fills the blanks of all rooms."""
    blanks: dict[str, object] = {}
    for room in rooms():
        made = room.world(town)
        twice = sorted(set(blanks) & set(made))
        assert not twice, f"{room.__name__}: {twice} are names of another room"
        blanks |= made
    return blanks


def told(door: str, blanks: dict[str, object]) -> dict[str, object]:
    """What a door asks to be told in its query or form, where its room says so (``TOLD``)."""
    for room in rooms():
        if door in getattr(room, "TOLD", {}):
            return dict(room.TOLD[door](blanks))
    return {}
