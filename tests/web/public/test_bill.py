"""A resident reads the big bill: every figure is the ledger's, opens its lines, and names nobody."""

import re
import subprocess
import sys
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.commons.fund import actions as fund
from linli.commons.fund.choices import Source, TargetKind, Use, yuan
from linli.commons.fund.models import Fund, Line, Spending
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.choices import Kind, Reversal
from linli.ground.ledger.models import Anchor, Balance, Entry, Transfer
from linli.ground.photos.actions import attach_photos
from linli.ground.photos.models import Photo
from linli.web.public.bill_shown import days_of
from tests.commons.fund_book import (
    DONOR,
    PAYEE,
    PHONE,
    POINTS,
    WISH,
    Bill,
    aside,
    donation,
    filled,
    income,
    opened,
    points,
    resolution,
    spending,
    voucher,
)
from tests.factories import NOW, Neighbourhood

pytestmark = pytest.mark.django_db
CODE = "310999001001"
HOME = f"/bill/{CODE}/"
SHEETS = [f"{HOME}sheet/?quarter={quarter}" for quarter in ("2025Q4", "2026Q1", "2026Q2")]


@pytest.fixture
def bill(town: Neighbourhood) -> Bill:
    """A bill with lines of last autumn, of today, one waiting; points outstanding; the chain published."""
    made = filled(town)
    points(town, 85_400)
    while ledger.seal_ledger():
        pass
    ledger.publish_head(now=NOW)
    return made


# --- reading a page -----------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The figures of a page: fen, the link around it and its words; rows with what they count; links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.figures: list[dict[str, Any]] = []
        self.counts: list[int] = []
        self.links: list[str] = []
        self.within: list[tuple[str, str]] = []
        self.href = ""
        self.feed(text)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in given}
        if tag == "a":
            self.href = told.get("href", "")
            self.links.append(self.href)
        if "data-counts" in told:
            self.counts.append(int(told["data-counts"]))
        if tag not in {"path", "rect", "img", "link", "meta", "input", "br"}:
            self.within.append((tag, told.get("class", "")))
        if "data-fen" in told:
            classes = " ".join(css for _tag, css in self.within)
            self.figures.append(
                {
                    "fen": int(told["data-fen"]),
                    "url": self.href,
                    "words": "",
                    "in": classes,
                    "at": len(self.within),
                }
            )

    def handle_data(self, data: str) -> None:
        if self.figures and len(self.within) >= self.figures[-1]["at"]:
            self.figures[-1]["words"] += data

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass
        if tag == "a":
            self.href = ""
        if self.figures and len(self.within) < self.figures[-1]["at"]:
            self.figures[-1]["at"] = 10**6


def read(url: str, status: int = 200) -> str:
    """A page as anybody sees it."""
    answer = Client().get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def walk(*starts: str) -> dict[str, Page]:
    """Every page of the bill that links lead to."""
    found: dict[str, Page] = {}
    wanted = list(starts)
    while wanted:
        url = wanted.pop()
        if url in found or not url.startswith(HOME) or "/voucher/" in url:
            continue
        found[url] = Page(read(url))
        wanted += found[url].links
    return found


def listed(url: str) -> int:
    """What the rows of a list come to, page after page."""
    total, following = 0, url
    while following:
        page = Page(read(following))
        total += sum(page.counts)
        following = next((link for link in page.links if "after=" in link), "")
    return total


# --- what the ledger says -----------------------------------------------------------------------------------


