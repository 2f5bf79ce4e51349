"""方阿姨, 66, applies, is admitted, spends her first hour with 王奶奶, and some hours later takes home a bag of rice."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import HoursCertificate, Member, Order, Record
from linli.ground.people import actions as people
from linli.ground.people.models import User
from linli.loop.run.models import Booking, Visit
from tests.browser import Opener
from tests.care_stage import standards
from tests.factories import Neighbourhood, login, neighbourhood, person
from tests.factories_care import Care, care, recorded
from tests.purse_scene import stocked
from tests.stories.care_story import OFFICE_PHONE, Cast, Watch, hands, office, press, words

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["hands"]
AT_THE_DOOR: dict[str, Any] = {
    "geolocation": {"longitude": 121.4, "latitude": 31.2}, "permissions": ["geolocation"],
}  # fmt: skip
SAID = "陪王奶奶聊天、量血压，楼下走了一圈"
THANKS = "我妈说这位阿姨真贴心"
NOTE = "耳朵背，敲门重一点"


def stage(hands: Watch) -> Care:
    """A time bank whose shop is always open and which wants a course first; 方阿姨 has a login and nothing else."""
    hands.at(3, 5, 9, 10)
    town = neighbourhood()
    one = care(town, entry=["review", "course"], window={"kind": "always"})
    standards()
    office(town)
    fang = person(town.grid, "方素云", "resident", sex="f", birthday=date(1959, 12, 20), reach="app")
    people.move_in(person=fang, building=town.building, door="1-201", by=None, now=hands.now)
    login(fang, "fang")
    login(person(town.community, "小顾", "station_host", reach="app"), "gu")
    return one


def apply(cast: Cast, fang: Page) -> str:
    """She says on her phone what she can do, and when. Returns her number."""
    fang.goto("/pocket/")
    expect(fang.locator(".steps li")).to_have_count(4)
    expect(fang.locator(".steps .is-done")).to_have_count(0)
    cast.look(fang, "the-way")
    press(fang, "我愿意帮忙")
    cast.look(fang, "apply")
    press(fang, "发出去")
    for missing in ("请至少选一样。", "请至少选半天。", "不然老人不知道来的是谁。"):
        assert missing in words(fang)
    assert not Member.objects.filter(person__name="方素云").exists()
    fang.locator("label", has_text="陪伴聊天").click()
    thursday = fang.get_by_role("group", name="星期四")
    thursday.locator("label", has_text="上午").click()
    fang.locator("label", has_text="我的姓名和电话").click()
    cast.picture(fang, "apply-again")
    press(fang, "发出去")
    expect(fang.locator(".steps .is-done")).to_have_count(1)
    expect(fang.locator(".steps .is-current")).to_contain_text("社区和您一起核对")
    member = Member.objects.get(person__name="方素云")
    assert (member.state, member.skills, member.times) == ("applied", ["company"], ["4a"])
    return str(member.no)


def admit(cast: Cast, zhao: Page, zhou: Page, fang: Page, no: str) -> None:
    """赵姐 checks and teaches, 周主任 admits; 赵姐 cannot."""
    zhao.goto("/desk/members/")
    zhao.locator(".tabs a", has_text="已报名").click()
    cast.look(zhao, "applications")
    zhao.locator(f"a[href*='{no}']").click()
    press(zhao, "身份年龄已核对")
    press(zhao, "该学的都学了")
    assert Member.objects.get(no=no).state == "learned"
    expect(zhao.get_by_role("button", name="录取", exact=True)).to_have_count(0)
    zhou.goto(f"/desk/members/{no}/")
    cast.look(zhou, "to-admit")
    press(zhou, "录取")
    member = Member.objects.get(no=no)
    assert (member.state, member.checked_by, member.learned_by, member.admitted_by) == (
        "admitted", User.objects.get(username="zhao").person, User.objects.get(username="zhao").person,
        User.objects.get(username="zhou").person,
    )  # fmt: skip
    fang.goto("/pocket/")
    expect(fang.locator(".steps")).to_have_count(0)
    expect(fang.locator(".offer")).to_have_count(0)
    cast.look(fang, "admitted-nothing-yet")


def book(cast: Cast, zhao: Page, town: Neighbourhood) -> tuple[Visit, str]:
    """王奶奶 has no phone: her neighbour's is used. 赵姐 writes it down, and makes the card for the door."""
    zhao.goto("/desk/visits/")
    press(zhao, "替老人预约")
    zhao.fill("#id_who", "桂兰")
    zhao.locator("#found label", has_text="王").click()
    zhao.locator("label", has_text="打电话来的").click()
    zhao.fill("#id_how_words", "借邻居的电话")
    zhao.locator("label", has_text="陪伴聊天").click()
    zhao.fill("#id_day", "2026-03-05")
    zhao.fill("#id_clock", "10:00")
    zhao.fill("#id_note", NOTE)
    cast.look(zhao, "booking")
    press(zhao, "约好了")
    told = words(zhao)
    assert "赵姐代记" in told
    assert "打电话来的 · 借邻居的电话" in told
    cast.look(zhao, "booked")
    booking = Booking.objects.get()
    assert (booking.receiver, booking.asked_by, booking.authority) == (town.wang, town.zhao, "worker")
    press(zhao, "做一张门口的卡")
    press(zhao, "做这张卡")
    assert OFFICE_PHONE in words(zhao)
    assert "桂兰" not in zhao.content()
    cast.picture(zhao, "door-card")
    return booking.visits.get(), words(zhao.locator(".door-code"))


