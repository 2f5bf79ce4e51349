"""Months close by themselves, in order, and take nothing any more."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.ground.ledger.actions.closing import close_due
from linli.ground.ledger.models import Close, CloseLine
from linli.ground.ledger.queries import standing, verify
from tests.factories import ZONE
from tests.ground.ledger.books import BOOK, NEXT_DOOR, opened, post

pytestmark = pytest.mark.django_db
JANUARY = datetime(2026, 1, 20, 10, tzinfo=ZONE)


def test_what_is_over_closes_once_in_every_book_in_which_something_was_booked() -> None:
    here, there = opened(), opened(NEXT_DOOR)
    post((here.issuer, -500), (here.pool, 500), now=JANUARY)
    post((here.pool, -30), (here.chen, 30), now=JANUARY + timedelta(days=40))
    post((there.issuer, -7), (there.pool, 7), now=JANUARY + timedelta(days=40))
    assert close_due(now=datetime(2026, 2, 1, 1, tzinfo=ZONE)) == []
    made = close_due(now=datetime(2026, 4, 3, 1, tzinfo=ZONE))
    assert [(row.book, row.month) for row in made] == [
        (BOOK, date(2026, 1, 1)), (BOOK, date(2026, 2, 1)), (BOOK, date(2026, 3, 1)),
        (NEXT_DOOR, date(2026, 3, 1)),
    ]  # fmt: skip
    assert close_due(now=datetime(2026, 4, 3, 1, tzinfo=ZONE)) == []
    lines = CloseLine.objects.filter(close__book=BOOK, close__month=date(2026, 2, 1)).order_by("account")
    assert [row.posted for row in lines] == [-500, 500]
    with pytest.raises(IntegrityError), transaction.atomic():
        post((here.pool, -1), (here.wang, 1), now=datetime(2026, 3, 31, 23, tzinfo=ZONE))
    post((here.issuer, -5), (here.pool, 5), now=datetime(2026, 4, 3, 2, tzinfo=ZONE))
    assert (standing(here.issuer), standing(there.issuer)) == (-505, -7)
    assert Close.objects.count() == 4
    assert verify().broken is None
