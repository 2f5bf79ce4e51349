"""What a decision leaves behind, at 390 and 1440 px and in the dark: transfers and a loss on a record, a dispute decided, an offer changed."""

from typing import Any
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.choices import PaymentKind, Relation
from linli.commons.timebank.models import Record
from linli.ground.people.models import User
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, sign_in
from tests.factories import neighbourhood
from tests.factories_care import care
from tests.stories.test_bank_pages import lively
from tests.stories.test_every_page import look

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/desk/members/{chen}/", "/desk/members/{chen}/offer/", "/desk/members/new/", "/desk/records/?tab=confirm",
    "/desk/records/{paid}/", "/desk/records/{right}/", "/desk/disputes/?all=1", "/desk/disputes/{dispute}/",
)  # fmt: skip


def decided(blanks: dict[str, object]) -> None:
    """Part of what she had for it was spent when the director found that it does not count."""
    record = Record.objects.get(pk=blanks["paid"])
    town, who, now = care_of(record)
    purse = timebank.set_aside(
        key=uuid4(), member=record.member, kind=PaymentKind.CARE, points=25, receiver=who, relation=Relation.SELF, by=who,
        authority="self", now=now,
    )  # fmt: skip
    timebank.take_payment(payment=purse, by=who, authority="self", now=now)
    dispute = record.disputes.get()
    timebank.answer_dispute(dispute=dispute, words="我陪她坐了一个小时，李大爷看见的", by=who, now=now)
    timebank.decide_dispute(dispute=dispute, verdict="void", grounds="门禁和电话都对不上", by=town, now=now)


def care_of(record: Record) -> tuple[Any, Any, Any]:
    """The director, the volunteer, and the time."""
    return User.objects.get(username="zhou").person, record.member.person, clock.now()


@pytest.mark.parametrize(
    ("device", "theme"), [(PHONE, "light"), (DESK, "light"), (PHONE, "dark")], ids=["phone", "desk", "dark"]
)
def test_pages_are_accessible_and_fit(
    open_page: Opener, live_server: Any, device: dict[str, Any], theme: str
) -> None:
    town = neighbourhood()
    blanks = lively(town)
    assert care(town).volunteer.no == blanks["chen"]
    decided(blanks)
    User.objects.update(password_set_at=clock.now())
    page = open_page(device)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    sign_in(page, User.objects.get(username="zhou"), live_server.url)
    for address in PAGES:
        look(page, address.format(**blanks))
