"""Change the time bank: programme and rule, members, records, what they earn."""

from linli.commons.timebank.actions.base import accounts
from linli.commons.timebank.actions.credit import pay_waiting
from linli.commons.timebank.actions.disputes import (
    answer_dispute,
    decide_dispute,
    open_dispute,
    withdraw_dispute,
)
from linli.commons.timebank.actions.expiry import expire_points, warn_expiry
from linli.commons.timebank.actions.gifts import give
from linli.commons.timebank.actions.grants import run_grants
from linli.commons.timebank.actions.letters import bring_letter, ready_letters
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
from linli.commons.timebank.actions.payments import (
    care_price,
    free_payment,
    freeze_payment,
    set_aside,
    take_due,
    take_payment,
    thaw_payment,
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
from linli.commons.timebank.actions.shop import (
    cancel_order,
    collect,
    find_order,
    lapse_orders,
    place_order,
    return_goods,
)
from linli.commons.timebank.actions.spot_checks import draw, record_check
from linli.commons.timebank.actions.stock import keep_good, receive_goods, set_price, spoil

__all__ = [
    "accounts",
    "admit",
    "adopt_rule",
    "answer_dispute",
    "apply",
    "approve_record",
    "auto_confirm",
    "bring_letter",
    "cancel_order",
    "care_price",
    "check",
    "collect",
    "confirm_record",
    "correct_record",
    "decide_dispute",
    "draft_rule",
    "draw",
    "drop_rule",
    "enrol_receiver",
    "expire_points",
    "fill_pool",
    "find_order",
    "found_programme",
    "free_payment",
    "freeze_payment",
    "give",
    "keep_good",
    "keep_offer",
    "lapse_orders",
    "learn",
    "leave",
    "open_dispute",
    "pause",
    "pay_waiting",
    "place_order",
    "ready_letters",
    "receive_goods",
    "record_check",
    "record_service",
    "refuse",
    "resume",
    "return_goods",
    "run_grants",
    "see_finding",
    "set_aside",
    "set_price",
    "spoil",
    "take_due",
    "take_payment",
    "thaw_payment",
    "warn_expiry",
    "withdraw_dispute",
]
