"""王奶奶 has no phone. What she had, what it took and who acted for her reaches her on paper, and her family on theirs."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Payment
from linli.ground.ledger import actions as ledger
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
OTHERS = ("李", "长河", "62345678", "南田苑", "2-302", "2-501", "1-101", "13912345678", "爱珍", "桂兰", "晓晨")


def stage(hands: Watch) -> Care:
    """A time bank that grants points to elders who live alone; 李大爷 has a passbook too."""
    hands.at(2, 2)
    town = neighbourhood()
    one = care(town, **RULE)
    standards()
    office(town)
    stocked(one, hands.now)
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


def february(cast: Cast, zhao: Page, one: Care, hands: Watch) -> None:
    """Twice somebody comes; the second time is paid with granted points. 李大爷 has his own visits."""
    free = booked(one, "company", hands.at(2, 4, 10), hands.at(2, 3)).visits.get()
    paid = book_with_points(cast, zhao, one)
    confirm(cast, zhao, went(one, free, hands, hands.at(2, 4, 10)))
    hands.at(2, 9)
    confirm(cast, zhao, went(one, paid, hands, hands.at(2, 10, 10)))
    recorded(one, 60, hands.at(2, 12, 10), receiver=one.town.li)
    assert Payment.objects.get().state == "taken"
    hands.at(3, 4, 23, 50)
    while ledger.seal_ledger():
        pass
    ledger.publish_head(now=hands.now)


def head_on(sheet: str) -> bool:
    """Whether the published head stands on it, as on the notice board."""
    return "2026年3月4日" in sheet.replace(" ", "")


def print_passbook(cast: Cast, qian: Page, one: Care, folder: Path) -> None:
    """钱姐 finds her passbook and prints its page: her lines, her balance, who acted for her, nobody else."""
    qian.goto("/desk/members/")
    qian.locator(".tabs a", has_text="被照护").click()
    with qian.expect_navigation():
        qian.locator("main .rows a", has_text="王").click()
    with qian.expect_navigation():
        qian.locator(".figures a[href$='/passbook/']").click()
    cast.look(qian, "passbook-at-the-desk")
    press(qian, "打印存折")
    cast.look(qian, "passbook-sheet")
    (sheet,) = printed(qian, folder)
    print(sheet)
    assert one.wang.no in sheet


def test_the_elders_letter(
    open_page: Opener, live_server: Any, hands: Watch, tmp_path: Path
) -> None:
    one = stage(hands)
    cast = Cast(open_page, live_server.url, hands, "elder")
    zhou, zhao = cast.at_desk("zhou"), cast.at_desk("zhao")

    grant(cast, zhou)
    february(cast, zhao, one, hands)
    hands.at(3, 5)
    qian = cast.at_desk("qian")
    print_passbook(cast, qian, one, tmp_path)
    qian.goto(f"/desk/members/{one.wang.no}/letter/?month=2026-02")
    cast.look(qian, "letter")
    print(printed(qian, tmp_path))
    qian.goto(f"/desk/members/letters/?month=2026-02")
    cast.look(qian, "letters")
    press(qian, "打印 2 封信")
    print(printed(qian, tmp_path))
    assert 0
