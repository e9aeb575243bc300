"""Taking words out of the record: a lawful erasure, which is itself recorded and leaves every proof whole.

What was erased is also noted in a file outside the database, by digests alone, so that words that come back with an old
backup are erased again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from bot.domain.errors import Fault
from bot.domain.evidence import WordsErased
from storage import evidence, tables, trail
from storage.files import add_line_safely

_WORDS = tables.words.c
_OF_STREAM = select(_WORDS.digest).where(_WORDS.stream == bindparam("stream"), _WORDS.erased_on.is_(None))
_DIGESTS = _WORDS.digest.in_(bindparam("digests", expanding=True))
_STILL_THERE = select(_WORDS.digest).where(_DIGESTS, _WORDS.erased_on.is_(None))
_ERASE = (
    update(tables.words)
    .where(_DIGESTS, _WORDS.erased_on.is_(None))
    .values(salt=None, text=None, sealed=None, key="", erased_on=bindparam("on"))
)
_WITH_WORDS = (
    select(tables.challenge.c.reference, tables.challenge.c.arena, tables.challenge.c.ended_at)
    .where(
        tables.challenge.c.ended_at.is_not(None),
        select(_WORDS.digest)
        .where(_WORDS.stream == "challenge:" + tables.challenge.c.reference, _WORDS.erased_on.is_(None))
        .exists(),
    )
    .order_by(tables.challenge.c.reference)
)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """An ended challenge of which there are words still."""

    reference: str
    arena: str
    ended_at: datetime
    children: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Words of one challenge that were erased, when, and why that was lawful."""

    reference: str
    digests: tuple[str, ...]
    on: date
    basis: str


def ended_with_words(connection: Connection) -> list[Ended]:
    """Every ended challenge of which something could be erased."""
    about: dict[str, list[str]] = {}
    for reference, child in connection.execute(select(tables.about.c.reference, tables.about.c.child)):
        about.setdefault(reference, []).append(child)
    return [
        Ended(reference=row.reference, arena=row.arena, ended_at=row.ended_at, children=tuple(about[row.reference]))
        for row in connection.execute(_WITH_WORDS)
    ]


def children_without_words(connection: Connection) -> list[str]:
    """Every child about whom there were challenges, all of which have ended and have no words any more."""
    about, challenge = tables.about.c, tables.challenge.c
    with_words = _WITH_WORDS.with_only_columns(challenge.reference).order_by(None)
    needed = or_(challenge.ended_at.is_(None), challenge.reference.in_(with_words))
    kept = select(about.child).join(tables.challenge, challenge.reference == about.reference).where(needed)
    wanted = select(about.child).where(about.child.not_in(kept)).distinct().order_by(about.child)
    return list(connection.execute(wanted).scalars())


def words_of(connection: Connection, stream: str) -> list[str]:
    """The digests of a stream's words that are still there."""
    return sorted(connection.execute(_OF_STREAM, {"stream": stream}).scalars())


def erase(connection: Connection, erasure: Erasure, *, by: str, at: datetime, noted_in: Path | None = None) -> None:
    """Erase words of a challenge and what was typed about it and not sent, and write down that it was done, and why.

    `noted_in`: the file outside the database. It is written first: should the database not follow, the erasure was
    decided all the same. Raises `Outdated` where somebody else has written to the stream of evidence in between.
    """
    if not erasure.digests:
        return
    connection.execute(_ERASE, {"digests": list(erasure.digests), "on": erasure.on})
    connection.execute(delete(tables.draft).where(tables.draft.c.subject == erasure.reference))
    erased = WordsErased(digests=erasure.digests, on=erasure.on, basis=erasure.basis)
    evidence.add(connection, [(erasure.reference, erased)], at=at, by=by)
    if noted_in is not None:
        line = {**asdict(erasure), "on": erasure.on.isoformat()}
        add_line_safely(noted_in, f"{json.dumps(line, ensure_ascii=False)}\n")


def noted(file: Path) -> list[Erasure]:
    """The erasures noted in the file outside the database; none where there is no file yet. Raises `Fault`."""
    if not file.exists():
        return []
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        return [
            Erasure(
                reference=line["reference"],
                digests=tuple(line["digests"]),
                on=date.fromisoformat(line["on"]),
                basis=line["basis"],
            )
            for line in lines
        ]
    except (ValueError, KeyError, TypeError) as faulty:
        raise Fault(f"The erasures noted in {file} can't be read: {type(faulty).__name__}.") from None


def erase_again(connection: Connection, before: Sequence[Erasure], *, by: str, at: datetime) -> list[str]:
    """Erase what was erased before and has come back. Returns the references of the challenges concerned."""
    found: dict[str, None] = {}
    for erasure in before:
        back = tuple(sorted(connection.execute(_STILL_THERE, {"digests": list(erasure.digests)}).scalars()))
        if back and trail.last_position(connection, trail.challenge_stream(erasure.reference)):
            again = Erasure(reference=erasure.reference, digests=back, on=erasure.on, basis=erasure.basis)
            erase(connection, again, by=by, at=at)
            found[erasure.reference] = None
    return list(found)
