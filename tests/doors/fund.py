"""The doors of the big bill: the desk's by permission, everybody's without login."""

from linli.commons.fund import actions as fund
from linli.commons.fund.models import Correction, Spending
from linli.ground.photos.models import Photo
from tests.commons.fund_book import filled
from tests.factories import NOW, Neighbourhood

PUBLIC = "public"
DOORS: dict[str, tuple[str, tuple[str, ...], set[str]]] = {}


def doors(names: str, verb: str, blanks: str = "") -> None:
    """Several addresses with one verb."""
    for name in names.split():
        DOORS[name] = (verb, tuple(blanks.split()), set())


doors("desk:fund", "fund.see")
doors("desk:fund_new", "fund.keep")
doors("desk:fund_bill desk:fund_entries desk:fund_rules", "fund.see", "bill")
doors("desk:fund_income desk:fund_donation desk:fund_resolution_new desk:fund_spend", "fund.keep", "bill")
doors("desk:fund_resolution", "fund.see", "bill bill_resolution")
doors("desk:fund_entry", "fund.see", "bill bill_gift")
doors("desk:fund_receipt desk:fund_forget desk:fund_correct", "fund.keep", "bill bill_gift")
doors("desk:fund_photo", "fund.see", "bill bill_photo")
doors("desk:fund_photo_sized", "fund.see", "bill bill_photo size")
doors("desk:fund_spending", "fund.see", "bill bill_spending")
doors("desk:fund_spending_sign desk:fund_spending_refuse", "fund.sign", "bill bill_spending")
doors("desk:fund_correction", "fund.see", "bill bill_correction")
doors("desk:fund_correction_sign desk:fund_correction_refuse", "fund.sign", "bill bill_correction")
doors("public:bills public:bill_copy", PUBLIC)
doors(
    "public:bill public:bill_entries public:bill_waiting public:bill_points public:bill_sheet",
    PUBLIC,
    "bill",
)
doors("public:bill_entry", PUBLIC, "bill bill_gift")
doors("public:bill_voucher", PUBLIC, "bill bill_photo")
doors("public:bill_voucher_sized", PUBLIC, "bill bill_photo size")


def world(town: Neighbourhood) -> dict[str, object]:
    """A bill with one of everything, a spending and a correction that wait."""
    made = filled(town)
    uid = made.rent.uid
    fund.correct(line=made.rent.line, uid=uid, reason="twice", words="两遍", by=town.zhou, now=NOW)
    voucher = Photo.objects.get(subject_type="spending", subject_id=made.rice.pk)
    return {
        "bill": made.fund.community,
        "bill_resolution": made.meals.pk,
        "bill_gift": made.named.line.no,
        "bill_photo": voucher.public_key,
        "bill_spending": Spending.objects.get(state="signed").pk,
        "bill_correction": Correction.objects.get(state="signed").pk,
    }
