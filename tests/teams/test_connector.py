"""What an answer of the Bot Connector means, and to whom the bot's token may be shown."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from bot.teams.connector import Connector, service_address
from bot.teams.outcomes import MessageGone, seconds_in
from bot.teams.session import WebSession
from bot.teams.tokens import TokenSource
from bot.usecases.ports import NotDelivered, OutcomeUnknown, TryAgain, Undeliverable
from tests.teams.fakes import FakeMicrosoft, Misbehaviour
from tests.teams.trial import run

WORDS = {"type": "message", "text": "hello"}


@asynccontextmanager
async def a_connector(tokens: TokenSource | None = None) -> AsyncIterator[tuple[FakeMicrosoft, Connector]]:
    session = WebSession()
    async with FakeMicrosoft() as microsoft:
        try:
            yield microsoft, Connector(session, tokens, loopback=True)
        finally:
            await session.close()


async def _failure(microsoft: FakeMicrosoft, connector: Connector, *, updating: bool = False) -> NotDelivered:
    where = (microsoft.service_url, "a:1")
    call = connector.update(*where, "m", WORDS) if updating else connector.send(*where, WORDS)
    with pytest.raises(NotDelivered) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "kind", "dead"),
    [
        (400, "BadArgument", Undeliverable, False),
        (401, "BotNotRegistered", Undeliverable, False),
        (403, "ConversationBlockedByUser", Undeliverable, True),
        (403, "", Undeliverable, True),
        (404, "ConversationNotFound", Undeliverable, True),
        (413, "MessageSizeTooBig", Undeliverable, False),
        (302, "", Undeliverable, False),
        (412, "PreconditionFailed", TryAgain, False),
        (429, "Throttled", TryAgain, False),
        (502, "", TryAgain, False),
        (503, "", TryAgain, False),
        (504, "", TryAgain, False),
        (500, "ServiceError", OutcomeUnknown, False),
    ],
)
def test_each_status_has_its_outcome(status: int, code: str, kind: type[NotDelivered], dead: bool) -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            microsoft.misbehave(Misbehaviour(status=status, code=code))
            failure = await _failure(microsoft, connector)
            assert type(failure) is kind
            assert str(failure) == f"{status} {code}".strip()
            assert getattr(failure, "address_is_dead", False) is dead
            assert len(microsoft.calls) == 1

    run(story())


def test_throttling_says_for_how_long() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            microsoft.misbehave(Misbehaviour(status=429, headers={"Retry-After": "7"}))
            failure = await _failure(microsoft, connector)
            assert isinstance(failure, TryAgain)
            assert failure.after == 7.0

    run(story())


def test_retry_after_may_be_a_date_and_is_never_long_or_nonsense() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < (seconds_in(soon) or 0) <= 30
    assert [seconds_in(text) for text in (None, "", "soon", "nan", "-5", "1e9")] == [None, None, None, None, 0, 3600]


def test_a_page_of_html_instead_of_json_is_an_outcome_too() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            microsoft.misbehave(Misbehaviour(status=502, body="<html>"), Misbehaviour(status=403, body="[1]"))
            assert isinstance(await _failure(microsoft, connector), TryAgain)
            assert isinstance(await _failure(microsoft, connector), Undeliverable)

    run(story())


def test_the_words_of_an_error_are_not_passed_on() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            quoting = '{"error": {"code": "Bad text: Jane", "message": "Jane Doe is too long"}}'
            microsoft.misbehave(Misbehaviour(status=400, body=quoting))
            assert str(await _failure(microsoft, connector)) == "400"

    run(story())


def test_a_connection_lost_after_sending_leaves_the_outcome_unknown() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            microsoft.misbehave(Misbehaviour(drops=True))
            assert isinstance(await _failure(microsoft, connector), OutcomeUnknown)

    run(story())


def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.connector._TIMEOUT", aiohttp.ClientTimeout(total=0.1))

    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            microsoft.misbehave(Misbehaviour(delay=0.3))
            assert isinstance(await _failure(microsoft, connector), OutcomeUnknown)
            await microsoft.called(1)

    run(story())


def test_a_refused_connection_can_be_tried_again() -> None:
    async def story() -> None:
        session = WebSession()
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        with pytest.raises(TryAgain):
            await Connector(session, None, loopback=True).send(f"http://127.0.0.1:{port}/", "a:1", WORDS)
        await session.close()

    run(story())


def test_without_a_token_nothing_is_sent_and_it_can_be_tried_again() -> None:
    async def story() -> None:
        async with a_connector(TokenSource(lambda: {"error": "invalid_client"})) as (microsoft, connector):
            assert isinstance(await _failure(microsoft, connector), TryAgain)
            assert microsoft.calls == []

    run(story())


def test_a_refused_token_is_replaced_once() -> None:
    async def story() -> None:
        moment = [0.0]
        numbers = iter(range(1, 9))
        tokens = TokenSource(
            lambda: {"access_token": f"token-{next(numbers)}", "expires_in": 3600}, now=lambda: moment[0]
        )
        async with a_connector(tokens) as (microsoft, connector):
            await connector.send(microsoft.service_url, "a:1", WORDS)
            moment[0] = 100
            microsoft.misbehave(Misbehaviour(status=401))
            await connector.send(microsoft.service_url, "a:1", WORDS)
            shown = [call.authorization for call in microsoft.calls]
            assert shown == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
            microsoft.misbehave(Misbehaviour(status=401))
            assert isinstance(await _failure(microsoft, connector), Undeliverable)
            assert len(microsoft.calls) == 4

    run(story())


def test_a_message_that_is_gone_differs_from_a_chat_that_is_gone() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            assert isinstance(await _failure(microsoft, connector, updating=True), MessageGone)
            microsoft.misbehave(Misbehaviour(status=404, code="ConversationNotFound"))
            failure = await _failure(microsoft, connector, updating=True)
            assert not isinstance(failure, MessageGone)
            assert isinstance(failure, Undeliverable)
            assert failure.address_is_dead

    run(story())


def test_ids_are_quoted_in_the_path() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            awkward = "19:a/b?c#d%20e ä;messageid=1"
            message = await connector.send(microsoft.service_url, awkward, WORDS)
            await connector.update(microsoft.service_url, awkward, message, WORDS)
            assert {call.conversation for call in microsoft.calls} == {awkward}

    run(story())


def test_one_connection_serves_many_messages() -> None:
    async def story() -> None:
        async with a_connector() as (microsoft, connector):
            started = asyncio.get_running_loop().time()
            microsoft.misbehave(*[Misbehaviour(delay=0.2) for _ in range(30)])
            await asyncio.gather(*[connector.send(microsoft.service_url, f"a:{n}", WORDS) for n in range(30)])
            assert asyncio.get_running_loop().time() - started < 1.5

    run(story())


@pytest.mark.parametrize(
    "address",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/teams",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
        "https://smba.infra.gov.teams.microsoft.us/gcch",
        "https://europe.webchat.botframework.com/",
    ],
)
def test_microsofts_own_hosts_may_see_the_token(address: str) -> None:
    assert service_address(address).scheme == "https"


@pytest.mark.parametrize(
    "address",
    [
        "http://smba.trafficmanager.net/uk/",
        "https://evil.trafficmanager.net/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "https://evilbotframework.com/",
        "https://teams.microsoft.com.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://user:word@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/?x=1",
        "https://smba.trafficmanager.net/#x",
        "https://169.254.169.254/",
        "http://127.0.0.1:3978/",
        "file:///etc/passwd",
        "https://[::1",
        "smba.trafficmanager.net",
        "",
    ],
)
def test_no_other_host_may(address: str) -> None:
    with pytest.raises(Undeliverable):
        service_address(address)


def test_this_machine_may_only_where_that_is_said_and_by_plain_http() -> None:
    for address in ("http://127.0.0.1:1/x", "http://localhost:1", "http://[::1]:1/"):
        assert service_address(address, loopback=True).scheme == "http"
    for address in ("http://10.0.0.1/", "http://127.0.0.1.evil.example/", "https://evil.example/"):
        with pytest.raises(Undeliverable):
            service_address(address, loopback=True)
