"""What the HTTP server itself logs holds nothing of what a request held."""

from __future__ import annotations

import logging

import pytest
from aiohttp import ClientSession, web

from bot.web.server_log import keep_words_out_of_the_server_log
from tests.teams.trial import run


async def _broken(request: web.Request) -> web.Response:
    raise RuntimeError("Alex Brown said so")


async def _ask(headers: dict[str, str]) -> int:
    application = web.Application()
    application.router.add_get("/", _broken)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            ClientSession() as client,
            client.get(f"http://127.0.0.1:{runner.addresses[0][1]}/", headers=headers) as answer,
        ):
            return answer.status
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("headers", "status", "level", "line"),
    [
        ({"Authorization": "Bearer " + "secret" * 2000}, 400, logging.INFO, "LineTooLong at "),
        ({}, 500, logging.ERROR, "RuntimeError at "),
    ],
    ids=["a token that is too long", "a fault of ours"],
)
def test_the_server_logs_the_class_and_the_place_of_a_fault_and_no_word_of_it(
    headers: dict[str, str], status: int, level: int, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep_words_out_of_the_server_log()
    with caplog.at_level(logging.DEBUG):
        run(_status(headers, status))
    (record,) = [one for one in caplog.records if one.name == "aiohttp.server"]
    assert record.levelno == level
    assert line in record.getMessage()
    assert "secret" not in caplog.text
    assert "Alex" not in caplog.text


async def _status(headers: dict[str, str], status: int) -> None:
    assert await _ask(headers) == status
