"""Every input of a stranger to the door in one table: what it is, the status that it must get, and why."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from tests.teams.fakes import APP_ID, FakeMicrosoft, persona

ANNA = persona("Anna")
JSON = {"Content-Type": "application/json"}
STRANGER = "00000000-0000-4000-8000-000000000000"
"""Another tenant."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One raw request."""

    method: str = "POST"
    body: bytes
    headers: Mapping[str, str]


Build = Callable[[FakeMicrosoft], Sent]


@dataclass(frozen=True)
class Row:
    """One input."""

    what: str
    build: Build
    status: int
    why: str


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


def action(**fields: Any) -> Build:
    """An invoke whose button holds this."""
    return invoke(value={"action": {"type": "Action.Execute", "verb": "x", **fields}})


def authorised(header: str | None) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        body = _json(microsoft.press("approve", {}, ANNA), ())
        return Sent(body=body, headers=JSON if header is None else {**JSON, "Authorization": header})

    return build


def token(**made: Any) -> Build:
    """A good activity with a token made like this."""
    return lambda microsoft: authorised(f"Bearer {microsoft.token(**made)}")(microsoft)


def method(name: str) -> Build:
    def build(microsoft: FakeMicrosoft) -> Sent:
        sent = invoke()(microsoft)
        return Sent(method=name, body=b"" if name == "GET" else sent.body, headers=sent.headers)

    return build


def zipped(body: bytes) -> Build:
    return signed(body, {**JSON, "Content-Encoding": "gzip"})


def _json(activity: Mapping[str, Any], without: tuple[str, ...]) -> bytes:
    return json.dumps({name: value for name, value in activity.items() if name not in without}).encode()


