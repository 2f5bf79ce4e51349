"""Read photos. Who may see one is decided by the access of what it belongs to, above."""

from collections.abc import Iterable
from typing import IO, Any
from uuid import UUID

from linli.ground.photos.models import Photo
from linli.ground.photos.storage import store

HEADERS = {
    "Content-Type": "image/jpeg",
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def photos_of(subject_type: str, subject_ids: Iterable[int]) -> dict[int, list[Photo]]:
    """The photos of several things of one type, in one query, oldest first; [] for those without."""
    found: dict[int, list[Photo]] = {number: [] for number in subject_ids}
    rows = Photo.objects.filter(subject_type=subject_type, subject_id__in=list(found), erased_at=None)
    for photo in rows.order_by("id") if found else ():
        found[photo.subject_id or 0].append(photo)
    return found


def photo_by_public_key(public_key: UUID) -> Photo | None:
    """The photo of an address, or None; the caller asks whether its subject may be seen."""
    return Photo.objects.filter(public_key=public_key, erased_at=None).first()


def open_photo(photo: Photo, thumb: bool = False) -> tuple[IO[Any], dict[str, str]]:
    """The file and the headers to serve it with: never sniffed, never in a shared cache.

    Raises ``FileNotFoundError`` where the photo has been erased.
    """
    if photo.erased_at or not photo.file:
        raise FileNotFoundError("this photo has been erased")
    return store().open(photo.thumb if thumb else photo.file), dict(HEADERS)
