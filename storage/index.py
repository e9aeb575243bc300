"""The index: where every challenge stands. Derived from the trail in the same transaction, and rebuilt from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.challenge import Challenge
from storage import tables, upsert


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One challenge as the index shows it."""

    reference: str
    child: str
    initials: str
    arena: str
    unit: str
    raiser: str
    raiser_unit: str
    procedure: str
    state: str
    stage: str
    number: int
    asked_roles: tuple[str, ...]
    raised_at: datetime
    due_at: datetime | None
    total_due_at: datetime | None
    ended_at: datetime | None
    how_ended: str | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Something that waits for one person."""

    what: str
    due_at: datetime | None
    standing: Standing


_NOBODY_WAITS = delete(tables.waiting).where(tables.waiting.c.reference == bindparam("reference"))
_CHALLENGE = tables.challenge.c
_WAITING = insert(tables.waiting)
_ONE = select(tables.challenge).where(tables.challenge.c.reference == bindparam("reference"))
_ALL_WAITING = select(tables.waiting).where(tables.waiting.c.reference == bindparam("reference"))
_ABOUT = select(tables.about.c.child).where(tables.about.c.reference == bindparam("reference"))
_PARTIES = select(tables.party).where(tables.party.c.reference == bindparam("reference"))
_TRAY = (
    select(tables.challenge, tables.waiting.c.what, tables.waiting.c.due_at.label("my_due_at"))
    .join(tables.waiting, tables.waiting.c.reference == tables.challenge.c.reference)
    .where(tables.waiting.c.person == bindparam("person"))
    .order_by(tables.waiting.c.due_at.nulls_last(), tables.waiting.c.reference)
)


def put(connection: Connection, challenge: Challenge, wakes_at: datetime | None) -> None:
    """Make the rows of one challenge what its present state says."""
    mine = {"reference": challenge.reference}
    upsert.put(connection, tables.challenge, {**mine, **_row(challenge, wakes_at)})
    connection.execute(_NOBODY_WAITS, mine)
    waiting = [{**mine, **turn} for turn in _turns(challenge)]
    if waiting:
        connection.execute(_WAITING, waiting)
    upsert.add(connection, tables.about, [{**mine, "child": child} for child in challenge.children])
    parties = sorted({(party.person, party.role) for party in challenge.parties})
    upsert.add(connection, tables.party, [{**mine, "person": person, "role": role} for person, role in parties])


def _row(challenge: Challenge, wakes_at: datetime | None) -> dict[str, Any]:
    request, ended = challenge.current, challenge.ended
    return {
        "child": challenge.child,
        "initials": challenge.initials,
        "arena": challenge.arena,
        "unit": challenge.unit,
        "raiser": challenge.raiser.person,
        "raiser_unit": challenge.raiser_unit,
        "procedure": challenge.procedure,
        "state": challenge.state,
        "stage": request.stage,
        "number": request.number,
        "asked_roles": " ".join(dict.fromkeys(party.role for party in request.asked)),
        "raised_at": challenge.raised_at,
        "due_at": None if ended else challenge.due_at,
        "total_due_at": challenge.total.due_at if challenge.total else None,
        "ended_at": ended.at if ended else None,
        "how_ended": ended.how if ended else None,
        "wakes_at": wakes_at,
        "position": challenge.position,
    }


def _turns(challenge: Challenge) -> Iterable[dict[str, Any]]:
    """Whose turn it is, each person once: those asked, those who must agree, and whoever decides, because there is an
    answer or because none comes."""
    if challenge.ended is not None:
        return
    found: dict[str, dict[str, Any]] = {}
    for person, what, due_at in _waited_for(challenge):
        found.setdefault(person, {"person": person, "what": what, "due_at": due_at, "number": challenge.current.number})
    yield from found.values()


def _waited_for(challenge: Challenge) -> Iterable[tuple[str, str, datetime | None]]:
    request, proposal = challenge.current, challenge.proposal
    if proposal is not None and proposal.given is None:
        due_at = proposal.due.due_at if proposal.due is not None else None
        yield from ((party.person, "agreement", due_at) for party in proposal.asked)
    if not challenge.requests:
        if proposal is not None and proposal.open_to_raiser:
            yield challenge.raiser.person, "decision", None
        return
    if request.waits:
        yield from ((party.person, "answer", challenge.due_at) for party in request.still_asked)
    decides = not request.waits and not challenge.awaits_agreement
    if decides or (request.waits and (request.answer_overdue or not request.asked)):
        yield challenge.raiser.person, "decision", challenge.due_at
        said = {party.person for party in request.satisfied}
        deciding = (party for party in request.deciding if party.person not in said)
        yield from ((party.person, "decision", challenge.due_at) for party in deciding)


def is_right(connection: Connection, challenge: Challenge, wakes_at: datetime | None) -> bool:
    """Whether the rows of one challenge are what its present state says. It may wake sooner, but not later."""
    mine = {"reference": challenge.reference}
    row = connection.execute(_ONE, mine).mappings().one_or_none()
    if row is None or (wakes_at is not None and (row["wakes_at"] is None or row["wakes_at"] > wakes_at)):
        return False
    wanted = {**_row(challenge, wakes_at), "wakes_at": row["wakes_at"]}
    if any(row[name] != value for name, value in wanted.items()):
        return False
    waiting = {one.person: (one.what, one.number, one.due_at) for one in connection.execute(_ALL_WAITING, mine)}
    if waiting != {turn["person"]: (turn["what"], turn["number"], turn["due_at"]) for turn in _turns(challenge)}:
        return False
    about = set(connection.execute(_ABOUT, mine).scalars())
    parties = {(one.person, one.role) for one in connection.execute(_PARTIES, mine)}
    return about >= set(challenge.children) and parties >= {(one.person, one.role) for one in challenge.parties}


def open_references(connection: Connection) -> list[str]:
    """Every open challenge, in order."""
    wanted = select(_CHALLENGE.reference).where(_CHALLENGE.ended_at.is_(None)).order_by(_CHALLENGE.reference)
    return list(connection.execute(wanted).scalars())


def astray(connection: Connection) -> list[str]:
    """Every challenge of which the trail holds more, or less, than the index has heard of."""
    trail, stream = tables.trail.c, "challenge:" + _CHALLENGE.reference
    last = (
        select(trail.stream, func.max(trail.position).label("position"))
        .where(trail.stream.like("challenge:%"))
        .group_by(trail.stream)
        .subquery()
    )
    known = select(last.c.stream).join(tables.challenge, last.c.stream == stream)
    unknown = select(last.c.stream).where(last.c.stream.not_in(known.where(last.c.position == _CHALLENGE.position)))
    return [row.stream.removeprefix("challenge:") for row in connection.execute(unknown.order_by(last.c.stream))]


def _standing(row: RowMapping) -> Standing:
    fields = {name: row[name] for name in Standing.__dataclass_fields__ if name != "asked_roles"}
    return Standing(asked_roles=tuple(row["asked_roles"].split()), **fields)


def tray(connection: Connection, person: str) -> list[Turn]:
    """What waits for one person, soonest deadline first (NEL-19)."""
    rows = connection.execute(_TRAY, {"person": person}).mappings()
    return [Turn(what=row["what"], due_at=row["my_due_at"], standing=_standing(row)) for row in rows]


def open_about(connection: Connection, children: Sequence[str]) -> list[str]:
    """References of the open challenges about these children, the oldest first."""
    table = tables.challenge.c
    theirs = select(tables.about.c.reference).where(tables.about.c.child.in_(children))
    rows = connection.execute(
        select(table.reference).where(table.reference.in_(theirs), table.ended_at.is_(None)).order_by(table.raised_at)
    )
    return [row.reference for row in rows]


MOST_WORDS = 10
"""So many words of a search count; each is a condition more, and databases have a limit to those."""


def find(
    connection: Connection, person: str, words: str, units: Sequence[str], most: int = 20
) -> list[tuple[Standing, bool]]:
    """Challenges that a person may know of, the newest first, each with whether they are party to it.

    Of what they only oversee, nothing can be found, or tested, by the child.
    """
    table = tables.challenge
    mine = table.c.reference.in_(select(tables.party.c.reference).where(tables.party.c.person == person))
    overseen = or_(table.c.unit.in_(units), table.c.raiser_unit.in_(units))
    found = select(table, mine.label("mine")).where(or_(mine, overseen))
    for word in words.split()[:MOST_WORDS]:
        open_to_all = (table.c.reference, table.c.unit, table.c.state, table.c.stage)
        named = or_(*(column.icontains(word, autoescape=True) for column in open_to_all))
        found = found.where(or_(named, and_(mine, table.c.child.icontains(word, autoescape=True))))
    newest = found.order_by(table.c.raised_at.desc(), table.c.reference.desc()).limit(most)
    rows = connection.execute(newest).mappings()
    return [(_standing(row), bool(row["mine"])) for row in rows]


def area(connection: Connection, units: Sequence[str], since: datetime) -> list[Standing]:
    """Challenges of these units that are open or have ended since, soonest due first: what a digest is made of."""
    table = tables.challenge
    here = or_(table.c.unit.in_(units), table.c.raiser_unit.in_(units))
    alive = or_(table.c.ended_at.is_(None), and_(table.c.ended_at.is_not(None), table.c.ended_at >= since))
    rows = connection.execute(select(table).where(here, alive).order_by(table.c.due_at, table.c.reference)).mappings()
    return [_standing(row) for row in rows]


_WOKEN = (
    select(_CHALLENGE.reference)
    .where(_CHALLENGE.wakes_at <= bindparam("now"))
    .order_by(_CHALLENGE.wakes_at, _CHALLENGE.reference)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(tables.challenge)
    .where(_CHALLENGE.reference.in_(bindparam("references", expanding=True)))
    .values(wakes_at=bindparam("until"))
)


def wake(connection: Connection, now: datetime, most: int, lease: timedelta) -> list[str]:
    """Take up challenges for which the clock has something to say, the longest due first, for so long.

    Whoever takes them up looks at each; one that isn't looked at by the end of the lease comes up again.
    """
    references = list(connection.execute(_WOKEN, {"now": now, "most": most}).scalars())
    if references:
        connection.execute(_LEASE, {"references": references, "until": now + lease})
    return references


def next_wake(connection: Connection) -> datetime | None:
    """When the clock next has something to say about any challenge."""
    found: datetime | None = connection.execute(select(func.min(_CHALLENGE.wakes_at))).scalar()
    return found


def behind(connection: Connection, now: datetime) -> datetime | None:
    """Since when the challenge that has waited longest should have been looked at; None: none has to be."""
    oldest: datetime | None = connection.execute(
        select(func.min(_CHALLENGE.wakes_at)).where(_CHALLENGE.wakes_at <= now)
    ).scalar()
    return oldest


def wake_all(connection: Connection, now: datetime) -> None:
    """Have the clock look at every open challenge: who holds which post may have changed."""
    table = tables.challenge
    connection.execute(update(table).where(table.c.ended_at.is_(None)).values(wakes_at=now))


def sleep(connection: Connection, reference: str, position: int, until: datetime | None) -> None:
    """Leave a challenge alone until a moment. Nothing happens where it has changed since that position."""
    table = tables.challenge
    same = (table.c.reference == reference) & (table.c.position == position)
    connection.execute(update(table).where(same).values(wakes_at=until))


def procedure_of(connection: Connection, reference: str) -> str | None:
    """Fingerprint of the procedure that binds a challenge."""
    table = tables.challenge.c
    return connection.execute(select(table.procedure).where(table.reference == reference)).scalar()


def position_of(connection: Connection, reference: str) -> int | None:
    return connection.execute(
        select(tables.challenge.c.position).where(tables.challenge.c.reference == reference)
    ).scalar()


@cache
def _next(dialect: str) -> ReturningInsert[tuple[int]]:
    """One more, beginning with the given value."""
    table = tables.counter
    more = upsert.insert_into(dialect, table).on_conflict_do_update(
        index_elements=["name"], set_={"value": table.c.value + 1}
    )
    return more.returning(table.c.value)


def next_reference(connection: Connection, year: int) -> str:
    """The next number of the year, without gaps: it is taken in the transaction that raises the challenge."""
    name = f"PC-{year}"
    value = connection.execute(_next(connection.dialect.name), {"name": name, "value": 1}).scalar_one()
    return f"{name}-{value:04d}"


def clear(connection: Connection) -> None:
    """Forget the whole index, before it is rebuilt from the trail. Until that is done nobody else writes to it."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.exec_driver_sql("LOCK TABLE challenge IN EXCLUSIVE MODE")
    for table in (tables.waiting, tables.about, tables.party, tables.challenge):
        connection.execute(delete(table))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(tables.challenge)).scalar_one()
