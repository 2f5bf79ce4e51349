"""Photos: re-encoded files and what they belong to. Private by default; who may see one is decided above."""

import uuid

from django.db import models

from linli.ground.photos.choices import PhotoKind
from linli.kit.marks import Mark, Marks


class Photo(models.Model):
    """One photo of one thing (``subject_type`` and ``subject_id``), or of none yet.

    ``public_key`` is what addresses hold: it is not guessable, and knowing it opens nothing without access.
    ``uploaded_by_id`` is the number of a person; people are above photos.
    """

    public_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=PhotoKind.choices, default=PhotoKind.PHOTO)
    file = models.CharField(max_length=60)
    thumb = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=30, blank=True)
    subject_id = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=15, blank=True)
    original_name = models.CharField(max_length=100, blank=True)
    erased_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={
            "file": Mark.SECRET, "thumb": Mark.SECRET, "sha256": Mark.SECRET, "original_name": Mark.TEXT,
            "uploaded_by_id": Mark.LINK,
        },
        plain=[
            "id", "public_key", "key", "kind", "width", "height", "bytes", "taken_at", "uploaded_at",
            "subject_type", "subject_id", "area_code", "erased_at",
        ],
        owner=None,
        keep="that there was a photo stays known; the picture itself goes with what it shows",
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="photo_of_subject")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject_type="", subject_id=None)
                | (~models.Q(subject_type="") & models.Q(subject_id__isnull=False)),
                name="photo_of_one_subject",
            )
        ]
