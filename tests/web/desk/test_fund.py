"""周主任 keeps the big bill: what comes in, what a meeting decides, what is spent; 林书记 signs the large ones."""

import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linli.commons.fund import queries
from linli.commons.fund.choices import Stage
from linli.commons.fund.models import Correction, Fund, Income, Line, Resolution, Setting, Spending
from linli.ground.journal.models import Event
from linli.ground.people.models import Person
from linli.ground.photos.models import Photo
from tests.commons.fund_book import (
    DONOR,
    PAYEE,
    PHONE,
    Bill,
    aside,
    filled,
    income,
    opened,
    resolution,
    spending,
)
from tests.factories import Neighbourhood
from tests.web.desk import stage

pytestmark = pytest.mark.django_db
CODE = "310999001001"
HERE = f"/desk/fund/{CODE}/"


@pytest.fixture
def fund(town: Neighbourhood) -> Fund:
    """The bill of 南田社区, empty."""
    return opened(town)


@pytest.fixture
def bill(town: Neighbourhood) -> Bill:
    """The same with one of everything."""
    return filled(town)


@pytest.fixture
def meals(town: Neighbourhood, fund: Fund) -> Resolution:
    """20,000 yuan set aside for the canteen."""
    income(fund, 3_000_000, town.zhou)
    row = resolution(fund, 2_000_000, town.zhou)
    aside(row, 2_000_000, town.zhou)
    return row


