"""What waits too long, whichever process should have done it: for `/readyz` and `/metrics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import Fault
from bot.domain.facts import Facts
from bot.domain.working_time import CalendarEnds, london_date, moment, within_working_hours
from bot.usecases.administer import troubles
from bot.usecases.office import Office
from storage.backlog import LEFT, backlog
from storage.database import Connection

TOO_LATE = timedelta(minutes=10)
"""Longer than a lease, so that what a process left behind when it died has been taken up by another."""
NO_TIME = timedelta()


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What there is to do, and for how long it has been."""

    rows: Mapping[str, int]
    """How many messages wait, are being sent, and have failed for good."""
    message: timedelta
    """How long the oldest due message has waited; what is held till working hours waits from their start."""
    look: timedelta
    """How long a challenge has waited for the clock to look at it."""
    open_at: Mapping[int, int]
    """How many challenges are open at each stage, by its position in the procedure, from 1; 0 at none of them."""


def waiting(office: Office) -> Waiting:
    """Ask the database. Raises whatever the driver raises."""
    now = office.now()
    open_at: Counter[int] = Counter()
    with office.database.reading() as connection:
        found, facts = backlog(connection, now), office.facts(connection)
        for (fingerprint, stage), many in found.open_at.items():
            open_at[_position(office, connection, fingerprint, stage)] += many
    message = max(_for(found.due_since, now), _while_open(facts, found.held_since, now))
    rows = {state: found.rows.get(state, 0) for state in LEFT}
    return Waiting(rows=rows, message=message, look=_for(found.look_since, now), open_at=open_at)


def _position(office: Office, connection: Connection, fingerprint: str, stage: str) -> int:
    try:
        ids = [one.id for one in office.pinned(connection, fingerprint).stages]
    except Fault:  # a text that this version can't read: whoever opens such a challenge is told
        return 0
    return ids.index(stage) + 1 if stage in ids else 0


def _for(since: datetime | None, now: datetime) -> timedelta:
    return NO_TIME if since is None else now - since


def _while_open(facts: Facts, since: datetime | None, now: datetime) -> timedelta:
    """How long it could have gone out today."""
    try:
        if since is None or not within_working_hours(facts.calendar, facts.hours, now):
            return NO_TIME
    except CalendarEnds:  # nothing that is held goes out then; the sweep says so
        return NO_TIME
    return now - max(since, moment(london_date(now), facts.hours.opens))


def unready(office: Office) -> list[str]:
    """What stands in the way of being relied on, in words with how long; empty: nothing."""
    found = troubles(office)
    if found:
        return found
    try:
        what = waiting(office)
    except Exception as failure:  # the answer is the same, whatever it is
        return [f"what waits in the database can't be read ({type(failure).__name__})"]
    late = {
        "a message has been due for {} and nobody has sent it": what.message,
        "a challenge should have been looked at {} ago": what.look,
    }
    return [words.format(_minutes(long)) for words, long in late.items() if long >= TOO_LATE]


def _minutes(long: timedelta) -> str:
    minutes = int(long.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
