"""Words of the third step."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectState(models.TextChoices):
    """Where a project stands."""

    DRAFT = "draft", _("In preparation")
    RUNNING = "running", _("Under way")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Halted")
    DROPPED = "dropped", _("Given up")
