"""What the rooms say beside the ledger: 14 (who decided), and that every state agrees with what is booked."""

from collections import Counter

from django.db.models import Count, F, Q, Sum

from linli.commons.timebank.models import (
    Approval,
    Claim,
    Confirmation,
    Delivery,
    Dispute,
    Good,
    Member,
    Order,
    Payment,
)
from linli.ground.ledger.choices import Kind
from linli.loop.run.models import Visit
from tests.simulator.checks.shadow import Shadow
from tests.simulator.checks.sql import insist

SETTLED = ("approved", "paid", "honour")


def four_eyes() -> None:
    """14: nobody decided about their own service, nor twice, nor about what they confirmed or corrected."""
    own = Approval.objects.filter(by=F("record__member__person"))
    insist(not own.exists(), 14, "somebody approved their own service")
    insist(not Approval.objects.filter(by=F("record__receiver")).exists(), 14, "the receiver approved")
    insist(
        not Approval.objects.filter(by=F("record__confirmation__by")).exists(),
        14,
        "one confirmed and approved",
    )
    fixed = Approval.objects.filter(record__corrects__isnull=False, by=F("record__made_by"))
    insist(not fixed.exists(), 14, "one corrected and approved")
    mine = Confirmation.objects.filter(by=F("record__member__person"))
    insist(not mine.exists(), 14, "somebody confirmed their own service")
    parties = Q(decided_by=F("opened_by")) | Q(decided_by=F("record__receiver"))
    judged = Dispute.objects.filter(parties | Q(decided_by=F("record__member__person")))
    insist(not judged.exists(), 14, "a party decided")
    made = Member.objects.filter(admitted_by=F("person"))
    insist(not made.exists(), 14, "somebody admitted themselves")


def claims(shadow: Shadow) -> None:
    """A paid claim has its award, which stands; a replaced one has none that stands; hours are those that count."""
    for claim in Claim.objects.exclude(transfer=None):
        state = claim.before if claim.state == "frozen" else claim.state
        gone = claim.transfer_id in shadow.reversed
        told = f"record {claim.pk} is {claim.state}, its award {claim.transfer_id} reversed: {gone}"
        insist(state in ("paid", "corrected") and not (state == "paid" and gone), "claims", told)
    counting = Claim.objects.filter(state__in=SETTLED) | Claim.objects.filter(
        state="frozen", before__in=SETTLED
    )
    hours = Counter(
        dict(counting.order_by().values_list("record__member").annotate(many=Sum("record__minutes")))
    )
    for member, minutes in Member.objects.values_list("pk", "minutes"):
        insist(
            hours[member] == minutes,
            "hours",
            f"member {member}: {minutes} min kept, records say {hours[member]}",
        )


def frozen() -> None:
    """What is frozen is in dispute, and what is in dispute is frozen."""
    claims_now = set(Claim.objects.filter(state="frozen").values_list("pk", flat=True))
    payments_now = set(Payment.objects.filter(state="frozen").values_list("pk", flat=True))
    open_now = Dispute.objects.filter(state__in=("open", "answered"))
    records = set(open_now.exclude(record=None).values_list("record", flat=True))
    payments = set(open_now.exclude(payment=None).values_list("payment", flat=True))
    insist(claims_now == records, "frozen", f"records in dispute {records}, frozen {claims_now}")
    insist(payments_now == payments, "frozen", f"payments in dispute {payments}, frozen {payments_now}")


def payments(shadow: Shadow) -> None:
    """Points set aside are held, points taken have left, points freed are free: each exactly as the payment says."""
    for row in Payment.objects.select_related("member"):
        ends = [shadow.holds[number] for number in (row.hold_id, row.granted_hold_id) if number]
        told = f"payment {row.pk} ({row.kind}, {row.state}, {row.points}): {ends}"
        if row.state in ("held", "frozen"):
            insist(sum(one.amount for one in ends if not one.end) == row.points, "payments", told)
        elif row.state == "freed":
            insist(all(one.end == "void" for one in ends), "payments", told)
        else:
            insist(row.transfer_id is not None and all(one.end for one in ends), "payments", told)
            legs = shadow.transfers[row.transfer_id].legs
            mine = {row.member.account_id, row.member.granted_id}
            gone = -sum(amount for account, amount in legs.items() if account in mine)
            insist(gone == row.points, "payments", f"{told}: {gone} left the accounts")


def shop(shadow: Shadow) -> None:
    """12: goods set aside are those of open orders, goods gone out those picked up and kept; deliveries are the rest."""
    stocks = {place.unit: place for place in shadow.places.values() if place.kind == Kind.STOCK}
    gone = {place.unit: place for place in shadow.places.values() if place.kind == Kind.GONE_OUT}
    waiting, kept = Counter[int](), Counter[int]()
    for order in Order.objects.select_related("payment"):
        put, back = shadow.holds[order.stock_hold_id], order.payment.transfer_id in shadow.reversed
        told = f"order {order.pk} ({order.state}, payment {order.payment.state}): stock hold {put}"
        waiting[order.good_id] += order.count if order.state == "held" else 0
        kept[order.good_id] += order.count if order.state == "collected" and not back else 0
        wanted = {"held": "", "collected": "post"}.get(order.state, "void")
        insist(put.end == wanted, "orders", told)
        paid = {"held": ("held", "frozen"), "collected": ("taken",)}.get(order.state, ("freed",))
        insist(order.payment.state in paid, "orders", told)
    delivered = dict(Delivery.objects.order_by().values_list("good").annotate(many=Sum("count")))
    for good in Good.objects.all():
        stock, out = stocks[good.unit], gone.get(good.unit)
        told = (
            f"good {good.pk}: {stock}, {out}, waiting {waiting[good.pk]}, kept {kept[good.pk]}, {delivered}"
        )
        insist(stock.held == waiting[good.pk] and stock.posted >= stock.held, 12, told)
        insist((out.posted if out else 0) == kept[good.pk], 12, told)
        insist(stock.posted == delivered.get(good.pk, 0) - kept[good.pk], 12, told)


def visits() -> None:
    """Points of a visit that is over are taken or free; a visit has one record, and a record one visit."""
    over = Visit.objects.filter(
        state__in=("confirmed", "cancelled", "missed"), payment__state__in=("held", "frozen")
    )
    insist(
        not over.exists(),
        "visits",
        f"over, and points still set aside: {list(over.values_list('pk', 'state'))}",
    )
    twice = (
        Visit.objects.exclude(record=None)
        .order_by()
        .values("record")
        .annotate(many=Count("id"))
        .filter(many__gt=1)
    )
    insist(not twice.exists(), "visits", "a record of two visits")
    lost = Visit.objects.filter(state="confirmed", record=None)
    insist(not lost.exists(), "visits", "confirmed without a record")
