"""The keys with which the Bot Framework signs its tokens: fetched without blocking, renewed when they change."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from bot.teams.errors import KeysUnavailable
from bot.teams.session import WebSession
from bot.telemetry.logs import Log

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where the public cloud says where its keys are."""

_MAX_AGE = 24 * 60 * 60.0
_RENEWALS_PER_MINUTE = 10
"""Unknown key ids cost nothing to invent, so what they can make us fetch is limited."""
_TIMEOUT = aiohttp.ClientTimeout(total=5)

log = Log(__name__)


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """One public key, and the channels whose activities may be signed with it."""

    public_key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The published keys by their id.

    An unknown id fetches them anew at once, so a rollover needs no restart. At 24 hours they are renewed
    beside the traffic. Keys once fetched stay in use while a renewal fails.
    """

    def __init__(
        self, session: WebSession, openid_url: str = OPENID_URL, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._openid_url = openid_url
        self._monotonic = monotonic
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = 0.0
        self._recent: deque[float] = deque(maxlen=_RENEWALS_PER_MINUTE)
        self._renewal: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> SigningKey | None:
        """The key of that id, or None when it is not published.

        Raises `KeysUnavailable` when no keys could be fetched at all.
        """
        if key_id not in self._keys:
            renewal = self._renew_if_allowed()
            if renewal is not None:
                await asyncio.shield(renewal)
        elif self._monotonic() - self._fetched_at >= _MAX_AGE:
            self._renew_if_allowed()
        if not self._keys:
            raise KeysUnavailable("signing keys cannot be fetched")
        return self._keys.get(key_id)

    async def close(self) -> None:
        """Give up a renewal that is under way."""
        if self._renewal is not None and not self._renewal.done():
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)

    def _renew_if_allowed(self) -> asyncio.Task[None] | None:
        """The renewal under way, or a new one unless there were too many in the last minute."""
        if self._renewal is not None and not self._renewal.done():
            return self._renewal
        now = self._monotonic()
        if len(self._recent) == _RENEWALS_PER_MINUTE and now - self._recent[0] < 60.0:
            return None
        self._recent.append(now)
        self._renewal = asyncio.create_task(self._renew())
        return self._renewal

    async def _renew(self) -> None:
        try:
            metadata = await self._fetch(self._openid_url)
            published = await self._fetch(str(metadata["jwks_uri"]))
            keys = _keys_in(published)
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError) as problem:
            log.warning("signing_keys_not_fetched", fault=type(problem).__name__)
            return
        self._keys = keys
        self._fetched_at = self._monotonic()

    async def _fetch(self, url: str) -> Mapping[str, Any]:
        async with self._session.get().get(url, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            document = orjson.loads(await response.read())
        if not isinstance(document, dict):
            raise TypeError("a JSON object was expected")
        return document


def _keys_in(published: Mapping[str, Any]) -> dict[str, SigningKey]:
    """Raises ValueError when not one usable key is in the document."""
    found: dict[str, SigningKey] = {}
    for entry in published["keys"]:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            key = RSAAlgorithm.from_jwk(entry)
        except (jwt.PyJWTError, ValueError):
            continue
        if isinstance(key, RSAPublicKey):
            endorsements = entry.get("endorsements") or []
            found[entry["kid"]] = SigningKey(public_key=key, endorsements=frozenset(map(str, endorsements)))
    if not found:
        raise ValueError("no RSA key is published")
    return found
