"""Sending what must be sent: claim, check that it is still true, draw, send, settle."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.usecases.draw import compose
from bot.usecases.office import Office
from bot.usecases.ports import Channel, NotDelivered, OutcomeUnknown, Outgoing, TryAgain, Undeliverable
from storage import desk, outbox
from storage.outbox import Claimed, Outcome

BATCH = 50
AT_ONCE = 8
ATTEMPTS = 8
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
    """Send one batch of what is due. Returns how many rows were taken up; 0 when nothing is due."""
    run = office.database.run
    batch = await run(_take, office, worker)
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(claimed: Claimed, messages: tuple[Outgoing, ...]) -> None:
        async with limit:
            result = await _send(office, channels, claimed, messages)
        await run(_settle, office, worker, claimed, result)

    await asyncio.gather(*(one(claimed, messages) for claimed, messages in batch))
    return len(batch)


def _take(office: Office, worker: str) -> list[tuple[Claimed, tuple[Outgoing, ...]]]:
    with office.database.writing() as connection:
        claimed = outbox.claim(connection, worker, office.now(), BATCH)
    with office.database.reading() as connection:
        return [(one, compose(office, connection, one.notice)) for one in claimed]


async def _send(
    office: Office, channels: Mapping[str, Channel], claimed: Claimed, messages: tuple[Outgoing, ...]
) -> _Result:
    """Hand the messages of one row to its channel. Nothing left to say: stale."""
    if not messages:
        return _Result(outcome="stale", detail="no longer true, or nothing to bring up to date")
    sent_as = ""
    try:
        for message in messages:
            sent_as = await channels[claimed.notice.way].send(message)
    except NotDelivered as failure:
        return _failed(office.now(), claimed, failure)
    return _Result(outcome="delivered", sent_as=sent_as)


def _failed(now: datetime, claimed: Claimed, failure: NotDelivered) -> _Result:
    detail = f"{type(failure).__name__}: {failure}"
    if isinstance(failure, Undeliverable):
        return _Result(outcome="failed", detail=detail, dead_address=failure.address_is_dead)
    if claimed.attempts >= ATTEMPTS:
        return _Result(outcome="failed", detail=f"given up after {claimed.attempts} attempts; {detail}")
    after = failure.after if isinstance(failure, TryAgain) else None
    outcome: Outcome = "unknown" if isinstance(failure, OutcomeUnknown) else "again"
    return _Result(outcome=outcome, detail=detail, again_at=now + _pause(claimed.attempts, after))


def _pause(attempts: int, after: float | None) -> timedelta:
    """As long as the other side asks for, or ever longer with jitter, up to a ceiling."""
    if after is not None:
        return timedelta(seconds=after)
    base = min(timedelta(seconds=5 * 2**attempts), LONGEST_PAUSE)
    return base * random.uniform(0.5, 1.0)  # noqa: S311  (spreads retries, guards nothing)


def _settle(office: Office, worker: str, claimed: Claimed, result: _Result) -> None:
    now = office.now()
    notice = claimed.notice
    with office.database.writing() as connection:
        outbox.settle(connection, claimed, worker, now, result.outcome, sent_as=result.sent_as, detail=result.detail,
                      again_at=result.again_at)
        if result.dead_address:
            desk.drop_address(connection, notice.to)
        if result.outcome == "failed":
            log.warning("%s of %s by %s could not be delivered", notice.kind, notice.challenge, notice.way)
            outbox.fall_back(connection, notice, now)
