"""A need's timeline: every step from the words said to the rating given, each event in a warm sentence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.ground.journal.queries import events_of_need
from linli.ground.people.queries import names_of
from linli.ground.photos.queries import photos_of
from linli.kit.masks import mask_text
from linli.loop.ask.choices import Channel, RefusalReason, StopReason
from linli.loop.ask.queries import categories, remarks_of
from linli.loop.evaluate.choices import ExclusionReason, Way
from linli.loop.evaluate.queries import follow_ups_of
from linli.loop.link.queries import matches_of
from linli.loop.run.queries import tasks_of
from linli.web.desk.shown import photo_item, promise_words, resource_name
from linli.web.parts.words import exact

# What each verb says. In braces: facts of the event, made readable by ``facts_in_words``.
SENTENCES: Mapping[str, Any] = {
    "need.raised": gettext_lazy("wrote it down · {channel}"),
    "need.accepted": gettext_lazy("took it up · {category} · settled within {due}"),
    "need.recategorised": gettext_lazy("moved it to another kind · {category}"),
    "need.refused": gettext_lazy("did not take it up · {reason}"),
    "need.merged": gettext_lazy("found it is the same matter as {into_no} and put them together"),
    "need.absorbed": gettext_lazy("put {other_no} together with this one"),
    "need.split": gettext_lazy("saw that it is a matter of its own after all"),
    "need.withdrawn": gettext_lazy("noted that it is no longer needed"),
    "need.responded": gettext_lazy("answered the person who asked"),
    "need.noted": gettext_lazy("left a note"),
    "need.stopped": gettext_lazy("let the clock stand still · {reason}"),
    "need.resumed": gettext_lazy("let the clock go on · now until {due}"),
    "need.extended": gettext_lazy("asked for more time · until {due}"),
    "need.linked": gettext_lazy("found help"),
    "need.unlinked": gettext_lazy("is looking for help again"),
    "need.launched": gettext_lazy("made it part of a project · {project}"),
    "need.running": gettext_lazy("set somebody to it"),
    "need.done": gettext_lazy("has done everything that was to be done"),
    "need.sent_back": gettext_lazy("looked, and it is not done yet"),
    "need.closed": gettext_lazy("closed it after looking"),
    "need.reopened": gettext_lazy("took it up again, a new lap"),
    "need.excluded": gettext_lazy("left it out of the rates"),
    "need.included": gettext_lazy("counts it in the rates again"),
    "match.agreed": gettext_lazy("found help: {resource}"),
    "match.released": gettext_lazy("gave the place at {resource} back"),
    "match.kept": gettext_lazy("saw that {resource} kept its word"),
    "task.given": gettext_lazy("gave it to {owner} to do"),
    "task.started": gettext_lazy("has begun"),
    "task.handed_over": gettext_lazy("handed it over to {owner}"),
    "task.ticked": gettext_lazy("ticked step {rank}"),
    "task.unticked": gettext_lazy("took the tick of step {rank} back"),
    "task.done": gettext_lazy("has done it"),
    "task.checked": gettext_lazy("went to see: it is done well"),
    "task.sent_back": gettext_lazy("went to see: not there yet"),
    "task.cancelled": gettext_lazy("called the task off"),
    "follow_up.planned": gettext_lazy("Somebody will ask how it turned out, on {due}"),
    "follow_up.linked": gettext_lazy("made a link to answer by"),
    "follow_up.missed": gettext_lazy("tried to ask and reached nobody"),
    "follow_up.answered": gettext_lazy("asked how it turned out · {solved} · {satisfied} · {way}"),
    "exclusion.asked": gettext_lazy("asked to leave it out of the rates · {reason}"),
    "exclusion.approved": gettext_lazy("agreed to leave it out of the rates"),
    "exclusion.declined": gettext_lazy("wants it to stay in the rates"),
    "message.told": gettext_lazy("told them in person"),
    "photo.kept": gettext_lazy("added a photo"),
    "photo.attached": gettext_lazy("added a photo"),
    "photo.erased": gettext_lazy("took a photo away"),
}
# Said by another event of the same moment; kept in the journal, not told twice.
SILENT = frozenset(
    {"need.linked", "need.running", "need.done", "photo.kept", "photo.attached", "task.unticked"}
)
TONES = {
    "need.refused": "late",
    "need.reopened": "near",
    "need.stopped": "near",
    "task.sent_back": "near",
    "follow_up.missed": "near",
    "need.closed": "done",
    "task.checked": "done",
}
STEPS = {"need": 1, "photo": 1, "match": 2, "task": 4, "follow_up": 5, "exclusion": 5}
FOUND_FIRST: Mapping[str, int] = {"need.launched": 3, "need.running": 4, "need.done": 4, "need.closed": 5}


@dataclass(frozen=True)
class Beside:
    """What the sentences are made of beside the journal, each read in one query."""

    names: Mapping[int, str]
    remarks: Mapping[int, Any]
    matches: Mapping[int, Any]
    tasks: Mapping[int, Any]
    follow_ups: Mapping[int, Any]
    kinds: Mapping[str, str]
    need_photos: list[Any]
    task_photos: Mapping[int, list[Any]]


def read_beside(need: Any, events: Iterable[Any], now: datetime) -> Beside:
    """Everything beside the events, in one query a kind."""
    events = list(events)
    tasks = {row.pk: row for row in tasks_of(need)}
    people = {event.actor for event in events} | {event.facts.get("owner") for event in events}
    return Beside(
        names=names_of(people),
        remarks=remarks_of(need),
        matches={row.pk: row for row in matches_of(need)},
        tasks=tasks,
        follow_ups={row.pk: row for row in follow_ups_of(need)},
        kinds={row.code: row.name for row in categories(on=now.date())},
        need_photos=photos_of("need", [need.pk])[need.pk],
        task_photos=photos_of("task", tasks),
    )


def in_choices(choices: Any, value: Any) -> str:
    """The words of a choice, else the value itself."""
    return str(choices(value).label) if value in choices.values else str(value or "")


def due_words(verb: str, value: Any) -> str:
    """“due” is a promise when something is taken up, else a time or a day."""
    text = str(value or "")
    if verb == "need.accepted":
        return promise_words(text)
    when = parse_datetime(text) if "T" in text else parse_date(text)
    return exact(when) if when else text


def reason_words(verb: str, value: Any) -> str:
    """Each verb has reasons of its own."""
    kinds = {"need.refused": RefusalReason, "need.stopped": StopReason, "exclusion.asked": ExclusionReason}
    return in_choices(kinds[verb], value) if verb in kinds else str(value or "")


def facts_in_words(event: Any, beside: Beside) -> dict[str, str]:
    """The facts of an event as people read them; absent ones are empty."""
    facts, verb = event.facts, event.verb
    match = beside.matches.get(event.subject) if event.subject_kind == "match" else None
    readers: Mapping[str, Callable[[Any], str]] = {
        "channel": lambda value: in_choices(Channel, value),
        "category": lambda value: beside.kinds.get(value, str(value)),
        "due": lambda value: due_words(verb, value),
        "reason": lambda value: reason_words(verb, value),
        "owner": lambda value: beside.names.get(value, ""),
        "way": lambda value: in_choices(Way, value),
        "solved": lambda value: _("solved") if value else _("not solved"),
        "satisfied": lambda value: _("satisfied") if value else _("not satisfied"),
    }
    plain = dict.fromkeys(("into_no", "other_no", "project", "rank", "resource"), "")
    known = {name: readers[name](value) if name in readers else str(value) for name, value in facts.items()}
    if match:
        known["resource"] = resource_name(match.resource)
    return {**plain, **dict.fromkeys(readers, ""), **known}


def sentence(event: Any, beside: Beside) -> str:
    """The event in words; trailing dots of absent facts are cut."""
    template = SENTENCES.get(event.verb)
    if template is None:
        return _("something happened")
    said = str(template).format_map(facts_in_words(event, beside))
    return " · ".join(part for part in (part.strip() for part in said.split("·")) if part)


def quote_of(event: Any, beside: Beside) -> str:
    """The words that belong to the event, masked: a remark, what was done, what people said of it."""
    remark = beside.remarks.get(event.facts.get("remark") or 0)
    if remark is None and event.verb == "match.agreed":
        match = beside.matches.get(event.subject)
        remark = match.override if match else None
    if remark is not None:
        return mask_text(remark.text)
    if event.verb == "task.done" and event.subject in beside.tasks:
        return mask_text(beside.tasks[event.subject].done_note)
    if event.verb == "follow_up.answered" and event.subject in beside.follow_ups:
        return mask_text(beside.follow_ups[event.subject].words)
    return ""


def note_of(event: Any, beside: Beside) -> str:
    """A line below: the reasons of a match."""
    match = beside.matches.get(event.subject) if event.verb == "match.agreed" else None
    if match is None:
        return ""
    said = [*match.reasons, *match.against]
    return (
        _("{percent}% · because: {reasons}").format(percent=round(match.score * 100), reasons="、".join(said))
        if said
        else ""
    )


def url_of(event: Any, beside: Beside) -> str:
    """Where the event leads."""
    if event.subject_kind == "task" and event.subject in beside.tasks and event.verb != "task.ticked":
        return reverse("desk:task", args=[beside.tasks[event.subject].no])
    if event.verb == "need.merged" and event.facts.get("into_no"):
        return reverse("desk:need", args=[event.facts["into_no"]])
    if event.verb == "need.absorbed" and event.facts.get("other_no"):
        return reverse("desk:need", args=[event.facts["other_no"]])
    if event.verb == "need.launched" and event.facts.get("project"):
        return reverse("desk:project", args=[event.facts["project"]])
    return ""


def photos_at(event: Any, beside: Beside) -> list[dict[str, Any]]:
    """Photos shown with the event that brought them."""
    if event.verb == "need.raised":
        return [photo_item(row, _("When it was asked")) for row in beside.need_photos]
    if event.verb == "task.done":
        return [photo_item(row, _("When it was done")) for row in beside.task_photos.get(event.subject, [])]
    return []


def told(events: Iterable[Any]) -> list[Any]:
    """The events worth telling; a task sent back is told by its need, which has the reason."""
    rows = [event for event in events if event.verb not in SILENT]
    sent_back = {event.at for event in rows if event.verb == "need.sent_back"}
    return [event for event in rows if event.verb != "task.sent_back" or event.at not in sent_back]


def timeline(need: Any, *, now: datetime) -> list[dict[str, Any]]:
    """The events of a need as parts/timeline.html wants them, oldest first; a fixed number of queries."""
    events = told(events_of_need(need.pk))
    beside = read_beside(need, events, now)
    return [
        {
            "at": event.at,
            "who": beside.names.get(event.actor or 0, ""),
            "words": sentence(event, beside),
            "quote": quote_of(event, beside),
            "note": note_of(event, beside),
            "url": url_of(event, beside),
            "photos": photos_at(event, beside),
            "step": FOUND_FIRST.get(event.verb) or STEPS.get(event.verb.partition(".")[0], 1),
            "tone": tone_of(event),
        }
        for event in events
    ]


def tone_of(event: Any) -> str:
    """Warm green where it ended well, amber where it did not."""
    if event.verb == "follow_up.answered":
        return "done" if event.facts.get("solved") and event.facts.get("satisfied") else "near"
    return TONES.get(event.verb, "")
