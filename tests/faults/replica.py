"""One replica in a process of its own, to be killed: `python -m tests.faults.replica DATABASE POST MOMENT BEGAN`.

The whole bot behind the demo's door, on PostgreSQL, with quick ticks and short leases. Its messages go by both ways to
the post office of the test. It writes its port to standard output when it listens.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import datetime, timedelta
from typing import cast

import aiohttp
from aiohttp import web

import app
from bot import jobs
from bot.procedures.load import load
from bot.teams import open_demo_door
from bot.telemetry.logs import configure
from bot.usecases import deliver as delivering
from bot.usecases import sweep as sweeping
from bot.usecases.office import Office
from bot.usecases.ports import Channel, OutcomeUnknown, Outgoing, TryAgain
from storage import outbox
from storage.database import Database
from tests.teams.fakes import TENANT

LEASE = timedelta(seconds=4)


class PostOffice:
    """A channel whose other end is the test."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing) -> str:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        said = {"key": outgoing.key, "from": os.getpid()}
        try:
            async with self._session.post(self._url, json=said, timeout=aiohttp.ClientTimeout(3)) as answer:
                if answer.status != 200:
                    raise TryAgain(str(answer.status), after=0.5)
                return await answer.text()
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise OutcomeUnknown(type(failure).__name__) from failure

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class ClockSince:
    """Shows the same moment in every process, however often one is started anew."""

    def __init__(self, moment: str, began: str) -> None:
        self._moment, self._began = datetime.fromisoformat(moment), float(began)

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=time.time() - self._began)


async def main(database: str, post: str, moment: str, began: str) -> None:
    configure(as_json=True)
    jobs.SWEEP_EVERY, jobs.DELIVER_EVERY, jobs.SEAL_EVERY = 1, 1, 1
    outbox.LEASE = sweeping.LEASE = LEASE
    delivering.LONGEST_PAUSE = timedelta(seconds=2)
    clock = ClockSince(moment, began)
    office = Office(
        database=Database(database), clock=clock, loaded=load("lincolnshire"), operator_email="operator@council.example"
    )
    teams, mail = PostOffice("teams", post), PostOffice("email", post)
    running = app.assemble(
        office, lambda answer: open_demo_door(tenant=TENANT, converse=answer, clock=clock), cast(Channel, mail)
    )
    channels = cast(dict[str, Channel], running.rounds._channels)
    channels["teams"] = cast(Channel, teams)
    runner = web.AppRunner(running.application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.rounds.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await running.rounds.stop()
    await runner.cleanup()
    await teams.close()
    await mail.close()
    office.database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