DEEP = b'{"type":"message","value":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BIG = b'{"type":' + b"9" * 100_000 + b"}"
HMAC_SECRET = "x" * 32

TAKEN = [
    Row("a message", message(), 201, "taken"),
    Row("a button", invoke(), 200, "the answer to a button is the response itself"),
    Row("type unknown", message(type="banana"), 201, "the protocol grows; what we don't know is nothing to us"),
    Row("scheme in lower case", lambda it: authorised(f"bearer {it.token()}")(it), 200, "RFC 9110: case says nothing"),
    Row("content type with charset", invoke(headers={"Content-Type": "Application/JSON; charset=utf-8"}), 200, "JSON"),
    Row("audience in a list", token(aud=[APP_ID]), 200, "RFC 7519 allows it"),
    Row("a mention that isn't one", message(entities=[{"type": "mention", "mentioned": 5, "text": []}]), 201, "unused"),
    Row("expectReplies", message(deliveryMode="expectReplies"), 201, "Teams never asks for it; answered as usual"),
    Row("null bytes in a text", message(text="\x00\x01"), 201, "control characters are taken out of texts"),
    Row("value of a message is a list", message(value=[1]), 201, "then the message is its text"),
    Row("a key twice", signed(b'{"type":"banana","type":5}'), 400, "the last one counts, as for everybody else"),
]
BODIES = [
    Row("unknown invoke", invoke(name="foo/bar"), 501, "not offered; Teams knows this status"),
    Row("invoke without a name", invoke("name"), 501, "not offered"),
    Row("invoke without value", invoke(value=None), 400, "no button of ours"),
    Row("invoke value is a string", invoke(value="x"), 400, "no button of ours"),
    Row("Action.Submit in an invoke", invoke(value={"action": {"type": "Action.Submit"}}), 400, "only Execute is sent"),
    Row("action is a string", invoke(value={"action": "x"}), 400, "no button of ours"),
    Row("verb is an object", action(verb={}), 400, "no button of ours"),
    Row("verb is missing", action(verb=None), 400, "no button of ours"),
    Row("data is a list", action(data=[1]), 400, "no button of ours"),
    Row("malformed JSON", signed(b'{"type": "message", '), 400, "not JSON"),
    Row("empty body", signed(b""), 400, "not JSON"),
    Row("JSON array", signed(b"[]"), 400, "an activity is an object"),
    Row("JSON string", signed(b'"x"'), 400, "an activity is an object"),
    Row("JSON null", signed(b"null"), 400, "an activity is an object"),
    Row("JSON number", signed(b"5"), 400, "an activity is an object"),
    Row("invalid UTF-8", signed(b'{"type":"\xff\xfe"}'), 400, "RFC 8259: JSON is UTF-8"),
    Row("a byte-order mark", signed(b"\xef\xbb\xbf{}"), 400, "RFC 8259: none may be added"),
    Row("UTF-16", signed('{"type":"x"}'.encode("utf-16")), 400, "RFC 8259: JSON is UTF-8"),
    Row("lone surrogate", signed(b'{"type":"\\ud800"}'), 400, "no character, and no database takes it"),
    Row("NaN", signed(b'{"type":NaN}'), 400, "not JSON"),
    Row("two objects", signed(b"{}{}"), 400, "not JSON"),
    Row("a number of 100,000 digits", signed(BIG), 400, "type is text"),
    Row("100,000 brackets", signed(DEEP), 400, "deeper than any activity"),
    Row("1.5 MiB", message(text="x" * 1_500_000), 413, "more than any activity of Teams"),
    Row("gzip that isn't", zipped(b"{}"), 400, "the body can't be read"),
    Row("gzip cut off", zipped(gzip.compress(b"[]" * 999)[:20]), 400, "the body can't be read"),
    Row("a bomb of gzip", zipped(gzip.compress(b"[" + b" " * 30_000_000 + b"]")), 413, "measured after unpacking"),
    Row("no content type", invoke(headers={}), 415, "not declared as JSON"),
    Row("text/plain", invoke(headers={"Content-Type": "text/plain"}), 415, "not declared as JSON"),
    Row("nonsense for a content type", invoke(headers={"Content-Type": ";;;"}), 415, "not declared as JSON"),
    Row("GET", method("GET"), 405, "activities are posted"),
    Row("PUT", method("PUT"), 405, "activities are posted"),
    Row("HEAD", method("HEAD"), 405, "activities are posted"),
    Row("DELETE", method("DELETE"), 405, "activities are posted"),
]
FIELDS = [
    Row("type missing", invoke("type"), 400, "required"),
    Row("type is a number", message(type=5), 400, "text is required"),
    Row("from is a string", message(**{"from": "x"}), 400, "an account is required"),
    Row("from has no id", message(**{"from": {"aadObjectId": "x"}}), 400, "nobody to answer"),
    Row("aadObjectId is a number", message(**{"from": {"id": "29:x", "aadObjectId": 5}}), 400, "an id is text"),
    Row("conversation missing", message("conversation"), 400, "nowhere to answer"),
    Row("recipient missing", message("recipient"), 400, "nobody to answer as"),
    Row("recipient is null", message(recipient=None), 400, "nobody to answer as"),
    Row("timestamp is a word", message(timestamp="yesterday"), 400, "a moment is required"),
    Row("timestamp is a number", message(timestamp=5), 400, "a moment is required"),
    Row("entities is an object", message(entities={"a": 1}), 400, "a list of objects is required"),
    Row("attachments of strings", message(attachments=["x"]), 400, "a list of objects is required"),
    Row("membersAdded of numbers", message(type="conversationUpdate", membersAdded=[1]), 400, "accounts are required"),
    Row("member id is an object", message(type="conversationUpdate", membersAdded=[{"id": {}}]), 400, "an id is text"),
    Row("channelData is a string", message(channelData="x"), 400, "an object is required"),
    Row("tenant is a string", message(channelData={"tenant": "x"}), 400, "an object is required"),
    Row("tenant id is a number", message(channelData={"tenant": {"id": 5}}), 400, "an id is text"),
    Row("text is an object", message(text={"a": 1}), 400, "text is required"),
    Row("serviceUrl missing", message("serviceUrl"), 400, "without it the token's own could not be compared"),
    Row("channelId missing", message("channelId"), 400, "without it the key's endorsement could not be checked"),
    Row("an id with a null byte", message(id="a\x00b"), 400, "ids are kept, and PostgreSQL takes no null byte"),
    Row("an account with a line break", message(**{"from": {"id": "29:\n"}}), 400, "an id is one line"),
    Row("a conversation without end", message(conversation={"id": "a:" + "x" * 5000}), 400, "a key of a table"),
    Row("a card's id without end", invoke(replyToId="x" * 5000), 400, "it becomes part of an address"),
]
TOKENS = [
    Row("no Authorization", authorised(None), 401, "nobody is let in without a token"),
    Row("Authorization is empty", authorised(""), 401, "no token"),
    Row("Basic", authorised("Basic abc"), 401, "no token"),
    Row("Bearer alone", authorised("Bearer"), 401, "no token"),
    Row("Bearer garbage", authorised("Bearer abc"), 401, "no token"),
    Row("Bearer a.b.c", authorised("Bearer a.b.c"), 401, "no token"),
    Row("not ASCII", authorised("Bearer ä.ö.ü"), 401, "no token"),
    Row("header nests deeply", authorised(f"Bearer {'W1tb' * 1900}.e30.e30"), 401, "no token"),
    Row(
        "header of 100 kB", authorised(f"Bearer {'x' * 100_000}"), 400, "no header is as long; the server stops reading"
    ),
    Row("no issuer", token(iss=None), 401, "not said to be of the Bot Framework"),
    Row("another issuer", token(iss="https://evil.example"), 401, "not of the Bot Framework"),
    Row("another audience", token(aud="other"), 401, "made for another bot"),
    Row("no audience", token(aud=None), 401, "made for nobody"),
    Row("expired 10 minutes ago", token(exp=-600), 401, "more than the five minutes that clocks may differ"),
    Row("no exp", token(exp=None), 401, "it would be good for ever"),
    Row("exp is a word", token(exp="soon"), 401, "no moment"),
    Row("exp is a list", token(exp=[1]), 401, "no moment"),
    Row("exp is endless", token(exp=float("inf")), 401, "no moment"),
    Row("nbf in 10 minutes", token(nbf=600), 401, "not valid yet"),
    Row("bad signature", token(signed_with="stranger"), 401, "forged"),
    Row("unknown kid", token(signed_with="stranger", headers={"kid": "stranger"}), 401, "no published key"),
    Row("no kid", token(headers={"kid": None}), 401, "no published key"),
    Row("kid is a number", authorised(f"Bearer {jwt.encode({}, HMAC_SECRET, headers={'a': 1})}"), 401, "no key"),
    Row("HS256 with the public key's id", token(algorithm="HS256", secret=HMAC_SECRET), 401, "algorithm confusion"),
    Row("alg none", token(algorithm="none"), 401, "not signed"),
    Row("RS512", token(algorithm="RS512"), 401, "Microsoft signs with RS256"),
    Row("crit header", token(headers={"crit": ["x"], "x": 1}), 401, "RFC 7515: what isn't understood is refused"),
    Row("no serviceurl", token(serviceurl=None), 401, "the bot's replies could be led elsewhere"),
    Row("serviceurl is an object", token(serviceurl={}), 401, "no address"),
    Row("another serviceUrl", message(serviceUrl="http://127.0.0.1:1/x/"), 401, "replies would be led elsewhere"),
    Row("another channel", message(channelId="webchat"), 403, "the bot speaks in Teams alone"),
    Row("another tenant", message(channelData={"tenant": {"id": STRANGER}}), 403, "another organisation's people"),
    Row(
        "no tenant",
        message(channelData={}, conversation={"id": "a:1", "conversationType": "personal"}),
        403,
        "an organisation that isn't named isn't ours",
    ),
]
ROWS = [*TAKEN, *BODIES, *FIELDS, *TOKENS]
