"""What must be sent: claimed by a lease, settled once, with evidence of every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from bot.domain.evidence import Outcome, Told
from bot.domain.notices import OPERATOR, Kind, Notice
from storage import evidence, tables, upsert

LEASE = timedelta(minutes=5)
"""How long a claimed row is left alone before somebody else may take it up; a batch is through by then."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A row in somebody's hands."""

    notice: Notice
    attempts: int
    doubtful: bool
    due_at: datetime


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
            due_at=row["due_at"],
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What came of one claimed row."""

    claimed: Claimed
    outcome: Outcome
    sent_as: str = ""
    detail: str = ""
    again_at: datetime | None = None


_MINE = (
    select(_TABLE.key, _TABLE.attempts)
    .where(_TABLE.key.in_(bindparam("keys", expanding=True)), _TABLE.claimed_by == bindparam("worker"))
    .order_by(_TABLE.key)
    .with_for_update()
)
_SETTLE = update(tables.outbox).where(_TABLE.key == bindparam("my_key"))


def settle(connection: Connection, results: Sequence[Settled], worker: str, now: datetime) -> list[Settled]:
    """Say what came of claimed rows, with evidence of each attempt.

    Returns those that were still ours: of the others the lease had run out, and somebody else has them.
    """
    keys = [result.claimed.notice.key for result in results]
    mine = {(row.key, row.attempts) for row in connection.execute(_MINE, {"keys": keys, "worker": worker})}
    ours = [result for result in results if (result.claimed.notice.key, result.claimed.attempts) in mine]
    if ours:
        connection.execute(_SETTLE, [_settled_row(result, now) for result in ours])
        evidence.add(connection, [(result.claimed.notice.challenge, _told(result)) for result in ours], at=now)
    for result in ours:
        if result.outcome == "failed":
            fall_back(connection, result.claimed.notice, now)
    return ours


def _settled_row(result: Settled, now: datetime) -> dict[str, Any]:
    state = result.outcome if result.outcome in ("delivered", "stale", "failed") else "waiting"
    waits = state == "waiting"
    return {
        "my_key": result.claimed.notice.key,
        "state": state,
        "claimed_by": "",
        "lease_until": None,
        "sent_as": result.sent_as,
        "doubtful": result.claimed.doubtful or result.outcome == "unknown",
        "due_at": (result.again_at or now) if waits else result.claimed.due_at,
        "settled_at": None if waits else now,
    }


def _told(result: Settled) -> Told:
    notice = result.claimed.notice
    return Told(
        position=notice.position,
        kind=notice.kind,
        number=notice.number,
        to=notice.to,
        role=notice.role,
        way=notice.way,
        attempt=result.claimed.attempts,
        outcome=result.outcome,
        doubtful=result.claimed.doubtful,
        sent_as=result.sent_as,
        detail=result.detail,
    )


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
    """Where every listed way to one person has failed: e-mail, if it was none of them; after that the operator.

    All the ways are locked, so that of two that fail at once the second sees the first.
    """
    table = tables.outbox.c
    rows = connection.execute(
        select(table.way, table.state).where(_same_message(notice)).order_by(table.key).with_for_update()
    )
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
    """When the next row is due, or a lease runs out."""
    waits, runs_out = (
        connection.execute(select(func.min(column)).where(_TABLE.state == state)).scalar()
        for column, state in ((_TABLE.due_at, "waiting"), (_TABLE.lease_until, "sending"))
    )
    return min((moment for moment in (waits, runs_out) if moment is not None), default=None)


_KEYS = select(_TABLE.key).where(_TABLE.reference == bindparam("reference"))


def keys_of(connection: Connection, reference: str) -> set[str]:
    """The keys of everything that was ever to be sent about a challenge."""
    return set(connection.execute(_KEYS, {"reference": reference}).scalars())


def behind(connection: Connection, now: datetime) -> datetime | None:
    """Since when the row that has waited longest has been due, what is held aside; None: nothing is due."""
    waits = or_(
        (_TABLE.state == "waiting") & (_TABLE.due_at <= now) & _TABLE.held.is_(False),
        (_TABLE.state == "sending") & (_TABLE.lease_until <= now),
    )
    oldest: datetime | None = connection.execute(select(func.min(_TABLE.due_at)).where(waits)).scalar()
    return oldest


def counts(connection: Connection) -> dict[str, int]:
    """How many rows there are in each state."""
    table = tables.outbox.c
    rows = connection.execute(select(table.state, func.count().label("many")).group_by(table.state))
    return {row.state: row.many for row in rows}
