"""What must be sent: claimed by a lease, settled once, with evidence of every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from bot.domain.notices import OPERATOR, Kind, Notice
from storage import tables, upsert

Outcome = Literal["delivered", "stale", "failed", "again", "unknown"]
LEASE = timedelta(minutes=5)
"""How long a claimed row is left alone before somebody else may take it up; a batch is through by then."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A row in somebody's hands."""

    notice: Notice
    attempts: int
    doubtful: bool


def enqueue(connection: Connection, notices: Sequence[tuple[Notice, datetime]]) -> None:
    """Rows to be sent from a moment on. A key that is there already stays as it is."""
    upsert.add(connection, tables.outbox, [_row(notice, due_at) for notice, due_at in notices])


def _row(notice: Notice, due_at: datetime) -> dict[str, Any]:
    return {
        "key": notice.key,
        "reference": notice.challenge,
        "position": notice.position,
        "kind": notice.kind,
        "number": notice.number,
        "person": notice.to,
        "role": notice.role,
        "way": notice.way,
        "held": notice.held,
        "state": "waiting",
        "due_at": due_at,
        "attempts": 0,
        "claimed_by": "",
        "sent_as": "",
        "doubtful": False,
    }


_TABLE = tables.outbox.c
# SQLite, which has one writer anyway, leaves out what it doesn't know of locks.
_DUE = (
    select(tables.outbox)
    .where(
        or_(
            (_TABLE.state == "waiting") & (_TABLE.due_at <= bindparam("now")),
            (_TABLE.state == "sending") & (_TABLE.lease_until <= bindparam("now")),
        )
    )
    .order_by(_TABLE.due_at, _TABLE.position, _TABLE.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_NOT_HELD = _DUE.where(_TABLE.held.is_(False))
_TAKE = (
    update(tables.outbox)
    .where(_TABLE.key.in_(bindparam("keys", expanding=True)))
    .values(
        state="sending",
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
        attempts=_TABLE.attempts + 1,
    )
)


def claim(connection: Connection, worker: str, now: datetime, most: int, *, held: bool = True) -> list[Claimed]:
    """Take up to so many due rows, those whose lease has run out among them. `held`: whether to take what is held."""
    rows = connection.execute(_DUE if held else _DUE_NOT_HELD, {"now": now, "most": most}).mappings().all()
    if not rows:
        return []
    connection.execute(_TAKE, {"keys": [row["key"] for row in rows], "worker": worker, "until": now + LEASE})
    return [
        Claimed(
            notice=Notice(
                challenge=row["reference"],
                position=row["position"],
                kind=row["kind"],
                number=row["number"],
                to=row["person"],
                role=row["role"],
                way=row["way"],
                held=row["held"],
            ),
            attempts=row["attempts"] + 1,
            # A row taken up again from a worker that died may have been sent.
            doubtful=row["doubtful"] or row["state"] == "sending",
        )
        for row in rows
    ]


_SETTLE = update(tables.outbox).where(
    _TABLE.key == bindparam("my_key"),
    _TABLE.claimed_by == bindparam("my_worker"),
    _TABLE.attempts == bindparam("my_attempt"),
)
_EVIDENCE = insert(tables.delivery)


def settle(
    connection: Connection,
    claimed: Claimed,
    worker: str,
    now: datetime,
    outcome: Outcome,
    *,
    sent_as: str = "",
    detail: str = "",
    again_at: datetime | None = None,
) -> bool:
    """Say what came of a claimed row. False where it isn't ours any more: the lease ran out and somebody has it."""
    key = claimed.notice.key
    state = outcome if outcome in ("delivered", "stale", "failed") else "waiting"
    if state == "failed":
        _hold_together(connection, claimed.notice)
    values: dict[str, Any] = {
        "state": state,
        "claimed_by": "",
        "lease_until": None,
        "sent_as": sent_as,
        "doubtful": claimed.doubtful or outcome == "unknown",
    }
    if state == "waiting":
        values["due_at"] = again_at or now
    else:
        values["settled_at"] = now
    mine = {"my_key": key, "my_worker": worker, "my_attempt": claimed.attempts}
    if connection.execute(_SETTLE, {**mine, **values}).rowcount == 0:
        return False
    connection.execute(
        _EVIDENCE,
        {"key": key, "attempt": claimed.attempts, "at": now, "outcome": outcome, "detail": detail},
    )
    return True


def _hold_together(connection: Connection, notice: Notice) -> None:
    """Lock all the ways of one notice to one person, so that of two that fail at once the second sees the first."""
    table = tables.outbox.c
    connection.execute(select(table.key).where(_same_message(notice)).order_by(table.key).with_for_update())


def _same_message(notice: Notice) -> ColumnElement[bool]:
    """The rows that tell the same thing to the same person."""
    table = tables.outbox.c
    return and_(
        table.reference == notice.challenge,
        table.position == notice.position,
        table.kind == notice.kind,
        table.person == notice.to,
    )


def fall_back(connection: Connection, notice: Notice, now: datetime) -> None:
    """Where every listed way to one person has failed: e-mail, if it was none of them; after that the operator."""
    table = tables.outbox.c
    rows = connection.execute(select(table.way, table.state).where(_same_message(notice)))
    tried = {row.way: row.state for row in rows}
    if notice.kind == "redraw" or any(state != "failed" for state in tried.values()):
        return
    if "email" not in tried:
        enqueue(connection, [(replace(notice, way="email"), now)])
    elif notice.to != OPERATOR.person:
        told = replace(notice, kind="undelivered", to=OPERATOR.person, role=notice.to, way="email", held=False)
        enqueue(connection, [(told, now)])


_CARDS = (
    select(_TABLE.number, _TABLE.sent_as)
    .where(
        _TABLE.reference == bindparam("reference"),
        _TABLE.person == bindparam("person"),
        _TABLE.way == "teams",
        _TABLE.kind.in_(bindparam("kinds", expanding=True)),
        _TABLE.state == "delivered",
        _TABLE.sent_as != "",
    )
    .order_by(_TABLE.position)
)


def cards_of(connection: Connection, reference: str, person: str, kinds: Sequence[str]) -> list[tuple[int, str]]:
    """The request number and message id of each card of these kinds that lies in a person's chat."""
    rows = connection.execute(_CARDS, {"reference": reference, "person": person, "kinds": list(kinds)})
    return [(row.number, row.sent_as) for row in rows]


def last_told(connection: Connection, kind: Kind, person: str, before: str) -> str | None:
    """The last thing that a person was told by messages of a kind whose references are in order of time."""
    table = tables.outbox.c
    delivered = (table.kind == kind) & (table.person == person) & (table.state == "delivered")
    earlier = (table.reference >= f"{kind}/") & (table.reference < before)
    found: str | None = connection.execute(select(func.max(table.reference)).where(earlier, delivered)).scalar()
    return found


def next_due(connection: Connection) -> datetime | None:
    """When the next row is due."""
    table = tables.outbox.c
    found: datetime | None = connection.execute(select(func.min(table.due_at)).where(table.state == "waiting")).scalar()
    return found


def counts(connection: Connection) -> dict[str, int]:
    """How many rows there are in each state."""
    table = tables.outbox.c
    rows = connection.execute(select(table.state, func.count().label("many")).group_by(table.state))
    return {row.state: row.many for row in rows}
