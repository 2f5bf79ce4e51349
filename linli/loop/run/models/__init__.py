"""Service standards, tasks, bookings and visits."""

from linli.loop.run.models.tasks import Service, Task, TaskStep
from linli.loop.run.models.visits import Booking, DoorCard, Visit

__all__ = ["Booking", "DoorCard", "Service", "Task", "TaskStep", "Visit"]
