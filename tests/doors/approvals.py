"""Doors of passbooks, records, spot checks and disputes."""

from datetime import timedelta
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.models import Finding, SpotCheck
from tests.factories import NOW, Neighbourhood
from tests.factories_care import care, recorded, served

Row = tuple[str, tuple[str, ...], set[str]]
DOORS: dict[str, Row] = {
    "desk:members": ("timebank.see", (), set()),
    "desk:member": ("timebank.see", ("bank_no",), set()),
    "desk:member_new": ("member.keep", (), set()),
    "desk:member_move": ("member.keep", ("bank_no", "bank_verb"), set()),
    "desk:member_offer": ("member.keep", ("bank_no",), set()),
    "desk:records": ("timebank.see", (), set()),
    "desk:record": ("timebank.see", ("bank_record",), set()),
    "desk:record_approve": ("record.approve", ("bank_record",), set()),
    "desk:record_confirm": ("record.confirm", ("bank_record",), set()),
    "desk:record_look": ("record.confirm", ("bank_strange", "bank_finding"), set()),
    "desk:checks": ("record.confirm", (), set()),
    "desk:check_found": ("record.confirm", ("bank_check",), set()),
    "desk:disputes": ("timebank.see", (), set()),
    "desk:dispute": ("timebank.see", ("bank_dispute",), set()),
    "desk:dispute_new": ("record.confirm", ("bank_record",), set()),
    "desk:dispute_answer": ("record.confirm", ("bank_dispute",), set()),
    "desk:dispute_decide": ("dispute.decide", ("bank_dispute",), set()),
    "home:disputes": ("login", (), set()),
    "home:dispute_new": ("nobody", (), {"sun", "chen"}),
    "home:dispute": ("nobody", ("bank_dispute",), {"sun", "chen"}),
}
TOLD = {"home:dispute_new": lambda blanks: {"record": blanks["bank_record"]}}


def world(town: Neighbourhood) -> dict[str, object]:
    """One of everything, in 南田网格."""
    bank = care(town)
    served(bank, 60, NOW - timedelta(days=33))
    timebank.draw(
        programme=bank.programme, month=(NOW - timedelta(days=33)).date(), share=5, by=town.zhou, now=NOW
    )
    record = recorded(bank, 60, NOW - timedelta(days=6))
    strange = recorded(bank, 60, NOW - timedelta(days=5), distance_m=900)
    other = served(bank, 60, NOW - timedelta(days=4))
    dispute = timebank.open_dispute(key=uuid4(), record=other, words="只坐了十分钟", by=bank.sun, now=NOW)
    return {
        "bank_no": bank.volunteer.no, "bank_verb": "pause", "bank_record": record.pk, "bank_strange": strange.pk,
        "bank_finding": Finding.objects.filter(record=strange)[0].pk,
        "bank_check": SpotCheck.objects.get().pk, "bank_dispute": dispute.pk,
    }  # fmt: skip
