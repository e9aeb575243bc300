"""The bot's own token for the Bot Connector: fetched by MSAL off the event loop, and kept."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msal
import requests

from bot.telemetry.logs import Log

RESOURCE = "https://api.botframework.com"

Acquire = Callable[[], Mapping[str, Any]]
"""Fetches one token, blocking; answers as MSAL does (`access_token` and `expires_in`, or `error`)."""

_EARLY = 5 * 60.0
_PAUSE_AFTER_FAILURE = 10.0
_LOGIN_TIMEOUT = 10
_PATIENCE = 30.0

log = Log(__name__)


class TokenUnavailable(Exception):
    """No token could be had; the reason is in the log."""


@dataclass(frozen=True, kw_only=True)
class _Held:
    token: str
    fetched_at: float
    expires_at: float


class TokenSource:
    """Gives the current token: one fetch at a time, renewed five minutes before it expires."""

    def __init__(self, acquire: Acquire, *, now: Callable[[], float] = time.time) -> None:
        """`now` is in seconds since the epoch."""
        self._acquire = acquire
        self._now = now
        self._held: _Held | None = None
        self._failed_at: float | None = None
        self._fetching = asyncio.Lock()

    async def get(self) -> str:
        """A token that is valid now. Raises `TokenUnavailable`."""
        if not self._is_due():
            return self._usable()
        if self._fetching.locked() and self._is_usable():
            return self._usable()
        async with self._fetching:
            if self._is_due():
                await self._renew()
            return self._usable()

    def distrust(self, token: str) -> None:
        """Forget a token that the other side refused, unless it is younger than a minute or no longer in use."""
        held = self._held
        if held is not None and held.token == token and self._now() - held.fetched_at > 60.0:
            self._held = None

    def _is_due(self) -> bool:
        if self._failed_at is not None and self._now() - self._failed_at < _PAUSE_AFTER_FAILURE:
            return False
        return self._held is None or self._now() >= self._held.expires_at - _EARLY

    def _is_usable(self) -> bool:
        return self._held is not None and self._now() < self._held.expires_at

    def _usable(self) -> str:
        if self._held is None or not self._is_usable():
            raise TokenUnavailable("no token for the Bot Connector")
        return self._held.token

    async def _renew(self) -> None:
        asked_at = self._now()
        try:
            answer = await asyncio.wait_for(asyncio.to_thread(self._acquire), _PATIENCE)
            self._held = _Held(
                token=str(answer["access_token"]),
                fetched_at=asked_at,
                expires_at=asked_at + float(answer.get("expires_in", 0)),
            )
            self._failed_at = None
        except Exception as problem:
            # MSAL passes on whatever its HTTP client and its parsers raise; none of it may reach a turn.
            self._failed_at = self._now()
            log.error("no_token", fault=type(problem).__name__)


def by_secret(app_id: str, tenant: str, secret: str) -> Acquire:
    """Single tenant, with a client secret."""
    return functools.partial(_as_client, app_id, tenant, secret)


def by_certificate(app_id: str, tenant: str, pem: str) -> Acquire:
    """Single tenant, with a certificate: `pem` holds the private key and the certificate."""
    return functools.partial(_as_client, app_id, tenant, {"private_key": pem, "public_certificate": pem})


def by_managed_identity(client_id: str) -> Acquire:
    """The user-assigned managed identity of the machine that the bot runs on."""
    return functools.partial(_as_managed_identity, client_id)


def _as_client(app_id: str, tenant: str, credential: str | Mapping[str, str]) -> Mapping[str, Any]:
    # Built anew each time: MSAL's own cache would hand out again a token that was refused.
    application = msal.ConfidentialClientApplication(
        app_id,
        client_credential=credential,
        authority=f"https://login.microsoftonline.com/{tenant}",
        timeout=_LOGIN_TIMEOUT,
    )
    return _answer(application.acquire_token_for_client(scopes=[f"{RESOURCE}/.default"]))


def _as_managed_identity(client_id: str) -> Mapping[str, Any]:
    with requests.Session() as session:
        session.request = functools.partial(session.request, timeout=_LOGIN_TIMEOUT)  # type: ignore[method-assign]
        identity = msal.UserAssignedManagedIdentity(client_id=client_id)
        client = msal.ManagedIdentityClient(identity, http_client=session)
        return _answer(client.acquire_token_for_client(resource=RESOURCE))


def _answer(result: Mapping[str, Any]) -> Mapping[str, Any]:
    if "access_token" not in result:
        log.error("token_refused", why=f"{result.get('error')} {result.get('error_codes', '')}")
    return result
