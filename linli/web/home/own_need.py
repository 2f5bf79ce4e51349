"""What became of what I asked: its own timeline, in plain words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from linli.engine.transitions import NEED, verbs
from linli.ground.journal.queries import events_of_need
from linli.ground.people.queries import masked
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_text
from linli.loop.ask import actions
from linli.loop.ask.access import own_need_for
from linli.loop.ask.choices import RemarkKind
from linli.loop.ask.queries import remarks_of
from linli.loop.evaluate.queries import follow_ups_of
from linli.loop.run.queries import tasks_of
from linli.web.acts import attempt
from linli.web.home.shown import bar, photo_items, somebody

# verb -> what the person who asked reads, the step of the ring, the tone
STORY: Mapping[str, tuple[Any, int, str]] = {
    "need.raised": (_("It has arrived."), 1, ""),
    "need.accepted": (_("It was taken up."), 1, ""),
    "need.refused": (_("It was not taken up."), 1, "late"),
    "need.merged": (_("Others asked the same; it goes on together with theirs."), 1, ""),
    "need.split": (_("It goes its own way again."), 1, ""),
    "need.responded": (_("An answer for you."), 1, ""),
    "need.stopped": (_("It has to wait a while."), 1, "near"),
    "need.resumed": (_("It goes on."), 1, ""),
    "need.extended": (_("It takes longer than promised."), 1, "near"),
    "need.linked": (_("Help was found."), 2, ""),
    "need.unlinked": (_("We are looking for other help."), 2, "near"),
    "need.launched": (_("It became part of a project."), 3, ""),
    "need.running": (_("Somebody is on it."), 4, ""),
    "need.done": (_("It is done."), 4, ""),
    "need.sent_back": (_("We looked, and it is not done yet."), 4, "near"),
    "need.closed": (_("It was checked and closed."), 5, "done"),
    "need.reopened": (_("It was taken up again."), 1, "near"),
    "need.withdrawn": (_("It was taken back."), 1, ""),
    "follow_up.answered": (_("You told us how it turned out."), 5, ""),
}
TOLD = frozenset({RemarkKind.REPLY, RemarkKind.REFUSAL, RemarkKind.STOP, RemarkKind.EXTENSION})


class WithdrawForm(forms.Form):
    """Why it is no longer needed."""

    text = forms.CharField(
        label=_("Why is it no longer needed?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def story(need: Any) -> list[dict[str, Any]]:
    """Every step in words; of texts only those written to the person, and their own answer."""
    texts = remarks_of(need)
    answers = {row.pk: row.words for row in follow_ups_of(need)}
    after = photos_of("task", [task.pk for task in tasks_of(need) if task.done_at])
    found = []
    for event in events_of_need(need.pk):
        if event.verb not in STORY:
            continue
        words, step, tone = STORY[event.verb]
        remark = texts.get(event.facts.get("remark") or 0)
        quote = mask_text(remark.text) if remark and remark.kind in TOLD else ""
        if event.verb == "follow_up.answered":
            quote = answers.get(event.subject or 0, "")
        shown = photo_items(after.get(event.facts.get("task") or 0, [])) if event.verb == "need.done" else []
        found.append(
            {"at": event.at, "words": words, "step": step, "tone": tone, "quote": quote, "photos": shown}
        )
    return found


def page_of(request: Any, need: Any, form: WithdrawForm) -> HttpResponse:
    """The page of one's own need."""
    waits = next((row for row in follow_ups_of(need) if row.state == "waiting" and row.lap == need.lap), None)
    context = {
        "need": need,
        "whose": masked(need.asker) if need.asker_id and need.asker_id != request.me.pk else "",
        "owner": masked(need.owner),
        "events": story(need),
        "photos": photo_items(photos_of("need", [need.pk])[need.pk]),
        "form": form if "withdraw" in verbs(NEED, need.state) else None,
        "asked_on": waits.due_on if waits else None,
        "nav": bar(request),
    }
    return render(request, "home/own_need.html", context)


@login_required
def own_need(request: Any, no: str) -> HttpResponse:
    """One ask of my own; a POST takes it back."""
    somebody(request)
    need = own_need_for(request.me, no=no)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = attempt(
            request,
            lambda: actions.withdraw(
                need=need, text=form.cleaned_data["text"], by=request.me, now=request.now
            ),
            form=form,
            done=_("Taken back. You can ask again any time."),
        )
        if taken is not None:
            return redirect("home:own_need", no)
    return page_of(request, need, form)


urlpatterns = [path("needs/<str:no>/", own_need, name="own_need")]
