"""What arrives at the door: everything that a stranger can send gets a fitting status, and none of it a 500."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.teams.fakes import APP_ID, FakeMicrosoft, persona
from tests.teams.trial import Trial, a_trial, run

ANNA = persona("Anna")
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One raw request."""

    method: str = "POST"
    body: bytes
    headers: Mapping[str, str]


Build = Callable[[FakeMicrosoft], Sent]


def signed(body: bytes, headers: Mapping[str, str] = JSON) -> Build:
    return lambda microsoft: Sent(body=body, headers={**headers, "Authorization": f"Bearer {microsoft.token()}"})


def message(*without: str, **fields: Any) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        return signed(_json({**microsoft.message("hello", ANNA), **fields}, without))(microsoft)

    return build


def invoke(*without: str, headers: Mapping[str, str] = JSON, **fields: Any) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        return signed(_json({**microsoft.press("approve", {"ref": 42}, ANNA), **fields}, without), headers)(microsoft)

    return build


def authorised(header: str | None) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        body = _json(microsoft.press("approve", {}, ANNA), ())
        return Sent(body=body, headers=JSON if header is None else {**JSON, "Authorization": header})

    return build


def with_token(make: Callable[[FakeMicrosoft], str]) -> Build:
    return lambda microsoft: authorised(f"Bearer {make(microsoft)}")(microsoft)


def with_method(method: str) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        sent = invoke()(microsoft)
        return Sent(method=method, body=b"" if method == "GET" else sent.body, headers=sent.headers)

    return build


def _json(activity: Mapping[str, Any], without: tuple[str, ...]) -> bytes:
    return json.dumps({name: value for name, value in activity.items() if name not in without}).encode()


DEEP = b'{"type":"message","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
HMAC_SECRET = "x" * 32

ROWS: list[tuple[str, Build, int]] = [
    ("valid message, valid auth", message(), 201),
    ("valid invoke (Action.Execute)", invoke(), 200),
    ("invoke, unknown name", invoke(name="foo/bar"), 501),
    ("invoke, no value", invoke(value=None), 400),
    ("invoke, value is a string", invoke(value="x"), 400),
    ("invoke, action type Submit", invoke(value={"action": {"type": "Action.Submit"}}), 400),
    ("invoke, action is a string", invoke(value={"action": "x"}), 400),
    ("no name, msteams", invoke("name"), 501),
    ("malformed JSON", signed(b'{"type": "message", '), 400),
    ("empty body", signed(b""), 400),
    ("JSON array", signed(b"[]"), 400),
    ("JSON string", signed(b'"x"'), 400),
    ("JSON null", signed(b"null"), 400),
    ("JSON number", signed(b"5"), 400),
    ("invalid utf-8", signed(b'{"type":"\xff\xfe"}'), 400),
    ("no content-type header", invoke(headers={}), 415),
    ("content-type text/plain", invoke(headers={"Content-Type": "text/plain"}), 415),
    ("missing type", invoke("type"), 400),
    ("type is a number", message(type=5), 400),
    ("type unknown", message(type="banana"), 201),
    ("from is a string", message(**{"from": "x"}), 400),
    ("conversation missing", message("conversation"), 400),
    ("recipient missing", message("recipient"), 400),
    ("timestamp bad", message(timestamp="yesterday"), 400),
    ("timestamp numeric", message(timestamp=5), 400),
    ("entities not list", message(entities={"a": 1}), 400),
    ("attachments list of str", message(attachments=["x"]), 400),
    ("channelData string", message(channelData="x"), 400),
    ("text is an object", message(text={"a": 1}), 400),
    ("serviceUrl missing", message("serviceUrl"), 400),
    ("serviceUrl differs from claim", message(serviceUrl="http://127.0.0.1:1/x/"), 401),
    ("channelId missing", message("channelId"), 400),
    ("channelId not endorsed", message(channelId="webchat"), 403),
    ("deep nested JSON (100k [)", signed(DEEP), 400),
    ("body 1.5 MiB", message(text="x" * 1_500_000), 413),
    ("no Authorization", authorised(None), 401),
    ("Authorization: empty", authorised(""), 401),
    ("Authorization: Basic abc", authorised("Basic abc"), 401),
    ("Authorization: Bearer", authorised("Bearer"), 401),
    ("Bearer garbage", authorised("Bearer abc"), 401),
    ("Bearer a.b.c", authorised("Bearer a.b.c"), 401),
    ("bearer lower-case, good token", lambda microsoft: authorised(f"bearer {microsoft.token()}")(microsoft), 200),
    ("token: no iss", with_token(lambda microsoft: microsoft.token(iss=None)), 401),
    ("token: wrong iss", with_token(lambda microsoft: microsoft.token(iss="https://evil.example")), 401),
    ("token: wrong aud", with_token(lambda microsoft: microsoft.token(aud="other")), 401),
    ("token: expired 10 min ago", with_token(lambda microsoft: microsoft.token(exp=-600)), 401),
    ("token: nbf in 10 min", with_token(lambda microsoft: microsoft.token(nbf=600)), 401),
    ("token: bad signature", with_token(lambda microsoft: microsoft.token(signed_with="stranger")), 401),
    (
        "token: unknown kid",
        with_token(lambda microsoft: microsoft.token(signed_with="stranger", headers={"kid": "stranger"})),
        401,
    ),
    ("token: no kid", with_token(lambda microsoft: microsoft.token(headers={"kid": None})), 401),
    (
        "token: HS256 alg confusion",
        with_token(lambda microsoft: microsoft.token(algorithm="HS256", secret=HMAC_SECRET)),
        401,
    ),
    ("token: alg none", with_token(lambda microsoft: microsoft.token(algorithm="none")), 401),
    ("token: RS512", with_token(lambda microsoft: microsoft.token(algorithm="RS512")), 401),
    ("token: no exp claim", with_token(lambda microsoft: microsoft.token(exp=None)), 401),
    ("token: serviceurl claim absent", with_token(lambda microsoft: microsoft.token(serviceurl=None)), 401),
    ("GET", with_method("GET"), 405),
    ("PUT", with_method("PUT"), 405),
]

