"""The ticks: APScheduler says when to look, and holds nothing. What is due stands in the database."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.telemetry.logs import Log
from bot.usecases.deliver import deliver
from bot.usecases.office import Office
from bot.usecases.ports import Channel
from bot.usecases.reconcile import reconcile
from bot.usecases.seal import seal
from bot.usecases.sweep import sweep

SWEEP_EVERY = 30
DELIVER_EVERY = 5
SEAL_EVERY = 60
CHECK_EVERY = 600
"""Seconds. A turn also asks for a delivery of its own, at once."""
ROUNDS = ("sweep", "delivery")
STALLED = timedelta(minutes=5)
log = Log("bot.jobs")


class Rounds:
    """Sweeping and delivering, one round of each at a time in this process."""

    def __init__(self, office: Office, channels: Mapping[str, Channel]) -> None:
        self._office = office
        self._channels = channels
        self._worker = uuid.uuid4().hex
        self._sweeping, self._delivering = asyncio.Lock(), asyncio.Lock()
        self._stopping = False
        self._asked: set[asyncio.Task[None]] = set()
        self._is_asked = False
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._began = _now()
        self._ended_well: dict[str, datetime | None] = dict.fromkeys(ROUNDS)
        """By the wall clock: when the last round of each ended well."""

    def start(self) -> None:
        """Tick until `stop`. A late tick is made up for once, and never runs beside another."""
        settings = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        rounds = (
            ("sweep", self.sweep, SWEEP_EVERY, _now()),
            ("delivery", self.deliver, DELIVER_EVERY, _now()),
            ("seal", self.seal, SEAL_EVERY, _now()),
            ("check", self.check, CHECK_EVERY, _now() + timedelta(seconds=CHECK_EVERY)),
        )
        for name, work, seconds, first in rounds:
            arguments = {"args": (name, work), "seconds": seconds, "next_run_time": first, **settings}
            self._scheduler.add_job(_quietly, "interval", **arguments)
        at_start = partial(self.check, at_start=True)
        self._scheduler.add_job(_quietly, args=("check", at_start), misfire_grace_time=None)
        self._scheduler.start()

    async def stop(self) -> None:
        """End after the batch that is under way: a message half sent would be in doubt."""
        self._stopping = True
        if self._scheduler.running:
            self._scheduler.pause()
        await asyncio.gather(*self._asked, return_exceptions=True)
        async with self._sweeping, self._delivering:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    async def sweep(self) -> None:
        """Look at the clock for one batch of what is due, then deliver what that has led to."""
        async with self._sweeping:
            swept = await sweep(self._office)
            self._ended_well["sweep"] = _now()
            if swept.looked_at:
                await self.deliver()

    async def seal(self) -> None:
        """Enter into the log what has happened, and sign its head."""
        await self._office.database.run(seal, self._office)

    async def check(self, *, at_start: bool = False) -> None:
        """Compare what the record calls for with what is there: at a start, and every hour in one process of all."""
        await reconcile(self._office, now_or_never=at_start)

    async def deliver(self) -> None:
        """Send what is due until nothing is."""
        async with self._delivering:
            self._is_asked = False
            more = True
            while more and not self._stopping:
                more = bool(await deliver(self._office, self._channels, self._worker))
                self._ended_well["delivery"] = _now()

    def deliver_soon(self) -> None:
        """Deliver without anybody waiting for it. Asking again before that has begun changes nothing."""
        if self._is_asked:
            return
        self._is_asked = True
        task = asyncio.create_task(_quietly("delivery", self.deliver))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    def ages(self) -> dict[str, timedelta]:
        """How long ago the last round of each ended well; before the first, how long this has run."""
        return {what: _now() - (at or self._began) for what, at in self._ended_well.items()}

    def stalled(self) -> list[str]:
        """What hasn't ended well for too long, in words; empty: nothing."""
        long_ago = _now() - STALLED
        return [f"the {what} has stalled" for what, at in self._ended_well.items() if at is None or at < long_ago]


async def _quietly(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """A round whose failure is logged; the next tick tries again."""
    try:
        await work()
    except Exception as fault:
        log.fault("round_failed", fault, action=name)


def _now() -> datetime:
    return datetime.now(UTC)