def booked(transfer: Transfer) -> dict[str, Any]:
    """What a transfer did, from its entries alone."""
    legs = {entry.account.kind: entry for entry in transfer.entries.select_related("account")}
    day = timezone.localtime(transfer.posted_at).date()
    target = int(legs[Kind.ALLOCATED].account.key.split("-")[1]) if Kind.ALLOCATED in legs else None
    if Kind.INCOME in legs:
        return {
            "kind": "in",
            "fen": -legs[Kind.INCOME].amount,
            "source": legs[Kind.INCOME].account.key,
            "day": day,
        }
    if Kind.SPENT in legs:
        use = legs[Kind.SPENT].account.key
        return {"kind": "out", "fen": legs[Kind.SPENT].amount, "use": use, "target": target, "day": day}
    return {"kind": "set", "fen": legs[Kind.ALLOCATED].amount, "target": target, "day": day}


SIGNS = {
    "all": {"in": 1, "out": -1}, "in": {"in": 1}, "out": {"out": 1}, "set": {"set": 1}, "now": {"in": 1, "out": -1},
    "free": {"in": 1, "set": -1}, "pot": {"set": 1, "out": -1},
}  # fmt: skip


def of_the_ledger(url: str) -> int:
    """What a list must come to, added up from the ledger's entries."""
    asked = parse_qs(urlsplit(url).query)
    signs, total = SIGNS[asked["what"][0]], 0
    upto = Line.objects.filter(no__lte=int(asked["upto"][0])).values("transfer") if "upto" in asked else None
    for transfer in Transfer.objects.filter(book=CODE, entries__unit="CNY").distinct():
        row = booked(transfer)
        if row["kind"] not in signs or (upto is not None and {"transfer": transfer.pk} not in upto):
            continue
        if any(name in asked and row.get(name) not in asked[name] for name in ("source", "use")):
            continue
        if "target" in asked and str(row.get("target")) not in asked["target"]:
            continue
        if "from" in asked and row["day"] < date.fromisoformat(asked["from"][0]):
            continue
        if "until" in asked and row["day"] >= date.fromisoformat(asked["until"][0]):
            continue
        total += signs[row["kind"]] * row["fen"]
    return total


def due() -> int:
    """What all points that are out are worth."""
    out = Entry.objects.filter(account__book=CODE, unit=POINTS, account__kind=Kind.POOL)
    return sum(out.values_list("amount", flat=True)) * 10


def held() -> int:
    """What waits for a signature."""
    rows = Balance.objects.filter(account__book=CODE, account__unit="CNY")
    return sum(rows.values_list("held", flat=True))


def test_every_figure_on_every_page_is_the_ledgers(bill: Bill) -> None:
    """The walk: each figure says its fen, opens a list, and list and ledger come to the same."""
    pages = walk(HOME, *SHEETS)
    assert {urlsplit(url).path.split("/")[3] for url in pages} >= {
        "",
        "entries",
        "entry",
        "waiting",
        "points",
        "sheet",
    }
    lists: dict[str, set[int]] = {}
    for url, page in pages.items():
        for figure in page.figures:
            words = figure["words"].replace("−", "-").replace("+", "").replace("¥", "").strip()
            assert words == yuan(figure["fen"]).replace("−", "-"), (url, figure)
            row = "bill-row" in figure["in"] or "bill-sum" in figure["in"] or "bill-worth" in figure["in"]
            assert figure["url"] or row, (url, figure)
            if figure["url"] and not row:
                lists.setdefault(figure["url"], set()).add(figure["fen"])
    assert len(lists) > 40
    for url, said in lists.items():
        if "/entries/" in url:
            assert said == {listed(url)} == {of_the_ledger(url)}, url
        elif "/waiting/" in url:
            assert said == {listed(url)} == {held()} == {600_000}
        else:
            assert "/points/" in url
            assert said == {due()} == {854_000}