MORE_ROWS: list[tuple[str, Build, int]] = [
    ("recipient is null", message(recipient=None), 400),
    ("from has no id", message(**{"from": {"aadObjectId": "x"}}), 400),
    ("aadObjectId is a number", message(**{"from": {"id": "29:x", "aadObjectId": 5}}), 400),
    ("membersAdded of numbers", message(type="conversationUpdate", membersAdded=[1]), 400),
    ("member id is an object", message(type="conversationUpdate", membersAdded=[{"id": {}}]), 400),
    ("tenant is a string", message(channelData={"tenant": "x"}), 400),
    ("tenant id is a number", message(channelData={"tenant": {"id": 5}}), 400),
    ("lone surrogate", signed(b'{"type":"\\ud800"}'), 400),
    ("NaN", signed(b'{"type":NaN}'), 400),
    ("mention that is not one", message(entities=[{"type": "mention", "mentioned": 5, "text": []}]), 201),
    ("expectReplies, which Teams never asks", message(deliveryMode="expectReplies"), 201),
    ("a trace of null bytes", message(text="\x00\x01"), 201),
    ("value of a message is a list", message(value=[1]), 201),
    ("verb is an object", invoke(value={"action": {"type": "Action.Execute", "verb": {}}}), 400),
    (
        "data is a list",
        invoke(value={"action": {"type": "Action.Execute", "verb": "x", "data": [1]}}),
        400,
    ),
    ("content-type is nonsense", invoke(headers={"Content-Type": ";;;"}), 415),
    ("content-type with charset", invoke(headers={"Content-Type": "Application/JSON; charset=utf-8"}), 200),
    ("body says gzip and is not", signed(b"{}", {**JSON, "Content-Encoding": "gzip"}), 400),
    (
        "a bomb of gzip",
        signed(gzip.compress(b"[" + b" " * 30_000_000 + b"]"), {**JSON, "Content-Encoding": "gzip"}),
        413,
    ),
    ("token: not ASCII", authorised("Bearer ä.ö.ü"), 401),
    ("token: header nests deeply", authorised(f"Bearer {'W1tb' * 1900}.e30.e30"), 401),
    ("token: crit header", with_token(lambda microsoft: microsoft.token(headers={"crit": ["x"], "x": 1})), 401),
    ("token: kid is a number", authorised(f"Bearer {jwt.encode({}, HMAC_SECRET, headers={'a': 1})}"), 401),
    ("token: exp is a word", with_token(lambda microsoft: microsoft.token(exp="soon")), 401),
    ("token: exp is a list", with_token(lambda microsoft: microsoft.token(exp=[1])), 401),
    ("token: exp is endless", with_token(lambda microsoft: microsoft.token(exp=float("inf"))), 401),
    ("token: serviceurl is an object", with_token(lambda microsoft: microsoft.token(serviceurl={})), 401),
    ("body is cut off gzip", signed(gzip.compress(b"[]" * 999)[:20], {**JSON, "Content-Encoding": "gzip"}), 400),
    ("token: audience in a list", with_token(lambda microsoft: microsoft.token(aud=[APP_ID])), 200),
    ("HEAD", with_method("HEAD"), 405),
    ("DELETE", with_method("DELETE"), 405),
]


