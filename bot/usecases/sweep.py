"""Looking at the clock: whatever has fallen due is found by asking the database, and made known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.commands import CLOCK, LookAtClock, Sent
from bot.domain.errors import Fault, NewerEvent
from bot.telemetry.logs import Log
from bot.telemetry.traces import span
from bot.usecases.digest import plan_digest
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.raise_by_rules import raise_by_rules
from bot.usecases.watch_calendar import watch_calendar
from storage import desk, index

BATCH = 200
KEEP_DRAFTS = timedelta(days=30)
LEAVE_ALONE = timedelta(hours=1)
"""How long a challenge that can't be looked at is left alone, so that it doesn't keep the others from their turn."""
LEAVE_TO_OTHERS = timedelta(minutes=1)
"""How long a challenge is left to processes of a newer version, which know what has happened to it."""
LEASE = timedelta(minutes=2)
"""For how long the challenges of one pass are one process's own."""
log = Log("bot.sweep")


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many challenges the clock had something to say about, and how many couldn't be looked at."""

    looked_at: int = 0
    faulty: int = 0


async def sweep(office: Office) -> Swept:
    """One pass: challenges whose moment has come, the digest when its hour has struck, drafts nobody came back to.

    A challenge that can't be looked at, for whatever reason, is logged for the operator and doesn't stop the others.
    Each is a piece of work of its own, so that nobody's turn waits for more than one.
    """
    run, now = office.database.run, office.now()
    with span("sweep"):
        await run(watch_calendar, office, now)
        references = await run(_woken, office, now)
        faulty = 0
        for reference in references:
            faulty += not await run(_looked_at, office, reference, now)
        await run(_tidied, office, now)
    return Swept(looked_at=len(references), faulty=faulty)


def _woken(office: Office, now: datetime) -> list[str]:
    with office.database.writing() as connection:
        return index.wake(connection, now, BATCH, LEASE)


def _tidied(office: Office, now: datetime) -> None:
    try:
        plan_digest(office, now)
    except Fault as fault:
        log.fault("digest_not_planned", fault)
    try:
        raise_by_rules(office, now)
    except Fault as fault:
        log.fault("rules_not_looked_at", fault)
    with office.database.writing() as connection:
        desk.drop_drafts_before(connection, now - KEEP_DRAFTS)


def _looked_at(office: Office, reference: str, now: datetime) -> bool:
    sent = Sent(command=LookAtClock(), id=f"clock/{reference}/{now.isoformat()}", by=CLOCK, at=now, via="clock")
    try:
        handle(office, sent, reference)
    except NewerEvent:
        if reference not in office.left_to_others:
            office.left_to_others.add(reference)
            log.info("left_to_a_newer_version", reference=reference)
        _leave(office, reference, now + LEAVE_TO_OTHERS)
    except Exception as fault:
        log.fault("challenge_not_looked_at", fault, reference=reference)
        _leave(office, reference, now + LEAVE_ALONE)
        return False
    return True


def _leave(office: Office, reference: str, until: datetime) -> None:
    with office.database.writing() as connection:
        position = index.position_of(connection, reference)
        index.sleep(connection, reference, position or 0, until)
