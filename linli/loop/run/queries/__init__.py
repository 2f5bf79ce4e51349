"""Read the fourth step: tasks here, bookings and visits in ``queries.visits``."""

from linli.loop.run.queries.tasks import (
    OPEN,
    appointments,
    service_for,
    services,
    steps_of,
    tasks_of,
    to_check,
)

__all__ = [
    "OPEN",
    "appointments",
    "service_for",
    "services",
    "steps_of",
    "tasks_of",
    "to_check",
]
