"""Where photos lie, and the only door in: whatever is written is decoded and encoded anew.

So no path can skip it: metadata (where and when a photo was taken, by which phone), anything hidden behind
the picture, and any picture that is not one, stay outside.
"""

import io
import re
import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import IO, Any

import pillow_heif
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from linli.ground.photos.choices import MAX_BYTES, MAX_PIXELS, MAX_SIDE, MIN_SIDE, QUALITY, THUMB_SIDE
from linli.kit.refused import Refused

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "MPO")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}(-t)?\.jpg")
TAKEN, TAKEN_THEN = 36867, 306  # EXIF: DateTimeOriginal, DateTime
EXIF_DETAILS = 0x8769

NOT_A_PHOTO = _("This is not a photo. Please choose a picture (JPEG, PNG, WebP or HEIC).")
EMPTY = _("This photo is empty. Please take or choose it again.")
TOO_HEAVY = _("This photo is larger than 20 MB. Please choose a smaller size.")
TOO_WIDE = _("This photo has more than 50 million pixels. Please choose a smaller size.")
TOO_SMALL = _("This picture is too small to show anything.")
DAMAGED = _("This photo did not arrive whole. Please send it again.")
MOVING = _("This is a moving picture. Please send a still photo.")


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: JPEG without metadata, large and small; when it was taken, if known."""

    data: bytes
    thumb: bytes
    width: int
    height: int
    taken_at: datetime | None


@cache
def ready() -> None:
    """Teach Pillow HEIC, once."""
    pillow_heif.register_heif_opener(thumbnails=False)


def refuse(words: str | Promise) -> Refused:
    """The refusal of a photo."""
    return Refused(words, field="photo")


def read_all(upload: IO[bytes] | File[bytes]) -> bytes:
    """The bytes of an upload, within bounds."""
    with suppress(AttributeError, OSError, ValueError):
        upload.seek(0)
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise refuse(TOO_HEAVY)
    if not data:
        raise refuse(EMPTY)
    return data


def looks_like_photo(data: bytes) -> bool:
    """Whether the first bytes are those of a kind we take; what the file is called does not matter."""
    heif = data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return heif or webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def encode(upload: IO[bytes] | File[bytes], zone: tzinfo | None = None) -> Picture:
    """A photo turned upright, at most 2560 pixels a side, as JPEG without metadata; ``Refused`` for all else.

    ``zone`` is where the camera's clock is taken to be; without it ``taken_at`` stays unknown.
    """
    ready()
    data = read_all(upload)
    if not looks_like_photo(data):
        raise refuse(NOT_A_PHOTO)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image, taken = opened(data, zone)
        large = fitted(image, MAX_SIDE)
        small = fitted(large, THUMB_SIDE)
    return Picture(jpeg(large), jpeg(small), large.width, large.height, taken)


def opened(data: bytes, zone: tzinfo | None) -> tuple[Image.Image, datetime | None]:
    """The decoded picture, upright, in plain colours; size is looked at before anything is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise refuse(TOO_WIDE) from error
    except Exception as error:  # decoders of foreign data fail in every way
        raise refuse(DAMAGED) from error
    if image.width * image.height > MAX_PIXELS:
        raise refuse(TOO_WIDE)
    if min(image.size) < MIN_SIDE:
        raise refuse(TOO_SMALL)
    if image.format in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
        raise refuse(MOVING)
    taken = taken_at(image, zone)
    try:
        image.draft(None, (MAX_SIDE, MAX_SIDE))
        image.load()
        return plain_colours(upright(image)), taken
    except Exception as error:  # a picture cut short, or one made to break its decoder
        raise refuse(DAMAGED) from error


def upright(image: Image.Image) -> Image.Image:
    """The picture turned as the camera was held; broken metadata turn nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # metadata are foreign data too
        return image


def taken_at(image: Image.Image, zone: tzinfo | None) -> datetime | None:
    """When the camera says it took the photo; nothing else of the metadata is looked at."""
    if zone is None:
        return None
    try:
        exif = image.getexif()
        said = exif.get_ifd(EXIF_DETAILS).get(TAKEN) or exif.get(TAKEN_THEN)
        return datetime.strptime(str(said)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
    except Exception:  # metadata are foreign data too
        return None


def plain_colours(image: Image.Image) -> Image.Image:
    """RGB on white paper."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits of grey
        image = image.convert("I").point(lambda grey: grey / 256).convert("L")
    return image.convert("RGB")


def fitted(image: Image.Image, side: int) -> Image.Image:
    """The picture no longer than ``side`` on either side."""
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def jpeg(image: Image.Image) -> bytes:
    """The pixels as JPEG, and nothing but the pixels: a new picture carries over no metadata."""
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    file = io.BytesIO()
    clean.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()


class PhotoStorage(FileSystemStorage):
    """Files under LINLI_DATA/photos. Whatever is saved is encoded anew; names are random and ours."""

    @property
    def base_location(self) -> Any:
        """The folder, read anew each time: it follows the settings."""
        return Path(settings.LINLI_DATA) / "photos"

    @property
    def location(self) -> str:
        """The folder as an absolute path."""
        return str(Path(self.base_location).resolve())

    @property
    def file_permissions_mode(self) -> int:
        """Only the product itself reads photos."""
        return 0o600

    @property
    def directory_permissions_mode(self) -> int:
        """Only the product itself reads the folders."""
        return 0o700

    def path(self, name: str) -> str:
        """The file of a name of ours; no other name reaches the disk."""
        if not NAME.fullmatch(name):
            raise SuspiciousFileOperation("not the name of a photo")
        return super().path(name)

    def url(self, name: str | None) -> str:
        """There is none: photos are served by pages that know who asks."""
        raise ValueError("photos have no address of their own")

    def keep(self, stem: str, upload: IO[bytes] | File[bytes], zone: tzinfo | None = None) -> Picture:
        """Encode a photo once and write both sizes, under ``names_of(stem)``."""
        picture = encode(upload, zone)
        large, small = names_of(stem)
        self._put(large, picture.data)
        try:
            self._put(small, picture.thumb)
        except BaseException:
            self.delete(large)
            raise
        return picture

    def _save(self, name: str, content: Any) -> str:
        picture = encode(content)
        return self._put(name, picture.thumb if name.endswith("-t.jpg") else picture.data)

    def _put(self, name: str, data: bytes) -> str:
        return str(super()._save(name, ContentFile(data)))  # type: ignore[misc]


def names_of(stem: str) -> tuple[str, str]:
    """The names of the large and the small picture, for 32 random hex digits."""
    return f"{stem[:2]}/{stem}.jpg", f"{stem[:2]}/{stem}-t.jpg"


def store() -> PhotoStorage:
    """The storage of photos."""
    return PhotoStorage()
