"""Who serves and who is cared for: the lists by how far they are, and one member's page."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from linli.commons.timebank.access import member_for, members_for
from linli.commons.timebank.choices import MemberState, Strength
from linli.commons.timebank.queries.members import counts_by_state
from linli.commons.timebank.queries.purses import purse_of, purses_of
from linli.commons.timebank.queries.records import records_for_receiver, records_of
from linli.ground.people.access import may, may_anywhere, require
from linli.ground.people.queries import age_on, called, masked
from linli.kit import keyset
from linli.loop.run.queries import services
from linli.web.desk.members_offer import week_words
from linli.web.desk.records_shown import record_line
from linli.web.desk.shown import building_words
from linli.web.parts.bank_words import hours

TABS = (
    MemberState.APPLIED,
    MemberState.CHECKED,
    MemberState.LEARNED,
    MemberState.ADMITTED,
    MemberState.PAUSED,
    MemberState.RECEIVES,
)
NEXT = {  # state -> (verb, the right it needs)
    MemberState.APPLIED: ("check", "member.keep"),
    MemberState.CHECKED: ("learn", "member.keep"),
    MemberState.LEARNED: ("admit", "member.admit"),
    MemberState.PAUSED: ("resume", "member.keep"),
}
SHOWN = 12
OVER = frozenset({MemberState.LEFT, MemberState.REFUSED})
BY_NAME = frozenset({MemberState.ADMITTED, MemberState.PAUSED})


def verb_words(verb: str) -> str:
    """The next verb on its button."""
    return {
        "check": _("Identity and age are checked"),
        "learn": _("Has learned what there is to know"),
        "admit": _("Admit"),
        "resume": _("Serves again"),
        "pause": _("Takes a break"),
        "refuse": _("Do not admit…"),
        "leave": _("Close the passbook…"),
    }[verb]


def name_of(member: Any) -> str:
    """Whoever serves is called by name; everybody else is a neighbour like others, and masked."""
    return called(member.person) if member.state in BY_NAME else masked(member.person)


def line(member: Any, purse: Any, on: Any) -> dict[str, Any]:
    """A member as a row."""
    age = age_on(member.person, on)
    home = member.person.household
    return {
        "url": reverse("desk:member", args=[member.no]),
        "no": member.no,
        "name": name_of(member),
        "age": _("{age} years old").format(age=age) if age is not None else "",
        "place": building_words(home.building) if home else "",
        "hours": hours(member.minutes),
        "minutes": member.minutes,
        "points": purse.earned + purse.granted,
        "applied_at": member.applied_at,
        "state": member.get_state_display(),
    }


@login_required
def members(request: Any) -> HttpResponse:
    """By how far they are, newest first."""
    me, today = request.me, request.today
    stems = require(me, "timebank.see", on=today)
    state = request.GET.get("state", MemberState.ADMITTED)
    state = state if state in MemberState.values else MemberState.ADMITTED
    counts = counts_by_state(stems)
    here = reverse("desk:members")
    found = keyset.page(
        members_for(me, on=today).filter(state=state), order=("-id",), after=request.GET.get("after")
    )
    purses = purses_of(found.rows)
    query = urlencode({"state": state, "after": found.after or ""})
    context = {
        "tabs_": [
            {
                "url": f"{here}?state={one}",
                "label": one.label,
                "count": counts[one],
                "current": one == state,
                "tone": "near" if one in NEXT and one != MemberState.PAUSED and counts[one] else "",
            }
            for one in TABS
        ],
        "rows": [line(row, purses[row.pk], today) for row in found.rows],
        "state": state,
        "next": f"{here}?{query}" if found.after else "",
        "keeps": may_anywhere(me, "member.keep", on=today),
    }
    return render(request, "desk/members.html", context)


def way(member: Any) -> list[dict[str, Any]]:
    """How far somebody has come: applied, checked, learned, admitted; by whom, when."""
    steps = (
        (_("Applied"), member.applied_at, member.proxy),
        (_("Checked"), member.checked_at, member.checked_by),
        (_("Learned"), member.learned_at, member.learned_by),
        (_("Admitted"), member.admitted_at, member.admitted_by),
    )
    current = next((number for number, (_label, at, _by) in enumerate(steps) if at is None), len(steps))
    return [
        {
            "label": label,
            "done": at is not None,
            "at": at,
            "by": called(by) if by else "",
            "current": number == current,
        }
        for number, (label, at, by) in enumerate(steps)
    ]


def verbs(request: Any, member: Any) -> dict[str, Any]:
    """What this person may do with the member now: the next step, and the quieter ones."""

    def right(verb: str) -> bool:
        return may(request.me, verb, member.stem, on=request.today)

    own = member.person_id == request.me.pk
    step, needs = NEXT.get(member.state, ("", ""))
    found: dict[str, Any] = {"next": None, "more": [], "own": own}
    if step and right(needs) and not own:
        found["next"] = {"verb": step, "label": verb_words(step)}
    if member.state == MemberState.ADMITTED and right("member.keep"):
        found["more"].append({"verb": "pause", "label": verb_words("pause"), "asks": False})
    if (
        member.state in {MemberState.APPLIED, MemberState.CHECKED, MemberState.LEARNED}
        and right("member.keep")
        and not own
    ):
        found["more"].append({"verb": "refuse", "label": verb_words("refuse"), "asks": True})
    if member.state not in {MemberState.LEFT, MemberState.REFUSED} and right("member.admit") and not own:
        found["more"].append({"verb": "leave", "label": verb_words("leave"), "asks": True})
    return found


def page_of(request: Any, member: Any, form: Any = None, verb: str = "", status: int = 200) -> HttpResponse:
    """A member's page, with a form that was refused where there is one."""
    today = request.today
    served = member.state != MemberState.RECEIVES
    rows = records_of(member) if served else records_for_receiver(member.person)
    names = {row.code: row.name for row in services(on=today)}
    context = {
        "member": member,
        "line": line(member, purse_of(member), today),
        "served": served,
        "way": way(member) if served else [],
        "skills": [names.get(code, code) for code in member.skills],
        "strength": Strength(member.strength).label if served else "",
        "week": week_words(member.times) if served else [],
        "keeps": served
        and member.state not in OVER
        and may(request.me, "member.keep", member.stem, on=today),
        "records": [record_line(row) for row in rows[:SHOWN]],
        "all_url": f"{reverse('desk:records')}?tab=all&{'member' if served else 'receiver'}={member.no}",
        "does": verbs(request, member),
        "form": form,
        "asking": verb,
        "sees_person": may(request.me, "person.see", member.person.stem, on=today),
        "issues": may(request.me, "certificate.issue", member.stem, on=today) and served,
        "serves_too": member.state in {MemberState.RECEIVES, MemberState.REFUSED}
        and may(request.me, "member.keep", member.stem, on=today),
    }
    return render(request, "desk/member.html", context, status=status)


@login_required
def member(request: Any, no: str) -> HttpResponse:
    """One member."""
    return page_of(request, member_for(request.me, no=no, on=request.today))


urlpatterns = [
    path("members/", members, name="members"),
    path("members/<str:no>/", member, name="member"),
]
