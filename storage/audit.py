"""Whether the record is what was written: every chain, every word, the log, its tree and its signed heads."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, and_, func, select

from storage import cipher, log, tables
from storage.evidence import evidence_stream
from storage.trail import canonical_event
from storage.verifier import (
    FIRST,
    Faulty,
    Head,
    Key,
    check_signature,
    digest,
    digests_in,
    leaf_hash,
    node_hash,
    read_heads,
)

MOST = 20
"""How many findings of one kind are named one by one."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that isn't what was written, and where."""

    where: str
    """A stream, or the log."""
    position: int
    """Of the event in its stream; 0 where it isn't about one."""
    what: str

    def __str__(self) -> str:
        return f"{self.where}{f', event {self.position}' if self.position else ''}: {self.what}"


_IN_PARTS = {"yield_per": 2000}
_TRAIL, _LEAF, _UNLOGGED = tables.trail.c, tables.leaf.c, tables.unlogged.c


def broken_chains(connection: Connection, stream: str = "") -> Iterator[Finding]:
    """The first event of each stream that isn't what was written, and words that don't fit or went without a record.

    `stream`: this one alone.
    """
    wanted = select(tables.trail).order_by(_TRAIL.stream, _TRAIL.position)
    if stream:
        wanted = wanted.where(_TRAIL.stream == stream)
    chain: _Chain | None = None
    with connection.execute(wanted, execution_options=_IN_PARTS) as rows:
        for row in rows:
            if chain is None or row.stream != chain.stream:
                yield from chain.missing_words(connection) if chain is not None else ()
                chain = _Chain(row.stream)
            if (found := chain.take(row)) is not None:
                yield found
    yield from chain.missing_words(connection) if chain is not None else ()


class _Chain:
    """One stream, followed event by event until one is wrong."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self._next, self._previous, self._whole = 1, FIRST, True
        self._named: dict[str, int] = {}

    def take(self, row: Any) -> Finding | None:
        """What is wrong with the next event."""
        if not self._whole:
            return None
        wrong = self._wrong(row)
        if wrong:
            self._whole = False
            return Finding(where=self.stream, position=self._next, what=wrong)
        if '"words"' in row.body:
            for named in digests_in(row.body):
                self._named[named] = self._next
        self._next, self._previous = self._next + 1, row.hash
        return None

    def _wrong(self, row: Any) -> str:
        if row.position != self._next:
            return "is missing" if row.position > self._next else "stands there twice"
        if row.hash != hashlib.sha256(canonical_event(row)).hexdigest():
            return "isn't what was written"
        return "" if row.previous == self._previous else "doesn't continue what stands before it"

    def missing_words(self, connection: Connection) -> Iterator[Finding]:
        """Words that aren't those whose digests the events name."""
        if not self._named:
            return
        keys, erased = cipher.keys_of(connection), _erased(connection, self.stream)
        rows = connection.execute(select(tables.words).where(tables.words.c.stream == self.stream)).mappings()
        state = {row["digest"]: _state(keys, row) for row in rows}
        for named, position in self._named.items():
            found = state.get(named, "are missing")
            if found == "are missing" and named in erased:
                continue
            if found:
                what = f"its words {named[:12]}… {found}"
                recorded = "" if found != "are missing" else " without a record of their erasure"
                yield Finding(where=self.stream, position=position, what=what + recorded)


def _state(keys: cipher.WordKeys | None, row: Any) -> str:
    """What is wrong with a row of words; empty: nothing, or nobody has given a key to look."""
    if keys is None and row["sealed"] is not None:
        return ""
    try:
        said = cipher.opened(keys, row)
    except cipher.NoKey:
        return "don't open with any known key"
    if said is None:
        return "are missing"
    return "" if digest(said.salt, said.text) == row["digest"] else "aren't what was written"


def _erased(connection: Connection, stream: str) -> set[str]:
    """Digests of whose erasure there is a record."""
    beside = evidence_stream(stream.partition(":")[2])
    rows = connection.execute(select(_TRAIL.body).where(_TRAIL.stream == beside, _TRAIL.type == "WordsErased"))
    return {one for row in rows for one in orjson.loads(row.body)["digests"]}


def words_for_export(connection: Connection, stream: str) -> dict[str, dict[str, str]]:
    """A stream's words by digest, each with its salt, or with the day of its erasure."""
    keys = cipher.keys_of(connection)
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(select(tables.words).where(tables.words.c.stream == stream)).mappings():
        said = cipher.opened(keys, row)
        if said is not None:
            found[row["digest"]] = {"salt": said.salt.hex(), "text": said.text}
        else:
            found[row["digest"]] = {"erased_on": row["erased_on"].isoformat() if row["erased_on"] else ""}
    return found


SLACK = timedelta(minutes=10)
"""By how much the clocks of two processes may differ."""


def backdated(connection: Connection) -> Iterator[Finding]:
    """Events that say they were recorded before a head was signed that doesn't hold them: put in afterwards."""
    same = and_(_LEAF.stream == _TRAIL.stream, _LEAF.position == _TRAIL.position)
    entries = (
        select(_LEAF.index, _TRAIL.stream, _TRAIL.position, _TRAIL.recorded_at)
        .select_from(tables.leaf.join(tables.trail, same))
        .order_by(_LEAF.index)
    )
    heads, signed_at = log.heads(connection)[::-1], None
    with connection.execute(entries, execution_options=_IN_PARTS) as rows:
        for index, stream, position, recorded_at in rows:
            while heads and heads[-1].size <= index:
                head = heads.pop()
                signed_at = max(head.at, signed_at or head.at)
            if signed_at is not None and recorded_at < signed_at - SLACK:
                yield Finding(where=stream, position=position, what="was put in later than it says")


