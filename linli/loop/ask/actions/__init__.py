"""The first step's verbs: hear, raise, triage, keep the clock, load lists."""

from linli.loop.ask.actions.clock import extend, resume_clock, stop_clock
from linli.loop.ask.actions.hearing import begin_patrol, end_patrol, find, recheck, write_diary
from linli.loop.ask.actions.loading import load_rows, undo_batch
from linli.loop.ask.actions.moves import (
    close_need,
    mark_done,
    mark_linked,
    mark_running,
    mark_unlinked,
    reopen_need,
    send_back,
    set_excluded,
)
from linli.loop.ask.actions.raising import raise_need
from linli.loop.ask.actions.rules import end_promise, keep_category, set_promise
from linli.loop.ask.actions.telling import remark, respond, tell_askers
from linli.loop.ask.actions.triage import accept, merge, recategorise, refuse, split, withdraw

__all__ = [
    "accept",
    "begin_patrol",
    "close_need",
    "end_patrol",
    "end_promise",
    "extend",
    "find",
    "keep_category",
    "load_rows",
    "mark_done",
    "mark_linked",
    "mark_running",
    "mark_unlinked",
    "merge",
    "raise_need",
    "recategorise",
    "recheck",
    "refuse",
    "remark",
    "reopen_need",
    "respond",
    "resume_clock",
    "send_back",
    "set_excluded",
    "set_promise",
    "split",
    "stop_clock",
    "tell_askers",
    "undo_batch",
    "withdraw",
    "write_diary",
]