def test_lists_say_their_sum_and_each_line_what_was_booked(bill: Bill) -> None:
    """The headline of a list, the rows in it and the page of each line."""
    effect = {"in": 1, "out": -1, "set": 1}
    by_no = {line.no: booked(Transfer.objects.get(pk=line.transfer_id)) for line in Line.objects.all()}
    pages = walk(HOME, *SHEETS)
    for url, page in pages.items():
        sums = [figure["fen"] for figure in page.figures if "bill-sum" in figure["in"]]
        rows = [
            figure for figure in page.figures if "bill-row" in figure["in"] and "/entry/" in figure["url"]
        ]
        for figure in rows:
            row = by_no[int(figure["url"].split("/")[-2])]
            assert figure["fen"] == effect[row["kind"]] * row["fen"], (url, figure)
        if "/entries/" in url and "after=" not in url:
            assert sums == [of_the_ledger(url)], url
        elif "/entry/" in url:
            row = by_no[int(urlsplit(url).path.split("/")[-2])]
            assert sums == [effect[row["kind"]] * row["fen"]]


def test_nobody_is_named(bill: Bill, town: Neighbourhood) -> None:
    for url in walk(HOME, *SHEETS):
        text = read(url)
        for name in (DONOR, PAYEE, PHONE, WISH, town.zhou.name, town.leader.name, town.wang.name):
            assert name not in text, (url, name)
    assert "方*桥" in read(f"{HOME}entry/{bill.named.line.no}/")
    hidden = read(f"{HOME}entry/{bill.unnamed.line.no}/")
    assert "方*" not in hidden and bill.unnamed.receipt in hidden
    assert read(f"{HOME}entries/").count("方*桥") == 1
    assert "贺*川" in read(f"{HOME}entry/{bill.cook.line.no}/")  # type: ignore[union-attr]


def test_a_line_opens_to_its_voucher(bill: Bill, town: Neighbourhood) -> None:
    assert bill.stove.line is not None
    answer = Client().get(f"{HOME}entry/{bill.stove.line.no}/")
    context = answer.context
    assert (context["payee"], context["resolution"], context["line"].target) == (
        "南田五金",
        bill.meals,
        bill.meals.target,
    )
    assert [str(one["role"]) for one in context["signed"]] == [str(r) for r in signed_roles(bill.stove)]
    photo = Photo.objects.get(subject_type="spending", subject_id=bill.stove.pk)
    assert str(photo.public_key) in answer.content.decode()
    for size in ("", "thumb/"):
        picture = Client().get(f"{HOME}voucher/{photo.public_key}/{size}")
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert Client().get(f"{HOME}voucher/{photo.public_key}/huge/").status_code == 404


def signed_roles(row: Spending) -> list[str]:
    """The roles in which it was signed, in words."""
    return [one.get_role_display() for one in row.signatures.order_by("id")]


def test_other_photos_stay_closed(bill: Bill, town: Neighbourhood) -> None:
    waiting = Spending.objects.get(state="signed")
    closed = [Photo.objects.get(subject_type="spending", subject_id=waiting.pk)]
    paper = resolution(bill.fund, 5, town.zhou, photos=[voucher(town.zhou)])
    closed.append(Photo.objects.get(subject_type="resolution", subject_id=paper.pk))
    free = voucher(town.zhou)
    closed.append(Photo.objects.get(pk=free))
    attach_photos(
        photo_ids=[voucher(town.zhao)], subject_type="need", subject_id=bill.rice.pk, by_id=town.zhao.pk
    )
    closed.append(Photo.objects.get(subject_type="need"))
    for photo in closed:
        assert Client().get(f"{HOME}voucher/{photo.public_key}/").status_code == 404
    opened(town, area=town.elsewhere)
    mine = Photo.objects.get(subject_type="spending", subject_id=bill.rice.pk)
    assert Client().get(f"/bill/310999001002/voucher/{mine.public_key}/").status_code == 404
    assert Client().get(f"{HOME}voucher/{uuid4()}/").status_code == 404


def test_wrong_and_right_are_both_there(bill: Bill) -> None:
    assert bill.twice.line is not None
    wrong, right = bill.twice.wrong.no, bill.twice.line.no
    assert Client().get(f"{HOME}entry/{wrong}/").context["later"] == right
    page = Client().get(f"{HOME}entry/{right}/")
    assert page.context["line"].corrects == bill.twice.wrong
    assert "同一张票记了两遍" in page.content.decode()
    both = [
        row["no"]
        for row in Client().get(f"{HOME}entries/").context["rows"]
        if row["corrects"] or row["corrected"]
    ]
    assert both == [right, wrong]


