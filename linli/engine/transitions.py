"""Every state machine of the house as one table per thing; one action moves each.

A table maps a state to the verbs that leave it and the state each leads to. ``move`` is the only reader:
it returns the next state or raises ``NotAllowed``, which actions turn into words.
"""

from collections.abc import Mapping
from typing import Final

Table = Mapping[str, Mapping[str, str]]


class NotAllowed(Exception):
    """The verb does not leave this state."""

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(f"{verb} is not possible from {state}")
        self.state = state
        self.verb = verb


NEED: Final[Table] = {
    "new": {"accept": "accepted", "refuse": "refused", "merge": "merged", "withdraw": "withdrawn"},
    "accepted": {
        "link": "linked",
        "run": "running",
        "done": "done",
        "refuse": "refused",
        "merge": "merged",
        "withdraw": "withdrawn",
    },
    "linked": {
        "run": "running",
        "unlink": "accepted",
        "done": "done",
        "withdraw": "withdrawn",
        "merge": "merged",
    },
    "running": {"done": "done", "unlink": "accepted", "withdraw": "withdrawn", "merge": "merged"},
    "done": {"close": "closed", "send_back": "running"},
    "closed": {"reopen": "reopened"},
    "reopened": {
        "link": "linked",
        "run": "running",
        "done": "done",
        "withdraw": "withdrawn",
        "merge": "merged",
    },
    "refused": {"reopen": "reopened"},
    "merged": {"split": "accepted"},
    "withdrawn": {"reopen": "reopened"},
}
NEED_OPEN: Final = frozenset({"new", "accepted", "linked", "running", "done", "reopened"})
NEED_RUNNING_CLOCK: Final = frozenset({"accepted", "linked", "running", "reopened"})
# Where a need stands on the ring: 1 ask, 2 link, 3 launch, 4 run, 5 evaluate.
NEED_STEP: Final[Mapping[str, int]] = {
    "new": 1,
    "accepted": 1,
    "reopened": 1,
    "refused": 1,
    "merged": 1,
    "withdrawn": 1,
    "linked": 2,
    "running": 4,
    "done": 4,
    "closed": 5,
}

MATCH: Final[Table] = {
    "proposed": {"accept": "accepted", "decline": "declined"},
    "accepted": {"release": "released", "keep": "kept"},
}

PROJECT: Final[Table] = {
    "draft": {"start": "running", "drop": "dropped"},
    "running": {"finish": "finished", "stop": "stopped"},
    "stopped": {"start": "running", "drop": "dropped"},
}

TASK: Final[Table] = {
    "given": {"start": "started", "finish": "done", "hand_over": "given", "cancel": "cancelled"},
    "started": {"finish": "done", "hand_over": "given", "cancel": "cancelled"},
    "done": {"check": "checked", "send_back": "started"},
}

FOLLOW_UP: Final[Table] = {
    "waiting": {"answer": "answered", "miss": "waiting", "give_up": "unreached"},
    "unreached": {"answer": "answered"},
}

FINDING: Final[Table] = {
    "found": {"recheck_gone": "gone", "recheck_still": "still"},
    "still": {"recheck_gone": "gone", "recheck_still": "still"},
}


# --- the time bank ------------------------------------------------------------------------------------

RULE: Final[Table] = {"draft": {"adopt": "adopted", "drop": "dropped"}}

MEMBER: Final[Table] = {
    "applied": {"check": "checked", "refuse": "refused", "leave": "left"},
    "checked": {"learn": "learned", "refuse": "refused", "leave": "left"},
    "learned": {"admit": "admitted", "refuse": "refused", "leave": "left"},
    "admitted": {"pause": "paused", "leave": "left"},
    "paused": {"resume": "admitted", "leave": "left"},
    "receives": {"apply": "applied", "leave": "left"},
    "refused": {"apply": "applied", "leave": "left"},
}

CLAIM: Final[Table] = {
    "waiting": {
        "confirm": "confirmed", "refuse": "refused", "freeze": "frozen", "correct": "corrected",
    },
    "confirmed": {
        "approve": "approved", "honour": "honour", "refuse": "refused", "freeze": "frozen", "correct": "corrected",
    },
    "approved": {"pay": "paid", "honour": "honour", "refuse": "refused", "freeze": "frozen", "correct": "corrected"},
    "frozen": {"thaw_waiting": "waiting", "thaw_confirmed": "confirmed", "thaw_approved": "approved",
               "thaw_paid": "paid", "thaw_honour": "honour", "refuse": "refused", "correct": "corrected"},
    "paid": {"correct": "corrected", "freeze": "frozen"},
    "honour": {"correct": "corrected", "freeze": "frozen"},
    "refused": {"correct": "corrected"},
}  # fmt: skip

PAYMENT: Final[Table] = {
    "held": {"take": "taken", "free": "freed", "freeze": "frozen"},
    "frozen": {"take": "taken", "free": "freed", "thaw": "held"},
}

ORDER: Final[Table] = {"held": {"collect": "collected", "cancel": "cancelled", "lapse": "lapsed"}}

DISPUTE: Final[Table] = {
    "open": {"answer": "answered", "decide": "decided", "withdraw": "withdrawn"},
    "answered": {"decide": "decided", "withdraw": "withdrawn"},
}

# --- bookings and visits ------------------------------------------------------------------------------

BOOKING: Final[Table] = {"open": {"end": "ended", "cancel": "cancelled"}}

VISIT: Final[Table] = {
    "open": {"take": "taken", "cancel": "cancelled", "miss": "missed"},
    "taken": {
        "start": "started",
        "give_back": "open",
        "cancel": "cancelled",
        "miss": "missed",
        "right": "ended",
    },
    "started": {"end": "ended", "right": "ended"},
    "ended": {"confirm": "confirmed"},
}


# --- the big bill: spending and corrections -----------------------------------------------------------

SIGNING: Final[Table] = {
    "waiting": {"sign": "signed", "pay": "paid", "refuse": "refused"},
    "signed": {"pay": "paid", "refuse": "refused"},
}


def move(table: Table, state: str, verb: str) -> str:
    """The state that ``verb`` leads to from ``state``; raises ``NotAllowed``."""
    try:
        return table[state][verb]
    except KeyError:
        raise NotAllowed(state, verb) from None


def verbs(table: Table, state: str) -> tuple[str, ...]:
    """The verbs that leave ``state``, in the order of the table."""
    return tuple(table.get(state, ()))
