"""周先生 lives here and has no login. He follows a figure of the big bill to its voucher, and adds the whole ledger up himself."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from linli.ground.ledger import actions as ledger
from tests.browser import Opener
from tests.commons.fund_book import DONOR, PAYEE, PHONE, Bill, filled
from tests.factories import neighbourhood
from tests.stories.care_story import Cast, Watch, hands, words

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["hands"]
GOOD, BAD = "每一笔都对得上", "账对不上"


def stage(hands: Watch) -> Bill:
    """A bill with a bit of everything, its chain's head published last night."""
    hands.at(3, 5, 9, 10)
    bill = filled(neighbourhood(), hands.now)
    hands.at(3, 5, 23, 50)
    assert ledger.publish_head(now=hands.now)
    hands.at(3, 6, 10, 0)
    return bill


def fen(place: Locator) -> int:
    """The amount of a figure."""
    return int(place.get_attribute("data-fen") or "-1")


def shown(place: Locator) -> int:
    """The amount of a figure as people read it."""
    text = words(place).replace("¥", "").replace(",", "").replace("−", "-").replace("+", "")
    return round(float(text.replace(" ", "")) * 100)


def figure_of(page: Page, label: str) -> Locator:
    """The figure beside its words."""
    return (
        page.locator("dt", has_text=label)
        .locator("xpath=following-sibling::dd[1]")
        .locator("a[data-fen]")
        .first
    )


def sums(page: Page) -> int:
    """What all lines of the list come to."""
    rows = page.locator(".bill-row")
    return sum(int(rows.nth(n).get_attribute("data-counts") or 0) for n in range(rows.count()))


def to_the_list(cast: Cast, page: Page, bill: Bill) -> None:
    """From the town's money to what was spent this year, line by line, the wrong one and its correction among them."""
    page.goto("/bill/")
    page.wait_for_url(f"**/bill/{bill.fund.community}/")
    assert "南田社区养老大账单" in words(page)
    cast.look(page, "the-bill")
    figure = figure_of(page, "支出")
    spent = fen(figure)
    assert (spent, shown(figure)) == (1_036_800, spent)
    with page.expect_navigation():
        figure.click()
    assert (fen(page.locator(".bill-sum [data-fen]")), sums(page)) == (spent, spent)
    cast.look(page, "what-was-spent")


def to_the_voucher(cast: Cast, page: Page) -> int:
    """One line: who was paid, by which resolution, who signed by role; and the photographed voucher.

    Returns its number in the ledger.
    """
    with page.expect_navigation():
        page.locator(".bill-row", has_text="买大米").locator("a").last.click()
    seen = words(page)
    for said in ("南田粮油店", "居议 1", "幸福餐厅补助", "社区主任"):
        assert said in seen, seen
    assert shown(page.locator(".bill-sum [data-fen]")) == -36_800
    cast.look(page, "one-line")
    picture = page.locator(".photos img")
    expect(picture).to_have_count(1)
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photos img').naturalWidth > 0")
    address = page.locator(".photos a").get_attribute("href") or ""
    answer = page.context.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.body().startswith(b"\xff\xd8\xff")
    found = re.search(r"账本编号 第 (\d+) 号", seen)
    assert found
    return int(found[1])


def wrong_and_right(cast: Cast, page: Page, bill: Bill) -> None:
    """The voucher that was booked twice is still there, and so is the line that puts it right, with the reason."""
    page.goto(f"/bill/{bill.fund.community}/")
    with page.expect_navigation():
        page.get_by_role("link", name="看全部账目").click()
    wrong, right = bill.twice.wrong.no, bill.twice.line.no
    assert f"由第 {right} 笔更正" in words(page.locator(f".bill-row a[href$='/entry/{wrong}/']"))
    assert f"更正第 {wrong} 笔" in words(page.locator(f".bill-row a[href$='/entry/{right}/']"))
    expect(page.locator(".bill-row.is-corrected")).to_have_count(2)
    cast.look(page, "every-line")
    with page.expect_navigation():
        page.locator(f".bill-row a[href$='/entry/{wrong}/']").click()
    assert shown(page.locator(".bill-sum [data-fen]")) == -36_800
    expect(page.locator(".bill-sum.is-struck")).to_have_count(1)
    assert "同一张票记了两遍" in words(page)
    cast.look(page, "the-wrong-line")
    with page.expect_navigation():
        page.locator(".bill-fix a").click()
    page.wait_for_url(f"**/entry/{right}/")
    assert shown(page.locator(".bill-sum [data-fen]")) == 36_800
    assert "同一张票记了两遍" in words(page)
    cast.look(page, "put-right")
    with page.expect_navigation():
        page.locator(".bill-fix a").click()
    page.wait_for_url(f"**/entry/{wrong}/")


