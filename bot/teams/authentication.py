"""Who may hand us an activity: the Bot Framework's token, this bot's id, one tenant.

`ChannelAuthentication` takes the SDK's own seam, so that everything above it is plain botbuilder. It differs from
the stock one in form, not in substance: nothing blocks, new signing keys work at once, and every fault has its status.
"""

from __future__ import annotations

import hashlib
import time
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.teams.errors import NotOurs, NoValidToken
from bot.teams.keys import SigningKeys

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"

_LEEWAY = 300
"""Seconds by which our clock and Microsoft's may differ (Bot Connector authentication)."""
_REMEMBERED_TOKENS = 1024


@dataclass(frozen=True, kw_only=True)
class CheckedToken:
    """A token whose signature, issuer, audience and times were found good."""

    claims: Mapping[str, Any]
    service_url: str
    expires_at: float
    endorsements: frozenset[str]


class _NoStockClient:
    """Stands where the SDK would build a client for each turn. Replies go out by `TeamsChannel`."""


class _NoStockClients(ConnectorFactory):
    async def create(self, service_url: str, audience: str | None = None) -> _NoStockClient:
        return _NoStockClient()


class _LeanAuthentication(BotFrameworkAuthentication):
    """What both doors share: the tenant check, and no stock client for any turn."""

    def __init__(self, *, tenant: str) -> None:
        if not tenant.strip():
            raise ValueError("a tenant id is required")
        self._tenant = tenant.strip().casefold()

    @abstractmethod
    async def check_header(self, header: str) -> None:
        """Check what can be checked before the body is read."""

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        raise NoValidToken("streaming is not offered")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return _NoStockClients()

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        return None

    def _check_tenant(self, activity: Activity) -> None:
        channel_tenant = (activity.channel_data or {}).get("tenant") or {}
        named = [tenant for tenant in (channel_tenant.get("id"), activity.conversation.tenant_id) if tenant]
        if not named or any(tenant.casefold() != self._tenant for tenant in named):
            raise NotOurs("the activity is of another tenant")

    def _admitted(self, claims: Mapping[str, Any], caller: str | None) -> AuthenticateRequestResult:
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), bool(claims))
        result.audience = ISSUER
        result.caller_id = caller
        result.connector_factory = _NoStockClients()
        return result


class ChannelAuthentication(_LeanAuthentication):
    """Lets in what the Bot Framework signed for this bot, about this service address, in the authority's tenant.

    Raises `NoValidToken` (401), `NotOurs` (403) or `KeysUnavailable` (503), and nothing else for what is sent.
    """

    def __init__(self, *, app_id: str, tenant: str, keys: SigningKeys) -> None:
        """Raises ValueError for an empty app id: without one the stock SDK would let everybody in."""
        super().__init__(tenant=tenant)
        if not app_id.strip():
            raise ValueError("an app id is required: without it nobody could be told from anybody")
        self._app_id = app_id.strip()
        self._keys = keys
        self._checked: OrderedDict[bytes, CheckedToken] = OrderedDict()

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Check token, service address, channel and tenant of one activity."""
        token = await self._checked_token(auth_header)
        if _without_slash(token.service_url) != _without_slash(activity.service_url):
            raise NoValidToken("the token is for another service address")
        if activity.channel_id != CHANNEL or CHANNEL not in token.endorsements:
            raise NotOurs("the activity is of another channel")
        self._check_tenant(activity)
        return self._admitted(token.claims, "urn:botframework:azure")

    async def check_header(self, header: str) -> None:
        """Check the token itself, so that a stranger's body need not be read."""
        await self._checked_token(header)

    async def _checked_token(self, header: str) -> CheckedToken:
        raw = _bearer(header)
        digest = hashlib.sha256(raw.encode("ascii")).digest()
        known = self._checked.get(digest)
        if known is not None and time.time() < known.expires_at:
            self._checked.move_to_end(digest)
            return known
        checked = await self._check(raw)
        self._checked[digest] = checked
        self._checked.move_to_end(digest)
        if len(self._checked) > _REMEMBERED_TOKENS:
            self._checked.popitem(last=False)
        return checked

    async def _check(self, raw: str) -> CheckedToken:
        key = await self._keys.find(_key_id(raw))
        if key is None:
            raise NoValidToken("the token's signing key is not published")
        try:
            claims = jwt.decode(
                raw,
                key.public_key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud", "serviceurl"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as fault:
            raise NoValidToken(f"the token is not valid: {type(fault).__name__}") from None
        return CheckedToken(
            claims=claims,
            service_url=str(claims["serviceurl"]),
            expires_at=float(claims["exp"]),
            endorsements=key.endorsements,
        )


class OpenDoor(_LeanAuthentication):
    """For the demo alone: checks no token, so it must only ever be asked by the machine it runs on.

    It has no app id and cannot be had by leaving one empty; the door that uses it refuses other machines.
    """

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Check channel and tenant of one activity."""
        if activity.channel_id != CHANNEL:
            raise NotOurs("the activity is of another channel")
        self._check_tenant(activity)
        return self._admitted({}, None)

    async def check_header(self, header: str) -> None:
        """Nothing: there is no token to check."""


def _bearer(header: str) -> str:
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise NoValidToken("a bearer token is required")
    return token


def _key_id(raw: str) -> str:
    try:
        header = jwt.get_unverified_header(raw)
    except (jwt.PyJWTError, ValueError):
        raise NoValidToken("the token cannot be read") from None
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise NoValidToken("the token names no signing key")
    return key_id


def _without_slash(url: str) -> str:
    return url.rstrip("/")
