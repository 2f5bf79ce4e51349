"""A small bill for the tests: 南田社区 with an income, donations, a grant, two resolutions and what was spent."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.commons.fund import actions as fund
from linli.commons.fund.choices import Source, TargetKind, Use
from linli.commons.fund.models import Correction, Fund, Income, Resolution, Spending
from linli.ground.ledger import actions as ledger
from linli.ground.ledger.actions import Leg, Order, Who
from linli.ground.ledger.choices import Authority, Kind, Reversal
from linli.ground.ledger.models import Account
from linli.ground.people.models import Person
from linli.ground.photos.actions import keep_photo
from tests.factories import NOW, TODAY, Neighbourhood

DONOR, PAYEE, PHONE = "方小桥", "贺大川", "13912345678"
WISH = "给方小桥老邻居们买米"
POINTS = "PT:test"


@dataclass
class Bill:
    """What stands in it."""

    fund: Fund
    rent: Income
    named: Income
    unnamed: Income
    meals: Resolution
    reserve: Resolution
    rice: Spending
    cook: Spending
    stove: Spending
    twice: Correction


def voucher(by: Person, now: datetime = NOW) -> int:
    """A photographed receipt."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "ivory").save(out, "JPEG")
    upload = SimpleUploadedFile("voucher.jpg", out.getvalue(), "image/jpeg")
    return keep_photo(upload=upload, key=uuid4(), by_id=by.pk, now=now, kind="voucher").pk


def opened(town: Neighbourhood, now: datetime = NOW, **more: Any) -> Fund:
    """The bill of 南田社区, empty."""
    given: dict[str, Any] = {
        "area": town.community,
        "title": "南田社区养老大账单",
        "by": town.zhou,
        "now": now,
    }
    return fund.open_fund(**(given | more))


def income(row: Fund, amount: int, by: Person, source: str = Source.COLLECTIVE, **more: Any) -> Income:
    """Money that is no donation."""
    given: dict[str, Any] = {"uid": uuid4(), "origin": "商铺租金", "received_on": TODAY, "now": NOW}
    return fund.take_income(fund=row, source=source, amount=amount, by=by, **(given | more))


def donation(row: Fund, amount: int, by: Person, **more: Any) -> Income:
    """Money that somebody gave."""
    given: dict[str, Any] = {"uid": uuid4(), "donor": DONOR, "received_on": TODAY, "now": NOW}
    return fund.take_donation(fund=row, amount=amount, by=by, **(given | more))


def resolution(row: Fund, amount: int, by: Person, **more: Any) -> Resolution:
    """What a meeting decided, the money not set aside yet."""
    given: dict[str, Any] = {
        "uid": uuid4(), "no": f"居议 {Resolution.objects.count() + 1}", "title": "幸福餐厅补助", "met_on": TODAY,
        "kind": TargetKind.FACILITY, "name": "幸福餐厅", "now": NOW,
    }  # fmt: skip
    return fund.resolve(fund=row, amount=amount, by=by, **(given | more))


def spending(row: Resolution, amount: int, by: Person, **more: Any) -> Spending:
    """Money that goes out."""
    given: dict[str, Any] = {
        "uid": uuid4(), "use": Use.MEALS, "payee": "南田粮油店", "purpose": "买大米", "spent_on": TODAY, "now": NOW,
    }  # fmt: skip
    photos = more.pop("photos", None)
    given["photos"] = [voucher(by)] if photos is None else photos
    return fund.spend(resolution=row, amount=amount, by=by, **(given | more))


def aside(row: Resolution, amount: int, by: Person, **more: Any) -> Any:
    """Set money aside."""
    return fund.allocate(resolution=row, amount=amount, by=by, **({"uid": uuid4(), "now": NOW} | more))


def points(town: Neighbourhood, amount: int) -> None:
    """Points that somebody can still spend."""
    book = town.community.stem
    places = [
        ledger.open_account(book=book, unit=POINTS, kind=kind, now=NOW) for kind in (Kind.ISSUER, Kind.POOL)
    ]
    legs = [Leg(places[0], -amount), Leg(places[1], amount)]
    order = Order(uid=uuid4(), book=book, kind="issue", legs=legs, who=Who(None, Authority.RULE))
    ledger.post(order=order, now=NOW)


def filled(town: Neighbourhood, now: datetime = NOW) -> Bill:
    """One of everything: small and large, named and unnamed, waiting, refused and corrected."""
    row = opened(town, now, fen_per_point=10, backs=[POINTS])
    on = {"now": now}
    rent = income(row, 8_000_000, town.zhou, **on)
    income(row, 2_000_000, town.zhou, Source.GRANT, origin="街道拨付助餐补贴", **on)
    income(row, 1_234, town.zhou, Source.INTEREST, origin="季度结息", **on)
    named = donation(row, 100_000, town.zhou, contact=PHONE, wish=WISH, **on)
    unnamed = donation(row, 50_050, town.zhou, anonymous=True, **on)
    meals = resolution(row, 3_000_000, town.zhou, decides="每餐补两元", **on)
    reserve = resolution(row, 1_000_000, town.zhou, title="保障金", kind=TargetKind.GUARANTEE, name="", **on)
    aside(meals, 2_500_000, town.zhou, **on)
    aside(reserve, 600_000, town.zhou, **on)
    rice = spending(meals, 36_800, town.zhou, **on)
    cook = spending(
        meals,
        200_000,
        town.zhou,
        use=Use.SERVICE,
        payee=PAYEE,
        payee_is_person=True,
        purpose="帮厨两天",
        **on,
    )
    stove = spending(meals, 800_000, town.zhou, use=Use.REPAIR, payee="南田五金", purpose="换灶台", **on)
    fund.sign(row=stove, by=town.leader, **on)
    again = spending(meals, 36_800, town.zhou, payee="南田粮油", **on)
    twice = fund.correct(
        line=again.line, uid=uuid4(), reason=Reversal.TWICE, words="同一张票记了两遍", by=town.zhou, **on
    )
    spending(meals, 600_000, town.zhou, use=Use.GOODS, payee="南田家具", purpose="十张圆桌", **on)
    no = spending(meals, 500_000, town.zhou, use=Use.EVENT, payee="南田旅行社", purpose="出游", **on)
    fund.refuse(row=no, words="不在决议范围", by=town.leader, **on)
    stove.refresh_from_db()
    return Bill(row, rent, named, unnamed, meals, reserve, rice, cook, stove, twice)


def accounts(row: Fund) -> dict[tuple[str, str], int]:
    """What every account of the bill stands at, added up entry by entry."""
    places = Account.objects.filter(book=row.community, unit="CNY")
    return {(one.kind, one.key): sum(one.entries.values_list("amount", flat=True)) for one in places}
