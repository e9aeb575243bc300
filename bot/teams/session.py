"""The one pool of HTTP connections to Microsoft."""

from __future__ import annotations

import aiohttp

_LIMIT = 100
"""Connections open at a time, to all hosts together."""


class WebSession:
    """An aiohttp session that opens at its first use, inside the running loop, and keeps no cookies."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def get(self) -> aiohttp.ClientSession:
        """The open session; must be called inside a running event loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_LIMIT), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