def test_the_ratio_has_numerator_and_denominator(bill: Bill) -> None:
    shown = Client().get(HOME).context["guarantee"]
    assert (shown["ratio"], shown["points"], shown["price"]) == ("70%", 85_400, "0.10")
    assert [Page(shown[name]).figures[0]["fen"] for name in ("reserve", "due")] == [600_000, 854_000]
    rows = Client().get(f"{HOME}points/").context["rows"]
    assert [(row["row"].programme, row["row"].outstanding) for row in rows] == [("test", 85_400)]


def test_without_a_price_there_is_no_ratio(town: Neighbourhood) -> None:
    opened(town)
    assert Client().get(HOME).context["guarantee"] is None
    assert Client().get(f"{HOME}points/").context["rows"] == []


def test_the_published_head_stands_on_page_and_sheet(bill: Bill) -> None:
    head = Anchor.objects.get()
    assert Client().get(HOME).context["head"]["hash"] == head.hash
    for url in (HOME, SHEETS[1]):
        assert "".join(re.findall(r"<code>([0-9a-f]{8})</code>", read(url))) == head.hash


def test_the_sheet_is_a_quarter(bill: Bill) -> None:
    before, running, after = (Client().get(url).context for url in SHEETS)
    fen = [
        [Page(one[name]).figures[0]["fen"] for name in ("opening", "closing")]
        for one in (before, running, after)
    ]
    now = 10_151_284 - 1_036_800
    assert fen == [[0, 0], [0, now], [now, now]]
    assert [str(label) for label, _fen in running["came"]] == [str(Source(s).label) for s in Source.values]
    assert [str(label) for label, _fen in running["spent"]] == [
        str(Use(u).label) for u in ("meals", "repair", "service")
    ]
    assert running["live"] == f"{settings.LINLI_BASE_URL}{HOME}"
    assert running["qr"].startswith("data:image/svg+xml")
    for quarter in ("2026Q5", "Q1", "1066Q1", "2026", "二〇二六Q1"):
        read(f"{HOME}sheet/?quarter={quarter}", 404)


def test_quarters_meet() -> None:

    ends = [days_of(2026, quarter) for quarter in (1, 2, 3, 4)]
    assert ends == [
        (date(2026, 1, 1), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 10, 1)), (date(2026, 10, 1), date(2027, 1, 1)),
    ]  # fmt: skip


def test_the_way_in(town: Neighbourhood) -> None:
    assert Client().get("/bill/").context["funds"] == []
    mine = opened(town)
    assert Client().get("/bill/").url == HOME  # type: ignore[attr-defined]
    other = opened(town, area=town.elsewhere)
    assert Client().get("/bill/").context["funds"] == [mine, other]
    for url in ("/bill/310999001/", "/bill/nowhere/", f"{HOME}entry/1/", f"{HOME}entries/?what=gold"):
        read(url, 404)
    for query in ("target=7", "target=x", "from=yesterday", "upto=x", "source=luck", "use=gold"):
        read(f"{HOME}entries/?what=all&{query}", 404)
    assert Client().post(HOME).status_code == 405


def test_an_empty_bill_is_a_kind_page(town: Neighbourhood) -> None:
    opened(town)
    for url in (HOME, f"{HOME}entries/", f"{HOME}waiting/", f"{HOME}sheet/"):
        read(url)
    assert Client().get(HOME).context["flow"]["rows"] == []