def changed_procedures(connection: Connection) -> Iterator[Finding]:
    """Texts of procedures that aren't those under which challenges were raised."""
    kept = tables.procedure.c
    for named, text in connection.execute(select(kept.fingerprint, kept.text)):
        if hashlib.sha256(text.encode()).hexdigest() != named:
            what = "its text isn't the one that was kept"
            yield Finding(where=f"procedure {named[:12]}…", position=0, what=what)


def outside_the_log(connection: Connection) -> Iterator[Finding]:
    """Events that the log doesn't hold as they are, and entries of the log without their event."""
    same = and_(_LEAF.stream == _TRAIL.stream, _LEAF.position == _TRAIL.position)
    waits = and_(_UNLOGGED.stream == _TRAIL.stream, _UNLOGGED.position == _TRAIL.position)
    both = tables.trail.outerjoin(tables.leaf, same)
    lost = (
        select(_TRAIL.stream, _TRAIL.position)
        .select_from(both.outerjoin(tables.unlogged, waits))
        .where(_LEAF.hash.is_(None), _UNLOGGED.hash.is_(None))
    )
    yield from _places(connection, lost, "isn't in the log, nor waiting for it")
    changed = select(_TRAIL.stream, _TRAIL.position).select_from(both).where(_LEAF.hash != _TRAIL.hash)
    yield from _places(connection, changed, "is another than the log holds")
    from_log = tables.leaf.outerjoin(tables.trail, same)
    gone = select(_LEAF.stream, _LEAF.position).select_from(from_log).where(_TRAIL.hash.is_(None))
    yield from _places(connection, gone, "stands in the log and is missing from the record")


def _places(connection: Connection, wanted: Any, what: str) -> Iterator[Finding]:
    rows = connection.execute(wanted.limit(MOST)).all()
    yield from (Finding(where=row.stream, position=row.position, what=what) for row in rows)


def wrong_tree(connection: Connection, heads: Sequence[Head], keys: Sequence[Key]) -> Iterator[Finding]:
    """Where the log isn't what its signed heads say, and heads that no known key has signed.

    `heads` are those of the database and those that somebody kept elsewhere. Without `keys` no signature is checked.
    """
    size = log.size(connection)
    wanted = sorted({head.size for head in heads if head.size <= size})
    roots = yield from _roots(connection, wanted)
    good = 0
    for head in sorted(heads, key=lambda head: head.size):
        try:
            if keys:
                check_signature(head, keys)
            if head.size > size:
                raise Faulty(f"the log was cut: a head of {head.size} entries was signed, and it holds {size}")
            if head.size in roots and roots[head.size] != head.root:
                raise Faulty(f"entries {good + 1} to {head.size} aren't those that were signed")
            good = head.size
        except Faulty as fault:
            yield Finding(where="the log", position=0, what=str(fault))


def _roots(connection: Connection, sizes: Sequence[int]) -> Generator[Finding, None, dict[int, bytes]]:
    """The root at each of these sizes, computed from the entries alone; says where entries or kept hashes are wrong."""
    frontier: list[tuple[int, bytes]] = []  # the complete subtrees so far, the largest first: level, hash
    roots: dict[int, bytes] = {}
    due = list(sizes)[::-1]
    node = tables.node.c
    kept = connection.execute(select(node.level, node.index, node.hash))
    nodes = {(level, index): hash_ for level, index, hash_ in kept}
    entries = select(_LEAF.index, _LEAF.hash).order_by(_LEAF.index)
    with connection.execute(entries, execution_options=_IN_PARTS) as rows:
        for expected, (index, hash_) in enumerate(rows):
            if index != expected:
                yield Finding(where="the log", position=0, what=f"entry {expected + 1} is missing")
                return roots
            level, value = 0, leaf_hash(bytes.fromhex(hash_))
            while frontier and frontier[-1][0] == level:
                value, level = node_hash(frontier.pop()[1], value), level + 1
                if level % log.WIDTH == 0 and nodes.pop((level, index >> level), "") != value.hex():
                    what = f"a kept hash over entries up to {index + 1} is wrong"
                    yield Finding(where="the log", position=0, what=what)
            frontier.append((level, value))
            if due and due[-1] == index + 1:
                roots[due.pop()] = _folded(frontier)
    if nodes:
        yield Finding(where="the log", position=0, what=f"{len(nodes)} kept hashes belong to no entries")
    return roots


def _folded(frontier: Sequence[tuple[int, bytes]]) -> bytes:
    value = frontier[-1][1]
    for _, left in reversed(frontier[:-1]):
        value = node_hash(left, value)
    return value


def everything(connection: Connection, kept: Sequence[Head], keys: Sequence[Key]) -> list[Finding]:
    """All that is wrong with the record. `kept`: heads from outside the database; `keys`: whose signatures count."""
    heads: list[Head] = []
    unreadable: list[Finding] = []
    for row in log.heads(connection):
        try:
            heads += read_heads(row.note)
        except Faulty as fault:
            unreadable.append(Finding(where="the log", position=0, what=str(fault)))
    return [
        *unreadable,
        *broken_chains(connection),
        *outside_the_log(connection),
        *backdated(connection),
        *changed_procedures(connection),
        *wrong_tree(connection, [*heads, *kept], keys),
    ]


def counted(connection: Connection) -> tuple[int, int]:
    """How many events there are, and how many streams."""
    row = connection.execute(select(func.count(), func.count(_TRAIL.stream.distinct()))).one()
    return int(row[0]), int(row[1])
