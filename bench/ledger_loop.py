"""A process that does one thing over and over when it is told to: a line of JSON in, a line of JSON out."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
Act = Callable[[str, Random], None]  # one transfer of a shape


def ticks(process: int | None) -> float:
    """Seconds that a server's process for us has used so far; 0 where there is none."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def serve(act: Act, seed: int, backend: int | None = None) -> None:
    """Say that everything is ready, then work whenever asked, from one moment until another."""
    chance = Random(seed)
    say({"ready": os.getpid()})
    for line in sys.stdin:
        told = json.loads(line)
        say(work(act, told, chance, backend))


def say(what: dict[str, Any]) -> None:
    """One answer."""
    print(json.dumps(what), flush=True)


def work(act: Act, told: dict[str, Any], chance: Random, backend: int | None) -> dict[str, Any]:
    """How many, in which time, what it cost, and the longest wait."""
    shape, until = told["shape"], told["until"]
    time.sleep(max(0.0, told["from"] - time.time()))
    cpu, server, begun = time.process_time(), ticks(backend), time.time()
    count, worst, now = 0, 0.0, begun
    while now < until:
        act(shape, chance)
        after = time.time()
        worst, now, count = max(worst, after - now), after, count + 1
    return {
        "count": count,
        "took": now - begun,
        "cpu": time.process_time() - cpu,
        "server": ticks(backend) - server,
        "worst": worst,
    }
