"""Microsoft Teams: activities in, replies and messages out. The only importer of the Bot Framework SDK.

`open_door` is for a registered bot, `open_demo_door` for the demo on loopback. Both give `Teams`: the handler for
POST /api/messages, the `Channel` by which the use cases send, and `close`.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.teams.authentication import ChannelAuthentication, OpenDoor
from bot.teams.bot import TeamsBot
from bot.teams.channel import TeamsChannel
from bot.teams.connector import Connector
from bot.teams.door import Door
from bot.teams.keys import OPENID_URL, SigningKeys
from bot.teams.session import WebSession
from bot.teams.tokens import Acquire, TokenSource, by_certificate, by_managed_identity, by_secret
from bot.usecases.ports import Clock, Converse

__all__ = [
    "OPENID_URL",
    "Registration",
    "Teams",
    "TeamsChannel",
    "by_certificate",
    "by_managed_identity",
    "by_secret",
    "open_demo_door",
    "open_door",
]

ROUTE = "/api/messages"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The Azure Bot registration: who the bot is, whose tenant it serves, and how it gets its own token."""

    app_id: str
    tenant: str
    acquire: Acquire
    openid_url: str = OPENID_URL


class Teams:
    """The parts of the channel, put together."""

    def __init__(
        self, *, door: Door, channel: TeamsChannel, bot: TeamsBot, session: WebSession, keys: SigningKeys | None
    ) -> None:
        self.channel = channel
        self.receive = door.receive
        self._bot = bot
        self._session = session
        self._keys = keys

    def add_to(self, application: web.Application) -> None:
        """Put the route into an application, and `close` among what it does when it ends."""
        application.router.add_post(ROUTE, self.receive)

        async def close(_: web.Application) -> None:
            await self.close()

        application.on_cleanup.append(close)

    async def close(self) -> None:
        """Let replies under way go out, then close all connections."""
        await self._bot.close()
        if self._keys is not None:
            await self._keys.close()
        await self._session.close()


def open_door(registration: Registration, *, converse: Converse, clock: Clock, loopback: bool = False) -> Teams:
    """The door of a registered bot. Raises ValueError for an empty app id or tenant.

    `loopback` lets the bot send to services on this machine by plain http: for tests.
    """
    session = WebSession()
    keys = SigningKeys(session, registration.openid_url)
    authentication = ChannelAuthentication(app_id=registration.app_id, tenant=registration.tenant, keys=keys)
    channel = TeamsChannel(
        Connector(session, TokenSource(registration.acquire), loopback=loopback), bot=f"28:{registration.app_id}"
    )
    bot = TeamsBot(converse=converse, channel=channel, clock=clock)
    return Teams(door=Door(authentication, bot), channel=channel, bot=bot, session=session, keys=keys)


def open_demo_door(*, tenant: str, converse: Converse, clock: Clock, bot_name: str = "demo") -> Teams:
    """The demo's door: no token is asked for, so it answers this machine alone, and sends nowhere else."""
    session = WebSession()
    channel = TeamsChannel(Connector(session, None, loopback=True), bot=f"28:{bot_name}")
    bot = TeamsBot(converse=converse, channel=channel, clock=clock)
    return Teams(door=Door(OpenDoor(tenant=tenant), bot), channel=channel, bot=bot, session=session, keys=None)
