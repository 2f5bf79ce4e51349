"""The pages of passbooks, records, spot checks and disputes at 390 and 1440 px: WCAG 2.2 AA, nothing wider than the screen."""

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Dispute
from linli.ground.people.models import User
from linli.kit import clock
from tests.browser import DESK, PHONE, Opener, sign_in
from tests.factories import ZONE, Neighbourhood, neighbourhood, person
from tests.factories_care import care, recorded, served
from tests.stories.test_every_page import look

pytestmark = pytest.mark.django_db(transaction=True)


def lively(town: Neighbourhood) -> dict[str, object]:
    """A record in every state, one strange, one in dispute; somebody who has applied; a month that was drawn."""
    bank, now = care(town), clock.now()
    morning = now.astimezone(ZONE).replace(hour=9, minute=30)
    month = (morning.replace(day=1) - timedelta(days=20)).replace(day=3)
    paid = [served(bank, 60, month + timedelta(days=number)) for number in range(4)]
    strange = recorded(bank, 60, morning - timedelta(days=3), distance_m=640)
    timebank.confirm_record(
        record=strange, by=bank.sun, role="family", rating=4, words="来了，人很好，就是走得急了一点", now=now
    )
    ready = recorded(bank, 90, morning - timedelta(days=2))
    timebank.confirm_record(record=ready, by=bank.sun, role="family", rating=5, words="聊得高兴", now=now)
    timebank.approve_record(record=ready, good=True, by=town.qian, now=now)
    recorded(bank, 30, morning - timedelta(days=1))
    right = timebank.correct_record(
        record=paid[0], minutes=30, why="只待了半小时，电话里说的", by=town.zhao, now=now
    )
    timebank.open_dispute(
        key=uuid4(), record=paid[1], words="那天她只坐了十分钟就走了，饭也没看着吃", by=bank.sun, now=now
    )
    timebank.draw(programme=bank.programme, month=month.date(), share=60, by=town.zhou, now=now)
    fresh = person(town.grid, "吴秀英", sex="f", birthday=now.date().replace(year=now.year - 62, day=1))
    applied = timebank.apply(programme=bank.programme, person=fresh, by=town.zhao, now=now)
    return {
        "chen": bank.volunteer.no, "wang": bank.wang.no, "applied": applied.no, "paid": paid[1].pk, "right": right.pk,
        "dispute": Dispute.objects.get().pk, "ready": ready.pk,
    }  # fmt: skip


PAGES = {
    "zhou": (
        "/desk/members/",
        "/desk/members/?state=applied",
        "/desk/members/?state=receives",
        "/desk/members/{chen}/",
        "/desk/members/{wang}/",
        "/desk/members/{applied}/",
        "/desk/members/new/",
        "/desk/records/",
        "/desk/records/?tab=look",
        "/desk/records/?tab=confirm",
        "/desk/records/?tab=pool",
        "/desk/records/?tab=all",
        "/desk/records/{right}/",
        "/desk/records/{ready}/",
        "/desk/checks/",
        "/desk/checks/?print=1",
        "/desk/disputes/",
        "/desk/disputes/{dispute}/",
        "/desk/disputes/new/{ready}/",
        "/desk/",
    ),
    "sun": ("/home/disputes/", "/home/disputes/{dispute}/", "/home/disputes/new/?record={ready}"),
}


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("username", list(PAGES))
def test_pages_are_accessible_and_fit(open_page: Opener, live_server, username: str, device) -> None:  # type: ignore[no-untyped-def]
    blanks = lively(neighbourhood())
    User.objects.update(password_set_at=clock.now())
    page = open_page(device)
    sign_in(page, User.objects.get(username=username), live_server.url)
    for address in PAGES[username]:
        look(page, address.format(**blanks))
