"""The time bank: programme and rule, members, records and what they earn, spending, checks."""

from linli.commons.timebank.models.checks import Crossing, Dispute, HoursCertificate, Peering, SpotCheck
from linli.commons.timebank.models.members import Member
from linli.commons.timebank.models.programme import Programme, Rule
from linli.commons.timebank.models.records import Approval, Claim, Confirmation, Finding, Lot, Record
from linli.commons.timebank.models.spending import Delivery, Good, Order, Payment, Price

__all__ = [
    "Approval",
    "Claim",
    "Confirmation",
    "Crossing",
    "Delivery",
    "Dispute",
    "Finding",
    "Good",
    "HoursCertificate",
    "Lot",
    "Member",
    "Order",
    "Payment",
    "Peering",
    "Price",
    "Programme",
    "Record",
    "Rule",
    "SpotCheck",
]