def picture() -> SimpleUploadedFile:
    """A photographed receipt."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "ivory").save(out, "JPEG")
    return SimpleUploadedFile("receipt.jpg", out.getvalue(), "image/jpeg")


def post(who: Person, url: str, status: int = 302, **given: Any) -> Any:
    """Send a form as this person."""
    answer = stage.enter(who).post(url, given)
    assert answer.status_code == status, (url, answer.status_code)
    return answer


def bought(meals: Resolution, **more: Any) -> dict[str, Any]:
    """A filled-in spending form."""
    given = {
        "key": str(uuid4()), "amount": "368.00", "resolution": meals.pk, "use": "meals", "payee": "南田粮油店",
        "purpose": "买大米", "spent_on": "2026-03-05", "photos": picture(),
    }  # fmt: skip
    return given | more


def test_a_bill_is_opened_and_found(town: Neighbourhood) -> None:
    assert "desk/fund/new" in stage.page(town.zhou, "/desk/fund/")
    form = stage.enter(town.zhou).get("/desk/fund/new/").context["form"]
    assert [area.code for area in form.fields["area"].queryset] == [CODE]
    assert post(town.zhou, "/desk/fund/new/", area=CODE, title="南田大账单").url == HERE
    assert Fund.objects.get().title == "南田大账单"
    assert stage.enter(town.zhao).get("/desk/fund/").url == HERE  # type: ignore[attr-defined]
    assert stage.enter(town.zhou).get("/desk/fund/new/").context["none_left"]
    post(town.zhou, "/desk/fund/new/", 200, area=CODE, title="又一本")
    assert Fund.objects.count() == 1
    stage.page(town.stranger, "/desk/fund/")
    stage.page(town.stranger, HERE, 404)
    stage.page(town.zhao, "/desk/fund/new/", 404)


def test_the_street_sees_all_of_its_bills(town: Neighbourhood, fund: Fund) -> None:
    other = opened(town, area=town.elsewhere)
    assert stage.enter(town.leader).get("/desk/fund/").context["rows"] == [fund, other]


def test_income_is_written_down_once(town: Neighbourhood, fund: Fund) -> None:
    given = {
        "key": str(uuid4()), "amount": "80000.5", "source": "collective", "origin": "商铺租金", "received_on": "2026-03-05",
    }  # fmt: skip
    for _again in range(2):
        assert post(town.zhou, f"{HERE}income/", **given).url == f"{HERE}entries/1/"
    row = Income.objects.get()
    assert (row.line.amount, row.origin, row.by) == (8_000_050, "商铺租金", town.zhou)
    page = post(town.zhou, f"{HERE}income/", 200, **(given | {"key": str(uuid4()), "amount": "0"}))
    assert page.context["form"].errors["amount"]
    page = post(
        town.zhou, f"{HERE}income/", 200, **(given | {"key": str(uuid4()), "received_on": "2026-03-06"})
    )
    assert page.context["form"].errors["received_on"]
    assert Income.objects.count() == 1


def test_a_donation_and_its_receipt(town: Neighbourhood, fund: Fund) -> None:
    given = {
        "key": str(uuid4()), "amount": "1000", "donor": DONOR, "donor_is_person": "1", "contact": PHONE, "wish": "买米",
        "received_on": "2026-03-05",
    }  # fmt: skip
    post(town.zhou, f"{HERE}donation/", **given)
    page = stage.page(town.zhou, f"{HERE}entries/1/")
    assert "方*桥" in page and "139****5678" in page and DONOR not in page and PHONE not in page
    assert "139****5678" not in stage.page(town.zhao, f"{HERE}entries/1/")
    looked = Event.objects.count()
    assert DONOR not in stage.page(town.zhou, f"{HERE}entries/1/receipt/")
    assert Event.objects.count() == looked
    printed = post(town.zhou, f"{HERE}entries/1/receipt/", 200).content.decode()
    assert DONOR in printed and "JZ20260305-01" in printed and PHONE not in printed
    assert Event.objects.latest("id").verb == "fund.receipt"
    stage.page(town.zhao, f"{HERE}entries/1/receipt/", 404)


def test_whoever_wishes_so_is_not_named_even_on_paper(town: Neighbourhood, fund: Fund) -> None:
    given = {"key": str(uuid4()), "amount": "5", "donor": DONOR, "donor_is_person": "1", "anonymous": "on"}
    post(town.zhou, f"{HERE}donation/", received_on="2026-03-05", **given)
    assert "方*" not in post(town.zhou, f"{HERE}entries/1/receipt/", 200).content.decode()
    assert "方*桥" in stage.page(town.zhou, HERE)  # the desk knows, masked
    stage.page(town.zhou, f"{HERE}entries/1/forget/")
    post(town.zhou, f"{HERE}entries/1/forget/")
    row = Income.objects.get()
    assert (row.donor, row.line.amount) == ("—", 500)
    income(fund, 1, town.zhou)
    stage.page(town.zhou, f"{HERE}entries/2/receipt/", 404)


def test_a_meeting_decides_and_money_is_set_aside(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 3_000_000, town.zhou)
    given = {
        "key": str(uuid4()), "no": "居议〔2026〕3号", "title": "助餐补助", "met_on": "2026-03-04", "amount": "20000",
        "kind": "facility", "name": "幸福餐厅", "decides": "每餐补两元", "photos": picture(),
    }  # fmt: skip
    post(town.zhou, f"{HERE}resolutions/new/", **given)
    row = Resolution.objects.get()
    assert (row.amount, str(row.target), row.allocated) == (2_000_000, "幸福餐厅", 0)
    photo = Photo.objects.get(subject_type="resolution", subject_id=row.pk)
    for who, status in ((town.zhao, 200), (town.stranger, 404)):
        assert stage.enter(who).get(f"{HERE}photos/{photo.public_key}/thumb/").status_code == status
    url = f"{HERE}resolutions/{row.pk}/"
    assert stage.enter(town.zhou).get(url).context["form"]["amount"].value() == "20000.00"
    assert stage.enter(town.zhao).get(url).context["form"] is None
    page = post(town.zhou, url, 200, key=str(uuid4()), amount="20000.01")
    assert page.context["form"].errors["amount"]
    assert post(town.zhou, url, key=str(uuid4()), amount="15000").url == f"{HERE}entries/2/"
    row.refresh_from_db()
    assert row.allocated == 1_500_000
    post(town.leader, url, 404, key=str(uuid4()), amount="1")


def test_small_spending_is_booked_at_once(town: Neighbourhood, meals: Resolution) -> None:
    given = bought(meals)
    for _again in range(2):
        assert post(town.zhou, f"{HERE}spend/", **(given | {"photos": picture()})).url == f"{HERE}entries/3/"
    row = Spending.objects.get()
    assert (row.state, row.amount, row.line.no, Photo.objects.count()) == (Stage.PAID, 36_800, 3, 1)  # type: ignore[union-attr]
    photo = Photo.objects.get()
    assert (photo.kind, photo.subject_type, photo.subject_id) == ("voucher", "spending", row.pk)
    assert str(photo.public_key) in stage.page(town.zhao, f"{HERE}entries/3/")


def test_without_a_voucher_nothing_is_spent_and_the_words_stay(
    town: Neighbourhood, meals: Resolution
) -> None:
    given = bought(meals)
    given.pop("photos")
    page = post(town.zhou, f"{HERE}spend/", 200, **given)
    assert page.context["form"].errors
    assert page.context["form"]["purpose"].value() == "买大米"
    page = post(town.zhou, f"{HERE}spend/", 200, **bought(meals, amount="20000.01"))
    assert page.context["form"].errors["amount"]
    assert page.context["form"].kept_photos == [Photo.objects.get().pk]
    assert Spending.objects.count() == 0


def test_first_somebody_must_set_money_aside(town: Neighbourhood, fund: Fund) -> None:
    page = stage.page(town.zhou, f"{HERE}spend/")
    assert "resolutions/new" in page and "<textarea" not in page


def test_large_spending_waits_for_the_street(town: Neighbourhood, meals: Resolution) -> None:
    where = post(
        town.zhou, f"{HERE}spend/", **bought(meals, amount="5000", payee=PAYEE, payee_is_person="on")
    ).url
    row = Spending.objects.get()
    assert (where, row.state) == (f"{HERE}spending/{row.pk}/", Stage.SIGNED)
    mine, theirs = (stage.enter(who).get(where).context for who in (town.zhou, town.leader))
    assert (mine["signs"], mine["mine"], theirs["signs"], theirs["payee"]) == (False, True, True, "贺*川")
    assert PAYEE not in stage.page(town.leader, where)
    waits = [
        stage.enter(who).get(HERE).context["waiting"][0]["mine"]
        for who in (town.zhou, town.leader, town.zhao)
    ]
    assert waits == [False, True, False]
    assert post(town.zhou, f"{where}sign/").url == where
    post(town.zhao, f"{where}sign/", 404)
    row.refresh_from_db()
    assert row.state == Stage.SIGNED
    assert post(town.leader, f"{where}sign/").url == f"{HERE}entries/3/"
    row.refresh_from_db()
    assert row.state == Stage.PAID
    assert stage.enter(town.leader).get(where).context["line"] == row.line


def test_no_is_said_with_a_reason(town: Neighbourhood, meals: Resolution) -> None:
    row = spending(meals, 600_000, town.zhou)
    url = f"{HERE}spending/{row.pk}/"
    post(town.leader, f"{url}refuse/", words=" ")
    row.refresh_from_db()
    assert row.state == Stage.SIGNED
    post(town.leader, f"{url}refuse/", words="价钱太高")
    row.refresh_from_db()
    assert (row.state, row.answer, Line.objects.count()) == (Stage.REFUSED, "价钱太高", 2)
    assert "价钱太高" in stage.page(town.zhao, HERE)
    assert "价钱太高" in stage.page(town.zhao, url)


def test_what_is_wrong_is_put_right_in_the_open(town: Neighbourhood, meals: Resolution) -> None:
    spending(meals, 36_800, town.zhou)
    url = f"{HERE}entries/3/correct/"
    page = post(town.zhou, url, 200, key=str(uuid4()), reason="twice", words="")
    assert page.context["form"].errors["words"]
    assert post(town.zhou, url, key=str(uuid4()), reason="twice", words="记了两遍").url == f"{HERE}entries/4/"
    assert "记了两遍" in stage.page(town.zhao, f"{HERE}entries/4/")
    assert stage.enter(town.zhou).get(f"{HERE}entries/3/").context["may_correct"] is False
    assert stage.enter(town.zhou).get(f"{HERE}entries/4/").context["may_correct"] is False
    stage.page(town.leader, url, 404)
    where = post(
        town.zhou, f"{HERE}entries/2/correct/", key=str(uuid4()), reason="wrong_amount", words="多了"
    ).url
    row = Correction.objects.get(wrong__no=2)
    assert where == f"{HERE}corrections/{row.pk}/"
    assert row.state == Stage.SIGNED
    assert "corrections" in stage.page(town.leader, HERE)
    assert stage.enter(town.leader).get(where).context["signs"] is True
    assert post(town.leader, f"{where}sign/").url == f"{HERE}entries/5/"
    meals.refresh_from_db()
    assert meals.allocated == 0


def test_rules_from_a_day_on(town: Neighbourhood, fund: Fund) -> None:
    given = {
        "valid_from": "2026-04-01",
        "two_from": "1000",
        "fen_per_point": "0.1",
        "backs": "hxn，PT:b",
        "decided": "居议",
    }
    post(town.zhou, f"{HERE}rules/", **given)
    row = Setting.objects.get(valid_from="2026-04-01")
    assert (row.two_from, row.fen_per_point, row.backs, row.decided) == (
        100_000,
        10,
        ["PT:b", "PT:hxn"],
        "居议",
    )
    rows = stage.enter(town.zhao).get(f"{HERE}rules/").context
    assert [(one["current"], one["coming"]) for one in rows["rows"]] == [(False, True), (True, False)]
    assert rows["form"] is None
    page = post(town.zhou, f"{HERE}rules/", 200, **(given | {"valid_from": "2026-03-04"}))
    assert page.context["form"].errors["valid_from"]
    post(town.leader, f"{HERE}rules/", 404, **given)
    assert Setting.objects.count() == 2


def test_the_desk_names_nobody_it_need_not(bill: Bill, town: Neighbourhood) -> None:
    numbers = Line.objects.values_list("no", flat=True)
    urls = [HERE, f"{HERE}entries/", f"{HERE}rules/", *(f"{HERE}entries/{no}/" for no in numbers)]
    for who in (town.zhao, town.zhou, town.leader, town.auditor):
        for url in urls:
            page = stage.page(who, url)
            assert not any(name in page for name in (DONOR, PAYEE, PHONE)), url


def test_figures_lead_to_their_lines(bill: Bill, town: Neighbourhood) -> None:
    page = stage.enter(town.zhou).get(f"{HERE}entries/?what=pot&target={bill.meals.target_id}")
    stands = queries.standing(bill.fund)
    assert sum(row["counts"] for row in page.context["rows"]) == stands.pots[bill.meals.target_id]
    stage.page(town.zhou, f"{HERE}entries/?what=gold", 404)


def test_the_bill_costs_the_same_however_long(bill: Bill, town: Neighbourhood) -> None:
    urls = (HERE, f"{HERE}entries/", f"{HERE}rules/", f"{HERE}spend/")
    before = [stage.queries(town.zhou, url) for url in urls]
    for number in range(3):
        row = resolution(bill.fund, 900_000, town.zhou, name=f"项目{number}", kind="project")
        aside(row, 900_000, town.zhou)
        spending(row, 1_000, town.zhou, payee=f"店{number}")
        spending(row, 600_000, town.zhou, payee=f"大店{number}")
    assert [stage.queries(town.zhou, url) for url in urls] == before


def test_a_photo_of_elsewhere_stays_closed(bill: Bill, town: Neighbourhood) -> None:
    opened(town, area=town.elsewhere)
    photo = Photo.objects.get(subject_type="spending", subject_id=bill.rice.pk)
    assert stage.enter(town.leader).get(f"{HERE}photos/{photo.public_key}/").status_code == 200
    assert (
        stage.enter(town.leader).get(f"/desk/fund/310999001002/photos/{photo.public_key}/").status_code == 404
    )
    assert stage.enter(town.leader).get(f"{HERE}photos/{photo.public_key}/huge/").status_code == 404
    assert Client().get(f"{HERE}photos/{photo.public_key}/").status_code == 302
