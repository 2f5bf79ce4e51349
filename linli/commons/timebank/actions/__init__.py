"""Change the time bank: programme and rule, members, records, what they earn."""

from linli.commons.timebank.actions.base import accounts
from linli.commons.timebank.actions.credit import pay_waiting
from linli.commons.timebank.actions.members import (
    admit,
    apply,
    check,
    enrol_receiver,
    keep_offer,
    learn,
    leave,
    pause,
    refuse,
    resume,
)
from linli.commons.timebank.actions.programmes import (
    adopt_rule,
    draft_rule,
    drop_rule,
    fill_pool,
    found_programme,
)
from linli.commons.timebank.actions.records import (
    approve_record,
    auto_confirm,
    confirm_record,
    correct_record,
    record_service,
    see_finding,
)

__all__ = [
    "accounts",
    "admit",
    "adopt_rule",
    "apply",
    "approve_record",
    "auto_confirm",
    "check",
    "confirm_record",
    "correct_record",
    "draft_rule",
    "drop_rule",
    "enrol_receiver",
    "fill_pool",
    "found_programme",
    "keep_offer",
    "learn",
    "leave",
    "pause",
    "pay_waiting",
    "record_service",
    "refuse",
    "resume",
    "see_finding",
]
