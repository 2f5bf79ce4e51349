"""Long lists: 再看 adds the next rows in place until all are there, each once."""

import pytest
from playwright.sync_api import expect

from linli.ground.people.models import User
from linli.kit import clock
from tests.browser import PHONE, Opener, sign_in
from tests.factories import need, neighbourhood

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_list_of_seventy_is_walked_to_its_end(open_page: Opener, live_server) -> None:  # type: ignore[no-untyped-def]
    town = neighbourhood()
    User.objects.update(password_set_at=clock.now())
    numbers = [need(town, f"第{n}件事，请帮忙看看", now=clock.now()).no for n in range(70)]
    page = open_page(PHONE)
    sign_in(page, User.objects.get(username="zhao"), live_server.url)
    page.goto("/desk/triage/?tab=all")
    rows = page.locator("#list > li:has(a.row-link)")
    for shown in (30, 60, 70):
        expect(rows).to_have_count(shown)
        if shown < 70:
            page.locator(".pager a").click()
    expect(page.locator(".pager a")).to_have_count(0)
    text = page.locator("#list").inner_text()
    assert [number for number in numbers if text.count(number) != 1] == []
