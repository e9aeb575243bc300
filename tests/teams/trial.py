"""A bot on a loopback port, with a use case that answers as told, in front of `FakeMicrosoft`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.teams import Registration, Teams, open_door
from bot.usecases.ports import Reply, Shown, Turn
from tests.teams.fakes import APP_ID, TENANT, Answer, FakeMicrosoft

ARRIVAL = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CARD = {"type": "AdaptiveCard", "version": "1.2", "body": [{"type": "TextBlock", "text": "PC-2026-0042"}]}


def run(story: Coroutine[Any, Any, None]) -> None:
    """Run one asynchronous test."""
    asyncio.run(story)


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What a chat says; a card says "card"."""
    return [message.get("text", "card") for message in messages]


class StoppedClock:
    """Always `ARRIVAL`."""

    def now(self) -> datetime:
        """The moment of every turn."""
        return ARRIVAL


@dataclass
class Converse:
    """Stands for the use cases: keeps the turns and gives one reply, or raises."""

    reply: Reply = field(default_factory=lambda: Reply(shown=(Shown(text="Heard."),)))
    fault: Exception | None = None
    turns: list[Turn] = field(default_factory=list)

    async def __call__(self, turn: Turn) -> Reply:
        """Take one turn."""
        self.turns.append(turn)
        if self.fault is not None:
            raise self.fault
        return self.reply


@dataclass
class Trial:
    """Everything a test of the channel needs."""

    microsoft: FakeMicrosoft
    teams: Teams
    converse: Converse
    url: str

    async def tell(self, activity: Any, *, token: str | None = None) -> Answer:
        """Deliver one activity to the bot."""
        return await self.microsoft.post(self.url, activity, token=token)


@asynccontextmanager
async def a_trial(reply: Reply | None = None, fault: Exception | None = None) -> AsyncIterator[Trial]:
    """The bot, served; its use case answers with `reply` or raises `fault`."""
    converse = Converse(fault=fault) if reply is None else Converse(reply=reply, fault=fault)
    async with FakeMicrosoft() as microsoft:
        registration = Registration(
            app_id=APP_ID,
            tenant=TENANT,
            acquire=lambda: {"access_token": "the-bots-token", "expires_in": 3600},
            openid_url=microsoft.openid_url,
        )
        teams = open_door(registration, converse=converse, clock=StoppedClock(), loopback=True)
        async with served(teams) as url:
            yield Trial(microsoft=microsoft, teams=teams, converse=converse, url=url)


@asynccontextmanager
async def served(teams: Teams, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve a door on a free port and give its address."""
    application = web.Application()
    teams.add_to(application)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    port = runner.addresses[0][1]
    try:
        yield f"http://{host}:{port}/api/messages"
    finally:
        await runner.cleanup()
