"""The rule of a time bank: read in plain words, drafted knob by knob, tried on last quarter, adopted by somebody else."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.commons.timebank import actions
from linli.commons.timebank.access import programme_for, programmes_for
from linli.commons.timebank.choices import RuleState
from linli.commons.timebank.queries.programmes import rules_of
from linli.commons.timebank.queries.trials import last_quarter, try_out
from linli.engine.presets import PRESETS
from linli.ground.people.access import may, require
from linli.ground.people.queries import called, masked
from linli.loop.run.queries import services
from linli.web.acts import attempt
from linli.web.desk.rules_forms import AdoptForm, DraftForm, GroupForm, StartForm
from linli.web.desk.rules_lines import points, unit_of
from linli.web.desk.rules_words import TITLES, differences, groups_of

SHOWN = 20  # bars of a trial; the sums are of all
QUARTERS = 4
NOW = "now"


def service_names(today: date) -> dict[str, str]:
    """What services are called."""
    return {row.code: row.name for row in services(on=today)}


def rule_of(programme: Any, pk: int) -> Any:
    """One version of the programme's rule; 404 otherwise."""
    found = rules_of(programme).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.programme = programme
    return found


def in_force(rows: list[Any], today: date) -> Any:
    """The version that holds today, out of all of them."""
    held = [row for row in rows if row.state == RuleState.ADOPTED and row.valid_from <= today]
    return max(held, key=lambda row: row.valid_from, default=None)


def version_line(row: Any, current: Any, today: date) -> dict[str, Any]:
    """A version in the list: from when, who wrote and who adopted it, what it is now."""
    if row.state == RuleState.ADOPTED:
        tone, label = ("step-3", _("comes")) if row.valid_from > today else ("quiet", _("was"))
        if current and row.pk == current.pk:
            tone, label = "done", _("in force")
    else:
        tone, label = ("near" if row.state == RuleState.DRAFT else "quiet"), row.get_state_display()
    return {
        "url": reverse("desk:rule", args=[row.programme.code, row.pk]),
        "from": row.valid_from,
        "note": row.note,
        "made_by": called(row.made_by),
        "approved_by": called(row.approved_by),
        "resolution": row.resolution,
        "tone": tone,
        "label": label,
        "row": row,
    }


def lead_of(terms: Any) -> list[str]:
    """The three sentences everybody asks for first: what an hour gives, in which steps, how much of a day counts."""
    said = {line.key: line.words for group in groups_of(terms, {}) for line in group.lines}
    return [said[key] for key in ("rate", "step", "day")]


@login_required
def rules(request: Any, code: str = "") -> HttpResponse:
    """The rule in force, and every version."""
    me, today = request.me, request.today
    require(me, "timebank.see", on=today)
    every = list(programmes_for(me, on=today))
    if not every and not code:
        return render(request, "desk/rules_none.html")
    programme = programme_for(me, code=code, on=today)
    rows = list(rules_of(programme))
    for row in rows:
        row.programme = programme
    current = in_force(rows, today)
    context = {
        "programme": programme,
        "places": [
            {
                "url": reverse("desk:rules_of", args=[one.code]),
                "label": one.area.name,
                "current": one.pk == programme.pk,
            }
            for one in every
        ]
        if len(every) > 1
        else [],
        "current": current and version_line(current, current, today),
        "lead": lead_of(current.terms) if current else [],
        "groups": groups_of(current.terms, service_names(today)) if current else [],
        "versions": [version_line(row, current, today) for row in rows if row.state != RuleState.DROPPED],
        "drafts": may(me, "rule.draft", programme.stem, on=today),
    }
    return render(request, "desk/rules.html", context)


@login_required
def rule(request: Any, code: str, pk: int) -> HttpResponse:
    """One version: its sentences; a draft can be changed, tried, adopted."""
    me, today = request.me, request.today
    programme = programme_for(me, code=code, on=today)
    row = rule_of(programme, pk)
    draft = row.state == RuleState.DRAFT
    drafts = draft and may(me, "rule.draft", programme.stem, on=today)
    form = (
        DraftForm(request.POST or None, initial={"valid_from": row.valid_from, "words": row.note})
        if drafts
        else None
    )
    if request.method == "POST" and form and form.is_valid():
        kept = attempt(
            request, lambda: keep(request, row, row.body, form.cleaned_data), form=form, done=_("Kept.")
        )
        if kept is not None:
            return redirect("desk:rule", code, pk)
    return render(request, "desk/rule.html", rule_context(request, programme, row, form))


