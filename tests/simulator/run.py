"""The run: a step, perhaps a fault, then the checker; what happened is counted, what is wrong is told with its seed."""

import gc
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError, connection

from linli.kit.refused import Refused
from tests.simulator.actors import MODULES
from tests.simulator.acts import STEPS, Act, Make, same_answer
from tests.simulator.checks import books, rooms
from tests.simulator.checks.points import Points
from tests.simulator.checks.shadow import Shadow
from tests.simulator.checks.sql import TOLD, Wrong, heads, insist, rows
from tests.simulator.faults import Broken, breaking, no_commit
from tests.simulator.world import World

assert MODULES  # every step is known once its module is read
FAULTS = {"": 66.0, "twice": 12.0, "lost": 10.0, "crash": 10.0, "commit": 2.0}
LAST = 30
OFTEN, SHARE = 150, 0.25  # steps between two looks at everything, and the part of the time they may take


class Failed(AssertionError):
    """What was found, with everything that is needed to see it again."""


class Run:
    """One run of a seed."""

    def __init__(self, seed: int, *, often: int = OFTEN, more: Mapping[str, float] | None = None) -> None:
        """``often``: steps between two looks. ``more``: steps of these names (or modules) are so much likelier."""
        self.seed, self.often, self.world = seed, often, World(seed)
        self.shadow, self.points, self.past = Shadow(), Points(), books.Past()
        self.counts: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.last: deque[str] = deque(maxlen=LAST)
        self.later: list[tuple[int, Act, Any]] = []
        self.next_look, self.looking, self.began = often, 0.0, time.monotonic()
        self.names, likelier = sorted(STEPS), more or {}
        self.weights = [
            STEPS[name][0] * likelier.get(name, likelier.get(name.partition(".")[0], 1))
            for name in self.names
        ]
        self.shadow.follow(heads())

    # --- the loop ---------------------------------------------------------------------------------------

    def go(self, *, seconds: float = 1e9, steps: int = 10**9) -> Counter[str]:
        """Until the time is over or the steps are done; everything is looked at in the end."""
        gc.collect()
        gc.freeze()  # Django and the world stay; going through them again and again costs a tenth of the time
        self.began = time.monotonic()
        while self.world.number < steps and time.monotonic() - self.began < seconds:
            self.step()
        self.guarded(self.look)
        self.counts["steps"] = self.world.number
        return self.counts

    def step(self) -> None:
        """One step of somebody, or a call of before that is sent again."""
        self.world.number += 1
        self.guarded(self.one)
        if self.world.number >= self.next_look:
            before = time.monotonic()
            self.guarded(self.look)
            self.looking += time.monotonic() - before
            slow = self.looking > SHARE * (time.monotonic() - self.began)
            self.next_look = self.world.number + self.often * (1 + 3 * slow)

    def guarded(self, do: Callable[[], None]) -> None:
        """Whatever goes wrong inside is told with the seed, the number of the step and what came before."""
        try:
            do()
        except Exception as error:
            told = "\n  ".join(self.last)
            kind = f"invariant {error.invariant}" if isinstance(error, Wrong) else type(error).__name__
            raise Failed(
                f"{kind} at seed {self.seed}, step {self.world.number}: {error}\n  {told}\n"
                f"again: python -m tests.simulator --seed {self.seed} --steps {self.world.number}"
            ) from error

    def one(self) -> None:
        """The step itself."""
        due = next((one for one in self.later if one[0] <= self.world.number), None)
        if due:
            self.later.remove(due)
            self.sent_again(due[1], due[2])
        else:
            name, act = self.drawn()
            self.counts[name] += 1
            self.with_fault(name, act)
            self.world.pass_time(act.hours)

    def drawn(self) -> tuple[str, Act]:
        """Somebody does something that can be done just now."""
        while True:
            (name,) = self.world.dice.choices(self.names, self.weights)
            make: Make = STEPS[name][1]
            act = make(self.world)
            if act is not None:
                return name, act

    # --- faults -----------------------------------------------------------------------------------------

    def with_fault(self, name: str, act: Act) -> None:
        """Do it, with what goes wrong around it."""
        (fault,) = self.world.dice.choices(list(FAULTS), list(FAULTS.values()))
        at = self.world.dice.randint(1, self.world.dice.choice((6, 15, 40)))
        self.last.append(f"{self.world.number} {self.world.now:%m-%d %H:%M} {name}: {act.words} {fault}")
        if fault == "crash":
            self.broken(act, at)
        elif fault == "commit" and not connection.in_atomic_block:
            self.uncommitted(act)
        answer = self.call(name, act)
        if fault == "twice":
            self.counts["fault twice"] += 1
            self.sent_again(act, answer)
        elif fault == "lost" and act.keyed:
            self.counts["fault lost"] += 1
            self.later.append((self.world.number + self.world.dice.randint(1, 6), act, answer))

    def call(self, name: str, act: Act) -> Any:
        """Do it and take in what came of it. A refusal leaves nothing."""
        before = heads()
        try:
            answer = act.do(self.world.now)
        except Refused as refusal:
            insist(act.must != "done", name, f"refused: {refusal}")
            self.refusals[f"{name}: {type(refusal).__name__} {refusal}"] += 1
            self.counts["refused"] += 1
            self.last[-1] += f" → {refusal}"
            if act.whole:
                self.nothing(before, f"{name} was refused")
            answer = refusal
        else:
            insist(act.must != "refused", 14, f"{name} was not refused: {act.words}")
            self.counts[f"done {name}"] += 1
        self.take_in(before)
        return answer

    def sent_again(self, act: Act, answer: Any) -> None:
        """The same call: it does nothing more, and with a key it answers the same."""
        before = heads()
        self.last.append(f"{self.world.number} {self.world.now:%m-%d %H:%M} again: {act.words}")
        try:
            second = act.do(self.world.now)
        except Refused as refusal:
            if act.keyed:
                insist(isinstance(answer, Refused), 8, f"sent again it was refused: {refusal}")
        else:
            if act.keyed and isinstance(answer, Refused):  # what stood in the way may be gone by now
                self.take_in(before)
                return
            if act.keyed:
                insist(same_answer(second) == same_answer(answer), 8, f"{answer!r}, then {second!r}")
        insist(heads()[:5] == before[:5], 8, f"sent again it did something: {before} {heads()}")
        self.take_in(before)

    def broken(self, act: Act, at: int) -> None:
        """It breaks after a statement; where it is one transaction nothing is left."""
        before = heads()
        try:
            with breaking(at):
                act.do(self.world.now)
        except Broken:
            self.counts["fault crash"] += 1
            if act.whole:
                self.nothing(before, f"it broke after statement {at}")
        except Refused:
            self.counts["fault crash too late"] += 1
        else:
            self.counts["fault crash too late"] += 1
        self.take_in(before)

    def uncommitted(self, act: Act) -> None:
        """Everything was written, and the commit failed."""
        before = heads()
        try:
            with no_commit():
                act.do(self.world.now)
        except OperationalError:
            self.counts["fault commit"] += 1
            if act.whole:
                self.nothing(before, "the commit failed")
        except Refused:
            pass
        self.take_in(before)

    def nothing(self, before: tuple[int, ...], words: str) -> None:
        """Nothing was left in the ledger, and nothing in the journal but what is told on purpose."""
        after = heads()
        insist(after[:5] == before[:5], 9, f"{words}, and something was left: {before} {after}")
        left = {verb for (verb,) in rows("SELECT verb FROM journal_event WHERE id > %s", before[5])}
        insist(left <= set(TOLD), 9, f"{words}, and the journal says {left}")

    # --- looking ----------------------------------------------------------------------------------------

    def take_in(self, before: tuple[int, ...]) -> None:
        """The cheap part of the checker, after every call."""
        now = heads()
        if now == before == self.shadow.seen:
            return
        after = self.shadow.seen[5]
        new = self.shadow.follow(now)
        for one in new:
            self.counts[f"transfer {one.kind}"] += 1
            if one.kind == "expiry":
                books.expiry(one, self.shadow)
        self.points.follow(after, new, self.shadow, self.world.now)

    def look(self) -> None:
        """The whole checker."""
        self.counts["looks"] += 1
        self.shadow.everything()
        self.past.unchanged()
        self.points.everything(self.shadow)
        books.circulation(self.shadow)
        books.leavers(self.shadow)
        books.neighbours(self.shadow)
        books.money(self.shadow)
        books.chain()
        rooms.four_eyes()
        rooms.claims(self.shadow)
        rooms.frozen()
        rooms.payments(self.shadow)
        rooms.shop(self.shadow)
        rooms.visits()
