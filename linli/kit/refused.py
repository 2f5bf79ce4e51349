"""A refusal: what an action foresaw, in words for people."""

from typing import Any


class Refused(Exception):
    """Raised by actions and kit readers for anything foreseen; pages and the API show its words.

    ``message`` may be a lazy translation; ``field`` names the form field it belongs to, if any.
    """

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)