def take(cast: Cast, fang: Page, visit: Visit) -> None:
    """She sees what and where, not yet who; then it is hers."""
    fang.goto("/pocket/")
    card = fang.locator(".visit-card")
    expect(card).to_have_count(1)
    seen = words(card)
    for said in ("陪伴聊天", "+10", "10:00", "3号楼"):
        assert said in seen, seen
    assert "王" not in words(fang)
    assert NOTE not in words(fang)
    cast.look(fang, "near-her")
    press(fang, "接单")
    assert "王奶奶" in words(fang)
    assert NOTE in words(fang)
    cast.look(fang, "taken")
    visit.refresh_from_db()
    assert (visit.state, visit.member and visit.member.person.name) == ("taken", "方素云")


def serve(cast: Cast, fang: Page, hands: Watch, visit: Visit, card: str) -> None:
    """At the door she scans the card; an hour later, all steps ticked, she scans it again."""
    hands.at(3, 5, 10, 0)
    fang.goto(f"/s/{card}")
    fang.wait_for_url(f"**/pocket/visits/{visit.no}/?card=*")
    assert "门口的卡已扫好" in words(fang)
    cast.look(fang, "at-the-door")
    press(fang, "我到了")
    expect(fang.locator(".timer")).to_be_visible()
    visit.refresh_from_db()
    assert (visit.state, visit.in_how, visit.distance_m) == ("started", "qr", 0)
    hands.at(3, 5, 11, 0)
    fang.goto(f"/s/{card}")
    assert "1:00:00" in words(fang.locator(".timer"))
    cast.look(fang, "under-way")
    for step in ("问问睡得好不好", "量血压", "陪着走走"):
        fang.get_by_label(step).check()
    fang.fill("#id_said", SAID)
    press(fang, "我走了")
    expect(fang.locator(".thanks")).to_be_visible()
    cast.look(fang, "thank-you")
    visit.refresh_from_db()
    assert (visit.state, visit.out_how, visit.ticks) == ("ended", "qr", [1, 2, 3])


def confirm(cast: Cast, sun: Page, visit: Visit) -> Record:
    """Her daughter says that it was so, with five stars."""
    sun.goto("/home/care/")
    assert SAID in words(sun)
    cast.look(sun, "was-it-so")
    sun.locator(f"label[for='star_{visit.no}_5']").click()
    sun.get_by_label("想对来的人说句话").fill(THANKS)
    press(sun, "是的，做了")
    cast.look(sun, "said")
    record = Record.objects.get()
    assert (record.minutes, record.claim.state, record.confirmation.rating, record.confirmation.role) == (
        60, "confirmed", 5, "family",
    )  # fmt: skip
    return record


def approve(cast: Cast, qian: Page, zhou: Page, fang: Page, record: Record) -> None:
    """One colleague is not enough, and cannot stand for two."""
    fang.goto("/home/passbook/")
    assert words(fang.locator(".purse .points")) == "0"
    qian.goto("/desk/records/")
    card = qian.locator(f"#record-{record.pk}")
    assert THANKS in words(card)
    assert "0/2 已复核" in words(card)
    cast.look(qian, "to-approve")
    card.get_by_role("button", name="通过", exact=True).click()
    expect(card).to_contain_text("1/2")
    expect(card.get_by_role("button", name="通过", exact=True)).to_have_count(0)
    cast.look(qian, "one-of-two")
    record.claim.refresh_from_db()
    assert record.claim.state == "confirmed"
    cast.again(zhou).goto("/desk/records/")
    card = zhou.locator(f"#record-{record.pk}")
    assert "1/2 已复核" in words(card)
    assert "钱姐" in words(card)
    card.get_by_role("button", name="通过", exact=True).click()
    expect(card.get_by_role("button", name="通过", exact=True)).to_have_count(0)
    record.claim.refresh_from_db()
    assert (record.claim.state, record.claim.points) == ("paid", 10)
    cast.picture(zhou, "approved")


def figures(page: Page) -> tuple[int, int]:
    """Points and minutes at the head of a passbook."""
    points = page.locator(".purse [data-points]").get_attribute("data-points")
    minutes = page.locator(".purse [data-hours]").get_attribute("data-hours")
    return int(points or -1), int(minutes or -1)


def first_line(cast: Cast, fang: Page) -> None:
    """Ten points for one hour, and what is behind them."""
    fang.goto("/home/passbook/")
    assert figures(fang) == (10, 60)
    line = fang.locator(".purse-line")
    expect(line).to_have_count(1)
    assert "陪伴聊天" in words(line)
    assert words(line.locator(".purse-amount")).startswith("+10")
    cast.look(fang, "plus-ten")
    with fang.expect_navigation():
        line.click()
    assert "10:00" in words(fang)
    cast.look(fang, "behind-the-line")