def rule_context(request: Any, programme: Any, row: Any, form: Any, adopt: Any = None) -> dict[str, Any]:
    """What the page of a version shows."""
    me, today = request.me, request.today
    others = [one for one in rules_of(programme) if one.state == RuleState.ADOPTED and one.pk != row.pk]
    current = in_force([*others, row], today)
    row.programme = programme
    draft = row.state == RuleState.DRAFT
    adopts = draft and may(me, "rule.adopt", programme.stem, on=today) and row.made_by_id != me.pk
    before = next((one for one in others if one.valid_from <= row.valid_from), None)
    return {
        "programme": programme,
        "row": row,
        "line": version_line(row, current, today),
        "lead": lead_of(row.terms),
        "groups": groups_of(row.terms, service_names(today)),
        "preset": next((one for one in PRESETS if one.code == row.preset), None),
        "draft": draft,
        "form": form,
        "adopt": (adopt or AdoptForm()) if adopts else None,
        "drafts": draft and may(me, "rule.draft", programme.stem, on=today),
        "compare": reverse("desk:rule_compare", args=[programme.code, before.pk, row.pk]) if before else "",
        "changes": sum(len(rows) for _title, rows in differences(before.terms, row.terms, {}))
        if before
        else 0,
        "before": before,
    }


def keep(request: Any, row: Any, body: Any, given: dict[str, Any]) -> Any:
    """Write a draft anew."""
    return actions.draft_rule(
        programme=row.programme, rule=row, body=body, valid_from=given["valid_from"], preset=row.preset,
        words=given["words"], by=request.me, now=request.now,
    )  # fmt: skip


def next_month(today: date) -> date:
    """The first day of the month after this one."""
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


@login_required
def rule_new(request: Any, code: str) -> HttpResponse:
    """Begin a draft: from the rule in force, or from a published scheme whose source is shown."""
    me, today = request.me, request.today
    programme = programme_for(me, "rule.draft", code=code, on=today)
    current = in_force(list(rules_of(programme)), today)
    bodies: dict[str, Any] = {NOW: current.body} if current else {}
    bodies |= {one.code: one.body for one in PRESETS}
    form = StartForm(list(bodies), request.POST or None)
    if request.method == "POST" and form.is_valid():
        start = form.cleaned_data["start"]
        made = attempt(
            request,
            lambda: actions.draft_rule(
                programme=programme, body=bodies[start], valid_from=next_month(today), by=me, now=request.now,
                preset=(current.preset if start == NOW else start),
            ),
            form=form,
            done=_("A draft. It says nothing until somebody else adopts it."),
        )  # fmt: skip
        if made is not None:
            return redirect("desk:rule", code, made.pk)
    context = {"programme": programme, "current": current, "presets": PRESETS, "form": form}
    return render(request, "desk/rule_new.html", context)


@login_required
def rule_edit(request: Any, code: str, pk: int, group: str) -> HttpResponse:
    """One group of knobs of a draft."""
    programme = programme_for(request.me, "rule.draft", code=code, on=request.today)
    row = rule_of(programme, pk)
    if group not in TITLES or row.state != RuleState.DRAFT:
        raise Http404
    form = GroupForm(group, row.terms.to_json(), service_names(request.today), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"valid_from": max(row.valid_from, request.today), "words": row.note}
        if attempt(request, lambda: keep(request, row, form.whole, given), form=form, done=_("Kept.")):
            return redirect(reverse("desk:rule", args=[code, pk]) + f"#{group}")
    context = {
        "programme": programme,
        "row": row,
        "form": form,
        "title": TITLES[group],
        "tabs_": [
            {"url": reverse("desk:rule_edit", args=[code, pk, key]), "label": label, "current": key == group}
            for key, label in TITLES.items()
        ],
        "back": reverse("desk:rule", args=[code, pk]),
    }
    return render(request, "desk/rule_edit.html", context)


@login_required
def rule_compare(request: Any, code: str, one: int, other: int) -> HttpResponse:
    """What two versions say differently."""
    programme = programme_for(request.me, code=code, on=request.today)
    before, after = rule_of(programme, one), rule_of(programme, other)
    groups = differences(before.terms, after.terms, service_names(request.today))
    context = {"programme": programme, "before": before, "after": after, "groups": groups}
    return render(request, "desk/rule_compare.html", context)


