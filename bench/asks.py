"""The needs of a town with everything that hangs on them, chunk by chunk."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.fill import Row, index, run, write
from bench.folk import KINDS, LOCATED, facts, spot
from bench.town import MINUTES, Commune, Town
from bench.words import Speech
from linli.engine.pairs import pairs
from linli.loop.ask.models import Need

CHUNK = 20_000
DAY = MINUTES


def columns(names: str, *, located: bool = True, number: bool = True) -> list[str]:
    """Names of columns; of a row in an area its number and where it lies stand in front."""
    front = [*(["id"] if number else []), *LOCATED] if located else []
    return [*front, *names.split()]


NEED = columns(
    "no key kind channel state lap title words urgency place lon lat asker_words source_id is_repeat refusal said_at"
    " received_at accepted_at respond_by responded_at near_at due_at promise_words stopped_at done_at closed_at sort_at"
    " counted_on in_time excluded asker_id building_id category_id heard_by_id owner_id proxy_id merged_into_id"
)
EVENT = columns("at verb actor subject_kind subject need area_code facts", located=False)
TASK = columns(
    "no key need_id match_id lap state owner_id given_by_id given_at appointed_at started_at done_at done_by_id"
    " done_note checked_at checked_by_id"
)
MATCH = columns("id need_id resource_id lap state amount score reasons against at by_id", located=False)
FOLLOW_UP = columns(
    "need_id lap state due_on tries way solved satisfied words answered_at answered_on by_id", number=False
)
REMARK = columns("need_id kind text at by_id", located=False)
OUTBOX = columns(
    "key to_person channel notice number link need area_code created_at attempts sent_at failure read_at",
    located=False,
)
DIARY = columns("key at weather place words measures outcome by_id")
TABLES = {
    "ask_need": NEED, "journal_event": EVENT, "link_match": MATCH, "run_task": TASK, "ask_remark": REMARK,
    "evaluate_followup": FOLLOW_UP, "journal_outbox": OUTBOX, "ask_diaryentry": DIARY,
}  # fmt: skip
OPEN_STATES = ("new", "accepted", "linked", "running", "done", "reopened")
OPEN_WEIGHTS = (25, 25, 10, 20, 15, 5)
END_STATES = ("closed", "refused", "merged", "withdrawn")
END_WEIGHTS = (88, 4, 5, 3)
CHANNELS = ("diary", "walk_in", "phone", "online", "patrol", "hotline")


@dataclass
class Chunk:
    """Rows by table, and what goes into the pair index."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    words: list[tuple[int, list[str], list[str]]] = field(default_factory=list)

    def keep(self) -> None:
        """Write everything."""
        for table, columns in TABLES.items():
            write(table, columns, self.rows[table])
        index(Need.INDEX, self.words)


@dataclass
class One:
    """A need while its rows are made."""

    number: int
    place: Commune
    where: tuple[int, str, str, str, str]
    worker: int
    state: str
    at: int
    asker: int | None
    no: str
    recent: bool

    @property
    def begun(self) -> bool:
        """Whether somebody took it up."""
        return self.state not in {"new", "refused", "merged", "withdrawn"}


