"""A thin client of the Bot Connector REST API: send, update, create a conversation.

The SDK's client blocks threads, retries nothing and serialises slowly; this one is a dict, orjson and aiohttp.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from bot.teams.outcomes import code_in, failure_of, id_in, seconds_in
from bot.teams.session import WebSession
from bot.teams.tokens import TokenSource, TokenUnavailable
from bot.usecases.ports import OutcomeUnknown, TryAgain, Undeliverable

_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5, sock_connect=5)
_HOST = "smba.trafficmanager.net"
_DOMAINS = (".teams.microsoft.com", ".botframework.com", ".teams.microsoft.us", ".botframework.azure.us")


class Connector:
    """Sends as the bot. Raises `Undeliverable`, `TryAgain` or `OutcomeUnknown`, and nothing else.

    The bot's token goes only to Microsoft's own service hosts, whatever address was stored; `loopback` adds the
    machine itself, for the demo and the tests. `tokens` is None where nobody asks for one (the demo).
    """

    def __init__(self, session: WebSession, tokens: TokenSource | None, *, loopback: bool = False) -> None:
        self._session = session
        self._tokens = tokens
        self._loopback = loopback

    async def send(
        self, service_url: str, conversation: str, activity: Mapping[str, Any], *, request_id: str | None = None
    ) -> str:
        """Send one activity and return its id. `request_id` travels as a header for Microsoft's support."""
        path = f"v3/conversations/{_quoted(conversation)}/activities"
        return await self._call("POST", service_url, path, activity, request_id)

    async def update(
        self,
        service_url: str,
        conversation: str,
        message: str,
        activity: Mapping[str, Any],
        *,
        request_id: str | None = None,
    ) -> str:
        """Put an activity in the place of an earlier one. Raises `MessageGone` when that is not there."""
        path = f"v3/conversations/{_quoted(conversation)}/activities/{_quoted(message)}"
        return await self._call("PUT", service_url, path, activity, request_id) or message

    async def create_conversation(self, service_url: str, parameters: Mapping[str, Any]) -> str:
        """Open a personal chat, or find the one that exists, and return its id."""
        return await self._call("POST", service_url, "v3/conversations", parameters, None)

    async def _call(
        self, method: str, service_url: str, path: str, body: Mapping[str, Any], request_id: str | None
    ) -> str:
        base = str(service_address(service_url, loopback=self._loopback)).rstrip("/")
        target = URL(f"{base}/{path}", encoded=True)
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        if request_id:
            headers["x-ms-client-request-id"] = request_id
        payload = orjson.dumps(body)
        status, answer, retry_after = await self._with_token(method, target, payload, headers)
        if 200 <= status < 300:
            return id_in(answer)
        raise failure_of(status, code_in(answer), retry_after=seconds_in(retry_after), updating=method == "PUT")

    async def _with_token(
        self, method: str, target: URL, payload: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, str | None]:
        if self._tokens is None:
            return await self._request(method, target, payload, headers)
        token = await self._token(self._tokens)
        answered = await self._request(method, target, payload, {**headers, "Authorization": f"Bearer {token}"})
        if answered[0] != 401:
            return answered
        self._tokens.distrust(token)
        fresh = await self._token(self._tokens)
        if fresh == token:
            return answered
        return await self._request(method, target, payload, {**headers, "Authorization": f"Bearer {fresh}"})

    async def _token(self, tokens: TokenSource) -> str:
        try:
            return await tokens.get()
        except TokenUnavailable as problem:
            raise TryAgain(str(problem)) from None

    async def _request(
        self, method: str, target: URL, payload: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes, str | None]:
        request = self._session.get().request(
            method, target, data=payload, headers=headers, timeout=_TIMEOUT, allow_redirects=False
        )
        try:
            async with request as response:
                return response.status, await _answer_of(response), response.headers.get("Retry-After")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
            raise TryAgain(type(problem).__name__) from None
        except (aiohttp.ClientError, OSError) as problem:
            raise OutcomeUnknown(type(problem).__name__) from None


def service_address(service_url: str, *, loopback: bool = False) -> URL:
    """The address of a service as a URL. Raises `Undeliverable` unless it is one that may see the bot's token."""
    try:
        url = URL(service_url.rstrip("/"))
        port = url.port
    except ValueError:
        raise Undeliverable("the service address cannot be read") from None
    host = (url.host or "").lower()
    if url.user or url.password or url.query_string or url.fragment:
        raise Undeliverable("the service address is not allowed")
    if loopback and url.scheme == "http" and is_loopback(host):
        return url
    if url.scheme == "https" and port == 443 and (host == _HOST or host.endswith(_DOMAINS)):
        return url
    raise Undeliverable("the service address is not allowed")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _quoted(part: str) -> str:
    return quote(part, safe="")


async def _answer_of(response: aiohttp.ClientResponse) -> bytes:
    """The body, which only tells an id or a code: the status has already decided what happened."""
    try:
        return await response.read()
    except (aiohttp.ClientError, OSError):
        return b""
