"""王奶奶 has no phone. What she had, what it took and who acted for her reaches her on paper, and her family on theirs."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Payment
from linli.ground.ledger import actions as ledger
from linli.ground.people.models import Person
from linli.loop.run import actions as run
from linli.loop.run.models import Booking, Visit
from tests.browser import Opener
from tests.care_stage import booked, standards
from tests.factories import neighbourhood
from tests.factories_care import Care, care, recorded
from tests.purse_scene import RULE, stocked
from tests.stories.care_story import Cast, Watch, hands, office, press, printed, words

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["hands"]
NOT_THERE = (
    "李", "长河", "62345678", "2-302", "30 分", "爱珍", "13912345678", "1-101", "晓晨", "桂兰", "2-501",
)  # fmt: skip


def stage(hands: Watch) -> Care:
    """A time bank that grants points to elders who live alone; 李大爷 has a passbook too."""
    hands.at(2, 2)
    town = neighbourhood()
    one = care(town, **RULE)
    standards()
    office(town)
    stocked(one, hands.now)
    Person.objects.filter(pk=town.li.pk).update(reach="visit")
    timebank.enrol_receiver(programme=one.programme, person=town.li, by=town.zhao, now=hands.now)
    return one


def grant(cast: Cast, zhou: Page) -> None:
    """周主任 sees who gets what by the rule, and gives it."""
    zhou.goto("/desk/pool/grants/?month=2026-02")
    rows = zhou.locator("main .rows li")
    expect(rows).to_have_count(2)
    assert "60 分" in words(rows.filter(has_text="王"))
    assert "30 分" in words(rows.filter(has_text="李"))
    cast.look(zhou, "who-gets-what")
    press(zhou, "配发给 2 位，共 90 分")
    expect(zhou.locator("main .rows .chip-done")).to_have_count(2)
    expect(zhou.get_by_role("button", name="配发")).to_have_count(0)
    cast.look(zhou, "granted")


def book_with_points(cast: Cast, zhao: Page, one: Care) -> Visit:
    """She says at the door that she would like company on the tenth, and pays with what she was given."""
    zhao.goto(f"/desk/visits/of/{one.town.wang.pk}/")
    press(zhao, "约一次上门")
    zhao.locator("label", has_text="上门时说的").click()
    zhao.locator("label", has_text="陪伴聊天").click()
    zhao.fill("#id_day", "2026-02-10")
    zhao.fill("#id_clock", "10:00")
    zhao.locator("label", has_text="用积分").last.click()
    press(zhao, "约好了")
    assert "赵姐代记" in words(zhao)
    cast.look(zhao, "booked-with-points")
    payment = Payment.objects.get()
    assert (payment.state, payment.points, payment.made_by, payment.authority) == (
        "held", 10, one.town.zhao, "worker",
    )  # fmt: skip
    return Booking.objects.latest("pk").visits.get()


def went(one: Care, visit: Visit, hands: Watch, at: datetime) -> Visit:
    """陈阿姨 takes it, comes with the six digits she is told, stays an hour."""
    row = run.take_visit(visit=visit, member=one.volunteer, by=one.chen, now=hands.now)
    hands.now = at
    row = run.sign_in(visit=row, how="code", code=row.code, by=one.chen, now=at)
    hands.now = at + timedelta(hours=1)
    return run.sign_out(
        visit=row, how="code", code=row.code, by=one.chen, now=hands.now, ticks=[1, 2, 3], said="聊了一上午"
    )


def confirm(cast: Cast, zhao: Page, visit: Visit) -> None:
    """赵姐 asks her, and writes down what she says."""
    cast.again(zhao).goto(f"/desk/visits/{visit.no}/")
    zhao.fill("#id_words", "来了，陪我说了好一会儿话")
    press(zhao, "说做了")
    visit.refresh_from_db()
    assert (visit.state, visit.record and visit.record.confirmation.role) == ("confirmed", "worker")
    cast.look(zhao, "she-says-so")


def publish(hands: Watch) -> None:
    """The head of the chain goes to the notice board, the night before the letters are printed."""
    assert ledger.publish_head(now=hands.at(3, 4, 23, 50))


def february(cast: Cast, zhao: Page, one: Care, hands: Watch) -> None:
    """Twice somebody comes; the second time is paid with granted points. 李大爷 has his own visits."""
    free = booked(one, "company", hands.at(2, 4, 10), hands.at(2, 3)).visits.get()
    paid = book_with_points(cast, zhao, one)
    confirm(cast, zhao, went(one, free, hands, hands.at(2, 4, 10)))
    hands.at(2, 9)
    confirm(cast, zhao, went(one, paid, hands, hands.at(2, 10, 10)))
    recorded(one, 60, hands.at(2, 12, 10), receiver=one.town.li)
    assert Payment.objects.get().state == "taken"
    publish(hands)


def print_passbook(cast: Cast, qian: Page, one: Care) -> None:
    """钱姐 finds her passbook and prints its page: her lines, her balance, who acted for her."""
    qian.goto("/desk/members/")
    qian.locator(".tabs a", has_text="被照护").click()
    with qian.expect_navigation():
        qian.locator("main .rows a", has_text="王").click()
    with qian.expect_navigation():
        qian.locator(".figures a[href$='/passbook/']").click()
    cast.look(qian, "passbook-at-the-desk")
    press(qian, "打印存折")
    cast.look(qian, "passbook-sheet")
    (sheet,) = printed(qian)
    for line in (
        rf"编号 ?{one.wang.no} 王\*兰 2026 ?年",
        r"上年结转 0 2月1日 配发积分 60 60 2月10日 .{0,6}陪伴聊天 代办人：赵姐 10 50 合计 60 10 50",
        r"2026年3月4日 账本指纹",
    ):
        assert re.search(line, sheet), (line, sheet)
    hers_alone(sheet)


def print_letter(cast: Cast, qian: Page, one: Care) -> str:
    """The letter of February: who came, what it took, what is left until when, and whom to tell. Returns its words."""
    with qian.expect_navigation():
        qian.locator("a", has_text="返回").click()
    press(qian, "这个月的信")
    cast.look(qian, "letter")
    letter = " ".join(printed(qian))
    unspaced = letter.replace(" ", "")  # where a line breaks is the paper's business
    for line in (
        r"2026年2月 王奶奶，您好！ 邻居来看您 2 次：",
        r"2月4日 陈\*珍 来陪伴聊天，1 小时 2月10日 陈\*珍 来陪伴聊天，1 小时",
        r"月初 0 ?，存入 60 ?，取出 10 ?，月底 50 分",
        r"2月1日 配发积分 \+60 2月10日 .{0,6}陪伴聊天 −10 代办人：赵姐",
        r"50 分到 4月2日",
        r"下个兑换日 3月5日，您可以换： 洗衣液 2 公斤 40 分 理发 一次 20 分 有不明白",
        r"跟网格员赵姐说，或者到南田社区 ?居民委员会来",
        rf"送给 王\*兰，存折 {one.wang.no}",
        r"2026年3月4日 账本指纹",
    ):
        assert re.search(line.replace(" ?", "").replace(" ", ""), unspaced), (line, letter)
    hers_alone(letter)
    return words(qian.locator("article.letter"))


def hers_alone(paper: str) -> None:
    """Nothing of anybody else is on it, nor her own name, number and door in full."""
    assert not [one for one in NOT_THERE if one in paper], paper


def print_all(cast: Cast, qian: Page) -> None:
    """All letters of the month in one go: two elders, no sheet with something of both; one is marked as brought."""
    qian.goto("/desk/members/letters/?month=2026-02")
    cast.look(qian, "letters")
    press(qian, "打印 2 封信")
    sheets = printed(qian)
    assert sum("王奶奶，您好！" in sheet for sheet in sheets) == 1
    assert sum("李爷爷，您好！" in sheet for sheet in sheets) == 1
    assert not [sheet for sheet in sheets if "王" in sheet and "李" in sheet]
    with qian.expect_navigation():
        qian.locator("a", has_text="返回").click()
    press(qian, "送到了", qian.locator("main li", has_text="王奶奶"))
    assert "钱姐 送到了" in words(qian.locator("main li", has_text="王奶奶"))
    assert "还有 1 封没送" in words(qian)
    cast.look(qian, "brought")


def family(cast: Cast, sun: Page, one: Care, letter: str) -> None:
    """Her daughter opens the same passbook on her phone, makes the type larger, and reads the same letter."""
    sun.goto("/home/passbook/")
    with sun.expect_navigation():
        sun.get_by_role("button", name="长辈版").click()
    expect(sun.locator("html[data-elder]")).to_have_count(1)
    seen = words(sun)
    assert f"王桂兰 {one.wang.no}" in seen
    assert "50 分" in seen
    expect(sun.locator(".purse .purse-big")).to_have_text(
        "50"
    )  # she was only ever granted points: these stand first
    cast.look(sun, "family-passbook")
    with sun.expect_navigation():
        sun.locator(".tabs a", has_text="配发").click()
    lines = sun.locator(".purse-line")
    expect(lines).to_have_count(2)
    newest, oldest = words(lines.nth(0)), words(lines.nth(1))
    assert "陪伴聊天" in newest
    assert "代办人：赵姐" in newest
    assert newest.endswith("−10 结余 50")
    assert oldest.endswith("+60 结余 60")
    cast.look(sun, "family-lines")
    press(sun, "这个月的信")
    assert words(sun.locator("article.letter")) == letter
    cast.look(sun, "family-letter")


def taken_back(cast: Cast, zhao: Page, sun: Page, one: Care) -> None:
    """王奶奶 says at the door that her daughter need no longer see it. From then on nothing is there for her."""
    mine = f"for={one.town.wang.pk}"
    pages = (
        f"/home/passbook/?{mine}", f"/home/passbook/?{mine}&granted=1", f"/home/passbook/print/?{mine}",
        f"/home/passbook/letter/?{mine}", f"/home/shop/?{mine}", f"/home/give/?{mine}", f"/home/care/?{mine}",
        f"/home/care/book/?{mine}",
    )  # fmt: skip
    assert [status(sun, page) for page in pages] == [200] * len(pages)
    cast.again(zhao).goto(f"/desk/people/{one.town.wang.pk}/")
    bound = zhao.locator("main li", has_text="女儿")
    expect(bound).to_have_count(1)
    cast.look(zhao, "who-may-speak")
    press(zhao, "不再有", bound)
    expect(zhao.locator("main li", has_text="女儿")).to_have_count(0)
    cast.look(zhao, "nobody-but-herself")
    assert [status(sun, page) for page in pages] == [404] * len(pages)
    sun.goto("/home/passbook/")
    assert "王" not in words(sun)
    assert one.wang.no not in sun.content()
    cast.look(sun, "no-longer")


def status(page: Page, address: str) -> int:
    """How the page answers."""
    answer = page.goto(address)
    assert answer
    return answer.status


def test_the_elders_letter(open_page: Opener, live_server: Any, hands: Watch) -> None:
    one = stage(hands)
    cast = Cast(open_page, live_server.url, hands, "elder")
    zhou, zhao = cast.at_desk("zhou"), cast.at_desk("zhao")

    grant(cast, zhou)
    february(cast, zhao, one, hands)
    hands.at(3, 5)
    qian, sun = cast.at_desk("qian"), cast.on_phone("sun")
    print_passbook(cast, qian, one)
    letter = print_letter(cast, qian, one)
    print_all(cast, qian)
    family(cast, sun, one, letter)
    taken_back(cast, zhao, sun, one)


def test_a_letter_is_one_sheet(open_page: Opener, live_server: Any, hands: Watch) -> None:
    """An elder who is visited every week, with points granted and a shop to choose from: the usual letter."""
    one = stage(hands)
    timebank.run_grants(
        programme=one.programme, month=hands.now.date().replace(day=1), by=one.town.zhou, now=hands.now
    )
    for day in (4, 11, 18, 25):
        recorded(one, 60, hands.at(2, day, 10))
    publish(hands)
    hands.at(3, 5)
    qian = Cast(open_page, live_server.url, hands).at_desk("qian")
    qian.goto(f"/desk/members/{one.wang.no}/letter/?month=2026-02")
    assert len(printed(qian)) == 1
