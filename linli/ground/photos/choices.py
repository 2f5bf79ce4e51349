"""Words and bounds of photos."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PhotoKind(models.TextChoices):
    """What a picture shows."""

    PHOTO = "photo", _("Photo")
    BEFORE = "before", _("Before the work")
    AFTER = "after", _("After the work")
    PAPER = "paper", _("Handwritten page")
    VOUCHER = "voucher", _("Receipt")


MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_SIDE = 8
MAX_SIDE = 2560
THUMB_SIDE = 480
QUALITY = 85
MAX_A_SUBJECT = 30
NAME_LENGTH = 100
