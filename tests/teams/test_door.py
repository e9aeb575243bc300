"""How the door turns a request away. What it turns away is the table in `tests/hostile/rows.py`."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.teams.fakes import persona
from tests.teams.trial import a_trial, run

ANNA = persona("Anna")


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
