"""The big bill, the rule and certificates at 390 and 1440 px: WCAG 2.2 AA, nothing wider than the screen."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import certificates
from linli.ground.people.models import User
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, sign_in
from tests.commons.fund_book import filled
from tests.factories import ZONE, Neighbourhood, neighbourhood
from tests.factories_care import care, served
from tests.stories.test_every_page import look

pytestmark = pytest.mark.django_db(transaction=True)


def lively(town: Neighbourhood) -> dict[str, object]:
    """A bill with something of every kind, a draft beside the rule in force, a certificate."""
    bank, now = care(town), clock.now()
    morning = now.astimezone(ZONE).replace(hour=9, minute=30)
    for number in range(4):
        served(bank, 60, morning - timedelta(days=3 + number))
    bill = filled(town, now)
    draft = timebank.draft_rule(
        programme=bank.programme, body=bank.rule.body | {"approvers": 1}, by=town.zhou, now=now,
        valid_from=clock.local_day(now) + timedelta(days=30),
    )  # fmt: skip
    paper = certificates.issue(
        key=uuid4(), member=bank.volunteer, first_on=clock.local_day(now) - timedelta(days=30),
        last_on=clock.local_day(now), by=bank.chen, now=now,
    )  # fmt: skip
    return {
        "area": town.community.stem, "code": bank.programme.code, "draft": draft.pk, "now": bank.rule.pk,
        "paper": paper.no, "line": bill.rice.line.no if bill.rice.line else 1, "quarter": f"{now.year}Q{(now.month + 2) // 3}",
    }  # fmt: skip


PAGES = {
    "": (
        "/bill/",
        "/bill/{area}/",
        "/bill/{area}/entries/",
        "/bill/{area}/entry/{line}/",
        "/bill/{area}/sheet/?quarter={quarter}",
        "/c/",
        "/c/{paper}",
    ),
    "zhou": (
        "/desk/fund/",
        "/desk/fund/{area}/",
        "/desk/fund/{area}/entries/",
        "/desk/fund/{area}/entries/{line}/",
        "/desk/fund/{area}/spend/",
        "/desk/fund/{area}/donation/",
        "/desk/rules/",
        "/desk/rules/{code}/{now}/",
        "/desk/rules/{code}/new/",
        "/desk/rules/{code}/{draft}/",
        "/desk/rules/{code}/{draft}/try/",
        "/desk/rules/{code}/{draft}/edit/earning/",
        "/desk/rules/{code}/{now}/compare/{draft}/",
        "/desk/certificates/",
        "/desk/certificates/{paper}/",
        "/desk/certificates/{paper}/sheet/",
        "/desk/certificates/export/",
        "/desk/peers/",
    ),
    "chen": ("/home/certificate/", "/home/certificate/{paper}/sheet/"),
}


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_accessible_and_fit(open_page: Opener, live_server, username: str, device) -> None:  # type: ignore[no-untyped-def]
    blanks = lively(neighbourhood())
    User.objects.update(password_set_at=clock.now())
    page = open_page(device)
    if username:
        sign_in(page, User.objects.get(username=username), live_server.url)
    for address in PAGES[username]:
        look(page, address.format(**blanks))
