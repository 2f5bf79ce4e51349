"""Pictures made by hand."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

NOW = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ZHAO, STRANGER = 7, 8

Draw = Callable[..., bytes]


def drawn(shape: str = "JPEG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **options: Any) -> bytes:
    """A picture: red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    file = io.BytesIO()
    image.convert(mode).save(file, shape, **options)
    return file.getvalue()


@pytest.fixture
def draw() -> Draw:
    """A way to draw one."""
    return drawn
