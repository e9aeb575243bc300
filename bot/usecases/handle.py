"""The one door through which a challenge changes: load, decide, save what happened and what must be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.authority import CommandRefused
from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, OPERATOR, LookAtClock, MoveToVersion, NoteReceipt, Raise, Sent
from bot.domain.decide import decide, role_of
from bot.domain.errors import NotKnown, Refused
from bot.domain.events import ChallengeRaised, Event, Recorded
from bot.domain.evolve import evolve
from bot.domain.facts import Facts
from bot.domain.notices import Notice, notices
from bot.domain.raising import raising
from bot.domain.reminders import wakes_at
from bot.domain.working_time import london_date, next_working_moment
from bot.telemetry.logs import Log
from bot.telemetry.traces import span
from bot.usecases.office import Office
from storage import index, outbox, trail
from storage.database import Connection

log = Log("bot.handle")


@dataclass(frozen=True, kw_only=True)
class Handled:
    """The challenge after a command, with the facts of that moment; and whether this very act had been done before."""

    challenge: Challenge
    facts: Facts
    events: tuple[Recorded, ...]
    repeated: bool = False


Also = Callable[[Connection], None]


def handle(
    office: Office,
    sent: Sent,
    reference: str | None = None,
    *,
    seen: Challenge | None = None,
    also: Also = lambda _: None,
) -> Handled:
    """Carry out a command once, however often it is delivered, and `also` something else in the same transaction.

    Raises `Refused` where it can't be done; the refusal is kept in the sender's stream. `reference` is None for a
    raising alone. `seen` is the challenge as the caller has just read it; when that is out of date it is read anew.
    """

    def work(connection: Connection) -> Handled:
        nonlocal seen
        just_read, seen = seen, None
        also(connection)
        return _once(office, connection, sent, reference, just_read)

    action = type(sent.command).__name__
    with span("handle", action=action, reference=reference or ""):
        try:
            handled = office.database.change(work)
        except Refused as refused:
            office.metrics.refusals.labels(refused.reason).inc()
            keep_refusal(office, sent, action, reference or "", refused)
            raise
    if handled.events:
        log.info("challenge_changed", reference=handled.challenge.reference, action=action)
    for recorded in handled.events:
        office.metrics.events.labels(type(recorded.event).__name__).inc()
    return handled


def _once(office: Office, connection: Connection, sent: Sent, reference: str | None, seen: Challenge | None) -> Handled:
    stream = trail.was_done(connection, sent.id)
    if stream is not None:
        challenge, _ = office.record(connection, stream.removeprefix("challenge:"))
        facts = office.facts(connection, challenge.procedure)
        return Handled(challenge=challenge, facts=facts, events=(), repeated=True)
    if isinstance(sent.command, Raise):
        facts = office.facts(connection)
        reference = index.next_reference(connection, london_date(sent.at).year)
        return _save(office, connection, None, raising(reference, sent, facts), sent, facts, reference)
    if reference is None:
        raise NotKnown(what="challenge without a reference")
    challenge = seen or office.record(connection, reference)[0]
    binds = None if isinstance(sent.command, MoveToVersion) else challenge.procedure
    facts = office.facts(connection, binds)
    return _save(office, connection, challenge, decide(challenge, sent, facts), sent, facts, reference)


def _save(
    office: Office,
    connection: Connection,
    before: Challenge | None,
    events: list[Event],
    sent: Sent,
    facts: Facts,
    reference: str,
) -> Handled:
    """Trail, index, outbox and the mark that it was done: all in the caller's transaction."""
    stream = trail.challenge_stream(reference)
    recorded = trail.append(
        connection,
        stream,
        events,
        sent,
        role=_role(before, events, sent, facts),
        recorded_at=office.now(),
        after=before.position if before else 0,
    )
    after = before
    rows: list[tuple[Notice, datetime]] = []
    for event in recorded:
        after = evolve(after, event)
        rows.extend(_messages(event, after, facts, office.now()))
    assert after is not None, "a raising has events"
    if recorded:
        index.put(connection, after, wakes_at(after, facts))
        outbox.enqueue(connection, rows)
    elif sent.by == CLOCK:
        index.sleep(connection, reference, after.position, wakes_at(after, facts))
    if not isinstance(sent.command, LookAtClock | NoteReceipt):
        trail.mark_done(connection, sent.id, stream, sent.at)
    return Handled(challenge=after, facts=facts, events=tuple(recorded))


def _role(before: Challenge | None, events: list[Event], sent: Sent, facts: Facts) -> str:
    if before is not None:
        return role_of(before, sent, facts)
    raised = events[0]
    assert isinstance(raised, ChallengeRaised)
    return raised.raiser.role


def _messages(event: Recorded, after: Challenge, facts: Facts, now: datetime) -> Iterator[tuple[Notice, datetime]]:
    """What must be sent because of one event, each with the moment from which it may go out."""
    for notice in notices(event, after, facts.procedure):
        yield notice, next_working_moment(facts.calendar, facts.hours, now) if notice.held else now


def keep_refusal(office: Office, sent: Sent, asked: str, reference: str, refused: Refused) -> None:
    """Keep in somebody's own stream that they were refused what they asked for."""
    if sent.by in (CLOCK, OPERATOR):
        return
    event = CommandRefused(command=asked, reference=reference, reason=refused.reason)
    stream = trail.person_stream(sent.by)

    def keep(connection: Connection) -> None:
        after = trail.last_position(connection, stream)
        trail.append(connection, stream, [event], sent, role="", recorded_at=office.now(), after=after)

    office.database.change(keep)
