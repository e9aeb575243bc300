"""Comparing what the record calls for with what is there: the index, the messages, the clock. What is missing is put
in its place, and the operator is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.authority import RecordReconciled
from bot.domain.challenge import Challenge
from bot.domain.commands import CLOCK, LookAtClock, Sent
from bot.domain.errors import NewerEvent
from bot.domain.events import Recorded
from bot.domain.evolve import evolve
from bot.domain.facts import Facts
from bot.domain.notices import OPERATOR, Notice, notices
from bot.domain.reminders import wakes_at
from bot.domain.working_time import next_working_moment
from bot.telemetry.logs import Log
from bot.usecases.administer import record_of_authority
from bot.usecases.handle import handle
from bot.usecases.office import Office
from storage import index, outbox, rounds
from storage.database import Connection

EVERY = timedelta(hours=1)
GRACE = timedelta(minutes=5)
"""How late the clock may be looked at before it counts as found: a sweep may be on its way."""
PREFIX = "check/"
"""Of the references of what is told of a check."""
log = Log("bot.reconcile")


@dataclass
class _Found:
    index: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    clock: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


async def reconcile(office: Office, *, now_or_never: bool = False) -> RecordReconciled | None:
    """One check of all open challenges, and of those that the index has lost sight of.

    Of several processes one does it each hour; `now_or_never` does it whatever the others do, as at a start. None:
    another did it. Each challenge is a piece of work of its own, so that nobody's turn waits for more than one.
    """
    run, now = office.database.run, office.now()
    if not await run(_is_due, office, now) and not now_or_never:
        return None
    references, found = await run(_to_check, office), _Found()
    for reference in references:
        try:
            await run(_check, office, reference, now, found)
        except NewerEvent:
            log.info("left_to_a_newer_version", reference=reference)
        except Exception as fault:
            log.fault("challenge_not_checked", fault, reference=reference)
            found.unreadable.append(reference)
    result = RecordReconciled(
        checked=len(references),
        index=tuple(found.index),
        messages=tuple(found.messages),
        clock=tuple(found.clock),
        unreadable=tuple(found.unreadable),
    )
    log.info("record_checked", checked=result.checked)
    if result.found:
        await run(_report, office, result, now)
    return result


def _is_due(office: Office, now: datetime) -> bool:
    return office.database.change(lambda connection: rounds.begin(connection, "reconcile", now, EVERY))


def _to_check(office: Office) -> list[str]:
    """What is open, and what the index doesn't know as the trail has it."""
    with office.database.reading() as connection:
        return sorted({*index.open_references(connection), *index.astray(connection)})


def _check(office: Office, reference: str, now: datetime, found: _Found) -> None:
    """Put right what one challenge lacks, in one transaction; then look at the clock where nobody has in time."""

    def work(connection: Connection) -> tuple[bool, list[str], bool]:
        challenge, history = office.record(connection, reference)
        facts = office.facts(connection, challenge.procedure)
        wakes = wakes_at(challenge, facts)
        wrong = not index.is_right(connection, challenge, wakes)
        missing = _missing(office, connection, history, now)
        if wrong:
            index.put(connection, challenge, wakes)
        outbox.enqueue(connection, missing)
        late = challenge.ended is None and _looked_away(connection, challenge, facts, now)
        return wrong, [notice.key for notice, _ in missing], late

    wrong, missing, late = office.database.change(work)
    found.index.extend([reference] if wrong else [])
    found.messages.extend(missing)
    if late:
        sent = Sent(command=LookAtClock(), id=f"clock/{reference}/{now.isoformat()}", by=CLOCK, at=now, via="clock")
        if handle(office, sent, reference).events:
            found.clock.append(reference)


def _looked_away(connection: Connection, challenge: Challenge, facts: Facts, now: datetime) -> bool:
    """Whether the clock should have been looked at a while ago. The index wakes it; a lease puts that off."""
    wakes = wakes_at(challenge, facts)
    return wakes is not None and wakes <= now - GRACE


def _missing(
    office: Office, connection: Connection, history: list[Recorded], now: datetime
) -> list[tuple[Notice, datetime]]:
    """Every message that what happened calls for, and that isn't in the outbox."""
    challenge: Challenge | None = None
    there: set[str] | None = None
    missing: list[tuple[Notice, datetime]] = []
    for recorded in history:
        challenge = evolve(challenge, recorded)
        there = outbox.keys_of(connection, challenge.reference) if there is None else there
        facts = office.facts(connection, challenge.procedure)
        for notice in notices(recorded, challenge, facts.procedure):
            if notice.key not in there:
                due = next_working_moment(facts.calendar, facts.hours, now) if notice.held else now
                missing.append((notice, due))
    return missing


def _report(office: Office, result: RecordReconciled, now: datetime) -> None:
    """Write down what was missing, and tell the operator."""
    found = (result.index, result.messages, result.clock, result.unreadable)
    log.error("record_mended", checked=result.checked, found=sum(map(len, found)))

    def work(connection: Connection) -> None:
        position = record_of_authority(connection, result, now)
        told = Notice(
            challenge=f"{PREFIX}{now.isoformat()}", position=position, kind="reconciled", number=0,
            to=OPERATOR.person, role="", way="email", held=False,
        )  # fmt: skip
        outbox.enqueue(connection, [(told, now)])

    office.database.change(work)
