"""Needs and where they come from."""

from linli.loop.ask.models.hearing import Batch, Concern, DiaryEntry, Finding, Patrol
from linli.loop.ask.models.needs import Extension, Need, Remark, Stop
from linli.loop.ask.models.rules import Category, Promise

__all__ = [
    "Batch",
    "Category",
    "Concern",
    "DiaryEntry",
    "Extension",
    "Finding",
    "Need",
    "Patrol",
    "Promise",
    "Remark",
    "Stop",
]
