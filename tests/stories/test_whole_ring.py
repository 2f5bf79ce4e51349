"""李大爷 cannot cook any more: his words go around the ring, fail him once, and come right in the second lap."""

import pytest
from playwright.sync_api import Page, expect

from linli.ground.people.models import User
from linli.kit import clock
from linli.loop.ask.models import Need
from linli.loop.evaluate.queries import rates
from tests.browser import PHONE, Opener, axe, sign_in
from tests.factories import Neighbourhood, neighbourhood

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "岁数大了，想吃口热乎饭都难"


def as_person(open_page: Opener, username: str, address: str, **device: object) -> Page:
    page = open_page(**device)
    sign_in(page, User.objects.get(username=username), address)
    return page


def submit(page: Page, form: str = "main form[method=post]") -> None:
    """Send the form with its own button, and wait for where it leads."""
    with page.expect_navigation():
        page.locator(f"{form} button.btn-primary").last.click()


def hear(page: Page) -> str:
    """赵姐 writes the diary on her phone, marks 李大爷, and raises a need from it. Returns its number."""
    page.goto("/desk/diary/new/")
    axe(page)
    page.fill("textarea[name=words]", f"去3号楼看李大爷。他说：{WORDS}。")
    page.fill("input[name=who]", "长河")
    page.locator("#found label, #found button").filter(has_text="李").first.click()
    submit(page, "form.hear-form")
    expect(page.locator(".quote")).to_contain_text("热乎饭")
    axe(page)
    page.fill("textarea[name=words]", WORDS)
    page.locator("label", has_text="李").first.click()
    page.select_option("select[name=category]", label="助餐")
    expect(page.locator("#promise")).to_contain_text("5")
    submit(page, "form.hear-form")
    need = Need.objects.get()
    assert (need.words, need.state, need.asker.name, need.channel) == (WORDS, "accepted", "李长河", "diary")
    return need.no


def help_and_give(page: Page, no: str) -> str:
    """赵姐 finds the canteen and gives the task to 刘师傅. Returns the task's number."""
    page.goto(f"/desk/needs/{no}/help/")
    axe(page)
    expect(page.locator(".candidate").first).to_contain_text("幸福餐厅")
    with page.expect_navigation():
        page.locator(".candidate form button").first.click()
    page.goto(f"/desk/needs/{no}/task/")
    page.select_option("select[name=owner]", value=str(User.objects.get(username="liu").person_id))
    submit(page)
    return Need.objects.get(no=no).tasks.order_by("-id")[0].no


def do(page: Page, task: str) -> None:
    """刘师傅 ticks every step on his phone and says that it is done."""
    page.goto(f"/desk/tasks/{task}/")
    axe(page)
    for turn in range(3):
        page.locator(".steps button").first.click()
        expect(page.locator(".steps .is-done")).to_have_count(turn + 1)
    page.fill("#finish textarea[name=text]", "送到家门口，看着吃上了")
    submit(page, "#finish")
    assert page.locator("button[name=good]").count() == 0  # the doer cannot close


def check(page: Page, task: str) -> None:
    """赵姐 looks whether it is really done."""
    page.goto(f"/desk/tasks/{task}/")
    with page.expect_navigation():
        page.locator("button[name=good][value=yes]").click()


def ask_back(page: Page, no: str, *, satisfied: bool, words: str) -> None:
    """钱姐, who did not do it, asks whether it was good."""
    follow_up = Need.objects.get(no=no).follow_ups.order_by("-id")[0]
    page.goto(f"/desk/follow-ups/{follow_up.pk}/")
    axe(page)
    for name, yes in (("solved", True), ("satisfied", satisfied)):
        page.locator(f"input[name={name}]").nth(0 if yes else 1).check(force=True)
    page.fill("textarea[name=words]", words)
    submit(page)


def counted(town: Neighbourhood) -> list[tuple[int, int]]:
    today = clock.local_day(clock.now())
    return [(share.yes, share.all) for share in rates(town.community.stem, today, today)]


def test_one_need_walks_the_whole_ring_twice(open_page: Opener, live_server) -> None:  # type: ignore[no-untyped-def]
    town = neighbourhood()
    User.objects.update(password_set_at=clock.now())
    zhao = as_person(open_page, "zhao", live_server.url, device=PHONE)
    liu = as_person(open_page, "liu", live_server.url, device=PHONE)
    qian = as_person(open_page, "qian", live_server.url)
    zhou = as_person(open_page, "zhou", live_server.url)

    no = hear(zhao)
    task = help_and_give(zhao, no)
    do(liu, task)
    check(zhao, task)
    assert Need.objects.get(no=no).state == "closed"
    ask_back(qian, no, satisfied=False, words="送来都凉了")
    need = Need.objects.get(no=no)
    assert (need.state, need.lap) == ("reopened", 2)
    assert counted(town) == [(1, 1), (1, 1), (0, 1)]

    task = help_and_give(zhao, no)
    do(liu, task)
    check(zhao, task)
    ask_back(qian, no, satisfied=True, words="热乎的，好")
    assert Need.objects.get(no=no).state == "closed"
    assert counted(town) == [(1, 1), (2, 2), (1, 2)]

    zhou.goto(f"/desk/needs/{no}/")
    axe(zhou)
    story = zhou.locator("main").inner_text()
    for said in (WORDS, "送来都凉了", "热乎的，好", "送到家门口，看着吃上了"):
        assert said in story.replace("\u2009", "")
    zhou.goto("/board/rates/")
    axe(zhou)
    expect(zhou.locator("main")).to_contain_text("1/2")
    zhou.locator("a.figure-value", has_text="50").first.click()
    expect(zhou.locator("main")).to_contain_text("热乎")
