"""The fourth step's verbs: tasks of needs, bookings of care and their visits."""

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

__all__ = [
    "cancel_task",
    "check_task",
    "finish_task",
    "give_task",
    "hand_over",
    "keep_service",
    "start_task",
    "tick_step",
]
