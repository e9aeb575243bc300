"""Sending what must be sent: claim, check that it is still true, draw, send, settle."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.commands import CLOCK, NoteReceipt, Sent
from bot.domain.notices import Notice
from bot.domain.working_time import CalendarEnds, within_working_hours
from bot.usecases.draw import compose
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.ports import Channel, NotDelivered, OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage import desk, index, outbox
from storage.database import Connection
from storage.outbox import Claimed, Outcome

BATCH = 50
"""Sent at once. Teams takes 50 requests a second of one bot in one tenant, and says so when they are more."""
ATTEMPTS = 72
"""About a day of trying."""
ATTEMPTS_IN_DOUBT = 8
"""How often a message is sent again that may have arrived each time."""
LONGEST_PAUSE = timedelta(minutes=30)
log = logging.getLogger("bot.deliver")


@dataclass(frozen=True, kw_only=True)
class _Result:
    """What came of one claimed row."""

    outcome: Outcome
    sent_as: str = ""
    detail: str = ""
    again_at: datetime | None = None
    dead_address: bool = False


async def deliver(office: Office, channels: Mapping[str, Channel], worker: str) -> int:
    """Send one batch of what is due. Returns how many rows were taken up; 0 when nothing is due.

    Whatever goes wrong with one row is logged and leaves the others alone.
    """
    run = office.database.run
    batch = await run(_take, office, worker)
    one_piece = asyncio.Lock()  # of storage work asked for at a time, so that a person's turn waits for no more

    async def one(claimed: Claimed) -> None:
        async with one_piece:
            messages = await run(_composed, office, claimed.notice)
        result = await _send(office, channels, claimed, messages)
        try:
            async with one_piece:
                await run(_settle, office, worker, claimed, result)
        except Exception:  # the row is taken up again when its lease has run out
            log.exception("%s could not be settled as %s", claimed.notice.key, result.outcome)

    await asyncio.gather(*(one(claimed) for claimed in batch))
    return len(batch)


def _take(office: Office, worker: str) -> list[Claimed]:
    with office.database.writing() as connection:
        now = office.now()
        return outbox.claim(connection, worker, now, BATCH, held=_within_hours(office, connection, now))


def _within_hours(office: Office, connection: Connection, now: datetime) -> bool:
    facts = office.facts(connection)
    try:
        return within_working_hours(facts.calendar, facts.hours, now)
    except CalendarEnds:  # the sweep says so; what isn't held goes out all the same
        return False


def _composed(office: Office, notice: Notice) -> tuple[Outgoing, ...] | NotDelivered:
    """The messages of one row; where they can't be drawn, that they can't."""
    try:
        with office.database.reading() as connection:
            return compose(office, connection, notice)
    except Exception as failure:
        log.exception("%s could not be drawn", notice.key)
        return TryAgain(f"could not be drawn: {type(failure).__name__}")


async def _send(
    office: Office,
    channels: Mapping[str, Channel],
    claimed: Claimed,
    messages: tuple[Outgoing, ...] | NotDelivered,
) -> _Result:
    """Hand the messages of one row to its channel. Nothing left to say: stale."""
    if isinstance(messages, NotDelivered):
        return _failed(office.now(), claimed, messages)
    if not messages:
        return _Result(outcome="stale", detail="no longer true, or nothing to bring up to date")
    sent_as, refused = "", None
    try:
        for message in messages:
            try:
                sent_as = await channels[claimed.notice.way].send(message)
            except Undeliverable as failure:  # one card may be gone and the next still there
                refused = refused or failure
    except NotDelivered as failure:
        return _failed(office.now(), claimed, failure)
    except Exception as failure:
        log.exception("%s broke its channel", claimed.notice.key)
        return _failed(office.now(), claimed, OutcomeUnknown(type(failure).__name__))
    return _failed(office.now(), claimed, refused) if refused else _Result(outcome="delivered", sent_as=sent_as)


def _failed(now: datetime, claimed: Claimed, failure: NotDelivered) -> _Result:
    detail = f"{type(failure).__name__}: {failure}"
    if isinstance(failure, Undeliverable):
        return _Result(outcome="failed", detail=detail, dead_address=failure.address_is_dead)
    if claimed.attempts >= (ATTEMPTS_IN_DOUBT if isinstance(failure, OutcomeUnknown) else ATTEMPTS):
        return _Result(outcome="failed", detail=f"given up after {claimed.attempts} attempts; {detail}")
    after = failure.after if isinstance(failure, TryAgain) else None
    outcome: Outcome = "unknown" if isinstance(failure, OutcomeUnknown) else "again"
    return _Result(outcome=outcome, detail=detail, again_at=now + _pause(claimed.attempts, after))


def _pause(attempts: int, after: float | None) -> timedelta:
    """As long as the other side asks for, or ever longer with jitter, up to a ceiling."""
    if after is not None:
        return timedelta(seconds=max(1.0, after))
    base = min(timedelta(seconds=5 * 2 ** min(attempts, 12)), LONGEST_PAUSE)
    return base * random.uniform(0.5, 1.0)  # noqa: S311  (spreads retries, guards nothing)


def _settle(office: Office, worker: str, claimed: Claimed, result: _Result) -> None:
    now = office.now()
    notice = claimed.notice
    with office.database.writing() as connection:
        ours = outbox.settle(
            connection,
            claimed,
            worker,
            now,
            result.outcome,
            sent_as=result.sent_as,
            detail=result.detail,
            again_at=result.again_at,
        )
        if not ours:
            log.warning("%s was taken up by another worker before it was settled as %s", notice.key, result.outcome)
            return
        if result.dead_address and notice.way == "teams":
            desk.drop_address(connection, notice.to)
        if result.outcome == "failed":
            log.warning("%s of %s by %s could not be delivered", notice.kind, notice.challenge, notice.way)
            outbox.fall_back(connection, notice, now)
    if result.outcome == "delivered" and notice.kind == "asked":
        _note_receipt(office, notice, now)


def _note_receipt(office: Office, notice: Notice, now: datetime) -> None:
    """Start the clock of a stage whose procedure counts from delivery, once its first message has arrived."""
    with office.database.reading() as connection:
        pinned = office.pinned(connection, index.procedure_of(connection, notice.challenge))
    if pinned.hours.receipt == "delivered":
        command = NoteReceipt(request=notice.number)
        sent = Sent(command=command, id=f"receipt/{notice.key}", by=CLOCK, at=now, via="clock")
        handle(office, sent, notice.challenge)