def fetched(page: Page, name: str, folder: Path) -> Path:
    """What the page's own link gives."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def run(program: Path, *more: str) -> tuple[int, str]:
    """The program on a computer at home: no Linli, no settings, nothing installed."""
    python = which("python3", path=os.defpath) or sys.executable
    done = subprocess.run(
        [python, "-I", str(program), *more], capture_output=True, cwd=program.parent, check=False, text=True,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def adds_up(page: Page, bill: Bill, number: int, folder: Path) -> None:
    """He takes ledger and program home; what they say is what stands on the page. One changed byte is found."""
    page.goto(f"/bill/{bill.fund.community}/")
    head = page.locator("[data-head]").get_attribute("data-head") or ""
    assert "".join(page.locator(".bill-hash code").all_inner_texts()).replace(" ", "") == head
    copy, program = fetched(page, "下载账本", folder), fetched(page, "下载核对小程序", folder)
    assert (copy.name, program.name) == ("ledger.jsonl", "verify_ledger.py")
    assert words(page.locator(".bill-run")) == f"python3 {program.name} {copy.name}"
    code, said = run(program, copy.name)
    assert (code, GOOD in said, BAD in said) == (0, True, False), said
    code, said = run(program, copy.name, "--head", head)
    assert (code, GOOD in said) == (0, True), said
    code, said = run(program, copy.name, "--head", changed(head, 0))
    assert (code, BAD in said, "不在这本账里" in said) == (1, True, True), said
    text = copy.read_text(encoding="utf-8")
    assert [name for name in (DONOR, PAYEE, PHONE, "王桂兰", "周主任") if name in text] == []
    assert booked(text, number) == {36_800, -36_800}
    for what, place in {
        "an amount": 1 + text.index("36800", text.index(f'"id":{number},', text.index('"of":"transfer"'))),
        "a hash of the chain": text.index('"hash":"') + len('"hash":"'),
        "a published head": text.rindex(head),
    }.items():
        copy.write_text(changed(text, place), encoding="utf-8")
        code, said = run(program, copy.name)
        assert (code, BAD in said, GOOD in said) == (1, True, False), (what, said)
    copy.write_text(text, encoding="utf-8")
    assert run(program, copy.name)[0] == 0


def changed(text: str, place: int) -> str:
    """The same with one byte changed: a digit becomes the next one."""
    return text[:place] + ("1" if text[place] == "0" else "0") + text[place + 1 :]


def booked(text: str, number: int) -> set[int]:
    """What the copy says was moved under the number that stands on the page of a line."""
    bodies = [json.loads(line).get("body") or {} for line in text.splitlines()]
    (one,) = [body for body in bodies if (body.get("of"), body.get("id")) == ("transfer", number)]
    return {entry[3] for entry in one["entries"]}


def test_from_a_figure_to_its_voucher_and_the_whole_ledger(
    open_page: Opener, live_server: Any, hands: Watch, tmp_path: Path
) -> None:
    bill = stage(hands)
    cast = Cast(open_page, live_server.url, hands, "bill")
    page = cast.on_phone(accept_downloads=True)

    to_the_list(cast, page, bill)
    number = to_the_voucher(cast, page)
    wrong_and_right(cast, page, bill)
    adds_up(page, bill, number, tmp_path)
    assert [cookie["name"] for cookie in page.context.cookies() if "session" in cookie["name"]] == []


def test_the_last_number_is_the_one_on_the_page(
    open_page: Opener, live_server: Any, hands: Watch, tmp_path: Path
) -> None:
    """What the program prints as published can be compared with the page by eye."""
    bill = stage(hands)
    page = Cast(open_page, live_server.url, hands).on_phone(accept_downloads=True)
    page.goto(f"/bill/{bill.fund.community}/")
    head = page.locator("[data-head]").get_attribute("data-head") or "-"
    copy, program = fetched(page, "下载账本", tmp_path), fetched(page, "下载核对小程序", tmp_path)
    assert head in run(program, copy.name)[1]
