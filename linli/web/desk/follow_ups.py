"""Ask the people how it turned out: by phone, at the door, or by a link they open themselves."""

import base64
import io
from typing import Any
from urllib.parse import urlencode

import segno
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from linli.ground.people.access import may, require
from linli.ground.people.queries import called
from linli.kit import keyset
from linli.kit.masks import mask_phone, mask_text
from linli.loop.ask.choices import COUNT_CAP
from linli.loop.evaluate.access import follow_up_for, follow_ups_for
from linli.loop.evaluate.actions import answer, make_link, miss
from linli.loop.evaluate.choices import LINK_DAYS, FollowUpState, Way
from linli.web.acts import attempt
from linli.web.desk.shown import count_words, need_line, place_of, title_row, who_of

TABS = ("due", "coming", "answered", "unreached")
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class AnswerForm(forms.Form):
    """Solved? Satisfied? In their words."""

    solved = forms.ChoiceField(label=gettext_lazy("Is it solved?"), choices=YES_NO, widget=forms.RadioSelect)
    satisfied = forms.ChoiceField(
        label=gettext_lazy("Are they satisfied?"), choices=YES_NO, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How you asked"), choices=[row for row in Way.choices if row[0] != Way.LINK],
        widget=forms.RadioSelect, initial=Way.CALL,
    )  # fmt: skip


def rows_of(rows: Any, name: str, today: Any) -> Any:
    """The follow-ups of a tab."""
    if name == "due":
        return rows.filter(state=FollowUpState.WAITING, due_on__lte=today)
    if name == "coming":
        return rows.filter(state=FollowUpState.WAITING, due_on__gt=today)
    return rows.filter(state=name)


def line(row: Any) -> dict[str, Any]:
    """A follow-up as a row: whom to ask, about what, since when."""
    told = ""
    if row.state == FollowUpState.ANSWERED:
        told = " · ".join(
            [
                _("solved") if row.solved else _("not solved"),
                _("satisfied") if row.satisfied else _("not satisfied"),
            ]
        )
    return {
        **need_line(row.need, url=reverse("desk:follow_up", args=[row.pk]), step=5, lap=row.lap),
        "due_at": None, "done_at": None, "received_at": None, "day": row.due_on, "told": told, "tries": row.tries,
        "good": bool(row.solved and row.satisfied), "state_label": "",
    }  # fmt: skip


@login_required
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Whom to ask today, the longest waiting first."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    require(me, "followup.see", on=today)
    name = request.GET.get("tab", "due")
    if name not in TABS:
        raise Http404
    rows = follow_ups_for(me, on=today)
    here = reverse("desk:follow_ups")
    labels = {
        "due": _("To ask now"),
        "coming": _("Coming"),
        "answered": _("Answered"),
        "unreached": _("Not reached"),
    }
    counts = {
        one: len(rows_of(rows, one, today).order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])
        for one in TABS
    }
    order = ("-id",) if name == "answered" else ("due_on", "id")
    page = keyset.page(rows_of(rows, name, today), order=order, after=request.GET.get("after"))
    context = {
        "tabs_": [
            {
                "url": f"{here}?tab={one}", "label": labels[one], "current": one == name,
                "count": count_words(counts[one], COUNT_CAP),
            }
            for one in TABS
        ],
        "rows": [line(row) for row in page.rows],
        "next": f"{here}?{urlencode({'tab': name, 'after': page.after})}" if page.after else "",
        "name": name,
    }  # fmt: skip
    return render(request, "desk/follow_ups.html", context)


def qr_image(text: str) -> str:
    """A QR code as an image address of its own."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=6, border=2, dark="#1C2430", light="#FFFFFF")
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


def page_of(request: HttpRequest, row: Any, **more: Any) -> HttpResponse:
    """The page of one follow-up."""
    me, today = request.me, request.today  # type: ignore[attr-defined]
    need = row.need
    reveals = need.asker_id and may(me, "person.reveal", need.stem, on=today) and need.asker.phone
    answers = row.state != FollowUpState.ANSWERED and may(me, "followup.answer", row.stem, on=today)
    context = {
        "row": row,
        "need": need,
        "title": title_row(need),
        "who": who_of(need),
        "place": place_of(need),
        "phone": mask_phone(need.asker.phone) if reveals else "",
        "reveal_url": reverse("desk:need_reveal", args=[need.no, "phone"]) if reveals else "",
        "words": mask_text(row.words),
        "by": called(row.by),
        "form": AnswerForm() if answers else None,
        "answers": answers,
        "late": row.state == FollowUpState.WAITING and row.due_on < today,
        "days": LINK_DAYS,
        **more,
    }
    return render(request, "desk/follow_up.html", context)


@login_required
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one person, and write down what they say."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    if request.method != "POST":
        return page_of(request, follow_up_for(me, pk=pk, verb="followup.see", on=today))
    row = follow_up_for(me, pk=pk, on=today)
    form = AnswerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        solved, satisfied = given["solved"] == "yes", given["satisfied"] == "yes"
        good = solved and satisfied
        done = (
            _("Thank you. That is good to hear.")
            if good
            else _("Written down. It is taken up again, with its history.")
        )
        told = {"solved": solved, "satisfied": satisfied, "words": given["words"], "way": given["way"]}
        if attempt(request, lambda: answer(follow_up=row, **told, by=me, now=now), form=form, done=done):
            return redirect("desk:follow_ups") if good else redirect("desk:need", no=row.need.no)
    return page_of(request, row, form=form)


@login_required
@require_POST
def follow_up_missed(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody answered."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = follow_up_for(me, pk=pk, on=today)
    attempt(request, lambda: miss(follow_up=row, by=me, now=now), done=_("Noted. It comes back tomorrow."))
    return redirect("desk:follow_ups")


@login_required
@require_POST
def follow_up_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link with its QR code; shown this once, an earlier one ends."""
    me, now, today = request.me, request.now, request.today  # type: ignore[attr-defined]
    row = follow_up_for(me, pk=pk, on=today)
    made = attempt(request, lambda: make_link(follow_up=row, by=me, now=now))
    if made is None:
        return redirect("desk:follow_up", pk=pk)
    url = request.build_absolute_uri(made)
    context = {"link": url, "qr": qr_image(url), "days": LINK_DAYS}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "desk/follow_up_link.html", context)
    return page_of(request, row, **context)


urlpatterns = [
    path("follow-ups/", follow_ups, name="follow_ups"),
    path("follow-ups/<int:pk>/", follow_up, name="follow_up"),
    path("follow-ups/<int:pk>/missed/", follow_up_missed, name="follow_up_missed"),
    path("follow-ups/<int:pk>/link/", follow_up_link, name="follow_up_link"),
]
