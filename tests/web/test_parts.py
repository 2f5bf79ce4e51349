"""The parts: times as neighbours say them, the ring, the preferences, pages without anything inline, contrast."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import translation

from linli.web.parts import gallery, ring, shapes, words
from linli.web.parts.prefer import prefer

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
WEB = Path(ring.__file__).resolve().parents[1]
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due_at", "more", "tone"),
    [
        (NOW + 30 * HOUR, {}, "quiet"),
        (NOW + 2 * HOUR, {}, "near"),
        (NOW + 30 * HOUR, {"near_at": NOW}, "near"),
        (NOW, {}, "near"),
        (NOW - timedelta(seconds=1), {}, "late"),
        (NOW - HOUR, {"stopped_at": NOW}, "stopped"),
        (NOW - HOUR, {"done_at": NOW - 2 * HOUR}, "done"),
        (None, {}, "none"),
    ],
)
def test_a_limit_says_how_it_stands(due_at: datetime | None, more: dict[str, datetime], tone: str) -> None:
    assert words.due(due_at, NOW, **more).tone == tone


def test_a_limit_is_said_in_its_largest_unit() -> None:
    with translation.override("en"):
        assert words.due(NOW + 40 * words.MINUTE, NOW).words == "40 min left"
        assert words.due(NOW + 47 * HOUR, NOW).words == "47 h left"
        assert words.due(NOW - 49 * HOUR, NOW).words == "late by 2 days"


def test_chinese_and_latin_stand_a_thin_space_apart() -> None:
    assert words.spaced("3号楼2单元") == "3\u2009号楼\u20092\u2009单元"
    assert words.spaced("只有中文") == "只有中文"


def test_the_ring_draws_up_to_where_a_need_stands() -> None:
    drawn = ring.draw(step=3, lap=2, size=64)
    assert [arc.drawn for arc in drawn.arcs] == [True, True, True, False, False]
    assert drawn.outer and not ring.draw(step=3, lap=1).outer
    with translation.override("en"):
        assert ring.words_of(3) == "Step 3 of 5: Launching"


def test_a_step_that_is_missing_leaves_the_others_where_they_are() -> None:
    arcs = ring.draw_links([{"hue": "launch", "url": "/l/"}, {"hue": 5, "url": "/e/"}])
    assert [(arc.step.number, arc.step.char) for arc in arcs] == [(3, "立"), (5, "评")]


def test_bars_stay_inside_their_line() -> None:
    rows = shapes.bar_rows([{"label": "a", "value": 200}, {"label": "b", "value": None}], whole=100)
    assert [row["bar"] for row in rows] == [100.0, 0.0]


@pytest.mark.parametrize(
    ("given", "cookies", "target"),
    [
        ({"elder": "1", "next": "/desk/"}, {"elder": "1"}, "/desk/"),
        ({"theme": "dark", "next": "https://example.com/"}, {"theme": "dark"}, "/"),
        ({"theme": "<b>", "elder": "2", "next": "//example.com"}, {}, "/"),
    ],
)
def test_preferences_are_kept_and_lead_nowhere_else(
    given: dict[str, str], cookies: dict[str, str], target: str
) -> None:
    answer = prefer(RequestFactory().post("/prefer/", given))
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == cookies
    assert answer.headers["Location"] == target


def test_no_template_has_anything_inline() -> None:
    inline = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)|javascript:""")
    templates = sorted(WEB.rglob("templates/**/*.html"))
    assert templates
    assert [str(path.relative_to(WEB)) for path in templates if inline.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("page", sorted(gallery.PAGES))
def test_every_page_of_the_gallery_renders_whole(page: str) -> None:
    request = RequestFactory().get("/gallery/")
    html = gallery.gallery(request, page).content.decode()
    assert "{%" not in html and "{{" not in html and "{#" not in html


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


HUES = [f"step-{step}" for step in range(1, 6)]
PAIRS = [
    (ink, paper)
    for ink in ["ink", "quiet", "jade", "late", "near", "done", *HUES]
    for paper in ("paper", "sheet")
]
PAIRS += [(f"step-{step}", f"tint-{step}") for step in range(1, 6)] + [
    ("on-step", hue) for hue in [*HUES, "late"]
]
PAIRS += [
    ("late", "late-tint"),
    ("near", "near-tint"),
    ("done", "done-tint"),
    ("on-jade", "jade"),
    ("quiet", "hover"),
]


@pytest.mark.parametrize("theme", [0, 1, 2])
def test_every_pair_of_colours_can_be_read(theme: int) -> None:
    css = (WEB / "static/linli/linli.css").read_text("utf-8")
    tokens = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r"\{([^{}]*--paper:[^{}]*)\}", css)
    ]
    weak = [
        (a, b, round(contrast(tokens[theme][a], tokens[theme][b]), 2))
        for a, b in PAIRS
        if contrast(tokens[theme][a], tokens[theme][b]) < 4.5
    ]
    assert len(tokens) == 3 and tokens[1] == tokens[2]
    assert weak == []


def test_the_five_hues_are_equally_light() -> None:
    css = (WEB / "static/linli/linli.css").read_text("utf-8")
    light = [luminance(colour) for colour in re.findall(r"--step-\d: (#[0-9a-f]{6})", css)[:5]]
    assert max(light) - min(light) < 0.005
