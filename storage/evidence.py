"""What happened to the record of a challenge: told, read, erased. A stream of its own beside each challenge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from bot.domain.commands import CLOCK, LookAtClock, Sent, Via
from bot.domain.evidence import EvidenceEvent, HoldPlaced, HoldReleased, RecordRead, Told
from bot.domain.notices import OPERATOR
from storage import trail
from storage.verifier import FIRST


def evidence_stream(reference: str) -> str:
    return f"evidence:{reference}"


_VIA: Mapping[str, Via] = {CLOCK: "clock", OPERATOR.person: "console"}


def add(connection: Connection, found: Sequence[tuple[str, EvidenceEvent]], *, at: datetime, by: str = CLOCK) -> None:
    """Write what happened, each with the reference of its challenge, in one go.

    Raises `Outdated` where somebody else has written to the same stream in between.
    """
    streams = list(dict.fromkeys(evidence_stream(reference) for reference, _ in found))
    tips = trail.tips(connection, streams)
    sent = Sent(command=LookAtClock(), id="", by=by, at=at, via=_VIA.get(by, "teams"))
    entries = []
    for stream in streams:
        after, previous = tips.get(stream, (0, FIRST))
        events = [event for reference, event in found if evidence_stream(reference) == stream]
        entries.append(trail.Entry(stream=stream, events=events, sent=sent, role="", after=after, previous=previous))
    trail.append_all(connection, entries, at)


def note_read(connection: Connection, reference: str, read: RecordRead, at: datetime) -> None:
    """That somebody is shown a part of a child's record; written before they are shown it."""
    add(connection, [(reference, read)], at=at, by=read.by)


def happened(connection: Connection, reference: str) -> list[tuple[datetime, EvidenceEvent]]:
    """Everything that happened to the record of a challenge, in order, each with its moment."""
    return cast(list[tuple[datetime, EvidenceEvent]], trail.moments(connection, evidence_stream(reference)))


def hold(connection: Connection, reference: str) -> HoldPlaced | None:
    """What holds a challenge from erasure now."""
    last = None
    for _, event in happened(connection, reference):
        if isinstance(event, HoldPlaced | HoldReleased):
            last = event
    return last if isinstance(last, HoldPlaced) else None


def attempts(connection: Connection, reference: str) -> list[tuple[datetime, Told]]:
    """Every attempt to tell somebody something about a challenge, in order."""
    return [(at, event) for at, event in happened(connection, reference) if isinstance(event, Told)]
