"""One server in a process of its own: `python -m tests.benchmarks.serve NAME SETTINGS`, with the settings as JSON.

It writes the port to standard output when it listens. A line of standard input changes its settings; it ends when
there are no more.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web

import app
from bot.procedures.load import load
from bot.teams import Registration, open_door
from bot.telemetry.logs import configure
from bot.usecases.office import Office
from bot.usecases.ports import Outgoing
from storage.database import Database

Settings = dict[str, Any]


class ClockFrom:
    """Starts at a moment and goes on from there."""

    def __init__(self, start: str) -> None:
        self.set(start)

    def set(self, start: str) -> None:
        self._start = datetime.fromisoformat(start)
        self._began = monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=monotonic() - self._began)


class QuickLetterBox:
    """Takes every e-mail at once."""

    name = "email"

    async def send(self, outgoing: Outgoing) -> str:
        return f"<{outgoing.key}@benchmark.example>"


async def ours(settings: Settings) -> None:
    """The whole bot as `app.py` puts it together, but for the clock and the letter box.

    Its log is written, and read by nobody. Deliveries follow each turn. It begins to tick, and so to sweep, when it is
    told what time it has become.
    """
    configure(as_json=True, to=Path(os.devnull).open("w"))  # noqa: ASYNC230, SIM115  (for as long as it serves)
    clock = ClockFrom(settings["at"])
    office = Office(
        database=Database(settings["database"]),
        clock=clock,
        loaded=load(settings["procedure"]),
        operator_email="operator@council.example",
    )
    registration = Registration(
        app_id=settings["app_id"],
        tenant=settings["tenant"],
        openid_url=settings["openid"],
        acquire=lambda: {"access_token": "ours", "expires_in": 3600},
    )
    running = app.assemble(
        office,
        lambda answer: open_door(registration, converse=answer, clock=clock, loopback=True),
        QuickLetterBox(),
    )

    def later(changed: Settings) -> None:
        clock.set(changed["at"])
        running.rounds.start()

    await _listen(running.application, later)
    await running.rounds.stop()
    office.database.close()


async def stock(settings: Settings) -> None:
    """The SDK as it comes, with the least bot: an invoke that is checked and does nothing."""
    from botbuilder.core import InvokeResponse
    from botbuilder.core.teams import TeamsActivityHandler
    from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
    from botbuilder.schema import AdaptiveCardInvokeResponse
    from botframework.connector.auth import ChannelValidation

    class Bot(TeamsActivityHandler):  # type: ignore[misc]
        async def on_adaptive_card_invoke(self, *_: object) -> AdaptiveCardInvokeResponse:
            return AdaptiveCardInvokeResponse(status_code=200, type="application/vnd.microsoft.card.adaptive", value={})

        @staticmethod
        def _create_invoke_response(body: object = None) -> InvokeResponse:
            """The one-method work-around: as it comes, this version serialises twice and answers 500."""
            return InvokeResponse(status=200, body=body)

    class Configuration:
        APP_ID = settings["app_id"]
        APP_PASSWORD = "secret"
        APP_TYPE = "MultiTenant"

    logging.disable(logging.CRITICAL)  # it warns of a field that Teams sends with every button
    ChannelValidation.open_id_metadata_endpoint = settings["openid"]
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(Configuration)), Bot()
    application = web.Application()

    async def receive(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await adapter.process(request, bot)
        return response

    application.router.add_post("/api/messages", receive)
    await _listen(application)


async def _listen(application: web.Application, tell: Callable[[Settings], None] = lambda _: None) -> None:
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        tell(json.loads(line))
    await runner.cleanup()


SERVERS: dict[str, Callable[[Settings], Awaitable[None]]] = {"ours": ours, "stock": stock}


async def main(name: str, settings: str) -> None:
    await SERVERS[name](json.loads(settings))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
