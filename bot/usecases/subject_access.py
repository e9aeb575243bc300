"""Everything that is held about one child, for whoever has the right to know, once an officer has looked through it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, Detail
from bot.domain.errors import NotKnown
from bot.domain.events import ChallengeRaised, Recorded
from bot.domain.evidence import EvidenceEvent, HoldPlaced, HoldReleased, RecordRead, Told, WordsErased
from bot.domain.notices import OPERATOR
from bot.domain.people import Child, Directory
from bot.domain.procedure import Procedure
from bot.domain.words import Words
from bot.usecases.office import Office
from cards.chronology import happened
from cards.words import count, unsaid
from storage import desk, evidence, trail
from storage.database import Connection

Relation = Literal["it is about the child", "it is about the child and others", "it is about a brother or sister"]
SHORTEST_NAME = 3
"""Letters. A shorter part of a name would be found in every other word."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Something that somebody wrote."""

    label: str
    text: str
    names: tuple[str, ...]
    """What in it names somebody else: a brother or sister, a member of staff."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that happened."""

    at: datetime
    by: str
    what: str
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is held of one challenge."""

    reference: str
    relation: Relation
    others: tuple[str, ...]
    """References of other children whom it is about, or names as brothers and sisters."""
    history: tuple[Line, ...]
    record: tuple[Line, ...]
    """Who was told what and by which way, who read it, what was erased."""


@dataclass(frozen=True, kw_only=True)
class Everything:
    """All that is held about a child at a moment."""

    authority: str
    child: str
    made_at: datetime
    row: Mapping[str, str]
    """What the directory says, by what it is called."""
    challenges: tuple[Held, ...]
    drafts: tuple[Line, ...]
    """What was typed and not sent."""


def collect(office: Office, child: str) -> Everything:
    """What is held. That it was read is recorded beside each challenge, before anything is shown. Raises `NotKnown`."""
    now = office.now()

    def note(connection: Connection) -> list[str]:
        references = _references(connection, child)
        if not references and child not in office.directory(connection).children:
            raise NotKnown(what=f"child “{child}”")
        for reference in references:
            read = RecordRead(by=OPERATOR.person, relation="operator", what="subject access")
            evidence.note_read(connection, reference, read, now)
        return references

    references = office.database.change(note)
    with office.database.reading() as connection:
        directory = office.directory(connection)
        names = _others(directory, child)
        return Everything(
            authority=office.procedure.authority,
            child=child,
            made_at=now,
            row=_row(directory, child),
            challenges=tuple(_held(office, connection, reference, child, names) for reference in references),
            drafts=tuple(
                Line(
                    at=draft.saved_at,
                    by=_name(directory, draft.person),
                    what=f"typed into the form “{draft.form}”, about {draft.subject}, and has not sent it",
                    texts=tuple(_text(label, text, names) for label, text in draft.entries.items() if text),
                )
                for draft in desk.drafts_about(connection, [child, *references])
            ),
        )


def _references(connection: Connection, child: str) -> list[str]:
    """Every challenge that is about the child or names it as a brother or sister."""
    naming = (stream.partition(":")[2] for stream in trail.naming(connection, ChallengeRaised.__name__, child))
    return [reference for reference in naming if child in _named(trail.history(connection, reference))]


def _named(history: Sequence[Recorded]) -> tuple[str, ...]:
    """The children whom a challenge is about, then their brothers and sisters."""
    raised = cast(ChallengeRaised, history[0].event)
    return tuple(dict.fromkeys((raised.child, *raised.also, *raised.siblings)))


def _row(directory: Directory, reference: str) -> dict[str, str]:
    child = directory.children.get(reference)
    if child is None:
        return {}
    found: dict[str, str | date | None] = {
        "Name": child.name,
        "Date of birth": child.born,
        "Date of death": child.died,
        "Arena": child.arena,
        "Unit": child.unit,
        "Brothers and sisters": ", ".join(child.siblings),
        "On the plan since": child.plan_since,
        **{role: _name(directory, person) for role, person in child.workers.items()},
    }
    return {label: str(value) for label, value in found.items() if value}


def _others(directory: Directory, reference: str) -> frozenset[str]:
    """Parts of the names, and the references, of other children of the family and of everybody in a post."""
    child = directory.children.get(reference)
    own = _parts(child.name) if child is not None else frozenset[str]()
    family = [one for one in directory.children.values() if reference in one.siblings or _is_sibling(child, one)]
    names = [one.name for one in family] + [one.name for one in directory.people.values()]
    return frozenset(one.reference.casefold() for one in family).union(*map(_parts, names)) - own


def _is_sibling(child: Child | None, other: Child) -> bool:
    return child is not None and other.reference in child.siblings


def _parts(name: str) -> frozenset[str]:
    return frozenset(part.casefold() for part in re.split(r"[\s-]+", name) if len(part) >= SHORTEST_NAME)


def _text(label: str, text: str, names: frozenset[str]) -> Text:
    words = re.findall(r"[\w-]+", text)
    pieces = (piece for word in words for piece in (word, *word.split("-")))
    found = dict.fromkeys(piece for piece in pieces if piece.casefold() in names)
    return Text(label=label, text=text, names=tuple(found))


def _name(directory: Directory, person: str, challenge: Challenge | None = None) -> str:
    if person == CLOCK:
        return "the program, as time passed"
    known = directory.people.get(person)
    parties = challenge.parties if challenge is not None else ()
    party = next((party.name for party in parties if party.person == person), "")
    return known.name if known is not None else party or (OPERATOR.name if person == OPERATOR.person else person)


def _held(office: Office, connection: Connection, reference: str, child: str, names: frozenset[str]) -> Held:
    challenge, history = office.record(connection, reference)
    procedure, directory = office.pinned(connection, challenge.procedure), office.directory(connection)
    others = tuple(one for one in _named(history) if one != child)
    if child not in challenge.children:
        relation: Relation = "it is about a brother or sister"
    else:
        relation = "it is about the child and others" if challenge.also else "it is about the child"
    beside = evidence.happened(connection, reference)
    return Held(
        reference=reference,
        relation=relation,
        others=others,
        history=tuple(_line(one, challenge, procedure, directory, names) for one in history),
        record=tuple(_beside(at, event, challenge, directory) for at, event in beside),
    )


def _line(
    recorded: Recorded, challenge: Challenge, procedure: Procedure, directory: Directory, names: frozenset[str]
) -> Line:
    title = procedure.title_of(recorded.role)
    by = _name(directory, recorded.by, challenge) + (f" ({title})" if title else "")
    what = unsaid(happened(recorded.event, challenge, procedure))
    texts = tuple(_text(label, said, names) for label, said in _said(recorded.event))
    return Line(at=recorded.happened_at, by=by, what=what, texts=texts)


def _said(node: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """What people wrote in an event, each text with what it is called there."""
    if isinstance(node, Words):
        if node:
            yield label, str(node)
    elif isinstance(node, Detail):
        yield from _said(node.words, node.label)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _said(getattr(node, field.name), field.name.replace("_", " ").capitalize())
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for number, one in enumerate(node, 1):
            more = f", {number}" if len(node) > 1 and not isinstance(one, Detail) else ""
            yield from ((f"{inner}{more}", text) for inner, text in _said(one, label))


def _beside(at: datetime, event: EvidenceEvent, challenge: Challenge, directory: Directory) -> Line:
    match event:
        case Told():
            by, what = _name(directory, event.to, challenge), f"was told ({event.kind}) by {event.way}: {event.outcome}"
        case RecordRead():
            by, what = _name(directory, event.by, challenge), f"read it: {event.what}"
        case WordsErased():
            by, what = OPERATOR.name, f"erased {count(len(event.digests), 'text')}: {event.basis}"
        case HoldPlaced():
            by, what = OPERATOR.name, f"kept it from erasure: {event.reason}"
        case HoldReleased():
            by, what = OPERATOR.name, f"released it for erasure: {event.reason}"
    return Line(at=at, by=by, what=what)
