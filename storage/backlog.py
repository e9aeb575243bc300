"""What waits in the whole database, whoever should have done it: for those who watch over the bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select

from storage import index, tables

_OUTBOX, _CHALLENGE = tables.outbox.c, tables.challenge.c
_since = case((_OUTBOX.state == "waiting", _OUTBOX.due_at), else_=_OUTBOX.lease_until)
"""From when on a row could be taken up: when it is due, or when whoever had it has lost it."""
LEFT = ("waiting", "sending", "failed")
"""States that somebody may have to do something about; counting the many others would take a while."""
_ROWS = select(_OUTBOX.state, func.count().label("many")).where(_OUTBOX.state.in_(LEFT)).group_by(_OUTBOX.state)
_DUE = (
    select(_OUTBOX.held, func.min(_since).label("since"))
    .where(_OUTBOX.state.in_(("waiting", "sending")), _since <= bindparam("now"))
    .group_by(_OUTBOX.held)
)
_OPEN = (
    select(_CHALLENGE.procedure, _CHALLENGE.stage, func.count().label("many"))
    .where(_CHALLENGE.ended_at.is_(None))
    .group_by(_CHALLENGE.procedure, _CHALLENGE.stage)
)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What there is to do at one moment."""

    rows: Mapping[str, int]
    """How many messages there are in each of the states in `LEFT`."""
    due_since: datetime | None
    """Since when the oldest due message waits that may go out at any hour."""
    held_since: datetime | None
    """The same of those that wait for working hours."""
    look_since: datetime | None
    """Since when the clock should have looked at a challenge."""
    open_at: Mapping[tuple[str, str], int]
    """How many challenges are open, by the fingerprint of their procedure and their stage."""


def backlog(connection: Connection, now: datetime) -> Backlog:
    """What waits at this moment, by four small questions that indexes answer."""
    due = {row.held: row.since for row in connection.execute(_DUE, {"now": now})}
    return Backlog(
        rows={row.state: row.many for row in connection.execute(_ROWS)},
        due_since=due.get(False),
        held_since=due.get(True),
        look_since=index.behind(connection, now),
        open_at={(row.procedure, row.stage): row.many for row in connection.execute(_OPEN)},
    )
