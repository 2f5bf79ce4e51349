"""Keep, attach and erase photos."""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any
from uuid import UUID, uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.journal.actions import record
from linli.ground.photos.choices import MAX_A_SUBJECT, NAME_LENGTH, PhotoKind
from linli.ground.photos.models import Photo
from linli.ground.photos.storage import Picture, names_of, store
from linli.kit.refused import Refused


def keep_photo(
    *,
    upload: IO[bytes] | File[bytes],
    key: UUID,
    by_id: int | None,
    now: datetime,
    subject_type: str = "",
    subject_id: int | None = None,
    area_code: str = "",
    kind: str = PhotoKind.PHOTO,
) -> Photo:
    """Keep a photo. ``key`` is made by the client: the same one sent twice is one photo."""
    if before := Photo.objects.filter(key=key).first():
        return same_photo(before, by_id)
    if kind not in PhotoKind.values:
        raise Refused(_("There is no such kind of photo."), field="kind")
    if subject_type:
        leave_room(subject_type, subject_id, 1)
    files, stem = store(), uuid4().hex
    names = names_of(stem)
    picture = files.keep(stem, upload, zone=timezone.get_current_timezone())
    try:
        with transaction.atomic():
            photo, fresh = Photo.objects.get_or_create(
                key=key,
                defaults={
                    "kind": kind,
                    **columns_of(picture, names, now),
                    "uploaded_by_id": by_id,
                    "subject_type": subject_type,
                    "subject_id": subject_id,
                    "area_code": area_code,
                    "original_name": clean_name(getattr(upload, "name", "") or ""),
                },
            )
            if fresh:
                note(photo, "photo.kept", by_id, now)
    except BaseException:
        remove_files(names)
        raise
    if not fresh:
        remove_files(names)
        return same_photo(photo, by_id)
    return photo


def columns_of(picture: Picture, names: tuple[str, str], now: datetime) -> dict[str, Any]:
    """What the picture itself says; a camera whose clock runs ahead says nothing about when."""
    return {
        "file": names[0],
        "thumb": names[1],
        "width": picture.width,
        "height": picture.height,
        "bytes": len(picture.data),
        "sha256": hashlib.sha256(picture.data).hexdigest(),
        "taken_at": picture.taken_at if picture.taken_at and picture.taken_at <= now else None,
        "uploaded_at": now,
    }


def same_photo(photo: Photo, by_id: int | None) -> Photo:
    """The photo a key stands for; a key of somebody else's is refused."""
    if photo.uploaded_by_id != by_id or photo.erased_at:
        raise Refused(_("This photo cannot be used here. Please choose it again."), field="photo")
    return photo


def clean_name(name: str) -> str:
    """What the sender called the file, without folders and control characters; never used as a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    return shown[:NAME_LENGTH]


def leave_room(subject_type: str, subject_id: int | None, more: int) -> None:
    """Refuse more photos of one thing than anybody looks at."""
    if subject_id is None:
        raise ValueError("a photo of a type of thing, but of which one?")
    there = Photo.objects.filter(subject_type=subject_type, subject_id=subject_id, erased_at=None).count()
    if there + more > MAX_A_SUBJECT:
        raise Refused(
            _("There can be at most {count} photos here.").format(count=MAX_A_SUBJECT), field="photo"
        )


def attach_photos(
    *, photo_ids: Iterable[int], subject_type: str, subject_id: int, by_id: int | None, area_code: str = ""
) -> list[Photo]:
    """Give photos kept before to what they show; the journal row is the one of that thing.

    Only their uploader can, and only once; the same again is no change. Numbers can be guessed, so somebody
    without a name has no photos to give.
    """
    wanted = list(dict.fromkeys(photo_ids))
    if not wanted:
        return []
    with transaction.atomic():
        rows = Photo.objects.select_for_update().filter(pk__in=wanted, erased_at=None)
        photos = list(rows.order_by("id"))
        free = [photo for photo in photos if photo.subject_type == ""]
        here = [
            photo for photo in photos if (photo.subject_type, photo.subject_id) == (subject_type, subject_id)
        ]
        mine = by_id is not None and all(photo.uploaded_by_id == by_id for photo in photos)
        if not mine or len(photos) != len(wanted) or len(free) + len(here) != len(photos):
            raise Refused(_("This photo cannot be used here. Please choose it again."), field="photos")
        leave_room(subject_type, subject_id, len(free))
        for photo in free:
            photo.subject_type, photo.subject_id, photo.area_code = subject_type, subject_id, area_code
            photo.save(update_fields=["subject_type", "subject_id", "area_code"])
    return photos


def erase_photos_of(
    *, subject_type: str, subject_ids: Iterable[int], by_id: int | None, now: datetime
) -> int:
    """Erase every photo of several things of one type; returns how many."""
    rows = Photo.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids), erased_at=None)
    photos = list(rows.order_by("id"))
    with transaction.atomic():
        for photo in photos:
            erase_photo(photo=photo, by_id=by_id, now=now)
    return len(photos)


def erase_photo(*, photo: Photo, by_id: int | None, now: datetime) -> Photo:
    """Take the picture off the disk for good; that there was one stays known. Again is no change."""
    with transaction.atomic():
        row = Photo.objects.select_for_update().get(pk=photo.pk)
        if row.erased_at:
            return row
        names = [row.file, row.thumb]
        row.file = row.thumb = row.sha256 = row.original_name = ""
        row.erased_at = now
        row.save(update_fields=["file", "thumb", "sha256", "original_name", "erased_at"])
        note(row, "photo.erased", by_id, now)
        transaction.on_commit(lambda: remove_files(names))
    return row


def remove_files(names: Iterable[str]) -> None:
    """Delete files after the commit that forgot them."""
    files = store()
    for name in names:
        if name:
            files.delete(name)


def note(photo: Photo, verb: str, by_id: int | None, now: datetime) -> None:
    """Write into the journal what happened to a photo; of its subject, by type and number."""
    facts: dict[str, Any] = {"kind": photo.kind}
    if photo.subject_type:
        facts |= {"of": photo.subject_type, "of_id": photo.subject_id}
    record(
        verb=verb,
        at=now,
        by=by_id,
        subject_kind="photo",
        subject=photo.pk,
        need=photo.subject_id if photo.subject_type == "need" else None,
        area_code=photo.area_code,
        facts=facts,
    )
