"""Nothing but pixels comes through the door of the photo storage."""

import io
import struct
import zlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pillow_heif
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.utils import translation
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from pytest_django import Settings

from linli.ground.photos import storage
from linli.ground.photos.choices import MAX_SIDE, THUMB_SIDE
from linli.ground.photos.storage import PhotoStorage, encode, names_of, store
from linli.kit.refused import Refused
from tests.ground.photos.conftest import Draw

HERE = ZoneInfo("Asia/Shanghai")
LARGE, SMALL = names_of("0123456789abcdef" * 2)


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes: where, when, which phone."""
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = "SECRETPHONE"
    made.get_ifd(0x8769)[36867] = "2026:03:05 09:10:11"
    made.get_ifd(0x8825).update({1: "N", 2: (IFDRational(31), IFDRational(58), IFDRational(2))})
    return made


def left_colour(data: bytes) -> str:
    red, _green, blue = Image.open(io.BytesIO(data)).convert("RGB").getpixel((2, 2))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def bare(data: bytes) -> bool:
    image = Image.open(io.BytesIO(data))
    image.load()
    return (
        image.format == "JPEG"
        and not image.getexif()
        and not {"exif", "icc_profile", "comment"} & set(image.info)
    )


@pytest.mark.parametrize("shape", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_kind_of_photo_becomes_a_bare_jpeg(shape: str, draw: Draw) -> None:
    pillow_heif.register_heif_opener()
    picture = encode(io.BytesIO(draw(shape, exif=exif())), HERE)
    assert bare(picture.data) and bare(picture.thumb)
    assert b"SECRETPHONE" not in picture.data + picture.thumb
    assert (picture.width, picture.height, left_colour(picture.data)) == (64, 32, "red")
    assert picture.taken_at == datetime(2026, 3, 5, 9, 10, 11, tzinfo=HERE)


def test_a_photo_stands_upright(draw: Draw) -> None:
    picture = encode(io.BytesIO(draw(exif=exif(orientation=6))))
    assert (picture.width, picture.height) == (32, 64)
    turned = encode(io.BytesIO(draw(exif=exif(orientation=3))))
    assert left_colour(turned.data) == "blue"
    assert turned.taken_at is None  # nobody said in which zone


@pytest.mark.parametrize(
    ("mode", "shape"),
    [
        ("L", "PNG"),
        ("P", "PNG"),
        ("RGBA", "WEBP"),
        ("LA", "PNG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("I;16", "PNG"),
    ],
)
def test_every_mode_of_colour(mode: str, shape: str, draw: Draw) -> None:
    if mode == "I;16":
        file = io.BytesIO()
        Image.new("I;16", (20, 20), 65535).save(file, "PNG")
        data = file.getvalue()
    else:
        data = draw(shape, mode=mode)
    picture = encode(io.BytesIO(data))
    assert Image.open(io.BytesIO(picture.data)).mode == "RGB"
    if mode == "I;16":
        assert Image.open(io.BytesIO(picture.data)).getpixel((5, 5)) == (255, 255, 255)


def test_what_is_transparent_becomes_paper() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")
    picture = encode(file)
    assert Image.open(io.BytesIO(picture.data)).getpixel((5, 5)) == (255, 255, 255)


def test_large_ones_are_made_smaller(draw: Draw) -> None:
    picture = encode(io.BytesIO(draw(size=(4000, 1000))))
    assert (picture.width, picture.height) == (MAX_SIDE, 640)
    assert Image.open(io.BytesIO(picture.thumb)).size == (THUMB_SIDE, 120)
    thin = encode(io.BytesIO(draw("PNG", size=(6000, 8))))
    assert (thin.width, thin.height) == (MAX_SIDE, 3)


def bomb() -> bytes:
    """A PNG of 10,000 x 10,000 white pixels in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\xff" * 64))
        + chunk(b"IEND", b"")
    )


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (SVG, "not a photo"),
        (b"%PDF-1.7\n...", "not a photo"),
        (b"GIF89a" + b"\0" * 40, "not a photo"),
        (b"<html><script>alert(1)</script>", "not a photo"),
        (b"II*\0" + b"\0" * 40, "not a photo"),
        (b"%PDF-1.7\n\xff\xd8\xff\xe0", "not a photo"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "not arrive whole"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "not arrive whole"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "not arrive whole"),
        (bomb(), "50 million"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(data: bytes, why: str) -> None:
    with translation.override("en"), pytest.raises(Refused, match=why) as refused:
        encode(io.BytesIO(data))
    assert refused.value.field == "photo"


def test_half_a_photo_is_refused(draw: Draw) -> None:
    for shape in ("JPEG", "PNG", "WEBP"):
        whole = draw(shape, size=(600, 600))
        with translation.override("en"), pytest.raises(Refused, match="whole"):
            encode(io.BytesIO(whole[: len(whole) * 2 // 3]))


def test_moving_tiny_and_heavy_pictures_are_refused(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    for shape in ("PNG", "WEBP"):
        frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
        moving = io.BytesIO()
        frames[0].save(moving, shape, save_all=True, append_images=frames[1:])
        with translation.override("en"), pytest.raises(Refused, match="moving"):
            encode(moving)
    with translation.override("en"), pytest.raises(Refused, match="too small"):
        encode(io.BytesIO(draw(size=(7, 300))))
    monkeypatch.setattr(storage, "MAX_BYTES", 100)
    with translation.override("en"), pytest.raises(Refused, match="20 MB"):
        encode(io.BytesIO(draw()))


def test_what_hides_behind_a_picture_stays_outside(draw: Draw) -> None:
    hidden = draw() + b"PK\x03\x04 <script>alert(1)</script> a whole archive"
    picture = encode(io.BytesIO(hidden))
    assert b"script" not in picture.data and b"PK\x03\x04" not in picture.data
    spoken = draw(comment=b"<script>alert(1)</script>")
    assert b"script" in spoken and b"script" not in encode(io.BytesIO(spoken)).data


def test_broken_metadata_break_no_photo(draw: Draw) -> None:
    data = draw(exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert encode(io.BytesIO(data), HERE).taken_at is None


@pytest.mark.parametrize("name", [LARGE, SMALL])
def test_no_way_of_saving_skips_the_door(name: str, draw: Draw, settings: Settings) -> None:
    dirty = draw(exif=exif(), comment=b"SECRETPHONE")
    assert b"SECRETPHONE" in dirty
    assert store().save(name, ContentFile(dirty)) == name
    file = Path(settings.LINLI_DATA) / "photos" / name
    assert bare(file.read_bytes()) and b"SECRETPHONE" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused):
        store().save(name.replace("0123", "4567"), ContentFile(b"not a photo"))
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "a.jpg", "01/../../x.jpg", "/etc/passwd", LARGE + ".php", LARGE.upper(), ""]
)
def test_no_other_name_reaches_the_disk(name: str, draw: Draw) -> None:
    files = PhotoStorage()
    for use in (files.open, files.delete, files.exists, files.path):
        with pytest.raises((SuspiciousFileOperation, ValueError)):
            use(name)  # type: ignore[operator]
    with pytest.raises((SuspiciousFileOperation, ValueError)):
        files.save(name, ContentFile(draw()))


def test_photos_have_no_address_of_their_own() -> None:
    with pytest.raises(ValueError, match="no address"):
        store().url(LARGE)
