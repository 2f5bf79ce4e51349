"""The sections of today's list, each with a few rows, how many there are in all, and a kind word when empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.journal.choices import Notice
from linli.ground.journal.queries import to_tell
from linli.ground.people.access import areas_for, stems_for
from linli.ground.people.queries import birthdays_soon, masked, names_of
from linli.loop.ask import queries as asks
from linli.loop.ask.access import needs_for
from linli.loop.evaluate.queries import due_follow_ups
from linli.loop.run import queries as runs
from linli.loop.run.access import own_tasks
from linli.web.desk import birthdays, patrols, today_care
from linli.web.desk.shown import place_of, title_row, who_of

SHOWN = 8
COUNTED = 999
TOLD_READ = 200


@dataclass(frozen=True)
class Section:
    """One part of the list: its rows, how many there are in all ("999+" at most), where all of them are."""

    key: str
    title: str
    rows: list[dict[str, Any]]
    count: str
    url: str
    nothing: str

    @property
    def more(self) -> bool:
        """Whether there are more rows than shown."""
        return len(self.rows) == SHOWN and self.count != str(SHOWN)


def counted(rows: Any, found: int) -> int:
    """How many rows there are, ``found`` of which were read; no further than a person counts."""
    if found <= SHOWN:
        return found
    return len(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def capped(number: int) -> str:
    """A count in words: 999+."""
    return f"{COUNTED}+" if number > COUNTED else str(number)


def one_row_more(rows: Any) -> list[Any]:
    """What is shown and one more, to know whether there is more."""
    return list(rows[: SHOWN + 1])


def need_row(need: Any, tone: str) -> dict[str, Any]:
    """A need in the list, opening in place."""
    notes = [who_of(need), place_of(need), need.category.name if need.category else ""]
    return {
        "icon": {"late": "alert", "near": "clock"}.get(tone, "ring"),
        "tone": tone,
        "title": title_row(need),
        "note": " · ".join(note for note in notes if note),
        "url": reverse("desk:need", args=[need.no]),
        "open_url": reverse("desk:today_need", args=[need.no]),
        "due_at": need.due_at,
        "near_at": need.near_at,
    }


def due_section(request: Any) -> Section:
    """Needs that are late, then those near their limit."""
    needs = needs_for(request.me, on=request.today).select_related(*asks.ROW_PARTS)
    late = asks.tab(needs, "late", now=request.now).order_by("sort_at", "id")
    near = asks.tab(needs, "near", now=request.now).order_by("sort_at", "id")
    late_found, near_found = one_row_more(late), one_row_more(near)
    rows = [need_row(need, "late") for need in late_found] + [need_row(need, "near") for need in near_found]
    number = counted(late, len(late_found)) + counted(near, len(near_found))
    return Section(
        "due", _("Limits"), rows[:SHOWN], capped(number), f"{reverse('desk:triage')}?tab=due",
        _("Nothing is near its limit. Is there somebody nobody has visited lately?"),
    )  # fmt: skip


def rounds_section(request: Any, areas: list[Any]) -> Section:
    """The two rounds of her grids."""
    rows = patrols.todays_rounds(request, areas)
    return Section(
        "rounds", _("Two rounds a day"), rows[:SHOWN], str(len(rows)), reverse("desk:patrols"),
        _("No grid to walk today."),
    )  # fmt: skip


def follow_up_row(row: Any) -> dict[str, Any]:
    """A follow-up: whom to ask about what."""
    need = row.need
    who = who_of(need) or _("whoever is there")
    late = f"{row.tries}" if row.tries else ""
    notes = [place_of(need), need.category.name if need.category else ""]
    notes += [_("tried {n} times").format(n=late)] if late else []
    return {
        "icon": "phone",
        "title": _("Ask {who}: {what}").format(who=who, what=title_row(need)),
        "note": " · ".join(note for note in notes if note),
        "url": reverse("desk:need", args=[need.no]),
        "open_url": reverse("desk:today_followup", args=[row.pk]),
    }


def follow_up_section(request: Any) -> Section:
    """Whom to ask today whether it is really solved."""
    rows = due_follow_ups(stems_for(request.me, "followup.see", on=request.today), on=request.today)
    found = one_row_more(rows)
    return Section(
        "followups", _("To ask how it went"), [follow_up_row(row) for row in found[:SHOWN]],
        capped(counted(rows, len(found))), reverse("desk:follow_ups"), _("Nobody waits to be asked today."),
    )  # fmt: skip


def task_row(task: Any, *, check: bool = False, timed: bool = False) -> dict[str, Any]:
    """A task: to do, to check, or at an hour."""
    what = title_row(task.need)
    who = masked(task.done_by if check else task.owner)
    notes = [who if check or timed else masked(task.need.asker), place_of(task.need)]
    title = _("Check: {what}").format(what=what) if check else what
    return {
        "icon": "eye" if check else "clock" if timed else "pen",
        "title": f"{patrols.clock_of(task.appointed_at)} {title}" if timed else title,
        "note": " · ".join(note for note in notes if note),
        "url": reverse("desk:task", args=[task.no]),
        "open_url": reverse("desk:today_task", args=[task.no]),
    }


def task_sections(request: Any) -> list[Section]:
    """Appointments of the day; then what to check and one's own tasks."""
    me, on = request.me, request.today
    start = timezone.make_aware(datetime.combine(on, time.min))
    end = start + timedelta(days=1) - timedelta(microseconds=1)
    meet = runs.appointments(stems_for(me, "task.see", on=on), first=start, last=end)
    check = runs.to_check(stems_for(me, "task.check", on=on)).exclude(done_by=me)
    own = own_tasks(me).filter(live=True).exclude(appointed_at__range=(start, end))
    meets, checks, owns = one_row_more(meet), one_row_more(check), one_row_more(own)
    rows = [task_row(task, check=True) for task in checks] + [task_row(task) for task in owns]
    number = counted(check, len(checks)) + counted(own, len(owns))
    url = reverse("desk:tasks")
    return [
        Section(
            "appointments", _("Appointments"), [task_row(task, timed=True) for task in meets[:SHOWN]],
            capped(counted(meet, len(meets))), url, _("No appointments today."),
        ),
        Section("tasks", _("Tasks"), rows[:SHOWN], capped(number), url, _("Nothing to do or to check.")),
    ]  # fmt: skip


