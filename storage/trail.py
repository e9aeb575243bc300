"""The trail: what happened, in streams, each event holding the hash of the one before it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, bindparam, func, insert, select

from bot.domain.commands import Sent
from bot.domain.events import Event, Recorded
from bot.domain.words import Words
from storage import cipher, tables
from storage.codec import VERSION, AnyEvent, canonical, pack, unpack
from storage.verifier import FIRST

# A statement is built once, as building it takes longer than running it.
_STREAM = tables.trail.c.stream == bindparam("stream")
_ADD_EVENTS, _ADD_WORDS, _MARK_DONE = insert(tables.trail), insert(tables.words), insert(tables.done)
_TO_LOG = insert(tables.unlogged)
_HASH = select(tables.trail.c.hash).where(_STREAM, tables.trail.c.position == bindparam("position"))
_ONE = select(tables.trail.c.type, tables.trail.c.body).where(_STREAM, tables.trail.c.position == bindparam("position"))
_EVENTS = select(tables.trail).where(_STREAM).order_by(tables.trail.c.position)
_LATEST = (
    select(tables.trail)
    .where(_STREAM, tables.trail.c.type == bindparam("type"))
    .order_by(tables.trail.c.position.desc())
    .limit(1)
)
_LAST_POSITION = select(func.max(tables.trail.c.position)).where(_STREAM)
_LAST = (
    select(tables.trail.c.stream, func.max(tables.trail.c.position).label("position"))
    .where(tables.trail.c.stream.in_(bindparam("streams", expanding=True)))
    .group_by(tables.trail.c.stream)
    .subquery()
)
_TIPS = select(tables.trail.c.stream, tables.trail.c.position, tables.trail.c.hash).join(
    _LAST, (tables.trail.c.stream == _LAST.c.stream) & (tables.trail.c.position == _LAST.c.position)
)
_WORDS = select(tables.words).where(tables.words.c.stream == bindparam("stream"))
_DONE = select(tables.done.c.stream).where(tables.done.c.command == bindparam("command"))


def challenge_stream(reference: str) -> str:
    return f"challenge:{reference}"


def person_stream(person: str) -> str:
    return f"person:{person}"


AUTHORITY = "authority"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Events on their way into one stream, after a position that the caller has read."""

    stream: str
    events: Sequence[AnyEvent]
    sent: Sent
    role: str
    after: int
    previous: str
    """Hash of the event at that position."""


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
    entry = Entry(stream=stream, events=events, sent=sent, role=role, after=after, previous=previous)
    rows = append_all(connection, [entry], recorded_at)
    return [_recorded(row, cast(Event, event)) for row, event in zip(rows, events, strict=True)]


def append_all(connection: Connection, entries: Iterable[Entry], recorded_at: datetime) -> list[dict[str, Any]]:
    """Write the events of several streams at once; the rows as they were written."""
    rows: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    keys = cipher.keys_of(connection)
    for entry in entries:
        previous = entry.previous
        for position, event in enumerate(entry.events, start=entry.after + 1):
            body, said = pack(event)
            row = _row(entry.stream, position, event, entry.sent, entry.role, recorded_at, previous)
            row["hash"] = previous = fingerprint({**row, "body": orjson.Fragment(body)})
            row["body"] = body.decode()
            rows.append(row)
            words.extend({"stream": entry.stream, **cipher.shut(keys, one)} for one in said)
    if rows:
        connection.execute(_ADD_EVENTS, rows)
        connection.execute(_TO_LOG, [{name: row[name] for name in ("stream", "position", "hash")} for row in rows])
    if words:
        connection.execute(_ADD_WORDS, words)
    return rows


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


_SIMPLE = re.compile(r"[ !#-\[\]-~]*")
"""Text that stands in JSON as it is."""


