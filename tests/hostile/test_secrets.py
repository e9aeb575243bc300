"""Passwords, keys and tokens stand in no error, no log, no answer and no repr."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from bot.mail.smtp import SmtpChannel, UnusableMailServer, mail_server
from bot.settings import FaultySettings, read_settings
from bot.teams.tokens import TokenSource, TokenUnavailable, by_certificate
from bot.usecases.ports import NotDelivered
from storage.cipher import add_key
from storage.database import Database
from tests.app.test_settings import GOOD
from tests.journeys.town import a_town, raises
from tests.lines import lines
from tests.mail.builders import SENDER, a_message
from tests.mail.fake_smtp import mail_server as fake_mail_server
from tests.teams.fakes import Misbehaviour, persona
from tests.teams.trial import a_trial, run

ROOT = Path(__file__).parents[2]
SECRET = "hunter2"
PEM = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n"
SLIPS = [
    ("MicrosoftAppId", SECRET),
    ("MicrosoftAppTenantId", SECRET),
    ("MicrosoftAppType", SECRET),
    ("MicrosoftAppCertificateFile", PEM),
    ("DATABASE_URL", f"mysql://user:{SECRET}@host/name"),
    ("DATABASE_URL", f"postgresql://user:p@{SECRET}@host/name"),
    ("DATABASE_URL", f"postgresql://user:p@host:{SECRET}/name"),
    ("DATABASE_URL", f"postgresql://user:{SECRET}@[host/name"),
    ("SMTP_URL", f"http://user:{SECRET}@host"),
    ("SMTP_URL", f"smtp://user:{SECRET}@[host"),
    ("SMTP_URL", f"smtp://user:{SECRET}℀@host"),
    ("SMTP_URL", f"smtp://user@host:{SECRET}"),
]


@pytest.mark.parametrize(("name", "value"), SLIPS)
def test_a_secret_in_the_wrong_place_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(FaultySettings) as refused:
        read_settings({**GOOD, name: value})
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(refused.value.__cause__) + repr(refused.value.__context__)


def test_settings_do_not_show_their_secrets() -> None:
    secrets = {
        "MicrosoftAppPassword": SECRET,
        "SMTP_URL": f"smtp://user:{SECRET}@host:587",
        "DATABASE_URL": f"postgresql://user:{SECRET}@host/name",
    }
    settings = read_settings({**GOOD, **secrets})
    assert settings.app_password == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in repr(Database(settings.basis.database_url).url)


@pytest.mark.parametrize(
    "url", [f"smtp://user:pass?{SECRET}@host", f"smtp://user:{SECRET}@host:x", f"ftp://u:{SECRET}@h"]
)
def test_an_unusable_mail_server_is_not_repeated(url: str) -> None:
    with pytest.raises(UnusableMailServer) as refused:
        mail_server(url)
    assert SECRET not in str(refused.value)


def test_a_program_that_cannot_start_says_why_without_its_secrets(tmp_path: Path) -> None:
    add_key(tmp_path / "words.key")
    secrets = {
        "WORDS_KEY_FILE": str(tmp_path / "words.key"),
        "MicrosoftAppPassword": SECRET,
        "DATABASE_URL": f"postgresql://user:{SECRET}@127.0.0.1:1/name",
        "SMTP_URL": f"smtp://user:{SECRET}@127.0.0.1:1",
    }
    for command in (["serve"], ["db", "upgrade"]):
        done = subprocess.run(
            [sys.executable, str(ROOT / "app.py"), *command],
            env={**os.environ, **GOOD, **secrets},
            cwd="/",
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert "The database can't be reached" in done.stderr
        assert SECRET not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_mail_server_that_repeats_the_password_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    replies = {"ehlo": "250-fake.example\r\n250 AUTH PLAIN", "auth": f"535 5.7.8 wrong password {SECRET}"}
    with fake_mail_server(replies) as fake, caplog.at_level(logging.DEBUG):
        channel = SmtpChannel(f"smtp://user:{SECRET}@127.0.0.1:{fake.port}?starttls=no", SENDER, timeout=2)
        with pytest.raises(NotDelivered) as refused:
            asyncio.run(channel.send(a_message()))
        assert any(line.startswith("AUTH") for line in fake.heard)
    assert SECRET not in "".join(traceback.format_exception(refused.value)) + caplog.text


def test_a_key_that_cannot_be_read_and_a_login_that_fails_are_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> dict[str, object]:
        raise ValueError(f"cannot log in with {SECRET}")

    async def story() -> None:
        for acquire in (refused, by_certificate("app", "tenant", PEM)):
            with pytest.raises(TokenUnavailable) as unavailable:
                await TokenSource(acquire).get()
            assert SECRET not in repr(unavailable.value)

    with caplog.at_level(logging.DEBUG):
        run(story())
    assert {"fault": "ValueError"} in lines(caplog, "no_token")
    assert SECRET not in caplog.text


def test_tokens_that_come_and_go_stand_in_no_log_and_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    troubles = [Misbehaviour(status=401), Misbehaviour(status=500), Misbehaviour(drops=True), Misbehaviour(status=403)]

    async def story() -> None:
        async with a_trial() as trial:
            trial.microsoft.misbehave(*troubles)
            for _ in troubles:
                good = trial.microsoft.token()
                await trial.tell(trial.microsoft.message("hello", persona("Anna")), token=good)
                cut = await trial.tell(trial.microsoft.message("hello", persona("Anna")), token=good[:-5])
                assert cut.status == 401
                assert good[:30] not in str(cut)
                assert good[:30] not in caplog.text
            assert any("the-bots-token" in call.authorization for call in trial.microsoft.calls)

    with caplog.at_level(logging.DEBUG):
        run(story())
    assert lines(caplog, "reply_not_delivered")
    assert "the-bots-token" not in caplog.text


def test_readiness_says_that_the_database_is_gone_and_not_how_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_town(f"sqlite:///{tmp_path / 'town.db'}") as town:
        raises(town)
        town.ignores()
        gone = Database(f"postgresql://user:{SECRET}@127.0.0.1:1/name")
        monkeypatch.setattr(town.office.database, "reading", gone.reading)

        async def ask() -> tuple[int, str]:
            async with town.microsoft._client.get(f"{town.url}/readyz") as answer:
                return answer.status, await answer.text()

        status, said = town.run(ask())
        assert status == 503
        assert "can't be reached" in said
        assert SECRET not in said
        assert "127.0.0.1" not in said
        gone.close()
