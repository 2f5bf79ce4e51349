"""Found a programme, draft and adopt its rule, fill its pool."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.actions.base import accounts, locked, note, step, who
from linli.commons.timebank.choices import RuleState
from linli.commons.timebank.models import Programme, Rule
from linli.engine.points import BadRule
from linli.engine.points import Rule as Terms
from linli.engine.transitions import RULE
from linli.ground.ledger.actions import Cause, Leg, Order, Posted, post
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.clock import local_day
from linli.kit.refused import Refused
from linli.kit.turns import turn

BAD = _("“{field}” cannot be set like this.")


def found_programme(
    *, area: Area, code: str, name: str, organisation: str, started_on: date, by: Person, now: datetime
) -> Programme:
    """Begin a time bank in a community; there is one at a time."""
    if len(area.stem) != 12:
        raise Refused(_("A programme belongs to a community."), field="area")
    if Programme.objects.filter(community=area.stem, ended_on=None).exists():
        raise Refused(_("This community already has one."), field="area")
    if not name.strip() or not slugify(code):
        raise Refused(_("Please give a name and a short code."), field="name")
    if Programme.objects.filter(code=slugify(code)).exists():
        raise Refused(_("This code is taken."), field="code")
    with turn():
        row = Programme.objects.create(
            **area.location,
            code=slugify(code)[:20],
            name=name.strip(),
            organisation=organisation.strip() or area.name,
            started_on=started_on,
        )
        accounts(row, now)
        note(row, "programme.founded", "programme", row.pk, by, now, code=row.code)
    return row


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """The rule spelled out, or a refusal that names the knob."""
    try:
        return Terms.from_json(body).to_json()
    except BadRule as error:
        raise Refused(BAD.format(field=error.field), field=error.field) from error


def draft_rule(
    *,
    programme: Programme,
    body: Mapping[str, Any],
    valid_from: date,
    by: Person,
    now: datetime,
    rule: Rule | None = None,
    preset: str = "",
    words: str = "",
) -> Rule:
    """Write a version of the rule down, or change a draft; it says nothing until somebody else adopts it."""
    spelled = checked(body)
    if valid_from < local_day(now):
        raise Refused(
            _("A rule is in force from today on at the earliest: what was, stays."), field="valid_from"
        )
    with turn():
        row = locked(rule) if rule else Rule(programme=programme, made_at=now)
        if row.state != RuleState.DRAFT:
            raise Refused(_("This is already “{state}”.").format(state=row.get_state_display()))
        row.body, row.valid_from, row.made_by = spelled, valid_from, by
        row.preset, row.note = preset[:30], words.strip()[:300]
        row.save()
        note(programme, "rule.drafted", "rule", row.pk, by, now, valid_from=valid_from.isoformat())
    return row


def adopt_rule(*, rule: Rule, resolution: str, by: Person, now: datetime) -> Rule:
    """Put a draft in force from its day on. Whoever wrote it does not adopt it; nothing past changes."""
    if not resolution.strip():
        raise Refused(_("Please name the resolution."), field="resolution")
    with turn():
        row: Rule = locked(rule)
        if row.made_by_id == by.pk:
            raise Refused(_("Whoever wrote the rule does not adopt it; please let somebody else decide."))
        if row.valid_from < local_day(now):
            raise Refused(_("Its first day has passed; please set a later one."), field="valid_from")
        same_day = Rule.objects.filter(
            programme=row.programme_id, valid_from=row.valid_from, state=RuleState.ADOPTED
        )
        if same_day.exists():
            raise Refused(_("Another version begins on the same day."), field="valid_from")
        step(RULE, row, "adopt")
        row.approved_by, row.approved_at, row.resolution = by, now, resolution.strip()[:100]
        row.save()
        note(row.programme, "rule.adopted", "rule", row.pk, by, now, valid_from=row.valid_from.isoformat())
    row.programme.__dict__.pop("_rules", None)
    rule.programme.__dict__.pop("_rules", None)
    return row


def drop_rule(*, rule: Rule, by: Person, now: datetime) -> Rule:
    """Throw a draft away."""
    with turn():
        row: Rule = locked(rule)
        step(RULE, row, "drop")
        row.save(update_fields=["state"])
        note(row.programme, "rule.dropped", "rule", row.pk, by, now)
    return row


def fill_pool(
    *, programme: Programme, key: UUID, points: int, resolution: str, by: Person, now: datetime
) -> Posted:
    """Issue points into the pool by a resolution: what may be credited is budgeted, and public."""
    if points <= 0:
        raise Refused(_("Please give a number above zero."), field="points")
    if not resolution.strip():
        raise Refused(_("Please name the resolution."), field="resolution")
    with turn():
        own = accounts(programme, now)
        done = post(
            order=Order(
                uid=key,
                book=programme.book,
                kind="issue",
                legs=[Leg(own.issuer, -points), Leg(own.pool, points)],
                who=who(by, Authority.RESOLUTION),
                cause=Cause("programme", programme.pk),
            ),
            now=now,
        )
        if done.fresh:
            note(
                programme, "pool.filled", "programme", programme.pk, by, now, points=points,
                resolution=resolution.strip()[:60], transfer=done.transfer,
            )  # fmt: skip
    return done