class Asks:
    """Makes the rows of every need."""

    def __init__(self, town: Town, speech: Speech) -> None:
        self.town, self.speech, self.clock, self.chance = town, speech, town.clock, town.chance
        self.end = 365 * town.years * DAY
        self.serial: dict[str, int] = {}

    def fill(self) -> Iterator[int]:
        """Write chunk after chunk; yields how many needs are there."""
        chunk = Chunk()
        for number, (at, which) in enumerate(zip(self.town.minutes(), self.town.of_need, strict=True), 1):
            self.add(chunk, self.one(number, at, self.town.communes[which]))
            if number % CHUNK == 0 or number == self.town.size:
                chunk.keep()
                chunk = Chunk()
                yield number

    def one(self, number: int, at: int, place: Commune) -> One:
        """Where, who and in which state."""
        chance = self.chance
        at_grid = int(chance.random() * len(place.grids))
        is_open = self.town.is_open(place)
        place.seen += 1
        state = (
            chance.choices(OPEN_STATES, OPEN_WEIGHTS)[0]
            if is_open
            else chance.choices(END_STATES, END_WEIGHTS)[0]
        )
        if state == "merged" and not place.last:
            state = "closed"
        asker = (
            place.people.start + int(chance.random() * len(place.people)) if chance.random() < 0.8 else None
        )
        day = self.clock.number(at)
        self.serial[day] = self.serial.get(day, 0) + 1
        where = self.town.located(place, place.grids[at_grid])
        recent = place.size - place.seen < place.open * 3 // 2
        no = f"{day}-{self.serial[day]:03d}"
        return One(number, place, where, place.workers[at_grid + 1], state, at, asker, no, recent)

    def add(self, chunk: Chunk, one: One) -> None:
        """All rows of one need."""
        chunk.rows["ask_need"].append(self.need(chunk, one))
        chunk.rows["journal_event"] += self.events(one)
        if one.begun and one.state not in {"accepted", "reopened"}:
            self.add_work(chunk, one)
        if one.state == "closed":
            chunk.rows["evaluate_followup"].append(self.follow_up(one))
        if one.number % 3 == 0:
            remark = (
                one.number,
                "note",
                "已经打过电话，说好明天上门看看。",
                self.clock.at(one.at + 60),
                one.worker,
            )
            chunk.rows["ask_remark"].append(remark)
        if one.asker and one.number % 2 == 0:
            chunk.rows["journal_outbox"].append(self.message(one))
        if one.number % 20 == 0:
            at = self.clock.at(one.at)
            entry = (
                one.number,
                *one.where,
                f"{one.number:032x}",
                at,
                "sun",
                "",
                "上门听到的话。",
                "",
                "",
                one.worker,
            )
            chunk.rows["ask_diaryentry"].append(entry)
        one.place.last = one.number

    def need(self, chunk: Chunk, one: One) -> Row:
        """The row of the need, and its entry in the pair index."""
        clock, chance, place, at = self.clock, self.chance, one.place, one.at
        title, words, tokens = self.speech.message(one.number)
        building = place.buildings.start + int(chance.random() * len(place.buildings))
        spoken = f"南田苑{building - place.buildings.start + 1}号楼"
        chunk.words.append((one.number, [*tokens, *pairs(spoken)], list(one.where[1:])))
        lon, lat = spot(self.town, building)
        begun, received = one.begun, clock.at(at)
        limit = at + 7 * DAY
        if begun and one.state not in {"closed", "done"}:
            limit = self.end + int((chance.random() * 22 - 8) * DAY)  # some late, some near, most in time
        due = clock.at(max(0, limit)) if begun else None
        ended = min(at + 5 * DAY, self.end - 5)
        closed = clock.at(ended) if one.state in END_STATES else None
        return (
            one.number, *one.where, one.no, f"{one.number:032x}", "help", CHANNELS[one.number % 6], one.state,
            1 + (one.state == "reopened"), title, words, "normal" if one.number % 8 else "urgent", spoken, lon, lat,
            "" if one.asker else "过路的人", "", False, "not_ours" if one.state == "refused" else "", received, received,
            clock.at(at + 120) if begun else None, clock.at(at + DAY) if begun else None,
            clock.at(at + 200) if begun else None, clock.at(max(0, limit - DAY)) if begun else None, due,
            "5 个工作日" if begun else "", None, clock.at(ended) if one.state in {"closed", "done"} else None, closed,
            due or received, clock.day(at + 120) if begun else None, one.number % 10 > 0 if begun else None, False,
            one.asker, building, 1 + int(chance.random() * len(KINDS)), one.worker, one.worker if begun else None, None,
            place.last if one.state == "merged" else None,
        )  # fmt: skip

    def events(self, one: One) -> Iterator[Row]:
        """What happened to it, oldest first."""
        verbs = ["need.raised"]
        if one.begun:
            verbs.append("need.accepted")
            if one.state not in {"accepted", "reopened"}:
                verbs += ["need.linked", "task.given"]
            if one.state in {"done", "closed"}:
                verbs.append("task.done")
            if one.state == "closed":
                verbs += ["need.closed", "follow_up.answered"]
        elif one.state != "new":
            verbs.append(f"need.{one.state}")
        for place, verb in enumerate(verbs):
            kind = verb.split(".")[0]
            at = self.clock.at(min(one.at + place * 600, self.end))
            yield (at, verb, one.worker, kind, one.number, one.number, one.where[4], facts(one.state))

    def add_work(self, chunk: Chunk, one: One) -> None:
        """What was agreed, and the task."""
        clock, at = self.clock, one.at
        resource = one.place.resources.start + one.number % len(one.place.resources)
        kept = one.state == "closed"
        reasons = '[{"code": "category", "params": {}}]'
        chunk.rows["link_match"].append(
            (
                one.number,
                one.number,
                resource,
                1,
                "kept" if kept else "accepted",
                1,
                0.8,
                reasons,
                "[]",
                clock.at(at),
                one.worker,
            )
        )
        done = one.state in {"done", "closed"}
        state = {"closed": "checked", "done": "done", "linked": "given", "running": "started"}[one.state]
        appointed = None if done else clock.at(self.end + (one.number % 96 - 48) * 60)
        director = one.place.workers[0]
        chunk.rows["run_task"].append(
            (
                one.number, *one.where, f"T{one.no}", f"{one.number:032x}", one.number, one.number, 1, state, one.worker,
                director, clock.at(at + 300), appointed, clock.at(at + 400) if state != "given" else None,
                clock.at(at + 500) if done else None, one.worker if done else None, "修好了，老人说可以。" if done else "",
                clock.at(at + 600) if kept else None, director if kept else None,
            )
        )  # fmt: skip

    def follow_up(self, one: One) -> Row:
        """Asked a few days later; the newest ones still wait."""
        waiting = one.recent and one.number % 4 == 0
        due = min(one.at + 8 * DAY, self.end + DAY)
        if waiting:
            return (
                *one.where,
                one.number,
                1,
                "waiting",
                self.clock.day(due),
                0,
                "",
                None,
                None,
                "",
                None,
                None,
                None,
            )
        answered = min(one.at + 9 * DAY, self.end)
        solved, satisfied = one.number % 9 > 0, one.number % 11 > 0
        said = "挺好的，谢谢你们。" if satisfied else "还差一点。"
        return (
            *one.where, one.number, 1, "answered", self.clock.day(due), 0, "call", solved, satisfied, said,
            self.clock.at(answered), self.clock.day(answered), one.place.workers[0],
        )  # fmt: skip

    def message(self, one: One) -> Row:
        """What the asker was told; the last ones are still to be told in person."""
        call = one.recent and one.number % 8 == 0
        at = self.clock.at(one.at)
        return (
            f"{one.no}:received", one.asker, "call" if call else "inbox", "received", one.no, "", one.number, one.where[4],
            at, 1, at, "", None if call else at,
        )  # fmt: skip


def fill_tallies() -> None:
    """The kept counts, counted from the rows."""
    measures: dict[str, tuple[str, str, str]] = {
        "response_all": ("ask_need", "counted_on", "NOT excluded"),
        "response_yes": ("ask_need", "counted_on", "NOT excluded AND in_time"),
        "rated_all": ("evaluate_followup", "answered_on", "state = 'answered'"),
        "solved_yes": ("evaluate_followup", "answered_on", "state = 'answered' AND solved"),
        "satisfied_yes": ("evaluate_followup", "answered_on", "state = 'answered' AND satisfied"),
    }
    for measure, (table, day, condition) in measures.items():
        for level in ("district", "street", "community", "grid"):
            run(
                f"INSERT INTO journal_tally (code, day, measure, count) SELECT {level}, {day}, '{measure}', count(*)"
                f" FROM {table} WHERE {day} IS NOT NULL AND {condition} GROUP BY {level}, {day}"
            )
