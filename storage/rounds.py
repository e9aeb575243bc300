"""Rounds that all processes share: whoever is first when one is due does it, and the others leave it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from storage import tables, upsert

_ROUND = tables.last_round.c
_BEGIN = (
    update(tables.last_round)
    .where(_ROUND.name == bindparam("round"), _ROUND.began_at <= bindparam("latest"))
    .values(began_at=bindparam("now"))
)
_BEGAN = select(_ROUND.began_at).where(_ROUND.name == bindparam("round"))


def begin(connection: Connection, name: str, now: datetime, every: timedelta) -> bool:
    """Whether this process is to do a round now: the first ever, or the last began so long ago."""
    found: datetime | None = connection.execute(_BEGAN, {"round": name}).scalar()
    if found is None:
        upsert.add(connection, tables.last_round, [{"name": name, "began_at": now}])
        return True
    due = {"round": name, "latest": now - every, "now": now}
    return connection.execute(_BEGIN, due).rowcount == 1
