"""Looking at the clock: whatever has fallen due is found by asking the database, and made known."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.commands import CLOCK, LookAtClock, Sent
from bot.domain.errors import Fault
from bot.usecases.digest import plan_digest
from bot.usecases.handle import handle
from bot.usecases.office import Office
from storage import desk, index

BATCH = 200
KEEP_DRAFTS = timedelta(days=30)
log = logging.getLogger("bot.sweep")


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many challenges the clock had something to say about, and how many couldn't be looked at."""

    looked_at: int = 0
    faulty: int = 0


def sweep(office: Office) -> Swept:
    """One pass: challenges whose moment has come, the digest when its hour has struck, drafts nobody came back to.

    A challenge that can't be looked at is logged for the operator and doesn't stop the others.
    """
    now = office.now()
    with office.database.reading() as connection:
        references = index.woken(connection, now, BATCH)
    faulty = 0
    for reference in references:
        sent = Sent(command=LookAtClock(), id=f"clock/{reference}/{now.isoformat()}", by=CLOCK, at=now, via="clock")
        try:
            handle(office, sent, reference)
        except Fault:
            faulty += 1
            log.exception("the clock could not look at %s", reference)
    plan_digest(office, now)
    with office.database.writing() as connection:
        desk.drop_drafts_before(connection, now - KEEP_DRAFTS)
    return Swept(looked_at=len(references), faulty=faulty)
