"""Microsoft as the bot sees it, on one loopback port: OpenID document, signing keys, Bot Connector.

    async with FakeMicrosoft() as microsoft:
        anna = persona("Anna")
        answer = await microsoft.post(bot_url, microsoft.message("tray", anna))
        assert microsoft.chat(anna)[-1]["text"] == "Your tray is empty."

It knows nothing of the bot's insides, so it tests whatever speaks the same protocol.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson
from aiohttp import web

from tests.teams.signing import ISSUER, published_key, signed

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT = "99999999-8888-4777-8666-555555555555"
BOT_ACCOUNT = f"28:{APP_ID}"


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody with a Teams account."""

    name: str
    object_id: str

    @property
    def account(self) -> str:
        """The channel account."""
        return f"29:{self.object_id}"

    @property
    def conversation(self) -> str:
        """The personal chat with the bot."""
        return f"a:{self.object_id}"


def persona(name: str) -> Persona:
    """The same name is the same person, always."""
    return Persona(name=name, object_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, name)))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that the bot made of the connector."""

    method: str
    conversation: str
    message: str
    """The id of the message in the path of an update, else empty."""
    body: Mapping[str, Any]
    authorization: str
    request_id: str
    status: int
    """What was answered; 0 where the connection was dropped."""


@dataclass(frozen=True, kw_only=True)
class Misbehaviour:
    """What the connector does instead of answering well, once."""

    status: int = 0
    """0: answers well, after `delay` and unless `drops`."""
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    delay: float = 0.0
    drops: bool = False
    """Takes the message, then closes the connection without an answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the bot answered to an activity."""

    status: int
    body: Any
    headers: Mapping[str, str]


class FakeMicrosoft:
    """Serves keys and connector, and speaks to the bot as the Bot Framework does."""

    def __init__(self, *, app_id: str = APP_ID, tenant: str = TENANT) -> None:
        self.app_id = app_id
        self.tenant = tenant
        self.calls: list[Call] = []
        """Everything asked of the connector, in order."""
        self.key_fetches = 0
        self.keys_down = False
        self.keys_delay = 0.0
        self.key_id = "key-1"
        self.endorsements = ["msteams"]
        self._misbehaviours: deque[Misbehaviour] = deque()
        self._chats: dict[str, dict[str, dict[str, Any]]] = {}
        self._numbers = iter(range(1, 1_000_000_000))
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=1024 * 1024)
        application.router.add_get("/openid", self._openid)
        application.router.add_get("/keys", self._keys)
        application.router.add_post("/teams/v3/conversations", self._create)
        application.router.add_post("/teams/v3/conversations/{conversation}/activities", self._send)
        application.router.add_put("/teams/v3/conversations/{conversation}/activities/{message}", self._update)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.openid_url = f"{self.url}/openid"
        self.service_url = f"{self.url}/teams/"
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()
        await self._runner.cleanup()

    def chat(self, person: Persona) -> list[dict[str, Any]]:
        """What stands in a person's chat with the bot now, oldest first, updates applied."""
        return list(self._chats.get(person.conversation, {}).values())

    def misbehave(self, *misbehaviours: Misbehaviour) -> None:
        """Do these instead of the next answers of the connector, one each."""
        self._misbehaviours.extend(misbehaviours)

    def rotate_keys(self) -> None:
        """Sign with a new key from now on, and publish it alone."""
        self.key_id = f"key-{next(self._numbers) + 1}"

    async def called(self, count: int, *, within: float = 5.0) -> None:
        """Wait until the connector was called that often."""
        async with asyncio.timeout(within):
            while len(self.calls) < count:
                self._news.clear()
                await self._news.wait()

    async def post(self, bot_url: str, activity: Any, *, token: str | None = None) -> Answer:
        """Deliver an activity, signed unless another token is given; an empty token sends no header."""
        held = self.token() if token is None else token
        headers = {"Authorization": f"Bearer {held}"} if held else {}
        async with self._client.post(bot_url, json=activity, headers=headers) as response:
            raw = await response.read()
            return Answer(
                status=response.status, body=orjson.loads(raw) if raw else None, headers=dict(response.headers)
            )

    def token(
        self,
        *,
        signed_with: str | None = None,
        headers: Mapping[str, Any] | None = None,
        algorithm: str = "RS256",
        secret: str | None = None,
        **claims: Any,
    ) -> str:
        """A token of the Bot Framework; claims given as None are left out, `exp` and `nbf` are seconds from now."""
        now = int(time.time())
        moments = {
            name: now + value if isinstance(value, int) else value
            for name, value in {"nbf": -60, "exp": 3600, **claims}.items()
            if name in ("nbf", "exp")
        }
        return signed(
            {"iss": ISSUER, "aud": self.app_id, "serviceurl": self.service_url, **claims, **moments},
            key=signed_with or self.key_id,
            algorithm=algorithm,
            secret=secret,
            headers={"kid": self.key_id, **(headers or {})},
        )

    def message(self, text: str, person: Persona, **fields: Any) -> dict[str, Any]:
        """A line that a person wrote to the bot."""
        return {**self._activity("message", person), "text": text, "textFormat": "plain", **fields}

    def press(
        self,
        verb: str,
        data: Mapping[str, Any],
        person: Persona,
        *,
        card: str | None = None,
        submit: bool = False,
        **fields: Any,
    ) -> dict[str, Any]:
        """A button of the card with that message id: as Action.Execute, or as older clients do (Action.Submit)."""
        if submit:
            activity = {**self._activity("message", person), "value": {"verb": verb, **data}}
        else:
            action = {"type": "Action.Execute", "id": "button", "verb": verb, "data": {"verb": verb, **data}}
            value = {"action": action, "trigger": "manual"}
            activity = {**self._activity("invoke", person), "name": "adaptiveCard/action", "value": value}
        if card is not None:
            activity["replyToId"] = card
        return {**activity, **fields}

    def installed(self, person: Persona, *, action: str = "add", **fields: Any) -> dict[str, Any]:
        """The app was added for a person, or with `action="remove"` taken away."""
        return {**self._activity("installationUpdate", person), "action": action, **fields}

    def bot_added(self, person: Persona, **fields: Any) -> dict[str, Any]:
        """The bot came into a conversation."""
        members = [{"id": BOT_ACCOUNT if self.app_id == APP_ID else f"28:{self.app_id}"}]
        return {**self._activity("conversationUpdate", person), "membersAdded": members, **fields}

    def in_a_group(self, activity: Mapping[str, Any]) -> dict[str, Any]:
        """The same, said in a group chat."""
        conversation = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}
        return {**activity, "conversation": {**conversation, "tenantId": self.tenant}}

    def _activity(self, kind: str, person: Persona) -> dict[str, Any]:
        return {
            "type": kind,
            "id": f"incoming-{next(self._numbers)}",
            "timestamp": "2026-11-02T09:30:00.1234567Z",
            "localTimestamp": "2026-11-02T09:30:00.1234567+00:00",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": person.account, "name": person.name, "aadObjectId": person.object_id},
            "conversation": {"id": person.conversation, "conversationType": "personal", "tenantId": self.tenant},
            "recipient": {"id": f"28:{self.app_id}", "name": "Positive Challenge"},
            "entities": [{"type": "clientInfo", "locale": "en-GB", "platform": "Windows"}],
            "channelData": {"tenant": {"id": self.tenant}},
        }

    async def _openid(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.keys_delay)
        if self.keys_down:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        self.key_fetches += 1
        return web.json_response({"keys": [published_key(self.key_id, self.endorsements)]})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        person = Persona(name="", object_id=str(asked["members"][0]["id"]).removeprefix("29:"))
        return await self._answer(request, asked, person.conversation, person.conversation, "")

    async def _send(self, request: web.Request) -> web.Response:
        conversation = request.match_info["conversation"]
        activity = await request.json()
        return await self._answer(request, activity, conversation, f"message-{next(self._numbers)}", "")

    async def _update(self, request: web.Request) -> web.Response:
        conversation, message = request.match_info["conversation"], request.match_info["message"]
        if message not in self._chats.get(conversation, {}) and not self._misbehaviours:
            self.misbehave(Misbehaviour(status=404, code="ActivityNotFoundInConversation"))
        return await self._answer(request, await request.json(), conversation, message, message)

    async def _answer(
        self, request: web.Request, body: Mapping[str, Any], conversation: str, answered_id: str, message: str
    ) -> web.Response:
        how = self._misbehaviours.popleft() if self._misbehaviours else Misbehaviour()
        await asyncio.sleep(how.delay)
        good = 201 if request.method == "POST" else 200
        status = 0 if how.drops else how.status or good
        if status in (0, good) and body.get("type") == "message":
            self._chats.setdefault(conversation, {})[answered_id] = {**body, "id": answered_id}
        self.calls.append(
            Call(
                method=request.method,
                conversation=conversation,
                message=message,
                body=body,
                authorization=request.headers.get("Authorization", ""),
                request_id=request.headers.get("x-ms-client-request-id", ""),
                status=status,
            )
        )
        self._news.set()
        if how.drops:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status == good:
            return web.json_response({"id": answered_id}, status=good)
        text = (
            how.body if how.body is not None else orjson.dumps({"error": {"code": how.code, "message": "no"}}).decode()
        )
        return web.Response(status=status, headers=how.headers, text=text, content_type="application/json")