def more_hours(one: Care, hands: Watch, member: Member) -> None:
    """Nine more hours, confirmed and approved like the first: ninety points."""
    for day in (6, 8, 10):
        begins = hands.at(3, day, 9, 0)
        record = recorded(one, 180, begins, member=member, by=member.person)
        when = hands.at(3, day, 14, 0)
        timebank.confirm_record(record=record, by=one.sun, role="family", now=when, rating=5)
        for colleague in (one.town.zhao, one.town.qian):
            timebank.approve_record(record=record, good=True, by=colleague, now=when + timedelta(minutes=1))
    hands.at(3, 12, 9, 0)


def order_rice(cast: Cast, fang: Page) -> str:
    """From the passbook to the shelf; two taps more and the rice is hers. Returns the code."""
    cast.again(fang).goto("/home/passbook/")
    assert figures(fang) == (100, 600)
    press(fang, "看看能换什么")
    cast.look(fang, "the-shelf")
    with fang.expect_navigation():
        fang.locator(".good-link", has_text="大米").click()
    cast.look(fang, "rice")
    press(fang, "就要这个")
    cast.look(fang, "pick-up-code")
    assert "出示或念出取货码" in words(fang)
    expect(fang.locator(".pickup-qr svg")).to_be_visible()
    fang.goto("/home/passbook/")
    assert figures(fang) == (100, 600)
    assert words(fang.locator("#held")).startswith("已预留 100")
    fang.goto("/home/shop/")
    with fang.expect_navigation():
        fang.locator(".ticket").click()
    return words(fang.locator(".pickup-code"))


def fetch_rice(cast: Cast, host: Page, code: str) -> None:
    """At the counter: no, not this code; this one; she signs."""
    host.goto("/desk/shop/")
    press(host, "交货")
    host.fill("#id_code", "22222222")
    press(host, "查这个码")
    expect(host.locator("main")).to_contain_text("没有")
    cast.look(host, "wrong-code")
    host.fill("#id_code", code.lower())
    press(host, "查这个码")
    seen = words(host)
    assert "取货码对上了" in seen
    assert "大米" in seen
    assert "素云" not in seen
    host.fill("#id_signed_by", "方素云")
    cast.look(host, "to-hand-over")
    press(host, "交给她")
    cast.look(host, "handed-over")
    order = Order.objects.get()
    assert (order.state, order.signed_by, order.handed_by) == (
        "collected", "方素云", User.objects.get(username="gu").person,
    )  # fmt: skip


def last_line(cast: Cast, fang: Page) -> None:
    """A hundred points fewer; not a minute less."""
    fang.goto("/home/passbook/")
    assert figures(fang) == (0, 600)
    line = fang.locator(".purse-line").first
    assert "大米" in words(line)
    assert words(line.locator(".purse-amount")).startswith("−100")
    expect(fang.locator(".purse-line")).to_have_count(5)
    cast.look(fang, "minus-hundred")


def certify(cast: Cast, fang: Page, anybody: Page) -> None:
    """She takes a certificate of all ten hours; whoever has its number finds it valid."""
    fang.goto("/home/certificate/")
    cast.look(fang, "certificates")
    press(fang, "开一份证明")
    paper = HoursCertificate.objects.get()
    assert paper.minutes == 600
    cast.look(fang, "certificate")
    press(fang, "打印")
    assert "方素云" in words(fang)
    cast.picture(fang, "certificate-sheet")
    anybody.goto(f"/c/{paper.no}")
    seen = words(anybody)
    assert "这份证明有效" in seen
    assert "10 小时" in seen
    assert "素云" not in seen
    cast.look(anybody, "it-holds")
    last = str((int(paper.no[-1]) + 1) % 10)
    anybody.goto("/c/")
    anybody.fill("#id_number", paper.no[:-1] + last)
    press(anybody, "查验")
    assert "没有这个编号的证明" in words(anybody)
    cast.look(anybody, "no-such-certificate")


def test_from_the_first_word_to_a_bag_of_rice(open_page: Opener, live_server: Any, hands: Watch) -> None:
    one = stage(hands)
    cast = Cast(open_page, live_server.url, hands, "volunteer")
    fang, sun = cast.on_phone("fang", **AT_THE_DOOR), cast.on_phone("sun")
    zhao, qian, zhou = cast.at_desk("zhao"), cast.at_desk("qian"), cast.at_desk("zhou")

    no = apply(cast, fang)
    admit(cast, zhao, zhou, fang, no)
    visit, card = book(cast, zhao, one.town)
    take(cast, fang, visit)
    serve(cast, fang, hands, visit, card)
    record = confirm(cast, sun, visit)
    approve(cast, qian, zhou, fang, record)
    first_line(cast, fang)
    more_hours(one, hands, Member.objects.get(no=no))
    stocked(one, hands.now)
    code = order_rice(cast, fang)
    fetch_rice(cast, cast.at_desk("gu"), code)
    last_line(cast, fang)
    certify(cast, fang, cast.on_phone())
