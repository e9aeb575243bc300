"""The bot's own token: fetched once, off the loop, renewed early."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msal
import pytest

from bot.teams.tokens import TokenSource, TokenUnavailable, by_certificate, by_managed_identity, by_secret
from tests.lines import lines
from tests.teams.trial import run


@dataclass
class Login:
    """Stands for Entra, at a clock that is moved by hand."""

    now: float = 0.0
    fetches: int = 0
    takes: float = 0.0
    fails: bool = False
    answers: dict[str, Any] = field(default_factory=dict)

    def __call__(self) -> Mapping[str, Any]:
        self.fetches += 1
        time.sleep(self.takes)
        if self.fails:
            return {"error": "invalid_client"}
        return {"access_token": f"token-{self.fetches}", "expires_in": 3600}

    def source(self) -> TokenSource:
        return TokenSource(self, now=lambda: self.now)


def test_many_who_ask_at_once_wait_for_one_fetch_and_the_loop_goes_on() -> None:
    async def story() -> None:
        login = Login(takes=0.3)
        source = login.source()
        asking = [asyncio.create_task(source.get()) for _ in range(20)]
        started = time.perf_counter()
        await asyncio.sleep(0.01)
        assert time.perf_counter() - started < 0.2
        assert set(await asyncio.gather(*asking)) == {"token-1"}
        assert login.fetches == 1

    run(story())


def test_a_token_is_renewed_five_minutes_before_it_expires() -> None:
    async def story() -> None:
        login = Login()
        source = login.source()
        assert await source.get() == "token-1"
        login.now = 3600 - 301
        assert await source.get() == "token-1"
        login.now = 3600 - 299
        assert await source.get() == "token-2"

    run(story())


def test_while_it_is_renewed_the_old_token_serves() -> None:
    async def story() -> None:
        login = Login()
        source = login.source()
        await source.get()
        login.now, login.takes = 3400, 0.2
        renewing = asyncio.create_task(source.get())
        await asyncio.sleep(0.01)
        assert await source.get() == "token-1"
        assert await renewing == "token-2"

    run(story())


def test_when_renewal_fails_the_old_token_serves_until_it_expires() -> None:
    async def story() -> None:
        login = Login()
        source = login.source()
        await source.get()
        login.fails = True
        login.now = 3500
        assert await source.get() == "token-1"
        login.now = 3601
        with pytest.raises(TokenUnavailable):
            await source.get()

    run(story())


def test_a_login_that_fails_is_not_asked_again_at_once() -> None:
    async def story() -> None:
        login = Login(fails=True)
        source = login.source()
        for _ in range(5):
            with pytest.raises(TokenUnavailable):
                await source.get()
        assert login.fetches == 1
        login.fails, login.now = False, 11
        assert await source.get() == "token-2"

    run(story())


def test_a_refused_token_is_fetched_anew_but_not_within_a_minute() -> None:
    async def story() -> None:
        login = Login()
        source = login.source()
        token = await source.get()
        source.distrust(token)
        assert await source.get() == "token-1"
        login.now = 61
        source.distrust("another")
        assert await source.get() == "token-1"
        source.distrust(token)
        assert await source.get() == "token-2"

    run(story())


def test_whatever_the_login_raises_is_one_error_and_its_words_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        def broken() -> Mapping[str, Any]:
            raise OSError("hunter2")

        with pytest.raises(TokenUnavailable):
            await TokenSource(broken).get()

    run(story())
    assert lines(caplog, "no_token") == [{"fault": "OSError"}]
    assert "hunter2" not in caplog.text


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What MSAL was asked for; it fetches nothing here."""
    seen: list[Any] = []

    class Application:
        def __init__(self, *names: Any, **settings: Any) -> None:
            seen.append((names, settings))

        def acquire_token_for_client(self, **what: Any) -> Mapping[str, Any]:
            seen.append(what)
            return {"access_token": "t", "expires_in": 60}

    monkeypatch.setattr(msal, "ConfidentialClientApplication", Application)
    monkeypatch.setattr(msal, "ManagedIdentityClient", Application)
    return seen


def test_a_secret_asks_in_the_tenant_for_the_connector(asked: list[Any]) -> None:
    assert by_secret("app", "tenant", "secret")()["access_token"] == "t"
    (names, settings), scopes = asked
    assert names == ("app",)
    assert settings["client_credential"] == "secret"
    assert settings["authority"] == "https://login.microsoftonline.com/tenant"
    assert settings["timeout"] == 10
    assert scopes == {"scopes": ["https://api.botframework.com/.default"]}


def test_what_entra_says_of_a_refusal_is_logged_by_its_codes_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Refusing:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def acquire_token_for_client(self, **_: Any) -> Mapping[str, Any]:
            return {
                "error": "invalid_client",
                "error_codes": [7000222],
                "error_description": "the secret hunter2 is old",
            }

    monkeypatch.setattr(msal, "ConfidentialClientApplication", Refusing)
    by_secret("app", "tenant", "hunter2")()
    assert lines(caplog, "token_refused") == [{"why": "invalid_client [7000222]"}]


def test_a_certificate_file_gives_key_and_certificate(asked: list[Any]) -> None:
    by_certificate("app", "tenant", "PEM")()
    assert asked[0][1]["client_credential"] == {"private_key": "PEM", "public_certificate": "PEM"}


def test_a_managed_identity_is_the_user_assigned_one(asked: list[Any]) -> None:
    by_managed_identity("client")()
    (names, settings), resource = asked
    assert names[0]["Id"] == "client"
    assert settings["http_client"].request.keywords == {"timeout": 10}
    assert resource == {"resource": "https://api.botframework.com"}
