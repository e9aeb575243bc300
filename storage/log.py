"""The log: one Merkle tree over the hashes of all events of all streams, and its signed heads.

Events are entered after they were written, in a step of their own, so that writers of different challenges never wait
for each other. What isn't entered yet stands in `unlogged`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, tuple_

from storage import merkle, tables
from storage.verifier import leaf_hash

BATCH = 5_000
"""Events entered in one transaction."""
WIDTH = 8
"""Hashes of complete subtrees are kept at every eighth level, so that a proof reads a few rows of 256."""


@dataclass(frozen=True, kw_only=True)
class KeptHead:
    """A signed head as it stands in the database."""

    size: int
    note: str
    at: datetime


def size(connection: Connection) -> int:
    """How many events the log holds."""
    last: int | None = connection.execute(select(func.max(tables.leaf.c.index))).scalar()
    return 0 if last is None else last + 1


def waiting(connection: Connection) -> int:
    """How many events aren't in the log yet."""
    return connection.execute(select(func.count()).select_from(tables.unlogged)).scalar_one()


def enter(connection: Connection) -> int:
    """Enter a batch of events. Returns how many; `Outdated` where another process was first.

    Of one stream they come in order: an event is never to be seen before the one that it continues.
    """
    table = tables.unlogged.c
    rows = connection.execute(
        select(tables.unlogged).order_by(table.stream, table.position).limit(BATCH).with_for_update()
    ).all()
    if not rows:
        return 0
    start = size(connection)
    connection.execute(
        insert(tables.leaf),
        [
            {"index": index, "stream": row.stream, "position": row.position, "hash": row.hash}
            for index, row in enumerate(rows, start=start)
        ],
    )
    for places in _pieces(rows):
        connection.execute(delete(tables.unlogged).where(places))
    _complete(connection, start, start + len(rows))
    return len(rows)


def _pieces(rows: Sequence[Row[Any]]) -> Iterator[ColumnElement[bool]]:
    """The rows by their keys, so many at a time as a statement takes."""
    here = tuple_(tables.unlogged.c.stream, tables.unlogged.c.position)
    for start in range(0, len(rows), 500):
        yield here.in_([(row.stream, row.position) for row in rows[start : start + 500]])


def _complete(connection: Connection, before: int, after: int) -> None:
    """Keep the hash of every subtree of 256, 65,536 … entries that has become complete."""
    level = 0
    while after >> WIDTH:
        before, after, level = before >> WIDTH, after >> WIDTH, level + WIDTH
        tiles = Tiles(connection)
        rows = [
            {"level": level, "index": number, "hash": merkle.perfect(tiles.row(level - WIDTH, number)).hex()}
            for number in range(before, after)
        ]
        if rows:
            connection.execute(insert(tables.node), rows)


class Tiles:
    """The kept hashes, read 256 at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree."""
        above = level % WIDTH
        if above == 0:
            return self.row(level, number >> WIDTH)[number & (1 << WIDTH) - 1]
        first = number << above
        row = self.row(level - above, first >> WIDTH)
        start = first & (1 << WIDTH) - 1
        return merkle.perfect(row[start : start + (1 << above)])

    def row(self, level: int, number: int) -> list[bytes]:
        """Up to 256 neighbouring hashes of one kept level."""
        if (level, number) not in self._rows:
            first, end = number << WIDTH, (number + 1) << WIDTH
            self._rows[level, number] = _hashes(self._connection, level, first, end)
        return self._rows[level, number]


def _hashes(connection: Connection, level: int, first: int, end: int) -> list[bytes]:
    if level == 0:
        leaf = tables.leaf.c
        found = select(leaf.hash).where(leaf.index >= first, leaf.index < end).order_by(leaf.index)
        return [leaf_hash(bytes.fromhex(hash_)) for hash_ in connection.execute(found).scalars()]
    node = tables.node.c
    here = (node.level == level) & (node.index >= first) & (node.index < end)
    return [
        bytes.fromhex(hash_)
        for hash_ in connection.execute(select(node.hash).where(here).order_by(node.index)).scalars()
    ]


def root(connection: Connection, of: int) -> bytes:
    """The root over the first so many events."""
    return merkle.root(of, Tiles(connection))


def keep_head(connection: Connection, head: KeptHead) -> None:
    connection.execute(insert(tables.head), {"size": head.size, "note": head.note, "at": head.at})


def last_head(connection: Connection) -> KeptHead | None:
    """The newest signed head; None where nothing was signed yet."""
    found = select(tables.head).order_by(tables.head.c.size.desc(), tables.head.c.at.desc()).limit(1)
    row = connection.execute(found).one_or_none()
    return KeptHead(size=row.size, note=row.note, at=row.at) if row else None


def heads(connection: Connection) -> list[KeptHead]:
    """Every signed head, the smallest first."""
    rows = connection.execute(select(tables.head).order_by(tables.head.c.size, tables.head.c.at))
    return [KeptHead(size=row.size, note=row.note, at=row.at) for row in rows]


def places(connection: Connection, stream: str) -> dict[int, int]:
    """Where the events of a stream stand in the log: index by position."""
    leaf = tables.leaf.c
    rows = connection.execute(select(leaf.position, leaf.index).where(leaf.stream == stream))
    return {row[0]: row[1] for row in rows}
