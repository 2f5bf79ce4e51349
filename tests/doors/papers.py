"""The doors of the rule, of certificates and of agreements with other communities."""

from datetime import date
from uuid import uuid4

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.actions import certificates
from tests.commons.timebank.test_peers import agreed
from tests.factories import NOW, TODAY, Neighbourhood

LOGIN, PUBLIC = "login", "public"
DOORS: dict[str, tuple[str, tuple[str, ...], set[str]]] = {}


def doors(names: str, verb: str, blanks: str = "", also: str = "") -> None:
    """Several addresses with one verb."""
    for name in names.split():
        DOORS[name] = (verb, tuple(blanks.split()), set(also.split()))


doors("desk:rules", "timebank.see")
doors("desk:rules_of", "timebank.see", "rule_code")
doors("desk:rule_new", "rule.draft", "rule_code")
doors("desk:rule desk:rule_try", "timebank.see", "rule_code rule_draft")
doors("desk:rule_edit", "rule.draft", "rule_code rule_draft rule_group")
doors("desk:rule_drop", "rule.draft", "rule_code rule_draft")
doors("desk:rule_adopt", "rule.adopt", "rule_code rule_draft")
doors("desk:rule_compare", "timebank.see", "rule_code rule_now rule_draft")
doors("desk:certificates", "timebank.see")
doors("desk:certificate_new desk:certificate_export", "certificate.issue")
doors("desk:certificate", "timebank.see", "certificate")
doors(
    "desk:certificate_sheet desk:certificate_file desk:certificate_revoke", "certificate.issue", "certificate"
)
doors("desk:peers", "timebank.see")
doors("desk:peer", "timebank.see", "peering", "stranger")  # he works on the other side of the agreement
doors("desk:peer_agree desk:peer_end desk:peer_settle", "peer.agree", "peering")
doors("desk:peer_send", "booking.keep", "peering", "stranger")
doors("home:certificates", LOGIN)
doors("home:certificate_sheet home:certificate_file", "nobody", "certificate", "chen")
doors("public:certificate_form public:certificate_keys", PUBLIC)
doors("public:certificate public:certificate_short", PUBLIC, "certificate")


def world(town: Neighbourhood) -> dict[str, object]:
    """A draft beside the rule in force, a certificate of 陈阿姨, an agreement with 远山."""
    two = agreed(town)
    one = two.one
    draft = timebank.draft_rule(
        programme=one.programme, body=one.rule.body, valid_from=date(2026, 4, 1), by=town.zhou, now=NOW
    )
    row = certificates.issue(
        key=uuid4(), member=one.volunteer, first_on=date(2026, 1, 1), last_on=TODAY, by=one.chen, now=NOW
    )
    return {
        "rule_code": one.programme.code, "rule_draft": draft.pk, "rule_group": "earning", "rule_now": one.rule.pk,
        "certificate": row.no, "peering": two.peering.pk,
    }  # fmt: skip