def canonical_event(row: Any) -> bytes:
    """The canonical form of a row of the trail, written out by hand where nothing in it has to be escaped.

    Checking a large record is mostly this; it is several times as quick as going through a dictionary. A test compares
    both.
    """
    names = row.by, row.command, row.message, row.role, row.stream, row.type, row.via
    if not _SIMPLE.fullmatch("".join(names)):
        return canonical(content(row._mapping))
    happened_at = row.happened_at.isoformat()[:-6]
    recorded_at = happened_at if row.recorded_at == row.happened_at else row.recorded_at.isoformat()[:-6]
    return (
        f'{{"body":{row.body},"by":"{row.by}","command":"{row.command}","happened_at":"{happened_at}Z",'
        f'"message":"{row.message}","position":{row.position},"previous":"{row.previous}",'
        f'"recorded_at":"{recorded_at}Z","role":"{row.role}","stream":"{row.stream}","type":"{row.type}",'
        f'"version":{row.version},"via":"{row.via}"}}'
    ).encode()


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
    keys = cipher.keys_of(connection)
    shelf = {}
    for row in connection.execute(_WORDS, {"stream": stream}).mappings():
        said = cipher.opened(keys, row)
        if said is not None or row["erased_on"]:
            shelf[row["digest"]] = Words(said.text if said is not None else "", row["erased_on"])
    return shelf


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


def canonical_lines(connection: Connection, stream: str) -> list[bytes]:
    """The events of a stream in the very form that was hashed."""
    rows = connection.execute(_EVENTS, {"stream": stream}).mappings()
    return [canonical(content(row)) for row in rows]


def content(row: Any) -> dict[str, Any]:
    """What of a row is hashed: everything but the hash, the body as the JSON it is."""
    found = {str(name): value for name, value in row.items() if name != "hash"}
    return found | {"body": orjson.Fragment(row["body"].encode())}


def at(connection: Connection, stream: str, position: int) -> AnyEvent:
    """One event of a stream that holds no words."""
    row = connection.execute(_ONE, {"stream": stream, "position": position}).one()
    return unpack(row.type, row.body, {})


def moments(connection: Connection, stream: str) -> list[tuple[datetime, AnyEvent]]:
    """When each event of a stream that holds no words happened, and what it was."""
    rows = connection.execute(_EVENTS, {"stream": stream}).mappings()
    return [(row["happened_at"], unpack(row["type"], row["body"], {})) for row in rows]


def latest(connection: Connection, stream: str, type_name: str) -> AnyEvent | None:
    """The last event of one type in a stream that holds no words; None: there is none."""
    row = connection.execute(_LATEST, {"stream": stream, "type": type_name}).mappings().first()
    return unpack(row["type"], row["body"], {}) if row is not None else None


def tips(connection: Connection, streams: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Position and hash of the last event of each of these streams that exists."""
    rows = connection.execute(_TIPS, {"streams": list(streams)})
    return {row.stream: (row.position, row.hash) for row in rows}


def last_position(connection: Connection, stream: str) -> int:
    """0 for a stream that doesn't exist yet."""
    return connection.execute(_LAST_POSITION, {"stream": stream}).scalar() or 0


def references(connection: Connection) -> Iterable[str]:
    """Every challenge there is, in order."""
    stream = tables.trail.c.stream
    found = connection.execute(select(stream).where(stream.like("challenge:%")).distinct().order_by(stream))
    return [row.stream.removeprefix("challenge:") for row in found]


def naming(connection: Connection, type_name: str, text: str) -> list[str]:
    """The streams with an event of one type whose body holds this very text as a value, in order."""
    column = tables.trail.c
    value = column.body.contains(orjson.dumps(text).decode(), autoescape=True)
    found = select(column.stream).where(column.type == type_name, value).distinct().order_by(column.stream)
    return list(connection.execute(found).scalars())


def streams(connection: Connection) -> list[str]:
    """Every stream there is."""
    stream = tables.trail.c.stream
    return list(connection.execute(select(stream).distinct().order_by(stream)).scalars())


def was_done(connection: Connection, command: str) -> str | None:
    """The stream that a command changed, if it was carried out before."""
    return connection.execute(_DONE, {"command": command}).scalar()


def mark_done(connection: Connection, command: str, stream: str, at: datetime) -> None:
    """A second marking of the same command is `Outdated`: the other delivery of the same act was first."""
    connection.execute(_MARK_DONE, {"command": command, "stream": stream, "at": at})