def test_the_picture_shows_the_whole_flow(bill: Bill) -> None:
    flow = Client().get(HOME).context["flow"]
    names = [bar["name"] for bar in flow["across"]["bars"] if bar["column"] == 2]
    assert names[:2] == ["幸福餐厅", str(TargetKind.GUARANTEE.label)]
    firsts = [
        sum(bar["fen"] for bar in flow["across"]["bars"] if bar["column"] == number) for number in range(4)
    ]
    assert firsts == [10_151_284] * 4
    assert [len(column["bars"]) for column in flow["columns"]] == [4, 1, 3, 4]


def test_money_without_a_line_is_noticed(bill: Bill, town: Neighbourhood) -> None:
    """Somebody books past the bill: the page says so instead of drawing a picture that is wrong."""
    place = {"book": CODE, "unit": "CNY", "now": NOW}
    legs = [
        ledger.Leg(ledger.open_account(kind=Kind.ALLOCATED, key=bill.meals.target.key, **place), -100),
        ledger.Leg(ledger.open_account(kind=Kind.SPENT, key="other", **place), 100),
    ]
    order = ledger.Order(uid=uuid4(), book=CODE, kind="odd", legs=legs, who=ledger.Who(None, "rule"))
    ledger.post(order=order, now=NOW)
    assert Client().get(HOME).context["flow"]["agrees"] is False


def cost(url: str) -> int:
    """How many queries a page takes, its second time."""
    read(url)
    with CaptureQueriesContext(connection) as seen:
        read(url)
    return len(seen)


def test_pages_cost_the_same_however_long_the_bill(bill: Bill, town: Neighbourhood) -> None:
    urls = (HOME, f"{HOME}entries/", f"{HOME}waiting/", SHEETS[1], f"{HOME}entry/{bill.stove.line.no}/")  # type: ignore[union-attr]
    before = [cost(url) for url in urls]
    for number in range(3):
        row = resolution(bill.fund, 900_000, town.zhou, kind=TargetKind.PROJECT, name=f"项目{number}")
        aside(row, 900_000, town.zhou)
        small = spending(row, 1_000 + number, town.zhou, use=Use.OTHER, payee=f"店{number}")
        spending(row, 600_000, town.zhou, use=Use.VISIT, payee=f"大店{number}")
        donation(bill.fund, 10 + number, town.zhou)
        fund.correct(line=small.line, uid=uuid4(), reason=Reversal.TWICE, words="重了", by=town.zhou, now=NOW)
    assert [cost(url) for url in urls] == before


def test_lists_page(town: Neighbourhood) -> None:
    row = opened(town)
    for number in range(33):
        income(row, 100 + number, town.zhou)
    url = f"{HOME}entries/?what=in"
    first = Client().get(url)
    assert len(first.context["rows"]) == 30
    assert listed(url) == sum(range(100, 133))


def test_the_ledger_is_taken_home_and_checked(bill: Bill, tmp_path: Path) -> None:
    answer = Client().get("/bill/ledger.jsonl")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert 'filename="ledger.jsonl"' in answer["Content-Disposition"]
    assert Anchor.objects.get().hash in body.decode()
    assert not any(name in body.decode() for name in (DONOR, PAYEE, PHONE))
    again = b"".join(Client().get("/bill/ledger.jsonl").streaming_content)  # type: ignore[attr-defined]
    assert again == body
    program = settings.ROOT / "linli/web/static/linli/verify_ledger.py"
    if program.exists():
        copy = tmp_path / "ledger.jsonl"
        copy.write_bytes(body)
        told = subprocess.run([sys.executable, program, copy], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


def test_yesterdays_year_is_not_this_years(town: Neighbourhood) -> None:
    row: Fund = opened(town, NOW - timedelta(days=200))
    old = NOW - timedelta(days=100)
    income(row, 700, town.zhou, now=old, received_on=old.date())
    income(row, 11, town.zhou)
    shown = Client().get(HOME).context["figures"]
    assert Page(shown["came"]).figures[0]["fen"] == 11
    assert Page(shown["now"]).figures[0]["fen"] == 711
