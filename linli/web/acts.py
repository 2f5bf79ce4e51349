"""What every page does with an action: call it once, and put a refusal where the reader sees it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from linli.kit.refused import Refused

Result = TypeVar("Result")


def attempt(
    request: HttpRequest, act: Callable[[], Result], *, form: forms.Form | None = None, done: Any = None
) -> Result | None:
    """The action's result, or None when it was refused.

    A refusal goes to the form's field it names, else to the form, else (no form) to the messages of the next
    page. ``done`` is said when it worked. What was typed stays in the form.
    """
    try:
        result = act()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
    if done:
        messages.success(request, str(done))
    return result
