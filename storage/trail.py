"""The trail: what happened, in streams, each event holding the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, bindparam, func, insert, select

from bot.domain.commands import Sent
from bot.domain.events import Event, Recorded
from bot.domain.words import Words
from storage import tables
from storage.codec import VERSION, AnyEvent, Said, canonical, digest, digests_in, pack, unpack

FIRST = "0" * 64
"""What stands as the predecessor of a stream's first event."""

# A statement is built once, as building it takes longer than running it.
_STREAM = tables.trail.c.stream == bindparam("stream")
_ADD_EVENTS, _ADD_WORDS, _MARK_DONE = insert(tables.trail), insert(tables.words), insert(tables.done)
_HASH = select(tables.trail.c.hash).where(_STREAM, tables.trail.c.position == bindparam("position"))
_EVENTS = select(tables.trail).where(_STREAM).order_by(tables.trail.c.position)
_LATEST = (
    select(tables.trail)
    .where(_STREAM, tables.trail.c.type == bindparam("type"))
    .order_by(tables.trail.c.position.desc())
    .limit(1)
)
_LAST_POSITION = select(func.max(tables.trail.c.position)).where(_STREAM)
_WORDS = select(tables.words).where(tables.words.c.stream == bindparam("stream"))
_DONE = select(tables.done.c.stream).where(tables.done.c.command == bindparam("command"))


def challenge_stream(reference: str) -> str:
    return f"challenge:{reference}"


def person_stream(person: str) -> str:
    return f"person:{person}"


AUTHORITY = "authority"


def append(
    connection: Connection,
    stream: str,
    events: Sequence[AnyEvent],
    sent: Sent,
    *,
    role: str,
    recorded_at: datetime,
    after: int,
) -> list[Recorded]:
    """Write events after a position that the caller has read. Somebody else's event there makes it `Outdated`."""
    previous = _hash_at(connection, stream, after)
    rows: list[dict[str, Any]] = []
    said: list[Said] = []
    for position, event in enumerate(events, start=after + 1):
        body, words = pack(event)
        row = _row(stream, position, event, sent, role, recorded_at, previous)
        row["hash"] = previous = fingerprint({**row, "body": orjson.Fragment(body)})
        row["body"] = body.decode()
        rows.append(row)
        said.extend(words)
    if rows:
        connection.execute(_ADD_EVENTS, rows)
    if said:
        connection.execute(
            _ADD_WORDS, [{"digest": one.digest, "stream": stream, "salt": one.salt, "text": one.text} for one in said]
        )
    return [_recorded(row, cast(Event, event)) for row, event in zip(rows, events, strict=True)]


def _row(
    stream: str, position: int, event: AnyEvent, sent: Sent, role: str, recorded_at: datetime, previous: str
) -> dict[str, Any]:
    return {
        "stream": stream,
        "position": position,
        "type": type(event).__name__,
        "version": VERSION,
        "by": sent.by,
        "role": role,
        "via": sent.via,
        "command": sent.id,
        "message": sent.message,
        "happened_at": sent.at.astimezone(UTC),
        "recorded_at": recorded_at.astimezone(UTC),
        "previous": previous,
    }


def fingerprint(row: dict[str, Any]) -> str:
    """SHA-256 of an event's canonical form: every column but the hash itself, the body as the JSON it is."""
    return hashlib.sha256(canonical(row)).hexdigest()


def _hash_at(connection: Connection, stream: str, position: int) -> str:
    if position == 0:
        return FIRST
    return str(connection.execute(_HASH, {"stream": stream, "position": position}).scalar_one())


def history(connection: Connection, reference: str) -> list[Recorded]:
    """A challenge's events in order; empty where there is no such challenge."""
    stream = challenge_stream(reference)
    found = connection.execute(_EVENTS, {"stream": stream}).mappings().all()
    if not found:
        return []
    shelf = _words(connection, stream)
    return [_recorded(row, cast(Event, unpack(row["type"], row["body"], shelf))) for row in found]


def _words(connection: Connection, stream: str) -> dict[str, Words]:
    rows = connection.execute(_WORDS, {"stream": stream})
    return {row.digest: Words(row.text or "", row.erased_on) for row in rows if row.text is not None or row.erased_on}


def _recorded(row: Any, event: Event) -> Recorded:
    return Recorded(
        event=event,
        position=row["position"],
        by=row["by"],
        role=row["role"],
        happened_at=row["happened_at"],
        recorded_at=row["recorded_at"],
        command=row["command"],
        via=row["via"],
        message=row["message"],
        hash=row["hash"],
    )


def latest(connection: Connection, stream: str, type_name: str) -> AnyEvent | None:
    """The last event of one type in a stream that holds no words; None: there is none."""
    row = connection.execute(_LATEST, {"stream": stream, "type": type_name}).mappings().first()
    return unpack(row["type"], row["body"], {}) if row is not None else None


def last_position(connection: Connection, stream: str) -> int:
    """0 for a stream that doesn't exist yet."""
    return connection.execute(_LAST_POSITION, {"stream": stream}).scalar() or 0


def references(connection: Connection) -> Iterable[str]:
    """Every challenge there is, in order."""
    stream = tables.trail.c.stream
    found = connection.execute(select(stream).where(stream.like("challenge:%")).distinct().order_by(stream))
    return [row.stream.removeprefix("challenge:") for row in found]


def streams(connection: Connection) -> list[str]:
    """Every stream there is."""
    stream = tables.trail.c.stream
    return list(connection.execute(select(stream).distinct().order_by(stream)).scalars())


def broken_at(connection: Connection, stream: str) -> int | None:
    """The position of the first event that isn't what it was; None: the stream is whole.

    An event is what it was when its hash and its predecessor's are right, and its words fit their digests or have
    been erased.
    """
    previous, sound = FIRST, _sound_words(connection, stream)
    rows = connection.execute(_EVENTS, {"stream": stream}).mappings()
    for expected, row in enumerate(rows, start=1):
        content = {str(name): value for name, value in row.items() if name != "hash"}
        content["body"] = orjson.Fragment(row["body"].encode())
        if (row["position"], row["previous"], row["hash"]) != (expected, previous, fingerprint(content)):
            return expected
        if not sound.issuperset(digests_in(row["body"])):
            return expected
        previous = row["hash"]
    return None


def _sound_words(connection: Connection, stream: str) -> set[str]:
    """Digests of the stream's words that are still what was written, or whose erasure is on record."""
    rows = connection.execute(_WORDS, {"stream": stream})
    return {row.digest for row in rows if row.erased_on or digest(row.salt or b"", row.text or "") == row.digest}


def was_done(connection: Connection, command: str) -> str | None:
    """The stream that a command changed, if it was carried out before."""
    return connection.execute(_DONE, {"command": command}).scalar()


def mark_done(connection: Connection, command: str, stream: str, at: datetime) -> None:
    """A second marking of the same command is `Outdated`: the other delivery of the same act was first."""
    connection.execute(_MARK_DONE, {"command": command, "stream": stream, "at": at})