def quarters(today: date) -> list[tuple[date, date]]:
    """The last four quarters that are over, the latest first."""
    found = [last_quarter(today)]
    while len(found) < QUARTERS:
        found.append(last_quarter(found[-1][0]))
    return found


def quarter_name(first: date) -> str:
    """2025 年第 4 季度."""
    return _("{year}, quarter {n}").format(year=first.year, n=(first.month + 2) // 3)


def bars_of(lines: list[Any], terms: Any) -> list[dict[str, Any]]:
    """Who gains or loses how much, as parts/bars.html wants it; masked, each a link to the member."""
    return [
        {
            "label": masked(line.member.person),
            "note": _("{before} → {after}").format(before=line.before, after=line.after),
            "value": abs(line.difference),
            "url": reverse("desk:member", args=[line.member.no]),
        }
        for line in lines[:SHOWN]
    ]


@login_required
def rule_try(request: Any, code: str, pk: int) -> HttpResponse:
    """Last quarter computed anew by this version: who would have gained, who lost. Nothing is written."""
    today = request.today
    programme = programme_for(request.me, code=code, on=today)
    row = rule_of(programme, pk)
    current = in_force([one for one in rules_of(programme) if one.pk != pk], today)
    if current is None:
        raise Http404
    choices = quarters(today)
    chosen = next((one for one in choices if one[0].isoformat() == request.GET.get("from")), choices[0])
    trial = try_out(programme, current.terms, row.terms, *chosen)
    context = {
        "programme": programme,
        "row": row,
        "trial": trial,
        "period": quarter_name(chosen[0]),
        "tabs_": [
            {"url": f"?from={one[0].isoformat()}", "label": quarter_name(one[0]), "current": one == chosen}
            for one in choices
        ],
        "losers": bars_of(trial.losers, row.terms),
        "gainers": bars_of(trial.gainers, row.terms),
        "same": len(trial.lines) - len(trial.losers) - len(trial.gainers),
        "before_words": points(current.terms, trial.before),
        "after_words": points(row.terms, trial.after),
        "unit": unit_of(row.terms),
    }
    return render(request, "desk/rule_try.html", context)


@login_required
@require_POST
def rule_adopt(request: Any, code: str, pk: int) -> HttpResponse:
    """Put a draft in force from its day on; whoever wrote it cannot."""
    programme = programme_for(request.me, "rule.adopt", code=code, on=request.today)
    row = rule_of(programme, pk)
    form = AdoptForm(request.POST)
    if form.is_valid():
        adopted = attempt(
            request,
            lambda: actions.adopt_rule(
                rule=row, resolution=form.cleaned_data["resolution"], by=request.me, now=request.now
            ),
            form=form,
            done=_("Adopted. What was credited before stays as it is."),
        )
        if adopted is not None:
            return redirect("desk:rule", code, pk)
    return render(request, "desk/rule.html", rule_context(request, programme, row, None, form))


@login_required
@require_POST
def rule_drop(request: Any, code: str, pk: int) -> HttpResponse:
    """Throw a draft away."""
    programme = programme_for(request.me, "rule.draft", code=code, on=request.today)
    row = rule_of(programme, pk)
    attempt(
        request,
        lambda: actions.drop_rule(rule=row, by=request.me, now=request.now),
        done=_("The draft is gone; the rule in force stays."),
    )
    return redirect("desk:rules_of", code)


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/<slug:code>/", rules, name="rules_of"),
    path("rules/<slug:code>/new/", rule_new, name="rule_new"),
    path("rules/<slug:code>/<int:pk>/", rule, name="rule"),
    path("rules/<slug:code>/<int:pk>/try/", rule_try, name="rule_try"),
    path("rules/<slug:code>/<int:pk>/adopt/", rule_adopt, name="rule_adopt"),
    path("rules/<slug:code>/<int:pk>/drop/", rule_drop, name="rule_drop"),
    path("rules/<slug:code>/<int:pk>/edit/<slug:group>/", rule_edit, name="rule_edit"),
    path("rules/<slug:code>/<int:one>/compare/<int:other>/", rule_compare, name="rule_compare"),
]
