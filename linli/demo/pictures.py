"""Drawn scenes instead of photographs: flat colours, a few shapes, and the word 模拟."""

import io
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from linli.ground.people.models import Person
from linli.ground.photos.actions import keep_photo
from linli.ground.photos.choices import PhotoKind

if TYPE_CHECKING:
    from linli.demo.world import World

SIZE = (480, 360)
SKY = {"before": "#c9d3d8", "after": "#d6e8ee"}
GROUND = "#a9a18f"
WALL, DARK, WARM, GREEN, RED, BLUE = "#e4d8c3", "#4b4a46", "#d98a3d", "#6d9a63", "#b5483a", "#4f7ea6"
# 模拟 in strokes, on a field of 12 by 12 a character: no font with Chinese characters is needed.
STROKES = (
    ((0, 4), (5, 4)), ((2.5, 0), (2.5, 12)), ((2.5, 5), (0, 9)), ((2.5, 5), (5, 8)), ((6, 2), (12, 2)),
    ((7.8, 0.5), (7.8, 3.3)), ((10.2, 0.5), (10.2, 3.3)), ((7, 4), (11, 4), (11, 7.5), (7, 7.5), (7, 4)),
    ((7, 5.7), (11, 5.7)), ((6, 9), (12, 9)), ((9, 7.5), (9, 9), (6.3, 12)), ((9, 9), (12, 12)),
    ((14, 3), (18.5, 3)), ((16.4, 0), (16.4, 11.5), (15, 11)), ((14, 8), (18.5, 6.5)), ((20, 1), (20, 9), (22, 7.5)),
    ((21.5, 3), (22.5, 5)), ((25, 0.5), (24.5, 6), (21, 12)), ((24.3, 7), (26.3, 11.5)),
)  # fmt: skip


@cache
def scene(code: str, after: bool, variant: int) -> bytes:
    """A PNG of a place before or after the work."""
    image = Image.new("RGB", SIZE, SKY["after" if after else "before"])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 230, 480, 360), fill=GROUND)
    shift = variant * 34
    draw.rectangle((40 + shift, 60, 250 + shift, 232), fill=WALL)
    for row in range(3):
        for column in range(4):
            left, top = 54 + shift + column * 50, 74 + row * 50
            draw.rectangle((left, top, left + 26, top + 30), fill="#8fa9b5")
    draw_thing(draw, code, after, shift)
    label(draw)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def draw_thing(draw: ImageDraw.ImageDraw, code: str, after: bool, shift: int) -> None:
    """What the picture is about."""
    if code == "wires":
        if not after:
            draw.line((120 + shift, 90, 170 + shift, 190, 330, 268), fill=RED, width=5)
        vehicle(draw, 320, 260)
    elif code == "firelane":
        for left in range(20, 460, 60):
            draw.polygon([(left, 300), (left + 30, 300), (left + 10, 345), (left - 20, 345)], fill="#e3b93c")
        if not after:
            draw.rounded_rectangle((180, 236, 360, 306), 16, fill=BLUE)
            draw.ellipse((200, 290, 236, 326), fill=DARK)
            draw.ellipse((304, 290, 340, 326), fill=DARK)
    elif code == "manhole":
        draw.ellipse((190, 270, 310, 330), fill=DARK if after else "#1d1c1a")
        if not after:
            draw.line((240, 296, 268, 210), fill=GREEN, width=8)
        else:
            draw.ellipse((204, 278, 296, 322), outline="#7b7973", width=4)
    elif code in {"trash", "clutter"}:
        for number in range(1 if after else 5):
            left = 280 + number * 32
            draw.rectangle(
                (left, 262 - number % 2 * 14, left + 40, 312), fill=(GREEN, WARM, BLUE, RED, DARK)[number]
            )
    elif code == "bikes":
        for number in range(1 if after else 4):
            vehicle(draw, 270 + number * 48, 264 + number * 8)
    elif code == "lamp":
        draw.rectangle((356, 90, 364, 300), fill=DARK)
        draw.ellipse((336, 66, 384, 106), fill="#f3d26b" if after else "#77746b")
    else:
        draw.rounded_rectangle((300, 226, 400, 310), 10, fill=WARM if after else "#8d877a")


def vehicle(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """A two-wheeler."""
    draw.ellipse((left, top + 26, left + 34, top + 60), outline=DARK, width=6)
    draw.ellipse((left + 62, top + 26, left + 96, top + 60), outline=DARK, width=6)
    draw.line((left + 17, top + 43, left + 46, top + 12, left + 79, top + 43), fill=BLUE, width=7)


def label(draw: ImageDraw.ImageDraw) -> None:
    """A band that says this is no photograph."""
    draw.rectangle((0, 0, 480, 40), fill=DARK)
    for stroke in STROKES:
        draw.line([(12 + x * 2.3, 6 + y * 2.3) for x, y in stroke], fill="#ffffff", width=2)


def take(world: "World", code: str, by: Person, kind: str = PhotoKind.PHOTO) -> int:
    """Keep a drawn photo through the real door; its number."""
    after = kind == PhotoKind.AFTER
    picture = scene(code, after, world.rng.randrange(3))
    return keep(world, picture, by, kind, world.now)


def keep(world: "World", picture: bytes, by: Person, kind: str, now: datetime) -> int:
    """Hand a picture in as its uploader would."""
    upload = io.BytesIO(picture)
    upload.name = "simulated.png"
    photo = keep_photo(upload=upload, key=world.key(), by_id=by.pk, now=now, kind=kind)
    world.counts["photos"] += 1
    return photo.pk