def tell_row(message: Any, name: str, about: str) -> dict[str, Any]:
    """The newest word on an ask for somebody whom no message reaches: what to say, and that it was said."""
    words = str(Notice(message.notice).label) if message.notice in Notice.values else ""
    return {
        "icon": "person",
        "title": _("Tell {who}: {words}").format(who=name, words=words),
        "note": about or message.number,
        "url": reverse("desk:need", args=[message.number]) if message.need and message.number else "",
        "do_url": reverse("desk:today_told", args=[message.pk]),
        "do_label": _("Told"),
    }


def untold(request: Any, areas: list[Any] | None = None) -> Any:
    """Messages to bring in person, in the areas she works in."""
    if areas is None:
        areas = list(areas_for(request.me, "need.triage", on=request.today))
    return to_tell(area.stem for area in areas)


def newest_words(messages: Iterable[Any]) -> list[Any]:
    """Of several messages to one person about one ask only the newest has to be said; who waits longest first."""
    last: dict[tuple[int, str], Any] = {}
    for message in messages:
        last[message.to_person, message.number] = message
    return list(last.values())


def tell_rows(request: Any, messages: list[Any]) -> list[dict[str, Any]]:
    """Rows of what to pass on, with the names and the asks they are about, in two queries."""
    names = names_of(message.to_person for message in messages)
    needs = needs_for(request.me, on=request.today).filter(pk__in=[row.need for row in messages if row.need])
    about = {need.pk: title_row(need) for need in needs} if messages else {}
    return [
        tell_row(message, names.get(message.to_person, ""), about.get(message.need, ""))
        for message in messages
    ]


def tell_section(request: Any, areas: list[Any]) -> Section:
    """Whom to tell something by word of mouth."""
    read = list(untold(request, areas)[:TOLD_READ])
    words = newest_words(read)
    count = f"{len(words)}+" if len(read) == TOLD_READ else str(len(words))
    return Section(
        "tell", _("To pass on"), tell_rows(request, words[:SHOWN]), count, reverse("desk:today_tell"),
        _("Nothing to pass on by word of mouth."),
    )  # fmt: skip


def birthday_section(request: Any) -> Section:
    """Whose birthday is near."""
    soon = birthdays_soon(stems_for(request.me, "person.see", on=request.today), on=request.today)
    rows = birthdays.birthday_rows(soon[:SHOWN], request.today)
    return Section(
        "birthdays", _("Birthdays"), rows, str(len(soon)), reverse("desk:birthdays"),
        _("No birthdays in the next three days."),
    )  # fmt: skip


def new_section(request: Any) -> Section:
    """New needs that nobody has taken up, the longest waiting first."""
    needs = needs_for(request.me, "need.triage", on=request.today).select_related(*asks.ROW_PARTS)
    rows = asks.tab(needs, "new", now=request.now).order_by("sort_at", "id")
    found = one_row_more(rows)
    shown = [need_row(need, "") | {"icon": "flag"} for need in found[:SHOWN]]
    return Section(
        "new", _("New and waiting"), shown, capped(counted(rows, len(found))), f"{reverse('desk:triage')}?tab=new",
        _("Every need has been taken up."),
    )  # fmt: skip


def care_sections(request: Any) -> list[Section]:
    """Visits and records of the time bank that wait for somebody."""
    visits, many = today_care.visit_rows(request, SHOWN)
    records, more = today_care.record_rows(request, SHOWN)
    return [
        Section("care", _("Care visits"), visits, capped(many), reverse("desk:visits"), _("Every visit goes well.")),
        Section(
            "records", _("Hours to approve"), records, capped(more), reverse("desk:records"),
            _("No hours wait for a second pair of eyes."),
        ),
    ]  # fmt: skip


def all_sections(request: Any, areas: list[Any]) -> list[Section]:
    """Every section in the order of the day; ``areas`` are those she walks."""
    return [
        due_section(request),
        rounds_section(request, areas),
        follow_up_section(request),
        *task_sections(request),
        *care_sections(request),
        tell_section(request, areas),
        birthday_section(request),
        new_section(request),
    ]