async def _status(trial: Trial, sent: Sent) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.request(
            sent.method, trial.url, data=io.BytesIO(sent.body), headers=sent.headers, skip_auto_headers=["Content-Type"]
        ) as response,
    ):
        await response.read()
        return response.status


@pytest.mark.parametrize(
    ("build", "status"), [pytest.param(build, status, id=what) for what, build, status in [*ROWS, *MORE_ROWS]]
)
def test_every_input_gets_its_status(build: Build, status: int) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            assert await _status(trial, build(trial.microsoft)) == status

    run(story())


def test_a_refused_request_never_reaches_the_use_cases() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for _, build, status in ROWS:
                if status >= 400:
                    await _status(trial, build(trial.microsoft))
            assert trial.converse.turns == []
            assert trial.microsoft.calls == []

    run(story())


def test_a_refusal_says_why_without_quoting_the_sender() -> None:
    async def story() -> None:
        async with a_trial() as trial:
            answer = await trial.tell(trial.microsoft.message("hello", ANNA), token="secret-token")
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert "secret-token" not in json.dumps(answer.body)

    run(story())


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.door._BODY_TIMEOUT", 0.1)

    async def story() -> None:
        async with a_trial() as trial:
            host, port = trial.url.split("/")[2].split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            head = (
                "POST /api/messages HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {trial.microsoft.token()}\r\nContent-Length: 100\r\n\r\n{{"
            )
            writer.write(head.encode())
            status_line = await asyncio.wait_for(reader.readline(), 5)
            assert b" 408 " in status_line
            writer.close()
            await writer.wait_closed()

    run(story())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
field_names = st.sampled_from(
    ["type", "id", "name", "text", "from", "conversation", "recipient", "entities", "attachments", "channelData"]
    + ["value", "timestamp", "serviceUrl", "channelId", "replyToId", "action", "membersAdded", "deliveryMode"]
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.dictionaries(field_names, json_values, max_size=4), min_size=20, max_size=30))
def test_no_value_of_any_field_makes_a_500(changes: list[dict[str, Any]]) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for change in changes:
                for activity in (trial.microsoft.message("x", ANNA), trial.microsoft.press("x", {}, ANNA)):
                    answer = await trial.tell({**activity, **change})
                    assert answer.status != 500

    run(story())


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tokens=st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60), min_size=20))
def test_no_token_makes_a_500(tokens: list[str]) -> None:
    async def story() -> None:
        async with a_trial() as trial:
            for token in tokens:
                header = trial.microsoft.token().split(".")[0]
                for made in (token, f"{header}.{token}.x", f"{token}.{token}.{token}"):
                    answer = await trial.tell(trial.microsoft.message("x", ANNA), token=made or "x")
                    assert answer.status == 401

    run(story())
