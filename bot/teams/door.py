"""POST /api/messages: what arrives is measured, read and checked here before the SDK sees it."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import web
from botbuilder.integration.aiohttp import CloudAdapter

from bot.teams.authentication import ChannelAuthentication, OpenDoor
from bot.teams.bot import TeamsBot
from bot.teams.connector import is_loopback
from bot.teams.errors import NotAnActivity, NotOurs, TooLarge, TooSlow, TurnedAway, WrongContentType
from bot.teams.incoming import activity_in
from bot.telemetry.logs import Log

_LARGEST_BODY = 256 * 1024
_BODY_TIMEOUT = 10.0

log = Log(__name__)


class Door:
    """Takes activities in: 2xx for what was taken, and a 4xx with a reason for everything that a stranger can send.

    503 says that Microsoft's keys cannot be fetched. A 500 would be a fault of ours, found in the log by its code.
    """

    def __init__(self, authentication: ChannelAuthentication | OpenDoor, bot: TeamsBot) -> None:
        self._authentication = authentication
        self._adapter = CloudAdapter(authentication)
        self._bot = bot

    async def receive(self, request: web.Request) -> web.Response:
        """The aiohttp handler; other methods than POST are for the router to refuse."""
        try:
            return await self._receive(request)
        except TurnedAway as reason:
            log.info("request_turned_away", status=reason.status, why=str(reason))
            return _turned_away(reason)
        except Exception as fault:
            code = log.fault("activity_failed", fault)
            return _json({"error": {"code": code, "message": "something went wrong"}}, status=500)

    async def _receive(self, request: web.Request) -> web.Response:
        if isinstance(self._authentication, OpenDoor) and not is_loopback(request.remote or ""):
            raise NotOurs("the demo answers only the machine it runs on")
        if request.content_type != "application/json":
            raise WrongContentType("the body must be application/json")
        header = request.headers.get("Authorization", "")
        await self._authentication.check_header(header)
        activity = activity_in(await _body_of(request))
        response = await self._adapter.process_activity(header, activity, self._bot.on_turn)
        if response is None:
            return web.Response(status=201)
        if response.body is None:
            return web.Response(status=int(response.status))
        return web.Response(status=int(response.status), body=response.body, content_type="application/json")


async def _body_of(request: web.Request) -> bytes:
    """At most `_LARGEST_BODY` bytes, counted after decompression."""
    if (request.content_length or 0) > _LARGEST_BODY:
        raise TooLarge("the body is too large")
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_TIMEOUT):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > _LARGEST_BODY:
                    raise TooLarge("the body is too large")
    except TimeoutError:
        raise TooSlow("the body did not arrive in time") from None
    except (web.RequestPayloadError, OSError):
        raise NotAnActivity("the body cannot be read") from None
    return bytes(body)


def _turned_away(reason: TurnedAway) -> web.Response:
    headers = {}
    if reason.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if reason.retry_after is not None:
        headers["Retry-After"] = str(reason.retry_after)
    error = {"code": type(reason).__name__, "message": str(reason)}
    return _json({"error": error}, status=reason.status, headers=headers)


def _json(document: object, *, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=status, headers=headers, body=orjson.dumps(document), content_type="application/json")
