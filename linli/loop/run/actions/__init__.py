"""The fourth step's verbs: tasks of needs, bookings of care and their visits."""

from linli.loop.run.actions.bookings import book_care, cancel_booking, cancel_visit, plan_visits
from linli.loop.run.actions.cards import rotate_card
from linli.loop.run.actions.signing import confirm_due, confirm_visit, right_visit, sign_in, sign_out
from linli.loop.run.actions.tasks import (
    cancel_task,
    check_task,
    finish_task,
    give_task,
    hand_over,
    keep_service,
    start_task,
    tick_step,
)
from linli.loop.run.actions.visits import give_back, miss_due, miss_visit, take_visit

__all__ = [
    "book_care",
    "cancel_booking",
    "cancel_task",
    "cancel_visit",
    "check_task",
    "confirm_due",
    "confirm_visit",
    "finish_task",
    "give_back",
    "give_task",
    "hand_over",
    "keep_service",
    "miss_due",
    "miss_visit",
    "plan_visits",
    "right_visit",
    "rotate_card",
    "sign_in",
    "sign_out",
    "start_task",
    "take_visit",
    "tick_step",
]
