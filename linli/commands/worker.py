"""``linli worker``: messages out, follow-ups due, visits and points that fall due, both chains sealed; again and again."""

import argparse
import logging
import signal
import threading
from datetime import date, datetime, timedelta
from types import FrameType

from django.conf import settings
from django.core.mail import send_mail
from django.db import close_old_connections

from linli.commons.timebank import actions as timebank
from linli.commons.timebank.queries.programmes import programmes_under
from linli.ground.journal import actions as journal
from linli.ground.journal.choices import Channel
from linli.ground.journal.models import Outbox
from linli.ground.ledger.actions import Who, close_due, expire_holds, publish_head, seal_ledger
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import User
from linli.kit import clock
from linli.loop.evaluate.actions import plan_missing, send_due_links
from linli.loop.run.actions import confirm_due, miss_due, plan_visits

PAUSE_SECONDS = 5
BEAT = "worker.beat"
log = logging.getLogger(__name__)
_done: dict[str, date] = {}


def options(sub: argparse.ArgumentParser) -> None:
    """--once."""
    sub.add_argument("--once", action="store_true", help="do what is due now, then end")


def run(chosen: argparse.Namespace) -> int:
    """Work until told to stop."""
    stop = threading.Event()
    if chosen.once:
        work_once()
        return 0

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    while not stop.is_set():
        close_old_connections()
        try:
            work_once()
        except Exception:
            log.exception("the worker stumbled; it goes on in a moment")
        (settings.LINLI_DATA / BEAT).write_text(clock.now().isoformat())
        stop.wait(PAUSE_SECONDS)
    return 0


def work_once() -> dict[str, int]:
    """One round: plan follow-ups, send their links, send messages, seal the journal. Returns what was done."""
    now = clock.now()
    done = {"planned": plan_missing(now=now), "links": send_due_links(now=now), "sent": 0, "sealed": 0}
    done |= care_due(now) | daily(now)
    while batch := journal.claim(now=clock.now()):
        for message in batch:
            done["sent"] += deliver(message)
    while sealed := journal.seal_pending():
        done["sealed"] += sealed
    while sealed := seal_ledger():
        done["sealed"] += sealed
    publish_head(now=now)
    return done


def care_due(now: datetime) -> dict[str, int]:
    """Visits that nobody objected to, holds and orders that have run out, weekly visits to be planned."""
    return {
        "confirmed": confirm_due(now=now) + timebank.auto_confirm(now=now),
        "taken": timebank.take_due(now=now),
        "lapsed": timebank.lapse_orders(now=now),
        "missed": miss_due(now=now),
        "visits": plan_visits(now=now),
        "freed": len(expire_holds(now=now, who=Who(None, Authority.RULE))),
    }


def daily(now: datetime) -> dict[str, int]:
    """Once a day: points run out, and are announced before; months close. A day done twice changes nothing."""
    day = clock.local_day(now)
    if _done.get("day") == day:
        return {}
    expired = warned = 0
    for programme in programmes_under([""]):
        expired += timebank.expire_points(programme=programme, day=day, now=now)
        warned += timebank.warn_expiry(programme=programme, day=day, now=now)
        timebank.ready_letters(programme=programme, month=day.replace(day=1) - timedelta(days=1), now=now)
    closed = len(close_due(now=now))
    _done["day"] = day
    return {"expired": expired, "warned": warned, "closed": closed}


def deliver(message: Outbox) -> int:
    """Hand one message to its channel; a failure is kept with its reason and tried again later."""
    now = clock.now()
    try:
        if message.channel == Channel.EMAIL:
            send_mail(
                f"[邻里] {message.number}",
                f"{message.get_notice_display()}\n{settings.LINLI_BASE_URL}{message.link}",
                None,
                [address_of(message)],
            )
    except (OSError, LookupError) as error:
        journal.mark_failed(message=message, why=f"{type(error).__name__}: {error}", now=now)
        return 0
    journal.mark_sent(message=message, now=now)
    return 1


def address_of(message: Outbox) -> str:
    """Where an e-mail goes; ``LookupError`` where nobody has given an address: it stays in the open as a failure."""
    address = User.objects.filter(person=message.to_person).values_list("email", flat=True).first()
    if not address:
        raise LookupError("no e-mail address")
    return address
