"""Sending what must be sent: claim, check that it is still true, draw, send, settle."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.commands import CLOCK, NoteReceipt, Sent
from bot.domain.errors import NewerEvent
from bot.domain.evidence import Outcome
from bot.domain.notices import Notice
from bot.domain.working_time import CalendarEnds, within_working_hours
from bot.telemetry.logs import Fields, Log
from bot.telemetry.traces import span
from bot.usecases.draw import compose
from bot.usecases.handle import handle
from bot.usecases.office import Office
from bot.usecases.ports import Channel, NotDelivered, OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage import desk, index, outbox
from storage.database import Connection
from storage.outbox import Claimed, Settled

BATCH = 50
"""Sent at once. Teams takes 50 requests a second of one bot in one tenant, and says so when they are more."""
ATTEMPTS = 72
"""About a day of trying."""
ATTEMPTS_IN_DOUBT = 8
"""How often a message is sent again that may have arrived each time."""
LONGEST_PAUSE = timedelta(minutes=30)
LEFT_TO_OTHERS = 60
"""Seconds for which a message about what only a newer version of the program knows is left to its processes."""
log = Log("bot.deliver")


@dataclass(frozen=True)
class _Result:
    """What came of one claimed row, and whether the person's address is worth nothing any more."""

    settled: Settled
    dead_address: bool = False

    @property
    def key(self) -> str:
        return self.settled.claimed.notice.key


PAUSES = (0.2, 1, 3, 5, 10, 20)
"""Seconds between attempts to settle what was sent, while the database is away: a loss would send it twice."""


async def deliver(office: Office, channels: Mapping[str, Channel], worker: str) -> int:
    """Send one batch of what is due. Returns how many rows were taken up; 0 when nothing is due.

    Whatever goes wrong with one row is logged and leaves the others alone.
    """
    run = office.database.run
    batch = await run(_take, office, worker)
    one_piece = asyncio.Lock()  # of storage work asked for at a time, so that a person's turn waits for no more
    finished: list[_Result] = []

    async def one(claimed: Claimed) -> None:
        async with one_piece:
            messages = await run(_composed, office, claimed.notice)
        finished.append(await _send(office, channels, claimed, messages))
        async with one_piece:
            if finished:  # else ours was settled together with another's
                together = list(finished)
                finished.clear()
                await _settle_surely(office, worker, together)

    if batch:
        with span("deliver"):
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
    except Undeliverable as failure:
        return failure
    except NewerEvent:
        return TryAgain("left to a newer version of the program", after=LEFT_TO_OTHERS)
    except Exception as failure:
        log.fault("message_not_drawn", failure, **_named(notice, "again"))
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
        return _Result(Settled(claimed=claimed, outcome="stale", detail="no longer true, or nothing to update"))
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
        log.fault("channel_broke", failure, **_named(claimed.notice, "unknown"))
        return _failed(office.now(), claimed, OutcomeUnknown(type(failure).__name__))
    if refused:
        return _failed(office.now(), claimed, refused)
    return _Result(Settled(claimed=claimed, outcome="delivered", sent_as=sent_as))


def _failed(now: datetime, claimed: Claimed, failure: NotDelivered) -> _Result:
    detail = f"{type(failure).__name__}: {failure}"
    if isinstance(failure, Undeliverable):
        settled = Settled(claimed=claimed, outcome="failed", detail=detail)
        return _Result(settled, dead_address=failure.address_is_dead)
    if claimed.attempts >= (ATTEMPTS_IN_DOUBT if isinstance(failure, OutcomeUnknown) else ATTEMPTS):
        given_up = f"given up after {claimed.attempts} attempts; {detail}"
        return _Result(Settled(claimed=claimed, outcome="failed", detail=given_up))
    after = failure.after if isinstance(failure, TryAgain) else None
    outcome: Outcome = "unknown" if isinstance(failure, OutcomeUnknown) else "again"
    again_at = now + _pause(claimed.attempts, after)
    return _Result(Settled(claimed=claimed, outcome=outcome, detail=detail, again_at=again_at))


def _pause(attempts: int, after: float | None) -> timedelta:
    """As long as the other side asks for, or ever longer with jitter, up to a ceiling."""
    if after is not None:
        return timedelta(seconds=max(1.0, after))
    base = min(timedelta(seconds=5 * 2 ** min(attempts, 12)), LONGEST_PAUSE)
    return base * random.uniform(0.5, 1.0)  # noqa: S311  # nosec B311  # spreads retries, guards nothing


async def _settle_surely(office: Office, worker: str, results: Sequence[_Result]) -> None:
    """Settle what was tried, and go on trying while that can't be written down; in the end each by itself."""
    for pause in PAUSES:
        try:
            await office.database.run(_settle, office, worker, results)
        except Exception as failure:
            log.info("settling_put_off", fault=type(failure).__name__)
            await asyncio.sleep(pause)
        else:
            return
    for result in results:
        try:
            await office.database.run(_settle, office, worker, [result])
        except Exception as fault:  # the row is taken up again when its lease has run out
            log.fault("message_not_settled", fault, **_named(result.settled.claimed.notice, result.settled.outcome))


def _settle(office: Office, worker: str, results: Sequence[_Result]) -> None:
    now = office.now()

    def work(connection: Connection) -> list[Settled]:
        ours = outbox.settle(connection, [result.settled for result in results], worker, now)
        for result in results:
            if result.dead_address and result.settled in ours and result.settled.claimed.notice.way == "teams":
                desk.drop_address(connection, result.settled.claimed.notice.to)
        return ours

    ours = office.database.change(work)
    for settled in (result.settled for result in results):
        notice, outcome = settled.claimed.notice, settled.outcome
        if settled not in ours:
            log.warning("message_taken_over", **_named(notice, outcome))
            continue
        office.metrics.delivered(notice.way, outcome, doubtful=settled.claimed.doubtful)
        if outcome == "failed":
            log.warning("message_not_delivered", **_named(notice, outcome))
        elif outcome == "delivered" and notice.kind == "asked":
            _note_receipt(office, notice, now)


def _named(notice: Notice, outcome: Outcome) -> Fields:
    return Fields(reference=notice.challenge, action=notice.kind, way=notice.way, outcome=outcome)


def _note_receipt(office: Office, notice: Notice, now: datetime) -> None:
    """Start the clock of a stage whose procedure counts from delivery, once its first message has arrived."""
    with office.database.reading() as connection:
        pinned = office.pinned(connection, index.procedure_of(connection, notice.challenge))
    if pinned.hours.receipt == "delivered":
        command = NoteReceipt(request=notice.number)
        sent = Sent(command=command, id=f"receipt/{notice.key}", by=CLOCK, at=now, via="clock")
        handle(office, sent, notice.challenge)
