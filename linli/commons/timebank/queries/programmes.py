"""Read programmes and the versions of their rules."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.commons.timebank.choices import RuleState
from linli.commons.timebank.models import Programme, Rule
from linli.ground.places.queries import within
from linli.kit.refused import Refused


def programme_of(stem: str) -> Programme | None:
    """The programme that runs in the community of this stem (the community's own or a grid's)."""
    return Programme.objects.filter(community=stem[:12], ended_on=None).select_related("area").first()


def programmes_under(stems: Iterable[str]) -> QuerySet[Programme]:
    """Programmes under the stems, in order of the communities."""
    rows = Programme.objects.filter(within(stems), ended_on=None)
    return rows.select_related("area").order_by("community")


def programmes_at(stem: str) -> QuerySet[Programme]:
    """Programmes of the community this stem lies in, or of those that lie in it."""
    return programmes_under([stem[:12]])


def rules_of(programme: Programme) -> QuerySet[Rule]:
    """Every version, the latest effective day first."""
    rows = Rule.objects.filter(programme=programme).select_related("made_by", "approved_by")
    return rows.order_by("-valid_from", "-id")


def rule_on(programme: Programme, day: date) -> Rule:
    """The version in force on a day; refused where none is."""
    cache: dict[date, Rule] = programme.__dict__.setdefault("_rules", {})
    if day not in cache:
        rows = Rule.objects.filter(programme=programme, state=RuleState.ADOPTED, valid_from__lte=day)
        found = rows.order_by("-valid_from").first()
        if found is None:
            raise Refused(_("No rule is in force on this day yet."))
        cache[day] = found
    return cache[day]
