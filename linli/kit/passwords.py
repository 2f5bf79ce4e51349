"""Password rules that Django does not bring: three kinds of characters, none of the last few."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class ThreeKindsValidator:
    """At least three of: lower case, upper case, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when fewer than three kinds are there."""
        kinds = [
            any(char.islower() for char in password),
            any(char.isupper() for char in password),
            any(char.isdigit() for char in password),
            any(not char.isalnum() for char in password),
        ]
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_three_kinds")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Use at least three of: small letters, capital letters, digits, other signs.")


class NotUsedBeforeValidator:
    """Not one of the last few passwords of this account."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when the password is among the last ones."""
        if user is None or user.pk is None:
            return
        before = [user.password, *user.passwords_before.values_list("hash", flat=True)[: self.last]]
        if any(check_password(password, old) for old in before if old):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in words."""
        return ngettext(
            "Not the password used before.", "Not one of the last %(count)d passwords.", self.last
        ) % {"count": self.last}
