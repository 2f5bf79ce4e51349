"""Words of the fourth step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where a task stands."""

    GIVEN = "given", _("Given")
    STARTED = "started", _("Begun")
    DONE = "done", _("Done, to be checked")
    CHECKED = "checked", _("Checked")
    CANCELLED = "cancelled", _("Called off")
