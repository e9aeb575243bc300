"""A Microsoft that costs little: it signs and publishes keys as in the tests, and takes every message."""

from __future__ import annotations

import asyncio
from itertools import count

from aiohttp import web

from tests.teams.fakes import FakeMicrosoft


class LightMicrosoft(FakeMicrosoft):
    """Keeps no messages, knows every message that is to be updated, and answers after `latency` seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.latency = 0.0
        self.taken = 0
        self._ids = count(1)

    async def _send(self, request: web.Request) -> web.Response:
        return await self._take(request, f"message-{next(self._ids)}", 201)

    async def _update(self, request: web.Request) -> web.Response:
        return await self._take(request, request.match_info["message"], 200)

    async def _take(self, request: web.Request, message: str, status: int) -> web.Response:
        await request.read()
        if self.latency:
            await asyncio.sleep(self.latency)
        self.taken += 1
        return web.Response(status=status, text=f'{{"id":"{message}"}}', content_type="application/json")
